"""Nil reports and the reading of messages over the API. Reports themselves come by the hot door."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal, cast

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from ninja import Router, Schema
from pydantic import AwareDatetime, Field

from kondusif.intake import delivery_api, nil
from kondusif.intake.channels import desk
from kondusif.intake.message import chat
from kondusif.intake.message.reading import QUESTIONS
from kondusif.intake.message.words import Finding
from kondusif.intake.message_form import LONGEST_PASTE
from kondusif.intake.message_page import MAY, cleaned, reading_of
from kondusif.intake.nil_page import regions_seen
from kondusif.ledger.errors import NotPermitted
from kondusif.teams.web import HouseRequest

router = Router(tags=["intake"])
router.add_router("", delivery_api.router)
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


class MessageIn(Schema):
    """A message as it came in. `received_at`: when; `tadi malam` is counted from there. Nothing of it is kept."""

    text: Annotated[str, Field(min_length=1, max_length=LONGEST_PASTE)]
    received_at: AwareDatetime | None = None


class FindingOut(Schema):
    """One field. `value` is null where it is not sure enough; `question` then says what is asked. `spans`: characters of `text`, [start, end)."""

    field: str
    value: str | int | bool | None
    precision: str = ""
    confidence: float
    spans: list[tuple[int, int]]
    question: str
    alternatives: list[str]


class ChatMessageOut(Schema):
    sender: str
    sent_at: dt.datetime
    body: str


class ReadingOut(Schema):
    """`text` is the message as a report would keep it; `messages` are those of a forwarded chat, without its senders' names."""

    text: str
    received_at: dt.datetime
    findings: list[FindingOut]
    messages: list[ChatMessageOut]


@router.post(
    "/messages/read", response=ReadingOut, summary="Read a free message into the fields of a report; nothing is kept"
)
def read_message(request: HttpRequest, given: MessageIn) -> ReadingOut:
    """Each field with its words and how sure it is; below its threshold it stays empty."""
    ours = cast(HouseRequest, request)
    if not ours.actor.anywhere(MAY):
        raise NotPermitted
    received_at = min(given.received_at or ours.at, ours.at)
    text = cleaned(given.text)
    found = [m for m in chat.split(text, at=received_at, zone=timezone.get_current_timezone()) if m.kind == "text"]
    if found:
        text, received_at = chat.together(found), min(found[-1].sent_at, received_at)
    reading = reading_of(text, by=ours.actor, received_at=received_at)
    return ReadingOut(
        text=reading.text, received_at=reading.received_at, findings=[_finding(f) for f in reading.findings.values()],
        messages=[ChatMessageOut(sender=m.sender, sent_at=m.sent_at, body=chat.without_names(m.body)) for m in found],
    )  # fmt: skip


def _finding(found: Finding) -> FindingOut:
    value, precision = found.sure, ""
    if found.field == "when" and value is not None:
        value, precision = value[0].isoformat(), value[1]
    others = [a.isoformat() if isinstance(a, dt.datetime) else str(a) for a in found.alternatives]
    return FindingOut(
        field=found.field, value=value, precision=precision, confidence=found.confidence, spans=list(found.spans),
        question=gettext(QUESTIONS[found.reason]) if found.reason and QUESTIONS[found.reason] else "", alternatives=others,
    )  # fmt: skip


class ChannelOut(Schema):
    """One gateway: its last message, the last day's by outcome, and replies that could not be sent for five minutes."""

    name: str
    kind: str
    region: str
    sends: bool
    last_at: dt.datetime | None
    reports: int
    nils: int
    others: int
    waiting: int


@router.get("/channels", response=list[ChannelOut], summary="How the SMS, Telegram and e-mail gateways are doing")
def channels(request: HttpRequest) -> list[ChannelOut]:
    ours = cast(HouseRequest, request)
    if not (ours.actor.anywhere(desk.MANAGE) or ours.actor.anywhere(desk.RECEIVE)):
        raise NotPermitted
    return [ChannelOut.model_validate(s, from_attributes=True) for s in desk.states(ours.actor, at=ours.at)]
