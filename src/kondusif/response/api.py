"""Incidents and tasks over the API: list, read, open, act. Acts name the version they saw (If-Match)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router, Schema, Status
from pydantic import Field

from kondusif.intake.deliveries import HandedIn
from kondusif.intake.delivery_api import HandedOut, handed_out
from kondusif.ledger.errors import NotFound
from kondusif.response import actions, calling, claims, deliveries, links, matter_locks, queries, settlement, tasks
from kondusif.response.actions import NewIncident
from kondusif.response.peace import api as peace_api
from kondusif.response.potentials import api as potentials_api
from kondusif.teams.exports import gate
from kondusif.teams.models import Agency, User
from kondusif.teams.web import HouseRequest
from kondusif.triage.api import AgencyUnknown, DueOut, agency_named
from kondusif.triage.versions import BIGGEST, Code, Plain, etag, seen_version

router = Router(tags=["response"])
router.add_router("", potentials_api.router)
router.add_router("", peace_api.router)
router.add_router("", matter_locks.router)


class IncidentRow(Schema):
    code: str
    title: str
    region: str
    stage: str
    state: str
    severity: str
    restricted: bool
    lead: str
    opened_at: datetime
    watch_until: datetime | None
    due: DueOut | None
    reports: int
    tasks_open: int
    version: int


class IncidentPage(Schema):
    """`next` is the cursor of the page after this one; null on the last."""

    items: list[IncidentRow]
    next: int | None


class TaskOut(Schema):
    """`late` is what the caller may say: a vertical agency has a limit of coordination and is never late to others."""

    id: int
    incident: str
    agency: str
    kind: Literal["assign", "support"]
    purpose: str
    title: str
    state: str
    asked_at: datetime
    acknowledge_by: datetime
    finish_by: datetime
    late: bool
    version: int


class IncidentFull(Schema):
    code: str
    title: str
    region: str
    stage: str
    severity: str
    worst: str
    state: str
    pasal5: str
    snpk: str
    acled: str
    restricted: bool
    lead: str
    opened_at: datetime
    occurred_at: datetime | None
    watch_until: datetime | None
    closed_at: datetime | None
    reopened_count: int
    missing: str
    version: int
    reports: list[str]
    tasks: list[TaskOut]
    due: list[DueOut]


class ListIn(Schema):
    state: Plain = "open"
    region: Plain = ""
    severity: Plain = ""
    stage: Plain = ""
    words: Plain = ""
    cursor: int = Field(0, ge=0, le=BIGGEST)
    limit: int = Field(50, ge=1, le=200)


class OpenIn(Schema):
    """Open an incident from verified reports. An empty severity is the gravest of theirs."""

    reports: list[Plain] = Field(min_length=1, max_length=50)
    title: Plain
    severity: Plain = ""
    stage: Plain = ""
    region: Plain = ""
    pasal5: Plain = ""
    snpk: Plain = ""
    acled: Plain = ""


class IncidentAct(Schema):
    """One act. Which other fields count depends on `act`."""

    act: Literal[
        "link",
        "unlink",
        "severity",
        "stage",
        "rename",
        "note",
        "calm",
        "flare_up",
        "propose",
        "confirm",
        "turn_down",
        "close",
        "reopen",
        "claim",
        "unclaim",
    ]
    report: Plain = ""
    claim: Plain = ""
    severity: Plain = ""
    stage: Plain = ""
    title: Plain = ""
    text: Plain = ""
    reason: Plain = ""
    outcome: Plain = ""
    evidence: Plain = ""
    agreed_by: list[Plain] = Field([], max_length=20)


class TaskIn(Schema):
    agency: int = Field(ge=1, le=BIGGEST)
    title: Plain
    purpose: Plain = "other"
    lead: bool = False
    acknowledge_minutes: int | None = Field(None, ge=1, le=100_000)
    finish_minutes: int | None = Field(None, ge=1, le=100_000)


class TaskAct(Schema):
    act: Literal["accept", "finish", "decline", "forward", "cancel", "help"]
    text: Plain = ""
    agency: int | None = Field(None, ge=1, le=BIGGEST)


class CallIn(Schema):
    """`accepts`, with an answered call: they said yes, and the task is accepted for them."""

    result: Plain
    person: int | None = Field(None, ge=1, le=BIGGEST)
    accepts: bool = False


class PhoneOut(Schema):
    name: str
    number: str
    person: int | None
    last: str
    suggested: bool


class LinkIn(Schema):
    to: int = Field(ge=1, le=BIGGEST)


class LinkOut(Schema):
    """The address is the key: it opens the task without a password for a day. It is not told again."""

    url: str
    expires_at: datetime


class ConfirmIn(Schema):
    codes: list[Plain] = Field(min_length=1, max_length=100)


class ConfirmOut(Schema):
    code: str
    confirmed: bool
    refusal: str = ""


ACTS: dict[str, Callable[..., object]] = {
    "link": lambda code, said, **kept: actions.link_report(code, said.report, **kept),
    "unlink": lambda code, said, **kept: actions.unlink_report(code, said.report, **kept),
    "severity": lambda code, said, **kept: actions.set_severity(code, said.severity, **kept),
    "stage": lambda code, said, **kept: actions.set_stage(code, said.stage, **kept),
    "rename": lambda code, said, **kept: actions.rename(code, said.title, **kept),
    "note": lambda code, said, **kept: actions.note(code, said.text, **kept),
    "calm": lambda code, _said, **kept: actions.calm(code, **kept),
    "flare_up": lambda code, _said, **kept: actions.flare_up(code, **kept),
    "propose": lambda code, said, **kept: settlement.propose(
        code, outcome=said.outcome, evidence=said.evidence, agreed_by=said.agreed_by, **kept
    ),
    "confirm": lambda code, _said, **kept: settlement.confirm(code, **kept),
    "turn_down": lambda code, said, **kept: settlement.turn_down(code, reason=said.reason, **kept),
    "close": lambda code, _said, **kept: settlement.close(code, **kept),
    "reopen": lambda code, _said, **kept: settlement.reopen(code, **kept),
    "claim": lambda code, said, **kept: claims.put_beside(code, said.claim, **kept),
    "unclaim": lambda code, said, **kept: claims.take_away(code, said.claim, **kept),
}


def _agency(pk: int | None) -> Agency:
    found = agency_named(pk)
    if found is None:
        raise AgencyUnknown(field="agency")
    return found


TASK_ACTS: dict[str, Callable[..., Any]] = {
    "accept": lambda pk, _said, **kept: tasks.accept(pk, **kept),
    "finish": lambda pk, said, **kept: tasks.finish(pk, proof=said.text, **kept),
    "decline": lambda pk, said, **kept: tasks.decline(pk, reason=said.text, **kept),
    "forward": lambda pk, said, **kept: tasks.forward(pk, agency=_agency(said.agency), reason=said.text, **kept),
    "cancel": lambda pk, said, **kept: tasks.cancel(pk, reason=said.text, **kept),
    "help": lambda pk, said, **kept: tasks.ask_help(pk, text=said.text, **kept),
}


@router.get("/incidents", response=IncidentPage, summary="Incidents the caller may read, by cursor")
def listed(request: HttpRequest, wanted: Query[ListIn]) -> IncidentPage:
    ours = cast(HouseRequest, request)
    filters = queries.Filters(wanted.state, wanted.region, wanted.severity, wanted.stage, wanted.words)
    found = queries.after(ours.actor, filters, cursor=wanted.cursor, size=wanted.limit)
    if wanted.cursor or len(found) > settings.EXPORT_ROWS:
        gate.read_on("api-incidents", region=gate.span(ours.actor.regions(queries.READ)), rows=len(found), by=ours.actor, at=ours.at,
                     restricted=any(row.restricted for _pk, row in found))  # fmt: skip
    items = [IncidentRow.model_validate(row, from_attributes=True) for _pk, row in found]
    return IncidentPage(items=items, next=found[-1][0] if len(found) == wanted.limit else None)


@router.post("/incidents", response={201: IncidentFull}, summary="Open an incident from verified reports")
def open_from(request: HttpRequest, response: HttpResponse, said: OpenIn) -> Status[IncidentFull]:
    ours = cast(HouseRequest, request)
    wanted = NewIncident(said.title, said.severity, said.stage, said.region, said.pasal5, said.snpk, said.acled)
    incident = actions.open_from(said.reports, wanted, by=ours.actor, at=ours.at)
    return Status(201, _answer(incident.code, ours, response))


@router.post(
    "/incidents/confirm", response=list[ConfirmOut], summary="Confirm several S4 matters at the monthly meeting"
)
def confirm_many(request: HttpRequest, said: ConfirmIn) -> list[ConfirmOut]:
    ours = cast(HouseRequest, request)
    done = settlement.confirm_many(said.codes, by=ours.actor, at=ours.at)
    return [
        ConfirmOut(code=code, confirmed=refusal is None, refusal=refusal.code if refusal else "")
        for code, refusal in done
    ]


@router.get("/incidents/{code}", response=IncidentFull, summary="One incident; its ETag is its version")
def read(request: HttpRequest, response: HttpResponse, code: Path[Code]) -> IncidentFull:
    return _answer(code, cast(HouseRequest, request), response)


def _answer(code: str, ours: HouseRequest, response: HttpResponse) -> IncidentFull:
    sheet = queries.sheet(code, ours.actor)
    incident = sheet.incident
    response["ETag"] = etag(incident.version)
    names = ("code", "title", "region", "stage", "severity", "worst", "state", "pasal5", "snpk", "acled", "restricted", "opened_at",
             "occurred_at", "watch_until", "closed_at", "reopened_count", "version")  # fmt: skip
    return IncidentFull(
        **{n: getattr(incident, n) for n in names},
        lead=incident.lead_agency.name if incident.lead_agency else "",
        missing=settlement.missing(incident, sheet.settlement, at=ours.at) if incident.state != "closed" else "",
        reports=[r.code for r in sheet.reports],
        tasks=[_task(t, ours.at) for t in sheet.tasks],
        due=[DueOut.model_validate(d, from_attributes=True) for d in sheet.due],
    )


@router.post("/incidents/{code}/acts", response=IncidentFull, summary="Act on an incident; If-Match required")
def act(request: HttpRequest, response: HttpResponse, code: Path[Code], said: IncidentAct) -> IncidentFull:
    ours = cast(HouseRequest, request)
    ACTS[said.act](code, said, by=ours.actor, at=ours.at, version=seen_version(request))
    return _answer(code, ours, response)


@router.post(
    "/incidents/{code}/tasks",
    response={201: TaskOut},
    summary="Assign a regional agency, ask a vertical one; If-Match required",
)
def assign(request: HttpRequest, response: HttpResponse, code: Path[Code], said: TaskIn) -> Status[TaskOut]:
    ours = cast(HouseRequest, request)
    task = tasks.assign(
        code, agency=_agency(said.agency), title=said.title, purpose=said.purpose, lead=said.lead, by=ours.actor, at=ours.at,
        acknowledge_minutes=said.acknowledge_minutes, finish_minutes=said.finish_minutes, version=seen_version(request),
    )  # fmt: skip
    response["ETag"] = etag(task.version)
    return Status(201, _task(queries.task_for(task.pk, ours.actor), ours.at))


@router.get("/tasks", response=list[TaskOut], summary="What the caller's agency is asked to do")
def mine(request: HttpRequest) -> list[TaskOut]:
    ours = cast(HouseRequest, request)
    return [_task(row, ours.at) for row in queries.tasks_of(ours.actor)]


@router.get("/tasks/{int:pk}", response=TaskOut, summary="One task; its ETag is its version")
def task(request: HttpRequest, response: HttpResponse, pk: int) -> TaskOut:
    ours = cast(HouseRequest, request)
    row = queries.task_for(pk, ours.actor)
    response["ETag"] = etag(row.task.version)
    return _task(row, ours.at)


def _task(row: queries.TaskRow, at: datetime) -> TaskOut:
    t = row.task
    return TaskOut(
        id=t.pk, incident=t.incident.code, agency=t.agency.name, kind="support" if t.kind == "support" else "assign", purpose=t.purpose,
        title=t.title, state=t.state, asked_at=t.asked_at, acknowledge_by=t.acknowledge_by, finish_by=t.finish_by, late=row.late(at),
        version=t.version,
    )  # fmt: skip


@router.post("/tasks/{int:pk}/acts", response=TaskOut, summary="Answer a task; If-Match required")
def act_on_task(request: HttpRequest, response: HttpResponse, pk: int, said: TaskAct) -> TaskOut | HttpResponse:
    ours = cast(HouseRequest, request)
    done = TASK_ACTS[said.act](pk, said, by=ours.actor, at=ours.at, version=seen_version(request))
    if done.pk != pk and not queries.incidents_for(ours.actor).filter(pk=done.incident_id).exists():
        return HttpResponse(status=204)
    row = queries.task_for(pk, ours.actor)
    response["ETag"] = etag(row.task.version)
    return _task(row, ours.at)


@router.post("/tasks/{int:pk}/calls", response={204: None}, summary="Note a phone call about a task and its result")
def call(request: HttpRequest, pk: int, said: CallIn) -> Status[None]:
    ours = cast(HouseRequest, request)
    person = None
    if said.person is not None:
        _task_row, found = calling.phones(pk, by=ours.actor, at=ours.at)
        person = next((p.user for p in found if p.user is not None and p.user.pk == said.person), None)
        if person is None:
            raise NotFound
    calling.log_call(pk, said.result, person=person, accepts=said.accepts, by=ours.actor, at=ours.at)
    return Status(204, None)


@router.get("/tasks/{int:pk}/phones", response=list[PhoneOut], summary="Who can be phoned about a task, in order")
def phones(request: HttpRequest, pk: int) -> list[PhoneOut]:
    ours = cast(HouseRequest, request)
    _task_row, found = calling.phones(pk, by=ours.actor, at=ours.at)
    return [
        PhoneOut(
            name=p.name,
            number=p.number,
            person=p.user.pk if p.user else None,
            last=p.last.result if p.last else "",
            suggested=p.suggested,
        )
        for p in found
    ]


@router.post("/tasks/{int:pk}/links", response={201: LinkOut}, summary="A task link for a member; told once")
def make_link(request: HttpRequest, pk: int, said: LinkIn) -> Status[LinkOut]:
    ours = cast(HouseRequest, request)
    to = User.objects.filter(pk=said.to).first()
    if to is None:
        raise NotFound
    token = links.make(pk, to=to, by=ours.actor, at=ours.at)
    return Status(201, LinkOut(url=f"{settings.PUBLIC_URL}/t/{token}", expires_at=ours.at + links.LIVES))


@router.post("/deliveries/task", response=HandedOut, summary="Hand in an answer to a task for a signed receipt")
def hand_in_task(request: HttpRequest, given: HandedIn) -> HandedOut:
    ours = cast(HouseRequest, request)
    return handed_out(given, deliveries.hand_in_task(given, by=ours.actor, at=ours.at))
