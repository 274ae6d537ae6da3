"""Who somebody is, who has the watch, which plan applies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from kondusif.ledger.actor import EVERYWHERE, Acting, Actor, within
from kondusif.teams.ladders import WEEK, WORKDAYS, Ladder, Rung, Window, usual
from kondusif.teams.matters.keeping import kept_from
from kondusif.teams.models import Agency, ConflictLock, Delegation, Duty, ResponsePlan, Shift, User
from kondusif.teams.rules import LOCKED_LEAVES, PERMISSIONS, ROLES, wider

SYSTEM = Actor("system", "Kondusif")
OPERATOR = Actor("operator", "Operator server", frozenset((p, EVERYWHERE) for p in PERMISSIONS))
"""Whoever holds the server's shell: the commands act in this name."""


def current(at: datetime) -> Q:
    """Duties that hold at an instant."""
    return Q(valid_from__lte=at) & (Q(valid_until=None) | Q(valid_until__gt=at))


def running(at: datetime) -> Q:
    """Delegations and conflicts of interest that hold at an instant."""
    return Q(starts_at__lte=at, ends_at__gt=at)


def actor_of(user: User, *, at: datetime) -> Actor:
    """The Actor a signed-in user is at an instant: no duty, no permission."""
    if not user.is_active:
        return Actor(f"user:{user.pk}", str(user), user_id=user.pk)
    grants: set[tuple[str, str]] = set()
    agencies: set[int] = set()
    locks = [lock.region for lock in user.conflict_locks.filter(running(at))]
    for duty in user.duties.filter(current(at)):
        grants |= _permissions(duty.role, duty.region, locks)
        if duty.agency_id and not _locked(duty.region, locks):
            agencies.add(duty.agency_id)
    acting = []
    for post in user.acting_for.filter(running(at)).select_related("absent"):
        grants |= _permissions(post.role, post.region, locks)
        if _locked(post.region, locks):
            continue
        owned = Duty.objects.filter(current(at), user=post.absent_id, role=post.role, region=post.region).first()
        if owned is not None and owned.agency_id:
            agencies.add(owned.agency_id)
        words = f"{post.get_kind_display()} {ROLES[post.role].label}"
        acting.append(Acting(post.region, f"user:{post.absent_id}", words))
    kept = kept_from(user.pk, agencies, at=at)
    return Actor(f"user:{user.pk}", str(user), frozenset(grants), frozenset(agencies), user.pk, tuple(acting), kept)


def _locked(region: str, locks: Sequence[str]) -> bool:
    return any(within(region, lock) for lock in locks)


def _permissions(role: str, region: str, locks: Sequence[str]) -> set[tuple[str, str]]:
    """What a post permits its holder; in a conflict of interest what everybody sees and no more."""
    all_ = ROLES[role].permissions
    return {(p, region) for p in (all_ & LOCKED_LEAVES if _locked(region, locks) else all_)}


def conflicts(*, at: datetime) -> list[tuple[int, str]]:
    """Members and the regions of whose affairs a conflict of interest keeps them out at an instant."""
    return list(ConflictLock.objects.filter(running(at)).values_list("user", "region"))


def kept_out(region: str, locks: Sequence[tuple[int, str]]) -> set[int]:
    """Those of `conflicts` whom one keeps out of this region's affairs."""
    return {user for user, lock in locks if within(region, lock)}


def ancestors(region: str) -> list[str]:
    """`64.71.02` → [`64.71.02`, `64.71`, `64`, ``]: one level at a time, upwards."""
    parts = region.split(".") if region else []
    return [".".join(parts[:n]) for n in range(len(parts), 0, -1)] + [EVERYWHERE]


def kabkota_of(region: str) -> str:
    """The kab/kota a region path lies in, or the province where it is no deeper."""
    return ".".join(region.split(".")[:2])


def on_watch(region: str, *, at: datetime) -> list[User]:
    """Who has the watch: the roster of the nearest level that has one now, else its duty officers, else upwards."""
    locks = conflicts(at=at)
    for level in ancestors(region):
        rostered = list(
            User.objects.filter(shifts__region=level, shifts__starts_at__lte=at, shifts__ends_at__gt=at, is_active=True)
            .exclude(pk__in=kept_out(level, locks))
            .distinct()
        )
        if rostered:
            return rostered
        holders = list(holding("duty_officer", level, at=at))
        if holders:
            return holders
    return []


