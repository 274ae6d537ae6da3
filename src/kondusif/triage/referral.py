"""Rujuk: offer a report to who is competent. Until they accept, the watch keeps it, with a deadline."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kondusif.intake.dialogue import watch_of
from kondusif.intake.models import Report
from kondusif.intake.rules import clean
from kondusif.ledger.actor import Actor
from kondusif.ledger.errors import MoveNotAllowed, NotFound, NotPermitted, Refusal
from kondusif.teams.actions import Message, post
from kondusif.teams.models import Agency
from kondusif.triage import rules
from kondusif.triage.desk import line, locked, move, nobody, said, shut
from kondusif.triage.models import Referral

REFER = "report.refer"


class NowhereToRefer(Refusal):
    code = "nowhere-to-refer"
    status = 422
    what = _("Tujuan rujukan belum dipilih atau tidak cocok.")
    do = _("Pilih satu instansi atau satu lembaga. Laporan tentang aparat hanya dirujuk ke lembaga pengawas.")


def refer(
    code: str,
    *,
    reason: str,
    by: Actor,
    at: datetime,
    agency: Agency | None = None,
    body: str = "",
    version: int | None = None,
) -> Referral:
    """Offer the report to one agency or one outside body. No identity goes with it."""
    reason = said(reason)
    if (agency is None) == (not body) or (body and body not in dict(rules.BODIES)):
        raise NowhereToRefer(field="body")
    with transaction.atomic():
        row = locked(code, REFER, by=by, version=version)
        if row.restricted and not (body in rules.OVERSIGHT or (agency is not None and agency.kind == "inspektorat")):
            raise NowhereToRefer(field="body")
        move(row, "referred", by=by, at=at, **nobody())
        referral = Referral.objects.create(report=row, agency=agency, body=body, reason=reason, by=by.id, at=at)
        if agency is not None:
            post([Message(f"referral:{referral.pk}", f"agency:{agency.pk}", f"Rujukan {row.code}",
                          "Sebuah laporan dirujuk kepada instansi Anda. Mohon jawaban: diterima atau tidak, dengan alasan.",
                          "/tugas", urgent=row.severity in {"S1", "S2"})], at=at)  # fmt: skip
        line("report.referred", row, by=by, at=at, detail={"agency": agency.pk} if agency else {"body": body})
    return referral


def accept(pk: int, *, by: Actor, at: datetime, note: str = "") -> Referral:
    """They take it. The report is archived as referred and its reporter is told."""
    with transaction.atomic():
        referral, report = _waiting(pk, by=by)
        _answer(referral, accepted=True, text=clean(note)[: rules.LONGEST_REASON], by=by, at=at)
        shut(report, kind="referred", reason=referral.reason, by=by, at=at)
        line("report.referral_accepted", report, by=by, at=at, detail=_where(referral))
    return referral


def refuse(pk: int, *, reason: str, by: Actor, at: datetime) -> Referral:
    """They do not take it: it is back with the watch, to be weighed again, and the watch is told."""
    reason = said(reason)
    with transaction.atomic():
        referral, report = _waiting(pk, by=by)
        _answer(referral, accepted=False, text=reason, by=by, at=at)
        move(report, "in_review", by=by, at=at)
        post([Message(f"referral-refused:{referral.pk}", watch_of(report), f"Rujukan {report.code} tidak diterima",
                      "Laporan kembali kepada piket.", f"/laporan/{report.code}")], at=at)  # fmt: skip
        line("report.referral_refused", report, by=by, at=at, detail=_where(referral))
    return referral


def _where(referral: Referral) -> dict[str, object]:
    return {"agency": referral.agency_id} if referral.agency_id else {"body": referral.body}


def _waiting(pk: int, *, by: Actor) -> tuple[Referral, Report]:
    """A referral that waits, for a member of the agency asked, or for the watch that notes an outside body's answer."""
    referral = Referral.objects.select_for_update(of=("self",)).select_related("agency", "report").filter(pk=pk).first()
    if referral is None:
        raise NotFound
    if may_answer(referral, by):
        report = Report.objects.select_for_update().get(pk=referral.report_id)
    elif referral.agency_id is not None and referral.agency_id in by.agencies:
        raise NotPermitted
    else:
        report = locked(referral.report.code, REFER, by=by)
    if referral.answered_at is not None or report.state != "referred":
        raise MoveNotAllowed
    return referral, report


def may_answer(referral: Referral, by: Actor) -> bool:
    agency = referral.agency
    if referral.report.subject in by.kept_from:
        return False
    return agency is not None and agency.pk in by.agencies and by.permits("task.answer", agency.region)


def _answer(referral: Referral, *, accepted: bool, text: str, by: Actor, at: datetime) -> None:
    referral.accepted, referral.answer, referral.answered_by, referral.answered_at = accepted, text, by.id, at
    referral.save(update_fields=["accepted", "answer", "answered_by", "answered_at"])
