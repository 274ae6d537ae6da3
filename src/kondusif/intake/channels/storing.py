"""The report of a message, and what its sender is told."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from kondusif.intake import dialogue, rules
from kondusif.intake.actions import TRACKING_SECRET, Receipt, UuidReused
from kondusif.intake.channels import replies
from kondusif.intake.channels.gateways import Gateway
from kondusif.intake.channels.inbound import Inbound
from kondusif.intake.message.reading import read
from kondusif.intake.models import Report
from kondusif.intake.writer import WRITER
from kondusif.ledger.actor import CITIZEN
from kondusif.ledger.errors import Refusal
from kondusif.regions.locate import locate_text

LONGEST = rules.LONGEST_TEXT - 100


def receipt_words(report: Report) -> str:
    missing = not report.place_text and report.lat is None
    return replies.received(tracking_of(report.uuid), place_missing=missing)


def tracking_of(of: uuid.UUID) -> str:
    return rules.tracking_code(TRACKING_SECRET, of)


def store(message: Inbound, gateway: Gateway, of: uuid.UUID, *, at: datetime) -> Report:
    """The report of a message, however long: what does not fit follows as the reporter's own words in the conversation."""
    text = rules.clean(message.text) or "[pesan tanpa kata-kata]"
    first, rest = text[:LONGEST], text[LONGEST:]
    if rest:
        first += "\n[Pesan ini panjang; lanjutannya ada dalam percakapan.]"
    report = Report.objects.filter(uuid=of).first()  # stored before, by a call whose answer was lost
    if report is None:
        _receive(_draft(message, gateway, of, first, at=at))
        report = Report.objects.get(uuid=of)
    if rest and not report.letters.exists():
        tell(tracking_of(of), rest, at=at)
    return report


def _draft(message: Inbound, gateway: Gateway, of: uuid.UUID, text: str, *, at: datetime) -> rules.Draft:
    """The message's own words, and what was read from them surely enough: place, time, whether somebody is threatened."""
    sent = min(message.sent_at or at, at)
    reading = read(
        text, at=sent, zone=timezone.get_current_timezone(), locate=lambda words: locate_text(words, settings.PROVINCE), desk=gateway.region,
    )  # fmt: skip
    when, precision = reading["when"].sure or (None, "unknown")
    place = reading["place"].sure or ""
    if not place and reading["region"].spans and reading["region"].sure:
        place = " … ".join(text[a:b] for a, b in reading["region"].spans)
    return rules.Draft(
        uuid=of, text=text, channel=gateway.channel, reported_at=message.sent_at, region=reading["region"].sure or gateway.region,
        place_text=place[: rules.LONGEST_PLACE], threatened=reading["threatened"].sure or "unknown",
        occurred_at=when, occurred_precision=precision, contact=message.sender[:200], attachments=message.files[:5],
        language="en" if message.language == "en" else "id",
        lat=message.place[0] if message.place else None, lon=message.place[1] if message.place else None,
    )  # fmt: skip


def tell(tracking: str, text: str, *, at: datetime) -> None:
    """Add the reporter's words to the conversation, in as many letters as they need."""
    with transaction.atomic():
        for start in range(0, min(len(text), 40 * dialogue.LONGEST), dialogue.LONGEST):
            if piece := text[start : start + dialogue.LONGEST].strip():
                dialogue.answer(tracking, text=piece, at=at)


def _receive(draft: rules.Draft) -> None:
    """A message cannot be mended by its sender: what keeps it from being received is left out, and the words are kept."""
    plain = draft._replace(lat=None, lon=None, region="", place_text="", occurred_at=None, occurred_precision="unknown")
    for tried in (draft, plain):
        outcome = WRITER.submit(tried, by=CITIZEN)
        if isinstance(outcome, Receipt | UuidReused):  # its twin, read a moment later, is here already
            return
    assert isinstance(outcome, Refusal)
    raise outcome  # the gateway is told to come again
