"""What concerns officials changes nothing that others see: not a byte, not a count, not a line of the live stream."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from kondusif.intake import attachments, identity, privacy
from kondusif.intake.models import Attachment, Contact, Report
from kondusif.ledger.actor import Actor
from kondusif.ledger.models import Line
from kondusif.ledger.queries import may_see, visible_to
from kondusif.response import actions as response
from kondusif.response import calling, tasks
from kondusif.response.actions import NewIncident
from kondusif.response.jobs import read_line
from kondusif.response.models import Incident
from kondusif.situation import actions as situation
from kondusif.situation import live
from kondusif.situation import map as drawn
from kondusif.situation.board import board
from kondusif.situation.feed import feed
from kondusif.situation.jobs import hear
from kondusif.teams.models import Delivery, OutboxMessage, User
from kondusif.teams.sending import spread
from kondusif.triage import actions as triage
from kondusif.triage import referral, restriction
from tests.response.conftest import new_agency, secretariat
from tests.triage.conftest import NewAgency, make_report

__all__ = ["new_agency", "secretariat"]
pytestmark = pytest.mark.django_db
Member = Callable[..., Actor]
TITLE = "Perselisihan dua kelompok warga"


@pytest.fixture(autouse=True)
def domain_time(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    for place in ("site.middleware", "situation.map", "situation.live"):
        monkeypatch.setattr(f"kondusif.{place}.now", lambda: at + timedelta(minutes=30))
    monkeypatch.setattr(drawn, "close_old_connections", lambda: None)


@dataclass
class Town:
    """An open world, and those in it who may not know."""

    report: Report
    incident: Incident
    eyes: dict[str, Actor]
    officer: Actor
    secretariat: Actor

    def clients(self) -> dict[str, Client]:
        found = {"anonymous": Client()}
        for name, actor in self.eyes.items():
            found[name] = Client()
            user = User.objects.get(pk=actor.user_id)
            found[name].force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return found


@pytest.fixture
def town(areas: None, member: Member, new_agency: NewAgency, secretariat: Actor, at: datetime) -> Town:
    police = new_agency("polri")
    officer = member("duty_officer", "64.71", username="petugas")
    eyes = {
        "officer": member("duty_officer", "64.71"), "chair": member("chair", "64.71"), "police": member("agency", "64.71", agency=police),
        "observer": member("observer", "64.71"), "province": member("duty_officer", "64"),
    }  # fmt: skip
    report, linked, referred = (make_report(at, region="64.71") for _ in range(3))
    incident = response.register(linked.code, NewIncident(TITLE, severity="S3"), by=officer, at=at)
    tasks.assign(incident.code, agency=police, title="Jaga lokasi", by=officer, at=at)
    referral.refer(referred.code, reason="Kewenangannya.", agency=police, by=officer, at=at)
    situation.propose("64.71", level="waspada", reason="Ada bukti.", by=officer, at=at)
    catch_up(at)
    return Town(report, incident, eyes, officer, secretariat)


def catch_up(at: datetime) -> None:
    """What the worker does: reads the ledger, spreads messages."""
    for line in Line.objects.order_by("pk"):
        hear(line)
        read_line(line)
    for message in OutboxMessage.objects.order_by("pk"):
        spread(message, at=at)


def plain(body: bytes) -> str:
    """A page without what is drawn anew for each answer: CSRF tokens, and the uuid of an empty desk form."""
    page = re.sub(
        r'(csrfmiddlewaretoken"[^>]*value="|csrf-token" content="|X-CSRFToken": ")\w{64}', r"\1", body.decode()
    )
    return re.sub(r'(name="uuid" value=")[0-9a-f-]{36}', r"\1", page)


def seen(town: Town) -> dict[tuple[str, str], str]:
    """Everything each of them can get: pages, answers of the API, map data, and the live stream's decisions."""
    code, matter = town.report.code, town.incident.code
    pages = [
        "/", "/ringkas", "/nihil", "/api/v1/nil-reports",
        "/situasi", "/situasi?peta=tabel", "/situasi?peta=batas", "/situasi?peta=kejadian", "/situasi/64.71", "/laporan", "/laporan?state=",
        "/laporan?state=&words=petugas", f"/laporan/{code}", f"/laporan/{code}/kontak", "/laporan/baru", "/permasalahan", "/permasalahan?state=",
        f"/permasalahan/{matter}", f"/permasalahan/baru?laporan={code}", "/permasalahan/rapat", "/tugas", "/tim", "/kabar", "/tentang", "/lacak",
        "/api/v1/reports?state=", f"/api/v1/reports/{code}", "/api/v1/incidents?state=", f"/api/v1/incidents/{matter}", "/api/v1/tasks",
        "/api/v1/referrals", "/api/v1/regions",
    ]  # fmt: skip
    found = {}
    for name, client in town.clients().items():
        for page in pages:
            answer = client.get(page)
            found[name, page] = f"{answer.status_code} {plain(answer.content)}"
        key = client.cookies["kondusif"].value if "kondusif" in client.cookies else ""
        for which in ("regions", "incidents"):
            found[name, f"map {which}"] = repr(drawn._answer(key, which))
    for name, actor in town.eyes.items():
        found[name, "ledger"] = repr(list(visible_to(actor).order_by("pk").values_list("pk", "verb", "subject")))
        told = [live.event(x) for x in Line.objects.order_by("pk") if may_see(x, actor)]
        found[name, "live"] = "".join(told)
        found[name, "missed"] = "".join(live.event(x) for x in live._missed(actor, 0))
        found[name, "notices"] = repr(
            list(Delivery.objects.filter(user=actor.user_id).order_by("pk").values_list("message__subject"))
        )
    return found


