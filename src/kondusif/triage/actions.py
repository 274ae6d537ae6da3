"""Every act of weighing a report: take, release, grade, verify, refute, ask, close, link. One verb each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kondusif.clock.actions import meet
from kondusif.intake import dialogue
from kondusif.intake.models import Report
from kondusif.intake.rules import clean
from kondusif.ledger.actor import Actor, check_permitted
from kondusif.ledger.errors import MoveNotAllowed, NotFound, Refusal
from kondusif.triage import rules
from kondusif.triage.categories import check_codes
from kondusif.triage.desk import (
    check_move,
    joined_under,
    judge,
    line,
    locked,
    move,
    nobody,
    owe_now,
    said,
    save,
    severity_of,
    shut,
    tell_reporters,
)
from kondusif.triage.models import Assessment, Referral

TRIAGE = "report.triage"
LINK = "incident.handle"
SUPERSEDED = "superseded"  # what a duty is met by when an earlier instant takes its place


class GradeNotPossible(Refusal):
    code = "grade-not-possible"
    status = 422
    what = _("Nilai sumber A–E hanya untuk laporan yang dibenarkan petugas menurut perannya.")
    do = _("Pilih peran yang membenarkan, atau biarkan F (tidak dapat dinilai).")


class CodeUnknown(Refusal):
    code = "code-unknown"
    status = 422
    what = _("Kode penilaian tidak dikenal.")
    do = _("Pilih dari daftar.")


class ClosingNotPossible(Refusal):
    code = "closing-not-possible"
    status = 409
    what = _("Laporan tidak dapat ditutup dengan alasan itu dari keadaan sekarang.")
    do = _("Pilih alasan lain, atau ubah dahulu penilaiannya.")


@dataclass(frozen=True)
class Grade:
    """How a report is weighed. Everything but the severity may stay as it is."""

    severity: str = ""
    source: str = "F"
    confirmed_by: str = ""
    credibility: int = 6
    pasal5: str = ""
    snpk: str = ""
    acled: str = ""
    stage: str = ""
    reasons: str = ""


def check_grade(wanted: Grade) -> None:
    if not rules.may_grade(wanted.source, wanted.confirmed_by):
        raise GradeNotPossible(field="source")
    if wanted.severity and wanted.severity not in dict(rules.SEVERITIES):
        raise CodeUnknown(field="severity")
    if wanted.credibility not in dict(rules.CREDIBILITY):
        raise CodeUnknown(field="credibility")
    if wanted.stage and wanted.stage not in dict(rules.STAGES):
        raise CodeUnknown(field="stage")
    if field := check_codes(wanted.pasal5, wanted.snpk, wanted.acled):
        raise CodeUnknown(field=field)


def take(code: str, *, by: Actor, at: datetime, version: int | None = None) -> Report:
    """Say "I have this one" for a quarter of an hour. Shown to others, holds nobody up."""
    with transaction.atomic():
        row = locked(code, TRIAGE, by=by, version=version)
        if joined_under(row) or row.state not in rules.OPEN:
            raise MoveNotAllowed
        presence: dict[str, Any] = {"handler": by.id, "handler_label": by.label, "handler_until": at + rules.LEASE}
        if row.state == "received":
            move(row, "in_review", by=by, at=at, **presence)
        else:
            save(row, **presence)
        line("report.taken", row, by=by, at=at)
    return row


def release(code: str, *, by: Actor, at: datetime, version: int | None = None) -> Report:
    """Let go of a report one has taken; its duty stays."""
    with transaction.atomic():
        row = locked(code, TRIAGE, by=by, version=version)
        if row.handler != by.id:
            raise MoveNotAllowed
        save(row, **nobody())
        line("report.released", row, by=by, at=at)
    return row


def grade(code: str, wanted: Grade, *, by: Actor, at: datetime, version: int | None = None) -> Report:
    """Weigh a report. Its duty is set anew when the severity rises, never later than it was."""
    check_grade(wanted)
    with transaction.atomic():
        row = locked(code, TRIAGE, by=by, version=version)
        if row.state not in rules.OPEN or joined_under(row):
            raise MoveNotAllowed
        before = severity_of(row)
        _assess(row, wanted, by=by, at=at)
        severity = wanted.severity or row.severity
        if row.state == "received":
            move(row, "in_review", by=by, at=at, severity=severity)
        else:
            save(row, severity=severity)
            if severity and severity < before:
                meet(row.subject, by=SUPERSEDED, at=at)
                owe_now(row, at=at)
        line("report.graded", row, by=by, at=at, detail=_weighed(wanted))
    return row


def _assess(row: Report, wanted: Grade, *, by: Actor, at: datetime) -> None:
    Assessment.objects.update_or_create(
        report=row,
        defaults={
            "source": wanted.source, "confirmed_by": wanted.confirmed_by, "credibility": wanted.credibility, "pasal5": wanted.pasal5,
            "snpk": wanted.snpk, "acled": wanted.acled, "stage": wanted.stage, "reasons": clean(wanted.reasons)[: rules.LONGEST_REASON],
            "by": by.id, "by_label": by.label, "at": at,
        },
    )  # fmt: skip


def _weighed(wanted: Grade) -> dict[str, object]:
    found = {"severity": wanted.severity, "grade": f"{wanted.source}{wanted.credibility}", "confirmed_by": wanted.confirmed_by,
             "pasal5": wanted.pasal5, "snpk": wanted.snpk, "acled": wanted.acled}  # fmt: skip
    return {k: v for k, v in found.items() if v}


def verify(
    code: str,
    *,
    by: Actor,
    at: datetime,
    severity: str = "",
    confirmed_by: str = "",
    reason: str = "",
    version: int | None = None,
) -> Report:
    """It is true. The reporter hears it; the report now owes being recorded as an incident, or closed."""
    if (severity and severity not in dict(rules.SEVERITIES)) or (
        confirmed_by and confirmed_by not in dict(rules.CONFIRMERS)
    ):
        raise CodeUnknown(field="severity")
    with transaction.atomic():
        row = locked(code, TRIAGE, by=by, version=version)
        move(row, "verified", by=by, at=at, severity=severity or severity_of(row), **nobody())
        if confirmed_by:
            Assessment.objects.filter(report=row).update(confirmed_by=confirmed_by)
        judge(row, "verified", reason=clean(reason)[: rules.LONGEST_REASON], by=by, at=at)
        tell_reporters(row, "verified", at=at)
        line(
            "report.verified",
            row,
            by=by,
            at=at,
            detail={"severity": row.severity, **({"confirmed_by": confirmed_by} if confirmed_by else {})},
        )
    return row


def mark_unproven(code: str, *, reason: str, by: Actor, at: datetime, version: int | None = None) -> Report:
    """It can be neither confirmed nor refuted now."""
    return _deny(code, "unproven", reason=reason, by=by, at=at, version=version)


def refute(code: str, *, reason: str, by: Actor, at: datetime, version: int | None = None) -> Report:
    """What it says is not true. The verdict is on the claim; its sender is left alone and may appeal."""
    return _deny(code, "refuted", reason=reason, by=by, at=at, version=version)


def _deny(code: str, verdict: str, *, reason: str, by: Actor, at: datetime, version: int | None) -> Report:
    reason = said(reason)
    with transaction.atomic():
        row = locked(code, TRIAGE, by=by, version=version)
        move(row, verdict, by=by, at=at, **nobody())
        judge(row, verdict, reason=reason, by=by, at=at)
        tell_reporters(row, verdict, at=at)
        line(f"report.{verdict}", row, by=by, at=at)
    return row


def ask_reporter(code: str, *, text: str, by: Actor, at: datetime, version: int | None = None) -> Report:
    """Ask under the tracking code. A report still being weighed waits for the answer; others keep their state."""
    with transaction.atomic():
        row = locked(code, "report.ask", by=by, version=version)
        dialogue.ask(row, text=text, by=by, at=at)  # writes the line
        if row.state in {"received", "in_review"} and joined_under(row) is None:
            move(row, "needs_info", by=by, at=at)
    return row


def hear_answer(code: str, *, by: Actor, at: datetime) -> Report | None:
    """The reporter has answered: back to the desk. Called by the reader of the ledger; harmless when repeated."""
    with transaction.atomic():
        row = Report.objects.select_for_update().filter(code=code).first()
        if row is None or row.state != "needs_info" or joined_under(row):
            return None
        move(row, "in_review", by=by, at=at)
        line("report.back", row, by=by, at=at)
    return row


def reopen(code: str, *, reason: str, by: Actor, at: datetime, version: int | None = None) -> Report:
    """Weigh it again: an appeal, or new evidence."""
    reason = said(reason)
    with transaction.atomic():
        row = locked(code, TRIAGE, by=by, version=version)
        if row.state not in {"verified", "unproven", "refuted", "archived"}:
            raise MoveNotAllowed
        move(row, "in_review", by=by, at=at)
        judge(row, "reopened", reason=reason, by=by, at=at)
        tell_reporters(row, "reopened", at=at)
        line("report.reopened", row, by=by, at=at)
    return row


def close(code: str, *, kind: str, reason: str, by: Actor, at: datetime, version: int | None = None) -> Report:
    """Tutup laporan: archive it as unproven, refuted, referred or a test."""
    reason = said(reason)
    with transaction.atomic():
        row = locked(code, TRIAGE, by=by, version=version)
        check_move(row, "archived")
        if not rules.may_close_as(row.state, kind) or Referral.objects.filter(report=row, answered_at=None).exists():
            raise ClosingNotPossible(field="kind")
        shut(row, kind=kind, reason=reason, by=by, at=at)
        line("report.closed", row, by=by, at=at, detail={"kind": kind})
    return row


def link(report: Report, incident_subject: str, *, by: Actor, at: datetime) -> Report:
    """Put a verified report, or one linked already, under an incident. For `response`, inside its act."""
    with transaction.atomic():
        row = _for_response(report, by=by)
        if row.state == "linked":
            if joined_under(row):
                check_move(row, "verified")  # says that it is joined
            save(row)
        else:
            move(row, "linked", by=by, at=at)
        line("report.linked", row, by=by, at=at, detail={"incident": incident_subject})
    return row


def unlink(report: Report, incident_subject: str, *, last: bool, by: Actor, at: datetime) -> Report:
    """Take a report off an incident; off its last one, it waits again to be recorded."""
    with transaction.atomic():
        row = _for_response(report, by=by)
        if last and row.state == "linked":
            move(row, "verified", by=by, at=at)
        else:
            save(row)
        line("report.unlinked", row, by=by, at=at, detail={"incident": incident_subject})
    return row


def _for_response(report: Report, *, by: Actor) -> Report:
    row = Report.objects.select_for_update().filter(pk=report.pk).first()
    if row is None:
        raise NotFound
    if by.id != "system":
        check_permitted(by, "report.triage_restricted" if row.restricted else LINK, dialogue.place_of(row))
    return row
