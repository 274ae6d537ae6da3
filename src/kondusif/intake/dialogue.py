"""The conversation under a tracking code: the office asks, the reporter answers, nobody's identity is opened."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kondusif.intake import rules
from kondusif.intake.models import Letter, Report
from kondusif.intake.news import tell_by_channel
from kondusif.intake.queries import by_tracking
from kondusif.ledger.actions import record
from kondusif.ledger.actor import CITIZEN, Actor, check_permitted
from kondusif.ledger.errors import Refusal
from kondusif.teams.actions import Message, post
from kondusif.teams.queries import kabkota_of


class LetterNotPossible(Refusal):
    code = "letter-not-possible"
    status = 422
    what = _("Pesan kosong atau terlalu panjang (paling banyak 2.000 huruf).")
    do = _("Tulis pesan yang lebih pendek.")


class ConversationClosed(Refusal):
    code = "conversation-closed"
    status = 409
    what = _("Laporan ini sudah diarsipkan; pesan baru tidak dapat dikirim ke sini.")
    do = _("Buat laporan baru bila ada kejadian lagi.")


LONGEST = 2000
MOST_ANSWERS = 50


def place_of(report: Report) -> str:
    """The region a line about this report belongs to: the province for reports about officials."""
    return settings.PROVINCE if report.restricted else report.region


def watch_of(report: Report) -> str:
    """The outbox address of whoever has the report."""
    return f"role:secretariat@{settings.PROVINCE}" if report.restricted else f"duty:{kabkota_of(report.region)}"


def _checked(text: str) -> str:
    text = rules.clean(text)
    if not text or len(text) > LONGEST:
        raise LetterNotPossible
    return text


def ask(report: Report, *, text: str, by: Actor, at: datetime) -> Letter:
    """Write to the reporter. What they read names no officer and no place."""
    check_permitted(by, "report.triage_restricted" if report.restricted else "report.ask", place_of(report))
    text = _checked(text)
    with transaction.atomic():
        letter = Letter.objects.create(report=report, from_reporter=False, author=by.id, text=text, at=at)
        tell_by_channel(report, f"letter:{letter.pk}", at=at)
        record(
            "report.asked", subject=report.subject, region=place_of(report), by=by, at=at, restricted=report.restricted
        )
    return letter


def tell(report: Report, *, text: str, at: datetime) -> None:
    """A notice of state to the reporter, inside the caller's act (which has its own line)."""
    letter = Letter.objects.create(report=report, from_reporter=False, author="system", text=text, at=at)
    tell_by_channel(report, f"letter:{letter.pk}", at=at)


def answer(tracking: str, *, text: str, at: datetime) -> Letter:
    """The reporter's answer, by tracking code alone. Whoever has the report is told."""
    report = by_tracking(tracking)
    text = _checked(text)
    with transaction.atomic():
        report = Report.objects.select_for_update().get(pk=report.pk)
        count = report.letters.filter(from_reporter=True).count()
        if report.state == "archived" or count >= MOST_ANSWERS:
            raise ConversationClosed
        letter = Letter.objects.create(report=report, from_reporter=True, text=text, at=at)
        record(
            "report.answered",
            subject=report.subject,
            region=place_of(report),
            by=CITIZEN,
            at=at,
            restricted=report.restricted,
        )
        post(
            [Message(f"answered:{letter.pk}", watch_of(report), f"Pelapor menjawab {report.code}",
                     "Ada jawaban dari pelapor.", f"/laporan/{report.code}")],
            at=at,
        )  # fmt: skip
    return letter
