"""A plan is looked at before it holds, after each change and each morning; its ladder is the one that is climbed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from kondusif.clock.actions import fire_due
from kondusif.clock.models import Deadline, Job
from kondusif.ledger.errors import NotPermitted
from kondusif.ledger.models import Line
from kondusif.response import jobs as response_jobs
from kondusif.response import rules as response_rules
from kondusif.response.actions import NewIncident, register
from kondusif.teams import base, jobs, plan_check, rosters
from kondusif.teams.ladders import Rung
from kondusif.teams.models import OutboxMessage, ResponsePlan, User
from kondusif.teams.queries import OPERATOR, ladder_of
from tests.conftest import Member
from tests.triage.conftest import make_report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("areas")]
TOWN = "64.71"
LADDER = [Rung("watch"), Rung("province_watch", 20), Rung("province_chair", 40)]
PLAN: dict[str, Any] = {"region": TOWN, "category": "", "severity": "S1", "name": "Balikpapan", "rungs": LADDER}


@pytest.fixture
def people(member: Member, settings: Any) -> dict[str, User]:
    """Watch, province and chair, each with mail and a server that sends it."""
    settings.EMAIL_HOST = "localhost"
    actors = {
        "watch": member("duty_officer", TOWN),
        "province": member("duty_officer", "64"),
        "chair": member("chair", "64"),
    }
    for name, actor in actors.items():
        User.objects.filter(pk=actor.user_id).update(email=f"{name}@contoh.id")
    return {name: User.objects.get(pk=actor.user_id) for name, actor in actors.items()}


def test_a_plan_with_holes_is_refused_or_takes_a_reason(member: Member, people: dict[str, User], at: datetime) -> None:
    secretary = member("secretary", TOWN)
    with pytest.raises(NotPermitted):
        plan_check.activate(**PLAN, by=member("secretary", "64.72"), at=at)
    plan_check.activate(**PLAN, by=secretary, at=at)
    User.objects.filter(pk=people["province"].pk).update(email="")
    with pytest.raises(plan_check.PlanHasHoles) as refused:
        plan_check.activate(**PLAN | {"name": "Lain"}, by=secretary, at=at, override="pendek")
    assert {(h.kind, h.target) for h in refused.value.holes} == {("no_channel", "province_watch")}
    assert ResponsePlan.objects.get(region=TOWN).name == "Balikpapan", "what held stays"
    plan_check.activate(**PLAN | {"name": "Lain"}, by=secretary, at=at, override="Piket provinsi ditelepon langsung.")
    assert ResponsePlan.objects.get(region=TOWN).override_reason.startswith("Piket provinsi")
    line = Line.objects.filter(verb="plan.set").latest("pk")
    assert '"overridden":true' in line.detail and "ditelepon" not in line.detail, "the reason stands on the plan alone"
    for wrong in ([], [Rung("bupati")]):
        with pytest.raises(plan_check.PlanNotPossible):
            plan_check.activate(**PLAN | {"rungs": wrong}, by=secretary, at=at)


def test_steps_of_agencies_stay_when_a_ladder_is_set(member: Member, people: dict[str, User], at: datetime) -> None:
    base.load_plans(by=OPERATOR, at=at)
    row = plan_check.activate(**PLAN, by=member("secretary", TOWN), at=at)
    assert row.steps.count() == len(base.PLANS[0][3])
    assert ladder_of(TOWN + ".02", "", "S1").rungs == tuple(LADDER)
    assert ladder_of("64.72", "", "S1").rungs != tuple(LADDER)


def test_the_ladder_of_the_plan_is_climbed_one_step_at_a_time(
    member: Member, people: dict[str, User], at: datetime
) -> None:
    """The second level has no channel here: the top is told no sooner for it (one level above per step)."""
    User.objects.filter(pk=people["province"].pk).update(email="")
    plan_check.activate(**PLAN, by=member("secretary", TOWN), at=at, override="Diuji tanpa surel provinsi.")
    officer = member("duty_officer", TOWN)
    incident = register(
        make_report(at, region=TOWN).code,
        NewIncident("Perselisihan dua kelompok warga", severity="S1"),
        by=officer,
        at=at,
    )
    duties = response_jobs.DUTIES
    first = Deadline.objects.get(subject=incident.subject, met_at=None)
    told = []
    moment = first.due_at
    for _ in range(4):
        fire_due(duties, at=moment)
        row = Deadline.objects.get(subject=incident.subject, met_at=None, fired_at=None)
        told.append((row.owner, int((row.due_at - moment).total_seconds() // 60)))
        moment = row.due_at
    assert first.duty == response_rules.ASSIGN
    assert told == [("duty:64", 40), ("role:chair@64", 15), ("role:chair@64", 15), ("role:chair@64", 15)]


@pytest.mark.deep
def test_the_owner_is_told_each_morning_and_when_a_change_brings_holes(
    member: Member, people: dict[str, User], at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    member("secretary", TOWN)
    assert plan_check.tell_owners([TOWN], at=at, daily=True) == 0, "nothing to tell"
    User.objects.filter(pk=people["watch"].pk).update(email="")
    assert plan_check.tell_owners([TOWN], at=at, daily=False) == 1
    assert plan_check.tell_owners([TOWN], at=at, daily=False) == 0, "the same holes are told once"
    assert plan_check.tell_owners([TOWN], at=at + timedelta(days=1), daily=True) == 1
    assert set(OutboxMessage.objects.filter(key__startswith="holes:").values_list("audience", flat=True)) == {
        f"role:secretary@{TOWN}"
    }
    rosters.roster(people["watch"], region=TOWN, starts_at=at, ends_at=at + timedelta(hours=8), by=OPERATOR, at=at)
    for line in Line.objects.filter(verb="shift.set"):
        jobs.hear_change(line)
        jobs.hear_change(line)
    assert Job.objects.filter(name="teams.check").count() == 1, "what changes within a minute is checked once"
    monkeypatch.setattr(jobs, "now", lambda: at + timedelta(days=2))
    jobs.check_each_morning()
    count = OutboxMessage.objects.filter(key__startswith="holes:").count()
    jobs.check_each_morning()
    assert OutboxMessage.objects.filter(key__startswith="holes:").count() == count > 2


@pytest.mark.deep
def test_the_page_names_the_holes(member: Member, people: dict[str, User], client: Client) -> None:
    secretary = member("secretary", TOWN)
    client.force_login(
        User.objects.get(pk=secretary.user_id), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    assert "Tidak ada lubang" in client.get("/tim/rencana").content.decode()
    User.objects.filter(pk=people["province"].pk).update(is_active=False)
    page = client.get("/tim/rencana").content.decode()
    assert "Piket provinsi" in page and "tidak ada orang" in page
    assert client.get(f"/api/v1/plan-holes?region={TOWN}").json()[0]["kind"] == "empty_hour"
    form = {
        "region": TOWN,
        "category": "",
        "severity": "S1",
        "name": "Coba",
        "l0-target": "watch",
        "l1-target": "province_chair",
        "l1-wait": "5",
    }
    refused = client.post("/tim/rencana/tangga", form)
    assert refused.status_code == 409 and "melompati satu tingkat" in refused.content.decode()
    assert client.post("/tim/rencana/tangga", form | {"override": "Provinsi ditelepon langsung."}).status_code == 302
    assert "berlaku walau berlubang" in client.get("/tim/rencana").content.decode()
