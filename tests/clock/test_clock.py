"""Deadlines fire exactly once, jobs survive their workers, domain time moves with its offset."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from kondusif.clock import actions, jobs, queries
from kondusif.clock.actions import NewDeadline
from kondusif.clock.models import Deadline, Job
from kondusif.clock.rules import back_off
from kondusif.ledger.actions import shift_clock
from kondusif.ledger.actor import Actor
from kondusif.ledger.errors import NotPermitted
from kondusif.ledger.models import Line

pytestmark = pytest.mark.django_db


def deadline(at: datetime, minutes: int = 10, subject: str = "test:1") -> None:
    actions.set_deadlines([NewDeadline("test.duty", subject, "64", "duty:64", at + timedelta(minutes=minutes))], at=at)


def test_a_due_deadline_fires_once(at: datetime) -> None:
    deadline(at)
    fired: list[str] = []
    handlers = {"test.duty": lambda d, when: fired.append(d.subject)}
    assert actions.fire_due(handlers, at=at + timedelta(minutes=9)) == 0
    for _ in range(3):
        actions.fire_due(handlers, at=at + timedelta(minutes=11))
    assert fired == ["test:1"]


def test_a_met_deadline_never_fires(at: datetime) -> None:
    deadline(at)
    assert actions.meet("test:1", by="user:1", at=at) == 1
    assert actions.fire_due({}, at=at + timedelta(days=1)) == 0


def test_a_failing_handler_leaves_its_deadline_for_later(at: datetime) -> None:
    deadline(at)
    deadline(at, subject="test:2")
    fired: list[str] = []

    def handler(d: Deadline, when: datetime) -> None:
        if d.subject == "test:1" and d.attempts == 0:
            raise RuntimeError("broken")
        fired.append(d.subject)

    late = at + timedelta(minutes=11)
    assert actions.fire_due({"test.duty": handler}, at=late) == 1
    assert fired == ["test:2"]
    assert actions.fire_due({"test.duty": handler}, at=late) == 0, "it waits for its back-off"
    assert actions.fire_due({"test.duty": handler}, at=late + timedelta(minutes=1)) == 1
    assert fired == ["test:2", "test:1"]


def test_the_handler_and_the_firing_are_one_transaction(at: datetime) -> None:
    deadline(at)

    def handler(d: Deadline, when: datetime) -> None:
        deadline(when, subject="test:next")
        raise RuntimeError("after the next one was set")

    actions.fire_due({"test.duty": handler}, at=at + timedelta(minutes=11))
    assert not Deadline.objects.filter(subject="test:next").exists()
    assert Deadline.objects.get().fired_at is None


def test_a_deadline_before_its_setting_is_due_at_once(at: datetime) -> None:
    deadline(at, minutes=-5)
    assert Deadline.objects.get().due_at == at


def test_waiting_gives_the_earliest(at: datetime) -> None:
    deadline(at, 30)
    deadline(at, 10)
    assert queries.waiting(["test:1"])["test:1"].due_at == at + timedelta(minutes=10)
    assert queries.next_due("test:1") == at + timedelta(minutes=10)


def test_a_job_is_queued_once_per_key(at: datetime) -> None:
    assert actions.enqueue("x", key="k", payload={}, run_at=at)
    assert not actions.enqueue("x", key="k", payload={}, run_at=at)


def test_an_enqueued_job_dies_with_its_transaction(at: datetime) -> None:
    with transaction.atomic():
        actions.enqueue("x", key="k", payload={}, run_at=at)
        transaction.set_rollback(True)
    assert not Job.objects.exists()


def test_a_silent_workers_job_is_taken_over(at: datetime) -> None:
    actions.enqueue("x", key="k", payload={}, run_at=at)
    lease = timedelta(seconds=60)
    first = actions.claim_job("a", real=at, lease=lease)
    assert first is not None
    assert actions.claim_job("b", real=at + timedelta(seconds=59), lease=lease) is None
    second = actions.claim_job("b", real=at + timedelta(seconds=61), lease=lease)
    assert second is not None and second.attempts == 2
    actions.finish_job(first, real=at + timedelta(seconds=62))
    assert Job.objects.get().done_at is None, "the first worker lost its lease and may not finish"


def test_a_job_gives_up_after_its_attempts_and_is_kept(at: datetime) -> None:
    actions.enqueue("x", key="k", payload={}, run_at=at)
    when = at
    for _ in range(3):
        job = actions.claim_job("a", real=when, lease=timedelta(seconds=60))
        assert job is not None
        actions.fail_job(job, real=when, error="no", max_attempts=3)
        when += timedelta(hours=1)
    row = Job.objects.get()
    assert row.failed_at is not None and row.error == "no"
    assert actions.claim_job("a", real=when, lease=timedelta(seconds=60)) is None


def test_the_worker_runs_jobs_and_keeps_failures(at: datetime, caplog: pytest.LogCaptureFixture) -> None:
    done: list[dict[str, int]] = []
    table = jobs.Table(jobs={"good": jobs.JobKind(done.append)})
    actions.enqueue("good", key="1", payload={"n": 1}, run_at=at)
    actions.enqueue("unknown", key="2", payload={}, run_at=at)
    worker = jobs.Worker(table)
    for _ in range(4):
        worker.turn()
    assert done == [{"n": 1}]
    assert Job.objects.get(key="2").attempts == 1
    assert "nothing is registered" in Job.objects.get(key="2").error


def test_periodic_work_runs_once_per_period(at: datetime) -> None:
    every = timedelta(minutes=1)
    assert actions.claim_periodic("p", every=every, real=at)
    assert not actions.claim_periodic("p", every=every, real=at + timedelta(seconds=59))
    assert actions.claim_periodic("p", every=every, real=at + timedelta(seconds=61))
    assert not actions.claim_periodic("p", every=every, real=at + timedelta(seconds=61))


def test_domain_time_moves_and_the_move_is_in_the_ledger(operator: Actor, at: datetime) -> None:
    shift_clock(timedelta(days=-3), by=operator, at=at)
    assert abs(queries.now() - queries.real_now() + timedelta(days=3)) < timedelta(seconds=2)
    assert Line.objects.get().verb == "clock.shifted"


def test_only_who_may_moves_the_clock(at: datetime) -> None:
    with pytest.raises(NotPermitted):
        shift_clock(timedelta(days=1), by=Actor("user:1", "X"), at=at)


@given(st.integers(1, 10_000))
def test_back_off_grows_and_is_bounded(attempts: int) -> None:
    assert timedelta(0) < back_off(attempts) <= back_off(attempts + 1) <= timedelta(minutes=30)
