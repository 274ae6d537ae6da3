"""Open an incident from reports, link and unlink, severity, developments, parties, relations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kondusif.intake.models import Report
from kondusif.intake.queries import report_for
from kondusif.intake.rules import clean
from kondusif.ledger.actor import Actor, check_permitted
from kondusif.ledger.errors import MoveNotAllowed, Refusal
from kondusif.regions.queries import exists
from kondusif.response import rules
from kondusif.response.desk import (
    check_state,
    fresh_code,
    line,
    locked,
    move,
    neutral,
    owe,
    place_of,
    progressed,
    said,
    save,
    tell,
    watch_of,
)
from kondusif.response.models import Incident, IncidentReport, Note, Party, Relation
from kondusif.response.settlement import open_again
from kondusif.response.tasks import apply_plan, bring_forward
from kondusif.triage import actions as triage
from kondusif.triage.categories import check_codes
from kondusif.triage.models import Assessment
from kondusif.triage.rules import worse

HANDLE = "incident.handle"


class ReportsDoNotFit(Refusal):
    code = "reports-do-not-fit"
    status = 422
    what = _("Laporan ini tidak dapat dicatat bersama sebagai satu permasalahan.")
    do = _("Laporan menyangkut aparat dicatat tersendiri; paling sedikit satu laporan terverifikasi diperlukan.")


class UnknownHere(Refusal):
    code = "incident-code-unknown"
    status = 422
    what = _("Tingkat, tahap, golongan, atau daerah tidak dikenal.")
    do = _("Pilih dari daftar.")


@dataclass(frozen=True)
class NewIncident:
    """What an incident is opened with; what is left empty comes from the first report and its assessment."""

    title: str
    severity: str = ""
    stage: str = ""
    region: str = ""
    pasal5: str = ""
    snpk: str = ""
    acled: str = ""


def open_from(codes: Sequence[str], wanted: NewIncident, *, by: Actor, at: datetime) -> Incident:
    """Catat sebagai permasalahan: from verified reports; the region's response plan is set going at once."""
    title = neutral(wanted.title)
    with transaction.atomic():
        reports = [report_for(code, by) for code in dict.fromkeys(c.upper() for c in codes)]
        if not reports or len({r.restricted for r in reports}) > 1:
            raise ReportsDoNotFit(field="reports")
        incident = _new(reports, wanted, title, by=by, at=at)
        check_permitted(by, "report.triage_restricted" if incident.restricted else "incident.open", place_of(incident))
        incident.save()
        for report in reports:
            _attach(incident, report, by=by, at=at)
        line(
            "incident.opened",
            incident,
            by=by,
            at=at,
            detail={
                "severity": incident.severity,
                "stage": incident.stage,
                "snpk": incident.snpk,
                "reports": len(reports),
            },
        )
        owe(incident, at=at)
        apply_plan(incident, by=by, at=at)
        tell(
            incident,
            f"opened:{incident.code}",
            watch_of(incident),
            "Permasalahan baru",
            "Permasalahan dicatat dan rencana tanggap dijalankan.",
            at=at,
        )
    return incident


def _new(reports: Sequence[Report], wanted: NewIncident, title: str, *, by: Actor, at: datetime) -> Incident:
    first = reports[0]
    known = Assessment.objects.filter(report=first).first()
    severity = wanted.severity
    for report in reports if not severity else ():
        severity = worse(severity, report.severity)
    severity = severity or "S3"
    stage = wanted.stage or (known.stage if known else "") or ("peristiwa" if severity in {"S1", "S2"} else "potensi")
    region = wanted.region or first.region
    pasal5, snpk, acled = (
        getattr(wanted, n) or (getattr(known, n) if known else "") for n in ("pasal5", "snpk", "acled")
    )
    if severity not in rules.CONTRACTS or stage not in dict(rules.STAGES) or check_codes(pasal5, snpk, acled):
        raise UnknownHere(field="severity")
    if region != first.region and not exists(region):
        raise UnknownHere(field="region")
    return Incident(
        code=fresh_code(), title=title, region=region, stage=stage, severity=severity, worst=severity, pasal5=pasal5, snpk=snpk,
        acled=acled, restricted=first.restricted, opened_at=at, opened_by=by.id, occurred_at=first.occurred_at, lat=first.lat,
        lon=first.lon, precision=first.place_precision,
    )  # fmt: skip


