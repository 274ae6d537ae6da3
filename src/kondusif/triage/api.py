"""Reports over the API: list, read, act. Acts name the version they saw (If-Match) or are refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Path, Query, Router, Schema, Status
from pydantic import Field

from kondusif.intake.queries import visible_to
from kondusif.ledger.errors import Refusal
from kondusif.teams.exports import gate
from kondusif.teams.models import Agency
from kondusif.teams.web import HouseRequest
from kondusif.triage import actions, merging, queries, referral, restriction
from kondusif.triage.actions import Grade
from kondusif.triage.claims import api as claims
from kondusif.triage.versions import BIGGEST, Code, Plain, etag, seen_version

router = Router(tags=["triage"])
router.add_router("", claims.router)


class AgencyUnknown(Refusal):
    code = "agency-unknown"
    status = 422
    what = _("Instansi tidak dikenal.")
    do = _("Pilih instansi dari daftar.")


def agency_named(pk: int | None) -> Agency | None:
    if pk is None:
        return None
    found = Agency.objects.filter(pk=pk).first()
    if found is None:
        raise AgencyUnknown(field="agency")
    return found


class DueOut(Schema):
    duty: str
    level: int
    due_at: datetime


class GuessOut(Schema):
    """A suggestion with its reasons; `informational` ones are to be known, not weighed."""

    severity: str
    stage: str
    reasons: list[str]
    informational: bool
    pasal5: str
    snpk: str
    acled: str


class ReportRow(Schema):
    code: str
    state: str
    region: str
    channel: str
    words: str
    severity: str
    guess: GuessOut
    received_at: datetime
    restricted: bool
    handler: str
    due: DueOut | None
    similar: int
    joined: int
    version: int


class ReportPage(Schema):
    """`next` is the cursor of the page after this one; null on the last."""

    items: list[ReportRow]
    next: int | None


class ReportFull(Schema):
    code: str
    state: str
    text: str
    region: str
    place_text: str
    place_precision: str
    channel: str
    threatened: str
    severity: str
    restricted: bool
    occurred_at: datetime | None
    observed_at: datetime | None
    reported_at: datetime
    received_at: datetime
    version: int
    guess: GuessOut
    due: list[DueOut]
    similar: list[str]
    joined: list[str]
    primary: str | None


class ListIn(Schema):
    state: Plain = "open"
    region: Plain = ""
    channel: Plain = ""
    severity: Plain = ""
    words: Plain = ""
    cursor: int = Field(0, ge=0, le=BIGGEST)
    limit: int = Field(50, ge=1, le=200)


class ReportAct(Schema):
    """One act. Which other fields count depends on `act`; the rest are left alone."""

    act: Literal[
        "take",
        "release",
        "grade",
        "verify",
        "unproven",
        "refute",
        "ask",
        "reopen",
        "close",
        "refer",
        "restrict",
        "lift",
        "unmerge",
    ]
    reason: Plain = ""
    text: Plain = ""
    kind: Plain = ""
    severity: Plain = ""
    source: Plain = "F"
    confirmed_by: Plain = ""
    credibility: int = Field(6, ge=1, le=6)
    pasal5: Plain = ""
    snpk: Plain = ""
    acled: Plain = ""
    stage: Plain = ""
    body: Plain = ""
    agency: int | None = Field(None, ge=1, le=BIGGEST)


class MergeIn(Schema):
    primary: Plain


class AnswerIn(Schema):
    accepted: bool
    reason: Plain = ""


class ReferralOut(Schema):
    id: int
    report: str
    region: str
    reason: str
    text: str
    at: datetime


def _grade(code: str, said: ReportAct, **kept: Any) -> object:
    wanted = Grade(
        said.severity,
        said.source,
        said.confirmed_by,
        said.credibility,
        said.pasal5,
        said.snpk,
        said.acled,
        said.stage,
        said.reason,
    )
    return actions.grade(code, wanted, **kept)


def _refer(code: str, said: ReportAct, **kept: Any) -> object:
    return referral.refer(code, reason=said.reason, agency=agency_named(said.agency), body=said.body, **kept)


def _unmerge(code: str, said: ReportAct, **kept: Any) -> object:
    kept.pop("version")
    return merging.unmerge(code, **kept)


ACTS: dict[str, Callable[..., object]] = {
    "take": lambda code, _said, **kept: actions.take(code, **kept),
    "release": lambda code, _said, **kept: actions.release(code, **kept),
    "grade": _grade,
    "verify": lambda code, said, **kept: actions.verify(
        code, severity=said.severity, confirmed_by=said.confirmed_by, reason=said.reason, **kept
    ),
    "unproven": lambda code, said, **kept: actions.mark_unproven(code, reason=said.reason, **kept),
    "refute": lambda code, said, **kept: actions.refute(code, reason=said.reason, **kept),
    "ask": lambda code, said, **kept: actions.ask_reporter(code, text=said.text, **kept),
    "reopen": lambda code, said, **kept: actions.reopen(code, reason=said.reason, **kept),
    "close": lambda code, said, **kept: actions.close(code, kind=said.kind, reason=said.reason, **kept),
    "refer": _refer,
    "restrict": lambda code, _said, **kept: restriction.set_restricted(code, **kept),
    "lift": lambda code, _said, **kept: restriction.lift(code, **kept),
    "unmerge": _unmerge,
}


@router.get("/reports", response=ReportPage, summary="Reports of the caller's regions, oldest first, by cursor")
def listed(request: HttpRequest, wanted: Query[ListIn]) -> ReportPage:
    ours = cast(HouseRequest, request)
    filters = queries.Filters(wanted.state, wanted.region, wanted.channel, wanted.severity, wanted.words)
    found = queries.after(ours.actor, filters, at=ours.at, cursor=wanted.cursor, size=wanted.limit)
    if wanted.cursor or len(found) > settings.EXPORT_ROWS:
        gate.read_on("api-reports", region=gate.span(ours.actor.regions("report.read")), rows=len(found), by=ours.actor, at=ours.at,
                     restricted=any(row.restricted for _pk, row in found))  # fmt: skip
    items = [ReportRow.model_validate(row, from_attributes=True) for _pk, row in found]
    return ReportPage(items=items, next=found[-1][0] if len(found) == wanted.limit else None)


@router.get("/reports/{code}", response=ReportFull, summary="One report; its ETag is its version")
def read(request: HttpRequest, response: HttpResponse, code: Path[Code]) -> ReportFull:
    ours = cast(HouseRequest, request)
    return _answer(queries.sheet(code, ours.actor, at=ours.at), response)


def _answer(sheet: queries.Sheet, response: HttpResponse) -> ReportFull:
    response["ETag"] = etag(sheet.report.version)
    names = ("code", "state", "text", "region", "place_text", "place_precision", "channel", "threatened", "severity", "restricted",
             "occurred_at", "observed_at", "reported_at", "received_at", "version")  # fmt: skip
    return ReportFull(
        **{n: getattr(sheet.report, n) for n in names},
        guess=GuessOut.model_validate(sheet.guess, from_attributes=True),
        due=[DueOut.model_validate(d, from_attributes=True) for d in sheet.due],
        similar=[s.report.code for s in sheet.similar],
        joined=[m.joined.code for m in sheet.joined],
        primary=sheet.primary.code if sheet.primary else None,
    )


@router.post("/reports/{code}/acts", response=ReportFull, summary="Act on a report; If-Match required")
def act(request: HttpRequest, response: HttpResponse, code: Path[Code], said: ReportAct) -> ReportFull | HttpResponse:
    ours = cast(HouseRequest, request)
    version = seen_version(request)
    ACTS[said.act](code, said, by=ours.actor, at=ours.at, version=version)
    if said.act == "restrict" and not visible_to(ours.actor).filter(code=code.upper()).exists():
        return HttpResponse(status=204)  # out of the caller's sight by their own act
    return _answer(queries.sheet(code, ours.actor, at=ours.at), response)


@router.post("/reports/{code}/merge", response=ReportFull, summary="Put this report under another; If-Match required")
def merge(request: HttpRequest, response: HttpResponse, code: Path[Code], said: MergeIn) -> ReportFull:
    ours = cast(HouseRequest, request)
    merging.merge(said.primary, code, by=ours.actor, at=ours.at, version=seen_version(request))
    return _answer(queries.sheet(code, ours.actor, at=ours.at), response)


@router.get("/referrals", response=list[ReferralOut], summary="Referrals that wait for the caller's agency")
def referrals(request: HttpRequest) -> list[ReferralOut]:
    rows = queries.referred_to(cast(HouseRequest, request).actor)
    return [
        ReferralOut(id=r.pk, report=r.report.code, region=r.report.region, reason=r.reason, text=r.report.text, at=r.at)
        for r in rows
    ]


@router.post("/referrals/{int:pk}", response={204: None}, summary="Accept or refuse a referral")
def answer(request: HttpRequest, pk: int, said: AnswerIn) -> Status[None]:
    ours = cast(HouseRequest, request)
    if said.accepted:
        referral.accept(pk, note=said.reason, by=ours.actor, at=ours.at)
    else:
        referral.refuse(pk, reason=said.reason, by=ours.actor, at=ours.at)
    return Status(204, None)
