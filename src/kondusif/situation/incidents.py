"""What the board and the map need of incidents, reports and statuses: who is late with what, what is open where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from kondusif.intake.queries import visible_to
from kondusif.ledger.actor import Actor
from kondusif.ledger.queries import region_filter
from kondusif.response import rules
from kondusif.response.models import Incident, Task
from kondusif.response.peace.mediation import matter_of, mediations_for
from kondusif.response.potentials.queries import potentials_for
from kondusif.response.potentials.rules import OWNERS
from kondusif.response.queries import incidents_for
from kondusif.situation.models import RegionStatus


def open_to(actor: Actor) -> QuerySet[Incident]:
    return incidents_for(actor).filter(state__in=rules.OPEN)


@dataclass(frozen=True)
class OpenIncident:
    code: str
    title: str
    severity: str
    state_word: str


def open_in(actor: Actor, region: str, limit: int = 20) -> list[OpenIncident]:
    """Open incidents of one region, gravest first."""
    rows = open_to(actor).filter(region_filter((region,))).order_by("severity", "-opened_at")[:limit]
    words = dict(rules.STATES)
    return [OpenIncident(r.code, r.title, r.severity, words[r.state]) for r in rows]


def latent_in(actor: Actor, region: str) -> int:
    """How many latent matters stand in the register of one region, as far as the actor may read them."""
    return potentials_for(actor).filter(region_filter((region,)), state="standing").count()


@dataclass(frozen=True)
class Named:
    """A subject of the ledger in words, for whoever may see it."""

    title: str
    owner: str
    url: str
    severity: str
    asked: bool = False  # a vertical agency was asked: its limit is one of coordination


def named(actor: Actor, subjects: Iterable[str]) -> dict[str, Named]:
    """The subjects the actor may see; others are absent. Five queries however many subjects."""
    by_kind: dict[str, list[str]] = {}
    for subject in subjects:
        kind, _, key = subject.partition(":")
        by_kind.setdefault(kind, []).append(key)
    found: dict[str, Named] = {}
    for report in visible_to(actor).filter(code__in=by_kind.get("report", [])).defer("text"):
        found[report.subject] = Named(
            f"Laporan {report.code}",
            report.handler_label or "Petugas piket",
            f"/laporan/{report.code}",
            report.severity,
        )
    for incident in incidents_for(actor).filter(code__in=by_kind.get("incident", [])).select_related("lead_agency"):
        owner = incident.lead_agency.name if incident.lead_agency else "Petugas piket"
        found[incident.subject] = Named(incident.title, owner, f"/permasalahan/{incident.code}", incident.severity)
    tasks = Task.objects.filter(
        pk__in=[k for k in by_kind.get("task", []) if k.isdigit()], incident__in=incidents_for(actor)
    )
    for task in tasks.select_related("agency", "incident"):
        # Only the team's chair and secretary see that a vertical agency has not answered: they call or write.
        if task.agency.vertical and not actor.permits("status.set", task.incident.region):
            continue
        url = f"/permasalahan/{task.incident.code}"
        found[task.subject] = Named(task.title, task.agency.name, url, task.incident.severity, task.agency.vertical)
    for potential in potentials_for(actor).filter(code__in=by_kind.get("potential", [])):
        agency = potential.owner_agency
        asked = agency is not None and agency.vertical
        if asked and not actor.permits("status.set", potential.region):
            continue
        owner = agency.name if agency else dict(OWNERS)[potential.owner]
        found[potential.subject] = Named(potential.title, owner, f"/potensi/{potential.code}", "", asked)
    for row in mediations_for(actor).filter(pk__in=[k for k in by_kind.get("mediation", []) if k.isdigit()]):
        found[row.subject] = Named(f"Hasil mediasi {matter_of(row).code}", "Petugas piket", f"/mediasi/{row.pk}", "")
    statuses = RegionStatus.objects.filter(pk__in=[k for k in by_kind.get("status", []) if k.isdigit()])
    for status in statuses.filter(region_filter(actor.regions("situation.read"))):
        found[status.subject] = Named("Status daerah", status.proposed_label, f"/situasi/{status.region}", "")
    return found
