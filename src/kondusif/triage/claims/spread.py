"""Sebaran: items per day, channel and region, before and after the counter-message. Counts of sightings, pure.

"After" is not "because of": fewer items may also mean that fewer were written down. The page says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kondusif.triage.claims.rules import WINDOW


@dataclass(frozen=True)
class Seen:
    """One item as the counts see it."""

    on: date
    channel: str
    region: str


@dataclass(frozen=True)
class Effect:
    """Items in whole days before and after the day of the counter-message; that day itself counts for neither side.

    `days`: how many whole days after have passed, at most WINDOW. Zero: too early to say anything.
    """

    published_on: date
    before: int
    after: int
    days: int


@dataclass(frozen=True)
class Part:
    """One channel or one region: all its items, and those of the whole days before and after the counter-message."""

    code: str
    total: int
    before: int
    after: int


@dataclass(frozen=True)
class Spread:
    """`days`: (day, items) without gaps from the first to the last; `groups`: (day, channel, region, items), newest first."""

    total: int
    days: tuple[tuple[date, int], ...]
    channels: tuple[Part, ...]
    regions: tuple[Part, ...]
    groups: tuple[tuple[date, str, str, int], ...]
    most: int
    effect: Effect | None


LONGEST_SPAN = 120  # days drawn; earlier ones are in the totals


def spread(items: Iterable[Seen], *, published_on: date | None, today: date) -> Spread:
    rows = list(items)
    per_day = Counter(i.on for i in rows)
    days: list[tuple[date, int]] = []
    if per_day:
        last = max(per_day)
        first = max(min(per_day), last - timedelta(days=LONGEST_SPAN - 1))
        days = [(day, per_day[day]) for day in _days(first, last)]
    found = effect(per_day, published_on=published_on, today=today)
    groups = Counter((i.on, i.channel, i.region) for i in rows)
    return Spread(
        len(rows), tuple(days), _parts([(i.channel, i.on) for i in rows], found), _parts([(i.region, i.on) for i in rows], found),
        tuple((*key, n) for key, n in sorted(groups.items(), key=lambda pair: (-pair[0][0].toordinal(), pair[0][1:]))),
        max((n for _day, n in days), default=0), found,
    )  # fmt: skip


def effect(per_day: Counter[date], *, published_on: date | None, today: date) -> Effect | None:
    """As many whole days before as have passed after, so that the two sides are alike."""
    if published_on is None:
        return None
    passed = max(0, min(WINDOW, (today - published_on).days - 1))
    before = sum(per_day[published_on - timedelta(days=n)] for n in range(1, passed + 1))
    after = sum(per_day[published_on + timedelta(days=n)] for n in range(1, passed + 1))
    return Effect(published_on, before, after, passed)


def _days(first: date, last: date) -> Sequence[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _parts(seen: Sequence[tuple[str, date]], found: Effect | None) -> tuple[Part, ...]:
    """Most items first."""
    parts = []
    for code in {code for code, _on in seen}:
        # Days from the counter-message: negative before it, zero on its day.
        far = [(on - found.published_on).days for c, on in seen if c == code] if found else []
        before, after = (sum(1 for f in far if found and 1 <= sign * f <= found.days) for sign in (-1, 1))
        parts.append(Part(code, sum(c == code for c, _on in seen), before, after))
    return tuple(sorted(parts, key=lambda p: (-p.total, p.code)))
