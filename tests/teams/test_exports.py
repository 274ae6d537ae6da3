"""What leaves in bulk: counted, marked, in the ledger, and approved by a second person where it is large or terbatas."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.conf import LazySettings
from django.test import Client

from kondusif.ledger.actor import Actor
from kondusif.ledger.errors import MoveNotAllowed, NotFound, NotPermitted
from kondusif.ledger.models import Line
from kondusif.teams.exports import gate, rules
from kondusif.teams.models import Export, ExportRequest, User
from kondusif.teams.queries import OPERATOR
from tests.conftest import Member
from tests.triage.conftest import make_report

TOWN = {"kind": "members", "region": "64.71"}


@pytest.mark.parametrize(
    ("rows", "restricted", "needs"), [(0, False, False), (100, False, False), (101, False, True), (1, True, True)]
)
def test_what_is_large_or_terbatas_needs_a_yes(rows: int, restricted: bool, needs: bool) -> None:
    assert rules.needs_approval(rows, most=100, restricted=restricted) is needs


def test_a_yes_holds_for_what_was_asked_and_a_few_more() -> None:
    assert rules.covers(500, 600, most=100) and not rules.covers(500, 601, most=100)
    assert not rules.may_decide("user:1", "user:1") and rules.may_decide("user:1", "user:2")


@pytest.mark.parametrize(("scopes", "region"), [(("64.71",), "64.71"), (("",), "64"), (("64.71", "64.72"), "64")])
def test_an_export_stands_in_one_region(scopes: tuple[str, ...], region: str) -> None:
    assert gate.span(scopes) == region


def ask(by: Actor, at: datetime, rows: int = 500, *, restricted: bool = False, **said: str) -> ExportRequest:
    return gate.ask(**TOWN | said, rows=rows, reason="audit", restricted=restricted, by=by, at=at)


def take(by: Actor, at: datetime, rows: int = 500, *, restricted: bool = False, **said: str) -> str:
    return gate.release(**TOWN | said, rows=rows, restricted=restricted, by=by, at=at)


@pytest.mark.django_db
def test_a_small_one_leaves_at_once_marked_and_in_the_ledger(member: Member, at: datetime) -> None:
    by = member("manager", "64.71")
    mark = take(by, at, 7)
    assert by.label in mark and "2 Des 2020 09.00 WITA" in mark and "buku jejak" in mark
    assert Export.objects.get().rows == 7
    line = Line.objects.get(verb="export.taken")
    assert line.detail == '{"kind":"members","rows":7}' and by.label not in line.detail


@pytest.mark.django_db
def test_a_large_one_needs_the_yes_of_a_second_person_for_a_day_and_once(member: Member, at: datetime) -> None:
    by, secretary = member("manager", "64.71"), member("secretary", "64.71")
    with pytest.raises(gate.ApprovalNeeded):
        take(by, at)
    row = ask(by, at)
    with pytest.raises(gate.RequestNotPossible):
        ask(by, at)
    for wrong, refusal in (
        (by, NotPermitted),
        (member("secretary", "64.72"), NotFound),
        (member("chair", "64.71"), NotFound),
    ):
        with pytest.raises(refusal):
            gate.decide(row.pk, approve=True, by=wrong, at=at)
    with pytest.raises(gate.ApprovalNeeded):
        take(by, at)
    gate.decide(row.pk, approve=True, by=secretary, at=at)
    with pytest.raises(MoveNotAllowed):
        gate.decide(row.pk, approve=False, by=secretary, at=at)
    for refused in (
        {"rows": 601},
        {"region": "64"},
        {"kind": "roster"},
        {"by": secretary},
        {"at": at + timedelta(hours=24)},
    ):
        with pytest.raises(gate.ApprovalNeeded):
            take(**{"by": by, "at": at} | refused)  # type: ignore[arg-type]
    take(by, at + timedelta(hours=23))
    with pytest.raises(gate.ApprovalNeeded):
        take(by, at + timedelta(hours=23))
    verbs = list(Line.objects.filter(verb__startswith="export").order_by("pk").values_list("verb", flat=True))
    assert verbs == ["export.asked", "export.approved", "export.taken"]


@pytest.mark.django_db
def test_nobody_approves_their_own_whatever_they_may(member: Member, at: datetime) -> None:
    secretary = member("secretary", "64.71")
    row = ask(secretary, at)
    with pytest.raises(NotPermitted):
        gate.decide(row.pk, approve=True, by=secretary, at=at)
    assert not gate.decidable(row, secretary)


@pytest.mark.django_db
def test_what_is_terbatas_is_asked_of_the_cleared_and_seen_by_nobody_else(member: Member, at: datetime) -> None:
    by, chief = member("secretariat", "64"), member("secretary", "64")
    row = ask(by, at, 3, restricted=True, region="64")
    with pytest.raises(NotFound):
        gate.decide(row.pk, approve=True, by=chief, at=at)
    assert not gate.requests(chief).exists() and not gate.taken(chief).exists()
    assert not Line.objects.filter(verb="export.asked", tier="").exists()
    gate.decide(row.pk, approve=True, by=member("data_protection", "64"), at=at)
    take(by, at, 3, restricted=True, region="64")
    assert not gate.taken(chief).exists() and gate.taken(by).exists()


@pytest.mark.deep
@pytest.mark.django_db
def test_reading_on_over_the_api_is_an_export(
    member: Member, areas: None, at: datetime, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kondusif.site.middleware.now", lambda: at)
    settings.EXPORT_ROWS = 3
    by = member("duty_officer", "64.71")
    for _n in range(9):
        make_report(at, region="64.71")
    web = Client()
    web.force_login(User.objects.get(pk=by.user_id), backend="allauth.account.auth_backends.AuthenticationBackend")
    assert web.get("/api/v1/reports?limit=200").json()["code"] == "export-approval-needed"
    page = web.get("/api/v1/reports?limit=3").json()
    for _again in range(5):
        assert web.get("/api/v1/reports?limit=3").status_code == 200, "the first page is reading, not taking out"
    second = web.get(f"/api/v1/reports?limit=3&cursor={page['next']}")
    third = web.get(f"/api/v1/reports?limit=3&cursor={second.json()['next']}")
    assert (second.status_code, third.status_code) == (200, 409)
    row = gate.ask("api-reports", region="64.71", rows=3, reason="audit", by=by, at=at)
    gate.decide(row.pk, approve=True, by=member("secretary", "64.71"), at=at)
    last = f"/api/v1/reports?limit=3&cursor={second.json()['next']}"
    assert [web.get(last).status_code for _n in range(3)] == [200, 200, 409], "3 approved and 3 to spare"


@pytest.mark.deep
@pytest.mark.django_db
def test_the_page_asks_and_answers(member: Member, areas: None, settings: LazySettings) -> None:
    settings.EXPORT_ROWS = 0

    def client(role: str) -> Client:
        found = Client()
        user = User.objects.get(pk=member(role, "64.71").user_id)
        found.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return found

    manager, secretary = client("manager"), client("secretary")
    shown = manager.get("/tim/lembar/members/unduh")
    assert shown.status_code == 409 and "Minta persetujuan" in shown.content.decode()
    said = {"kind": "members", "region": "64.71", "rows": Export.objects.count() + 2, "reason": "audit"}
    assert manager.post("/ekspor/minta", said | {"reason": "ingin"}).status_code == 422
    assert manager.post("/ekspor/minta", said).status_code == 302
    pk = ExportRequest.objects.get().pk
    assert (
        "Setujui" in secretary.get("/ekspor").content.decode()
        and "Setujui" not in manager.get("/ekspor").content.decode()
    )
    assert manager.post(f"/ekspor/{pk}/jawab", {"act": "yes"}).status_code == 403
    assert secretary.post(f"/ekspor/{pk}/jawab", {"act": "yes"}).status_code == 302
    assert manager.get("/tim/lembar/members/unduh").status_code == 200
    assert manager.get("/tim/lembar/members/unduh").status_code == 409
    assert manager.get("/tim/lembar/members/unduh?kosong=1").status_code == 200, "an empty sheet takes nothing out"


@pytest.mark.django_db
def test_the_servers_operator_needs_no_yes_and_stands_in_the_ledger(at: datetime) -> None:
    take(OPERATOR, at, 5000, region="64")
    assert Line.objects.get(verb="export.taken").actor == "operator"
