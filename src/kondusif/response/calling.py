"""Telepon sekarang: who can be phoned about a task, in what order, and what came of it (practice.md, call, don't just notify)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from kondusif.clock.actions import meet
from kondusif.ledger.actor import Actor, check_permitted
from kondusif.ledger.errors import MoveNotAllowed
from kondusif.response import rules, tasks
from kondusif.response.desk import line, locked_task, place_of, progressed
from kondusif.response.models import Call, Task
from kondusif.response.queries import task_for
from kondusif.teams.models import User
from kondusif.teams.queries import current, holding, kabkota_of, on_watch

TRIED = frozenset({"no_answer", "wrong_number"})


def log_call(
    pk: int, result: str, *, by: Actor, at: datetime, person: User | None = None, accepts: bool = False
) -> Call:  # fmt: skip
    """A call and its result. An answered one meets the acknowledgement clock; `accepts`: they said yes, so the task is accepted."""
    if result not in dict(rules.CALLS) or (accepts and result != "answered"):
        raise tasks.NotForThisAgency(field="result")
    with transaction.atomic():
        task = locked_task(pk, by=by)
        if task.state not in rules.TASK_OPEN:
            raise MoveNotAllowed
        row = Call.objects.create(task=task, person=person, result=result, by=by.id, at=at)
        if result == "answered":
            meet(task.subject, duty=rules.ACKNOWLEDGE, by=by.id, at=at)
        progressed(task.incident, by=by, at=at)
        detail: dict[str, object] = {"task": task.pk, "agency": task.agency_id, "result": result}
        if person is not None:
            detail["person"] = person.pk
        line("task.called", task.incident, by=by, at=at, detail=detail)
        if accepts and task.state == "asked":
            tasks.accept(pk, by=by, at=at)
    return row


@dataclass(frozen=True)
class Phone:
    """One number to try, and what came of the last try."""

    name: str
    number: str
    user: User | None
    last: Call | None
    suggested: bool


def phones(pk: int, *, by: Actor, at: datetime) -> tuple[Task, list[Phone]]:
    """The numbers for a task: the agency's members, its office, then who leads it in the region. For the team alone.

    Suggested is the first one not yet tried in vain.
    """
    task = task_for(pk, by).task
    place = place_of(task.incident)
    check_permitted(by, "report.triage_restricted" if task.incident.restricted else "incident.handle", place)
    users = User.objects.filter(is_active=True, pk__in=task.agency.duties.filter(current(at)).values("user")).order_by(
        "pk"
    )
    rows: list[tuple[str, str, User | None]] = [(str(u), u.phone, u) for u in users if u.phone]
    if task.agency.phone:
        rows.append((task.agency.name, task.agency.phone, None))
    if not task.incident.restricted:
        town = kabkota_of(task.incident.region)
        above = [*on_watch(town, at=at), *holding("secretary", town, at=at), *holding("chair", town, at=at)]
        known = {by.user_id, *(u.pk for _n, _p, u in rows if u)}
        for user in above:
            if user.phone and user.pk not in known:
                rows.append((str(user), user.phone, user))
                known.add(user.pk)
    last = {call.person_id: call for call in Call.objects.filter(task=task).order_by("at", "pk")}
    found: list[Phone] = []
    for name, number, person in rows:
        call = last.get(person.pk if person else None)
        free = call is None or call.result not in TRIED
        found.append(Phone(name, number, person, call, free and not any(p.suggested for p in found)))
    return task, found
