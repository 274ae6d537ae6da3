"""The worker's part: sealing, and readers of later stages."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import transaction

from kondusif.clock.queries import real_now
from kondusif.ledger.actions import seal
from kondusif.ledger.models import Line, ReaderCursor
from kondusif.ledger.tail import Tail

log = logging.getLogger("kondusif.ledger")

LineHandler = Callable[[Line], None]
READERS: dict[str, LineHandler] = {}
_tails: dict[str, Tail] = {}
_sealer = Tail()


def on_line(name: str, handler: LineHandler) -> None:
    """Register a reader: it gets every line once, in order, in the transaction that moves its cursor."""
    READERS[name] = handler


def seal_lines() -> None:
    while seal(_sealer, at=real_now()) is not None:
        pass


def read_lines() -> None:
    for name, handler in READERS.items():
        while _read_some(name, handler):
            pass


def _read_some(name: str, handler: LineHandler, limit: int = 200) -> bool:
    with transaction.atomic():
        ReaderCursor.objects.get_or_create(name=name)
        cursor = ReaderCursor.objects.select_for_update(skip_locked=True).filter(name=name).first()
        if cursor is None:
            return False  # another worker is reading
        tail = _tails.setdefault(name, Tail())
        tail.cursor = cursor.line
        lines = tail.read(limit)
        for line in lines:
            handler(line)
        if lines:
            cursor.line = lines[-1].id
            cursor.save(update_fields=["line"])
        return len(lines) == limit
