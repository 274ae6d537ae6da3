"""The reports of the last hours, kept in memory by the process that receives reports, to find near duplicates fast."""

from __future__ import annotations

import threading
from array import array
from collections.abc import Sequence
from datetime import datetime

import numpy as np
import numpy.typing as npt
from django.db import connection

from kondusif.intake.rules import around, cell_of
from kondusif.intake.similar import (
    MOST_IN_SQUARE,
    WINDOW,
    Near,
    Probe,
    candidates,
    near_of,
    worth_comparing,
)

_WORDS = 4  # a mark of 256 bits in machine words


class Recent:
    """What `similar.candidates` would find, in memory.

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
        self._rows: list[Near] = []  # as read, oldest first
        self._cells: list[int] = []  # the square of each row
        self._gone = 0  # rows before this one are too old
        self._known: set[int] = set()
        self._squares: dict[int, array[int]] = {}  # row numbers, newest last
        self._marks: npt.NDArray[np.uint64] = np.zeros((1024, _WORDS), np.uint64)
        self._few: npt.NDArray[np.uint16] = np.zeros(1024, np.uint16)
        self._expected: dict[int, Near] = {}
        self._last = 0
        self._since: datetime | None = None

    def expect(self, near: Near) -> None:
        """A report about to be stored: spares the next look at its words, if it is indeed the one found stored then."""
        self._expected[near.id] = near

    def stored(self, first: int, last: int) -> None:
        """The batch with these ids is committed. Where nobody stored between it and what is known, it need not be read."""
        with self._lock:
            follows = self._since is not None and first == self._last + 1
            if follows and connection.vendor == "sqlite" and not connection.in_atomic_block:
                self._keep([n._replace(raw="") for id_, n in self._expected.items() if first <= id_ <= last])
                self._last = last
            for id_ in range(first, last + 1):  # another thread's batch may be under way already
                self._expected.pop(id_, None)

    def warm(self, *, at: datetime) -> None:
        """Read what is stored, before the first report has to wait for it."""
        with self._lock:
            self._read(at, None)

    def near(self, probes: Sequence[Probe], *, at: datetime, newest: int | None = None) -> list[list[Near]]:
        """For each probe the stored reports around it that share enough words with it, in no order of likeness.

        `newest`: the highest id stored, where the caller knows it.
        """
        with self._lock:
            if not probes:
                self._expected.clear()
                return []
            self._read(at, newest)
            if self._since is None or at - WINDOW < self._since:
                stored = candidates(probes)
                return [worth_comparing(p, stored) for p in probes]
            return self._compare(probes)

    def _compare(self, probes: Sequence[Probe]) -> list[list[Near]]:
        """All pairs of the batch at once: a storm of reports in one place costs a few array operations."""
        numbers: array[int] = array("q")
        counts = []
        for probe in probes:
            before = len(numbers)
            for cell in around(probe.cell):
                square = self._squares.get(cell)
                if square:
                    numbers.extend(square if len(square) <= MOST_IN_SQUARE else square[-MOST_IN_SQUARE:])
            counts.append(len(numbers) - before)
        rows = np.frombuffer(numbers, np.int64)
        which = np.repeat(np.arange(len(probes)), counts)
        marks = np.frombuffer(b"".join([_bytes(p.mark) for p in probes]), np.uint64).reshape(-1, _WORDS)
        shared = np.bitwise_count(self._marks[rows] & marks[which]).sum(axis=1, dtype=np.uint16)
        few = np.minimum(self._few[rows], np.array([p.few for p in probes], np.uint16)[which])
        found: list[list[Near]] = [[] for _ in probes]
        hits = np.flatnonzero(shared >= few)
        for row, asked in zip(rows[hits].tolist(), which[hits].tolist(), strict=True):
            found[asked].append(self._rows[row])
        return found

    def _read(self, at: datetime, newest: int | None) -> None:
        if newest is None or newest != self._last or self._since is None or len(self._rows) > self.FULL:
            self._read_stored(at)
        self._expected.clear()
        self._drop(at - WINDOW)

    def _read_stored(self, at: datetime) -> None:
        first = self._since is None
        overlap = self.OVERLAP if connection.vendor == "postgresql" else 0
        adapt = connection.ops.adapt_datetimefield_value
        with connection.cursor() as cursor:
            cursor.execute("SELECT COALESCE(MAX(id), 0) FROM intake_report")
            newest = int(cursor.fetchone()[0])
            if newest < self._last or len(self._rows) > self.FULL:
                self.forget()
                first = True
            cursor.execute(
                "SELECT id, received_at, lat, lon, text, restricted FROM intake_report"
                " WHERE id > %s AND cell IS NOT NULL AND received_at >= %s",
                [0 if first else self._last - overlap, adapt(at - WINDOW)],
            )
            rows = cursor.fetchall()
        if first:
            self._since = at - WINDOW
        self._keep([self._as_expected(row) or near_of(row) for row in rows if row[0] not in self._known])
        self._last = max(newest, self._last)

    def _as_expected(self, row: Sequence[object]) -> Near | None:
        near = self._expected.get(int(str(row[0])))
        same = near is not None and near.raw == row[4] and (near.lat, near.lon) == (row[2], row[3])
        return near._replace(raw="") if near is not None and same else None

    def _keep(self, fresh: list[Near]) -> None:
        if not fresh:
            return
        start, end = len(self._rows), len(self._rows) + len(fresh)
        if end > len(self._few):
            room = max(2 * len(self._few), end)
            self._marks = np.resize(self._marks, (room, _WORDS))
            self._few = np.resize(self._few, room)
        marks = b"".join([_bytes(near.mark) for near in fresh])
        self._marks[start:end] = np.frombuffer(marks, np.uint64).reshape(-1, _WORDS)
        self._few[start:end] = [near.few for near in fresh]
        for row, near in enumerate(fresh, start):
            cell = cell_of(near.lat, near.lon)
            self._rows.append(near)
            self._cells.append(cell)
            self._known.add(near.id)
            square = self._squares.get(cell)
            if square is None:
                square = self._squares[cell] = array("q")
            square.append(row)

    def _drop(self, before: datetime) -> None:
        """Let go of what is too old. Row numbers stay; `FULL` begins anew with what is left."""
        while self._gone < len(self._rows) and self._rows[self._gone].received_at < before:
            self._known.discard(self._rows[self._gone].id)
            square = self._squares[self._cells[self._gone]]
            if square and square[0] == self._gone:
                del square[0]
            if not square:
                del self._squares[self._cells[self._gone]]
            self._gone += 1


def _bytes(mark: int) -> bytes:
    return mark.to_bytes(8 * _WORDS, "little")


RECENT = Recent()
