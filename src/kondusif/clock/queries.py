"""What time it is, and which duties wait."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Min

from kondusif.clock.models import Deadline, DomainClock, WorkerBeat

_OFFSET_KEPT_FOR = 1.0  # seconds a process may go on with the offset it read
_kept: tuple[float, timedelta] | None = None


def offset() -> timedelta:
    """Distance of domain time from real time."""
    global _kept
    if _kept is None or time.monotonic() - _kept[0] > _OFFSET_KEPT_FOR:
        row = DomainClock.objects.filter(pk=1).first()
        _kept = (time.monotonic(), row.offset if row else timedelta())
    return _kept[1]


def forget_offset() -> None:
    """Read the offset afresh at the next call."""
    global _kept
    _kept = None


def now() -> datetime:
    """Domain time, UTC. Read it at the edge (page, API, command, job) and pass it on as `at`."""
    return real_now() + offset()


def real_now() -> datetime:
    """The wall clock, for leases, sessions and backups."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Waiting:
    """One unmet duty, for the reader."""

    duty: str
    subject: str
    region: str
    owner: str
    level: int
    set_at: datetime
    due_at: datetime


def waiting(subjects: Iterable[str], duty: str | None = None) -> dict[str, Waiting]:
    """The earliest unmet duty of each subject that has one."""
    rows = Deadline.objects.filter(subject__in=list(subjects), met_at=None).order_by("-due_at")
    if duty:
        rows = rows.filter(duty=duty)
    return {r.subject: Waiting(r.duty, r.subject, r.region, r.owner, r.level, r.set_at, r.due_at) for r in rows}


def next_due(subject: str) -> datetime | None:
    due: datetime | None = Deadline.objects.filter(subject=subject, met_at=None).aggregate(d=Min("due_at"))["d"]
    return due


def last_heartbeat() -> datetime | None:
    beat = WorkerBeat.objects.order_by("-seen_at").first()
    return beat.seen_at if beat else None
