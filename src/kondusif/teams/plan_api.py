"""Response plans over the API: the holes in the days ahead, and putting a ladder in force."""

from __future__ import annotations

import datetime as dt
from typing import Literal, cast

from django.conf import settings
from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from kondusif.ledger.actor import check_permitted
from kondusif.teams import plan_check
from kondusif.teams.ladders import WEEK, WORKDAYS, Rung, Window
from kondusif.teams.web import HouseRequest

router = Router(tags=["teams"])
Kind = Literal["empty_hour", "no_channel", "loop", "silent_end", "skipped_level", "ignored_wait", "shut_window"]


class HoleOut(Schema):
    """A step that reaches nobody, or is wrong in itself (then without hours)."""

    kind: Kind
    region: str
    category: str
    severity: str
    target: str
    starts_at: dt.datetime | None
    ends_at: dt.datetime | None


class RungIn(Schema):
    target: str = Field(max_length=20)
    wait: int = Field(0, ge=0, le=100_000)
    opens: dt.time | None = None
    shuts: dt.time | None = None
    workdays: bool = False


class PlanIn(Schema):
    region: str = Field(max_length=20)
    category: str = Field("", max_length=20)
    severity: Literal["S1", "S2", "S3", "S4"]
    name: str = Field(max_length=120)
    rungs: list[RungIn] = Field(min_length=1, max_length=10)
    again: int | None = Field(None, ge=0, le=100_000)
    override: str = Field("", max_length=300)


class PlanOut(Schema):
    id: int
    region: str
    category: str
    severity: str
    name: str
    overridden: bool


@router.get("/plan-holes", response=list[HoleOut], summary="Where the plans reach nobody in the next fourteen days")
def holes(request: HttpRequest, region: str = "") -> list[HoleOut]:
    ours = cast(HouseRequest, request)
    region = region or str(settings.PROVINCE)
    check_permitted(ours.actor, "situation.read", region)
    found = plan_check.check_plans(plan_check.kabkota_within(region), at=ours.at)
    return [HoleOut.model_validate(h, from_attributes=True) for h in found]


@router.post("/plans", response=PlanOut, summary="Put a plan's ladder in force, if it reaches somebody at every step")
def activate(request: HttpRequest, given: PlanIn) -> PlanOut:
    ours = cast(HouseRequest, request)
    rungs = []
    for r in given.rungs:
        window = (
            None if r.opens is None or r.shuts is None else Window(r.opens, r.shuts, WORKDAYS if r.workdays else WEEK)
        )
        rungs.append(Rung(r.target, r.wait, window))
    said = given.model_dump(exclude={"rungs"})
    row = plan_check.activate(**said, rungs=rungs, by=ours.actor, at=ours.at)
    return PlanOut(
        id=row.pk, region=row.region, category=row.category, severity=row.severity, name=row.name, overridden=bool(row.override_reason)
    )  # fmt: skip
