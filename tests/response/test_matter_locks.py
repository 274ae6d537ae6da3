"""Benturan kepentingan in one matter: kept out of it everywhere, by dates, with a second person; nothing of it reaches them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.test import Client

from kondusif.intake.queries import visible_to as reports_for
from kondusif.ledger.actor import Actor
from kondusif.ledger.errors import MoveNotAllowed, NotFound, NotPermitted
from kondusif.ledger.models import Line
from kondusif.ledger.queries import may_see, visible_to
from kondusif.response import actions, links, tasks
from kondusif.response.actions import NewIncident, register
from kondusif.response.matter_locks import ask, matter_for
from kondusif.response.models import Incident, Task
from kondusif.response.queries import incidents_for, task_for, tasks_of, whole_matter
from kondusif.situation import live
from kondusif.situation.board import board
from kondusif.situation.feed import feed
from kondusif.situation.map import points_geojson
from kondusif.situation.wall.page import picture_for
from kondusif.teams.matters import locks, rules
from kondusif.teams.models import Agency, Delivery, MatterLock, OutboxMessage, User
from kondusif.teams.queries import actor_of
from kondusif.teams.sending import spread
from kondusif.triage import actions as triage
from kondusif.triage import referral
from tests.conftest import Member
from tests.response.conftest import new_agency
from tests.triage.conftest import NewAgency, make_report

__all__ = ["new_agency"]
LONG = timedelta(days=60)
TITLE = "Perselisihan dua kelompok warga"
PATHS = (
    "/situasi", "/situasi/64.71", "/ringkas", "/permasalahan", "/permasalahan?state=", "/tugas", "/kabar", "/rekap", "/ruang-kendali",
    "/laporan?state=", "/api/v1/incidents?state=", "/api/v1/tasks", "/api/v1/referrals", "/api/v1/wall", "/api/v1/reports?state=",
)  # fmt: skip


@pytest.mark.parametrize(
    ("url", "subject"),
    [
        ("/permasalahan/PMS-1", "incident:PMS-1"), ("/laporan/KDS-1/kontak?x=1", "report:KDS-1"), ("/tugas#t-7", "task:7"),
        ("/situasi/64.71", ""), ("/permasalahan", ""), ("", ""),
    ],
)  # fmt: skip
def test_the_matter_behind_a_notice(url: str, subject: str) -> None:
    assert rules.subject_of(url) == subject


@pytest.mark.parametrize(
    ("confirmer", "user_id", "agencies", "may"),
    [("user:2", 2, frozenset(), True), ("user:1", 1, frozenset(), False), ("user:9", 9, frozenset(), False), ("user:3", 3, frozenset({5}), True)],
)  # fmt: skip
def test_a_second_person_who_is_not_the_one_it_is_about(
    confirmer: str, user_id: int, agencies: frozenset[int], may: bool
) -> None:
    who = {"asked_by": "user:1", "confirmer": confirmer, "confirmer_user": user_id, "confirmer_agencies": agencies}
    assert rules.may_confirm(user=9, agency=None, **who) is may  # type: ignore[arg-type]
    assert not rules.may_confirm(user=None, agency=5, **who | {"confirmer_agencies": frozenset({5})})  # type: ignore[arg-type]


def user_of(actor: Actor) -> User:
    return User.objects.get(pk=actor.user_id)


def anew(actor: Actor, at: datetime) -> Actor:
    return actor_of(user_of(actor), at=at)


def lock(row: Incident, whom: User | Agency, at: datetime, *, by: Actor, second: Actor) -> MatterLock:
    kind = "user" if isinstance(whom, User) else "agency"
    found = ask(matter_for("permasalahan", row.code, by), f"{kind}:{whom.pk}", ground="relative", starts_at=at, ends_at=at + LONG, by=by, at=at)  # fmt: skip
    return locks.confirm(found.pk, by=second, at=at)


@pytest.mark.django_db
def test_it_waits_for_a_second_person_and_ends_by_its_date(member: Member, areas: None, at: datetime) -> None:
    officer, secretary, second = (
        member("duty_officer", "64.71"),
        member("secretary", "64.71"),
        member("manager", "64.71"),
    )
    row = register(make_report(at, region="64.71").code, NewIncident(TITLE, severity="S3"), by=officer, at=at)
    matter = matter_for("permasalahan", row.code, secretary)
    terms = {"ground": "relative", "starts_at": at, "ends_at": at + LONG, "at": at}
    whom = f"user:{officer.user_id}"
    with pytest.raises(NotPermitted):
        ask(matter, f"user:{secretary.user_id}", by=officer, **terms)  # type: ignore[arg-type]
    for bad in ({"ground": "benci"}, {"ends_at": at}, {"ends_at": at + timedelta(days=400)}):
        with pytest.raises(locks.MatterLockNotPossible):
            ask(matter, whom, by=secretary, **terms | bad)  # type: ignore[arg-type]
    for nobody in ("", "user:x", "user:999999", "agency:999999"):
        with pytest.raises(locks.MatterLockNotPossible):
            ask(matter, nobody, by=secretary, **terms)  # type: ignore[arg-type]
    found = ask(matter, whom, by=secretary, **terms)  # type: ignore[arg-type]
    assert incidents_for(anew(officer, at)).exists(), "one person alone keeps nobody out"
    with pytest.raises(NotPermitted):
        locks.confirm(found.pk, by=secretary, at=at)
    for stranger in (officer, member("secretary", "64.72")):
        with pytest.raises(NotFound):
            locks.confirm(found.pk, by=stranger, at=at)
    locks.confirm(found.pk, by=second, at=at)
    with pytest.raises(MoveNotAllowed):
        locks.confirm(found.pk, by=second, at=at)
    assert not incidents_for(anew(officer, at)).exists() and not reports_for(anew(officer, at)).exists()
    assert incidents_for(anew(officer, at + LONG)).exists()
    locks.end(found.pk, by=second, at=at + timedelta(hours=1))
    assert incidents_for(anew(officer, at + timedelta(hours=1))).exists()
    verbs = list(Line.objects.filter(verb__startswith="matter.").order_by("pk").values_list("verb", flat=True))
    assert verbs == ["matter.lock_asked", "matter.locked", "matter.unlocked"]
    assert Line.objects.filter(subject=f"user:{officer.user_id}", verb="member.scope_changed").count() == 2


@pytest.mark.django_db
def test_whoever_declares_themselves_is_out_at_once_and_does_not_let_themselves_in(
    member: Member, areas: None, at: datetime
) -> None:
    secretary = member("secretary", "64.71")
    report = make_report(at, region="64.71")
    matter, me = matter_for("laporan", report.code, secretary), f"user:{secretary.user_id}"
    ask(matter, me, ground="party", starts_at=at, ends_at=at + LONG, by=secretary, at=at)
    out = anew(secretary, at)
    assert not reports_for(out).exists() and not locks.seen(out, at=at)
    with pytest.raises(NotFound):
        locks.end(MatterLock.objects.get().pk, by=out, at=at)


@pytest.mark.django_db
def test_what_belongs_to_a_matter_goes_with_it_also_later(
    member: Member, areas: None, new_agency: NewAgency, at: datetime
) -> None:
    officer, second = member("duty_officer", "64.71"), member("secretary", "64.71")
    first, later = make_report(at, region="64.71"), make_report(at, region="64.71")
    row = register(first.code, NewIncident(TITLE, severity="S3"), by=officer, at=at)
    lock(row, user_of(officer), at, by=second, second=member("manager", "64.71"))
    triage.verify(later.code, by=second, at=at, severity="S3")
    actions.link_report(row.code, later.code, by=second, at=at)
    task = tasks.assign(row.code, agency=new_agency("dinsos"), title="Temui warga", by=second, at=at)
    belongs = {row.subject, first.subject, later.subject, task.subject}
    assert anew(officer, at).kept_from == belongs
    assert all(whole_matter({one}) >= belongs for one in belongs)


@pytest.mark.deep
@pytest.mark.django_db
def test_nothing_of_it_reaches_whoever_is_kept_out(
    member: Member, areas: None, new_agency: NewAgency, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Noninterference: every read path answers as if the matter were not there."""
    monkeypatch.setattr("kondusif.site.middleware.now", lambda: at + timedelta(minutes=5))
    monkeypatch.setattr("kondusif.situation.map.now", lambda: at + timedelta(minutes=5))
    dinsos = new_agency("dinsos")
    officer, chief, second = member("duty_officer", "64.71"), member("secretary", "64.71"), member("manager", "64.71")
    answers, watch = member("agency", "64.71", dinsos), member("duty_officer", "64")
    referred = make_report(at, region="64.71", text="Ribut di Gang Mawar")
    referral.refer(referred.code, reason="Kewenangannya.", agency=dinsos, by=chief, at=at)
    report = make_report(at, region="64.71", text="Ribut di Gang Mawar")
    row = register(report.code, NewIncident(TITLE, severity="S1"), by=chief, at=at)
    task = tasks.assign(row.code, agency=dinsos, title="Temui warga di Gang Mawar", by=chief, at=at)
    token = links.make(task.pk, to=user_of(answers), by=chief, at=at)
    lock(row, user_of(officer), at, by=chief, second=second)
    lock(row, dinsos, at, by=chief, second=second)
    ask(matter_for("laporan", referred.code, chief), f"agency:{dinsos.pk}", ground="named", starts_at=at, ends_at=at + LONG, by=chief, at=at)  # fmt: skip
    locks.confirm(MatterLock.objects.get(subject=referred.subject).pk, by=second, at=at)
    for message in OutboxMessage.objects.order_by("pk"):
        spread(message, at=at)
    secrets = (row.code, report.code, TITLE, "Mawar", task.subject)
    for actor in (anew(officer, at), anew(answers, at)):
        assert not incidents_for(actor).exists() and not tasks_of(actor)
        assert not reports_for(actor).filter(code=report.code).exists()
        with pytest.raises(NotFound):
            task_for(task.pk, actor)
        with pytest.raises(NotFound):
            tasks.accept(task.pk, by=actor, at=at)
        for line in Line.objects.filter(subject__in=actor.kept_from):
            assert not may_see(line, actor) and not visible_to(actor).filter(pk=line.pk).exists()
        assert not [a for a in feed(actor, 50) if TITLE in a.what]
        assert board(actor, province="64", at=at + timedelta(hours=3)).open_total == 0
        assert points_geojson(actor) == {"type": "FeatureCollection", "features": [], "unlocated": 0}
        assert not Delivery.objects.filter(user=actor.user_id, message__url__in=[f"/permasalahan/{row.code}", f"/tugas#t-{task.pk}"]).exists()  # fmt: skip
        web = Client()
        web.force_login(user_of(actor), backend="allauth.account.auth_backends.AuthenticationBackend")
        for path in PATHS:
            said = web.get(path).content.decode()
            assert not [s for s in secrets if s in said and not (s == "Mawar" and actor.id == officer.id)], path
        for path in (f"/permasalahan/{row.code}", f"/laporan/{report.code}", f"/api/v1/incidents/{row.code}", f"/api/v1/tasks/{task.pk}",
                     f"/permasalahan/{row.code}/benturan", f"/laporan/{report.code}/benturan"):  # fmt: skip
            assert web.get(path).status_code == 404, path
    with pytest.raises(links.LinkNotYours):
        links.open_link(token, device="", at=at)
    assert picture_for(watch, at=at).s1 == 1 and picture_for(anew(officer, at), at=at).s1 == 0
    assert Delivery.objects.filter(message__url=f"/tugas#t-{task.pk}").exists() or Task.objects.get().state == "asked"
    assert not live.nudges(Line(region="64.72"), replace(watch, grants=frozenset()))


