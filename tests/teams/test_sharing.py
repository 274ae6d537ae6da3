"""What goes out through the chat: code, region, level and link; no story, no name, no place, nothing about officials."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils.html import escape

from kondusif.intake.models import Report
from kondusif.ledger.actor import Actor
from kondusif.response.actions import NewIncident, register
from kondusif.response.models import Incident, Task
from kondusif.response.page import share_of_task
from kondusif.teams.models import Agency, User
from kondusif.teams.sharing import share
from tests.triage.conftest import make_report

pytestmark = pytest.mark.django_db
Member = Callable[..., Actor]
STORY = "Pak Anu berteriak di Gang Mawar nomor 7"


def test_the_link_carries_exactly_the_text() -> None:
    one = share("status Tim Kota X waspada & tegang 100 %", "/situasi/64.71")
    assert parse_qs(urlsplit(one.url).query)["text"] == [one.text]
    assert one.text.startswith("Mohon izin melaporkan") and one.text.endswith("mohon arahan.")


@pytest.fixture
def page(areas: None, member: Member, at: datetime, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str, str], str]:
    monkeypatch.setattr("kondusif.site.middleware.now", lambda: at)

    def get(role: str, region: str, path: str) -> str:
        client = Client()
        user = User.objects.get(pk=member(role, region).user_id)
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client.get(path).content.decode()

    return get


def copied(html: str) -> str:
    return html.partition('data-copy="')[2].partition('"')[0]


def test_reports_incidents_statuses_and_the_day(
    page: Callable[[str, str, str], str], member: Member, at: datetime
) -> None:
    report = make_report(at, region="64.71.02", text=STORY)
    Report.objects.filter(pk=report.pk).update(place_text="Gang Mawar 7")
    incident = register(
        report.code,
        NewIncident("Perselisihan dua kelompok warga", severity="S3"),
        by=member("duty_officer", "64.71"),
        at=at,
    )
    for path, words in (
        (f"/laporan/{report.code}", (report.code, "Balikpapan")),
        (f"/permasalahan/{incident.code}", (incident.code, "Balikpapan", "S3")),
        ("/situasi/64.71", ("Balikpapan", "tidak ada data")),
        ("/nihil", ("laporan harian", "1 ada laporan")),
    ):
        text = copied(page("duty_officer", "64.71", path))
        assert all(escape(word) in text for word in words), (path, text)
        assert path in text and "Mawar" not in text and "Pak Anu" not in text and "duty_officer" not in text


def test_what_concerns_officials_is_not_offered(
    page: Callable[[str, str, str], str], member: Member, at: datetime
) -> None:
    report = make_report(at, region="64.71", text=STORY, restricted=True)
    incident = register(
        report.code, NewIncident("Dugaan pungutan", severity="S3"), by=member("secretariat", "64"), at=at
    )
    for path in (f"/laporan/{report.code}", f"/permasalahan/{incident.code}"):
        html = page("secretariat", "64", path)
        assert report.code in html and "wa.me" not in html and "data-copy" not in html


def test_a_task_tells_whose_it_is_and_by_when_and_not_its_title(areas: None, at: datetime) -> None:
    incident = Incident(code="PRM-1", region="64.71.02", severity="S2")
    task = Task(incident=incident, agency=Agency(name="Satpol PP Balikpapan"), title=STORY, state="asked")
    one = share_of_task(task, at)
    assert one is not None and all(w in one.text for w in ("Satpol PP Balikpapan", "PRM-1", "S2", "09.00", "/tugas"))
    assert "Mawar" not in one.text
    incident.restricted = True
    assert share_of_task(task, at) is None
