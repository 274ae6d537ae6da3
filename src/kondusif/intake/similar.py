"""Near duplicates: first whoever is near in space and time, then how alike the words are."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import NamedTuple

from django.db import connection
from rapidfuzz import fuzz, process
from rapidfuzz.utils import default_process

from kondusif.intake.rules import around

WINDOW = timedelta(hours=6)
METRES = 1500
_DEGREES = METRES / 111_000  # of latitude
LIKENESS = 62  # token-set ratio from which two reports are shown side by side
MOST = 5
MOST_CANDIDATES = 4000
MOST_IN_SQUARE = 250  # the newest ones: a storm of reports in one place must not stall the next


class Near(NamedTuple):
    """A report already stored, as the search needs it."""

    id: int
    received_at: datetime
    lat: float
    lon: float
    text: str
    restricted: bool
    mark: int
    few: int
    raw: str = ""  # the words as told, kept only for a report about to be stored


class Probe(NamedTuple):
    """A report looking for its like."""

    cell: int
    lat: float
    lon: float
    at: datetime
    words: str
    mark: int
    few: int
    restricted: bool
    raw: str

    def as_near(self, id_: int) -> Near:
        """The same report, as later ones will see it."""
        return Near(id_, self.at, self.lat, self.lon, self.words, self.restricted, self.mark, self.few, self.raw)


def probe(cell: int, lat: float, lon: float, *, at: datetime, text: str, restricted: bool) -> Probe:
    words = words_of(text)
    return Probe(cell, lat, lon, at, words, *sign(words), restricted, text)


Squares = dict[int, dict[int, Near]]
"""Reports by square (`rules.cell_of`) and id."""


@dataclass(frozen=True)
class Match:
    other: int
    metres: int
    minutes: int
    likeness: int


def utc(stored: object) -> datetime:
    """An instant as plain SQL gives it: SQLite hands out what it stores, in UTC."""
    assert isinstance(stored, datetime)
    return stored if stored.tzinfo else stored.replace(tzinfo=UTC)


def words_of(text: str) -> str:
    """Small letters and digits only: what is compared."""
    found: str = default_process(text)
    return found


def metres(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Distance on a local plane: exact to 0.1 % within the few kilometres asked of it."""
    x = math.radians(lon2 - lon1) * math.cos(math.radians((lat1 + lat2) / 2))
    return 6_371_000 * math.hypot(x, math.radians(lat2 - lat1))


def candidates(probes: Sequence[Probe]) -> Squares:
    """Stored reports in the probes' squares and their neighbours within the window, by square; one query for all.

    The slow twin of `recent.Recent`, and its stand-in for batches out of time.
    """
    if not probes:
        return {}
    cells = sorted({c for p in probes for c in around(p.cell)})
    adapt = connection.ops.adapt_datetimefield_value
    first, last = min(p.at for p in probes) - WINDOW, max(p.at for p in probes) + WINDOW
    marks = ", ".join(["%s"] * len(cells))
    found: Squares = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT cell, id, received_at, lat, lon, text, restricted FROM intake_report"  # noqa: S608 - only %s marks
            f" WHERE cell IN ({marks}) AND received_at BETWEEN %s AND %s"
            " ORDER BY received_at DESC LIMIT %s",
            [*cells, adapt(first), adapt(last), MOST_CANDIDATES],
        )
        for cell, *rest in reversed(cursor.fetchall()):  # squares hold the newest last
            found[cell][rest[0]] = near_of(rest)
    return found


def near_of(row: Sequence[object]) -> Near:
    """A row of `id, received_at, lat, lon, text, restricted` as plain SQL gives it."""
    id_, received, lat, lon, text, restricted = row
    words = words_of(str(text))
    return Near(int(str(id_)), utc(received), float(str(lat)), float(str(lon)), words, bool(restricted), *sign(words))


def worth_comparing(wanted: Probe, squares: Squares) -> list[Near]:
    """The newest reports around the wanted that share enough words with it. `Recent.near` finds the same for a batch."""
    return [
        n
        for cell in around(wanted.cell)
        if (square := squares.get(cell))
        for n in islice(reversed(square.values()), MOST_IN_SQUARE)
        if (n.mark & wanted.mark).bit_count() >= min(n.few, wanted.few)
    ]


def ranked(wanted: Probe, found: Sequence[Near]) -> list[Match]:
    """Those of the found that are near in space and time, the likest first; at most `MOST`.

    Open reports and those about officials are never shown to each other.
    """
    near = [
        (n, d)
        for n in found
        if n.restricted == wanted.restricted
        and abs(n.received_at - wanted.at) <= WINDOW
        and abs(n.lat - wanted.lat) <= _DEGREES
        and (d := metres(wanted.lat, wanted.lon, n.lat, n.lon)) <= METRES
    ]
    if not near:
        return []
    scored = process.extract(
        wanted.words, [n.text for n, _ in near], scorer=fuzz.token_set_ratio, processor=None, score_cutoff=LIKENESS, limit=MOST
    )  # fmt: skip
    return [
        Match(
            near[i][0].id,
            round(near[i][1]),
            round((wanted.at - near[i][0].received_at).total_seconds() / 60),
            round(score),
        )
        for _, score, i in scored
    ]


_BITS = [1 << n for n in range(256)]


def sign(words: str) -> tuple[int, int]:
    """A text's words as bits of a number, and how many of them another text must share to be worth comparing.

    Two texts that share fewer than three in ten of the shorter one's words are not alike; that is seen in a tenth of a
    microsecond.
    """
    mark = 0
    for word in words.split():
        mark |= _BITS[hash(word) & 255]
    return mark, -(-3 * mark.bit_count() // 10)
