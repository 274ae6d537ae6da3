"""Laporan singkat over the API."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, cast

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from kondusif.ledger.errors import NotFound, NotPermitted
from kondusif.situation import briefing
from kondusif.situation.models import Briefing
from kondusif.teams.models import Agency
from kondusif.teams.web import HouseRequest, Instant

router = Router(tags=["situation"])


class BriefingOut(Schema):
    """`digest` is sent back on approval: what is approved is what was read."""

    id: int
    region: str
    slot: dt.datetime
    made_at: dt.datetime
    lines: list[str]
    digest: str
    approved_at: dt.datetime | None


class ApprovalIn(Schema):
    digest: Annotated[str, Field(max_length=64)]


class DirectiveIn(Schema):
    incident: Annotated[str, Field(max_length=40)]
    agency: Annotated[int, Field(ge=1, le=2**53)]
    text: Annotated[str, Field(min_length=1, max_length=160)]
    due_at: Instant


class DirectiveOut(Schema):
    task: int


def _out(row: Briefing) -> BriefingOut:
    said = {n: getattr(row, n) for n in ("region", "slot", "made_at", "lines", "approved_at")}
    return BriefingOut(id=row.pk, digest=briefing.digest(row), **said)


@router.get("/briefings", response=list[BriefingOut], summary="The newest briefings of the caller's regions")
def listed(request: HttpRequest) -> list[BriefingOut]:
    ours = cast(HouseRequest, request)
    if not ours.actor.anywhere(briefing.READ):
        raise NotPermitted
    return [_out(r) for r in briefing.visible(ours.actor)[:60]]


@router.post(
    "/briefings/{pk}/approve", response=BriefingOut, summary="Approve the lines that were read; they go to the chair"
)
def approve(request: HttpRequest, pk: int, given: ApprovalIn) -> BriefingOut:
    ours = cast(HouseRequest, request)
    return _out(briefing.approve(pk, seen=given.digest, by=ours.actor, at=ours.at))


@router.post("/briefings/{pk}/directives", response={201: DirectiveOut}, summary="Enter the leader's arahan as a task")
def directive(request: HttpRequest, pk: int, given: DirectiveIn) -> Status[DirectiveOut]:
    ours = cast(HouseRequest, request)
    agency = Agency.objects.filter(pk=given.agency).first()
    if agency is None:
        raise NotFound
    found = briefing.enter_directive(
        pk, incident=given.incident, agency=agency, text=given.text, due_at=given.due_at, by=ours.actor, at=ours.at
    )
    return Status(201, DirectiveOut(task=found.task_id))
