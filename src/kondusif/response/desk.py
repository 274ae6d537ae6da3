"""What every act of response shares: take the rows, check who and when, move, owe the next duty, write the line."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kondusif.clock.actions import NewDeadline, meet, set_deadlines
from kondusif.intake.rules import base32, clean
from kondusif.ledger.actions import record
from kondusif.ledger.actor import Actor, check_permitted
from kondusif.ledger.errors import MoveNotAllowed, NotFound, NotPermitted, Refusal
from kondusif.response import rules
from kondusif.response.models import Incident, Task
from kondusif.response.queries import incidents_for, may_answer, speaks_for
from kondusif.response.rules import Side
from kondusif.teams.actions import Message, post
from kondusif.teams.duty_hours import hours_for
from kondusif.teams.hours import Hours
from kondusif.teams.models import Agency
from kondusif.teams.queries import kabkota_of
from kondusif.triage.desk import check_version
from kondusif.triage.title_words import group_words


class TitleNotNeutral(Refusal):
    code = "title-not-neutral"
    status = 422
    what = _("Judul menyebut suku, agama, atau kelompok.")
    do = _("Pakai judul netral, misalnya “Perselisihan dua kelompok warga”. Rinciannya ada di laporan.")


class TitleNotPossible(Refusal):
    code = "title-not-possible"
    status = 422
    what = _("Judul terlalu pendek, terlalu panjang, atau memuat nomor pribadi.")
    do = _("Tulis judul 8–120 huruf tanpa nama orang dan tanpa nomor.")


class WordsNeeded(Refusal):
    code = "words-needed"
    status = 422
    what = _("Keterangan belum diisi atau terlalu panjang.")
    do = _("Tulis keterangan singkat (paling banyak 2.000 huruf), tanpa nama orang.")


def fresh_code() -> str:
    return "PMS-" + base32(secrets.randbits(35), 7)


def place_of(incident: Incident) -> str:
    return str(settings.PROVINCE) if incident.restricted else incident.region


def hours_of(incident: Incident, *, at: datetime) -> Hours:
    return hours_for(incident.severity, place_of(incident), at=at)


def watch_of(incident: Incident) -> str:
    """Who owns the incident: the watch of its kab/kota; the provincial secretariat where it concerns officials."""
    return f"role:secretariat@{settings.PROVINCE}" if incident.restricted else f"duty:{kabkota_of(incident.region)}"


def locked(code: str, permission: str, *, by: Actor, version: int | None = None) -> Incident:
    """The incident, for writing, by somebody of the team."""
    row = seen(code, by=by)
    check_permitted(by, "report.triage_restricted" if row.restricted else permission, place_of(row))
    check_version(row.version, version)
    return row


def seen(code: str, *, by: Actor) -> Incident:
    """The incident, for writing, by whoever may read it; what they may do is for the caller to check."""
    row = incidents_for(by).select_for_update(of=("self",)).filter(code=code.upper()).first()
    if row is None:
        raise NotFound
    return row


def locked_task(pk: int, *, by: Actor, version: int | None = None) -> Task:
    """A task, for writing, by a member of its agency or by the team, which notes what an agency said by phone.

    The incident is locked first, always: two acts on one matter wait for each other and never for a circle.
    """
    found = Task.objects.filter(pk=pk).select_related("incident", "agency").first()
    if found is None:
        raise NotFound
    if speaks_for(found, by):
        incident = Incident.objects.select_for_update().get(pk=found.incident_id)
    else:
        incident = locked(found.incident.code, "incident.handle", by=by)
    task = Task.objects.select_for_update(of=("self",)).select_related("agency").get(pk=pk)
    task.incident = incident
    check_version(task.version, version)
    return task


def check_state(incident: Incident, allowed: frozenset[str]) -> None:
    if incident.state not in allowed:
        raise MoveNotAllowed


def save(row: Incident | Task, **changes: Any) -> None:
    for name, value in changes.items():
        setattr(row, name, value)
    row.version += 1
    row.save(update_fields=[*changes, "version"])


def move(incident: Incident, to: str, *, by: Actor, at: datetime, **changes: Any) -> None:
    """Change the state: what the old one owed is met, what the new one owes is set, in the same transaction."""
    if not rules.may_move(incident.state, to):
        raise MoveNotAllowed
    meet(incident.subject, by=by.id, at=at)
    save(incident, state=to, **changes)
    if to in rules.OPEN:
        owe(incident, at=at)


def owe(incident: Incident, *, at: datetime) -> None:
    duty = rules.OWED[incident.state]
    due = (
        incident.watch_until
        if duty == rules.CLOSE and incident.watch_until
        else rules.due_at(duty, incident.severity, at, hours_of(incident, at=at))
    )
    set_deadlines([NewDeadline(duty, incident.subject, kabkota_of(place_of(incident)), watch_of(incident), due)], at=at)


def progressed(incident: Incident, *, by: Actor, at: datetime, **changes: Any) -> None:
    """Something happened: the version counts up, and the clock of silence starts anew."""
    save(incident, **changes)
    if rules.OWED.get(incident.state) == rules.PROGRESS:
        meet(incident.subject, by=by.id, at=at)
        owe(incident, at=at)


def line(verb: str, incident: Incident, *, by: Actor, at: datetime, detail: Mapping[str, object] | None = None) -> None:
    record(
        verb,
        subject=incident.subject,
        region=place_of(incident),
        by=by,
        at=at,
        detail=detail,
        restricted=incident.restricted,
    )


def tell(incident: Incident, key: str, audience: str, subject: str, body: str, *, at: datetime, url: str = "") -> None:
    """One message: code and level only, never a reporter, a name or an address."""
    urgent = incident.severity in {"S1", "S2"}
    post(
        [
            Message(
                key,
                audience,
                f"{subject} · {incident.code} · {incident.severity}",
                body,
                url or f"/permasalahan/{incident.code}",
                urgent,
            )
        ],
        at=at,
    )


def said(text: str, field: str = "text") -> str:
    text = clean(text)
    if not text or len(text) > rules.LONGEST:
        raise WordsNeeded(field=field)
    return text


def neutral(title: str) -> str:
    """A title as it will stand, or the refusal with its hint."""
    title = clean(title).replace("\n", " ")
    fault = rules.title_fault(title)
    if fault == "group":
        raise TitleNotNeutral(
            _("Judul menyebut kelompok: %(words)s.") % {"words": ", ".join(group_words(title))}, field="title"
        )
    if fault:
        raise TitleNotPossible(field="title")
    return title


def side_of(by: Actor, incident: Incident) -> Side:
    """In what capacity somebody speaks about an incident. The office hat comes first, then chair, then agency."""
    place = place_of(incident)
    lead = incident.lead_agency
    leads = lead is not None and may_answer(lead, by)
    agency = lead.pk if lead is not None and leads else _tasked(by, incident)
    if by.permits("incident.handle", place):
        return Side(by.id, "office", agency if leads else None)
    if by.permits("incident.confirm", place):
        return Side(by.id, "chair" if by.permits("incident.assign", place) else "verifier")
    if agency is not None:
        return Side(by.id, "agency", agency)
    raise NotPermitted


def _tasked(by: Actor, incident: Incident) -> int | None:
    tasks = (
        Task.objects.filter(incident=incident, agency__in=by.agencies)
        .exclude(state="cancelled")
        .select_related("agency")
        .order_by("pk")
    )
    return next((t.agency_id for t in tasks if may_answer(t.agency, by)), None)


def is_office(agency: Agency | None) -> bool:
    return agency is not None and agency.kind == "kesbangpol"
