"""Recaps and the SIPKS sheet over the API."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, cast

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from kondusif.ledger.errors import NotPermitted
from kondusif.situation.recap import queries, rules, sipks
from kondusif.teams.sheets_page import EXCEL
from kondusif.teams.web import HouseRequest

router = Router(tags=["situation"])


class PlaceOut(Schema):
    """A kab/kota in the period; where nothing is known the counts are null, never zero."""

    code: str
    name: str
    days: int
    days_with_reports: int
    days_nil: int
    days_silent: int
    reports: dict[str, int] | None
    opened: dict[str, int] | None
    closed: int | None
    open_at_end: int | None
    kinds: dict[str, int] | None


class LayoutIn(Schema):
    """`columns` of [field, heading, heading above]; `above`: lines over the table, with {provinsi} and {periode}."""

    columns: Annotated[list[Annotated[list[str], Field(min_length=3, max_length=3)]], Field(max_length=60)]
    above: Annotated[list[str], Field(max_length=20)] = []


def _out(p: rules.Place) -> PlaceOut:
    known = p.known
    return PlaceOut(
        code=p.code, name=p.name, days=p.days, days_with_reports=p.spoken, days_nil=p.nil, days_silent=p.silent,
        reports=p.reports if known else None, opened=p.opened if known else None, closed=p.closed if known else None,
        open_at_end=p.open_at_end if known else None, kinds=p.kinds if known else None,
    )  # fmt: skip


@router.get(
    "/recap", response=list[PlaceOut], summary="Reports and incidents of a period by kab/kota, with what is missing"
)
def recap(request: HttpRequest, first: dt.date, last: dt.date) -> list[PlaceOut]:
    ours = cast(HouseRequest, request)
    return [_out(p) for p in queries.recap(ours.actor, first, last, at=ours.at).places]


@router.get("/recap/sheet", summary="The recap as .xlsx")
def recap_sheet(request: HttpRequest, first: dt.date, last: dt.date) -> HttpResponse:
    ours = cast(HouseRequest, request)
    return HttpResponse(sipks.recap_sheet(first, last, by=ours.actor, at=ours.at), content_type=EXCEL)


@router.get("/sipks/layout", response=LayoutIn, summary="The layout of the SIPKS sheet")
def layout(request: HttpRequest) -> LayoutIn:
    if not cast(HouseRequest, request).actor.anywhere(sipks.MAKE):
        raise NotPermitted
    return LayoutIn.model_validate(sipks.layout(), from_attributes=True)


@router.post("/sipks/layout", response=LayoutIn, summary="Save the layout of the SIPKS sheet")
def save_layout(request: HttpRequest, given: LayoutIn) -> LayoutIn:
    ours = cast(HouseRequest, request)
    row = sipks.save_layout(given.columns, given.above, by=ours.actor, at=ours.at)
    return LayoutIn.model_validate(row, from_attributes=True)


@router.get("/sipks/sheet", summary="The SIPKS sheet of a period as .xlsx")
def sipks_sheet(request: HttpRequest, first: dt.date, last: dt.date) -> HttpResponse:
    ours = cast(HouseRequest, request)
    return HttpResponse(sipks.sipks_sheet(first, last, by=ours.actor, at=ours.at), content_type=EXCEL)
