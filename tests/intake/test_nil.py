"""Laporan nihil: three different things on the board, one tap, and nothing that lets silence pass for calm."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from kondusif.intake import jobs, nil, rules
from kondusif.intake.models import NilReport
from kondusif.ledger.actor import CITIZEN, Actor
from kondusif.ledger.errors import NotFound, NotPermitted
from kondusif.ledger.models import Line
from kondusif.situation.board import board
from kondusif.situation.brief import is_brief
from kondusif.teams.models import OutboxMessage, User
from tests.triage.conftest import NewReport, make_report, new_report

__all__ = ["new_report"]
Member = Callable[..., Actor]
KAB = "64.71"


@given(st.lists(st.sampled_from([code for code, _ in rules.NIL_SOURCES] + ["rumour", ""])))
def test_sources_are_known_and_stand_once_in_order(named: list[str]) -> None:
    found = rules.nil_sources(named)
    order = [code for code, _ in rules.NIL_SOURCES]
    assert found == [code for code in order if code in named]


@pytest.mark.parametrize(("reports", "filed", "state"), [
    (0, False, "missing"), (0, True, "nil"), (1, False, "reported"), (3, True, "reported"),
])  # fmt: skip
def test_three_different_things(reports: int, filed: bool, state: str) -> None:
    assert rules.day_state(reports, filed=filed) == state


@pytest.mark.django_db
def test_filed_once_a_day_with_its_line(areas: None, member: Member, at: datetime) -> None:
    officer = member("duty_officer", KAB)
    row = nil.file_nil(KAB, ["watch"], by=officer, at=at)
    again = nil.file_nil(KAB, ["watch"], by=officer, at=at + timedelta(minutes=1))
    assert again.pk == row.pk and again.filed_at == at
    nil.file_nil(KAB, ["media", "watch"], by=officer, at=at + timedelta(hours=1))
    assert NilReport.objects.get().sources == ["watch", "media"]
    lines = Line.objects.filter(subject=f"nil:{KAB}:2020-12-02").order_by("pk")
    assert [x.verb for x in lines] == ["nil.filed", "nil.amended"]
    nil.file_nil(KAB, ["watch"], by=officer, at=at + timedelta(days=1))
    assert NilReport.objects.count() == 2


@pytest.mark.django_db
def test_who_may_not_and_what_is_not_nil(areas: None, member: Member, new_report: NewReport, at: datetime) -> None:
    officer = member("duty_officer", KAB)
    for by, region in ((member("duty_officer", "64.72"), KAB), (member("verifier", KAB), KAB), (CITIZEN, KAB)):
        with pytest.raises(NotPermitted):
            nil.file_nil(region, ["watch"], by=by, at=at)
    for region in ("64", "64.71.99", "64.71.02.1001"):
        with pytest.raises((NotFound, NotPermitted)):
            nil.file_nil(region, ["watch"], by=member("duty_officer", "64"), at=at)
    for sources in ([], ["rumour"]):
        with pytest.raises(nil.NoSource):
            nil.file_nil(KAB, sources, by=officer, at=at)
    new_report(region="64.71.02")
    with pytest.raises(nil.NotNil):
        nil.file_nil(KAB, ["watch"], by=officer, at=at)
    assert not NilReport.objects.exists() and not Line.objects.filter(verb__startswith="nil.").exists()


@pytest.mark.django_db
def test_the_day_ends_at_midnight_where_the_house_stands(areas: None, member: Member, at: datetime) -> None:
    officer = member("duty_officer", KAB)
    late = at.replace(hour=15, minute=59)  # 23.59 WITA
    make_report(late, region=KAB)
    with pytest.raises(nil.NotNil):
        nil.file_nil(KAB, ["watch"], by=officer, at=late)
    row = nil.file_nil(KAB, ["watch"], by=officer, at=late + timedelta(minutes=1))
    assert row.day.isoformat() == "2020-12-03"


@pytest.mark.django_db
def test_a_report_weighs_more_and_one_about_officials_shows_nowhere(
    areas: None, member: Member, at: datetime, django_assert_max_num_queries: Callable[..., object]
) -> None:
    officer = member("duty_officer", KAB)
    nil.file_nil(KAB, ["watch"], by=officer, at=at)
    make_report(at, region="64.72.01", restricted=True)
    codes = [KAB, "64.72", "64.01"]
    with django_assert_max_num_queries(2):  # type: ignore[attr-defined]
        said = nil.day_reports(codes, day=nil.day_of(at))
    assert [said[c].state for c in codes] == ["nil", "missing", "missing"]
    make_report(at + timedelta(hours=2), region="64.71.05")
    assert nil.day_reports(codes, day=nil.day_of(at))[KAB].state == "reported"
    assert nil.day_reports(codes, day=nil.day_of(at) - timedelta(days=1))[KAB].state == "missing"


@pytest.mark.django_db
def test_the_board_names_the_silent(areas: None, member: Member, at: datetime) -> None:
    officer, watcher = member("duty_officer", KAB), member("observer", "64")
    nil.file_nil(KAB, ["watch"], by=officer, at=at)
    make_report(at, region="64.72.01")
    seen = board(watcher, province="64", at=at)
    days = {tile.code: tile.day for tile in seen.tiles}
    assert (days[KAB], days["64.72"], days["64.01"]) == ("nil", "reported", "missing")
    assert len(seen.silent) == 8 and not seen.silent_late
    assert board(watcher, province="64", at=at.replace(hour=10)).silent_late  # 18.00 WITA
    assert len(board(officer, province="64", at=at).silent) == 0, "the scope is the viewer's"


@pytest.mark.django_db
def test_the_silent_are_asked_once_and_the_province_is_told_once(
    areas: None, member: Member, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    nil.file_nil(KAB, ["watch"], by=member("duty_officer", KAB), at=at)
    for hour in (3, 9, 9, 10, 11, 10):  # 11.00, twice 17.00, 18.00, 19.00, and the clock set back
        monkeypatch.setattr(jobs, "now", lambda hour=hour: at.replace(hour=hour))
        jobs.ask_the_silent()
    keys = sorted(OutboxMessage.objects.values_list("key", flat=True))
    assert [k for k in keys if k.startswith("nil-missing")] == ["nil-missing:2020-12-02"]
    reminded = [k for k in keys if k.startswith("nil-remind")]
    assert len(reminded) == 9 and not any(KAB in k for k in reminded)
    told = OutboxMessage.objects.get(key="nil-missing:2020-12-02")
    assert told.audience == "duty:64" and "Balikpapan" not in told.body and "Samarinda" in told.body


def signed_in(actor: Actor) -> Client:
    client = Client()
    client.force_login(
        User.objects.get(pk=actor.user_id), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    return client


@pytest.fixture
def domain_time(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    monkeypatch.setattr("kondusif.site.middleware.now", lambda: at)


@pytest.mark.django_db
def test_one_tap_on_the_brief_home(areas: None, member: Member, domain_time: None) -> None:
    client = signed_in(member("duty_officer", KAB))
    assert client.get("/")["Location"] == "/ringkas"
    page = client.get("/ringkas").content.decode()
    assert "Laporkan nihil" in page and "Belum melapor" in page and 'value="watch"' in page
    answer = client.post("/nihil", {"region": KAB, "sources": ["watch"], "next": "/ringkas"})
    assert answer.status_code == 302 and answer["Location"] == "/ringkas"
    page = client.get("/ringkas").content.decode()
    assert "Laporkan nihil" not in page and "Nihil" in page
    assert client.post("/nihil", {"region": KAB, "sources": ["watch"], "next": "//contoh.id"})["Location"] == "/nihil"


@pytest.mark.django_db
def test_a_refused_nil_says_why_and_keeps_what_was_ticked(
    areas: None, member: Member, domain_time: None, at: datetime
) -> None:
    client = signed_in(member("duty_officer", KAB))
    nothing = client.post("/nihil", {"region": KAB})
    assert nothing.status_code == 422 and "Sebutkan sumber" in nothing.content.decode()
    assert client.post("/nihil", {"region": KAB, "sources": ["rumour"]}).status_code == 422
    assert client.post("/nihil", {"region": "64.72", "sources": ["watch"]}).status_code == 403
    make_report(at, region="64.71.02")
    full = client.post("/nihil", {"region": KAB, "sources": ["watch", "media"]})
    assert full.status_code == 409
    assert not NilReport.objects.exists()


@pytest.mark.django_db
def test_over_the_api(areas: None, member: Member, domain_time: None, at: datetime) -> None:
    client = signed_in(member("duty_officer", KAB))
    said = client.get("/api/v1/nil-reports").json()
    assert said == [{"region": KAB, "state": "missing", "sources": [], "filed_at": None}]
    body = {"region": KAB, "sources": ["forums", "watch"]}
    done = client.post("/api/v1/nil-reports", body, content_type="application/json")
    assert done.status_code == 200 and done.json()["sources"] == ["watch", "forums"]
    wrong = client.post("/api/v1/nil-reports", body | {"region": "64.72"}, content_type="application/json")
    assert wrong.status_code == 403 and wrong.json()["code"] == "not-permitted"
    assert client.get("/api/v1/nil-reports?day=2020-12-01").json()[0]["state"] == "missing"


def actor(*grants: tuple[str, str], agency: bool = False) -> Actor:
    return Actor("user:1", "x", frozenset(grants), frozenset({1} if agency else set()), 1)


@pytest.mark.parametrize(("who", "wanted", "brief"), [
    (actor(("report.read", "64.71")), "", True), (actor(("report.read", "64")), "", False),
    (actor(("task.answer", "64"), ("situation.read", "64"), agency=True), "", True), (actor(("situation.read", "64")), "", False),
    (actor(("report.read", "64.71")), "analis", False), (actor(("report.read", "64")), "ringkas", True),
    (actor(("report.read", "64")), "lain", False),
])  # fmt: skip
def test_which_home(who: Actor, wanted: str, brief: bool) -> None:
    assert is_brief(who, wanted) is brief


@pytest.mark.django_db
def test_the_home_can_be_chosen(areas: None, member: Member, domain_time: None) -> None:
    client = signed_in(member("duty_officer", "64"))
    assert client.get("/")["Location"] == "/situasi"
    client.post("/mode", {"mode": "ringkas"})
    assert client.get("/")["Location"] == "/ringkas"
    client.post("/mode", {"mode": "<script>"})
    assert client.get("/")["Location"] == "/ringkas"
    client.post("/mode", {"mode": "analis"})
    assert client.get("/")["Location"] == "/situasi"
