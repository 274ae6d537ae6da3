"""Places named in texts as people write them."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kondusif.regions import memory, queries
from kondusif.regions.locate import locate_text

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "code", "precision"),
    [
        ("Sungai Kunjang, Samarinda", "64.72.06", "kecamatan"),
        ("sei kunjang smd", "64.72.06", "kecamatan"),
        ("Sungai Kunjag Samarnda", "64.72.06", "kecamatan"),
        ("depan Masjid Raya Balikpapan Selatan", "64.71.05", "kecamatan"),
        ("balikpapan slatan", "64.71.05", "kecamatan"),
        ("kec. Sangatta Utara kutim", "64.08.04", "kecamatan"),
        ("Gunung Bahagia Bpn", "64.71.05.1006", "desa"),
        ("gunungbahagia", "64.71.05.1006", "desa"),
        ("Sidomulyo, Samarinda", "64.72.04.1003", "desa"),
        ("kel damai balikpapan", "64.71.06.1005", "desa"),
        ("Damai, Balikpapan", "64.71.06.1005", "desa"),
        ("Kecamatan Damai", "64.07.08", "kecamatan"),
        ("Kota Bangun kukar", "64.02.08", "kecamatan"),
        ("Muara Badak Ulu, Kec. Muara Badak, Kukar", "64.02.05.2003", "desa"),
        ("kp baru ilir, bpp", "64.71.02.1001", "desa"),
        ("Penajam PPU", "64.09.01", "kecamatan"),
        ("Jl. Mulawarman Samarinda", "64.72", "kabkota"),
        *((short, code, "kabkota") for short, code in (
            ("kukar", "64.02"), ("Kab. Berau", "64.03"), ("kubar", "64.07"), ("kutim", "64.08"), ("PPU", "64.09"),
            ("mahulu", "64.11"), ("bpn", "64.71"), ("kota samarinda", "64.72"), ("btg", "64.74"), ("kab paser", "64.01"))),
    ],
)  # fmt: skip
def test_clear_places(kaltim: None, text: str, code: str, precision: str) -> None:
    place = locate_text(text)[0]
    assert (place.code, place.precision, place.alternatives) == (code, precision, ())
    assert place.confidence >= 0.85


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "bentrok massa di jalan raya",
        "aksi damai di depan kantor",
        "jalan Kampung Baru",
        "warga minta bantuan",
        "?!,,//",
    ],
)
def test_no_place(kaltim: None, text: str) -> None:
    assert locate_text(text) == []


def test_the_same_name_many_times_is_never_guessed(kaltim: None) -> None:
    (place,) = locate_text("Sidomulyo")
    assert place.code == "64" and len(place.alternatives) == 4 and place.confidence < 0.3
    (place,) = locate_text("Sidomulyo", within="64.72")
    assert (place.code, place.alternatives) == ("64.72.04.1003", ())
    assert place.confidence >= 0.9


def test_an_ordinary_word_beside_its_city_is_doubted(kaltim: None) -> None:
    (place,) = locate_text("aksi damai balikpapan")
    assert (place.code, place.alternatives) == ("64.71", ("64.71.06.1005",))
    assert place.confidence < 0.6


def test_two_places_name_each_other(kaltim: None) -> None:
    places = locate_text("dari Samboja ke Balikpapan")
    assert {p.code for p in places} == {"64.71", "64.02.13"}
    assert all(p.alternatives and p.confidence < 0.7 for p in places)


@pytest.mark.deep
def test_every_area_is_found_by_its_full_name(kaltim: None) -> None:
    wrong = []
    for kab in queries.children("64"):
        for kec in queries.children(kab.code):
            for desa in queries.children(kec.code):
                text = f"{desa.kind} {desa.name}, Kecamatan {kec.name}, {kab.name}"
                found = locate_text(text)
                if not found or found[0].code != desa.code:
                    wrong.append((text, found))
    assert len(wrong) <= 5, wrong


@pytest.mark.deep
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=80))
def test_any_text_is_survived(kaltim: None, text: str) -> None:
    for place in locate_text(text):
        assert 0 < place.confidence <= 1


def test_two_thousand_texts_a_second(kaltim: None) -> None:
    texts = [
        "Sungai Kunjang, Samarinda",
        "Sungai Kunjag Samarnda",
        "jl ahmad yani rt 5 kel. Sungai Pinang Dalam",
        "dari Samboja ke Balikpapan",
    ]
    memory.forget()  # the change is this test's own; from here on as in a process that only reads
    locate_text("Samarinda")
    began = time.process_time()
    for n in range(2000):
        locate_text(texts[n % 4])
    assert time.process_time() - began < 1
