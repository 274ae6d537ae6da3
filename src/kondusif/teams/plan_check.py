"""Periksa rencana: every kab/kota × kind of matter × severity × hour, fourteen days ahead; and putting a plan in force."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kondusif.ledger.actor import Actor, check_permitted, within
from kondusif.ledger.errors import Refusal
from kondusif.regions.queries import kabkota_of_province
from kondusif.teams.actions import Message, NewStep, post, set_plan
from kondusif.teams.duty_hours import hours_of
from kondusif.teams.ladders import TARGETS, Ladder, Rung
from kondusif.teams.lint import Hole, House, Memo, Stand, Turn, lint
from kondusif.teams.models import Agency, Delegation, Duty, PlanCheck, ResponsePlan, Shift, User
from kondusif.teams.queries import ancestors, current, ladder_of, plan_row
from kondusif.teams.rules import SEVERITY_MINUTES
from kondusif.teams.ways import reaches, ways_among

MANAGE = "plan.manage"
DAYS = 14
SHORTEST_REASON = 10


class PlanHasHoles(Refusal):
    code = "plan-has-holes"
    status = 409
    what = _("Rencana ini belum menjangkau orang pada setiap langkah dan jam.")
    do = _(
        "Perbaiki lubang yang disebut, atau berlakukan dengan alasan (sedikitnya sepuluh huruf); alasannya tercatat pada rencana."
    )

    def __init__(self, holes: Sequence[Hole] = ()) -> None:
        super().__init__()
        self.holes = tuple(holes)


class PlanNotPossible(Refusal):
    code = "plan-not-possible"
    status = 422
    what = _("Tangga eskalasi perlu sedikitnya satu langkah yang dikenal.")
    do = _("Pilih penerima tiap langkah; waktu tunggu dalam menit.")


# --- what there is ----------------------------------------------------------------------------------------------------


def house_now(*, at: datetime, regions: Iterable[str], days: int = DAYS) -> House:
    """The people and turns of the coming days as the check sees them; a handful of queries."""
    province, end = str(settings.PROVINCE), at + timedelta(days=days)
    places = [*regions, province]
    people = list(User.objects.filter(is_active=True).only("pk", "email"))
    ways = ways_among(people)
    turns: dict[str, list[Turn]] = defaultdict(list)
    for row in Shift.objects.filter(region__in=places, ends_at__gt=at, starts_at__lt=end):
        turns[row.region].append(Turn(row.user_id, row.starts_at, row.ends_at))
    holders: dict[tuple[str, str], list[int]] = defaultdict(list)
    for role, region, user in Duty.objects.filter(current(at), region__in=places).values_list("role", "region", "user"):
        holders[role, region].append(user)
    stands = Delegation.objects.filter(region__in=places, ends_at__gt=at, starts_at__lt=end)
    hours = {place: hours_of(place, at=at) for place in places}
    return House(
        province=province,
        reachable={u.pk: any(reaches(w) for w in ways[u.pk]) for u in people},
        turns={k: tuple(v) for k, v in turns.items()},
        holders={k: tuple(v) for k, v in holders.items()},
        stands=tuple(Stand(d.role, d.region, d.absent_id, d.acting_id, d.starts_at, d.ends_at) for d in stands),
        alert={place: h.alert for place, h in hours.items()},
        hours=hours,
    )


def _ladders(region: str) -> list[Ladder]:
    """A ladder for each severity, and for each kind of matter that has a plan of its own here."""
    rows = ResponsePlan.objects.filter(region__in=ancestors(region)).values_list("category", "severity")
    wanted = {("", severity) for severity in SEVERITY_MINUTES} | set(rows)
    return [ladder_of(region, category, severity) for category, severity in sorted(wanted)]


def _agency_holes(ladder: Ladder, house: House) -> list[Hole]:
    """Agencies a plan asks that nobody can reach: no such agency, no member, or neither a way nor a telephone."""
    found = []
    plan = plan_row(ladder.region, ladder.category, ladder.severity)
    for kind in dict.fromkeys(plan.steps.values_list("agency_kind", flat=True) if plan else []):
        levels = ancestors(ladder.region)
        rows = {a.region: a for a in Agency.objects.filter(kind=kind, region__in=levels)}
        agency = next((rows[level] for level in levels if level in rows), None)
        members = set(agency.duties.values_list("user", flat=True)) & set(house.reachable) if agency else set()
        fault = "" if agency and agency.phone else "empty_hour" if not members else ""
        if not fault and agency and not agency.phone and not any(house.reachable[m] for m in members):
            fault = "no_channel"
        if fault:
            found.append(Hole(fault, ladder.region, ladder.category, ladder.severity, f"agency:{kind}"))
    return found


def check_plans(regions: Sequence[str], *, at: datetime, days: int = DAYS) -> list[Hole]:
    """Every hole in the regions' plans in the days ahead, from the full hour on."""
    start = at.replace(minute=0, second=0, microsecond=0)
    house = house_now(at=at, regions=regions, days=days)
    memo: Memo = {}
    return [
        hole
        for region in regions
        for ladder in _ladders(region)
        for hole in (*lint(ladder, house, start=start, days=days, memo=memo), *_agency_holes(ladder, house))
    ]


