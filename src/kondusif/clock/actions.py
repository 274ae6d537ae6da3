"""Every write of the clock: set, meet and fire deadlines; enqueue, claim and finish jobs."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Q

from kondusif.clock.models import Deadline, DomainClock, Job, Periodic
from kondusif.clock.queries import forget_offset
from kondusif.clock.rules import back_off

log = logging.getLogger("kondusif.clock")


class NewDeadline(NamedTuple):
    duty: str
    subject: str
    region: str
    owner: str
    due_at: datetime
    level: int = 0


def set_deadlines(deadlines: Iterable[NewDeadline], *, at: datetime) -> None:
    """Write deadlines in the caller's transaction. Plain SQL: this lies on the path of every report."""
    adapt = connection.ops.adapt_datetimefield_value
    now = adapt(at)
    instants: dict[datetime, str | None] = {}  # a batch has few different ones
    for d in (deadlines := list(deadlines)):
        if d.due_at not in instants:
            instants[d.due_at] = adapt(max(d.due_at, at))
    rows = [(d.duty, d.subject, d.region, d.owner, d.level, now, instants[d.due_at], "", 0) for d in deadlines]
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO clock_deadline (duty, subject, region, owner, level, set_at, due_at, met_by, attempts)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            rows,
        )


def meet(subject: str, *, by: str, at: datetime, duty: str | None = None) -> int:
    """Mark the subject's unmet deadlines (of one duty, or all) as met; how many there were."""
    rows = Deadline.objects.filter(subject=subject, met_at=None)
    if duty:
        rows = rows.filter(duty=duty)
    return rows.update(met_at=at, met_by=by)


def bring_forward(pk: int, due_at: datetime) -> bool:
    """Make a deadline that still waits due earlier; whether it was. None becomes later."""
    rows = Deadline.objects.filter(pk=pk, met_at=None, fired_at=None, due_at__gt=due_at, set_at__lte=due_at)
    return bool(rows.update(due_at=due_at))


def hand_over(subject: str, *, region: str, owner: str) -> int:
    """Give the subject's unmet deadlines to another owner; the instants stay."""
    return Deadline.objects.filter(subject=subject, met_at=None).update(region=region, owner=owner)


DueHandler = Callable[[Deadline, datetime], None]


def fire_due(handlers: dict[str, DueHandler], *, at: datetime, limit: int = 200) -> int:
    """Fire each due deadline exactly once, its handler in the same transaction; how many fired.

    A handler that raises leaves its deadline unfired, to be tried again later: a duty is never lost to a bug.
    """
    due = (
        Deadline.objects.filter(met_at=None, fired_at=None, due_at__lte=at)
        .filter(Q(retry_at=None) | Q(retry_at__lte=at))
        .order_by("due_at", "pk")
        .values_list("pk", flat=True)[:limit]
    )
    fired = 0
    for pk in list(due):
        try:
            with transaction.atomic():
                deadline = (
                    Deadline.objects.select_for_update(skip_locked=True)
                    .filter(pk=pk, met_at=None, fired_at=None)
                    .first()
                )
                if deadline is None:
                    continue  # another worker has it, or somebody acted
                if not Deadline.objects.filter(pk=pk, met_at=None, fired_at=None).update(fired_at=at):
                    continue
                handlers[deadline.duty](deadline, at)
                fired += 1
        except Exception:
            log.exception("the handler of deadline %s failed; it will be tried again", pk)
            with transaction.atomic():
                row = Deadline.objects.select_for_update().get(pk=pk)
                row.attempts += 1
                row.retry_at = at + back_off(row.attempts)
                row.save(update_fields=["attempts", "retry_at"])
    return fired


def enqueue(name: str, *, key: str, payload: dict[str, Any], run_at: datetime) -> bool:
    """Queue a job once per key, in the caller's transaction; False where the key is already known."""
    _, made = Job.objects.get_or_create(key=key, defaults={"name": name, "payload": payload, "run_at": run_at})
    return made


def claim_job(worker: str, *, real: datetime, lease: timedelta) -> Job | None:
    """Take one waiting job, or one whose worker fell silent, by a conditional UPDATE."""
    free = Q(lease_until=None) | Q(lease_until__lt=real)
    for job in Job.objects.filter(free, done_at=None, failed_at=None, run_at__lte=real).order_by("run_at")[:5]:
        taken = Job.objects.filter(free, pk=job.pk, done_at=None, failed_at=None, attempts=job.attempts).update(
            lease_until=real + lease, leased_by=worker, attempts=job.attempts + 1
        )
        if taken:
            job.refresh_from_db()
            return job
    return None


def finish_job(job: Job, *, real: datetime) -> None:
    Job.objects.filter(pk=job.pk, leased_by=job.leased_by).update(done_at=real, lease_until=None, error="")


def fail_job(job: Job, *, real: datetime, error: str, max_attempts: int) -> None:
    """Put the job back with back-off, or give up after `max_attempts` and keep it to be seen."""
    last = job.attempts >= max_attempts
    Job.objects.filter(pk=job.pk, leased_by=job.leased_by).update(
        lease_until=None,
        error=error[-2000:],
        failed_at=real if last else None,
        run_at=real if last else real + back_off(job.attempts),
    )


def claim_periodic(name: str, *, every: timedelta, real: datetime) -> bool:
    """True for exactly one worker each time `every` has passed."""
    row, made = Periodic.objects.get_or_create(name=name, defaults={"next_run": real + every})
    if made:
        return True
    return bool(
        Periodic.objects.filter(name=name, next_run=row.next_run, next_run__lte=real).update(next_run=real + every)
    )


def set_offset(offset: timedelta) -> None:
    """Move domain time. Callers record it in the ledger (`ledger.actions.shift_clock`)."""
    DomainClock.objects.update_or_create(pk=1, defaults={"offset": offset})
    forget_offset()
