"""A decree of Masa siaga: duties of S3 and S4 that were counted in office hours run day and night from its first hour."""

from __future__ import annotations

import dataclasses
import json
from datetime import datetime

from django.db import transaction

from kondusif.clock.actions import bring_forward
from kondusif.clock.models import Deadline
from kondusif.ledger.actor import within
from kondusif.ledger.models import Line
from kondusif.response import rules
from kondusif.response.desk import hours_of, line, place_of, save
from kondusif.response.models import Incident, Task
from kondusif.teams.hours import Hours, Span, brought_forward
from kondusif.teams.queries import SYSTEM

MOVED = frozenset({*rules.INCIDENT_DUTIES, *rules.TASK_DUTIES}) - {rules.CLOSE}  # a watch is days of quiet, not of work
FIELDS = {rules.ACKNOWLEDGE: "acknowledge_by", rules.FINISH: "finish_by"}


def hear(entry: Line) -> None:
    """React to a decree: once for each matter in its region, in a transaction of its own. Harmless when repeated."""
    if entry.verb != "alert.set":
        return
    told = json.loads(entry.detail)
    span = (datetime.fromisoformat(told["from"]), datetime.fromisoformat(told["to"]))
    rows = Incident.objects.filter(state__in=rules.OPEN, severity__in=("S3", "S4")).order_by("pk")
    for incident in rows:
        if within(place_of(incident), entry.region):
            hasten(incident.pk, span, at=entry.at)


def hasten(pk: int, span: Span, *, at: datetime) -> int:
    """Count the matter's waiting duties by its region's hours with the siaga of `span` in them; how many became due earlier."""
    with transaction.atomic():
        incident = Incident.objects.select_for_update(of=("self",)).get(pk=pk)
        now = hours_of(incident, at=at)
        was = dataclasses.replace(now, alert=tuple(s for s in now.alert if s != span))
        if was == now or incident.state not in rules.OPEN:
            return 0
        moved = _moved([incident.subject], was, now)
        for task in (
            Task.objects.select_for_update().filter(incident=incident, state__in=rules.TASK_OPEN).order_by("pk")
        ):
            task.incident = incident
            moved += _task(task, was, now)
        if moved:
            line("incident.hastened", incident, by=SYSTEM, at=at, detail={"duties": moved})
    return moved


def _moved(subjects: list[str], was: Hours, now: Hours) -> int:
    waiting = Deadline.objects.filter(subject__in=subjects, duty__in=MOVED, met_at=None, fired_at=None)
    return sum(bring_forward(d.pk, brought_forward(was, now, d.set_at, d.due_at)) for d in waiting.order_by("pk"))


def _task(task: Task, was: Hours, now: Hours) -> int:
    moved = _moved([task.subject], was, now)
    if moved:
        due = dict(
            Deadline.objects.filter(subject=task.subject, duty__in=FIELDS, level=0, met_at=None).values_list(
                "duty", "due_at"
            )
        )
        save(task, **{FIELDS[duty]: instant for duty, instant in due.items()})
    return moved
