"""Read on from an id without ever passing over a line that commits late.

SQLite has one writer, so ids commit in order. On PostgreSQL a transaction may take id 10, wait, and commit after id 11.
So at a gap the reader stops, notes the newest transaction number, and passes the gap only when every transaction that
ran then has ended: by then the missing line is either there or will never be.
"""

from __future__ import annotations

from django.db import connection

from kondusif.ledger.models import Line


class Tail:
    """A reader's place in the ledger. `read` returns settled lines after `cursor`; moving it is the reader's choice."""

    def __init__(self, cursor: int = 0) -> None:
        self.cursor = cursor
        self._gap: tuple[int, int] | None = None  # (id before the gap, transaction number to outwait)

    def read(self, limit: int = 500) -> list[Line]:
        lines = list(Line.objects.filter(pk__gt=self.cursor).order_by("pk")[:limit])
        if connection.vendor != "postgresql" or not lines:
            return lines
        return self._settled(lines)

    def _settled(self, lines: list[Line]) -> list[Line]:
        before = self.cursor
        for index, line in enumerate(lines):
            if line.id != before + 1 and not self._outwaited(before):
                return lines[:index]
            before = line.id
        self._gap = None
        return lines

    def _outwaited(self, before: int) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_snapshot_xmin(s)::text::bigint, pg_snapshot_xmax(s)::text::bigint FROM pg_current_snapshot() s"
            )
            oldest, newest = cursor.fetchone()
        if self._gap is None or self._gap[0] != before:
            self._gap = (before, newest)
        return bool(oldest >= self._gap[1])


def head() -> int:
    """The newest id, for a reader that wants only what comes."""
    newest = Line.objects.order_by("-pk").values_list("pk", flat=True).first()
    return newest or 0
