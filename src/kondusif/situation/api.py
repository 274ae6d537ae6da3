"""Situation over the API: statuses of regions, and the acts on them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Literal, cast

from django.conf import settings
from django.http import HttpRequest
from ninja import Router, Schema

from kondusif.regions.queries import short_name
from kondusif.situation import actions, briefing_api, queries
from kondusif.situation.models import RegionStatus
from kondusif.situation.recap import api as recap_api
from kondusif.situation.wall import api as wall_api
from kondusif.teams.web import HouseRequest

router = Router(tags=["situation"])
router.add_router("", briefing_api.router)
router.add_router("", wall_api.router)
router.add_router("", recap_api.router)
Level = Literal["kondusif", "waspada", "siaga", "awas"]


class RegionOut(Schema):
    code: str
    name: str
    level: Literal["kondusif", "waspada", "siaga", "awas", "nodata"]
    since: datetime | None
    note: str


class ProposalIn(Schema):
    level: Level
    reason: str
    temporary: bool = False


class ProposalOut(Schema):
    id: int
    region: str
    level: Level
    state: str
    temporary: bool
    proposed_at: datetime
    valid_until: datetime


class DecisionIn(Schema):
    act: Literal["check", "set", "refuse"]
    note: str = ""


def _out(row: RegionStatus) -> ProposalOut:
    return ProposalOut.model_validate(row, from_attributes=True)


@router.get("/regions", response=list[RegionOut], summary="Status of every kab/kota the caller may see")
def regions(request: HttpRequest) -> list[RegionOut]:
    ours = cast(HouseRequest, request)
    codes = queries.visible_regions(ours.actor, settings.PROVINCE)
    shown = queries.shown(codes, at=ours.at)
    return [RegionOut.model_validate({"code": c, "name": short_name(c), **asdict(shown[c])}) for c in codes]


@router.post("/regions/{code}/status", response={201: ProposalOut}, summary="Propose a status")
def propose(request: HttpRequest, code: str, body: ProposalIn) -> tuple[int, ProposalOut]:
    ours = cast(HouseRequest, request)
    queries.check_region(code, ours.actor)
    row = actions.propose(
        code, level=body.level, reason=body.reason, temporary=body.temporary, by=ours.actor, at=ours.at
    )
    return 201, _out(row)


@router.post("/status/{int:pk}", response=ProposalOut, summary="Check, set or refuse a proposal")
def decide(request: HttpRequest, pk: int, body: DecisionIn) -> ProposalOut:
    ours = cast(HouseRequest, request)
    if body.act == "check":
        return _out(actions.check(pk, by=ours.actor, at=ours.at))
    if body.act == "set":
        return _out(actions.decide(pk, by=ours.actor, at=ours.at, note=body.note))
    return _out(actions.refuse(pk, reason=body.note, by=ours.actor, at=ours.at))
