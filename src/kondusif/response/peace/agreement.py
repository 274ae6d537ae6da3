"""Berita acara kesepakatan: write it down sealed, turn its obligations into tasks, open it with a reason, say what is not kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kondusif.intake.rules import clean
from kondusif.ledger.actor import EVERYWHERE, Actor, check_permitted
from kondusif.ledger.errors import MoveNotAllowed, NotFound, NotPermitted, Refusal
from kondusif.ledger.queries import region_filter
from kondusif.response import desk as incident_desk
from kondusif.response import rules as incident_rules
from kondusif.response.models import Incident, Task
from kondusif.response.peace import rules
from kondusif.response.peace.desk import KEEP, KEYS, Matter, line, matter_to_keep
from kondusif.response.peace.models import Agreement, Mediation, Obligation
from kondusif.response.potentials.rules import holds_number
from kondusif.response.queries import READ, incidents_for
from kondusif.response.settlement import open_again
from kondusif.response.tasks import oblige
from kondusif.teams.actions import Message, post
from kondusif.teams.duty_hours import office_hours
from kondusif.teams.models import Agency
from kondusif.teams.queries import ancestors, kabkota_of
from kondusif.teams.sealing import Unreadable
from kondusif.triage.title_words import group_words

OPEN = "agreement.open"


class IncidentNeeded(Refusal):
    code = "agreement-needs-incident"
    status = 409
    what = _("Kewajiban berita acara menjadi tugas, dan tugas hanya ada pada permasalahan.")
    do = _("Catat potensi ini sebagai permasalahan dahulu, lalu buat berita acaranya di sana.")


class AgreementIncomplete(Refusal):
    code = "agreement-incomplete"
    status = 422
    what = _("Berita acara belum lengkap: hari, tempat, sedikitnya dua pihak, isi, dan saksi.")
    do = _("Lengkapi isiannya. Nama hanya ditulis di berita acara ini dan tersimpan tersegel.")


class ObligationNotPossible(Refusal):
    code = "obligation-not-possible"
    status = 422
    what = _("Kewajiban belum jelas: siapa menurut peran, apa, instansi pengawal, dan tanggal sesudah hari ini.")
    do = _("Perbaiki kewajibannya. Judulnya terbaca pada tugas, jadi tanpa nama orang, suku, agama, atau nomor.")


class AgreementLocked(Refusal):
    code = "agreement-unreadable"
    status = 409
    what = _("Berita acara tidak dapat dibuka dengan kunci yang ada.")
    do = _("Pulihkan berkas kunci peace.keys dari cadangan.")


class ReasonToOpen(Refusal):
    code = "agreement-reason"
    status = 422
    what = _("Alasan membuka berita acara harus dipilih dari daftar.")
    do = _("Pilih salah satu alasan; pembukaan tercatat dan petugas pelindungan data diberi tahu.")


@dataclass(frozen=True)
class NewObligation:
    who: str
    what: str
    agency: Agency
    due_on: date


@dataclass(frozen=True)
class NewAgreement:
    """`parties`, `witnesses`: [[role, name], …]; `mediation`: its id, where there was one."""

    held_on: date
    place: str
    parties: Sequence[Sequence[str]]
    content: str
    witnesses: Sequence[Sequence[str]]
    obligations: Sequence[NewObligation] = ()
    number: str = ""
    mediation: int | None = None


def agreements_for(actor: Actor) -> QuerySet[Agreement]:
    rows = Agreement.objects.filter(region_filter(actor.regions(READ), "incident__region"), incident__restricted=False)
    rows = rows.filter(incident__in=incidents_for(actor).values("pk"))
    return rows.select_related("incident", "mediation")


def agreement_for(pk: int, actor: Actor) -> Agreement:
    row = agreements_for(actor).filter(pk=pk).first()
    if row is None:
        raise NotFound
    return row


def obligations_for(actor: Actor) -> QuerySet[Obligation]:
    rows = Obligation.objects.filter(agreement__in=agreements_for(actor).values("pk"))
    return rows.select_related("agreement__incident", "task").order_by("due_on", "pk")


def write(code: str, wanted: NewAgreement, *, by: Actor, at: datetime) -> Agreement:
    """Kept sealed; each obligation becomes a task with its own instants and ladder of escalation."""
    content, place = clean(wanted.content), " ".join(clean(wanted.place).split())[:160]
    today = timezone.localtime(at).date()
    sides = [[clean(w) for w in row] for row in wanted.parties]
    witnesses = [[clean(w) for w in row] for row in wanted.witnesses]
    with transaction.atomic():
        matter = matter_to_keep(code, by)
        if matter.incident is None:
            raise IncidentNeeded
        if len(sides) < 2 or not witnesses or not place or not 0 < len(content) <= rules.LONGEST_CONTENT:
            raise AgreementIncomplete(field="content")
        if not date(2000, 1, 1) <= wanted.held_on <= today:
            raise AgreementIncomplete(field="held_on")
        incident = incident_desk.locked(code, "incident.handle", by=by)
        incident_desk.check_state(incident, incident_rules.OPEN)
        _check_obligations(wanted.obligations, incident, today)
        sealed = KEYS.seal(json.dumps({"parties": sides, "content": content, "witnesses": witnesses}))
        row = Agreement.objects.create(
            incident=incident, mediation=_mediation(wanted.mediation, incident), number=clean(wanted.number)[:60], held_on=wanted.held_on,
            place=place, sealed=sealed, made_by=by.id, made_label=by.label, made_at=at,
        )  # fmt: skip
        detail: dict[str, object] = {"agreement": row.pk, "obligations": len(wanted.obligations)}
        line("agreement.written", Matter(incident, None), by=by, at=at, detail=detail)
        for one in wanted.obligations:
            _oblige(row, one, by=by, at=at)
    return row


def _mediation(pk: int | None, incident: Incident) -> Mediation | None:
    if pk is None:
        return None
    found = Mediation.objects.filter(pk=pk, result="agreement").first()
    if found is None or (found.incident_id != incident.pk and not _came_from(found, incident)):
        raise NotFound
    return found


def _came_from(row: Mediation, incident: Incident) -> bool:
    return row.potential_id is not None and incident.came_from.filter(potential=row.potential_id).exists()


def _check_obligations(wanted: Sequence[NewObligation], incident: Incident, today: date) -> None:
    if len(wanted) > rules.MOST_OBLIGATIONS:
        raise ObligationNotPossible(field="obligations")
    for one in wanted:
        who, what = clean(one.who), clean(one.what)
        if (
            not who
            or not what
            or len(who) > 80
            or len(what) > 160
            or group_words(f"{who} {what}")
            or holds_number(f"{who} {what}")
        ):
            raise ObligationNotPossible(field="obligations")
        if not today < one.due_on <= date(2100, 1, 1) or one.agency.region not in ancestors(incident.region):
            raise ObligationNotPossible(field="obligations")


def _oblige(row: Agreement, one: NewObligation, *, by: Actor, at: datetime) -> Obligation:
    title = clean(one.what)
    task = oblige(row.incident, one.agency, title, due_at(one.due_on, row.incident.region), by=by, at=at)
    found = Obligation.objects.create(agreement=row, who=clean(one.who), what=title, due_on=one.due_on, task=task)
    line("obligation.set", Matter(row.incident, None), by=by, at=at, detail={"obligation": found.pk, "task": task.pk})
    return found


def may_open(row: Agreement, by: Actor, *, at: datetime) -> bool:
    """The team's leadership; and whoever wrote it down, that day, to have it signed."""
    own = row.made_by == by.id and by.permits(KEEP, row.incident.region) and at < row.made_at + rules.MAKER_MAY_OPEN
    return by.permits(OPEN, row.incident.region) or own


