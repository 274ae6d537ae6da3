"""Near duplicates: first whoever is near in space and time, then how alike the words are."""

from __future__ import annotations

import math
import threading
from collections import defaultdict, deque
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

    The slow twin of `Recent.around`, and its stand-in for batches out of time.
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
            found[cell][rest[0]] = _near(rest)
    return found


class Recent:
    """What `candidates` would find, kept in memory by the process that receives reports.

    Each batch reads only what was stored since the last one, by whichever process; a little overlap covers rows that
    commit out of order. Reports older than the window fall away. Meant for reports arriving in time; a batch that lies
    before what is kept (an import, an exercise) asks the database instead.
    """

    OVERLAP = 300
    FULL = 200_000

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        self._cells: dict[int, dict[int, Near]] = defaultdict(dict)
        self._order: deque[tuple[int, int]] = deque()  # (cell, id) as read
        self._expected: dict[int, Near] = {}
        self._last = 0
        self._since: datetime | None = None

    def expect(self, near: Near) -> None:
        """A report about to be stored: spares the next look at its words, if it is indeed the one found stored then."""
        self._expected[near.id] = near

    def warm(self, *, at: datetime) -> None:
        """Read what is stored, before the first report has to wait for it."""
        with self._lock:
            self._read(at)

    def around(self, probes: Sequence[Probe], *, at: datetime) -> Squares:
        """Stored reports by square, at least those in the probes' squares and their neighbours.

        It is the memory itself, to be read by the process's one intake writer, and not to be changed.
        """
        if not probes:
            return {}
        with self._lock:
            self._read(at)
            if self._since is None or at - WINDOW < self._since:
                return candidates(probes)
            return self._cells

    def _read(self, at: datetime) -> None:
        first = self._since is None
        overlap = self.OVERLAP if connection.vendor == "postgresql" else 0
        adapt = connection.ops.adapt_datetimefield_value
        with connection.cursor() as cursor:
            cursor.execute("SELECT COALESCE(MAX(id), 0) FROM intake_report")
            newest = int(cursor.fetchone()[0])
            if newest < self._last or len(self._order) > self.FULL:
                self.forget()
                first = True
            cursor.execute(
                "SELECT cell, id, received_at, lat, lon, text, restricted FROM intake_report"
                " WHERE id > %s AND cell IS NOT NULL AND received_at >= %s",
                [0 if first else self._last - overlap, adapt(at - WINDOW)],
            )
            rows = cursor.fetchall()
        if first:
            self._since = at - WINDOW
        for cell, *rest in rows:
            if rest[0] not in self._cells[cell]:
                self._cells[cell][rest[0]] = self._as_expected(rest) or _near(rest)
                self._order.append((cell, rest[0]))
        self._expected.clear()
        self._last = max(newest, self._last)
        self._drop(at - WINDOW)

    def _as_expected(self, row: Sequence[object]) -> Near | None:
        near = self._expected.get(int(str(row[0])))
        same = near is not None and near.raw == row[4] and (near.lat, near.lon) == (row[2], row[3])
        return near._replace(raw="") if near is not None and same else None

    def _drop(self, before: datetime) -> None:
        while self._order:
            cell, id_ = self._order[0]
            near = self._cells[cell].get(id_)
            if near is not None and near.received_at >= before:
                return
            self._order.popleft()
            self._cells[cell].pop(id_, None)


RECENT = Recent()


def _near(row: Sequence[object]) -> Near:
    id_, received, lat, lon, text, restricted = row
    words = words_of(str(text))
    return Near(int(str(id_)), utc(received), float(str(lat)), float(str(lon)), words, bool(restricted), *sign(words))


def matches(wanted: Probe, *layers: Squares) -> list[Match]:
    """The likest reports near the wanted in the layers. Open reports and those about officials are never shown together."""
    mark, few, south, north = wanted.mark, wanted.few, wanted.lat - _DEGREES, wanted.lat + _DEGREES
    near = [
        (n, d)
        for cell in around(wanted.cell)
        for layer in layers
        if (square := layer.get(cell))
        for n in islice(reversed(square.values()), MOST_IN_SQUARE)
        if ((shared := (n.mark & mark).bit_count()) >= few or shared >= n.few)
        and south <= n.lat <= north
        and n.restricted == wanted.restricted
        and abs(n.received_at - wanted.at) <= WINDOW
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
