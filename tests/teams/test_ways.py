"""Notices leave the house: bundled or at once, by the next way when one fails, and no address is ever shown again."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.test import Client

from kondusif.clock.models import Job
from kondusif.ledger.actor import Actor
from kondusif.ledger.errors import NotPermitted
from kondusif.ledger.models import Line
from kondusif.teams import sending, ways
from kondusif.teams.actions import Message, post
from kondusif.teams.models import Delivery, OutboxMessage, User, Way
from tests.conftest import Member

pytestmark = [pytest.mark.django_db, pytest.mark.each_once]
MINUTE = timedelta(minutes=1)


class Service(HTTPServer):
    """A real listener that takes what is posted, or refuses it."""

    def __init__(self) -> None:
        self.got: list[dict[str, str]] = []
        self.refuse = False
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if not outer.refuse:
                    outer.got.append(body)
                self.send_response(500 if outer.refuse else 200)
                self.end_headers()

            def log_message(self, *args: object) -> None:
                pass

        super().__init__(("127.0.0.1", 0), Handler)


@pytest.fixture
def service(settings: Any) -> Iterator[Service]:
    settings.NOTIFY_SERVICES = frozenset({"json"})
    settings.EMAIL_HOST = "localhost"
    server = Service()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def _officer(
    member: Member, service: Service | None, at: datetime, email: str = "piket@contoh.id"
) -> tuple[User, Actor]:
    actor = member("duty_officer", "64.71")
    User.objects.filter(pk=actor.user_id).update(email=email)
    user = User.objects.get(pk=actor.user_id)
    if service is not None:
        way = ways.add_way(
            user, label="Ponsel", address=f"json://rahasia:kata@127.0.0.1:{service.server_port}/x", by=actor, at=at
        )
        ways.prefer(way.pk, by=actor, at=at)
    return user, actor


def _tell(*keys: str, at: datetime, urgent: bool = False) -> None:
    post([Message(k, "duty:64.71", f"Judul {k}", "Isi rahasia", "/laporan", urgent) for k in keys], at=at)
    for row in OutboxMessage.objects.filter(spread_at=None).order_by("pk"):
        sending.spread(row, at=at)


def _work(at: datetime) -> None:
    sending.send_due(at=at)
    for job in Job.objects.filter(done_at=None, failed_at=None):
        try:
            sending.send_bundle(job.payload)
        except sending.NotTaken:
            continue
        Job.objects.filter(pk=job.pk).update(done_at=at)


def test_small_notices_go_out_as_one(member: Member, at: datetime, service: Service, mailoutbox: list[object]) -> None:
    _officer(member, service, at)
    _tell("a", at=at)
    _tell("b", "c", at=at + 2 * MINUTE)
    _work(at + 2 * MINUTE)
    assert service.got == [], "an ordinary notice waits three minutes for company"
    _work(at + 3 * MINUTE)
    _work(at + 9 * MINUTE)
    assert len(service.got) == 1 and service.got[0]["title"] == "3 kabar dari Kondusif"
    assert "Judul c" in service.got[0]["message"] and "Isi rahasia" not in service.got[0]["message"], (
        "what the house wrote stays inside"
    )
    assert mailoutbox == [], "one way is enough"
    assert Delivery.objects.exclude(way="app").filter(sent_at=None).count() == 0


def test_urgent_ones_go_at_once_by_every_way_and_break_quiet_hours(
    member: Member, at: datetime, service: Service, mailoutbox: list[object]
) -> None:
    user, actor = _officer(member, service, at)
    ways.set_quiet(user, quiet_from=time(8), quiet_until=time(12), by=actor, at=at)  # it is 09.00
    _tell("biasa", at=at)
    _tell("genting", at=at, urgent=True)
    _work(at + 4 * MINUTE)
    assert [m["title"] for m in service.got] == ["Judul genting"] and len(mailoutbox) == 1
    _work(at + 3 * 60 * MINUTE)
    assert [m["title"] for m in service.got] == ["Judul genting", "Judul biasa"]


def test_when_one_way_fails_the_next_has_it(
    member: Member, at: datetime, service: Service, mailoutbox: list[object], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    user, _actor = _officer(member, service, at)
    service.refuse = True
    _tell("a", at=at)
    for _ in range(sending.TRIES):
        _work(at + 3 * MINUTE)
    assert [d.error.split()[0] for d in Delivery.objects.filter(user=user, way__startswith="w")] == ["NotTaken"]
    far = datetime.now(at.tzinfo) + timedelta(days=1)
    _work(far)
    assert len(mailoutbox) == 1
    said = (
        caplog.text
        + str(list(Delivery.objects.values_list()))
        + str(list(Job.objects.values_list()))
        + str(list(Line.objects.values_list()))
    )
    assert "rahasia:kata" not in said and "kata@" not in said, "an address stands in no log and no table"


def test_an_address_goes_in_and_does_not_come_out(
    member: Member, at: datetime, service: Service, client: Client
) -> None:
    user, actor = _officer(member, service, at)
    way = Way.objects.get(user=user, kind="other")
    assert "kata" not in way.sealed and ways.address_of(way.pk).startswith("json://rahasia:kata@")
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "kata@" not in client.get("/kabar/jalur").content.decode() + str(client.get("/api/v1/ways").json())
    assert ways.KEYS.path().stat().st_mode & 0o077 == 0
    refused = client.post("/kabar/jalur/tambah", {"label": "x", "address": "file:///etc/passwd"})
    assert refused.status_code == 422 and "passwd" not in refused.content.decode()
    with pytest.raises(NotPermitted):
        ways.add_way(user, label="x", address="json://localhost", by=member("manager", "64"), at=at)
    ways.remove_way(way.pk, by=actor, at=at)
    assert ways.ways_of(user) == ["email"]


def test_a_trial_shows_its_result(member: Member, at: datetime, service: Service, settings: Any) -> None:
    user, actor = _officer(member, service, at)
    way = f"w{Way.objects.get(user=user, kind='other').pk}"
    for stranger in (member("secretary", "64.72"), member("duty_officer", "64.71")):
        with pytest.raises(NotPermitted):
            ways.try_way(user, way, by=stranger, at=at)
    ways.try_way(user, way, by=member("secretary", "64.71"), at=at)
    with pytest.raises(ways.TrialTooSoon):
        ways.try_way(user, way, by=actor, at=at)
    _work(at)
    assert service.got[0]["title"] == "Kirim uji dari Kondusif" and Delivery.objects.get(way=way).sent_at is not None


def test_mail_goes_out_once_and_needs_a_server(
    member: Member, at: datetime, mailoutbox: list[object], settings: Any
) -> None:
    _officer(member, None, at)
    _tell("a", at=at)
    assert not Delivery.objects.filter(way="email").exists(), "without a mail server mail is no way"
    settings.EMAIL_HOST = "localhost"
    _tell("b", at=at)
    _work(at + 3 * MINUTE)
    sending.send_bundle({"bundle": Delivery.objects.get(way="email").pk})
    assert len(mailoutbox) == 1
