"""Ruang kendali over the API."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, cast

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from kondusif.ledger.errors import NotPermitted
from kondusif.situation.models import WallScreen
from kondusif.situation.wall import page, screens, sheets
from kondusif.situation.wall.picture import MANAGE, SHOW, Picture
from kondusif.teams.web import HouseRequest, Instant

router = Router(tags=["situation"])


class ScreenIn(Schema):
    region: Annotated[str, Field(max_length=20)]
    label: Annotated[str, Field(min_length=1, max_length=60)]
    phones: bool = False
    ends_at: Instant


class ScreenOut(Schema):
    """`code` is given once, when the screen is made."""

    id: int
    region: str
    label: str
    phones: bool
    opened_at: dt.datetime | None
    ends_at: dt.datetime
    code: str = ""


def _out(row: WallScreen, code: str = "") -> ScreenOut:
    said = {n: getattr(row, n) for n in ("region", "label", "phones", "opened_at", "ends_at")}
    return ScreenOut(id=row.pk, code=code, **said)


@router.get("/wall", response=Picture, summary="The wall's picture now, or a past hour as it was known then")
def wall(request: HttpRequest, hour: Instant | None = None) -> Picture:
    ours = cast(HouseRequest, request)
    if not ours.actor.anywhere(SHOW):
        raise NotPermitted
    return sheets.sheet(hour, by=ours.actor) if hour else page.picture_for(ours.actor, at=ours.at)


@router.get("/wall/screens", response=list[ScreenOut], summary="Screens that may show the wall")
def listed(request: HttpRequest) -> list[ScreenOut]:
    ours = cast(HouseRequest, request)
    if not ours.actor.anywhere(MANAGE):
        raise NotPermitted
    return [_out(r) for r in screens.screens_of(ours.actor, at=ours.at)]


@router.post(
    "/wall/screens", response={201: ScreenOut}, summary="Make a screen; its code is opened on it within an hour"
)
def make(request: HttpRequest, given: ScreenIn) -> Status[ScreenOut]:
    ours = cast(HouseRequest, request)
    row, token = screens.make_screen(**given.model_dump(), by=ours.actor, at=ours.at)
    return Status(201, _out(row, token))


@router.post("/wall/screens/{int:pk}/end", response={204: None}, summary="Take a screen's key back")
def end(request: HttpRequest, pk: int) -> Status[None]:
    ours = cast(HouseRequest, request)
    screens.end_screen(pk, by=ours.actor, at=ours.at)
    return Status(204, None)
