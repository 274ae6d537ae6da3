"""Figures and their certificates over the API."""

from __future__ import annotations

import datetime as dt
from typing import cast

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from kondusif.ledger.errors import NotFound
from kondusif.meetings.figures import actions, queries, rules
from kondusif.meetings.models import PrintedFigure
from kondusif.teams.web import HouseRequest, Instant

router = Router(tags=["meetings"])


class FigureOut(Schema):
    definition: str
    version: int
    unit: str
    value: int | None
    n: int
    of: int
    digest: str
    head: str


class PrintIn(Schema):
    figures: list[str] = Field(min_length=1, max_length=40)
    region: str = Field(max_length=20)
    start: Instant
    end: Instant
    agency: int = Field(default=0, ge=0, le=2**31 - 1)
    known_at: Instant | None = None


class CertificateOut(Schema):
    code: str
    definition: str
    version: int
    region: str
    start: dt.datetime
    end: dt.datetime
    value: int | None
    n: int
    of: int
    digest: str
    head: str
    known_at: dt.datetime


class CheckedOut(Schema):
    certificate: CertificateOut
    holds: bool
    faults: list[str]


def _out(row: PrintedFigure) -> CertificateOut:
    said = {
        n: getattr(row, n)
        for n in ("code", "definition", "version", "region", "value", "n", "of", "digest", "known_at")
    }
    return CertificateOut(start=row.starts_at, end=row.ends_at, head=row.head_hash, **said)


@router.get("/figures", response=list[FigureOut], summary="A region's figures for a period, as known at an instant")
def figures(
    request: HttpRequest, region: str, start: Instant, end: Instant, known_at: Instant | None = None, agency: int = 0
) -> list[FigureOut]:
    ours = cast(HouseRequest, request)
    scope = queries.scope_of(region, start, end, agency=agency if 0 <= agency < 2**31 else 0)
    head = queries.head_at(known_at)
    codes = [d.code for d in rules.CURRENT.values() if d.guarded == bool(scope.agency)]
    return [
        FigureOut(
            definition=d.code, version=d.version, unit=d.unit, value=f.value, n=f.n, of=f.of, digest=f.digest, head=head.hash
        )
        for d, f in queries.find(codes, scope, head=head, by=ours.actor)
    ]  # fmt: skip


@router.post(
    "/figures/certificates", response={201: list[CertificateOut]}, summary="Give figures their birth certificates"
)
def print_figures(request: HttpRequest, given: PrintIn) -> Status[list[CertificateOut]]:
    ours = cast(HouseRequest, request)
    scope = queries.scope_of(given.region, given.start, given.end, agency=given.agency)
    head = queries.head_at(given.known_at)
    rows = actions.print_figures(given.figures, scope, by=ours.actor, at=ours.at, head=head)
    return Status(201, [_out(r) for r in rows])


@router.get(
    "/figures/certificates/{code}", response=CheckedOut, summary="A certificate, computed again from the ledger"
)
def certificate(request: HttpRequest, code: str) -> CheckedOut:
    ours = cast(HouseRequest, request)
    if len(code) > 12:
        raise NotFound
    checked = queries.verify(queries.one(code, by=ours.actor))
    return CheckedOut(certificate=_out(checked.row), holds=not checked.faults, faults=checked.faults)
