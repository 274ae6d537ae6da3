"""Office sheets over the API: the .xlsx is the body; a dry run unless `apply`."""

from __future__ import annotations

from typing import cast

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from kondusif.teams.sheets import book, importing
from kondusif.teams.sheets_page import EXCEL
from kondusif.teams.web import HouseRequest

router = Router(tags=["teams"])


class RowOut(Schema):
    line: int
    state: str
    where: str
    reason: str


class ColumnOut(Schema):
    column: str
    found_as: str
    cell: str


class SheetOut(Schema):
    """`counts`: rows that are new, changed, same, refused, skipped. `rows`: all but the same ones."""

    applied: bool
    sheet: str
    columns: list[ColumnOut]
    counts: dict[str, int]
    rows: list[RowOut]


@router.post("/sheets/{kind}", response=SheetOut, summary="Look at an office sheet (.xlsx as the body), or apply it")
def read_sheet(request: HttpRequest, kind: str, apply: bool = False) -> SheetOut:
    ours = cast(HouseRequest, request)
    chosen = importing.kind_of(kind, by=ours.actor)
    try:
        data = request.body
    except RequestDataTooBig:
        raise book.SheetNotRead from None
    act = importing.apply_at_once if apply else importing.look
    found = act(chosen, data, by=ours.actor, at=ours.at)
    return SheetOut(
        applied=apply,
        sheet=found.sheet,
        columns=[ColumnOut(column=ours_, found_as=theirs, cell=cell) for ours_, theirs, cell in found.matched],
        counts=found.counts(),
        rows=[RowOut(line=o.line, state=o.state, where=o.where, reason=str(o.reason)) for o in found.outcomes if o.state != "same"],
    )  # fmt: skip


@router.get("/sheets/{kind}", summary="The same sheet back, as .xlsx")
def write_sheet(request: HttpRequest, kind: str, empty: bool = False) -> HttpResponse:
    ours = cast(HouseRequest, request)
    chosen = importing.kind_of(kind, by=ours.actor)
    return HttpResponse(importing.export(chosen, by=ours.actor, at=ours.at, empty=empty), content_type=EXCEL)
