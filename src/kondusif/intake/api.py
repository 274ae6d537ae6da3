"""Nil reports over the API: who has spoken on a day, and filing one. Reports themselves come by the hot door."""

from __future__ import annotations

import datetime as dt
from typing import Literal, cast

from django.http import HttpRequest
from ninja import Router, Schema

from kondusif.intake import nil
from kondusif.intake.nil_page import regions_seen
from kondusif.teams.web import HouseRequest

router = Router(tags=["intake"])
Source = Literal["watch", "subdistricts", "village_officers", "forums", "media"]


class DayReportOut(Schema):
    region: str
    state: Literal["reported", "nil", "missing"]
    sources: list[Source]
    filed_at: dt.datetime | None


class NilIn(Schema):
    region: str
    sources: list[Source]


@router.get(
    "/nil-reports", response=list[DayReportOut], summary="Which regions have spoken on a day, and which have not"
)
def day_reports(request: HttpRequest, day: dt.date | None = None) -> list[DayReportOut]:
    ours = cast(HouseRequest, request)
    said = nil.day_reports(regions_seen(ours.actor), day=day or nil.day_of(ours.at))
    return [DayReportOut.model_validate(one, from_attributes=True) for one in said.values()]


@router.post("/nil-reports", response=DayReportOut, summary="File the nil report of a region for today")
def file_nil(request: HttpRequest, given: NilIn) -> DayReportOut:
    """The same again changes nothing; more sources are added."""
    ours = cast(HouseRequest, request)
    row = nil.file_nil(given.region, given.sources, by=ours.actor, at=ours.at)
    return DayReportOut.model_validate(
        {"region": row.region, "state": "nil", "sources": row.sources, "filed_at": row.filed_at}
    )
