"""The peace side over the API: peace actors without their contact, mediations, obligations; acts name the version they saw."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal, cast

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from kondusif.ledger.errors import NotFound, NotPermitted
from kondusif.response.peace import actors, agreement, appeal, mediation
from kondusif.response.peace.actors import NewActor
from kondusif.response.peace.agreement import NewAgreement, NewObligation
from kondusif.response.peace.mediation import NewMediation
from kondusif.response.peace.models import Mediation
from kondusif.response.queries import READ
from kondusif.teams.models import Agency
from kondusif.teams.web import HouseRequest, Instant
from kondusif.triage.versions import BIGGEST, Plain, seen_version

router = Router(tags=["response"])


class ActorOut(Schema):
    """Without name and contact: those are opened on the page, one by one."""

    id: int
    kind: str
    region: str
    designation: str
    languages: list[str]
    able: list[str]
    consent_until: dt.date


class FindIn(Schema):
    kind: Plain = ""
    region: Plain = ""


class InvitedOut(Schema):
    id: int
    role: str
    party: bool
    answer: str


class MediationOut(Schema):
    id: int
    matter: str
    region: str
    venue: str
    mediator: str
    held_at: dt.datetime
    state: str
    result: str
    invited: list[InvitedOut]
    version: int


class MediationIn(Schema):
    matter: Plain
    held_at: Instant
    place: Plain
    mediator: Plain
    parties: list[Plain] = Field(min_length=2, max_length=30)
    venue: Plain = "customary"
    invited: list[int] = Field([], max_length=30)


class ResultIn(Schema):
    result: Literal["agreement", "failed", "court"]
    note: Plain = ""


class ObligationOut(Schema):
    id: int
    agreement: int
    incident: str
    who: str
    what: str
    due_on: dt.date
    task: int
    kept: bool
    unkept: bool


class AppealOut(Schema):
    """`text` of approved appeals only."""

    id: int
    region: str
    text: str
    voices: list[str]
    decided_at: dt.datetime


def _reader(request: HttpRequest) -> HouseRequest:
    ours = cast(HouseRequest, request)
    if not ours.actor.anywhere(READ):
        raise NotPermitted
    return ours


def _out(row: Mediation) -> MediationOut:
    names = ("region", "venue", "mediator", "held_at", "state", "result", "version")
    invited = [InvitedOut(id=i.pk, role=i.role, party=i.party, answer=i.answer) for i in row.invited.all()]
    return MediationOut(
        id=row.pk, matter=mediation.matter_of(row).code, invited=invited, **{n: getattr(row, n) for n in names}
    )


@router.get(
    "/peace-actors",
    response=list[ActorOut],
    summary="Peace actors who agreed to be asked, by kind and region; never by name",
)
def peace_actors(request: HttpRequest, asked: Query[FindIn]) -> list[ActorOut]:
    ours = _reader(request)
    rows = actors.actors_for(ours.actor, kind=asked.kind, region=asked.region)[:200]
    names = ("kind", "region", "designation", "languages", "able", "consent_until")
    return [ActorOut(id=r.pk, **{n: getattr(r, n) for n in names}) for r in rows]


@router.get("/mediations", response=list[MediationOut], summary="The newest mediations of the caller's regions")
def mediations(request: HttpRequest) -> list[MediationOut]:
    ours = _reader(request)
    return [_out(r) for r in mediation.mediations_for(ours.actor).prefetch_related("invited").order_by("-pk")[:100]]


@router.post("/mediations", response={201: MediationOut}, summary="Invite the parties of a matter to a mediation")
def invite(request: HttpRequest, said: MediationIn) -> Status[MediationOut]:
    ours = cast(HouseRequest, request)
    given = said.dict()
    code = given.pop("matter")
    return Status(201, _out(mediation.invite(code, NewMediation(**given), by=ours.actor, at=ours.at)))


@router.post("/mediations/{int:pk}/result", response=MediationOut, summary="What came of it; If-Match required")
def conclude(request: HttpRequest, pk: int, said: ResultIn) -> MediationOut:
    ours = cast(HouseRequest, request)
    row = mediation.conclude(min(pk, BIGGEST), **said.dict(), by=ours.actor, at=ours.at, version=seen_version(request))
    return _out(row)


@router.get(
    "/obligations",
    response=list[ObligationOut],
    summary="Obligations of agreements in the caller's regions, the next due first",
)
def obligations(request: HttpRequest) -> list[ObligationOut]:
    ours = _reader(request)
    return [
        ObligationOut(
            id=o.pk, agreement=o.agreement_id, incident=o.agreement.incident.code, who=o.who, what=o.what, due_on=o.due_on, task=o.task_id,
            kept=o.task.state == "done", unkept=o.unkept_at is not None,
        )
        for o in agreement.obligations_for(ours.actor)[:200]
    ]  # fmt: skip


@router.get(
    "/appeals", response=list[AppealOut], summary="Approved appeals for calm in the caller's regions, the newest first"
)
def appeals(request: HttpRequest) -> list[AppealOut]:
    ours = _reader(request)
    rows = appeal.appeals_for(ours.actor).filter(state="approved").order_by("-pk")[:100]
    return [AppealOut(id=r.pk, **{n: getattr(r, n) for n in ("region", "text", "voices", "decided_at")}) for r in rows]


class ConsentIn(Schema):
    """Name and contact are sealed on arrival and never answered back."""

    kind: Plain
    region: Plain
    designation: Plain
    contact: Plain
    name: Plain = ""
    consent_at: dt.date
    consent_how: Literal["written", "spoken", "message"]
    consent_until: dt.date
    languages: list[Plain] = Field([], max_length=20)
    able: list[Plain] = Field([], max_length=20)


class NamedIn(Schema):
    role: Plain
    name: Plain = ""


class OwedIn(Schema):
    who: Plain
    what: Plain
    agency: int = Field(ge=1, le=BIGGEST)
    due_on: dt.date


class AgreementIn(Schema):
    """A berita acara. Parties, content and witnesses are sealed on arrival; they are opened on the page, with a reason."""

    incident: Plain
    held_on: dt.date
    place: Plain
    parties: list[NamedIn] = Field(min_length=2, max_length=30)
    content: Annotated[str, Field(min_length=1, max_length=8000, pattern=r"^[^\x00]*$")]
    witnesses: list[NamedIn] = Field(min_length=1, max_length=20)
    obligations: list[OwedIn] = Field([], max_length=20)
    number: Plain = ""
    mediation: int | None = Field(None, ge=1, le=BIGGEST)


class AgreementOut(Schema):
    id: int
    incident: str
    held_on: dt.date
    obligations: list[int]


class AppealIn(Schema):
    matter: Plain
    text: Plain
    voices: list[Plain] = Field(min_length=1, max_length=10)
    safety: bool = False


class DraftOut(Schema):
    id: int
    state: str
    version: int


@router.post("/peace-actors", response={201: ActorOut}, summary="Enter a peace actor with their consent")
def enter_actor(request: HttpRequest, said: ConsentIn) -> Status[ActorOut]:
    ours = cast(HouseRequest, request)
    row = actors.add(NewActor(**said.dict()), by=ours.actor, at=ours.at)
    names = ("kind", "region", "designation", "languages", "able", "consent_until")
    return Status(201, ActorOut(id=row.pk, **{n: getattr(row, n) for n in names}))


@router.post(
    "/peace-actors/{int:pk}/withdraw",
    response={204: None},
    summary="Withdraw consent: name and contact are erased at once",
)
def withdraw(request: HttpRequest, pk: int) -> Status[None]:
    ours = cast(HouseRequest, request)
    actors.withdraw(min(pk, BIGGEST), by=ours.actor, at=ours.at)
    return Status(204, None)


@router.post(
    "/agreements", response={201: AgreementOut}, summary="Write down a berita acara; its obligations become tasks"
)
def write_agreement(request: HttpRequest, said: AgreementIn) -> Status[AgreementOut]:
    ours = cast(HouseRequest, request)
    known = {a.pk: a for a in Agency.objects.filter(pk__in=[o.agency for o in said.obligations])}
    if len(known) < len({o.agency for o in said.obligations}):
        raise NotFound
    wanted = NewAgreement(
        said.held_on, said.place, [[p.role, p.name] for p in said.parties], said.content, [[w.role, w.name] for w in said.witnesses],
        [NewObligation(o.who, o.what, known[o.agency], o.due_on) for o in said.obligations], said.number, said.mediation,
    )  # fmt: skip
    row = agreement.write(said.incident, wanted, by=ours.actor, at=ours.at)
    owed = list(row.obligations.order_by("pk").values_list("pk", flat=True))
    return Status(201, AgreementOut(id=row.pk, incident=row.incident.code, held_on=row.held_on, obligations=owed))


@router.post(
    "/obligations/{int:pk}/unkept", response={204: None}, summary="Say that an obligation is not kept: its matter wakes"
)
def unkept(request: HttpRequest, pk: int) -> Status[None]:
    ours = cast(HouseRequest, request)
    agreement.say_unkept(min(pk, BIGGEST), by=ours.actor, at=ours.at)
    return Status(204, None)


@router.post("/appeals", response={201: DraftOut}, summary="Draft an appeal for calm about a matter")
def draft_appeal(request: HttpRequest, said: AppealIn) -> Status[DraftOut]:
    ours = cast(HouseRequest, request)
    row = appeal.draft(said.matter, text=said.text, voices=said.voices, safety=said.safety, by=ours.actor, at=ours.at)
    return Status(201, DraftOut(id=row.pk, state=row.state, version=row.version))


@router.post(
    "/appeals/{int:pk}/approve", response=DraftOut, summary="Approve an appeal as it was read; If-Match required"
)
def approve_appeal(request: HttpRequest, pk: int) -> DraftOut:
    ours = cast(HouseRequest, request)
    row = appeal.approve(min(pk, BIGGEST), by=ours.actor, at=ours.at, version=seen_version(request))
    return DraftOut(id=row.pk, state=row.state, version=row.version)
