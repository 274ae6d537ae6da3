"""Closing in proportion: propose, confirm by a second party, watch, close; and open again.

Time alone closes nothing. S1 and S2 need evidence, a second party and 14 quiet days; S3 one confirmation and 7 days; S4
the word of the lurah or camat (practice.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kondusif.intake.models import Report
from kondusif.intake.queries import by_tracking
from kondusif.ledger.actor import CITIZEN, Actor, check_permitted
from kondusif.ledger.errors import MoveNotAllowed, NotFound, NotPermitted, Refusal
from kondusif.response import rules
from kondusif.response.desk import (
    check_state,
    is_office,
    line,
    locked,
    move,
    place_of,
    said,
    seen,
    side_of,
    tell,
    watch_of,
)
from kondusif.response.models import Incident, IncidentReport, Settlement, Task
from kondusif.response.rules import Side
from kondusif.teams.resets import check_two_persons
from kondusif.triage.desk import check_version, tell_reporters
from kondusif.triage.models import Merge

SETTLE = "incident.settle"


class TasksStillOpen(Refusal):
    code = "tasks-still-open"
    status = 409
    what = _("Masih ada tugas yang belum selesai.")
    do = _("Selesaikan atau batalkan tugasnya dahulu.")


class ProofMissing(Refusal):
    code = "proof-missing"
    status = 409
    what = _("Permasalahan ini belum dapat dinyatakan tuntas.")

    HINTS = {
        "evidence": _("Tulis hasil yang disepakati dan buktinya."),
        "confirmation": _("Perlu dipastikan oleh pihak kedua."),
        "watch": _("Masa pantau belum berakhir, atau ada laporan terkait yang baru."),
    }


class NotSecondParty(Refusal):
    code = "not-second-party"
    status = 403
    what = _("Konfirmasi harus datang dari pihak kedua: bukan pengusul, bukan instansi penanggung jawab.")
    do = _("Minta instansi lain, lurah/camat, ketua tim, atau pelapor mengonfirmasi.")


class OutcomeUnknown(Refusal):
    code = "outcome-unknown"
    status = 422
    what = _("Hasil atau pihak yang menyepakati tidak dikenal.")
    do = _("Pilih dari daftar.")


def propose(
    code: str, *, outcome: str, by: Actor, at: datetime, evidence: str = "", agreed_by: Iterable[str] = (),
    attachments: Sequence[str] = (), version: int | None = None,
) -> Settlement:  # fmt: skip
    """Usulkan selesai, by the team or by the lead agency."""
    agreed = sorted(set(agreed_by))
    if outcome not in dict(rules.OUTCOMES) or not set(agreed) <= set(dict(rules.AGREED_BY)):
        raise OutcomeUnknown(field="outcome")
    with transaction.atomic():
        incident = seen(code, by=by)
        side = side_of(by, incident)
        if side.kind != "office" and not (side.kind == "agency" and side.agency == incident.lead_agency_id):
            raise NotPermitted
        check_version(incident.version, version)
        check_state(incident, rules.AT_WORK)
        # What an agreement obliges to may run for months: it is watched beyond the end and wakes the matter when it is not kept.
        if Task.objects.filter(incident=incident, state__in=rules.TASK_OPEN, obligation=None).exists():
            raise TasksStillOpen
        if rules.CONTRACTS[incident.worst].evidence or evidence.strip():
            evidence = said(evidence, "evidence")
        row = Settlement.objects.create(
            incident=incident, outcome=outcome, agreed_by=agreed, evidence=evidence, attachments=list(attachments), proposed_by=by.id,
            proposed_at=at, proposer_kind=side.kind, proposer_agency_id=side.agency,
        )  # fmt: skip
        move(incident, "proposed", by=by, at=at)
        _tell(incident, "settling", at=at)
        line("incident.proposed", incident, by=by, at=at, detail={"settlement": row.pk, "outcome": outcome})
        tell(
            incident,
            f"proposed:{row.pk}",
            watch_of(incident),
            "Diusulkan selesai",
            "Menunggu konfirmasi pihak kedua.",
            at=at,
        )
    return row


def _tell(incident: Incident, word: str, *, at: datetime) -> None:
    """A letter to every reporter of the matter, in words of state only."""
    reports = Report.objects.filter(incident_links__incident=incident, incident_links__unlinked_at=None)
    for report in reports.distinct().order_by("pk"):
        tell_reporters(report, word, at=at)


def _standing(incident: Incident) -> Settlement:
    row = Settlement.objects.select_for_update(of=("self",)).filter(incident=incident, set_aside_at=None).first()
    if row is None:
        raise MoveNotAllowed
    return row


def _proposer(row: Settlement) -> Side:
    return Side(row.proposed_by, row.proposer_kind, row.proposer_agency_id)


def check_confirm(incident: Incident, row: Settlement, side: Side) -> None:
    lead = incident.lead_agency
    if not rules.may_confirm(
        incident.worst,
        proposer=_proposer(row),
        lead_agency=lead.pk if lead else None,
        by=side,
        office_leads=is_office(lead),
    ):
        raise NotSecondParty


def confirm(code: str, *, by: Actor, at: datetime, version: int | None = None) -> Incident:
    """Konfirmasi: a second party says it is so. The watch begins; for S4 that is the end."""
    with transaction.atomic():
        incident = seen(code, by=by)
        side = side_of(by, incident)
        if side.kind != "agency":
            check_permitted(by, "incident.confirm", place_of(incident))
        check_version(incident.version, version)
        _confirm(incident, side, by=by, at=at)
    return incident


def _confirm(incident: Incident, side: Side, *, by: Actor, at: datetime) -> None:
    check_state(incident, frozenset({"proposed"}))
    row = _standing(incident)
    check_confirm(incident, row, side)
    check_two_persons(by, row.proposed_by, at=at)
    row.confirmed_by, row.confirmed_at, row.confirmer_kind, row.confirmer_agency_id = (
        side.person,
        at,
        side.kind,
        side.agency,
    )
    row.save(update_fields=["confirmed_by", "confirmed_at", "confirmer_kind", "confirmer_agency"])
    move(incident, "confirmed", by=by, at=at)
    line("incident.confirmed", incident, by=by, at=at, detail={"settlement": row.pk, "kind": side.kind})
    watch = rules.CONTRACTS[incident.worst].watch
    if watch:
        move(incident, "watched", by=by, at=at, watch_from=at, watch_until=at + watch)
    else:
        move(incident, "closed", by=by, at=at, closed_at=at, closed_by=by.id)
        _tell(incident, "settled", at=at)
        line("incident.closed", incident, by=by, at=at)


def confirm_many(codes: Iterable[str], *, by: Actor, at: datetime) -> list[tuple[str, Refusal | None]]:
    """Several S4 matters at once, at the monthly meeting. One that is refused does not hold up the others."""
    done: list[tuple[str, Refusal | None]] = []
    for code in codes:
        try:
            with transaction.atomic():
                incident = seen(code, by=by)
                if incident.worst != "S4":
                    raise NotSecondParty
                confirm(code, by=by, at=at)
            done.append((code, None))
        except Refusal as refusal:
            done.append((code, refusal))
    return done


def confirm_by_reporter(tracking: str, *, settled: bool, at: datetime) -> Incident:
    """The reporter, by tracking code alone, says whether it is really over."""
    with transaction.atomic():
        report = by_tracking(tracking)
        ids = IncidentReport.objects.filter(report__in=[report.pk, *_above(report)], unlinked_at=None).values(
            "incident"
        )
        incident = (
            Incident.objects.select_for_update(of=("self",)).filter(pk__in=ids, state="proposed").order_by("pk").first()
        )
        if incident is None:
            raise NotFound
        if settled:
            _confirm(incident, Side(report.subject, "reporter"), by=CITIZEN, at=at)
        else:
            _turn_down(incident, "Pelapor: belum selesai.", by=CITIZEN, at=at)
    return incident


def _above(report: Report) -> list[int]:
    return list(Merge.objects.filter(joined=report, undone_at=None).values_list("primary", flat=True))


def turn_down(code: str, *, reason: str, by: Actor, at: datetime, version: int | None = None) -> Incident:
    """It is not over: back to work. Anybody who could speak about it may say so."""
    reason = said(reason, "reason")
    with transaction.atomic():
        incident = seen(code, by=by)
        side_of(by, incident)
        check_version(incident.version, version)
        check_state(incident, frozenset({"proposed"}))
        _turn_down(incident, reason, by=by, at=at)
    return incident


def _turn_down(incident: Incident, reason: str, *, by: Actor, at: datetime) -> None:
    row = _standing(incident)
    _set_aside(row, reason, by=by, at=at)
    move(incident, "handling", by=by, at=at)
    line("incident.turned_down", incident, by=by, at=at, detail={"settlement": row.pk})
    tell(
        incident,
        f"turned-down:{row.pk}",
        watch_of(incident),
        "Usul selesai ditolak",
        "Permasalahan kembali ditangani.",
        at=at,
    )


def _set_aside(row: Settlement, reason: str, *, by: Actor, at: datetime) -> None:
    row.set_aside_by, row.set_aside_at, row.set_aside_reason = by.id, at, reason
    row.save(update_fields=["set_aside_by", "set_aside_at", "set_aside_reason"])


def missing(incident: Incident, row: Settlement | None, *, at: datetime) -> str:
    """Which proof is still missing; '' where the incident may be closed."""
    quiet = not newly_linked(incident)
    found = rules.missing_proof(
        incident.worst,
        evidence=row.evidence if row else "",
        confirmed=bool(row and row.confirmed_at),
        watch_until=incident.watch_until,
        at=at,
    )
    return found or ("" if quiet else "watch")


def newly_linked(incident: Incident) -> bool:
    rows = IncidentReport.objects.filter(incident=incident, unlinked_at=None)
    return incident.watch_from is not None and rows.filter(linked_at__gt=incident.watch_from).exists()


def close(code: str, *, by: Actor, at: datetime, version: int | None = None) -> Incident:
    """Nyatakan tuntas, after the watch."""
    with transaction.atomic():
        incident = locked(code, SETTLE, by=by, version=version)
        check_state(incident, frozenset({"watched"}))
        row = _standing(incident)
        if what := missing(incident, row, at=at):
            raise ProofMissing(do=ProofMissing.HINTS[what])
        move(incident, "closed", by=by, at=at, closed_at=at, closed_by=by.id)
        _tell(incident, "settled", at=at)
        line("incident.closed", incident, by=by, at=at)
    return incident


def reopen(code: str, *, by: Actor, at: datetime, version: int | None = None) -> Incident:
    """It has come back."""
    with transaction.atomic():
        incident = locked(code, "incident.handle", by=by, version=version)
        check_state(incident, rules.ENDING)
        open_again(incident, why="officer", by=by, at=at)
    return incident


def open_again(incident: Incident, *, why: str, by: Actor, at: datetime) -> None:
    """Inside another act: proposal and watch are void, the incident is unassigned and its severity counts afresh."""
    if incident.origin == "import":
        raise MoveNotAllowed  # another data set's history
    for row in Settlement.objects.select_for_update(of=("self",)).filter(incident=incident, set_aside_at=None):
        _set_aside(row, "Dibuka kembali.", by=by, at=at)
    changes: dict[str, Any] = {"watch_from": None, "watch_until": None, "closed_at": None, "closed_by": ""}
    move(incident, "open", by=by, at=at, **changes, worst=incident.severity, reopened_count=incident.reopened_count + 1)
    line("incident.reopened", incident, by=by, at=at, detail={"why": why})
    tell(
        incident,
        f"reopened:{incident.code}:{incident.reopened_count}",
        watch_of(incident),
        "Dibuka kembali",
        "Ada perkembangan baru.",
        at=at,
    )
