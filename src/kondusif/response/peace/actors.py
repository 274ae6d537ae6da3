"""Pelaku damai: a directory by consent. Found by kind and region, never by name; withdrawal empties the row at once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kondusif.clock.actions import NewDeadline, meet, set_deadlines
from kondusif.intake.rules import clean
from kondusif.ledger.actions import record
from kondusif.ledger.actor import Actor, check_permitted
from kondusif.ledger.errors import NotFound, Refusal
from kondusif.ledger.queries import region_filter
from kondusif.regions.queries import exists
from kondusif.response.peace import rules
from kondusif.response.peace.desk import KEEP, KEYS, PeaceWords
from kondusif.response.peace.models import PeaceActor
from kondusif.response.potentials.rules import holds_number
from kondusif.response.queries import READ
from kondusif.teams.queries import ancestors, kabkota_of
from kondusif.teams.sealing import Unreadable


class ConsentNeeded(Refusal):
    code = "consent-needed"
    status = 422
    what = _("Persetujuan belum lengkap: kapan, bagaimana, dan sampai kapan (paling lama tiga tahun).")
    do = _("Minta persetujuannya dahulu; tanpa persetujuan tidak ada yang dicatat.")


class Withdrawn(Refusal):
    code = "peace-actor-withdrawn"
    status = 409
    what = _("Pelaku damai ini sudah menarik persetujuannya atau masanya berakhir; kontaknya sudah dihapus.")
    do = _("Pilih pelaku damai lain, atau minta persetujuan baru dan catat lagi.")


class ContactLocked(Refusal):
    code = "peace-contact-unreadable"
    status = 409
    what = _("Kontak tidak dapat dibuka dengan kunci yang ada.")
    do = _("Pulihkan berkas kunci peace.keys dari cadangan.")


@dataclass(frozen=True)
class NewActor:
    """`name` and `contact` are sealed together and stand nowhere else."""

    kind: str
    region: str
    designation: str
    name: str
    contact: str
    consent_at: date
    consent_how: str
    consent_until: date
    languages: Sequence[str] = ()
    able: Sequence[str] = ()


def actors_for(actor: Actor, *, kind: str = "", region: str = "") -> QuerySet[PeaceActor]:
    """Those of the actor's regions who still agree. A wider body (of the province) serves its towns too."""
    rows = PeaceActor.objects.filter(region_filter(actor.regions(READ)), withdrawn_at=None)
    if kind:
        rows = rows.filter(kind=kind)
    if region:
        rows = rows.filter(region_filter((region,)))
    return rows.order_by("region", "kind", "pk")


def near(actor: Actor, region: str) -> list[PeaceActor]:
    """Who could be asked about a matter: those of its kab/kota and the levels above it, as far as the actor may see them."""
    kabkota = kabkota_of(region)
    rows = PeaceActor.objects.filter(withdrawn_at=None).filter(region_filter((kabkota,))) | PeaceActor.objects.filter(
        withdrawn_at=None, region__in=ancestors(kabkota)
    )
    return list(rows.order_by("kind", "region", "pk")) if actor.permits(READ, region) else []


def add(wanted: NewActor, *, by: Actor, at: datetime) -> PeaceActor:
    check_permitted(by, KEEP, wanted.region)
    today = timezone.localtime(at).date()
    if wanted.kind not in dict(rules.ACTORS) or not exists(wanted.region):
        raise PeaceWords(field="kind")
    if not (rules.check_codes(wanted.languages, rules.LANGUAGES) and rules.check_codes(wanted.able, rules.ABLE)):
        raise PeaceWords(field="languages")
    agreed = wanted.consent_at <= today < wanted.consent_until <= wanted.consent_at + rules.LONGEST_CONSENT
    if wanted.consent_how not in dict(rules.CONSENT) or not agreed:
        raise ConsentNeeded(field="consent_until")
    designation = clean(wanted.designation).replace("\n", " ")
    name, contact = clean(wanted.name)[:120], clean(wanted.contact)[:200]
    if not 3 <= len(designation) <= 120 or holds_number(designation):
        raise PeaceWords(field="designation")
    if not contact:
        raise PeaceWords(field="contact")
    with transaction.atomic():
        row = PeaceActor.objects.create(
            kind=wanted.kind, region=wanted.region, designation=designation, languages=sorted(set(wanted.languages)),
            able=sorted(set(wanted.able)), sealed=KEYS.seal(json.dumps({"name": name, "contact": contact})), consent_at=wanted.consent_at,
            consent_how=wanted.consent_how, consent_until=wanted.consent_until, added_by=by.id, added_at=at,
        )  # fmt: skip
        ends = datetime.combine(wanted.consent_until + timedelta(days=1), time(), timezone.get_default_timezone())
        owner = f"duty:{kabkota_of(row.region)}"
        set_deadlines([NewDeadline(rules.CONSENT_ENDS, row.subject, row.region, owner, ends)], at=at)
        detail: dict[str, object] = {"kind": row.kind, "how": row.consent_how, "until": row.consent_until.isoformat()}
        record("peace_actor.added", subject=row.subject, region=row.region, by=by, at=at, detail=detail)
    return row


def _locked(pk: int, by: Actor) -> PeaceActor:
    row = PeaceActor.objects.select_for_update().filter(region_filter(by.regions(READ)), pk=pk).first()
    if row is None:
        raise NotFound
    check_permitted(by, KEEP, row.region)
    return row


def open_contact(pk: int, *, by: Actor, at: datetime) -> tuple[str, str]:
    """(name, contact), to ask them. The opening stands in the ledger before it is shown."""
    with transaction.atomic():
        row = _locked(pk, by)
        if row.withdrawn_at or row.consent_until < timezone.localtime(at).date():
            raise Withdrawn
        try:
            found = json.loads(KEYS.unseal(row.sealed))
        except Unreadable:
            raise ContactLocked from None
        record("peace_actor.contact_opened", subject=row.subject, region=row.region, by=by, at=at)
    return str(found["name"]), str(found["contact"])


def withdraw(pk: int, *, by: Actor, at: datetime) -> PeaceActor:
    """Tarik persetujuan: what was sealed is gone in the same act."""
    with transaction.atomic():
        row = _locked(pk, by)
        if row.withdrawn_at is None:
            _empty(row, "peace_actor.withdrawn", by=by, at=at)
    return row


def _empty(row: PeaceActor, verb: str, *, by: Actor, at: datetime) -> None:
    row.sealed, row.withdrawn_at = "", at
    row.save(update_fields=["sealed", "withdrawn_at"])
    meet(row.subject, by=by.id, at=at)
    record(verb, subject=row.subject, region=row.region, by=by, at=at)


def end_consent(pk: int, *, by: Actor, at: datetime) -> None:
    """The day until which they agreed is over. Inside the deadline's own transaction."""
    row = PeaceActor.objects.select_for_update().filter(pk=pk, withdrawn_at=None).first()
    if row is not None:
        _empty(row, "peace_actor.consent_ended", by=by, at=at)
