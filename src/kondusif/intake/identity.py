"""The gate before a reporter's contact (practice.md, safeguard 6).

Asked with a reason from a closed list; opened only when two people of different agencies have agreed, neither of them
the asker, at least one of them neither police nor an agency under the region's own head; the data-protection officer is told at each
step; every step is a ledger line. The ledger keeps no contact, only that it was opened.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kondusif.intake import rules
from kondusif.intake.dialogue import place_of
from kondusif.intake.models import Contact, IdentityApproval, IdentityRequest, Report
from kondusif.intake.privacy import unseal
from kondusif.intake.queries import report_for
from kondusif.ledger.actions import record
from kondusif.ledger.actor import EVERYWHERE, Actor, within
from kondusif.ledger.errors import NotFound, NotPermitted, Refusal
from kondusif.teams.actions import Message, post
from kondusif.teams.models import Agency, Duty
from kondusif.teams.queries import current, kabkota_of
from kondusif.teams.resets import check_two_persons

NEEDED = 2


class GateShut(Refusal):
    code = "identity-gate-shut"
    status = 409
    what = _("Kontak pelapor belum boleh dibuka.")
    do = _("Perlu persetujuan dua orang dari instansi berbeda. Bila hanya perlu keterangan, tanyakan lewat Lacak.")


class NoContact(Refusal):
    code = "no-contact"
    status = 404
    what = _("Pelapor tidak meninggalkan kontak.")
    do = _("Tanyakan lewat Lacak: pelapor membacanya dengan kode lacak.")


class ReasonUnknown(Refusal):
    code = "identity-reason"
    status = 422
    what = _("Alasan membuka kontak harus dipilih dari daftar.")
    do = _("Pilih salah satu alasan. “Perlu klarifikasi” dijawab dengan bertanya lewat Lacak.")


def request(code: str, *, reason: str, note: str, by: Actor, at: datetime) -> IdentityRequest:
    report = report_for(code, by)
    if not by.permits("identity.request", place_of(report)):
        raise NotPermitted
    if reason not in dict(rules.REASONS):
        raise ReasonUnknown
    if not Contact.objects.filter(report=report, erased_at=None).exists():
        raise NoContact
    with transaction.atomic():
        row = IdentityRequest.objects.create(
            report=report,
            reason=reason,
            note=rules.clean(note)[:300],
            asked_by=by.id,
            asked_label=by.label,
            asked_at=at,
        )
        _line("identity.asked", row, by=by, at=at, reason=reason)
    return row


def approve(pk: int, *, by: Actor, at: datetime) -> IdentityRequest:
    """One approval; the person counts for the agency of their duty, the officer for data protection as themselves."""
    with transaction.atomic():
        row = IdentityRequest.objects.select_for_update().select_related("report").filter(pk=pk).first()
        if row is None:
            raise NotFound
        agency = _agency_of(by, row.report, at=at)
        check_two_persons(by, row.asked_by, at=at)
        if row.refused_at or row.opened_at or by.id == row.asked_by or row.approvals.filter(agency=agency).exists():
            raise GateShut(
                _("Persetujuan ini tidak dapat dihitung: orang atau instansinya sama, atau permintaan sudah selesai.")
            )
        IdentityApproval.objects.create(request=row, by=by.id, agency=agency, at=at)
        _line("identity.approved", row, by=by, at=at, agency=agency)
    return row


def _agency_of(by: Actor, report: Report, *, at: datetime) -> str:
    """What the approver counts as. The region's own agencies and the police may count, but never both (see `open_contact`)."""
    region = place_of(report)
    if not by.permits("identity.approve", region):
        raise NotPermitted
    if by.user_id is None:
        raise NotPermitted
    duty = (
        Duty.objects.filter(current(at), user_id=by.user_id, agency_id__in=by.agencies).select_related("agency").first()
    )
    if duty is not None and duty.agency is not None:
        return f"agency:{duty.agency.pk}"
    return "office:data_protection" if by.anywhere("identity.notice") else "office:secretariat"


def open_contact(pk: int, *, by: Actor, at: datetime) -> str:
    """The contact itself, once, to the person who asked. The opening stands in the ledger before it is shown."""
    with transaction.atomic():
        row = IdentityRequest.objects.select_for_update().select_related("report").filter(pk=pk).first()
        if row is None or row.asked_by != by.id:
            raise NotFound
        if row.opened_at or row.refused_at or not _enough(row):
            raise GateShut
        contact = Contact.objects.filter(report=row.report, erased_at=None).first()
        if contact is None:
            raise NoContact
        found = unseal(contact.sealed)
        row.opened_at = at
        row.save(update_fields=["opened_at"])
        _line("identity.opened", row, by=by, at=at)
    return found


def _enough(row: IdentityRequest) -> bool:
    """Two agencies, and not merely police plus those under the region's own head: one must stand outside both."""
    approvals = list(row.approvals.values_list("agency", flat=True))
    if len(set(approvals)) < NEEDED:
        return False
    return any(_stands_outside(a, row.report) for a in approvals)


def _stands_outside(agency: str, report: Report) -> bool:
    """Neither police nor an agency under the head of the report's region, whatever it is called: they could open it alone."""
    kind, _sep, pk = agency.partition(":")
    if kind == "office":
        return True
    row = Agency.objects.get(pk=int(pk))
    place = kabkota_of(report.region)
    under_its_head = not row.vertical and (within(row.region, place) if "." in place else row.region == place)
    return row.kind not in {"polri", "setda"} and not under_its_head


def refuse(pk: int, *, by: Actor, at: datetime) -> None:
    with transaction.atomic():
        row = IdentityRequest.objects.select_for_update().select_related("report").filter(pk=pk, opened_at=None).first()
        if row is None:
            raise NotFound
        if not by.permits("identity.approve", place_of(row.report)):
            raise NotPermitted
        row.refused_at = at
        row.save(update_fields=["refused_at"])
        _line("identity.refused", row, by=by, at=at)


def _line(verb: str, row: IdentityRequest, *, by: Actor, at: datetime, **detail: object) -> None:
    report = row.report
    record(
        verb,
        subject=report.subject,
        region=place_of(report),
        by=by,
        at=at,
        detail={"request": row.pk, **detail},
        restricted=report.restricted,
    )
    post(
        [Message(f"{verb}:{row.pk}:{by.id}", f"role:data_protection@{scope}", f"Kontak pelapor {report.code}",
                 f"Langkah: {verb}. Periksa alasannya.", f"/laporan/{report.code}/kontak")
         for scope in (settings.PROVINCE, EVERYWHERE)],
        at=at,
    )  # fmt: skip