def kabkota_within(region: str) -> list[str]:
    return [
        k.code for k in kabkota_of_province(str(settings.PROVINCE)) if within(k.code, region) or within(region, k.code)
    ]


# --- acting -----------------------------------------------------------------------------------------------------------


def activate(
    *, region: str, category: str, severity: str, name: str, rungs: Sequence[Rung], by: Actor, at: datetime,
    again: int | None = None, override: str = "",
) -> ResponsePlan:  # fmt: skip
    """Put a plan with its ladder in force, if every step reaches somebody in every hour; with holes only for a reason.

    The steps of agencies stay those of the plan that held there until now.
    """
    check_permitted(by, MANAGE, region)
    if not rungs or any(r.target not in TARGETS for r in rungs) or severity not in SEVERITY_MINUTES or not name.strip():
        raise PlanNotPossible(field="rungs")
    places = kabkota_within(region)
    house = house_now(at=at, regions=places)
    start = at.replace(minute=0, second=0, microsecond=0)
    holes: list[Hole] = []
    memo: Memo = {}
    for place in places:
        holes += lint(Ladder(place, category, severity, tuple(rungs), again), house, start=start, memo=memo)
    override = " ".join(override.split())[:300]
    if holes and len(override) < SHORTEST_REASON:
        raise PlanHasHoles(holes)
    before = plan_row(region, category, severity)
    steps = (
        [NewStep(s.agency_kind, s.title, s.acknowledge_minutes, s.finish_minutes) for s in before.steps.all()]
        if before
        else []
    )
    return set_plan(
        region=region, category=category, severity=severity, name=name.strip()[:120], steps=steps, rungs=rungs, again_minutes=again,
        override_reason=override if holes else "", by=by, at=at,
    )  # fmt: skip


def tell_owners(regions: Sequence[str], *, at: datetime, daily: bool) -> int:
    """Check, remember, and tell each region's secretary of its holes: every morning, and when a change brought new ones."""
    holes: dict[str, list[Hole]] = {region: [] for region in regions}
    for hole in check_plans(regions, at=at):
        holes[hole.region].append(hole)
    told = 0
    day = timezone.localtime(at).date()
    for region, found in holes.items():
        mark = hashlib.sha256(
            "\n".join(sorted({f"{h.kind}:{h.severity}:{h.target}" for h in found})).encode()
        ).hexdigest()
        with transaction.atomic():
            last = PlanCheck.objects.select_for_update().filter(region=region).first()
            PlanCheck.objects.update_or_create(
                region=region, defaults={"checked_at": at, "holes": len(found), "mark": mark}
            )
            if not found or not (daily or last is None or last.mark != mark):
                continue
            key = f"holes:{region}:{day}" if daily else f"holes:{region}:{mark[:16]}:{day}"
            body = f"{len(found)} lubang dalam {DAYS} hari ke depan. Lihat dan tutup di Periksa rencana."
            post([Message(key, f"role:secretary@{region}", "Rencana tanggap berlubang", body, "/tim/rencana")], at=at)
            told += 1
    return told
