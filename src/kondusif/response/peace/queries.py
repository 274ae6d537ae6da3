"""What the page of a matter shows of its peace side."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q

from kondusif.ledger.actor import Actor
from kondusif.response.models import Incident
from kondusif.response.peace.models import Agreement, Appeal, Mediation
from kondusif.response.potentials.models import Potential
from kondusif.response.queries import READ


@dataclass(frozen=True)
class Side:
    code: str
    incident: bool
    mediations: list[Mediation]
    agreements: list[Agreement]
    appeals: list[Appeal]

    @property
    def any(self) -> bool:
        return bool(self.mediations or self.agreements or self.appeals)


def side_of(matter: Incident | Potential, actor: Actor) -> Side | None:
    """For the region's team; None for an agency that reads its own task, and for matters about officials."""
    about = {"incident": matter} if isinstance(matter, Incident) else {"potential": matter}
    if (isinstance(matter, Incident) and matter.restricted) or not actor.permits(READ, matter.region):
        return None
    agreements = Agreement.objects.filter(incident=matter) if isinstance(matter, Incident) else Agreement.objects.none()
    counted = agreements.annotate(
        owed=Count("obligations"), unkept=Count("obligations", filter=Q(obligations__unkept_at__isnull=False))
    )
    return Side(
        matter.code, isinstance(matter, Incident), list(Mediation.objects.filter(**about).order_by("-pk")), list(counted.order_by("-pk")),
        list(Appeal.objects.filter(**about).order_by("-pk")),
    )  # fmt: skip
