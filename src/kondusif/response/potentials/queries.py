"""Read the register through the viewer's scope: the team of the region, and the agency that owns a matter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Substr

from kondusif.clock.queries import Waiting, waiting
from kondusif.ledger.actor import Actor
from kondusif.ledger.errors import NotFound
from kondusif.ledger.queries import Entry, history, region_filter
from kondusif.response.models import Incident
from kondusif.response.potentials.models import Became, Potential, Review
from kondusif.response.queries import READ, incidents_for, may_answer
from kondusif.teams.models import Agency

PAGE = 50


def potentials_for(actor: Actor) -> QuerySet[Potential]:
    found = region_filter(actor.regions(READ))
    if actor.agencies and actor.anywhere("task.answer"):
        mine = [a.pk for a in Agency.objects.filter(pk__in=actor.agencies) if may_answer(a, actor)]
        found |= Q(owner_agency__in=mine)
    return Potential.objects.filter(found).select_related("owner_agency")


def potential_for(code: str, actor: Actor) -> Potential:
    row = potentials_for(actor).filter(code=code.upper()).first()
    if row is None:
        raise NotFound
    return row


@dataclass(frozen=True)
class Filters:
    state: str = "standing"
    region: str = ""
    kind: str = ""
    level: str = ""


def wanted(actor: Actor, filters: Filters) -> QuerySet[Potential]:
    rows = potentials_for(actor)
    if filters.region:
        rows = rows.filter(region_filter((filters.region,)))
    for name in ("state", "kind", "level"):
        if value := getattr(filters, name):
            rows = rows.filter(**{name: value})
    return rows


@dataclass(frozen=True)
class Row:
    """`late`: in the reader's eyes, so never of a vertical agency but to who may call it."""

    potential: Potential
    due: Waiting | None
    late: bool


def listed(actor: Actor, filters: Filters, *, at: datetime, page: int = 1, size: int = PAGE) -> list[Row]:
    """One page, the review that is due first on top."""
    start = (max(page, 1) - 1) * size
    rows = wanted(actor, filters).order_by(F("next_review").asc(nulls_last=True), "pk")[start : start + size]
    return with_due(list(rows), actor, at=at)


def with_due(rows: Sequence[Potential], actor: Actor, *, at: datetime) -> list[Row]:
    due = waiting(r.subject for r in rows)
    return [Row(r, due.get(r.subject), _late(r, due.get(r.subject), actor, at)) for r in rows]


def _late(row: Potential, due: Waiting | None, actor: Actor, at: datetime) -> bool:
    if due is None or due.due_at >= at:
        return False
    agency = row.owner_agency
    return agency is None or not agency.vertical or actor.permits("status.set", row.region) or may_answer(agency, actor)


def by_kabkota(actor: Actor) -> Counter[str]:
    """How many latent matters stand in each kab/kota, for the tiles."""
    rows = potentials_for(actor).filter(state="standing").order_by().annotate(kab=Substr("region", 1, 5)).values("kab")
    return Counter({r["kab"]: r["n"] for r in rows.annotate(n=Count("pk"))})


@dataclass(frozen=True)
class Sheet:
    """Everything on the page of one latent matter."""

    row: Row
    reviews: list[Review]
    incidents: list[Incident]
    history: list[Entry]


def sheet(code: str, actor: Actor, *, at: datetime) -> Sheet:
    row = potential_for(code, actor)
    return Sheet(
        with_due([row], actor, at=at)[0],
        list(row.reviews.order_by("-pk")),
        list(incidents_for(actor).filter(came_from__potential=row).order_by("-pk")),
        history(actor, [row.subject], limit=200),
    )


def behind(incident: Incident, actor: Actor) -> list[Potential]:
    """The latent matters an incident came out of, for its page."""
    return list(potentials_for(actor).filter(became__incident=incident).order_by("pk"))


def incidents_of(rows: Sequence[Potential], actor: Actor) -> dict[int, list[str]]:
    """Codes of the incidents each became, as far as the actor may see them."""
    found: dict[int, list[str]] = {}
    seen = incidents_for(actor).values("pk")
    links = Became.objects.filter(potential__in=rows, incident__in=seen).order_by("pk")
    for pk, code in links.values_list("potential", "incident__code"):
        found.setdefault(pk, []).append(code)
    return found
