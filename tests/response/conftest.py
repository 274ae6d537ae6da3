"""Incidents, agencies and people for the tests of response."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import pytest

from kondusif.clock.models import Deadline
from kondusif.ledger.actor import Actor
from kondusif.response import actions, queries
from kondusif.response.actions import NewIncident
from kondusif.response.models import Incident
from kondusif.teams.actions import NewStep, set_plan
from kondusif.teams.models import Agency
from kondusif.teams.queries import OPERATOR
from kondusif.triage import queries as triage
from tests.triage.conftest import NewAgency, make_report, new_agency, new_report, officer, secretariat

__all__ = ["new_agency", "new_report", "officer", "secretariat"]
Member = Callable[..., Actor]
NewMatter = Callable[..., Incident]


@dataclass
class Town:
    """Everybody who may speak about a matter in Balikpapan."""

    officer: Actor
    head: Actor
    secretary: Actor
    chair: Actor
    lurah: Actor
    pp: Agency
    polri: Agency
    dinsos: Agency
    pp_member: Actor
    polri_member: Actor
    dinsos_member: Actor
    others: dict[str, Actor] = field(default_factory=dict)


@pytest.fixture
def town(member: Member, new_agency: NewAgency) -> Town:
    pp, polri, dinsos = (new_agency(kind) for kind in ("satpolpp", "polri", "dinsos"))
    return Town(
        officer=member("duty_officer", "64.71"), head=member("division_head", "64.71"), secretary=member("secretary", "64.71"),
        chair=member("chair", "64.71"), lurah=member("verifier", "64.71"), pp=pp, polri=polri, dinsos=dinsos,
        pp_member=member("agency", "64.71", agency=pp), polri_member=member("agency", "64.71", agency=polri),
        dinsos_member=member("agency", "64.71", agency=dinsos),
        others={"elsewhere": member("duty_officer", "64.72"), "province": member("duty_officer", "64"), "secretariat": member("secretariat", "64")},
    )  # fmt: skip


@pytest.fixture
def plan(town: Town, at: datetime) -> None:
    """What Balikpapan does about an S2 matter."""
    steps = [
        NewStep("polri", "Amankan dan redakan lokasi", 15, 60),
        NewStep("satpolpp", "Turunkan sisa alat peraga", 30, 120),
    ]
    set_plan(region="64.71", category="", severity="S2", name="Alat peraga", steps=steps, by=OPERATOR, at=at)


@pytest.fixture
def new_matter(town: Town, at: datetime) -> NewMatter:
    def make(
        severity: str = "S3", title: str = "Perselisihan dua kelompok warga", restricted: bool = False, **given: str
    ) -> Incident:
        report = make_report(at, region="64.71", restricted=restricted)
        by = town.others["secretariat"] if restricted else town.officer
        incident = actions.register(report.code, NewIncident(title, severity=severity, **given), by=by, at=at)
        return Incident.objects.get(pk=incident.pk)

    return make


def fresh(incident: Incident) -> Incident:
    return Incident.objects.select_related("lead_agency").get(pk=incident.pk)


def unowned(at: datetime) -> list[str]:
    """Both stages' invariant, and the stronger one: each fired, unmet duty has a newer one of its kind still to fire."""
    found = triage.unowned(at) + queries.unowned(at)
    for row in Deadline.objects.filter(met_at=None, fired_at__isnull=False):
        newer = Deadline.objects.filter(subject=row.subject, duty=row.duty, met_at=None, fired_at=None, pk__gt=row.pk)
        if not newer.exists():
            found.append(f"{row.subject} {row.duty} fired and alone")
    return found
