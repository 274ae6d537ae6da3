"""What is wrong with a ladder among the people who are there: for each hour, is somebody reached at each step? Pure.

Holes are named, never repaired: whoever owns the plan must know them before the night they matter.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from kondusif.teams.hours import Hours, Span
from kondusif.teams.ladders import ALWAYS, Ladder, Rung, next_instant

HOUR = timedelta(hours=1)
KINDS: dict[str, str] = {
    "empty_hour": "tidak ada orang",
    "no_channel": "ada orang, tidak ada jalur untuk menghubunginya",
    "loop": "melingkar: kembali ke yang sudah diberi tahu",
    "silent_end": "berakhir diam: tidak diulang sesudah langkah terakhir",
    "skipped_level": "melompati satu tingkat",
    "ignored_wait": "waktu tunggu diabaikan",
    "shut_window": "jeda yang tidak berlanjut",
}


@dataclass(frozen=True)
class Turn:
    person: int
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Stand:
    """Somebody acts in a post for somebody absent."""

    role: str
    region: str
    absent: int
    acting: int
    start: datetime
    end: datetime


@dataclass(frozen=True)
class House:
    """The people, as far as reaching them goes. `reachable`: active members, and whether a way leads to them."""

    province: str
    reachable: Mapping[int, bool]
    turns: Mapping[str, tuple[Turn, ...]] = field(default_factory=dict)
    holders: Mapping[tuple[str, str], tuple[int, ...]] = field(default_factory=dict)
    stands: tuple[Stand, ...] = ()
    alert: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)
    hours: Mapping[str, Hours] = field(default_factory=dict)


@dataclass(frozen=True)
class Hole:
    """A kind of `KINDS` at a step, and the hours in which it yawns (None: whenever)."""

    kind: str
    region: str
    category: str
    severity: str
    target: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None


def followed(post: tuple[str, str], person: int, stands: Iterable[Stand], at: datetime) -> tuple[int, bool]:
    """Who acts for a person in a post at an instant, and whether the search went in a circle."""
    following = {s.absent: s.acting for s in stands if (s.role, s.region) == post and s.start <= at < s.end}
    seen = {person}
    while person in following:
        person = following[person]
        if person in seen:
            return person, True
        seen.add(person)
    return person, False


def _state(address: str, house: House, at: datetime) -> str:
    """What an address comes to at an instant: '' when somebody is reached, else the kind of the hole."""
    kind, _, rest = address.partition(":")
    role, region = ("duty_officer", rest) if kind == "duty" else tuple(rest.split("@"))
    people: set[int] = set()
    if kind == "duty":
        people = {
            t.person for t in house.turns.get(region, ()) if t.start <= at < t.end and t.person in house.reachable
        }
        if not people and any(start <= at < end for start, end in house.alert.get(region, ())):
            return "empty_hour"  # in Masa siaga somebody sits there; to have duty officers is not enough
    if not people:
        for holder in house.holders.get((role, region), ()):
            person, circle = followed((role, region), holder, house.stands, at)
            if circle:
                return "loop"
            people.add(person)
        people &= set(house.reachable)
    if not people:
        return "empty_hour"
    return "" if any(house.reachable[p] for p in people) else "no_channel"


class _Timeline:
    """The states of one address from an instant on: constant between edges, so each stretch is judged once."""

    def __init__(self, address: str, house: House, start: datetime, end: datetime) -> None:
        region = address.partition(":")[2].rpartition("@")[2]
        edges = {start}
        edges |= {i for t in house.turns.get(region, ()) for i in (t.start, t.end)}
        edges |= {i for s in house.stands if s.region == region for i in (s.start, s.end)}
        edges |= {i for span in house.alert.get(region, ()) for i in span}
        self.edges = sorted(e for e in edges if start <= e < end)
        self.states = [_state(address, house, e) for e in self.edges]

    def at(self, moment: datetime) -> str:
        return self.states[bisect_right(self.edges, moment) - 1]


def shape(ladder: Ladder) -> list[Hole]:
    """What is wrong with the steps themselves, whoever stands on them."""
    found: list[tuple[str, Rung]] = []
    told: list[str] = []
    for n, rung in enumerate(ladder.rungs):
        below = ladder.rungs[n - 1].level if n else 1
        if rung.level > below + 1:
            found.append(("skipped_level", rung))
        if (n > 0 and rung.wait <= 0) or (n == 0 and rung.wait > 0):
            found.append(("ignored_wait", rung))
        if rung.target in told and rung.target != told[-1]:
            found.append(("loop", rung))
        if rung.window is not None and (
            ladder.severity in ALWAYS or not rung.window.days or rung.window.opens == rung.window.shuts
        ):
            found.append(("shut_window", rung))
        told.append(rung.target)
    if ladder.again is not None and ladder.again <= 0:
        found.append(("silent_end", ladder.rungs[-1]))
    return [Hole(kind, ladder.region, ladder.category, ladder.severity, rung.target) for kind, rung in found]


Memo = dict[tuple[object, ...], datetime]


def _told_next(ladder: Ladder, level: int, moment: datetime, hours: Hours, memo: Memo) -> datetime:
    """`next_instant`, remembered: many hours of many ladders come to the same opening of the office."""
    if ladder.severity in ALWAYS:
        return next_instant(ladder, level, moment, hours)
    rung = ladder.rungs[level + 1]
    key = (hours, ladder.severity, rung.wait, rung.window, moment)
    if key not in memo:
        memo[key] = next_instant(ladder, level, moment, hours)
    return memo[key]


def lint(ladder: Ladder, house: House, *, start: datetime, days: int = 14, memo: Memo | None = None) -> list[Hole]:
    """The holes of a ladder: those of its shape, and those that open in some hour of the days ahead.

    A duty is let run out at each full hour; each step is looked at when it would be told, inside the days ahead.
    """
    end = start + timedelta(days=days)
    memo = {} if memo is None else memo  # one for all the ladders of a check
    hours = house.hours.get(ladder.region, Hours())
    lines = {r.target: _Timeline(r.address(ladder.region, house.province), house, start, end) for r in ladder.rungs}
    bad: dict[tuple[str, str], set[datetime]] = defaultdict(set)
    for n in range(days * 24):
        moment = start + n * HOUR
        for level, rung in enumerate(ladder.rungs):
            if level:
                moment = _told_next(ladder, level - 1, moment, hours, memo)
            if moment >= end:
                break
            state = lines[rung.target].at(moment)
            if state:
                bad[state, rung.target].add(start + (moment - start) // HOUR * HOUR)
    found = shape(ladder)
    for (kind, target), moments in bad.items():
        for first, last in _stretches(sorted(moments)):
            found.append(Hole(kind, ladder.region, ladder.category, ladder.severity, target, first, last))
    return found


def _stretches(moments: Sequence[datetime]) -> list[Span]:
    """Hours in a row as one stretch."""
    found: list[Span] = []
    for moment in moments:
        if found and found[-1][1] == moment:
            found[-1] = (found[-1][0], moment + HOUR)
        else:
            found.append((moment, moment + HOUR))
    return found
