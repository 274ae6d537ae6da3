"""Read reports, always through the viewer's scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from kondusif.intake.models import Letter, Report
from kondusif.intake.rules import tracking_digest
from kondusif.ledger.actor import Actor
from kondusif.ledger.errors import NotFound
from kondusif.ledger.queries import READ_RESTRICTED, keys_kept_from, region_filter

READ = "report.read"


def visible_to(actor: Actor) -> QuerySet[Report]:
    """Open reports of the actor's regions; those about officials only with the restricted permission."""
    open_ones = region_filter(actor.regions(READ)) & Q(restricted=False)
    about_officials = region_filter(actor.regions(READ_RESTRICTED)) & Q(restricted=True)
    rows = Report.objects.filter(open_ones | about_officials)
    return rows.exclude(code__in=keys_kept_from(actor, "report")) if actor.kept_from else rows


def report_for(code: str, actor: Actor) -> Report:
    """One report the actor may see; NotFound alike for what is absent and what is hidden."""
    row = visible_to(actor).filter(code=code.upper()).first()
    if row is None:
        raise NotFound
    return row


@dataclass(frozen=True)
class Said:
    from_reporter: bool
    text: str
    at: datetime


@dataclass(frozen=True)
class Followed:
    """What the holder of a tracking code may know: no names, no region staff, no severity."""

    code: str
    state: str
    received_at: datetime
    conversation: tuple[Said, ...]
    may_answer: bool


def followed(tracking: str) -> Followed:
    report = by_tracking(tracking)
    letters = Letter.objects.filter(report=report).order_by("at", "pk")
    said = tuple(Said(x.from_reporter, x.text, x.at) for x in letters)
    return Followed(report.code, report.state, report.received_at, said, report.state != "archived")


def by_tracking(tracking: str) -> Report:
    row = Report.objects.filter(tracking_digest=tracking_digest(tracking)).first()
    if row is None:
        raise NotFound
    return row
