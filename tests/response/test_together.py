"""Two people at once: one act counts, the other is refused or joins in; nothing is lost, nothing stands still."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import pytest
from django.db import connection

from kondusif.clock.models import Deadline
from kondusif.intake.models import Report
from kondusif.ledger.errors import Refusal
from kondusif.ledger.models import Line
from kondusif.response import settlement, tasks
from kondusif.response.models import Settlement, Task
from kondusif.response.peace import agreement, appeal
from kondusif.response.peace.agreement import NewAgreement, NewObligation
from kondusif.response.peace.rules import DRAFTS
from kondusif.response.potentials import actions as potentials
from kondusif.response.potentials.actions import NewPotential
from kondusif.triage import actions, merging
from tests.response.conftest import NewMatter, Town, fresh, unowned
from tests.triage.conftest import NewReport

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Each act in its own thread and connection; "done" or the code of its refusal."""
    start = threading.Barrier(len(acts))
    answers = [""] * len(acts)

    def run(index: int, act: Callable[[], object]) -> None:
        try:
            start.wait(10)
            act()
            answers[index] = "done"
        except Refusal as refusal:
            answers[index] = refusal.code
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n, act)) for n, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return sorted(answers)


@pytest.mark.deep
def test_the_same_page_twice(town: Town, new_report: NewReport, at: datetime) -> None:
    report = new_report()
    answers = at_once(
        lambda: actions.verify(report.code, by=town.officer, at=at, version=1),
        lambda: actions.refute(report.code, by=town.head, at=at, reason="Foto lama.", version=1),
    )
    assert answers == ["done", "stale"]
    assert Deadline.objects.filter(subject=report.subject, met_at=None).count() == 1
    assert unowned(at) == []


@pytest.mark.deep
def test_two_joins_that_cross(town: Town, new_report: NewReport, at: datetime) -> None:
    a, b = new_report(), new_report()
    answers = at_once(
        lambda: merging.merge(a.code, b.code, by=town.officer, at=at),
        lambda: merging.merge(b.code, a.code, by=town.head, at=at),
    )
    assert answers.count("done") == 1
    assert sorted(Report.objects.values_list("state", flat=True)) == ["linked", "received"]


def test_a_task_is_finished_once(town: Town, new_matter: NewMatter, at: datetime) -> None:
    incident = new_matter()
    task = tasks.assign(incident.code, agency=town.pp, title="Redakan lokasi", by=town.officer, at=at)
    answers = at_once(*[lambda: tasks.finish(task.pk, proof="Sudah.", by=town.pp_member, at=at)] * 3)
    assert answers == ["done", "move-not-allowed", "move-not-allowed"]
    assert Line.objects.filter(verb="task.done").count() == 1


@pytest.mark.deep
def test_answering_while_the_end_is_proposed(town: Town, new_matter: NewMatter, at: datetime) -> None:
    """Either the proposal comes first and the task is refused, or the task comes first and the proposal is."""
    incident = new_matter()
    answers = at_once(
        lambda: settlement.propose(incident.code, outcome="ended", by=town.officer, at=at),
        lambda: tasks.assign(incident.code, agency=town.pp, title="Redakan lokasi", by=town.head, at=at),
    )
    assert answers in (["done", "move-not-allowed"], ["done", "tasks-still-open"])
    assert Settlement.objects.count() + Task.objects.count() == 1
    assert fresh(incident).state in {"proposed", "assigned"}
    assert unowned(at) == []


@pytest.mark.deep
def test_a_latent_matter_becomes_one_incident(areas: None, town: Town, at: datetime) -> None:
    row = potentials.add(
        NewPotential("Sengketa batas kebun", "land", "64.71", "green", at.date()), by=town.officer, at=at
    )
    answers = at_once(
        *(
            partial(potentials.record_as_incident, row.code, title="Sengketa batas kebun", by=by, at=at)
            for by in (town.officer, town.head)
        )
    )
    assert answers == ["already-recorded", "done"]
    assert unowned(at) == []


@pytest.mark.deep
def test_a_review_and_an_appeal_count_once(areas: None, town: Town, new_matter: NewMatter, at: datetime) -> None:
    row = potentials.add(
        NewPotential("Sengketa batas kebun", "land", "64.71", "green", at.date()), by=town.officer, at=at
    )
    answers = at_once(
        *(
            partial(potentials.review, row.code, trend="steady", why="Sama", by=by, at=at, version=1)
            for by in (town.officer, town.head)
        )
    )
    assert answers == ["done", "stale"]
    assert Deadline.objects.filter(subject=row.subject, met_at=None).count() == 1
    said = appeal.draft(new_matter().code, text=DRAFTS[0][2], voices=["head"], by=town.officer, at=at)
    answers = at_once(*(partial(appeal.approve, said.pk, by=by, at=at) for by in (town.secretary, town.chair)))
    assert answers == ["appeal-second-person", "done"]


@pytest.mark.deep
def test_an_obligation_is_said_unkept_once(areas: None, town: Town, new_matter: NewMatter, at: datetime) -> None:
    incident = new_matter()
    owed = NewObligation("Pedagang", "Memindahkan lapak", town.pp, at.date() + timedelta(days=9))
    sides = [["Pihak pertama", "A. B."], ["Pihak kedua", "C. D."]]
    row = agreement.write(
        incident.code,
        NewAgreement(at.date(), "Kantor", sides, "Dibagi.", [["Lurah", "E. F."]], [owed]),
        by=town.officer,
        at=at,
    )
    one = row.obligations.get()
    answers = at_once(
        partial(agreement.say_unkept, one.pk, by=town.officer, at=at),
        partial(agreement.say_unkept, one.pk, by=town.head, at=at),
        partial(tasks.accept, one.task_id, by=town.pp_member, at=at),
    )
    assert answers == ["done", "done", "move-not-allowed"]
    assert Line.objects.filter(verb="obligation.unkept").count() == 1
