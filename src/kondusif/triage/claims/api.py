"""Claims over the API: list, read, record, act, import; the public clarifications without sign-in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, Literal, cast

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router, Schema, Status
from pydantic import Field

from kondusif.teams.sheets import book
from kondusif.teams.web import HouseRequest
from kondusif.triage.claims import actions, counters, importing, queries, referral, sheet, verdicts
from kondusif.triage.claims.actions import NewItem
from kondusif.triage.versions import BIGGEST, Code, Plain, etag, seen_version

router = Router(tags=["claims"])


class ClaimRow(Schema):
    code: str
    title: str
    region: str
    topic: str
    state: str
    verdict: str
    recorded_at: dt.datetime
    items: int
    version: int


class ItemOut(Schema):
    region: str
    seen_on: dt.date
    channel: str
    link: str
    words: str
    outside: str


class EvidenceOut(Schema):
    source: str
    source_date: dt.date
    shows: str
    link: str


class VerdictOut(Schema):
    kind: str
    reason: str
    role: str
    at: dt.datetime


class CounterOut(Schema):
    id: int
    title: str
    body: str
    safety: bool
    published_at: dt.datetime | None


class ClaimFull(Schema):
    """A claim with all around it. No reporter, report or account has a place in it."""

    code: str
    title: str
    statement: str
    region: str
    topic: str
    state: str
    verdict: str
    version: int
    items: list[ItemOut]
    evidence: list[EvidenceOut]
    verdicts: list[VerdictOut]
    clarifications: list[CounterOut]


class ListIn(Schema):
    state: Plain = "open"
    region: Plain = ""
    topic: Plain = ""
    words: Plain = ""
    page: int = Field(1, ge=1, le=10_000)


class ClaimIn(Schema):
    region: Plain
    topic: Plain
    title: Plain
    statement: Plain
    report: Plain = ""


class ClaimAct(Schema):
    """One act. Which other fields count depends on `act`; the rest are left alone."""

    act: Literal["item", "evidence", "judge", "appeal", "draft", "publish", "withdraw", "rest", "refer"]
    region: Plain = ""
    day: dt.date | None = None
    channel: Plain = ""
    link: Plain = ""
    words: Plain = ""
    outside: Plain = ""
    source: Plain = ""
    shows: Plain = ""
    verdict: Plain = ""
    reason: Plain = ""
    capacity: Plain = ""
    title: Plain = ""
    fact: Plain = ""
    safety: bool = False
    clarification: int = Field(0, ge=0, le=BIGGEST)
    body: Plain = ""


class RowOut(Schema):
    line: int
    state: str
    where: str
    reason: str


class SheetOut(Schema):
    """`counts`: rows that are new, changed, same, refused, skipped. `rows`: all but the same ones."""

    applied: bool
    claims: int
    counts: dict[str, int]
    rows: list[RowOut]


class ClarificationOut(Schema):
    """What the public reads. `verdict` is about what goes round, not about the title, which is the fact."""

    code: str
    title: str
    body: str
    verdict: str
    role: str
    place: str
    published_at: dt.datetime
    withdrawn: bool
    looked_at_again: bool


EARLY = dt.date(1900, 1, 1)  # a day left out: refused with its reason further in


def _item(code: str, s: ClaimAct, **kept: Any) -> object:
    return actions.add_item(code, NewItem(s.region, s.day or EARLY, s.channel, s.link, s.words, s.outside), **kept)


def _evidence(code: str, s: ClaimAct, **kept: Any) -> object:
    return actions.add_evidence(code, source=s.source, source_date=s.day or EARLY, shows=s.shows, link=s.link, **kept)


ACTS: dict[str, Callable[..., object]] = {
    "item": _item,
    "evidence": _evidence,
    "judge": lambda code, s, **kept: verdicts.judge(code, verdict=s.verdict, reason=s.reason, **kept),
    "appeal": lambda code, s, **kept: verdicts.appeal(code, capacity=s.capacity, reason=s.reason, **kept),
    "draft": lambda code, s, **kept: counters.draft(code, title=s.title, fact=s.fact, safety=s.safety, **kept),
    "publish": lambda code, s, **kept: counters.publish(s.clarification, of=code, **kept),
    "withdraw": lambda code, s, **kept: counters.withdraw(s.clarification, of=code, **kept),
    "rest": lambda code, s, **kept: counters.rest(code, reason=s.reason, **kept),
    "refer": lambda code, s, **kept: referral.refer(code, body=s.body, **kept),
}


@router.get("/claims", response=list[ClaimRow], summary="Claims of the caller's regions, newest first, by page")
def listed(request: HttpRequest, wanted: Query[ListIn]) -> list[ClaimRow]:
    filters = queries.Filters(wanted.state, wanted.region, wanted.topic, wanted.words)
    rows = queries.listed(cast(HouseRequest, request).actor, filters, page=wanted.page)
    return [ClaimRow.model_validate(r, from_attributes=True) for r in rows]


@router.post("/claims", response={201: ClaimFull}, summary="Write a claim down; it is no incident")
def record(request: HttpRequest, response: HttpResponse, given: ClaimIn) -> Status[ClaimFull]:
    ours = cast(HouseRequest, request)
    row = actions.record(**given.model_dump(), by=ours.actor, at=ours.at)
    return Status(201, _full(queries.sheet(row.code, ours.actor), response))


@router.post(
    "/claims/sheet", response=SheetOut, summary="Look at a sheet of items (.xlsx or .csv as the body), or apply it"
)
def read_sheet(request: HttpRequest, apply: bool = False) -> SheetOut:
    ours = cast(HouseRequest, request)
    try:
        data = request.body
    except RequestDataTooBig:
        raise book.SheetNotRead from None
    found = (importing.apply_at_once if apply else sheet.look)(data, by=ours.actor, at=ours.at)
    rows = [
        RowOut(line=o.line, state=o.state, where=o.where, reason=str(o.reason))
        for o in found.outcomes
        if o.state != "same"
    ]
    return SheetOut(applied=apply, claims=found.claims(), counts=found.counts(), rows=rows)


@router.get("/claims/{code}", response=ClaimFull, summary="One claim; its ETag is its version")
def read(request: HttpRequest, response: HttpResponse, code: Path[Code]) -> ClaimFull:
    return _full(queries.sheet(code, cast(HouseRequest, request).actor), response)


@router.post("/claims/{code}/acts", response=ClaimFull, summary="Act on a claim; If-Match required")
def act(request: HttpRequest, response: HttpResponse, code: Path[Code], said: ClaimAct) -> ClaimFull:
    ours = cast(HouseRequest, request)
    ACTS[said.act](code, said, by=ours.actor, at=ours.at, version=seen_version(request))
    return _full(queries.sheet(code, ours.actor), response)


@router.get(
    "/clarifications", response=list[ClarificationOut], auth=None, summary="What has been published, newest first"
)
def clarifications(request: HttpRequest) -> list[ClarificationOut]:
    rows = queries.published(at=cast(HouseRequest, request).at)
    return [ClarificationOut.model_validate(r, from_attributes=True) for r in rows]


def _full(found: queries.Sheet, response: HttpResponse) -> ClaimFull:
    response["ETag"] = etag(found.claim.version)
    names = ("code", "title", "statement", "region", "topic", "state", "verdict", "version")
    return ClaimFull(
        **{n: getattr(found.claim, n) for n in names},
        items=[ItemOut.model_validate(i, from_attributes=True) for i in found.items],
        evidence=[EvidenceOut.model_validate(e, from_attributes=True) for e in found.evidence],
        verdicts=[VerdictOut.model_validate(v, from_attributes=True) for v in found.verdicts],
        clarifications=[CounterOut.model_validate(c, from_attributes=True) for c in found.shown_counters],
    )
