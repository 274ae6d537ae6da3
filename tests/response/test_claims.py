"""An isu beside an incident: by hand, once, never about officials; it counts for nothing."""

from __future__ import annotations

from datetime import datetime

import pytest

from kondusif.ledger.actor import Actor
from kondusif.ledger.errors import NotFound, NotPermitted
from kondusif.ledger.models import Line
from kondusif.response.claims import ClaimDoesNotFit, put_beside, take_away
from kondusif.response.models import Incident
from kondusif.triage.claims import actions
from kondusif.triage.claims.models import Claim
from kondusif.triage.claims.queries import beside
from tests.response.conftest import NewMatter, Town

pytestmark = pytest.mark.django_db


@pytest.fixture
def claim(areas: None, town: Town, at: datetime) -> Claim:
    return actions.record(
        region="64.71", topic="aid", title="Isu bantuan habis", statement="Habis.", by=town.officer, at=at
    )


def test_it_stands_beside_and_changes_nothing(claim: Claim, town: Town, new_matter: NewMatter, at: datetime) -> None:
    incident = new_matter()
    for _twice in range(2):
        put_beside(incident.code, claim.code, by=town.officer, at=at)
    assert (
        beside(incident.subject, town.officer) == [claim] and beside(incident.subject, town.others["elsewhere"]) == []
    )
    after = Incident.objects.get(pk=incident.pk)
    assert (after.state, after.severity, after.worst) == (incident.state, incident.severity, incident.worst)
    assert (
        Line.objects.filter(verb="incident.claim_linked").count()
        == Line.objects.filter(verb="claim.linked").count()
        == 1
    )
    take_away(incident.code, claim.code, by=town.officer, at=at)
    assert beside(incident.subject, town.officer) == []
    with pytest.raises(NotFound):
        take_away(incident.code, claim.code, by=town.officer, at=at)


def test_who_may_not(claim: Claim, town: Town, new_matter: NewMatter, secretariat: Actor, at: datetime) -> None:
    incident, hidden = new_matter(), new_matter(restricted=True)
    with pytest.raises(NotPermitted):
        put_beside(incident.code, claim.code, by=town.chair, at=at)
    with pytest.raises(NotFound):
        put_beside(incident.code, "ISU-0000000", by=town.officer, at=at)
    with pytest.raises(ClaimDoesNotFit):
        put_beside(hidden.code, claim.code, by=secretariat, at=at)
    assert not Line.objects.filter(verb="claim.linked").exists()
