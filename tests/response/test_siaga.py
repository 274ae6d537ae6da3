"""Masa siaga moves what already runs: duties of S3 and S4 in that region, never S1 and S2, never a watch, never later."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from kondusif.clock.actions import bring_forward
from kondusif.clock.models import Deadline
from kondusif.ledger.actor import Actor
from kondusif.ledger.jobs import read_lines
from kondusif.ledger.models import Line
from kondusif.response import rules, siaga, tasks
from kondusif.response.actions import NewIncident, register
from kondusif.response.models import Incident, Task
from kondusif.site.wiring import wire
from kondusif.teams import duty_hours
from tests.response.conftest import Town
from tests.triage.conftest import make_report

FRIDAY = datetime(2020, 12, 4, 7, 0, tzinfo=UTC)  # 15.00 WITA, an hour before the office shuts


def _dues(subject: str) -> dict[str, datetime]:
    return dict(Deadline.objects.filter(subject=subject, met_at=None).values_list("duty", "due_at"))


def _matter(by: Actor, severity: str, region: str) -> Incident:
    report = make_report(FRIDAY, region=region)
    return register(report.code, NewIncident("Perselisihan dua kelompok warga", severity=severity), by=by, at=FRIDAY)


@pytest.mark.django_db
@pytest.mark.usefixtures("areas")
def test_what_waits_over_a_weekend_is_due_in_it_once_siaga_is_decreed(town: Town) -> None:
    wire()
    calm, grave = (_matter(town.officer, s, "64.71") for s in ("S3", "S2"))
    far = _matter(town.others["elsewhere"], "S3", "64.72")
    task = tasks.assign(
        calm.code, agency=town.pp, title="Temui para pihak", by=town.officer, at=FRIDAY, finish_minutes=360
    )
    before = {s: _dues(s) for s in (calm.subject, grave.subject, far.subject, task.subject)}
    assert before[task.subject][rules.FINISH] > FRIDAY + timedelta(days=2)
    saturday = FRIDAY + timedelta(hours=18)
    decree = {
        "decree_number": "SK 7/2020",
        "decree_date": date(2020, 12, 5),
        "starts_at": saturday,
        "ends_at": saturday + timedelta(days=7),
    }
    duty_hours.set_alert("64.71", **decree, by=town.secretary, at=saturday)  # type: ignore[arg-type]
    read_lines()
    after = {s: _dues(s) for s in before}
    assert after[task.subject][rules.FINISH] == saturday + timedelta(hours=5), "one of six hours ran on Friday"
    assert Task.objects.get(pk=task.pk).finish_by == after[task.subject][rules.FINISH]
    assert all(after[s][d] <= before[s][d] for s in before for d in before[s])
    assert after[grave.subject] == before[grave.subject] and after[far.subject] == before[far.subject]
    assert Line.objects.filter(verb="incident.hastened").values_list("subject", flat=True).get() == calm.subject
    span = (decree["starts_at"], decree["ends_at"])
    assert siaga.hasten(calm.pk, span, at=saturday) == 0, "a second reading moves nothing"  # type: ignore[arg-type]


@pytest.mark.django_db
def test_a_deadline_is_never_moved_later_nor_before_it_was_set(town: Town) -> None:
    deadline = Deadline.objects.filter(subject=_matter(town.officer, "S3", "64.71").subject, met_at=None).earliest("pk")
    assert not bring_forward(deadline.pk, deadline.due_at + timedelta(hours=1))
    assert not bring_forward(deadline.pk, deadline.set_at - timedelta(seconds=1))
    assert bring_forward(deadline.pk, deadline.set_at + timedelta(seconds=1))
