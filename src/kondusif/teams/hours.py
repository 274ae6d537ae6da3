"""When the clocks of non-urgent duties run: office hours in normal times (Masa normal), day and night in Masa siaga. Pure.

practice.md, duty hours: each region is in Masa normal (office hours) or Masa siaga (24 h) by decree with dates. S1 and S2
run always and never ask here. A duration under a day counts hours that run; one of whole days counts working days (hari
kerja), each as long as the office is open, and never takes longer under siaga than it would have taken without.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from itertools import pairwise
from zoneinfo import ZoneInfo

WITA = ZoneInfo("Asia/Makassar")
OPENS, SHUTS = time(8), time(16)
DAY = timedelta(days=1)
FARTHEST = 400  # days looked ahead; a calendar in which the office never opens ends there, late but not silent

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Hours:
    """One region's calendar. `closed`: holidays and joint leave; `alert`: spans of Masa siaga, half-open instants."""

    opens: time = OPENS
    shuts: time = SHUTS
    closed: frozenset[date] = frozenset()
    alert: tuple[Span, ...] = ()
    zone: ZoneInfo = WITA

    def works(self, day: date) -> bool:
        return day.weekday() < 5 and day not in self.closed

    def on_alert(self, at: datetime) -> bool:
        return any(start <= at < end for start, end in self.alert)

    def runs(self, at: datetime) -> bool:
        """Whether clocks count at this instant."""
        local = at.astimezone(self.zone)
        return self.on_alert(at) or (self.works(local.date()) and self.opens <= local.time() < self.shuts)

    def after(self, at: datetime, within: timedelta) -> datetime:
        """The first instant at which `within` has been counted from `at`."""
        office = timedelta(hours=self.shuts.hour - self.opens.hour, minutes=self.shuts.minute - self.opens.minute)
        if within < DAY:
            return self._count(at, within, office_rate=Fraction(1), alert_rate=Fraction(1))
        per_day = Fraction(DAY // timedelta(seconds=1), office // timedelta(seconds=1))
        plain = self._count(at, within, office_rate=per_day, alert_rate=None)
        if not self.alert:
            return plain
        return min(plain, self._count(at, within, office_rate=per_day, alert_rate=Fraction(1)))

    def _count(self, at: datetime, need: timedelta, *, office_rate: Fraction, alert_rate: Fraction | None) -> datetime:
        """Walk forward, each instant worth its rate; an instant on alert is worth the alert's, where there is one."""
        left = Fraction(need // timedelta(microseconds=1))
        for start, end, on_alert in self._spans(at, with_alert=alert_rate is not None):
            rate = alert_rate if on_alert and alert_rate is not None else office_rate
            worth = rate * ((end - start) // timedelta(microseconds=1))
            if worth >= left:
                return start + timedelta(microseconds=-(-left // rate))
            left -= worth
        return at + FARTHEST * DAY

    def _spans(self, at: datetime, *, with_alert: bool) -> Iterator[tuple[datetime, datetime, bool]]:
        """What counts after `at`, in order and apart: (start, end, on alert)."""
        first = at.astimezone(self.zone).date()
        for n in range(FARTHEST):
            day = first + n * DAY
            cuts = {datetime.combine(day, time(0), self.zone), datetime.combine(day + DAY, time(0), self.zone)}
            low, high = min(cuts), max(cuts)
            cuts |= {datetime.combine(day, self.opens, self.zone), datetime.combine(day, self.shuts, self.zone)}
            if with_alert:
                cuts |= {i for span in self.alert for i in span if low < i < high}
            edges = sorted(cut for cut in {*cuts, at} if max(low, at) <= cut <= high)
            for start, end in pairwise(edges):
                alert = with_alert and self.on_alert(start)
                if alert or (self.works(day) and self.opens <= start.astimezone(self.zone).time() < self.shuts):
                    yield start, end, alert


LONGEST = timedelta(days=60)
MINUTE = timedelta(minutes=1)


def brought_forward(was: Hours, now: Hours, set_at: datetime, due_at: datetime) -> datetime:
    """The same duration counted by another calendar: what a duty set in normal times owes once siaga is decreed; never later.

    A stored instant does not say whether it was "8 hours" or "one working day": where both fit, the later answer holds. One that no
    whole minutes explain (an instant a person named) stays.
    """
    found = [now.after(set_at, within) for within in _durations(was, set_at, due_at)]
    return min(due_at, max(found, default=due_at))


def _durations(was: Hours, set_at: datetime, due_at: datetime) -> Iterator[timedelta]:
    """Whole minutes after which `was` gives `due_at`: one under a day, one of a day or more (each kind counts by itself)."""
    for low, high in ((timedelta(0), DAY - MINUTE), (DAY, LONGEST)):
        first, last = low // MINUTE, high // MINUTE
        while first < last:
            middle = (first + last) // 2
            if was.after(set_at, middle * MINUTE) < due_at:
                first = middle + 1
            else:
                last = middle
        if was.after(set_at, first * MINUTE) == due_at:
            yield first * MINUTE
