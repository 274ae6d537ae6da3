"""A new key for a member over the API."""

from __future__ import annotations

import datetime as dt
from typing import Literal, cast

from django.conf import settings
from django.http import HttpRequest
from ninja import Router, Schema, Status

from kondusif.teams import resets
from kondusif.teams.web import HouseRequest

router = Router(tags=["teams"])


class ResetIn(Schema):
    known_by: Literal["called_back", "in_person", "superior"]


class ResetOut(Schema):
    link: str
    expires_at: dt.datetime


@router.post(
    "/members/{pk}/reset", response={201: ResetOut}, summary="A new link for a member who lost phone or password"
)
def reset(request: HttpRequest, pk: int, given: ResetIn) -> Status[ResetOut]:
    ours = cast(HouseRequest, request)
    _user, token = resets.reset(pk, known_by=given.known_by, by=ours.actor, at=ours.at)
    return Status(201, ResetOut(link=f"{settings.PUBLIC_URL}/undangan/{token}", expires_at=ours.at + resets.LIVES))
