"""Codes, coordinates, and the one spelling in which names are compared."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kondusif.regions import rules
from kondusif.regions.crosswalk import CodedName, disagreements, same_name
from kondusif.regions.finder import common
from kondusif.regions.names import normal, segments, squeezed, unmarked


@pytest.mark.parametrize(
    ("code", "path"),
    [("64", "64"), ("6472", "64.72"), ("647205", "64.72.05"), ("6472051003", "64.72.05.1003"), ("64.72", "64.72"),
     (" 6471 ", "64.71"), ("", ""), ("6472010", ""), ("64.7", ""), ("abc", ""), ("６４", ""), ("64.72.05.10033", "")],
)  # fmt: skip
def test_dotted(code: str, path: str) -> None:
    assert rules.dotted(code) == path


@given(st.from_regex(r"\d{2}(\.\d{2}(\.\d{2}(\.\d{4})?)?)?", fullmatch=True, alphabet="0123456789."))
def test_undotted_and_dotted_again(code: str) -> None:
    assert rules.is_path(code)
    assert rules.dotted(code.replace(".", "")) == code
    assert rules.level_of(code) == rules.LEVELS[code.count(".")]


def test_kinds() -> None:
    assert rules.kind_of("64.71", "Kota Balikpapan") == "Kota"
    assert rules.kind_of("64.02.08", "Kota Bangun") == "Kecamatan"
    assert rules.kind_of("64.71.05.1006", "Gunung Bahagia") == "Kelurahan"
    assert rules.kind_of("64.02.08.2001", "Kedang Ipil") == "Desa"
    assert rules.kind_of("91.03.01", "Sentani Kota") == "Distrik"


@given(st.floats(-11, 6), st.floats(95, 141))
def test_swapped_is_never_in_doubt(lat: float, lon: float) -> None:
    assert rules.in_indonesia(lat, lon)
    assert not rules.looks_swapped(lat, lon)
    assert rules.looks_swapped(lon, lat)


def test_kilometres() -> None:
    assert math.isclose(rules.kilometres(0, 115, 0, 116), 111.19, abs_tol=0.1)


def test_an_estimate_ends_somewhere() -> None:
    known = [rules.InteriorPoint("64.71", -1.16, 116.9, 509), rules.InteriorPoint("64.09", -1.193, 116.568, 3197)]
    assert rules.estimate(-1.24, 116.85, known)[0] == "64.71"
    assert rules.estimate(-6.2, 106.8, known) == ()


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=40)
WORDS = st.lists(
    st.sampled_from(
        ["Kota", "kec.", "Sungai", "sei", "S.", "Gn", "bpn", "Mu'ut", "Batu-Batu", "II", "2", "Jl.", "Éé", "Kab", "Tim"]
    ),
    max_size=6,
)


@given(NAMES | WORDS.map(" ".join))
def test_normalising_twice_changes_nothing(name: str) -> None:
    once = normal(name)
    assert normal(once) == once
    assert squeezed(once) == squeezed(name)
    assert normal(name.upper()) == normal(name.upper().lower())


@given(NAMES)
def test_a_name_agrees_with_itself(name: str) -> None:
    for level in rules.LEVELS:
        assert same_name(name, name, level)
    assert all(word for part in segments(name) for word in part)


@pytest.mark.parametrize(
    ("a", "b", "level", "same"),
    [
        ("KAB. KUTAI BARAT", "Kabupaten Kutai Barat", "kabkota", True),
        ("KUTAI BARAT", "Kabupaten Kutai Barat", "kabkota", True),
        ("KOTA BOGOR", "Kabupaten Bogor", "kabkota", False),
        ("Bogor", "Kabupaten Bogor", "kabkota", True),
        ("Kota Bangun", "Bangun", "kecamatan", False),
        ("DKI JAKARTA", "Daerah Khusus Ibukota Jakarta", "province", True),
        ("DI YOGYAKARTA", "Daerah Istimewa Yogyakarta", "province", True),
        ("ILIR BARAT II", "Ilir Barat Dua", "kecamatan", True),
        ("SUNGAINANGKA", "Sungai Nangka", "desa", True),
    ],
)
def test_same_name(a: str, b: str, level: str, same: bool) -> None:
    assert same_name(a, b, level) is same


def test_bps_read_as_kemendagri_disagrees() -> None:
    names = {"64.01": "Kabupaten Paser", "64.02": "Kabupaten Kutai Kartanegara", "64.03": "Kabupaten Berau"}
    rows = [CodedName("6401", "PASER"), CodedName("6402", "KUTAI BARAT"), CodedName("6403", "KUTAI KARTANEGARA")]
    compared, found = disagreements(rows, names)
    assert (compared, [d.here for d in found]) == (3, ["Kabupaten Kutai Kartanegara", "Kabupaten Berau"])


def test_common() -> None:
    assert common(["64.02.04.2007", "64.02.12.2010"]) == "64.02"
    assert common(["64.02", "63.01"]) == ""
    assert unmarked("Kota Bangun") == "bangun"
