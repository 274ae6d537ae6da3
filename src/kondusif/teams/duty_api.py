"""Rosters, swaps, Plh/Plt and a member's own ways over the API."""

from __future__ import annotations

import datetime as dt
from typing import Literal, cast

from django.conf import settings
from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from kondusif.ledger.actor import check_permitted
from kondusif.ledger.errors import NotFound, NotPermitted
from kondusif.teams import delegations, rosters, ways
from kondusif.teams.models import Delegation, Shift, Swap, User, Way
from kondusif.teams.web import HouseRequest, Instant

router = Router(tags=["teams"])
READ = "situation.read"
BIGGEST = 2**53


class ShiftOut(Schema):
    id: int
    region: str
    user: str
    starts_at: dt.datetime
    ends_at: dt.datetime


class GapOut(Schema):
    """`must`: in Masa siaga. `covered`: duty officers are told instead."""

    region: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    must: bool
    covered: bool


class RosterOut(Schema):
    shifts: list[ShiftOut]
    gaps: list[GapOut]


class ShiftIn(Schema):
    region: str = Field(max_length=20)
    user: int = Field(ge=1, le=BIGGEST)
    starts_at: Instant
    ends_at: Instant


class SwapIn(Schema):
    to: int = Field(ge=1, le=BIGGEST)


class SwapOut(Schema):
    id: int
    accepted: bool | None


class AnswerIn(Schema):
    accept: bool


class DelegationIn(Schema):
    kind: Literal["plh", "plt"]
    role: str = Field(max_length=20)
    region: str = Field(max_length=20)
    absent: int = Field(ge=1, le=BIGGEST)
    acting: int = Field(ge=1, le=BIGGEST)
    decree_number: str
    decree_date: dt.date
    starts_at: Instant
    ends_at: Instant


class DelegationOut(Schema):
    id: int
    kind: str
    role: str
    region: str
    absent: str
    acting: str
    decree_number: str
    starts_at: dt.datetime
    ends_at: dt.datetime


class WayOut(Schema):
    """`way` is `email` or `w7`. The address is not told."""

    way: str
    label: str
    usable: bool


class TrialOut(Schema):
    id: int


def _user(pk: int) -> User:
    found = User.objects.filter(pk=pk, is_active=True).first()
    if found is None:
        raise NotFound
    return found


def _shift(row: Shift) -> ShiftOut:
    return ShiftOut(id=row.pk, region=row.region, user=str(row.user), starts_at=row.starts_at, ends_at=row.ends_at)


@router.get("/shifts", response=RosterOut, summary="The roster of a region for fourteen days, and its holes")
def roster(request: HttpRequest, region: str = "") -> RosterOut:
    ours = cast(HouseRequest, request)
    region = region or str(settings.PROVINCE)
    check_permitted(ours.actor, READ, region)
    rows = Shift.objects.filter(region=region, ends_at__gt=ours.at, starts_at__lt=ours.at + rosters.AHEAD)
    gaps = [GapOut.model_validate(g, from_attributes=True) for g in rosters.roster_gaps([region], at=ours.at)]
    return RosterOut(shifts=[_shift(r) for r in rows.select_related("user").order_by("starts_at", "pk")], gaps=gaps)


@router.post("/shifts", response={201: ShiftOut}, summary="Set a turn of duty")
def add_shift(request: HttpRequest, given: ShiftIn) -> Status[ShiftOut]:
    ours = cast(HouseRequest, request)
    check_permitted(ours.actor, rosters.MANAGE, given.region)
    said = given.model_dump() | {"user": _user(given.user)}
    return Status(201, _shift(rosters.roster(said.pop("user"), **said, by=ours.actor, at=ours.at)))


@router.delete("/shifts/{pk}", response={204: None}, summary="Take a turn of duty off the roster")
def drop_shift(request: HttpRequest, pk: int) -> Status[None]:
    ours = cast(HouseRequest, request)
    rosters.drop_shift(pk, by=ours.actor, at=ours.at)
    return Status(204, None)


@router.post("/shifts/{pk}/swap", response=SwapOut, summary="Ask a colleague to take one's own turn")
def ask_swap(request: HttpRequest, pk: int, given: SwapIn) -> Swap:
    ours = cast(HouseRequest, request)
    return rosters.ask_swap(pk, to=_user(given.to), by=ours.actor, at=ours.at)


@router.post("/swaps/{pk}", response=SwapOut, summary="Take the turn, or not; whoever asked takes the question back")
def answer_swap(request: HttpRequest, pk: int, given: AnswerIn) -> Swap:
    ours = cast(HouseRequest, request)
    return rosters.answer_swap(pk, accept=given.accept, by=ours.actor, at=ours.at)


def _delegation(row: Delegation) -> DelegationOut:
    said = {n: getattr(row, n) for n in ("kind", "role", "region", "decree_number", "starts_at", "ends_at")}
    return DelegationOut(id=row.pk, absent=str(row.absent), acting=str(row.acting), **said)


@router.get("/delegations", response=list[DelegationOut], summary="Who acts in whose post, now and to come")
def acting(request: HttpRequest) -> list[DelegationOut]:
    ours = cast(HouseRequest, request)
    rows = Delegation.objects.filter(ends_at__gt=ours.at).select_related("absent", "acting").order_by("starts_at", "pk")
    return [_delegation(r) for r in rows if ours.actor.permits(READ, r.region)]


@router.post("/delegations", response={201: DelegationOut}, summary="Let somebody act in a post by decree")
def delegate(request: HttpRequest, given: DelegationIn) -> Status[DelegationOut]:
    ours = cast(HouseRequest, request)
    check_permitted(ours.actor, delegations.SET, given.region)
    said = given.model_dump() | {"absent": _user(given.absent), "acting": _user(given.acting)}
    return Status(201, _delegation(delegations.delegate(**said, by=ours.actor, at=ours.at)))


@router.post("/delegations/{pk}/end", response=DelegationOut, summary="End a delegation early")
def end_delegation(request: HttpRequest, pk: int) -> DelegationOut:
    ours = cast(HouseRequest, request)
    return _delegation(delegations.end_delegation(pk, by=ours.actor, at=ours.at))


def _member(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise NotPermitted
    return request.user


@router.get("/ways", response=list[WayOut], summary="The caller's own ways of being reached, in order")
def own_ways(request: HttpRequest) -> list[WayOut]:
    user = _member(request)
    labels = {f"w{w.pk}": w.label for w in Way.objects.filter(user=user)}
    return [WayOut(way=w, label=labels.get(w, "Surel dinas"), usable=ways.reaches(w)) for w in ways.ways_of(user)]


@router.post("/ways/{way}/trial", response=TrialOut, summary="Send the caller a trial message by one way")
def try_way(request: HttpRequest, way: str) -> TrialOut:
    ours = cast(HouseRequest, request)
    return TrialOut(id=ways.try_way(_member(request), way, by=ours.actor, at=ours.at).pk)
