"""Office hours, holidays and Masa siaga: the quick rule against one that looks at every minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kondusif.teams.duty_hours import public_holidays
from kondusif.teams.hours import DAY, Hours, brought_forward

MINUTE = timedelta(minutes=1)
MONDAY = datetime(2020, 12, 7, 0, 0, tzinfo=UTC)  # 08.00 WITA; the Wednesday after it is the vote, a holiday


def naive(hours: Hours, at: datetime, within: timedelta) -> datetime:
    """Minute by minute: two tallies of whole-day durations, the plain one and the one with siaga; the first to be full."""
    office = (hours.shuts.hour - hours.opens.hour) * 60 + hours.shuts.minute - hours.opens.minute
    days = within >= DAY
    need = within // MINUTE
    plain, mixed, now = Fraction(0), Fraction(0), at
    while plain < need and mixed < need:
        local = now.astimezone(hours.zone)
        open_ = local.weekday() < 5 and local.date() not in hours.closed and hours.opens <= local.time() < hours.shuts
        alert = any(start <= now < end for start, end in hours.alert)
        worth = Fraction(1440, office) if days else Fraction(1)
        if days and open_:
            plain += worth
        mixed += 1 if alert else worth if open_ else 0
        now += MINUTE
    return now


minutes = st.integers(0, 14 * 1440)
spans = st.tuples(minutes, st.integers(1, 4 * 1440)).map(
    lambda s: (MONDAY + s[0] * MINUTE, MONDAY + (s[0] + s[1]) * MINUTE)
)
calendars = st.builds(
    Hours,
    opens=st.sampled_from([time(7, 30), time(8), time(9)]),
    shuts=st.sampled_from([time(14), time(15, 30), time(16)]),
    closed=st.frozensets(st.dates(date(2020, 12, 7), date(2020, 12, 20)), max_size=6),
    alert=st.lists(spans, max_size=2).map(tuple),
)


@given(calendars, minutes, st.one_of(st.integers(1, 1439), st.integers(1, 4).map(lambda d: d * 1440)))
@example(Hours(), 8 * 60, 480)
@example(Hours(alert=((MONDAY, MONDAY + DAY),)), 0, 1440)
@pytest.mark.deep
def test_the_rule_and_its_slow_twin(hours: Hours, start: int, within: int) -> None:
    at = MONDAY + start * MINUTE
    due = hours.after(at, within * MINUTE)
    slow = naive(hours, at, within * MINUTE)
    assert timedelta(0) <= slow - due < MINUTE, "equal up to the minute the twin counts in"


@given(calendars, minutes, st.integers(1, 6 * 1440))
def test_siaga_makes_nothing_later(hours: Hours, start: int, within: int) -> None:
    at = MONDAY + start * MINUTE
    calm = Hours(hours.opens, hours.shuts, hours.closed)
    assert at < hours.after(at, within * MINUTE) <= calm.after(at, within * MINUTE)


@pytest.mark.parametrize(
    ("hours", "at", "within", "due"),
    [
        (Hours(), MONDAY, timedelta(hours=6), MONDAY + timedelta(hours=6)),
        (Hours(), MONDAY + timedelta(hours=7), timedelta(hours=6), MONDAY + timedelta(hours=29)),  # 15.00 → Tuesday 13.00
        (Hours(), MONDAY + timedelta(hours=10), timedelta(hours=1), MONDAY + timedelta(hours=25)),  # at night
        (Hours(), MONDAY + timedelta(hours=1), DAY, MONDAY + timedelta(hours=25)),  # one working day
        (Hours(), MONDAY + timedelta(days=4, hours=1), DAY, MONDAY + timedelta(days=7, hours=1)),  # Friday → Monday
        (Hours(closed=frozenset({date(2020, 12, 9)})), MONDAY + timedelta(days=1, hours=1), DAY, MONDAY + timedelta(days=3, hours=1)),
        (Hours(alert=((MONDAY, MONDAY + 7 * DAY),)), MONDAY + timedelta(hours=10), timedelta(hours=1), MONDAY + timedelta(hours=11)),
        (Hours(alert=((MONDAY, MONDAY + 7 * DAY),)), MONDAY + timedelta(days=5), DAY, MONDAY + timedelta(days=6)),  # a Saturday
    ],
)  # fmt: skip
def test_known_instants(hours: Hours, at: datetime, within: timedelta, due: datetime) -> None:
    assert hours.after(at, within) == due


def test_an_office_that_never_opens_is_late_and_not_silent() -> None:
    never = Hours(closed=frozenset(date(2020, 12, 1) + n * DAY for n in range(500)))
    assert never.after(MONDAY, DAY) == MONDAY + 400 * DAY


def test_the_kept_calendar_knows_lebaran_and_the_vote() -> None:
    days = public_holidays(2020)
    assert {date(2020, 5, 24), date(2020, 5, 25), date(2020, 8, 17), date(2020, 12, 9)} <= set(days)
    assert date(2020, 12, 24) not in days, "joint leave is entered by hand, with its decree"


@pytest.mark.deep
@given(at=minutes, within=st.integers(1, 20 * 1440), span=spans)
@example(
    at=4 * 1440 + 7 * 60, within=360, span=(MONDAY + 5 * DAY, MONDAY + 12 * DAY)
)  # Friday 15.00, six hours, siaga on Saturday
@example(
    at=0, within=480, span=(MONDAY + DAY, MONDAY + 3 * DAY)
)  # eight hours and one working day end at the same instant
def test_a_duty_of_normal_times_is_counted_anew_when_siaga_is_decreed(
    at: int, within: int, span: tuple[datetime, datetime]
) -> None:
    set_at, duration = MONDAY + at * MINUTE, within * MINUTE
    was, now = Hours(), Hours(alert=(span,))
    due = was.after(set_at, duration)
    new = brought_forward(was, now, set_at, due)
    assert set_at <= new <= due
    assert new >= min(due, now.after(set_at, duration)), "never earlier than was promised"
    assert brought_forward(now, now, set_at, new) == new
    if due <= span[0] or span[1] <= set_at:
        assert new == due, "a siaga that does not touch the duty moves nothing"
    if within < 480:
        assert new == now.after(set_at, duration), "where only one duration explains it, it is that one"


def test_an_instant_a_person_named_stays() -> None:
    named = MONDAY + 3 * DAY + timedelta(hours=4, seconds=7)
    assert brought_forward(Hours(), Hours(alert=((MONDAY, MONDAY + 9 * DAY),)), MONDAY, named) == named
