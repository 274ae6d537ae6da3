"""What every act on the register shares: take the row, who owns it, when it is looked at again, the line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kondusif.clock.actions import NewDeadline, meet, set_deadlines
from kondusif.intake.rules import clean
from kondusif.ledger.actions import record
from kondusif.ledger.actor import Actor
from kondusif.ledger.errors import NotFound, NotPermitted, Refusal
from kondusif.response.potentials import rules
from kondusif.response.potentials.models import Potential, ReviewEvery
from kondusif.response.potentials.queries import potentials_for
from kondusif.response.queries import may_answer
from kondusif.teams.actions import Message, post
from kondusif.teams.duty_hours import office_hours
from kondusif.teams.queries import ancestors, kabkota_of
from kondusif.triage.actions import SUPERSEDED
from kondusif.triage.desk import check_version

KEEP = "potential.keep"


class WordsHere(Refusal):
    code = "potential-words"
    status = 422
    what = _("Keterangan kosong, terlalu panjang, atau memuat nomor pribadi.")
    do = _("Tulis singkat (paling banyak 1.500 huruf), tanpa nama orang dan tanpa nomor.")


def locked(code: str, *, by: Actor, version: int | None = None, owner_may: bool = False) -> Potential:
    """The matter, for writing: by who keeps the register there, or (a review) by the agency that owns it."""
    row = potentials_for(by).select_for_update(of=("self",)).filter(code=code.upper()).first()
    if row is None:
        raise NotFound
    if not may_keep(row, by) and not (owner_may and may_review(row, by)):
        raise NotPermitted
    check_version(row.version, version)
    return row


def may_keep(row: Potential, by: Actor) -> bool:
    return by.permits(KEEP, row.region)


def may_review(row: Potential, by: Actor) -> bool:
    return may_keep(row, by) or (row.owner_agency is not None and may_answer(row.owner_agency, by))


def words(text: str, field: str, *, needed: bool = False) -> str:
    text = clean(text)
    if len(text) > rules.LONGEST_WORDS or rules.holds_number(text) or (needed and not text):
        raise WordsHere(field=field)
    return text


def owner_of(row: Potential) -> str:
    return rules.address(row.owner, kabkota=kabkota_of(row.region), agency=row.owner_agency_id)


def day_of(at: datetime) -> date:
    return timezone.localtime(at).date()


def own_every(region: str) -> dict[str, int]:
    """Days by level as the nearest region above says; what none says is the house's own."""
    levels = ancestors(region)
    found: dict[str, int] = {}
    for row in sorted(ReviewEvery.objects.filter(region__in=levels), key=lambda r: -levels.index(r.region)):
        found[row.level] = row.days
    return found


def next_day(row: Potential, at: datetime) -> date:
    return day_of(at) + rules.every(row.kind, row.level, own_every(row.region))


def owe(row: Potential, *, at: datetime) -> None:
    """The next review is owed by the end of office hours of its day."""
    meet(row.subject, by=SUPERSEDED, at=at)
    if row.next_review is None:
        return
    shuts = office_hours(kabkota_of(row.region))[1]
    due = datetime.combine(row.next_review, shuts, timezone.get_default_timezone())
    set_deadlines([NewDeadline(rules.REVIEW, row.subject, kabkota_of(row.region), owner_of(row), due)], at=at)


def save(row: Potential, **changes: object) -> None:
    for name, value in changes.items():
        setattr(row, name, value)
    row.version += 1
    row.save(update_fields=[*changes, "version"])


def line(verb: str, row: Potential, *, by: Actor, at: datetime, detail: Mapping[str, object] | None = None) -> None:
    record(verb, subject=row.subject, region=row.region, by=by, at=at, detail=detail)


def tell(row: Potential, key: str, audience: str, subject: str, body: str, *, at: datetime) -> None:
    post([Message(key, audience, f"{subject} · {row.code}", body, f"/potensi/{row.code}", False)], at=at)