def open_agreement(pk: int, *, reason: str, by: Actor, at: datetime) -> dict[str, Any]:
    """Its names, content and witnesses. The opening stands in the ledger and is told before anything is shown."""
    if reason not in dict(rules.OPEN_REASONS):
        raise ReasonToOpen(field="reason")
    with transaction.atomic():
        row = agreement_for(pk, by)
        if not may_open(row, by, at=at):
            raise NotPermitted
        try:
            found: dict[str, Any] = json.loads(KEYS.unseal(row.sealed))
        except Unreadable:
            raise AgreementLocked from None
        line(
            "agreement.opened", Matter(row.incident, None), by=by, at=at, detail={"agreement": row.pk, "reason": reason}
        )
        post(
            [Message(f"agreement.opened:{row.pk}:{by.id}:{at.isoformat()}", f"role:data_protection@{scope}",
                     f"Berita acara dibuka · {row.incident.code}", "Satu berita acara kesepakatan dibuka. Periksa alasannya di buku besar.",
                     f"/permasalahan/{row.incident.code}", False)
             for scope in (settings.PROVINCE, EVERYWHERE)],
            at=at,
        )  # fmt: skip
    return found


def entrust(pk: int, agency: Agency, *, by: Actor, at: datetime) -> Obligation:
    """Another agency keeps an obligation in sight, where the one before cannot or was taken off: it never lies unwatched for good."""
    with transaction.atomic():
        row = Obligation.objects.select_related("agreement__incident").filter(pk=pk).first()
        if row is None:
            raise NotFound
        agreement_for(row.agreement_id, by)
        incident = incident_desk.locked(row.agreement.incident.code, "incident.assign", by=by)
        row = Obligation.objects.select_for_update(of=("self",)).select_related("task").get(pk=pk)
        if row.task.state not in {"declined", "cancelled"}:
            raise MoveNotAllowed
        if agency.region not in ancestors(incident.region):
            raise ObligationNotPossible(field="agency")
        row.task = oblige(incident, agency, row.what, max(due_at(row.due_on, incident.region), at), by=by, at=at)
        row.save(update_fields=["task"])
        line(
            "obligation.entrusted", Matter(incident, None), by=by, at=at, detail={"obligation": pk, "agency": agency.pk}
        )
    return row


