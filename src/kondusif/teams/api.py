"""People's duty over the API: the hours a region keeps."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, cast

from django.conf import settings
from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from kondusif.ledger.actor import check_permitted
from kondusif.teams import conflict_api, duty_api, duty_hours, plan_api, reset_api, sheets_api
from kondusif.teams.exports import api as exports
from kondusif.teams.models import AlertPeriod
from kondusif.teams.web import HouseRequest, Instant

router = Router(tags=["teams"])
router.add_router("", duty_api.router)
router.add_router("", plan_api.router)
router.add_router("", conflict_api.router)
router.add_router("", sheets_api.router)
router.add_router("", reset_api.router)
router.add_router("", exports.router)
READ = "situation.read"


class AlertOut(Schema):
    id: int
    region: str
    below: bool
    decree_number: str
    decree_date: dt.date
    starts_at: dt.datetime
    ends_at: dt.datetime


class DayOffOut(Schema):
    day: dt.date
    name: str
    decree_number: str
    works: bool


class DutyHoursOut(Schema):
    """`alert` says whether clocks of S3 and S4 run day and night there now; else they run in office hours (local time)."""

    region: str
    alert: bool
    until: dt.datetime | None
    opens: Annotated[str, Field(pattern=r"^\d\d:\d\d$", description="Local clock; JSON Schema's `time` wants a zone.")]
    shuts: Annotated[str, Field(pattern=r"^\d\d:\d\d$")]
    days_off: list[DayOffOut]


class AlertIn(Schema):
    region: str
    below: bool = True
    decree_number: str
    decree_date: dt.date
    starts_at: Instant
    ends_at: Instant


class DayIn(Schema):
    day: dt.date
    works: bool = False
    name: str
    decree_number: str


@router.get("/duty-hours", response=DutyHoursOut, summary="The hours in which non-urgent clocks run in a region")
def duty_hours_of(request: HttpRequest, region: str = "") -> DutyHoursOut:
    ours = cast(HouseRequest, request)
    region = region or str(settings.PROVINCE)
    check_permitted(ours.actor, READ, region)
    period = duty_hours.alert_now([region], at=ours.at).get(region)
    opens, shuts = duty_hours.office_hours(region)
    days = duty_hours.days_off(ours.at.date(), ours.at.date() + dt.timedelta(days=366))
    said = {
        "region": region, "alert": period is not None, "until": period.ends_at if period else None,
        "opens": f"{opens:%H:%M}", "shuts": f"{shuts:%H:%M}", "days_off": days,
    }  # fmt: skip
    return DutyHoursOut.model_validate(said, from_attributes=True)


@router.post("/alert-periods", response=AlertOut, summary="Put a region in Masa siaga by decree")
def set_alert(request: HttpRequest, given: AlertIn) -> AlertPeriod:
    ours = cast(HouseRequest, request)
    return duty_hours.set_alert(**given.model_dump(), by=ours.actor, at=ours.at)


@router.post("/alert-periods/{pk}/end", response=AlertOut, summary="End a Masa siaga early")
def end_alert(request: HttpRequest, pk: int) -> AlertPeriod:
    ours = cast(HouseRequest, request)
    return duty_hours.end_alert(pk, by=ours.actor, at=ours.at)


@router.post("/days-off", response=DayOffOut, summary="Enter joint leave, or a holiday that is worked, by decree")
def set_day(request: HttpRequest, given: DayIn) -> DayOffOut:
    ours = cast(HouseRequest, request)
    row = duty_hours.set_day(**given.model_dump(), by=ours.actor, at=ours.at)
    return DayOffOut.model_validate(row, from_attributes=True)
