"""What a wall shows how large, and which hours have a sheet. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeVar

AHEAD = timedelta(hours=2)
PAGE = 30  # matters that fit one full-screen page at 1920 × 1080 without scrolling
MOST = 300  # more S1 and S2 at once than any wall can turn over
SHEET_LATE = timedelta(minutes=10)  # a sheet begun later than that would not be the hour's
SHEETS_KEPT = timedelta(days=31)
LINK_LIVES = timedelta(hours=1)
SCREEN_LIVES = timedelta(days=31)

# What happens in the next two hours.
AHEAD_KINDS: tuple[tuple[str, str], ...] = (
    ("deadline", "Batas waktu"),
    ("shift", "Piket berganti"),
    ("briefing", "Laporan singkat pimpinan"),
    ("nil", "Batas laporan harian"),
    ("alert_starts", "Masa siaga mulai"),
    ("alert_ends", "Masa siaga berakhir"),
)

T = TypeVar("T")


def pages(rows: Sequence[T], size: int = PAGE) -> list[Sequence[T]]:
    """Rows in pages of a wall; one empty page where there are none."""
    return [rows[n : n + size] for n in range(0, len(rows), size)] or [rows]


def density(count: int) -> str:
    """How large the matters stand: few can be read from the far end of the room."""
    return "few" if count <= 6 else "some" if count <= 14 else "many"


def hour_of(at: datetime) -> datetime:
    """The full hour an instant lies in."""
    return at.replace(minute=0, second=0, microsecond=0)


def sheet_due(at: datetime) -> datetime | None:
    """The hour whose sheet is to be made now; None where it is too late to say what was known then."""
    hour = hour_of(at)
    return hour if at - hour <= SHEET_LATE else None
