"""From the words of one expression of time to a day, a clock and how surely they are known. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, timezone
from typing import TYPE_CHECKING

from kondusif.intake.message.time_words import AFTER, HOUR_OF, MONTH_OF, PART_OF, PARTS, TODAY, WEEKDAY_OF
from kondusif.intake.message.words import number

if TYPE_CHECKING:
    from kondusif.intake.message.times import Group, Sign

_ZONES = {"wib": 7, "wita": 8, "wit": 9}
_EXACT, _HOUR, _DAY = 0, 1, 2


@dataclass(frozen=True)
class Moment:
    """What one expression says. `minutes` after midnight of `day` (beyond 24 h: the night that belongs to it)."""

    day: date | None = None
    minutes: int | None = None
    exactness: int = _DAY
    confidence: float = 0.9
    future: bool = False
    now: bool = False
    strong: bool = False  # its own words name the day
    night: bool = False
    reason: str = ""
    zone: int | None = None

    @property
    def precision(self) -> str:
        return ("minute", "hour", "day")[self.exactness]

    def instant(self, here: datetime) -> datetime | None:
        if self.now:
            return here
        if self.day is None:
            return None
        minutes = self.minutes if self.minutes is not None else 12 * 60
        there = here.tzinfo if self.zone is None else timezone(timedelta(hours=self.zone))
        start = datetime.combine(self.day, time(0), tzinfo=there)
        return (start + timedelta(minutes=minutes)).astimezone(here.tzinfo)


def resolve(group: Group, *, here: datetime, day_h: date | None) -> Moment:
    """The moment a group of signs names."""
    kinds = {s.kind for s in group.signs}
    to_come = bool(kinds & {"tomorrow", "later"}) or any(_not_yet(s, here) for s in group.signs)
    if to_come:
        gone = kinds & {"yesterday", "night", "before", "ago"} or any(
            s.kind == "lately" and s.said[0] != "ini" for s in group.signs
        )
        return Moment(reason="time-contradiction") if gone else Moment(future=True)
    if kinds & {"vague", "duration"} and not kinds & {"clock", "date", "iso", "yesterday", "night"}:
        return Moment(reason="time-vague")
    days, reason = _days(group, here=here, day_h=day_h)
    if reason:
        return Moment(reason=reason)
    if len(days) > 1:
        return Moment(reason="time-contradiction")
    ago = next((s for s in group.signs if s.kind == "ago"), None)
    if ago is not None and (found := _ago(ago, here)):
        return found
    if kinds == {"now"}:
        return Moment(now=True, exactness=_HOUR, confidence=0.85, minutes=None)
    clock = _clock(group)
    if clock.reason and clock.minutes is None:
        return clock
    return _placed(group, next(iter(days), None), clock, here=here)


def _not_yet(sign: Sign, here: datetime) -> bool:
    """`malam ini` said in the morning."""
    part = TODAY.get(" ".join(sign.said[0].split()), "") if sign.kind == "today" else ""
    return bool(part) and PARTS[part][0] > here.hour


def _days(group: Group, *, here: datetime, day_h: date | None) -> tuple[list[date], str]:
    """The days the group names, each once; explicit dates outweigh `kemarin`, which then means `ago`."""
    today = here.date()
    explicit: list[date] = []
    spoken: list[date] = []
    weekday: Sign | None = None
    for s in group.signs:
        if s.kind in {"iso", "date", "dom"}:
            day = _date_said(s, today)
            if day is None:
                return [], "date-impossible"
            explicit.append(day)
        elif s.kind in {"weekday", "eve"}:
            weekday = s
        elif s.kind == "before":
            if "lusa" in s.said[0]:
                return [], "time-unclear"
            spoken.append(today - timedelta(days=2))
        elif s.kind == "hday":
            if day_h is None:
                return [], "h-unknown"
            explicit.append(day_h + timedelta(days=int(s.said["n"]) * (1 if s.said["sign"] == "+" else -1)))
        elif s.kind in {"yesterday", "night", "today"}:
            spoken.append(_spoken(s, here))
    if explicit:
        if weekday is not None and any(d.weekday() != _weekday(weekday) for d in explicit):
            return [], "wrong-weekday"
        return list(dict.fromkeys(explicit)), ""
    if weekday is not None:
        return _named(weekday, spoken, today=today)
    return list(dict.fromkeys(spoken)), ""


def _weekday(sign: Sign) -> int:
    return (WEEKDAY_OF[sign.said["w"]] - (sign.kind == "eve")) % 7


def _named(sign: Sign, spoken: list[date], *, today: date) -> tuple[list[date], str]:
    """The last day of that name. Today's own name may mean today or a week ago: that is asked."""
    back = (today.weekday() - _weekday(sign)) % 7
    day = today - timedelta(days=back)
    if back == 0:
        if today in spoken:
            return [today], ""
        return (
            ([day - timedelta(days=7)], "") if (sign.kind == "weekday" and sign.said["last"]) else ([], "time-unclear")
        )
    return [day], ""


