"""Cleaning, checking, codes and cells."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kondusif.intake import rules
from kondusif.intake.rules import Draft
from tests.conftest import AT


def draft(**said: object) -> Draft:
    return Draft(**({"uuid": uuid.UUID(int=1), "text": "x", "channel": "web"} | said))  # type: ignore[arg-type]


@given(st.text(max_size=300))
def test_clean_is_idempotent_and_safe(text: str) -> None:
    once = rules.clean(text)
    assert rules.clean(once) == once
    assert "\x00" not in once and "\u202e" not in once and "\r" not in once


def test_clean_takes_out_what_deceives() -> None:
    assert rules.clean("a\u202egnp.exe\u202c\x00\x07b\r\nc") == "agnp.exeb\nc"
    assert rules.clean("x" + "\n" * 50 + "y") == "x\n\n\ny"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"text": ""}, "text-empty"),
        ({"text": "x" * 5001}, "text-too-long"),
        ({"place_text": "x" * 201}, "place-too-long"),
        ({"lat": 1.0}, "point-half"),
        ({"threatened": "maybe"}, "threat-unknown-word"),
        ({"refer_to": "tetangga"}, "oversight-unknown"),
        ({"occurred_at": AT + timedelta(hours=1)}, "time-in-future"),
        ({"occurred_at": datetime(1970, 1, 1, tzinfo=AT.tzinfo)}, "time-too-old"),
        ({"observed_at": AT + timedelta(days=1)}, "time-in-future"),
    ],
)
def test_faults(said: dict[str, object], code: str) -> None:
    assert [f.code for f in rules.faults(draft(**said), at=AT)] == [code]


def test_a_good_draft_has_no_fault() -> None:
    assert rules.faults(draft(occurred_at=AT + timedelta(minutes=5)), at=AT) == []


def test_a_device_clock_that_runs_ahead_does_not_hide_lateness() -> None:
    assert rules.reported_at(AT + timedelta(hours=3), at=AT) == AT
    assert rules.reported_at(AT - timedelta(hours=3), at=AT) == AT - timedelta(hours=3)
    assert rules.reported_at(None, at=AT) == AT


def test_the_tracking_code_is_bound_to_uuid_and_secret() -> None:
    one, two = uuid.UUID(int=1), uuid.UUID(int=2)
    assert rules.tracking_code(b"k", one) == rules.tracking_code(b"k", one)
    assert len({rules.tracking_code(b"k", one), rules.tracking_code(b"k", two), rules.tracking_code(b"j", one)}) == 3


@given(st.uuids())
def test_a_typed_code_is_forgiven(number: uuid.UUID) -> None:
    code = rules.tracking_code(b"k", number)
    typed = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert rules.tracking_digest(typed) == rules.tracking_digest(code)


@given(st.floats(-11, 6), st.floats(95, 141), st.floats(-0.0099, 0.0099), st.floats(-0.0099, 0.0099))
def test_near_points_lie_in_neighbouring_cells(lat: float, lon: float, dlat: float, dlon: float) -> None:
    assert rules.cell_of(lat + dlat, lon + dlon) in rules.around(rules.cell_of(lat, lon))


@pytest.mark.parametrize("value", ["=1+1", "+62", "-1", "@x", "\tx"])
def test_no_spreadsheet_takes_a_text_for_a_formula(value: str) -> None:
    assert rules.safe_cell(value).startswith("'")


def test_place_precision() -> None:
    assert rules.place_precision("64", False, False, province="64") == "unknown"
    assert rules.place_precision("64.71", False, False, province="64") == "kabkota"
    assert rules.place_precision("64.71.02.1003", False, False, province="64") == "desa"
    assert rules.place_precision("64.71", True, False, province="64") == "estimate"
    assert rules.place_precision("64.71", True, True, province="64") == "point"


@pytest.mark.parametrize(
    ("claimed", "located", "exact", "settled"),
    [
        ("", "64.71.02", True, ("64.71.02", True)),
        ("", "64.71", False, ("64.71", False)),
        ("64.71", "64.71.02", True, ("64.71.02", True)),
        ("64.71", "64.72.01", True, ("64.71", False)),
        ("64.71", "64.09", False, ("64.71", False)),
        ("64.71.02.1003", "64.71.02", True, ("64.71.02.1003", True)),
        ("64.71", "", False, ("64.71", False)),
    ],
)
def test_the_reporters_word_stands_against_a_contradicting_point(
    claimed: str, located: str, exact: bool, settled: tuple[str, bool]
) -> None:
    assert rules.settle_region(claimed, located, exact=exact) == settled
