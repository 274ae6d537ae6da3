"""Benturan kepentingan: while a head of region is a candidate, they and their staff are kept out (practice.md, safeguard 3)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from kondusif.intake.queries import visible_to
from kondusif.ledger.errors import NotPermitted
from kondusif.ledger.models import Line
from kondusif.teams import conflicts, delegations
from kondusif.teams.models import User
from kondusif.teams.queries import OPERATOR, actor_of, audience, on_watch
from tests.conftest import Member
from tests.triage.conftest import make_report

pytestmark = pytest.mark.django_db
LONG = timedelta(days=70)


def user_of(member: Member, role: str, region: str) -> User:
    return User.objects.get(pk=member(role, region).user_id)


def lock(user: User, at: datetime, region: str = "64.71", ground: str = "candidate") -> None:
    conflicts.lock(user=user, region=region, ground=ground, starts_at=at, ends_at=at + LONG, by=OPERATOR, at=at)


@pytest.mark.parametrize("role", ["chair", "duty_officer", "secretary"])
def test_a_candidate_and_their_staff_see_no_report_and_decide_nothing(
    member: Member, areas: None, at: datetime, role: str
) -> None:
    user = user_of(member, role, "64.71")
    make_report(at, region="64.71.02")
    assert visible_to(actor_of(user, at=at)).count() == 1
    lock(user, at)
    kept_out = actor_of(user, at=at)
    assert visible_to(kept_out).count() == 0
    assert kept_out.grants == {("situation.read", "64.71")}
    assert visible_to(actor_of(user, at=at + LONG)).count() == 1  # it ends by its date


def test_authority_passes_to_the_acting_head_else_to_the_province(member: Member, at: datetime) -> None:
    chair, deputy, above = (
        user_of(member, "chair", "64.71"),
        user_of(member, "secretary", "64.71"),
        user_of(member, "chair", "64"),
    )
    lock(chair, at)
    assert audience("role:chair@64.71", at=at) == [above]
    delegations.delegate(
        kind="plt", role="chair", region="64.71", absent=chair, acting=deputy, decree_number="SK 1", decree_date=at.date(),
        starts_at=at, ends_at=at + LONG, by=OPERATOR, at=at,
    )  # fmt: skip
    assert audience("role:chair@64.71", at=at) == [deputy]
    assert actor_of(deputy, at=at).permits("incident.confirm", "64.71")
    lock(deputy, at, ground="staff")
    assert audience("role:chair@64.71", at=at) == [above]
    assert not actor_of(deputy, at=at).permits("incident.confirm", "64.71")


def test_the_watch_of_somebody_kept_out_goes_to_the_next(member: Member, at: datetime) -> None:
    watch, above = user_of(member, "duty_officer", "64.71"), user_of(member, "duty_officer", "64")
    lock(watch, at, ground="relative")
    assert on_watch("64.71", at=at) == [above]


def test_it_is_set_and_ended_from_above_or_declared_by_oneself(member: Member, at: datetime) -> None:
    chair = user_of(member, "chair", "64.71")
    below, elsewhere, above = member("secretary", "64.71"), member("secretary", "64.72"), member("secretary", "64")
    terms = {"user": chair, "region": "64.71", "ground": "candidate", "starts_at": at, "ends_at": at + LONG, "at": at}
    for by in (below, elsewhere):
        with pytest.raises(NotPermitted):
            conflicts.lock(by=by, **terms)  # type: ignore[arg-type]
    row = conflicts.lock(by=actor_of(chair, at=at), **terms)  # type: ignore[arg-type]
    for by in (actor_of(chair, at=at), below):
        with pytest.raises(NotPermitted):
            conflicts.end_lock(row.pk, by=by, at=at)
    with pytest.raises(conflicts.LockedAlready):
        conflicts.lock(by=above, **terms)  # type: ignore[arg-type]
    conflicts.end_lock(row.pk, by=above, at=at + timedelta(days=1))
    assert actor_of(chair, at=at + timedelta(days=1)).permits("report.read", "64.71")
    with pytest.raises(conflicts.LockNotPossible):
        conflicts.end_lock(row.pk, by=above, at=at + timedelta(days=2))
    assert list(Line.objects.filter(verb__startswith="conflict.").order_by("pk").values_list("verb", flat=True)) == [
        "conflict.locked",
        "conflict.ended",
    ]


@pytest.mark.parametrize(
    "wrong",
    [{"ground": "enemy"}, {"ends_at": timedelta(0)}, {"ends_at": timedelta(days=400)}, {"region": "64.72"}],
)
def test_what_is_no_lock(member: Member, at: datetime, wrong: dict[str, object]) -> None:
    terms: dict[str, object] = {"region": "64.71", "ground": "candidate", "ends_at": LONG} | wrong
    ends = terms.pop("ends_at")
    assert isinstance(ends, timedelta)
    with pytest.raises(conflicts.LockNotPossible):
        conflicts.lock(
            user=user_of(member, "chair", "64.71"), starts_at=at, ends_at=at + ends, by=OPERATOR, at=at, **terms
        )  # type: ignore[arg-type]
