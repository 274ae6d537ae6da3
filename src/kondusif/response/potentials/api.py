"""Peta potensi over the API: list, read, enter, review, record as an incident."""

from __future__ import annotations

import datetime as dt
from typing import cast

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router, Schema, Status
from pydantic import Field

from kondusif.ledger.errors import NotFound, NotPermitted
from kondusif.response.potentials import actions, queries
from kondusif.response.potentials.actions import NewPotential
from kondusif.response.queries import READ
from kondusif.teams.models import Agency
from kondusif.teams.web import HouseRequest
from kondusif.triage.versions import BIGGEST, Code, Plain, etag, seen_version

router = Router(tags=["response"])


class PartyIO(Schema):
    role: Plain
    interest: Plain = ""


class PotentialOut(Schema):
    """`late` is what the caller may say: a vertical agency is never late to others. `incidents`: those it became."""

    code: str
    title: str
    kind: str
    region: str
    place: str
    precision: str
    level: str
    parties: list[PartyIO]
    triggers: str
    signs: str
    background: str
    peace_kinds: list[str]
    owner: str
    owner_agency: int | None
    state: str
    first_seen: dt.date
    last_review: dt.date | None
    next_review: dt.date | None
    late: bool
    incidents: list[str]
    version: int


class ListIn(Schema):
    state: Plain = "standing"
    region: Plain = ""
    kind: Plain = ""
    level: Plain = ""
    page: int = Field(1, ge=1, le=10_000)


class PotentialIn(Schema):
    """An empty `next_review` follows the level. `owner` is watch, head, secretary, or agency with its id."""

    title: Plain
    kind: Plain
    region: Plain
    level: Plain
    first_seen: dt.date
    place: Plain = ""
    likelihood: int | None = Field(None, ge=1, le=4)
    impact: int | None = Field(None, ge=1, le=4)
    parties: list[PartyIO] = Field([], max_length=12)
    background: Plain = ""
    triggers: Plain = ""
    signs: Plain = ""
    peace_kinds: list[Plain] = Field([], max_length=10)
    owner: Plain = "watch"
    owner_agency: int | None = Field(None, ge=1, le=BIGGEST)
    next_review: dt.date | None = None


class ReviewIn(Schema):
    trend: Plain
    why: Plain
    level: Plain = ""
    next_review: dt.date | None = None


class RecordIn(Schema):
    title: Plain
    severity: Plain = ""
    stage: Plain = "potensi"


class RecordOut(Schema):
    incident: str


def _out(row: queries.Row, incidents: list[str]) -> PotentialOut:
    p = row.potential
    names = ("code", "title", "kind", "region", "place", "precision", "level", "triggers", "signs", "background", "peace_kinds", "owner",
             "state", "first_seen", "last_review", "next_review", "version")  # fmt: skip
    return PotentialOut(
        **{n: getattr(p, n) for n in names}, owner_agency=p.owner_agency.pk if p.owner_agency else None, late=row.late,
        parties=[PartyIO(role=r, interest=i) for r, i in p.parties], incidents=incidents,
    )  # fmt: skip


def _answer(code: str, ours: HouseRequest, response: HttpResponse) -> PotentialOut:
    sheet = queries.sheet(code, ours.actor, at=ours.at)
    response["ETag"] = etag(sheet.row.potential.version)
    return _out(sheet.row, [i.code for i in sheet.incidents])


@router.get("/potentials", response=list[PotentialOut], summary="Latent matters the caller may read, 50 a page")
def listed(request: HttpRequest, asked: Query[ListIn]) -> list[PotentialOut]:
    ours = cast(HouseRequest, request)
    if not (ours.actor.anywhere(READ) or ours.actor.anywhere("task.answer")):
        raise NotPermitted
    filters = queries.Filters(asked.state, asked.region, asked.kind, asked.level)
    rows = queries.listed(ours.actor, filters, at=ours.at, page=asked.page)
    became = queries.incidents_of([r.potential for r in rows], ours.actor)
    return [_out(r, became.get(r.potential.pk, [])) for r in rows]


@router.post("/potentials", response={201: PotentialOut}, summary="Enter a latent matter")
def add(request: HttpRequest, response: HttpResponse, said: PotentialIn) -> Status[PotentialOut]:
    ours = cast(HouseRequest, request)
    given = said.dict() | {"parties": [[p.role, p.interest] for p in said.parties]}
    if said.owner_agency is not None:
        given["owner_agency"] = Agency.objects.filter(pk=said.owner_agency).first()
        if given["owner_agency"] is None:
            raise NotFound
    row = actions.add(NewPotential(**given), by=ours.actor, at=ours.at)
    return Status(201, _answer(row.code, ours, response))


@router.get("/potentials/{code}", response=PotentialOut, summary="One latent matter; its ETag is its version")
def read(request: HttpRequest, response: HttpResponse, code: Path[Code]) -> PotentialOut:
    return _answer(code, cast(HouseRequest, request), response)


@router.post("/potentials/{code}/reviews", response=PotentialOut, summary="Review it; If-Match required")
def review(request: HttpRequest, response: HttpResponse, code: Path[Code], said: ReviewIn) -> PotentialOut:
    ours = cast(HouseRequest, request)
    actions.review(code, **said.dict(), by=ours.actor, at=ours.at, version=seen_version(request))
    return _answer(code, ours, response)


@router.post(
    "/potentials/{code}/incidents", response={201: RecordOut}, summary="Record it as an incident; If-Match required"
)
def record(request: HttpRequest, code: Path[Code], said: RecordIn) -> Status[RecordOut]:
    ours = cast(HouseRequest, request)
    incident = actions.record_as_incident(code, **said.dict(), by=ours.actor, at=ours.at, version=seen_version(request))
    return Status(201, RecordOut(incident=incident.code))
