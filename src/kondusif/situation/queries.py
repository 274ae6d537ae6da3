"""Statuses, assessments and silence of regions, for the viewer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from kondusif.ledger.actor import Actor
from kondusif.ledger.errors import NotFound
from kondusif.regions.queries import children, exists
from kondusif.situation import rules
from kondusif.situation.models import Assessment, Heard, RegionStatus

READ = "situation.read"


def in_force(regions: Sequence[str], *, settled_only: bool = False) -> dict[str, RegionStatus]:
    """The status that holds in each region: the newest set, unless a later raise holds *sementara*."""
    holding = Q(state=rules.SET)
    if not settled_only:
        holding |= Q(state__in=[rules.PROPOSED, rules.CHECKED], temporary=True)
    found: dict[str, RegionStatus] = {}
    for row in RegionStatus.objects.filter(holding, region__in=list(regions)).order_by("proposed_at", "pk"):
        found[row.region] = row
    return found


def heard(regions: Sequence[str]) -> dict[str, datetime]:
    return dict(Heard.objects.filter(region__in=list(regions)).values_list("region", "at"))


def shown(regions: Sequence[str], *, at: datetime) -> dict[str, rules.Shown]:
    """What a board says of each region; two queries however many regions."""
    statuses, signs = in_force(regions), heard(regions)
    found = {}
    for region in regions:
        row = statuses.get(region)
        found[region] = rules.shown(
            row.level if row else None, (row.decided_at or row.proposed_at) if row else None, row.valid_until if row else None,
            temporary=bool(row and row.state != rules.SET), heard_at=signs.get(region), at=at,
        )  # fmt: skip
    return found


def visible_regions(actor: Actor, province: str) -> list[str]:
    """The kab/kota of the province whose situation the actor may see."""
    codes = [a.code for a in children(province)]
    return [c for c in codes if actor.permits(READ, c) or any(s.startswith(c + ".") for s in actor.regions(READ))]


def check_region(region: str, actor: Actor) -> None:
    """NotFound alike for a region that is not there and one the actor may not see."""
    if not exists(region) or not actor.permits(READ, region):
        raise NotFound


def history(region: str, limit: int = 20) -> list[RegionStatus]:
    return list(RegionStatus.objects.filter(region=region).order_by("-proposed_at", "-pk")[:limit])


def open_proposal(region: str) -> RegionStatus | None:
    return RegionStatus.objects.filter(region=region, state__in=[rules.PROPOSED, rules.CHECKED]).first()


@dataclass(frozen=True)
class View:
    """One body's assessment, or that there is none."""

    label: str
    level: str
    note: str
    by: str
    at: datetime | None


def views(region: str, team: rules.Shown, team_label: str) -> list[View]:
    """All four side by side, empty if not given."""
    newest: dict[str, Assessment] = {}
    for row in Assessment.objects.filter(region=region).order_by("at", "pk"):
        newest[row.view] = row
    found = [View("Penilaian Tim", team.level, team.note, team_label, team.since)]
    for code, label in rules.VIEWS[1:]:
        given = newest.get(code)
        found.append(
            View(
                label,
                given.level if given else "",
                given.note if given else "",
                given.by_label if given else "",
                given.at if given else None,
            )
        )
    return found
