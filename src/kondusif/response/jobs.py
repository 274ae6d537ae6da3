"""Missed instants of incidents and tasks, and what triage says that concerns an incident."""

from __future__ import annotations

import json
from datetime import datetime

from django.conf import settings
from django.db import transaction

from kondusif.clock.actions import DueHandler, NewDeadline, set_deadlines
from kondusif.clock.models import Deadline
from kondusif.intake.models import Report
from kondusif.ledger.models import Line
from kondusif.response import rules, siaga
from kondusif.response.actions import let_go
from kondusif.response.desk import hours_of, line, tell, watch_of
from kondusif.response.models import Incident, Task
from kondusif.response.peace import jobs as peace
from kondusif.response.peace.agreement import overdue
from kondusif.response.potentials import jobs as potentials
from kondusif.response.settlement import open_again
from kondusif.teams.ladders import Ladder, next_instant, rung_at
from kondusif.teams.queries import SYSTEM, kabkota_of, ladder_of
from kondusif.triage.rules import next_owner

WORDS = {
    rules.ASSIGN: "Belum ditugaskan",
    rules.PROGRESS: "Belum ada perkembangan",
    rules.CONFIRM: "Belum dikonfirmasi",
    rules.CLOSE: "Masa pantau selesai",
    rules.ACKNOWLEDGE: "Belum ditanggapi",
    rules.FINISH: "Belum selesai",
}


def escalate(deadline: Deadline, at: datetime) -> None:
    """An incident's own duty: one level up is told; the end of a watch is told to the owner first."""
    incident = Incident.objects.filter(code=deadline.subject.partition(":")[2]).first()
    if incident is None or incident.state not in rules.OPEN:
        return
    past = deadline.level - (deadline.duty == rules.CLOSE)  # the end of a watch is told to the owner first
    if past < 0 or incident.restricted:
        owner = deadline.owner if past < 0 else next_owner(deadline.owner, province=str(settings.PROVINCE))
        _again(deadline, incident, owner, rules.again_at(incident.severity, at, hours_of(incident, at=at)), at=at)
        return
    ladder = _ladder(incident)
    owned = ladder.rungs[0].target == "watch"  # the watch had the duty all along: its passing tells the one above
    _climb(deadline, incident, ladder, past + owned, at=at)


def _ladder(incident: Incident) -> Ladder:
    return ladder_of(incident.region, rules.plan_category(incident.snpk), incident.severity)


def _climb(
    deadline: Deadline, incident: Incident, ladder: Ladder, step: int, *, at: datetime, task: Task | None = None
) -> None:
    """Tell one rung of the plan's ladder and set the instant of the next."""
    owner = rung_at(ladder.rungs, step).address(ladder.region, str(settings.PROVINCE))
    due = next_instant(ladder, step, at, hours_of(incident, at=at))
    _again(deadline, incident, owner, due, at=at, task=task)


def escalate_task(deadline: Deadline, at: datetime) -> None:
    """A task's duty. For a vertical agency the team's secretary is prompted to call; the plan's ladder for others."""
    task = Task.objects.select_related("incident", "agency").filter(pk=int(deadline.subject.partition(":")[2])).first()
    if task is None or task.state not in rules.TASK_OPEN:
        return
    if deadline.duty == rules.FINISH:
        overdue(task, by=SYSTEM, at=at)
    incident = task.incident
    if not incident.restricted and not task.agency.vertical:
        _climb(deadline, incident, _ladder(incident), deadline.level, at=at, task=task)
        return
    if incident.restricted:
        owner = watch_of(incident)
    else:
        owner = rules.next_for_agency(deadline.owner, kabkota=kabkota_of(incident.region))
    _again(
        deadline, incident, owner, rules.again_at(incident.severity, at, hours_of(incident, at=at)), at=at, task=task
    )


def _again(
    deadline: Deadline, incident: Incident, owner: str, due: datetime, *, at: datetime, task: Task | None = None
) -> None:
    """One message, the next instant one level higher; the lower owner keeps the duty."""
    if task is not None and task.agency.vertical:
        subject, body = (
            "Batas koordinasi lewat",
            f"Mohon hubungi {task.agency.name} lewat telepon atau surat: “{task.title}”.",
        )
    else:
        subject = WORDS[deadline.duty]
        body = f"{task.agency.name}: “{task.title}”." if task else "Batas waktunya sudah lewat."
        body += " Pemilik tugas di tingkat bawah tetap."
    tell(incident, f"due:{deadline.pk}", owner, subject, body, at=at)
    set_deadlines(
        [NewDeadline(deadline.duty, deadline.subject, deadline.region, owner, due, deadline.level + 1)], at=at
    )
    detail: dict[str, object] = {"duty": deadline.duty, "level": deadline.level + 1, "to": owner}
    if task is not None:
        detail |= {"task": task.pk, "agency": task.agency_id}
    verb = "task.limit_passed" if task is not None and task.agency.vertical else "incident.escalated"
    line(verb, incident, by=SYSTEM, at=at, detail=detail)


def read_line(entry: Line) -> None:
    """A duplicate of a settled matter opens it again; a report about officials leaves its incidents."""
    if entry.verb == "report.merged":
        reopen_for(json.loads(entry.detail)["primary"].partition(":")[2], at=entry.at)
    elif entry.verb == "report.restricted":
        report = Report.objects.filter(code=entry.subject.partition(":")[2]).first()
        if report is not None:
            let_go(report, by=SYSTEM, at=entry.at)


def reopen_for(code: str, *, at: datetime) -> None:
    """Open again what a report stands under, where it was watched or closed before that instant. Harmless when repeated."""
    with transaction.atomic():
        rows = (
            Incident.objects.select_for_update(of=("self",))
            .filter(state__in=rules.ENDING - {"proposed"}, links__report__code=code, links__unlinked_at=None)
            .exclude(origin="import")
        )
        for incident in rows.order_by("pk"):
            settled = incident.closed_at or incident.watch_from
            if settled is not None and settled <= at:
                open_again(incident, why="duplicate", by=SYSTEM, at=at)


DUTIES: dict[str, DueHandler] = dict.fromkeys(rules.INCIDENT_DUTIES, escalate)
DUTIES |= dict.fromkeys(rules.TASK_DUTIES, escalate_task)
DUTIES |= potentials.DUTIES | peace.DUTIES
READERS = {"response.reports": read_line, "response.siaga": siaga.hear}
