"""Exports in bulk over the API: ask, decide, see what left."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal, cast

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from kondusif.teams.exports import gate
from kondusif.teams.models import ExportRequest
from kondusif.teams.web import HouseRequest

router = Router(tags=["teams"])


class RequestIn(Schema):
    kind: Annotated[str, Field(max_length=20)]
    region: Annotated[str, Field(max_length=20)]
    rows: Annotated[int, Field(ge=1, le=gate.MOST_ASKED)]
    reason: Annotated[str, Field(max_length=10)]
    restricted: bool = False


class RequestOut(Schema):
    id: int
    kind: str
    region: str
    rows: int
    reason: str
    restricted: bool
    asked_at: dt.datetime
    state: str
    valid_until: dt.datetime | None


class DecisionIn(Schema):
    act: Literal["approve", "refuse"]


class TakenOut(Schema):
    kind: str
    region: str
    rows: int
    by_label: str
    at: dt.datetime


def _out(row: ExportRequest, at: dt.datetime) -> RequestOut:
    names = ("kind", "region", "rows", "reason", "restricted", "asked_at", "valid_until")
    return RequestOut(id=row.pk, state=row.state(at), **{n: getattr(row, n) for n in names})


@router.get("/exports", response=list[TakenOut], summary="What left the house: the caller's own, and of their regions")
def taken(request: HttpRequest) -> list[TakenOut]:
    ours = cast(HouseRequest, request)
    return [TakenOut.model_validate(r, from_attributes=True) for r in gate.taken(ours.actor)[:200]]


@router.get("/export-requests", response=list[RequestOut], summary="Requests for an export in bulk")
def requests(request: HttpRequest) -> list[RequestOut]:
    ours = cast(HouseRequest, request)
    return [_out(r, ours.at) for r in gate.requests(ours.actor)[:200]]


@router.post(
    "/export-requests", response={201: RequestOut}, summary="Ask for an export in bulk, with a reason from the list"
)
def ask(request: HttpRequest, given: RequestIn) -> Status[RequestOut]:
    ours = cast(HouseRequest, request)
    said = given.model_dump()
    return Status(201, _out(gate.ask(said.pop("kind"), **said, by=ours.actor, at=ours.at), ours.at))


@router.post("/export-requests/{int:pk}", response=RequestOut, summary="Approve or refuse; never one's own")
def decide(request: HttpRequest, pk: int, given: DecisionIn) -> RequestOut:
    ours = cast(HouseRequest, request)
    return _out(gate.decide(pk, approve=given.act == "approve", by=ours.actor, at=ours.at), ours.at)
