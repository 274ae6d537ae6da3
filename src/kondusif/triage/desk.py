"""What every act of triage shares: take the row, check who and when, move it, owe the next duty, write the line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from kondusif.clock.actions import NewDeadline, meet, set_deadlines
from kondusif.intake.dialogue import place_of, tell, watch_of
from kondusif.intake.models import Report
from kondusif.intake.queries import visible_to
from kondusif.intake.rules import clean
from kondusif.ledger.actions import record
from kondusif.ledger.actor import Actor, check_permitted
from kondusif.ledger.errors import MoveNotAllowed, NotFound, Refusal, Stale, Text
from kondusif.teams.duty_hours import hours_for
from kondusif.teams.queries import kabkota_of
from kondusif.triage import rules
from kondusif.triage.models import Merge, Verdict
from kondusif.triage.suggest import guess


class ReasonNeeded(Refusal):
    code = "reason-needed"
    status = 422
    what = _("Alasan belum diisi.")
    do = _("Tulis alasan singkat (paling banyak 1.000 huruf), tanpa nama orang.")


class JoinedReport(Refusal):
    code = "joined-report"
    status = 409
    what = _("Laporan ini sudah disatukan dengan laporan lain.")
    do = _("Kerjakan laporan utamanya, atau pisahkan dahulu.")


def locked(code: str, permission: str, *, by: Actor, version: int | None = None) -> Report:
    """The report, for writing. Absent and hidden are the same; a permission, then the version, are checked."""
    row = visible_to(by).select_for_update().filter(code=code.upper()).first()
    if row is None:
        raise NotFound
    check_permitted(by, "report.triage_restricted" if row.restricted else permission, place_of(row))
    check_version(row.version, version)
    return row


def check_version(current: int, seen: int | None) -> None:
    if seen is not None and seen != current:
        raise Stale


def check_move(report: Report, to: str) -> None:
    if not rules.may_move(report.state, to):
        raise MoveNotAllowed
    if joined_under(report) is not None:
        raise JoinedReport


def joined_under(report: Report) -> Merge | None:
    """The join that holds this report under another, if there is one."""
    return Merge.objects.filter(joined=report, undone_at=None).first()


def said(reason: str) -> str:
    reason = clean(reason)
    if not reason or len(reason) > rules.LONGEST_REASON:
        raise ReasonNeeded(field="reason")
    return reason


def save(report: Report, **changes: Any) -> None:
    """Write the changed fields and count the version up. Whoever acts last is who handles it."""
    for name, value in changes.items():
        setattr(report, name, value)
    report.version += 1
    report.save(update_fields=[*changes, "version"])


def severity_of(report: Report) -> str:
    """The severity set by a person, or the guess until then."""
    return report.severity or guess(report.text, threatened=report.threatened).severity


def move(report: Report, to: str, *, by: Actor, at: datetime, owe: bool = True, **changes: Any) -> None:
    """Change the state: what the old one owed is met, what the new one owes is set, in the same transaction."""
    check_move(report, to)
    meet(report.subject, by=by.id, at=at)
    save(report, state=to, **changes)
    if owe and to in rules.OPEN:
        owe_now(report, at=at)


def owe_now(report: Report, *, at: datetime) -> None:
    """The duty of the report's present state, to whoever has the watch of it."""
    duty = rules.OWED[report.state]
    severity = severity_of(report)
    due = rules.due_at(duty, severity, at, hours_for(severity, place_of(report), at=at))
    set_deadlines([NewDeadline(duty, report.subject, kabkota_of(place_of(report)), watch_of(report), due)], at=at)


def line(verb: str, report: Report, *, by: Actor, at: datetime, detail: Mapping[str, object] | None = None) -> None:
    record(
        verb, subject=report.subject, region=place_of(report), by=by, at=at, detail=detail, restricted=report.restricted
    )


def judge(report: Report, kind: str, *, reason: str, by: Actor, at: datetime, closing: str = "") -> Verdict:
    return Verdict.objects.create(
        report=report, kind=kind, closing=closing, reason=reason, by=by.id, by_label=by.label, at=at
    )


# What the reporter reads: words of state only, no officer, no place, no severity (practice.md, safeguard 5).
LETTERS: dict[str, Text] = {
    "verified": _("Laporan Anda sudah diperiksa dan terverifikasi. Tim sedang menanganinya. Terima kasih."),
    "unproven": _("Laporan Anda sudah diperiksa. Untuk saat ini belum terbukti. Bila ada keterangan baru, balas di sini."),
    "refuted": _("Laporan Anda sudah diperiksa. Informasinya ternyata tidak benar. Bila Anda keberatan, balas di sini."),
    "referred": _("Laporan Anda sudah diterima oleh lembaga yang berwenang menanganinya."),
    "closed": _("Laporan Anda sudah selesai diperiksa dan ditutup. Terima kasih."),
    "settling": _(
        "Tim mengusulkan hal yang Anda laporkan sudah selesai. Benarkah? Jawab dengan kode lacak Anda di halaman Apakah sudah selesai (/lacak/tuntas)."
    ),
    "settled": _("Hal yang Anda laporkan dinyatakan tuntas. Bila terjadi lagi, laporkan kembali."),
    "reminder": _("Kami masih menunggu jawaban Anda agar laporan ini dapat diperiksa."),
    "reopened": _("Laporan Anda dibuka dan diperiksa kembali."),
    "claim_taken": _("Kabar yang Anda sampaikan sedang diperiksa bersama kabar serupa. Hasilnya diberitahukan di sini."),
    "claim_true": _("Kabar yang Anda sampaikan sudah diperiksa dan benar. Petugas menindaklanjutinya. Terima kasih."),
    "claim_false": _("Kabar yang Anda sampaikan sudah diperiksa dan ternyata tidak benar. Bila Anda keberatan, balas di sini."),
    "claim_misleading": _("Kabar yang Anda sampaikan sudah diperiksa: isinya menyesatkan. Bila Anda keberatan, balas di sini."),
    "claim_unproven": _("Kabar yang Anda sampaikan sudah diperiksa dan belum terbukti. Bila ada keterangan baru, balas di sini."),
}  # fmt: skip


def tell_reporters(report: Report, word: str, *, at: datetime) -> None:
    """One letter to the reporter, and to those whose reports stand under this one, each in their language."""
    under = Report.objects.filter(joins__primary=report, joins__undone_at=None).order_by("pk")
    for row in (report, *under):
        with translation.override(row.language):
            text = str(LETTERS[word])
        tell(row, text=text, at=at)


def province() -> str:
    return str(settings.PROVINCE)


def nobody() -> dict[str, Any]:
    return {"handler": "", "handler_label": "", "handler_until": None}


def shut(row: Report, *, kind: str, reason: str, by: Actor, at: datetime) -> None:
    """Archive inside another act, which writes the line."""
    move(row, "archived", by=by, at=at, **nobody())
    judge(row, "closed", closing=kind, reason=reason, by=by, at=at)
    tell_reporters(row, "referred" if kind == "referred" else "closed", at=at)
