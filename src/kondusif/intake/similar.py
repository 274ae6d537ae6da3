"""Near duplicates: first whoever is near in space and time, then how alike the words are."""

from __future__ import annotations

import math
import threading
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.db import connection
from rapidfuzz import fuzz, process
from rapidfuzz.utils import default_process

from kondusif.intake.rules import around

WINDOW = timedelta(hours=6)
METRES = 1500
LIKENESS = 62  # token-set ratio from which two reports are shown side by side
MOST = 5
MOST_CANDIDATES = 4000  # a storm of reports in one square must not stall the next ones


class Near(NamedTuple):
    """A report already stored, as the search needs it."""

    id: int
    received_at: datetime
    lat: float
    lon: float
    text: str
    restricted: bool


@dataclass(frozen=True)
class Probe:
    """A report looking for its like."""

    cell: int
    lat: float
    lon: float
    at: datetime
    text: str
    restricted: bool


@dataclass(frozen=True)
class Match:
    other: int
    metres: int
    minutes: int
    likeness: int


def words_of(text: str) -> str:
    """Small letters and digits only: what is compared."""
    found: str = default_process(text)
    return found


def metres(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Distance on a local plane: exact to 0.1 % within the few kilometres asked of it."""
    x = math.radians(lon2 - lon1) * math.cos(math.radians((lat1 + lat2) / 2))
    return 6_371_000 * math.hypot(x, math.radians(lat2 - lat1))


def candidates(probes: Sequence[Probe]) -> dict[int, list[Near]]:
    """Stored reports in the probes' squares and their neighbours within the window, by square; one query for all."""
    if not probes:
        return {}
    cells = sorted({c for p in probes for c in around(p.cell)})
    adapt = connection.ops.adapt_datetimefield_value
    first, last = min(p.at for p in probes) - WINDOW, max(p.at for p in probes) + WINDOW
    marks = ", ".join(["%s"] * len(cells))
    found: dict[int, list[Near]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT cell, id, received_at, lat, lon, text, restricted FROM intake_report"  # noqa: S608 - only %s marks
            f" WHERE cell IN ({marks}) AND received_at BETWEEN %s AND %s"
            " ORDER BY received_at DESC LIMIT %s",
            [*cells, adapt(first), adapt(last), MOST_CANDIDATES],
        )
        for cell, *rest in cursor.fetchall():
            found[cell].append(_near(rest))
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
        self._last = 0
        self._since: datetime | None = None

    def around(self, probes: Sequence[Probe], *, at: datetime) -> dict[int, list[Near]]:
        """Stored reports in the probes' squares and their neighbours, by square."""
        if not probes:
            return {}
        with self._lock:
            self._read(at)
            if self._since is None or at - WINDOW < self._since:
                return candidates(probes)
            cells = {c for p in probes for c in around(p.cell)}
            return {c: list(self._cells[c].values()) for c in cells if c in self._cells}

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
                self._cells[cell][rest[0]] = _near(rest)
                self._order.append((cell, rest[0]))
        self._last = max(newest, self._last)
        self._drop(at - WINDOW)

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
    assert isinstance(received, datetime)
    if received.tzinfo is None:  # SQLite hands out what it stores, in UTC
        received = received.replace(tzinfo=UTC)
    return Near(int(str(id_)), received, float(str(lat)), float(str(lon)), words_of(str(text)), bool(restricted))


def matches(probe: Probe, stored: dict[int, list[Near]]) -> list[Match]:
    """The likest stored reports near the probe. Open reports and those about officials are never shown to each other."""
    near = [
        (n, d)
        for cell in around(probe.cell)
        for n in stored.get(cell, ())
        if n.restricted == probe.restricted
        and abs(n.received_at - probe.at) <= WINDOW
        and (d := metres(probe.lat, probe.lon, n.lat, n.lon)) <= METRES
    ]
    scored = process.extract(
        words_of(probe.text), [n.text for n, _ in near], scorer=fuzz.token_set_ratio, processor=None,
        score_cutoff=LIKENESS, limit=MOST,
    )  # fmt: skip
    return [
        Match(
            near[i][0].id,
            round(near[i][1]),
            round((probe.at - near[i][0].received_at).total_seconds() / 60),
            round(score),
        )
        for _, score, i in scored
    ]
