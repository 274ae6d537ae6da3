"""Masa siaga by decree: who may, where it holds, what it does to a clock, and what the pages say."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from django.test import Client

from kondusif.ledger.errors import NotFound, NotPermitted
from kondusif.ledger.models import Line
from kondusif.teams import duty_hours
from kondusif.teams.models import AlertPeriod, User
from tests.conftest import Member

pytestmark = pytest.mark.django_db
DECREE = {"decree_number": "SK 300/2020", "decree_date": date(2020, 12, 1)}


def _siaga(member: Member, at: datetime, region: str = "64.71", *, below: bool = True, days: int = 7) -> AlertPeriod:
    return duty_hours.set_alert(
        region, **DECREE, starts_at=at, ends_at=at + timedelta(days=days), below=below, by=member("secretary", "64"), at=at
    )  # fmt: skip


@pytest.mark.usefixtures("areas")
def test_a_decree_puts_a_region_on_alert_and_its_clocks_run(member: Member, at: datetime) -> None:
    friday_evening = at + timedelta(days=2, hours=10)
    hour = timedelta(hours=1)
    assert duty_hours.hours_of("64.71.02", at=friday_evening).after(friday_evening, hour) > friday_evening + 24 * hour
    period = _siaga(member, at)
    assert duty_hours.hours_of("64.71.02", at=friday_evening).after(friday_evening, hour) == friday_evening + hour
    assert duty_hours.hours_of("64.72", at=friday_evening).after(friday_evening, hour) > friday_evening + 24 * hour
    duty_hours.end_alert(period.pk, by=member("chair", "64.71"), at=at + hour)
    assert duty_hours.hours_of("64.71", at=friday_evening).after(friday_evening, hour) > friday_evening + 24 * hour
    with pytest.raises(duty_hours.PeriodOver):
        duty_hours.end_alert(period.pk, by=member("chair", "64.71"), at=at + 2 * hour)
    assert list(Line.objects.filter(verb__startswith="alert.").order_by("pk").values_list("verb", flat=True)) == [
        "alert.set",
        "alert.ended",
    ]


@pytest.mark.usefixtures("areas")
def test_a_provincial_decree_reaches_down_only_where_it_says_so(member: Member, at: datetime) -> None:
    alone = _siaga(member, at, "64", below=False)
    assert set(duty_hours.alert_now(["64", "64.71"], at=at)) == {"64"}
    assert _siaga(member, at, "64", below=False).pk == alone.pk, "the same decree twice is one period"
    _siaga(member, at, "64", days=8)
    assert set(duty_hours.alert_now(["64", "64.71", "64.71.02"], at=at)) == {"64", "64.71", "64.71.02"}
    assert duty_hours.alert_now(["64"], at=at - timedelta(seconds=1)) == {}


@pytest.mark.usefixtures("areas")
def test_who_may_not_and_what_cannot_be(member: Member, at: datetime) -> None:
    kept = {**DECREE, "starts_at": at, "ends_at": at + timedelta(days=1)}
    for by in (member("duty_officer", "64.71"), member("secretary", "64.72")):
        with pytest.raises(NotPermitted):
            duty_hours.set_alert("64.71", **kept, by=by, at=at)
    secretary = member("secretary", "64.71")
    for wrong in ({"ends_at": at}, {"decree_number": "  "}):
        with pytest.raises(duty_hours.PeriodNotPossible):
            duty_hours.set_alert("64.71", **kept | wrong, by=secretary, at=at)
    with pytest.raises(NotFound):
        duty_hours.set_alert("64.71.99", **kept, by=secretary, at=at)
    with pytest.raises(duty_hours.HoursNotPossible):
        duty_hours.set_office_hours("64.71", opens=time(9), shuts=time(9), by=secretary, at=at)
    with pytest.raises(NotPermitted):
        duty_hours.set_day(at.date(), works=False, name="x", decree_number="y", by=secretary, at=at)


@pytest.mark.usefixtures("areas")
def test_joint_leave_and_own_hours_move_the_clock(member: Member, at: datetime) -> None:
    by, hour = member("secretary", "64"), timedelta(hours=1)
    wednesday = at  # 09.00 WITA
    duty_hours.set_office_hours("64.71", opens=time(7, 30), shuts=time(10), by=by, at=at)
    assert duty_hours.hours_of("64.71.02", at=at).after(wednesday, 2 * hour) == wednesday + 23.5 * hour
    assert duty_hours.hours_of("64.72", at=at).after(wednesday, 2 * hour) == wednesday + 2 * hour
    thursday = (at + timedelta(days=1)).date()
    duty_hours.set_day(thursday, works=False, name="Cuti bersama", decree_number="SKB 1/2020", by=by, at=at)
    assert duty_hours.hours_of("64.71", at=at).after(wednesday, 2 * hour) == wednesday + 47.5 * hour
    duty_hours.set_day(date(2020, 12, 9), works=True, name="Dipindah", decree_number="SKB 2/2020", by=by, at=at)
    assert duty_hours.hours_of("64.72", at=at).works(date(2020, 12, 9))
    duty_hours.drop_day(thursday, by=by, at=at)
    assert duty_hours.hours_of("64.71", at=at).works(thursday)


@pytest.mark.usefixtures("areas")
def test_the_pages_say_so_calmly(member: Member, at: datetime, client: Client) -> None:
    secretary = member("secretary", "64.71")
    client.force_login(
        User.objects.get(pk=secretary.user_id), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    assert "Masa normal" in client.get("/tim/jam").content.decode()
    said = {"region": "64.71", "decree_number": "SK 1", "decree_date": "2020-12-01", "starts_at": "2020-12-01T08:00"}
    wrong = client.post("/tim/jam/siaga", said | {"ends_at": "2020-11-01T08:00"})
    assert wrong.status_code == 422 and "SK 1" in wrong.content.decode(), "what was typed is kept"
    assert client.post("/tim/jam/siaga", said | {"ends_at": "2090-12-01T08:00"}).status_code == 302
    for page in ("/tim/jam", "/situasi", "/situasi/64.71", "/"):
        assert "Masa siaga" in client.get(page, follow=True).content.decode(), page
    assert client.get("/api/v1/duty-hours?region=64.71").json()["alert"] is True
    assert client.get("/api/v1/duty-hours?region=64.72").status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize("when", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z", "2020-12-09T00:00:00"])
def test_instants_nobody_can_store_are_refused_at_the_door(member: Member, areas: None, when: str) -> None:
    client = Client()
    user = User.objects.get(pk=member("secretary", "64.71").user_id)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    sent = {
        "region": "64.71",
        "decree_number": "SK 1",
        "decree_date": "2020-12-01",
        "starts_at": when,
        "ends_at": "2020-12-20T00:00:00Z",
    }
    for path, body in (("alert-periods", sent), ("conflict-locks", sent | {"user": user.pk, "ground": "staff"})):
        assert client.post(f"/api/v1/{path}", body, content_type="application/json").status_code == 422, path
