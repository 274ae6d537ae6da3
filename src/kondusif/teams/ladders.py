"""Who is told when a duty stays unmet, one after the other, and after how long. Pure; `lint.py` says what is wrong with one.

practice.md, duty hours: one step alerts at most one level above. Level 1 is the kab/kota, 2 the province's watch, 3 its leadership.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from kondusif.teams.hours import WITA, Hours

# code: (words on the screen, level, outbox address)
TARGETS: dict[str, tuple[str, int, str]] = {
    "watch": ("Piket kab/kota", 1, "duty:{kabkota}"),
    "head": ("Kepala bidang kab/kota", 1, "role:division_head@{kabkota}"),
    "secretary": ("Sekretaris kab/kota", 1, "role:secretary@{kabkota}"),
    "chair": ("Ketua kab/kota", 1, "role:chair@{kabkota}"),
    "province_watch": ("Piket provinsi", 2, "duty:{province}"),
    "province_head": ("Kepala bidang provinsi", 2, "role:division_head@{province}"),
    "province_secretary": ("Sekretaris provinsi", 3, "role:secretary@{province}"),
    "province_chair": ("Ketua provinsi", 3, "role:chair@{province}"),
}
ALWAYS = frozenset({"S1", "S2"})
WEEK = frozenset(range(7))
WORKDAYS = frozenset(range(5))
PAUSE = {"S1": 15, "S2": 60, "S3": 720, "S4": 10080}  # minutes; domain.md §7.4, escalate if silent


@dataclass(frozen=True)
class Window:
    """Hours in which a rung may be told, over midnight where `shuts` is not after `opens`. Equal ends or no day: never."""

    opens: time
    shuts: time
    days: frozenset[int] = WEEK

    def holds(self, at: datetime) -> bool:
        local = at.astimezone(WITA)
        now, day = local.time(), local.weekday()
        if self.opens < self.shuts:
            return day in self.days and self.opens <= now < self.shuts
        if self.opens == self.shuts:
            return False
        return (day in self.days and now >= self.opens) or ((day - 1) % 7 in self.days and now < self.shuts)

    def next(self, at: datetime) -> datetime | None:
        """The first instant from `at` on at which it holds; None where it never does."""
        if self.holds(at):
            return at
        if self.opens == self.shuts:
            return None
        local = at.astimezone(WITA)
        for n in range(8):
            day = local.date() + timedelta(days=n)
            opening = datetime.combine(day, self.opens, WITA)
            if opening >= at and day.weekday() in self.days:
                return opening
        return None


@dataclass(frozen=True)
class Rung:
    """One step: who, how many minutes after the step below was told, and in which hours."""

    target: str
    wait: int = 0
    window: Window | None = None

    @property
    def level(self) -> int:
        return TARGETS[self.target][1]

    def address(self, kabkota: str, province: str) -> str:
        return TARGETS[self.target][2].format(kabkota=kabkota, province=province)


@dataclass(frozen=True)
class Ladder:
    """The steps of one plan in one kab/kota. `again`: minutes after which the last is told again; None by severity."""

    region: str
    category: str
    severity: str
    rungs: tuple[Rung, ...]
    again: int | None = None


def usual(severity: str) -> tuple[Rung, ...]:
    """Where a plan says nothing: the watch, the province's watch, its chair."""
    pause = PAUSE[severity]
    return Rung("watch"), Rung("province_watch", pause), Rung("province_chair", pause)


def rung_at(rungs: Sequence[Rung], level: int) -> Rung:
    """Whom the n-th passing of the instant tells; past the end the last is told again and again."""
    return rungs[min(level, len(rungs) - 1)]


def next_instant(ladder: Ladder, level: int, at: datetime, hours: Hours) -> datetime:
    """When the rung after `level` is told, if nobody acts: its wait, counted from now, then its window.

    A window is kept only by S3 and S4, and one that never opens is passed over: a pause must end.
    """
    if level + 1 < len(ladder.rungs):
        rung = ladder.rungs[level + 1]
        minutes = rung.wait
    else:
        rung = ladder.rungs[-1]
        minutes = ladder.again or 0
    wait = timedelta(minutes=minutes if minutes > 0 else PAUSE[ladder.severity])
    if ladder.severity in ALWAYS:
        return at + wait
    due = hours.after(at, wait)
    opening = rung.window.next(due) if rung.window is not None else due
    return opening or due