def holding(role: str, region: str, *, at: datetime) -> list[User]:
    """Who holds a post now: those with the duty, each replaced by their Plh or Plt while there is one.

    Where a conflict of interest keeps out everybody who holds it, it passes to the same post of the wider region.
    """
    duties = Duty.objects.filter(current(at), role=role, region=region).values_list("user", flat=True)
    acting = dict(Delegation.objects.filter(running(at), role=role, region=region).values_list("absent", "acting"))
    people = set()
    for person in duties:
        seen = {person}
        while (following := acting.get(person)) is not None and following not in seen:
            person = following
            seen.add(person)
        people.add(person)
    if people and not (people := people - kept_out(region, conflicts(at=at))) and region != EVERYWHERE:
        return holding(role, wider(region), at=at)
    return list(User.objects.filter(pk__in=people, is_active=True).order_by("pk"))


def audience(address: str, *, at: datetime) -> list[User]:
    """The people behind an outbox address (see OutboxMessage)."""
    kind, _, rest = address.partition(":")
    if kind == "user":
        return list(User.objects.filter(pk=int(rest), is_active=True))
    if kind == "agency":
        duties = Duty.objects.filter(current(at), agency_id=int(rest), user__is_active=True).values_list(
            "user", "region"
        )
        locks = conflicts(at=at)
        people = {user for user, region in duties if user not in kept_out(region, locks)}
        return list(User.objects.filter(pk__in=people).order_by("pk"))
    if kind == "duty":
        return on_watch(rest, at=at)
    if kind == "role":
        role, _, region = rest.partition("@")
        return holding(role, region, at=at)
    raise LookupError(f"unknown audience {address}")


@dataclass(frozen=True)
class Step:
    agency_id: int
    agency_name: str
    vertical: bool
    title: str
    acknowledge_minutes: int
    finish_minutes: int


def plan_row(region: str, category: str, severity: str) -> ResponsePlan | None:
    """The plan that holds in a place: own region before wider, own category before any."""
    levels = ancestors(region)
    rows = {(p.region, p.category): p for p in ResponsePlan.objects.filter(severity=severity, region__in=levels)}
    return next((rows[key] for level in levels for key in ((level, category), (level, "")) if key in rows), None)


def plan_for(region: str, category: str, severity: str) -> list[Step]:
    """The steps of the plan that holds there, with the agencies nearest the place."""
    plan = plan_row(region, category, severity)
    steps = []
    for step in plan.steps.all() if plan else []:
        agency = nearest_agency(step.agency_kind, region)
        if agency:
            minutes = (step.acknowledge_minutes, step.finish_minutes)
            steps.append(Step(agency.pk, agency.name, agency.vertical, step.title, *minutes))
    return steps


def ladder_of(region: str, category: str, severity: str) -> Ladder:
    """Who is told in a kab/kota when a duty stays unmet: the plan's own ladder, or the usual one."""
    plan = plan_row(region, category, severity)
    rows = list(plan.rungs.all()) if plan else []
    rungs = tuple(
        Rung(
            r.target,
            r.wait_minutes,
            None if r.opens is None or r.shuts is None else Window(r.opens, r.shuts, WORKDAYS if r.workdays else WEEK),
        )
        for r in rows
    )
    return Ladder(
        kabkota_of(region), category, severity, rungs or usual(severity), plan.again_minutes if plan and rungs else None
    )


def nearest_agency(kind: str, region: str) -> Agency | None:
    levels = ancestors(region)
    found = {a.region: a for a in Agency.objects.filter(kind=kind, region__in=levels)}
    return next((found[level] for level in levels if level in found), None)


def agencies_for(region: str) -> list[Agency]:
    """Agencies that can be asked from a region: its own and those of the levels above, nearest first."""
    levels = ancestors(region)
    rows = Agency.objects.filter(region__in=levels)
    return sorted(rows, key=lambda a: (levels.index(a.region), a.name))


def shifts_between(region: str, start: datetime, end: datetime) -> list[Shift]:
    return list(
        Shift.objects.filter(region=region, starts_at__lt=end, ends_at__gt=start)
        .select_related("user")
        .order_by("starts_at")
    )
