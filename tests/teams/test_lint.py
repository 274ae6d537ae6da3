"""Plans are checked before the night they matter: against a slow twin, and three failures that are known by name."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kondusif.teams.hours import Hours
from kondusif.teams.ladders import ALWAYS, Ladder, Rung, Window, next_instant, usual
from kondusif.teams.lint import House, lint
from tests.conftest import AT
from tests.teams.naive_lint import naive, spelled_out
from tests.teams.sound_plans import PLANTS, PROVINCE, START, TOWN, named, sound

MINUTE = timedelta(minutes=1)
PEOPLE = House(
    PROVINCE,
    {1: True, 2: True, 3: True},
    holders={("duty_officer", TOWN): (1,), ("duty_officer", PROVINCE): (2,), ("chair", PROVINCE): (3,)},
)


@pytest.mark.deep
@settings(max_examples=40)
@given(seed=st.integers(0, 10**9), kind=st.sampled_from(["", *PLANTS]))
def test_the_check_and_its_slow_twin(seed: int, kind: str) -> None:
    rng = random.Random(seed)
    ladder, house = sound(rng)
    target = ""
    if kind:
        ladder, house, target = PLANTS[kind](rng, ladder, house)
    holes = lint(ladder, house, start=START, days=4)
    assert spelled_out(holes) == naive(ladder, house, start=START, days=4)
    if not kind:
        assert holes == [], "no false hole in a sound plan"
    elif kind not in {"empty_hour", "loop"}:  # those open in some hour of two weeks, not of these four days
        assert (kind, target) in named(holes)


@pytest.mark.parametrize("severity", ["S1", "S2", "S3", "S4"])
def test_the_usual_ladder_is_sound(severity: str) -> None:
    ladder = Ladder(TOWN, "", severity, usual(severity))
    assert lint(ladder, PEOPLE, start=START) == []
    for person, target in ((1, "watch"), (2, "province_watch"), (3, "province_chair")):
        mute = replace(PEOPLE, reachable=PEOPLE.reachable | {person: False})
        if (
            severity != "S4" or person == 1
        ):  # a working week later lies partly beyond the days ahead, still inside for some hours
            assert ("no_channel", target) in named(lint(ladder, mute, start=START))


# --- three famous failures, by name -----------------------------------------------------------------------------------


def test_an_escalation_paused_by_a_time_window_and_never_continued() -> None:
    """Seen elsewhere: a step that waits for its hours, in a schedule without any, holds everything above it for ever."""
    for window in (Window(time(8), time(8)), Window(time(8), time(16), frozenset())):
        ladder = Ladder(TOWN, "", "S3", (Rung("watch"), Rung("province_watch", 30, window), Rung("province_chair", 30)))
        assert ("shut_window", "province_watch") in named(lint(ladder, PEOPLE, start=START))
        told = next_instant(ladder, 0, AT, Hours())
        assert told == AT + 30 * MINUTE, "and if it is put in force all the same, the engine passes the window over"
    nightly = Window(time(22), time(4))
    ladder = Ladder(TOWN, "", "S3", (Rung("watch"), Rung("province_watch", 30, nightly), Rung("province_chair", 30)))
    assert next_instant(ladder, 0, AT, Hours()) == datetime(2020, 12, 2, 22, tzinfo=Hours().zone), (
        "paused, then continued"
    )
    urgent = replace(ladder, severity="S1")
    assert next_instant(urgent, 0, AT, Hours()) == AT + 30 * MINUTE, "S1 and S2 wait for no hours"
    assert ("shut_window", "province_watch") in named(lint(urgent, PEOPLE, start=START))


def test_a_second_level_without_a_channel_jumping_to_the_top() -> None:
    """Seen elsewhere: the middle step reaches nobody, so the next one follows at once and the governor is woken."""
    mute = replace(PEOPLE, reachable={1: True, 2: False, 3: True})
    ladder = Ladder(TOWN, "", "S1", (Rung("watch"), Rung("province_watch", 15), Rung("province_chair", 45)))
    assert named(lint(ladder, mute, start=START)) == {("no_channel", "province_watch")}
    second = next_instant(ladder, 0, AT, Hours())
    assert next_instant(ladder, 1, second, Hours()) - second == 45 * MINUTE, "the step above keeps its wait"
    skipping = replace(ladder, rungs=(Rung("watch"), Rung("province_chair", 15)))
    assert ("skipped_level", "province_chair") in named(lint(skipping, PEOPLE, start=START))


def test_a_wait_step_ignored() -> None:
    """Seen elsewhere: a wait of nothing, or one before the first step, tells everybody in the same minute."""
    ladder = Ladder(TOWN, "", "S2", (Rung("watch"), Rung("province_watch", 0), Rung("province_chair", 30)))
    assert ("ignored_wait", "province_watch") in named(lint(ladder, PEOPLE, start=START))
    assert next_instant(ladder, 0, AT, Hours()) == AT + 60 * MINUTE, "the engine waits as long as the severity says"
    early = replace(ladder, rungs=(Rung("watch", 20), Rung("province_watch", 30)))
    assert ("ignored_wait", "watch") in named(lint(early, PEOPLE, start=START))


@given(st.integers(0, 10**9), st.integers(0, 12))
def test_the_engine_always_goes_on(seed: int, level: int) -> None:
    """Whatever stands in a plan: after each step there is another instant, ahead, and no two in one minute."""
    rng = random.Random(seed)
    ladder, house = sound(rng)
    ladder, _house, _target = PLANTS[rng.choice(list(PLANTS))](rng, ladder, house)
    assert next_instant(ladder, level, AT, Hours()) >= AT + MINUTE
    assert ladder.severity in ALWAYS or next_instant(ladder, level, AT, Hours()) < AT + timedelta(days=60)