def same(before: dict[tuple[str, str], str], after: dict[tuple[str, str], str]) -> list[str]:
    wrong = []
    for key, was in before.items():
        if was != after[key]:
            line = next(
                ((a, b) for a, b in zip(was.split("\n"), after[key].split("\n"), strict=False) if a != b),
                ("", "longer"),
            )
            wrong.append(f"{key}: {line[0][-200:]!r} → {line[1][-200:]!r}")
    return wrong


def about_officials(town: Town, inspectorate: Any, at: datetime) -> tuple[Report, Incident]:
    """Reports about officials with all that can hang on them."""
    alone = make_report(at, region="64.71", restricted=True, threatened="yes", text="Petugas meminta uang di pos")
    report = make_report(at, region="64.71", restricted=True, text="Petugas meminta uang di pos jaga")
    Contact.objects.create(report=report, sealed=privacy.seal("0812000111"), lookup=privacy.lookup("0812000111"))
    attachments.write("cd" * 32, b"a picture")
    Attachment.objects.create(report=report, digest="cd" * 32, media_type="image/png", size=9, name="foto.png")
    by = town.secretariat
    triage.ask_reporter(report.code, text="Di pos mana?", by=by, at=at)
    referral.refer(alone.code, reason="Menyangkut pejabat.", body="ombudsman", by=by, at=at)
    identity.request(report.code, reason="life", note="", by=by, at=at)
    incident = response.register(report.code, NewIncident("Dugaan pungutan di pos", severity="S1"), by=by, at=at)
    Incident.objects.filter(pk=incident.pk).update(lat=-1.26, lon=116.83)
    task = tasks.assign(incident.code, agency=inspectorate, title="Periksa pos", by=by, at=at)
    calling.log_call(task.pk, "no_answer", by=by, at=at)
    response.note(incident.code, "Sudah diperiksa.", by=by, at=at)
    return report, incident


