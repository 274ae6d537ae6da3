"""Undang mediasi: invite the parties by role and peace actors by post, note who comes, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from icalendar import Calendar, Event

from kondusif.clock.actions import NewDeadline, meet, set_deadlines
from kondusif.intake.rules import clean
from kondusif.ledger.actor import Actor, check_permitted
from kondusif.ledger.errors import MoveNotAllowed, NotFound, Refusal
from kondusif.ledger.queries import region_filter
from kondusif.regions.queries import short_name
from kondusif.response.peace import actors, rules
from kondusif.response.peace.desk import KEEP, Matter, PeaceWords, line, matter_to_keep, readable
from kondusif.response.peace.models import Invited, Mediation
from kondusif.response.potentials.desk import words
from kondusif.response.potentials.rules import holds_number
from kondusif.response.queries import READ
from kondusif.teams.duty_hours import hours_for
from kondusif.teams.queries import kabkota_of
from kondusif.triage.desk import check_version
from kondusif.triage.title_words import group_words

FARTHEST = timedelta(days=366)


class MediatorIsParty(Refusal):
    code = "mediator-is-party"
    status = 422
    what = _("Penengah tidak boleh salah satu pihak.")
    do = _("Pilih penengah yang diterima kedua pihak: tokoh adat, FKUB, camat, atau lainnya.")


class TwoSidesNeeded(Refusal):
    code = "two-sides-needed"
    status = 422
    what = _("Mediasi memerlukan sedikitnya dua pihak.")
    do = _("Catat pihak-pihaknya menurut peran, satu baris satu pihak.")


@dataclass(frozen=True)
class NewMediation:
    """`parties`: roles; `invited`: ids of peace actors."""

    held_at: datetime
    place: str
    mediator: str
    parties: Sequence[str]
    venue: str = "customary"
    invited: Sequence[int] = ()
    number: str = ""
    letter_date: date | None = None


def matter_of(row: Mediation) -> Matter:
    return Matter(row.incident, row.potential)


def mediations_for(actor: Actor) -> QuerySet[Mediation]:
    """Those of the actor's regions whose matter the actor may read; never of one about officials."""
    rows = Mediation.objects.filter(region_filter(actor.regions(READ)), readable(actor))
    return rows.exclude(incident__restricted=True).select_related("incident", "potential")


def mediation_for(pk: int, actor: Actor) -> Mediation:
    row = mediations_for(actor).filter(pk=pk).first()
    if row is None:
        raise NotFound
    return row


def invite(code: str, wanted: NewMediation, *, by: Actor, at: datetime) -> Mediation:
    sides = [s for s in dict.fromkeys(" ".join(clean(p).split())[:120] for p in wanted.parties) if s]
    mediator = " ".join(clean(wanted.mediator).split())[:120]
    place = " ".join(clean(wanted.place).split())[:160]
    with transaction.atomic():
        matter = matter_to_keep(code, by)
        _check(wanted, sides, mediator, place, at=at)
        able = {a.pk: a for a in actors.near(by, matter.region)}
        if not set(wanted.invited) <= set(able):
            raise PeaceWords(field="invited")
        row = Mediation.objects.create(
            incident=matter.incident, potential=matter.potential, region=matter.region, venue=wanted.venue, mediator=mediator,
            held_at=wanted.held_at, place=place, number=clean(wanted.number)[:60], letter_date=wanted.letter_date, made_by=by.id,
            made_label=by.label, made_at=at,
        )  # fmt: skip
        Invited.objects.bulk_create(
            [Invited(mediation=row, role=s, party=True) for s in sides]
            + [
                Invited(mediation=row, actor=able[pk], role=able[pk].designation, party=False)
                for pk in dict.fromkeys(wanted.invited)
            ]
        )
        _owe_result(row, wanted.held_at, at=at)
        line(
            "mediation.invited",
            matter,
            by=by,
            at=at,
            detail={"mediation": row.pk, "venue": row.venue, "sides": len(sides)},
        )
    return row


def _check(wanted: NewMediation, sides: Sequence[str], mediator: str, place: str, *, at: datetime) -> None:
    if wanted.venue not in dict(rules.VENUES) or not at < wanted.held_at <= at + FARTHEST:
        raise PeaceWords(field="held_at")
    if len(sides) < 2:
        raise TwoSidesNeeded(field="parties")
    if (
        len(sides) + len(wanted.invited) > rules.MOST_INVITED
        or group_words(" ".join(sides))
        or holds_number(" ".join(sides))
    ):
        raise PeaceWords(field="parties")
    for field, said in (("mediator", mediator), ("place", place)):
        if not said or holds_number(said):
            raise PeaceWords(field=field)
    if rules.is_party(mediator, sides):
        raise MediatorIsParty(field="mediator")


