"""Enter a latent matter, change it, review it, record it as an incident; set how often a region looks again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kondusif.clock.actions import meet
from kondusif.intake.rules import clean
from kondusif.ledger.actions import record
from kondusif.ledger.actor import Actor, check_permitted
from kondusif.ledger.errors import MoveNotAllowed, NotFound, Refusal
from kondusif.regions.locate import locate_text
from kondusif.regions.queries import exists
from kondusif.response import desk as incident_desk
from kondusif.response import rules as incident_rules
from kondusif.response.models import Incident, Party
from kondusif.response.peace.rules import ACTORS
from kondusif.response.potentials import rules
from kondusif.response.potentials.desk import KEEP, day_of, line, locked, next_day, owe, save, words
from kondusif.response.potentials.models import Became, Potential, Review, ReviewEvery
from kondusif.response.queries import incident_for
from kondusif.response.tasks import apply_plan
from kondusif.teams.models import Agency
from kondusif.teams.queries import ancestors

_PRECISION = {0: "unknown", 1: "kabkota", 2: "kecamatan", 3: "desa"}
COPIED = ("kind", "level", "likelihood", "impact", "parties", "background", "triggers", "signs", "peace_kinds", "owner", "owner_agency")  # fmt: skip


class ProtestIsNoPotential(Refusal):
    code = "protest-is-no-potential"
    status = 422
    what = _("Unjuk rasa damai adalah hak, bukan potensi konflik.")
    do = _("Tulis perselisihan di baliknya sebagai judul, misalnya “Keberatan warga atas jalan angkut”.")


class PotentialUnknown(Refusal):
    code = "potential-unknown-value"
    status = 422
    what = _("Jenis, tingkat, daerah, pemilik, atau tanggal tidak dikenal.")
    do = _("Pilih dari daftar; tanggal awal tidak boleh di depan.")


class PartyNotNeutral(Refusal):
    code = "party-not-neutral"
    status = 422
    what = _("Pihak disebut dengan suku, agama, nomor pribadi, atau terlalu banyak.")
    do = _("Tulis peran dan kepentingannya, misalnya “warga kampung hulu: batas kebun”.")


class NextReviewNotPossible(Refusal):
    code = "next-review"
    status = 422
    what = _("Tanggal tinjau berikutnya harus sesudah hari ini dan paling lama setahun.")
    do = _("Pilih tanggal lain; potensi yang sudah berakhir ditutup dengan “Selesai”.")


class AlreadyRecorded(Refusal):
    code = "already-recorded"
    status = 409
    what = _("Potensi ini sudah dicatat sebagai permasalahan yang masih terbuka.")
    do = _("Buka permasalahan itu dan catat perkembangannya di sana.")


@dataclass(frozen=True)
class NewPotential:
    """What the register holds of a latent matter. `parties`: [[role, interest], …]; an empty `next_review` follows the level."""

    title: str
    kind: str
    region: str
    level: str
    first_seen: date
    place: str = ""
    likelihood: int | None = None
    impact: int | None = None
    parties: Sequence[Sequence[str]] = ()
    background: str = ""
    triggers: str = ""
    signs: str = ""
    peace_kinds: Sequence[str] = field(default_factory=tuple)
    owner: str = "watch"
    owner_agency: Agency | None = None
    next_review: date | None = None


def checked(wanted: NewPotential, *, at: datetime) -> dict[str, Any]:
    """The fields as they will be kept, or the refusal that names what is wrong. Writes nothing."""
    title = incident_desk.neutral(wanted.title)
    if rules.is_protest(title):
        raise ProtestIsNoPotential(field="title")
    _known(wanted, at=at)
    found: dict[str, Any] = {n: getattr(wanted, n) for n in COPIED}
    parties = [[clean(w) for w in row] for row in wanted.parties]
    if rules.party_fault(parties):
        raise PartyNotNeutral(field="parties")
    found |= {n: words(getattr(wanted, n), n) for n in ("background", "triggers", "signs")}
    place = words(wanted.place, "place").replace("\n", " ")[:120]
    region, precision = _located(wanted.region, place)
    return found | {
        "title": title, "parties": parties, "peace_kinds": sorted(set(wanted.peace_kinds)), "first_seen": wanted.first_seen,
        "place": place, "region": region, "precision": precision,
    }  # fmt: skip


def _known(wanted: NewPotential, *, at: datetime) -> None:
    agency = wanted.owner_agency
    scale = {None, *dict(rules.SCALE)}
    faults = {
        "kind": wanted.kind not in dict(rules.KINDS),
        "level": wanted.level not in rules.RANK,
        "region": not exists(wanted.region) or wanted.region.count(".") < 1,
        "owner": wanted.owner not in dict(rules.OWNERS) or (wanted.owner == "agency") != (agency is not None)
        or (agency is not None and agency.region not in ancestors(wanted.region)),
        "first_seen": not date(1900, 1, 1) <= wanted.first_seen <= day_of(at),
        "peace_kinds": not set(wanted.peace_kinds) <= set(dict(ACTORS)),
        "likelihood": wanted.likelihood not in scale,
        "impact": wanted.impact not in scale,
    }  # fmt: skip
    for name, wrong in faults.items():
        if wrong:
            raise PotentialUnknown(field=name)
    if wanted.next_review is not None and not rules.check_next(wanted.next_review, day_of(at)):
        raise NextReviewNotPossible(field="next_review")


def _located(region: str, place: str) -> tuple[str, str]:
    """The smallest region that the place surely lies in; a place of which there are several changes nothing."""
    found = locate_text(place, within=region) if place else []
    if len(found) == 1 and not found[0].alternatives and found[0].code.startswith(region):
        region = found[0].code
    return region, _PRECISION[region.count(".")]


def add(wanted: NewPotential, *, by: Actor, at: datetime, incident: str = "") -> Potential:
    """Enter a latent matter; `incident`: the permasalahan out of which it stays behind as one."""
    said = checked(wanted, at=at)
    check_permitted(by, KEEP, wanted.region)
    with transaction.atomic():
        row = Potential(code="PTN-" + incident_desk.fresh_code()[4:], added_by=by.id, added_at=at, **said)
        row.next_review = wanted.next_review or next_day(row, at)
        row.save()
        detail: dict[str, object] = {"kind": row.kind, "level": row.level}
        if incident:
            behind = incident_for(incident, by)
            if behind.restricted:
                raise NotFound
            Became.objects.create(potential=row, incident=behind, by=by.id, at=at)
            detail["incident"] = behind.subject
        line("potential.added", row, by=by, at=at, detail=detail)
        owe(row, at=at)
    return row


def change(code: str, wanted: NewPotential, *, by: Actor, at: datetime, version: int | None = None) -> Potential:
    """Correct what is said about it. How it stands is for a review."""
    said = checked(wanted, at=at)
    with transaction.atomic():
        row = locked(code, by=by, version=version)
        check_permitted(by, KEEP, wanted.region)
        before = (row.owner, row.owner_agency_id, row.next_review)
        said["owner_agency"] = wanted.owner_agency
        day = row.next_review if wanted.next_review is None or row.state == "over" else wanted.next_review
        changed = sorted(n for n, v in said.items() if getattr(row, n) != v)
        save(row, **said, next_review=day)
        line("potential.changed", row, by=by, at=at, detail={"fields": changed})
        if before != (row.owner, row.owner_agency_id, row.next_review):
            owe(row, at=at)
    return row


def review(
    code: str, *, trend: str, why: str, by: Actor, at: datetime, level: str = "", next_review: date | None = None,
    version: int | None = None,
) -> Review:  # fmt: skip
    """Tinjau: how it stands and why. One that is over is reviewed no more; a later review brings it back."""
    why = words(why, "why", needed=True)
    if trend not in dict(rules.TRENDS) or (level and level not in rules.RANK):
        raise PotentialUnknown(field="trend")
    if next_review is not None and trend != "over" and not rules.check_next(next_review, day_of(at)):
        raise NextReviewNotPossible(field="next_review")
    with transaction.atomic():
        row = locked(code, by=by, version=version, owner_may=True)
        if trend == "over" and row.state == "over":
            raise MoveNotAllowed
        row.level = level or row.level
        day = None if trend == "over" else next_review or next_day(row, at)
        said = Review.objects.create(
            potential=row, trend=trend, why=why, level=row.level, next_review=day, by=by.id, by_label=by.label, at=at
        )
        meet(row.subject, by=by.id, at=at)
        state = "over" if trend == "over" else "standing"
        save(row, level=row.level, state=state, last_review=day_of(at), next_review=day)
        detail: dict[str, object] = {"trend": trend, "level": row.level, "review": said.pk}
        line("potential.reviewed", row, by=by, at=at, detail=detail)
        owe(row, at=at)
    return said


def record_as_incident(
    code: str, *, title: str, by: Actor, at: datetime, severity: str = "", stage: str = "potensi", version: int | None = None
) -> Incident:  # fmt: skip
    """Catat sebagai permasalahan: from now on the team works on it; the register keeps its reviews and points there."""
    title = incident_desk.neutral(title)
    with transaction.atomic():
        row = locked(code, by=by, version=version)
        check_permitted(by, "incident.open", row.region)
        if row.became.filter(incident__state__in=incident_rules.OPEN).exists():
            raise AlreadyRecorded
        weight = severity or rules.severity_of(row.level)
        if weight not in incident_rules.CONTRACTS or stage not in dict(incident_rules.STAGES):
            raise PotentialUnknown(field="severity")
        incident = _opened(row, title, weight, stage, by=by, at=at)
        save(row)
        line("potential.recorded", row, by=by, at=at, detail={"incident": incident.subject})
    return incident


def _opened(row: Potential, title: str, severity: str, stage: str, *, by: Actor, at: datetime) -> Incident:
    pasal5, snpk = next((p, s) for code, _word, p, s in rules.KINDS_TABLE if code == row.kind)
    incident = Incident.objects.create(
        code=incident_desk.fresh_code(), title=title, region=row.region, stage=stage, severity=severity, worst=severity, pasal5=pasal5,
        snpk=snpk, opened_at=at, opened_by=by.id, precision=row.precision, origin="potential",
    )  # fmt: skip
    Party.objects.bulk_create(Party(incident=incident, role=p[0], interest=p[1]) for p in row.parties)
    Became.objects.create(potential=row, incident=incident, by=by.id, at=at)
    detail: dict[str, object] = {"severity": severity, "stage": stage, "reports": 0, "potential": row.subject}
    incident_desk.line("incident.opened", incident, by=by, at=at, detail=detail)
    incident_desk.owe(incident, at=at)
    apply_plan(incident, by=by, at=at)
    incident_desk.tell(
        incident, f"opened:{incident.code}", incident_desk.watch_of(incident), "Permasalahan baru",
        "Dari peta potensi; rencana tanggap dijalankan.", at=at,
    )  # fmt: skip
    return incident


def set_every(region: str, level: str, days: int, *, by: Actor, at: datetime) -> None:
    """How often a region looks again at a level. Reviews already owed keep their day."""
    if not exists(region) or level not in rules.RANK or not rules.LEAST <= days <= rules.MOST:
        raise PotentialUnknown(field="days")
    check_permitted(by, "plan.manage", region)
    with transaction.atomic():
        ReviewEvery.objects.update_or_create(region=region, level=level, defaults={"days": days})
        record("potential.every_set", subject=f"region:{region}", region=region, by=by, at=at, detail={"level": level, "days": days})  # fmt: skip