def _spoken(sign: Sign, here: datetime) -> date:
    today = here.date()
    if sign.kind == "today":
        return today
    if sign.kind == "night" and here.hour >= 21 and not re.search("k[me]|wingi", sign.said[0]):
        return today
    return today - timedelta(days=1)


def _date_said(sign: Sign, today: date) -> date | None:
    """The date named; without a year, or a month, the last one that has come."""
    said = sign.said.groupdict()
    day, month, year = int(said["d"]), said.get("mo"), said.get("y")
    number_of = MONTH_OF[said["mon"]] if said.get("mon") else int(month) if month else 0
    try:
        if year:
            return date(int(year) + (2000 if len(year) == 2 else 0), number_of, day)
        if number_of:
            found = [date(y, number_of, day) for y in (today.year - 1, today.year, today.year + 1)]
            return min(found, key=lambda d: abs(d - today))
        found = [date(y, m, day) for y, m in _months_back(today) if _is_date(y, m, day)]
    except ValueError:
        return None
    return next((d for d in found if d <= today), None)


def _is_date(year: int, month: int, day: int) -> bool:
    return 1 <= day <= (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day


def _months_back(today: date) -> list[tuple[int, int]]:
    return [
        ((today.year * 12 + today.month - 1 - n) // 12, (today.year * 12 + today.month - 1 - n) % 12 + 1)
        for n in range(3)
    ]


def _ago(sign: Sign, here: datetime) -> Moment | None:
    said, unit = sign.said["n"], sign.said["u"]
    half = said in {"setengah", "stgh"}
    count = 1 if said in {"sejam", "se", "seharian"} else 0 if half else number(said)
    if unit.startswith("h"):
        if half or count > 366:
            return Moment(reason="time-vague")
        return Moment(here.date() - timedelta(days=count), None, _DAY, 0.85, strong=True)
    minutes = (30 if half else count * 60) if unit == "jam" else count
    if minutes > 72 * 60 or not minutes:
        return Moment(reason="time-vague")
    then = here - timedelta(minutes=minutes)
    return Moment(then.date(), then.hour * 60 + then.minute, _HOUR, 0.9, strong=True)


def _clock(group: Group) -> Moment:
    """The clock and part of the day of a group, not yet on a day."""
    clocks = [s for s in group.signs if s.kind in {"clock", "bare"}]
    parts = [PART_OF[s.said["p"]] for s in group.signs if s.kind == "part"]
    parts += [TODAY[w] for s in group.signs if s.kind == "today" and TODAY.get(w := " ".join(s.said[0].split()))]
    if any(s.kind in {"night", "eve"} for s in group.signs):
        parts.append("malam")
    if not clocks:
        if not parts:
            return Moment()
        after = any(s.kind == "part" and s.said["after"] for s in group.signs)
        part = min(parts, key=lambda p: (PARTS[p][3] != "hour", p == "malam"))  # the narrower: `sore, habis asar`
        _, _, minutes, precision = PARTS[part]
        return Moment(None, minutes + AFTER * after, _HOUR if precision == "hour" else _DAY, night=part == "malam")
    return _read_clock(clocks[0], parts, about=group.about)


def _read_clock(sign: Sign, parts: Sequence[str], *, about: bool) -> Moment:
    said = sign.said.groupdict()
    digits = said["h"]
    hour = int(digits) if digits.isdigit() else HOUR_OF[digits]
    minute = int(said.get("m") or said.get("past") or 0)
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        return Moment(reason="clock-impossible")
    hour %= 24
    total = hour * 60 + minute
    if said.get("half"):
        total -= 30
    exact = bool(said.get("m") or said.get("past")) and not about and not said.get("about")
    whole_day = digits.isdigit() and len(digits) == 2 and bool(said.get("m"))
    base = Moment(None, total, _EXACT if exact else _HOUR, zone=_ZONES.get(said.get("zone") or ""))
    if parts:
        return _in_part(base, parts)
    if hour > 12 or whole_day:
        return replace(base, night=hour >= 18)
    return replace(base, confidence=0.6, reason="morning-or-evening")


def _in_part(base: Moment, parts: Sequence[str]) -> Moment:
    """The clock in that part of the day: `9 malam` is 21, `1 malam` the small hours, `2 siang` 14."""
    assert base.minutes is not None
    for part in sorted(set(parts), key=lambda p: p == "malam"):
        low, high, *_ = PARTS[part]
        for shift in (0, 12 * 60, 24 * 60):
            minutes = base.minutes + shift
            if shift == 12 * 60 and base.minutes > 12 * 60:
                continue
            if low * 60 <= minutes <= high * 60 + 59:
                return replace(base, minutes=minutes, night=part == "malam")
    return Moment(reason="time-contradiction")


def _placed(group: Group, day: date | None, clock: Moment, *, here: datetime) -> Moment:
    """The clock on its day. Without a day the last such moment is meant, said less surely."""
    today = here.date()
    lately = any(s.kind == "lately" for s in group.signs)
    if day is not None:
        if clock.minutes is None:
            return Moment(day, None, _DAY, 0.85, strong=True)
        moment = replace(clock, day=day, confidence=min(clock.confidence, 0.9), strong=True)
        return _unambiguous(moment, here)
    if clock.minutes is None:
        return Moment(today, None, _DAY, 0.6, strong=lately) if lately else Moment(reason="when-unsaid")
    return _last(clock, here=here, lately=lately)


def _unambiguous(moment: Moment, here: datetime) -> Moment:
    """A clock from 1 to 12 on a known day is sure where only one reading lies in the past."""
    if moment.reason != "morning-or-evening" or moment.minutes is None:
        return moment
    later = replace(moment, minutes=moment.minutes + 12 * 60)
    instant = later.instant(here)
    if instant is not None and instant > here:
        return replace(moment, confidence=0.85, reason="")
    return moment


def _last(clock: Moment, *, here: datetime, lately: bool) -> Moment:
    """The last time that clock was; `tadi` makes it surer."""
    assert clock.minutes is not None
    base = here.date() - timedelta(days=2)
    slack = timedelta(minutes=90 if clock.exactness == _DAY else 10)
    tried = [replace(clock, day=base + timedelta(days=n)) for n in range(3)]
    past = [m for m in tried if (i := m.instant(here)) is not None and i <= here + slack]
    if not past:
        return Moment(reason="time-unclear")
    found = past[-1]
    instant = found.instant(here)
    assert instant is not None
    same = instant.date() == here.date() or (found.night and here - instant < timedelta(hours=16))
    sure = 0.9 if lately and same else 0.8 if same else 0.75 if clock.exactness == _EXACT else 0.55
    found = replace(found, confidence=min(sure, found.confidence), strong=lately)
    return _unambiguous(found, here) if same and lately else found


def joined(dated: Sequence[Moment], clock: Moment, *, here: datetime) -> Moment:
    """A clock said in one place on the day said in another."""
    day = next((m.day for m in dated if m.strong and m.day), None)
    if day is None:
        return clock
    night = next((m for m in dated if m.strong and m.night), None)
    minutes = clock.minutes
    if night is not None and minutes is not None and clock.reason == "morning-or-evening":
        clock = replace(
            clock, minutes=minutes + 12 * 60 if minutes >= 6 * 60 else minutes + 24 * 60, reason="", confidence=0.8
        )
    elif night is not None and minutes is not None and minutes < 6 * 60:
        return replace(clock, day=day, confidence=0.6, reason="time-unclear")
    sure = clock.confidence if clock.reason else 0.85
    return _unambiguous(replace(clock, day=day, confidence=sure), here)