@pytest.mark.django_db
def test_a_notice_nobody_below_may_get_goes_up(member: Member, areas: None, at: datetime) -> None:
    officer, above = member("duty_officer", "64.71"), member("duty_officer", "64")
    chief, second = member("secretary", "64.71"), member("manager", "64.71")
    row = register(make_report(at, region="64.71").code, NewIncident(TITLE, severity="S1"), by=chief, at=at)
    lock(row, user_of(officer), at, by=chief, second=second)
    url = f"/permasalahan/{row.code}"
    message = OutboxMessage.objects.create(
        key="x", audience="duty:64.71", subject="Belum ada tindakan", url=url, created_at=at
    )
    assert spread(message, at=at) == 1
    assert set(Delivery.objects.filter(message=message).values_list("user", flat=True)) == {above.user_id}


@pytest.mark.deep
@pytest.mark.django_db
def test_the_page_declares_asks_confirms_and_ends(
    member: Member, areas: None, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kondusif.site.middleware.now", lambda: at)
    officer, chief, second = member("duty_officer", "64.71"), member("secretary", "64.71"), member("secretary", "64")
    row = register(make_report(at, region="64.71").code, NewIncident(TITLE, severity="S3"), by=chief, at=at)
    page = f"/permasalahan/{row.code}/benturan"

    def client(actor: Actor) -> Client:
        found = Client()
        found.force_login(user_of(actor), backend="allauth.account.auth_backends.AuthenticationBackend")
        return found

    said = {
        "act": "ask",
        "whom": f"user:{officer.user_id}",
        "ground": "party",
        "starts_at": "2020-12-02T09:00",
        "ends_at": "2020-12-09T09:00",
    }
    assert client(officer).post(page, said | {"whom": f"user:{chief.user_id}"}).status_code == 422
    assert client(chief).post(page, said | {"ends_at": "besok"}).status_code == 422
    assert client(chief).post(page, said).status_code == 302
    pk = MatterLock.objects.get().pk
    assert "Setujui kunci" not in client(chief).get(page).content.decode()
    assert client(chief).post(page, {"act": "confirm", "lock": pk}).status_code == 403
    assert "Setujui kunci" in client(second).get(page).content.decode()
    assert client(second).post(page, {"act": "confirm", "lock": "9999"}).status_code == 404
    assert client(second).post(page, {"act": "confirm", "lock": pk}).status_code == 302
    assert client(officer).get(page).status_code == 404
    assert client(second).post(page, {"act": "end", "lock": pk}).status_code == 302
    assert client(officer).post(page, said).status_code == 302, "declared by oneself"
    assert client(officer).get(f"/permasalahan/{row.code}").status_code == 404
