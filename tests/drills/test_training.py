"""Self-training: only in an exercise, only one's own duty, through the real doors; ticks come from the ledger alone."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from kondusif.clock.queries import real_now
from kondusif.drills import actions, queries, rules
from kondusif.intake import identity
from kondusif.intake.models import Report
from kondusif.ledger.actions import shift_clock
from kondusif.ledger.actor import Actor
from kondusif.ledger.errors import NotPermitted
from kondusif.ledger.models import Line
from kondusif.response import calling, settlement, tasks
from kondusif.response.models import Incident, Task
from kondusif.situation import actions as situation
from kondusif.situation.models import RegionStatus
from kondusif.teams.actions import add_agency
from kondusif.teams.base import load_plans
from kondusif.teams.models import Duty, User
from kondusif.teams.queries import OPERATOR
from kondusif.teams.rules import ROLES
from kondusif.triage import actions as triage
from tests.conftest import Member

HOUR = timedelta(hours=1)


@pytest.fixture
def exercise(areas: None, member: Member, at: datetime) -> None:
    """A house whose clock is an exercise's, with a duty officer and two agencies in one town."""
    shift_clock(at - real_now(), by=OPERATOR, at=at)
    load_plans(by=OPERATOR, at=at)
    member("duty_officer", "64.71", username="piket")
    for kind in ("kecamatan", "polri", "kesbangpol"):
        add_agency(code=f"{kind}-a", name=kind, kind=kind, region="64.71", by=OPERATOR, at=at)


def _duty(actor: Actor) -> Duty:
    return Duty.objects.select_related("agency").get(user_id=actor.user_id)


def _do(role: str, made: actions.Material, by: Actor, at: datetime) -> None:
    """The first lesson of each course, as the trainee would do it."""
    found = made.found
    if role in {"duty_officer", "secretariat"}:
        triage.take(found[rules.REPORT], by=by, at=at)
    elif role in {"division_head", "chair"}:
        row = RegionStatus.objects.get(region=found[rules.REGION], state="proposed")
        (situation.check if role == "division_head" else situation.decide)(row.pk, by=by, at=at)
    elif role == "secretary":
        calling.log_call(int(found[rules.TASK]), result="answered", by=by, at=at)
    elif role == "verifier":
        settlement.confirm(found[rules.INCIDENT], by=by, at=at)
    elif role == "agency":
        tasks.accept(int(found[rules.TASK]), by=by, at=at)
    elif role == "data_protection":
        identity.approve(identity.IdentityRequest.objects.get().pk, by=by, at=at)
    else:
        add_agency(code="baru", name="Dinas baru", kind="dinkes", region="64.71", by=by, at=at)


@pytest.mark.django_db
@pytest.mark.usefixtures("exercise")
@pytest.mark.parametrize("role", sorted(rules.COURSES))
def test_each_course_has_what_its_first_lesson_needs(role: str, member: Member, at: datetime) -> None:
    from kondusif.teams.models import Agency

    agency = Agency.objects.get(code="kesbangpol-a") if ROLES[role].needs_agency else None
    region = "64" if ROLES[role].province_only else "64.71"
    trainee = member(role, region, agency)
    course = rules.COURSES[role]
    made = actions.prepare(_duty(trainee), by=trainee, at=at)
    assert made.place.startswith("64.")
    later = at + timedelta(minutes=2)
    assert not any(queries.progress(course, trainee, since=at)), "nothing is done before the trainee does it"
    for lesson in course.lessons:
        if lesson.about:
            assert made.found.get(lesson.about)
    _do(role, made, trainee, later)
    ticks = queries.progress(course, trainee, since=at)
    assert sum(ticks) == 1
    assert not any(queries.progress(course, trainee, since=later + HOUR)), "an older act is no tick of a new training"


@pytest.mark.django_db
@pytest.mark.usefixtures("areas")
def test_never_among_real_data_and_never_for_somebody_else(member: Member, at: datetime) -> None:
    officer, other = member("duty_officer", "64.71"), member("duty_officer", "64.72")
    with pytest.raises(actions.NotAnExercise):
        actions.prepare(_duty(officer), by=officer, at=at)
    with pytest.raises(NotPermitted):
        actions.prepare(_duty(officer), by=other, at=at)
    shift_clock(at - real_now(), by=OPERATOR, at=at)
    with pytest.raises(actions.NoOneToPlay):
        actions.prepare(
            _duty(member("verifier", "64.74")), by=Actor("x", "x", user_id=User.objects.latest("pk").pk), at=at
        )
    watcher = member("observer", "64.71")
    with pytest.raises(NotPermitted):
        actions.prepare(_duty(watcher), by=watcher, at=at)
    assert not Report.objects.exists() and not Incident.objects.exists() and not Task.objects.exists()
    assert not Line.objects.filter(verb="training.prepared").exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("exercise")
def test_the_page_starts_ticks_and_ends(client: Client, member: Member, at: datetime) -> None:
    trainee = member("duty_officer", "64.71")
    client.force_login(User.objects.get(pk=trainee.user_id))
    duty = _duty(trainee)
    page = client.get("/latihan").content.decode()
    assert "Mulai" in page and 'class="lessons"' not in page
    assert client.post("/latihan/mulai", {"duty": "0"}).status_code == 404
    assert client.post("/latihan/mulai", {"duty": str(duty.pk)}).status_code == 302
    code = Report.objects.get().code
    page = client.get("/latihan").content.decode()
    assert f"/laporan/{code}" in page and "0 dari 7" in page
    triage.take(code, by=trainee, at=real_now() + actions.offset())
    triage.verify(code, by=trainee, at=real_now() + actions.offset(), severity="S3")
    assert "2 dari 7" in client.get("/latihan").content.decode()


@pytest.mark.django_db
def test_a_real_house_says_where_the_exercise_is(client: Client, member: Member, settings: object) -> None:
    client.force_login(User.objects.get(pk=member("duty_officer", "64.71").user_id))
    settings.TRAINING_URL = "https://latihan.example.go.id"  # type: ignore[attr-defined]
    page = client.get("/latihan").content.decode()
    assert "https://latihan.example.go.id/latihan" in page and "/latihan/mulai" not in page


@pytest.mark.each_once
def test_every_lesson_has_a_page_that_exists_and_english() -> None:
    arguments = {rules.NOTHING: {}, rules.TASK: {"pk": "1"}}
    with translation.override("en"):
        for course in rules.COURSES.values():
            for lesson in course.lessons:
                assert reverse(lesson.page, kwargs=arguments.get(lesson.about, {"code": "X"}))
                assert translation.gettext(lesson.words) != lesson.words
    assert set(rules.COURSES) == set(ROLES) - {"observer"}
    assert {c.material for c in rules.COURSES.values()} - {""} == set(actions.MATERIAL)