def _owe_result(row: Mediation, when: datetime, *, at: datetime) -> None:
    """What came of it is owed within a working day after the meeting."""
    kabkota = kabkota_of(row.region)
    due = hours_for("S4", kabkota, at=at).after(when, timedelta(days=1))
    set_deadlines([NewDeadline(rules.RESULT, row.subject, kabkota, f"duty:{kabkota}", due)], at=at)


def _locked(pk: int, *, by: Actor, version: int | None) -> Mediation:
    row = mediations_for(by).select_for_update(of=("self",)).filter(pk=pk).first()
    if row is None:
        raise NotFound
    check_permitted(by, KEEP, row.region)
    check_version(row.version, version)
    return row


def _save(row: Mediation, **changes: object) -> None:
    for name, value in changes.items():
        setattr(row, name, value)
    row.version += 1
    row.save(update_fields=[*changes, "version"])


def answer(pk: int, invited: int, said: str, *, by: Actor, at: datetime, version: int | None = None) -> Mediation:
    """What one of those invited answered; it may change until the meeting is over."""
    if said not in dict(rules.ANSWERS):
        raise PeaceWords(field="answer")
    with transaction.atomic():
        row = _locked(pk, by=by, version=version)
        if row.state != "planned":
            raise MoveNotAllowed
        if not row.invited.filter(pk=invited).update(answer=said, answered_at=at, answered_by=by.id):
            raise NotFound
        _save(row)
        line(
            "mediation.answered",
            matter_of(row),
            by=by,
            at=at,
            detail={"mediation": row.pk, "invited": invited, "answer": said},
        )
    return row


def conclude(pk: int, *, result: str, by: Actor, at: datetime, note: str = "", version: int | None = None) -> Mediation:
    """Kesepakatan, gagal, or ke pengadilan. Not before the meeting itself."""
    note = words(note, "note")
    with transaction.atomic():
        row = _locked(pk, by=by, version=version)
        if not rules.may_result(row.state, result) or at < row.held_at:
            raise MoveNotAllowed
        meet(row.subject, by=by.id, at=at)
        _save(row, state="held", result=result, note=note)
        line("mediation.result", matter_of(row), by=by, at=at, detail={"mediation": row.pk, "result": result})
    return row


def move(pk: int, held_at: datetime, *, by: Actor, at: datetime, version: int | None = None) -> Mediation:
    """Another day. Answers are asked for again."""
    if not at < held_at <= at + FARTHEST:
        raise PeaceWords(field="held_at")
    with transaction.atomic():
        row = _locked(pk, by=by, version=version)
        if row.state != "planned":
            raise MoveNotAllowed
        row.invited.update(answer="", answered_at=None, answered_by="")
        meet(row.subject, by=by.id, at=at)
        _save(row, held_at=held_at)
        _owe_result(row, held_at, at=at)
        line("mediation.moved", matter_of(row), by=by, at=at, detail={"mediation": row.pk})
    return row


def cancel(pk: int, *, note: str, by: Actor, at: datetime, version: int | None = None) -> Mediation:
    note = words(note, "note", needed=True)
    with transaction.atomic():
        row = _locked(pk, by=by, version=version)
        if row.state != "planned":
            raise MoveNotAllowed
        meet(row.subject, by=by.id, at=at)
        _save(row, state="cancelled", note=note)
        line("mediation.cancelled", matter_of(row), by=by, at=at, detail={"mediation": row.pk})
    return row


def calendar(row: Mediation, *, at: datetime) -> bytes:
    """The appointment as iCalendar (RFC 5545): code and region; the place stands in the letter alone."""
    found, event = Calendar(), Event()
    found.add("prodid", "-//Kondusif//Mediasi//ID")
    found.add("version", "2.0")
    event.add("uid", f"mediation-{row.pk}@kondusif")
    event.add("sequence", row.version)
    event.add("dtstamp", at)
    event.add("dtstart", row.held_at)
    event.add("dtend", row.held_at + timedelta(hours=2))
    event.add("summary", f"Mediasi {matter_of(row).code}")
    event.add("location", short_name(kabkota_of(row.region)))
    event.add("status", "CANCELLED" if row.state == "cancelled" else "CONFIRMED")
    found.add_component(event)
    return bytes(found.to_ical())