def register(code: str, wanted: NewIncident, *, by: Actor, at: datetime, version: int | None = None) -> Incident:
    """Three taps: verify the report where that is still to be done, and open an incident from it."""
    with transaction.atomic():
        report = report_for(code, by)
        if report.state != "verified":
            report = triage.verify(code, severity=wanted.severity, by=by, at=at, version=version)
        return open_from([report.code], wanted, by=by, at=at)


def _attach(incident: Incident, report: Report, *, by: Actor, at: datetime) -> None:
    triage.link(report, incident.subject, by=by, at=at)
    IncidentReport.objects.create(incident=incident, report=report, linked_by=by.id, linked_at=at)


def link_report(code: str, report_code: str, *, by: Actor, at: datetime, version: int | None = None) -> Incident:
    """Put another report under an incident. One that was watched or closed opens again by that."""
    with transaction.atomic():
        incident = locked(code, HANDLE, by=by, version=version)
        report = report_for(report_code, by)
        if report.restricted != incident.restricted:
            raise ReportsDoNotFit(field="report")
        if IncidentReport.objects.filter(incident=incident, report=report, unlinked_at=None).exists():
            raise MoveNotAllowed
        _attach(incident, report, by=by, at=at)
        line("incident.report_linked", incident, by=by, at=at, detail={"report": report.subject})
        if incident.state in rules.ENDING:
            open_again(incident, why="report", by=by, at=at)
        else:
            progressed(incident, by=by, at=at)
    return incident


def unlink_report(code: str, report_code: str, *, by: Actor, at: datetime, version: int | None = None) -> Incident:
    """Take a report off; off its last incident it waits again to be recorded."""
    with transaction.atomic():
        incident = locked(code, HANDLE, by=by, version=version)
        report = report_for(report_code, by)
        _detach(incident, report, by=by, at=at)
        line("incident.report_unlinked", incident, by=by, at=at, detail={"report": report.subject})
    return incident


def _detach(incident: Incident, report: Report, *, by: Actor, at: datetime, back: bool = True) -> None:
    """End the link. `back`: off its last incident the report waits again to be recorded."""
    rows = IncidentReport.objects.filter(incident=incident, report=report, unlinked_at=None)
    if not rows.update(unlinked_at=at, unlinked_by=by.id):
        raise MoveNotAllowed
    last = back and not IncidentReport.objects.filter(report=report, unlinked_at=None).exists()
    triage.unlink(report, incident.subject, last=last, by=by, at=at)
    save(incident)


