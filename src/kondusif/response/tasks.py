"""Tasks and requests for support: ask, accept, forward, decline, finish, cancel; calls; the response plan."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kondusif.clock.actions import NewDeadline, meet, set_deadlines
from kondusif.clock.models import Deadline
from kondusif.intake.rules import clean
from kondusif.ledger.actor import Actor
from kondusif.ledger.errors import MoveNotAllowed, Refusal
from kondusif.response import rules
from kondusif.response.desk import (
    check_state,
    hours_of,
    line,
    locked,
    locked_task,
    move,
    place_of,
    progressed,
    said,
    save,
    tell,
    watch_of,
)
from kondusif.response.models import Incident, Task
from kondusif.response.peace.models import Obligation
from kondusif.response.queries import may_answer
from kondusif.teams.models import Agency
from kondusif.teams.queries import kabkota_of, plan_for
from kondusif.teams.rules import SEVERITY_MINUTES
from kondusif.triage.actions import SUPERSEDED
from kondusif.triage.title_words import group_words

ASSIGN = "incident.assign"
LINKED = (
    "/tugas#t-"  # where a message to a member leaves the house, this becomes their own task link (`links.personal`)
)


class PoliceAlone(Refusal):
    code = "police-alone"
    status = 422
    what = _("Penghentian kekerasan dikoordinasikan dan dikendalikan Polri (UU 7/2012 Pasal 13).")
    do = _("Mohon dukungan Polri untuk tugas ini; instansi lain diberi tugas lain.")


class ProtestIsARight(Refusal):
    code = "protest-is-a-right"
    status = 422
    what = _("Unjuk rasa damai tidak dibubarkan, dilarang, atau dikenai sanksi.")
    do = _("Tugaskan perlindungan peserta.")


class NotForThisAgency(Refusal):
    code = "not-for-this-agency"
    status = 422
    what = _("Tugas ini tidak dapat diberikan kepada instansi tersebut.")
    do = _(
        "Permasalahan menyangkut aparat hanya diteruskan ke Inspektorat; judul tugas tidak boleh kosong atau menyebut kelompok."
    )


def assign(
    code: str, *, agency: Agency, title: str, by: Actor, at: datetime, purpose: str = "other", lead: bool = False,
    acknowledge_minutes: int | None = None, finish_minutes: int | None = None, version: int | None = None,
) -> Task:  # fmt: skip
    """Tugaskan a regional agency, mohon dukungan of a vertical one."""
    with transaction.atomic():
        incident = locked(code, ASSIGN, by=by, version=version)
        check_state(incident, rules.AT_WORK)
        task = _ask(incident, agency, title, purpose, acknowledge_minutes, finish_minutes, by=by, at=at)
        changes: dict[str, Any] = {"lead_agency": agency} if lead or incident.lead_agency_id is None else {}
        _busy(incident, "assigned", by=by, at=at, **changes)
    return task


def check_task(incident: Incident, agency: Agency, title: str, purpose: str) -> None:
    fault = rules.may_task(purpose, title, agency_kind=agency.kind, acled=incident.acled)
    if fault == "polri":
        raise PoliceAlone(field="agency")
    if fault == "protest":
        raise ProtestIsARight(field="title")
    if not title or len(title) > 160 or group_words(title) or purpose not in dict(rules.PURPOSES):
        raise NotForThisAgency(field="title")
    if incident.restricted and agency.kind != "inspektorat":
        raise NotForThisAgency(field="agency")


def _ask(
    incident: Incident, agency: Agency, title: str, purpose: str, acknowledge: int | None, finish: int | None, *,
    by: Actor, at: datetime, forwarded_from: Task | None = None, finish_by: datetime | None = None,
) -> Task:  # fmt: skip
    title = clean(title).replace("\n", " ")
    check_task(incident, agency, title, purpose)
    minutes = SEVERITY_MINUTES[incident.severity]
    hours = hours_of(incident, at=at)
    first = rules.minutes_from(at, acknowledge or minutes[0], incident.severity, hours)
    last = finish_by or rules.minutes_from(at, finish or minutes[1], incident.severity, hours)
    task = Task.objects.create(
        incident=incident, agency=agency, kind=rules.kind_for(agency.vertical), purpose=purpose, title=title, asked_by=by.id,
        asked_at=at, acknowledge_by=first, finish_by=max(first, last), forwarded_from=forwarded_from,
    )  # fmt: skip
    _owe(task, {rules.ACKNOWLEDGE: task.acknowledge_by, rules.FINISH: task.finish_by}, at=at)
    subject = "Mohon dukungan" if agency.vertical else "Tugas baru"
    tell(
        incident,
        f"{task.subject}:asked",
        f"agency:{agency.pk}",
        subject,
        f"{title}. Mohon jawaban di Tugas saya.",
        at=at,
        url="/tugas" if incident.restricted else f"{LINKED}{task.pk}",
    )
    verb = "task.support_asked" if agency.vertical else "task.assigned"
    line(verb, incident, by=by, at=at, detail={"task": task.pk, "agency": agency.pk})
    return task


def oblige(incident: Incident, agency: Agency, title: str, finish_by: datetime, *, by: Actor, at: datetime) -> Task:
    """What an agreement obliges somebody to, kept in sight by an agency until its day. Inside another act."""
    task = _ask(incident, agency, title, "other", None, None, by=by, at=at, finish_by=finish_by)
    changes: dict[str, Any] = {"lead_agency": agency} if incident.lead_agency_id is None else {}
    _busy(incident, "assigned", by=by, at=at, **changes)
    return task


def _owe(task: Task, due: dict[str, datetime], *, at: datetime) -> None:
    region = kabkota_of(place_of(task.incident))
    set_deadlines(
        (NewDeadline(duty, task.subject, region, f"agency:{task.agency_id}", when) for duty, when in due.items()), at=at
    )


def _busy(incident: Incident, to: str, *, by: Actor, at: datetime, **changes: Any) -> None:
    """An act on a task moves the incident on where that is a step forward; otherwise it counts as progress."""
    forward = {"assigned": frozenset({"open"}), "handling": frozenset({"open", "assigned"})}
    if incident.state in forward[to]:
        move(incident, to, by=by, at=at, **changes)
    else:
        progressed(incident, by=by, at=at, **changes)


def _end(task: Task, to: str, *, by: Actor, at: datetime, **changes: Any) -> None:
    if not rules.may_move_task(task.state, to):
        raise MoveNotAllowed
    meet(task.subject, by=by.id, at=at)
    save(task, state=to, ended_at=at, ended_by=by.id, **changes)


def _idle(incident: Incident, *, by: Actor, at: datetime) -> None:
    """When nobody is at work any more and nothing was done, the incident is unassigned again."""
    left = Task.objects.filter(incident=incident, state__in=[*rules.TASK_OPEN, "done"]).exists()
    if not left and incident.state in {"assigned", "handling"}:
        move(incident, "open", by=by, at=at)
    else:
        progressed(incident, by=by, at=at)


def _detail(task: Task, by: Actor) -> dict[str, object]:
    found: dict[str, object] = {"task": task.pk, "agency": task.agency_id}
    return found if may_answer(task.agency, by) else found | {"noted_by_team": True}


def accept(pk: int, *, by: Actor, at: datetime, version: int | None = None) -> Task:
    """Terima. Noted by the team where the agency said so by phone."""
    with transaction.atomic():
        task = locked_task(pk, by=by, version=version)
        if not rules.may_move_task(task.state, "accepted"):
            raise MoveNotAllowed
        meet(task.subject, duty=rules.ACKNOWLEDGE, by=by.id, at=at)
        save(task, state="accepted", accepted_at=at, accepted_by=by.id)
        _busy(task.incident, "handling", by=by, at=at)
        line("task.accepted", task.incident, by=by, at=at, detail=_detail(task, by))
    return task


def finish(
    pk: int, *, proof: str, by: Actor, at: datetime, attachments: tuple[str, ...] = (), version: int | None = None
) -> Task:
    """Sudah ditangani, with what shows it."""
    proof = said(proof, "proof")
    with transaction.atomic():
        task = locked_task(pk, by=by, version=version)
        _end(task, "done", by=by, at=at, proof=proof, attachments=list(attachments))
        _busy(task.incident, "handling", by=by, at=at)
        line("task.done", task.incident, by=by, at=at, detail=_detail(task, by))
        if not Task.objects.filter(incident=task.incident, state__in=rules.TASK_OPEN).exists():
            tell(task.incident, f"{task.subject}:last", watch_of(task.incident), "Semua tugas selesai",
                 "Periksa hasilnya; bila sudah tuntas, usulkan selesai.", at=at)  # fmt: skip
    return task


def decline(pk: int, *, reason: str, by: Actor, at: datetime, version: int | None = None) -> Task:
    """Tidak dapat, with the reason. The watch is told; an incident left without hands is unassigned again."""
    reason = said(reason, "reason")
    with transaction.atomic():
        task = locked_task(pk, by=by, version=version)
        _end(task, "declined", by=by, at=at, reason=reason)
        _idle(task.incident, by=by, at=at)
        line("task.declined", task.incident, by=by, at=at, detail=_detail(task, by))
        tell(task.incident, f"{task.subject}:declined", watch_of(task.incident), "Tugas tidak dapat dijalankan",
             "Satu instansi menjawab tidak dapat. Cari instansi lain.", at=at)  # fmt: skip
    return task


def forward(pk: int, *, agency: Agency, by: Actor, at: datetime, reason: str = "", version: int | None = None) -> Task:
    """Teruskan to another agency: a new task for them in the same act, so nothing lies between two owners."""
    with transaction.atomic():
        task = locked_task(pk, by=by, version=version)
        if agency.pk == task.agency_id:
            raise NotForThisAgency(field="agency")
        _end(task, "forwarded", by=by, at=at, reason=clean(reason)[: rules.LONGEST])
        line("task.forwarded", task.incident, by=by, at=at, detail=_detail(task, by) | {"to": agency.pk})
        fresh = _ask(task.incident, agency, task.title, task.purpose, None, None, by=by, at=at, forwarded_from=task,
                     finish_by=max(task.finish_by, at))  # fmt: skip
        Obligation.objects.filter(task=task).update(task=fresh)
        changes: dict[str, Any] = {"lead_agency": agency} if task.incident.lead_agency_id == task.agency_id else {}
        progressed(task.incident, by=by, at=at, **changes)
    return fresh


def cancel(pk: int, *, reason: str, by: Actor, at: datetime, version: int | None = None) -> Task:
    """The team takes a task back."""
    reason = said(reason, "reason")
    with transaction.atomic():
        found = locked_task(pk, by=by, version=version)
        locked(found.incident.code, ASSIGN, by=by)
        _end(found, "cancelled", by=by, at=at, reason=reason)
        _idle(found.incident, by=by, at=at)
        line("task.cancelled", found.incident, by=by, at=at, detail=_detail(found, by))
        tell(found.incident, f"{found.subject}:cancelled", f"agency:{found.agency_id}", "Tugas dibatalkan", "Tugas ini tidak perlu dijalankan lagi.",
             at=at, url="/tugas")  # fmt: skip
    return found


def ask_help(pk: int, *, text: str, by: Actor, at: datetime, version: int | None = None) -> Task:
    """Butuh bantuan: the watch is told at once; the task stays where it is."""
    text = said(text)
    with transaction.atomic():
        task = locked_task(pk, by=by, version=version)
        if task.state not in rules.TASK_OPEN:
            raise MoveNotAllowed
        save(task)
        line("task.help_asked", task.incident, by=by, at=at, detail=_detail(task, by))
        tell(
            task.incident, f"{task.subject}:help:{task.version}", watch_of(task.incident), "Butuh bantuan", text, at=at
        )
    return task


def apply_plan(incident: Incident, *, by: Actor, at: datetime) -> list[Task]:
    """The steps of the region's plan that are not yet asked for. Inside another act."""
    if incident.restricted:
        return []
    asked = set(Task.objects.filter(incident=incident).values_list("agency", "title"))
    made = []
    for step in plan_for(incident.region, rules.plan_category(incident.snpk), incident.severity):
        agency = Agency.objects.get(pk=step.agency_id)
        purpose = "stop_violence" if rules.stops_violence("", step.title) else "other"
        if (agency.pk, step.title) in asked or rules.may_task(
            purpose, step.title, agency_kind=agency.kind, acled=incident.acled
        ):
            continue
        made.append(
            _ask(incident, agency, step.title, purpose, step.acknowledge_minutes, step.finish_minutes, by=by, at=at)
        )
    if made:
        lead = next((t.agency for t in made if not t.agency.vertical), made[0].agency)
        changes: dict[str, Any] = {"lead_agency": lead} if incident.lead_agency_id is None else {}
        _busy(incident, "assigned", by=by, at=at, **changes)
    return made


def bring_forward(incident: Incident, *, at: datetime) -> None:
    """Nearer instants for the open tasks of an incident whose severity rose; none becomes later."""
    minutes, hours = SEVERITY_MINUTES[incident.severity], hours_of(incident, at=at)
    for task in Task.objects.select_for_update().filter(incident=incident, state__in=rules.TASK_OPEN).order_by("pk"):
        due = {}
        for duty, field, within in (
            (rules.ACKNOWLEDGE, "acknowledge_by", minutes[0]),
            (rules.FINISH, "finish_by", minutes[1]),
        ):
            nearer = min(getattr(task, field), rules.minutes_from(at, within, incident.severity, hours))
            running = Deadline.objects.filter(subject=task.subject, duty=duty, met_at=None, fired_at=None, level=0)
            if nearer < getattr(task, field) and running.exists():
                meet(task.subject, duty=duty, by=SUPERSEDED, at=at)
                due[duty] = nearer
                setattr(task, field, nearer)
        if due:
            task.incident = incident
            save(task, acknowledge_by=task.acknowledge_by, finish_by=task.finish_by)
            _owe(task, due, at=at)
