"""Write lines and seal them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection, transaction

from kondusif.clock.actions import set_offset
from kondusif.ledger.actor import EVERYWHERE, Actor, check_permitted
from kondusif.ledger.models import Block, Line
from kondusif.ledger.rules import FIRST, block_hash, canonical, line_bytes
from kondusif.ledger.tail import Tail

RESTRICTED = "terbatas"


NO_DETAIL: Mapping[str, object] = {}


class NewLine(NamedTuple):
    verb: str
    subject: str
    region: str
    by: Actor
    at: datetime
    detail: Mapping[str, object] = NO_DETAIL
    restricted: bool = False


def record(
    verb: str,
    *,
    subject: str,
    region: str,
    by: Actor,
    at: datetime,
    detail: Mapping[str, object] | None = None,
    restricted: bool = False,
) -> None:
    """Write one line in the caller's transaction; refuses to run outside one."""
    record_many([NewLine(verb, subject, region, by, at, detail or NO_DETAIL, restricted)])


def record_many(lines: Iterable[NewLine]) -> None:
    """Write lines in the caller's transaction. Plain SQL: this lies on the path of every report."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("a ledger line belongs in the transaction of its act")
    adapt = connection.ops.adapt_datetimefield_value
    last: datetime | None = None  # a batch shares one instant: it is adapted once
    moment: str | None = None
    details: dict[int, str] = {}  # nor is a detail the lines share written out for each
    rows = []
    for n in (lines := list(lines)):
        if n.at is not last:
            last, moment = n.at, adapt(n.at)
        if (detail := details.get(id(n.detail))) is None:
            detail = details[id(n.detail)] = canonical(n.detail)
        label = n.by.label
        if n.by.acting and (post := n.by.stands_in(n.region)) is not None:  # who acts, beside whose duty it is
            label, detail = f"{label} ({post.words})"[:120], canonical({**n.detail, "acting_for": post.whose})
        rows.append((
            moment,
            n.verb,
            n.subject,
            n.region,
            n.by.id,
            label,
            RESTRICTED if n.restricted else "",
            detail,
        ))  # fmt: skip
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # The transaction takes its number before its lines take theirs: Tail relies on it. The notice carries nothing.
            cursor.execute("SELECT pg_current_xact_id(), pg_notify('kondusif_ledger', '')")
        cursor.executemany(
            "INSERT INTO ledger_line (at, verb, subject, region, actor, actor_label, tier, detail)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            rows,
        )


_SEALER_TURN = 4_201_965  # advisory lock: one sealer at a time on PostgreSQL


def seal(tail: Tail, *, at: datetime) -> Block | None:
    """Seal every settled line after the last block into a new one; None where there is none."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_SEALER_TURN])
        last = Block.objects.order_by("-pk").first()
        tail.cursor = last.last_line if last else 0
        lines = tail.read(limit=5000)
        if not lines:
            return None
        previous = last.hash if last else FIRST
        return Block.objects.create(
            id=last.pk + 1 if last else 1,  # numbered by hand: a sequence leaves gaps, and a gap means a missing block
            last_line=lines[-1].id,
            count=len(lines),
            previous=previous,
            hash=block_hash(previous, (bytes_of(line) for line in lines)),
            sealed_at=at,
        )


def bytes_of(line: Line) -> bytes:
    return line_bytes(
        line.id, line.at, line.verb, line.subject, line.region, line.actor, line.actor_label, line.tier, line.detail
    )


def shift_clock(offset: timedelta, *, by: Actor, at: datetime) -> None:
    """Move domain time (demo and drills); the move stands in the ledger."""
    check_permitted(by, "clock.shift", EVERYWHERE)
    with transaction.atomic():
        set_offset(offset)
        record(
            "clock.shifted",
            subject="clock:1",
            region=EVERYWHERE,
            by=by,
            at=at,
            detail={"seconds": offset.total_seconds()},
        )
