"""Conflicts of interest over the API."""

from __future__ import annotations

import datetime as dt
from typing import Literal, cast

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from kondusif.ledger.errors import NotFound
from kondusif.teams import conflicts
from kondusif.teams.models import ConflictLock, User
from kondusif.teams.web import HouseRequest, Instant

router = Router(tags=["teams"])


class LockIn(Schema):
    user: int = Field(ge=1, le=2**53)
    region: str = Field(max_length=20)
    ground: Literal["candidate", "relative", "staff", "party"]
    starts_at: Instant
    ends_at: Instant


class LockOut(Schema):
    id: int
    user: str
    region: str
    ground: str
    starts_at: dt.datetime
    ends_at: dt.datetime


def _out(row: ConflictLock) -> LockOut:
    said = {n: getattr(row, n) for n in ("region", "ground", "starts_at", "ends_at")}
    return LockOut(id=row.pk, user=str(row.user), **said)


@router.get(
    "/conflict-locks", response=list[LockOut], summary="Who is kept out by a conflict of interest, now and to come"
)
def locks(request: HttpRequest) -> list[LockOut]:
    ours = cast(HouseRequest, request)
    return [_out(r) for r in conflicts.seen(ours.actor, at=ours.at)]


@router.post(
    "/conflict-locks", response={201: LockOut}, summary="Keep a member out of a region's affairs, or declare oneself"
)
def lock(request: HttpRequest, given: LockIn) -> Status[LockOut]:
    ours = cast(HouseRequest, request)
    user = User.objects.filter(pk=given.user, is_active=True).first()
    if user is None:
        raise NotFound
    said = given.model_dump() | {"user": user}
    return Status(201, _out(conflicts.lock(**said, by=ours.actor, at=ours.at)))


@router.post("/conflict-locks/{pk}/end", response=LockOut, summary="End a conflict lock early")
def end_lock(request: HttpRequest, pk: int) -> LockOut:
    ours = cast(HouseRequest, request)
    return _out(conflicts.end_lock(pk, by=ours.actor, at=ours.at))