@pytest.mark.deep
@pytest.mark.each_once
def test_what_concerns_officials_changes_not_a_byte(town: Town, new_agency: NewAgency, at: datetime) -> None:
    inspectorate = new_agency("inspektorat", "64")
    before = seen(town)
    assert (
        town.report.code in before["officer", "/laporan"] and town.incident.code in before["officer", "/permasalahan"]
    )
    report, incident = about_officials(town, inspectorate, at)
    catch_up(at)
    after = seen(town)
    assert not same(before, after)
    everything = "".join(after.values())
    assert report.code not in everything and incident.code not in everything
    theirs = Client()
    theirs.force_login(
        User.objects.get(pk=town.secretariat.user_id), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    assert report.code in theirs.get("/laporan?state=").content.decode(), (
        "the comparison would notice: the secretariat does see it"
    )


@pytest.mark.deep
@pytest.mark.each_once
def test_what_is_hidden_answers_like_what_is_not_there(town: Town, new_agency: NewAgency, at: datetime) -> None:
    report, incident = about_officials(town, new_agency("inspektorat", "64"), at)
    task, mine = incident.tasks.get(), town.report.code
    gets = [
        "/laporan/{report}", "/laporan/{report}/kontak", "/laporan/{report}/berkas/" + "cd" * 32, "/permasalahan/baru?laporan={report}",
        "/permasalahan/{incident}", "/api/v1/reports/{report}", "/api/v1/incidents/{incident}", "/api/v1/tasks/{task}",
    ]  # fmt: skip
    posts: list[tuple[str, dict[str, str]]] = [
        ("/laporan/{report}/langkah/take", {}),
        ("/laporan/{report}/kontak", {"act": "ask", "reason": "life"}),
        (f"/laporan/{mine}/satukan", {"primary": mine, "joined": "{report}"}),
        ("/permasalahan/baru", {"laporan": "{report}", "title": TITLE, "severity": "S3"}),
        ("/permasalahan/{incident}/langkah/calm", {}),
        (f"/permasalahan/{town.incident.code}/langkah/link", {"report": "{report}"}),
        (f"/permasalahan/{town.incident.code}/langkah/relate", {"kind": "cause", "other": "{incident}"}),
        ("/tugas/{task}/accept", {}),
    ]
    hidden = {"report": report.code, "incident": incident.code, "task": str(task.pk)}
    # One letter off, so that nothing hangs on the order in which two codes are looked up.
    absent = {"report": _next(report.code), "incident": _next(incident.code), "task": "987654"}

    def body(answer: Any, names: dict[str, str]) -> tuple[int, str]:
        page = plain(answer.content)
        for name, code in names.items():
            page = page.replace(code, name) if name != "task" else page
        return answer.status_code, page

    for name, client in town.clients().items():
        for url in gets:
            one, other = (body(client.get(url.format(**names)), names) for names in (hidden, absent))
            assert one == other, (name, url)
        for url, said in posts:
            one, other = (
                body(client.post(url.format(**names), {k: v.format(**names) for k, v in said.items()}), names)
                for names in (hidden, absent)
            )
            assert one == other, (name, url, said)


def _next(code: str) -> str:
    return code[:-1] + ("Z" if code[-1] != "Z" else "Y")


@pytest.mark.deep
@pytest.mark.each_once
def test_a_contact_changes_not_a_byte(town: Town) -> None:
    before = seen(town)
    sealed = privacy.seal("0812000111")
    Contact.objects.create(report=town.report, sealed=sealed, lookup=privacy.lookup("0812000111"))
    after = seen(town)
    assert not same(before, after)
    everything = "".join(after.values())
    assert "0812000111" not in everything and sealed not in everything


@pytest.mark.deep
def test_what_becomes_restricted_leaves_every_list(town: Town, at: datetime) -> None:
    """Known once, hidden now: no list, feed, count or timeline keeps it."""
    later = at + timedelta(minutes=10)
    alone, linked = town.report, Report.objects.get(incident_links__incident=town.incident)
    chair = town.eyes["chair"]
    assert any(alone.code in act.what for act in feed(chair, 8))
    were = {name: board(actor, province="64", at=later) for name, actor in town.eyes.items()}
    for code in (alone.code, linked.code):
        restriction.set_restricted(code, by=town.officer, at=later)
    catch_up(later)
    after = {
        key: value
        for key, value in seen(town).items()
        if key[1] not in {"ledger", "live", "missed", "notices", "/kabar"}
    }
    wrong = [key for key, value in after.items() for code in (alone.code, linked.code)
             if code in value and not value.startswith("404")]  # fmt: skip
    assert not wrong, wrong
    for actor in town.eyes.values():
        hidden = [
            act for act in feed(actor, 50) if alone.code in act.what + act.url or linked.code in act.what + act.url
        ]
        assert not hidden
        assert len([a for a in feed(actor, 50) if a.words == "Laporan baru diterima"]) <= 1, (
            "only the referred one is left"
        )
    now = {name: board(actor, province="64", at=later) for name, actor in town.eyes.items()}
    for name in ("officer", "chair", "province"):
        assert now[name].untriaged == were[name].untriaged - 1
        was, tile = (next(t for t in b[name].tiles if t.code == "64.71") for b in (were, now))
        assert tile.reports == was.reports - 2


def test_the_feed_stays_full(town: Town, at: datetime) -> None:
    for _ in range(6):
        make_report(at, region="64.71")
    for n in range(9):
        report = make_report(at + timedelta(minutes=n), region="64.71")
        restriction.set_restricted(report.code, by=town.officer, at=at + timedelta(minutes=n))
    acts = feed(town.eyes["chair"], 8)
    assert len(acts) == 8 and all(act.what for act in acts)
