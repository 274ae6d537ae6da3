"""The ladder of a region's status: silence is no data, expiry is not green, danger stays in sight."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kondusif.situation import rules
from tests.conftest import AT

HOUR = timedelta(hours=1)
LEVELS = [code for code, _word in rules.LEVELS]


def shown(
    level: str | None, *, until: timedelta = timedelta(days=1), heard: timedelta | None = -HOUR, temporary: bool = False
) -> rules.Shown:
    heard_at = AT + heard if heard is not None else None
    return rules.shown(
        level,
        AT - HOUR if level else None,
        AT + until if level else None,
        temporary=temporary,
        heard_at=heard_at,
        at=AT,
    )


def test_what_was_never_set_is_no_data() -> None:
    assert shown(None).level == rules.NO_DATA


@pytest.mark.parametrize("heard", [None, -25 * HOUR, -24 * HOUR - timedelta(seconds=1)])
def test_silence_is_no_data(heard: timedelta | None) -> None:
    assert shown("kondusif", heard=heard).level == rules.NO_DATA
    assert shown("kondusif", heard=-24 * HOUR).level == "kondusif"


@pytest.mark.parametrize("until", [timedelta(0), -HOUR])
def test_expired_is_not_green(until: timedelta) -> None:
    found = shown("kondusif", until=until)
    assert (found.level, found.note) == (rules.NO_DATA, "kedaluwarsa")


@pytest.mark.parametrize("level", LEVELS[1:])
def test_a_raised_level_stays_however_silent(level: str) -> None:
    assert shown(level, heard=None).level == level
    late = shown(level, heard=None, until=-timedelta(days=30))
    assert (late.level, late.note) == (level, "kedaluwarsa")
    assert shown(level, temporary=True).note == "sementara"


@given(
    level=st.sampled_from([None, *LEVELS]),
    until=st.integers(-400, 400),
    heard=st.none() | st.integers(-400, 0),
    temporary=st.booleans(),
)
def test_green_needs_a_status_in_force_and_a_sign_of_life(
    level: str | None, until: int, heard: int | None, temporary: bool
) -> None:
    found = shown(level, until=until * HOUR, heard=heard * HOUR if heard is not None else None, temporary=temporary)
    if found.level == "kondusif":
        assert level == "kondusif" and until > 0 and heard is not None and heard >= -24
    if level in LEVELS[1:]:
        assert found.level == level, "danger is never hidden"


def test_lowering_and_staying_need_a_second_person() -> None:
    for current in (None, *LEVELS):
        for wanted in LEVELS:
            up = rules.RANK[wanted] > rules.RANK[current or "kondusif"]
            assert rules.may_decide(proposer="a", decider="a", current=current, wanted=wanted) is up
            assert rules.may_decide(proposer="a", decider="b", current=current, wanted=wanted)


def test_a_decided_proposal_does_not_move() -> None:
    for move in rules.MOVES:
        for state in (rules.SET, rules.REFUSED, rules.REPLACED):
            assert not rules.may_move(move, state)
    assert not rules.may_move("check", rules.CHECKED)


def test_no_body_speaks_for_the_team() -> None:
    assert "tim" not in rules.VIEW_OF_KIND.values()
    assert set(rules.VIEW_OF_KIND.values()) == {code for code, _word in rules.VIEWS} - {"tim"}