def let_go(report: Report, *, by: Actor, at: datetime) -> int:
    """Take a report off the open matters it stood under when it turned out to concern officials: by then triage has it.

    Called by the ledger's reader, which may come late and twice.
    """
    with transaction.atomic():
        links = IncidentReport.objects.filter(
            report=report, unlinked_at=None, linked_at__lte=at, incident__restricted=False
        )
        ids = links.values("incident")
        rows = list(Incident.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
        for incident in rows:
            _detach(incident, report, by=by, at=at, back=False)
    return len(rows)


def set_severity(code: str, severity: str, *, by: Actor, at: datetime, version: int | None = None) -> Incident:
    """A rise brings the plan of the new severity and nearer instants; a fall leaves what was promised."""
    if severity not in rules.CONTRACTS:
        raise UnknownHere(field="severity")
    with transaction.atomic():
        incident = locked(code, HANDLE, by=by, version=version)
        check_state(incident, rules.AT_WORK)
        before = incident.severity
        if severity == before:
            raise MoveNotAllowed
        progressed(incident, by=by, at=at, severity=severity, worst=min(incident.worst, severity))
        line("incident.severity", incident, by=by, at=at, detail={"from": before, "to": severity})
        if severity < before:
            if incident.state == "open":
                owe(incident, at=at)
            bring_forward(incident, at=at)
            apply_plan(incident, by=by, at=at)
            tell(incident, f"severity:{incident.code}:{incident.version}", watch_of(incident), f"Naik ke {severity}",
                 "Tingkat kegawatan naik; rencana tanggap dan batas waktu diperbarui.", at=at)  # fmt: skip
    return incident


def set_stage(code: str, stage: str, *, by: Actor, at: datetime, version: int | None = None) -> Incident:
    """potensi → peristiwa → konflik. "Konflik" is a legal word (UU 7/2012 Ps. 1): set by a person, never guessed."""
    if stage not in dict(rules.STAGES):
        raise UnknownHere(field="stage")
    with transaction.atomic():
        incident = locked(code, HANDLE, by=by, version=version)
        check_state(incident, rules.OPEN)
        before = incident.stage
        progressed(incident, by=by, at=at, stage=stage)
        line("incident.stage", incident, by=by, at=at, detail={"from": before, "to": stage})
    return incident


def rename(code: str, title: str, *, by: Actor, at: datetime, version: int | None = None) -> Incident:
    title = neutral(title)
    with transaction.atomic():
        incident = locked(code, HANDLE, by=by, version=version)
        save(incident, title=title)
        line("incident.renamed", incident, by=by, at=at)
    return incident


def note(code: str, text: str, *, by: Actor, at: datetime, version: int | None = None) -> Note:
    """Write down a development. The clock of silence starts anew."""
    text = said(text)
    with transaction.atomic():
        incident = locked(code, HANDLE, by=by, version=version)
        check_state(incident, rules.OPEN)
        row = Note.objects.create(incident=incident, text=text, by=by.id, by_label=by.label, at=at)
        progressed(incident, by=by, at=at)
        line("incident.noted", incident, by=by, at=at, detail={"note": row.pk})
    return row


def calm(code: str, *, by: Actor, at: datetime, version: int | None = None) -> Incident:
    """The situation has calmed down; the work goes on."""
    return _to(
        code, "calmed", "incident.calmed", frozenset({"open", "assigned", "handling"}), by=by, at=at, version=version
    )


def flare_up(code: str, *, by: Actor, at: datetime, version: int | None = None) -> Incident:
    """It has flared up again."""
    return _to(code, "handling", "incident.flared_up", frozenset({"calmed"}), by=by, at=at, version=version)


def _to(
    code: str, to: str, verb: str, allowed: frozenset[str], *, by: Actor, at: datetime, version: int | None
) -> Incident:
    with transaction.atomic():
        incident = locked(code, HANDLE, by=by, version=version)
        check_state(incident, allowed)
        move(incident, to, by=by, at=at)
        line(verb, incident, by=by, at=at)
    return incident


def name_party(code: str, role: str, interest: str, *, by: Actor, at: datetime) -> Party:
    """A side by role and interest. A title's rules hold here too: no group words are needed to say what somebody wants."""
    role = said(role, "role")[:80]
    with transaction.atomic():
        incident = locked(code, HANDLE, by=by)
        row = Party.objects.create(incident=incident, role=role, interest=clean(interest)[:200])
        save(incident)
        line("incident.party_named", incident, by=by, at=at, detail={"party": row.pk})
    return row


def relate(code: str, other_code: str, kind: str, *, by: Actor, at: datetime) -> Relation:
    """Say how one incident bears on another."""
    if kind not in dict(rules.RELATIONS) or code.upper() == other_code.upper():
        raise UnknownHere(field="kind")
    with transaction.atomic():
        rows = {c: locked(c, HANDLE, by=by) for c in sorted({code.upper(), other_code.upper()})}
        source, target = rows[code.upper()], rows[other_code.upper()]
        if source.restricted != target.restricted:
            raise ReportsDoNotFit(field="other")
        row, made = Relation.objects.get_or_create(
            source=source, target=target, kind=kind, defaults={"by": by.id, "at": at}
        )
        if made:
            save(source)
            line("incident.related", source, by=by, at=at, detail={"kind": kind, "other": target.subject})
    return row