def due_at(day: date, region: str) -> datetime:
    """The end of office hours of the day by which it is owed."""
    return datetime.combine(day, office_hours(kabkota_of(region))[1], timezone.get_default_timezone())


def say_unkept(pk: int, *, by: Actor, at: datetime) -> Obligation:
    """Tidak ditepati, by the team. Its matter wakes."""
    with transaction.atomic():
        row = Obligation.objects.select_related("agreement__incident", "task").filter(pk=pk).first()
        if row is None:
            raise NotFound
        agreement_for(row.agreement_id, by)
        incident = incident_desk.locked(row.agreement.incident.code, "incident.handle", by=by)
        check_permitted(by, KEEP, incident.region)
        row = Obligation.objects.select_for_update(of=("self",)).select_related("task").get(pk=pk)
        if row.unkept_at is not None or row.task.state == "done":
            raise MoveNotAllowed
        _unkept(row, incident, by=by, at=at)
    return row


def overdue(task: Task, *, by: Actor, at: datetime) -> None:
    """The day of an obligation passed without a word that it was kept. Inside the deadline's transaction; once."""
    row = Obligation.objects.select_for_update(of=("self",)).filter(task=task, unkept_at=None).first()
    if row is not None:
        incident = Incident.objects.select_for_update(of=("self",)).get(pk=task.incident_id)
        _unkept(row, incident, by=by, at=at)
        task.incident = incident


def _unkept(row: Obligation, incident: Incident, *, by: Actor, at: datetime) -> None:
    row.unkept_at, row.unkept_by = at, by.id
    row.save(update_fields=["unkept_at", "unkept_by"])
    line("obligation.unkept", Matter(incident, None), by=by, at=at, detail={"obligation": row.pk, "task": row.task_id})
    if incident.state in incident_rules.ENDING:
        open_again(incident, why="obligation", by=by, at=at)
    else:
        incident_desk.tell(
            incident, f"unkept:{row.pk}", incident_desk.watch_of(incident), "Kewajiban tidak ditepati",
            "Satu kewajiban kesepakatan belum ditepati. Temui para pihak.", at=at,
        )  # fmt: skip
