"""Tautan tugas: a day, one member, one device; and what it says when it cannot open. Telepon sekarang."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings as house_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from kondusif.clock.models import Deadline
from kondusif.intake import attachments
from kondusif.intake.jobs import remove_orphans
from kondusif.ledger.errors import MoveNotAllowed, NotFound, NotPermitted
from kondusif.ledger.models import Line
from kondusif.response import calling, link_page, links, queries, rules, tasks
from kondusif.response.models import Task, TaskLink
from kondusif.site.wiring import wire
from kondusif.teams import actions as teams
from kondusif.teams import resets, sending
from kondusif.teams.models import Delivery, OutboxMessage, User
from kondusif.teams.queries import OPERATOR
from tests.conftest import Member
from tests.response.conftest import NewMatter, Town

pytestmark = [pytest.mark.django_db, pytest.mark.each_once]
WORDS = {
    links.LinkUnknown: "tidak dikenal",
    links.LinkExpired: "24 jam",
    links.LinkTaken: "gawai lain",
    links.LinkNotYours: "berakhir",
    links.LinkOver: "selesai",
    links.LinkReset: "disetel ulang",
}


@pytest.fixture
def asked(town: Town, new_matter: NewMatter, at: datetime) -> tuple[Task, User]:
    task = tasks.assign(new_matter().code, agency=town.pp, title="Redakan lokasi", by=town.officer, at=at)
    return task, User.objects.filter(duties__agency=town.pp).earliest("pk")


@pytest.fixture(autouse=True)
def at_this_time(monkeypatch: pytest.MonkeyPatch, at: datetime) -> Any:
    """The pages read the domain clock; here it stands where the test sets it."""
    from kondusif.site import middleware

    time = {"now": at}
    monkeypatch.setattr(middleware, "now", lambda: time["now"])
    monkeypatch.setattr(link_page, "LIMITER", type(link_page.LIMITER)(10_000))
    return time


def _photo() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, "JPEG")
    return SimpleUploadedFile("foto.jpg", out.getvalue(), "image/jpeg")


def test_a_new_key_ends_the_links_of_the_old_phone(town: Town, asked: tuple[Task, User], at: datetime) -> None:
    task, user = asked
    token = links.make(task.pk, to=user, by=town.officer, at=at)
    resets.reset(user.pk, known_by="called_back", by=OPERATOR, at=at + timedelta(minutes=1))
    answer = Client().get(f"/t/{token}")
    assert answer.status_code == 410 and "disetel ulang" in answer.content.decode()
    task.refresh_from_db()
    assert task.state == "asked"


def test_a_link_is_looked_at_freely_and_answered_on_one_device(
    town: Town, asked: tuple[Task, User], at: datetime
) -> None:
    task, user = asked
    token = links.make(task.pk, to=user, by=town.officer, at=at)
    assert token not in str(list(TaskLink.objects.values_list())) + str(list(Line.objects.values_list())), (
        "only its digest is kept"
    )
    phone, preview, other = Client(), Client(), Client()
    for _ in range(3):
        assert preview.get(f"/t/{token}").status_code == 200, "a chat may fetch it: looking changes nothing"
    page = phone.get(f"/t/{token}")
    assert task.title in page.content.decode() and page["Referrer-Policy"] == "no-referrer"
    assert phone.post(f"/t/{token}", {"act": "accept"}).status_code == 302
    task.refresh_from_db()
    assert (task.state, task.accepted_by) == ("accepted", f"user:{user.pk}")
    assert Deadline.objects.get(subject=task.subject, duty=rules.ACKNOWLEDGE).met_at == at, (
        "the clock of acknowledgement is met"
    )
    for answer in (other.get(f"/t/{token}"), other.post(f"/t/{token}", {"act": "finish", "text": "x"})):
        assert answer.status_code == 409 and "gawai lain" in answer.content.decode()
    assert "sudah menerima" in phone.get(f"/t/{token}").content.decode(), "the same device goes on"
    done = phone.post(f"/t/{token}", {"act": "finish", "text": "Warga sudah pulang.", "photo": _photo()})
    assert done.status_code == 200 and "sudah ditangani" in done.content.decode()
    task.refresh_from_db()
    assert task.state == "done" and len(task.attachments) == 1
    assert phone.get(f"/t/{token}").status_code == 410
    assert list(Line.objects.filter(verb__startswith="task.link").order_by("pk").values_list("verb", flat=True)) == [
        "task.link_made",
        "task.link_used",
    ]


def test_each_way_a_link_fails_says_what_happened(
    town: Town, asked: tuple[Task, User], at: datetime, at_this_time: dict[str, datetime]
) -> None:
    task, user = asked
    token = links.make(task.pk, to=user, by=town.officer, at=at)
    client = Client()

    def says(error: type[links.Refusal], the_token: str = token) -> None:
        for answer in (client.get(f"/t/{the_token}"), client.post(f"/t/{the_token}", {"act": "accept"})):
            assert answer.status_code == error.status
            assert WORDS[error] in answer.content.decode() and "Yang dapat dilakukan" in answer.content.decode()

    says(links.LinkUnknown, "salah")
    at_this_time["now"] = at + timedelta(hours=24)
    says(links.LinkExpired)
    at_this_time["now"] = at
    User.objects.filter(pk=user.pk).update(is_active=False)
    says(links.LinkNotYours)
    User.objects.filter(pk=user.pk).update(is_active=True)
    teams.end_duty(user.duties.get(), by=OPERATOR, at=at)
    says(links.LinkNotYours)
    user.duties.update(valid_until=None)
    tasks.cancel(task.pk, reason="Sudah reda.", by=town.officer, at=at)
    says(links.LinkOver)
    assert Task.objects.get(pk=task.pk).accepted_at is None and not TaskLink.objects.exclude(used_at=None).exists()


def test_a_refused_answer_keeps_what_was_typed_and_the_link(town: Town, asked: tuple[Task, User], at: datetime) -> None:
    task, user = asked
    token = links.make(task.pk, to=user, by=town.officer, at=at)
    client = Client()
    long = "kata " * 500
    refused = client.post(f"/t/{token}", {"act": "decline", "text": long})
    assert refused.status_code == 422 and "kata kata" in refused.content.decode()
    broken = client.post(
        f"/t/{token}",
        {"act": "finish", "text": "Sudah.", "photo": SimpleUploadedFile("a.jpg", b"PK\x03\x04 bukan foto")},
    )
    assert broken.status_code == 422 and "Sudah." in broken.content.decode()
    assert TaskLink.objects.get().used_at is None and client.post(f"/t/{token}", {"act": "curi"}).status_code == 404
    assert client.post(f"/t/{token}", {"act": "decline", "text": "Tidak ada petugas."}).status_code == 200


def test_links_are_for_members_of_the_agency_and_never_about_officials(
    town: Town, asked: tuple[Task, User], member: Member, at: datetime
) -> None:
    task, user = asked
    stranger = User.objects.get(pk=town.officer.user_id)
    with pytest.raises(links.LinkNotPossible):
        links.make(task.pk, to=stranger, by=town.officer, at=at)
    for by in (
        member("duty_officer", "64.72"),
        town.pp_member,
    ):
        with pytest.raises((NotPermitted, NotFound)):
            links.make(task.pk, to=user, by=by, at=at)
    token = links.make(task.pk, to=user, by=town.officer, at=at)
    type(task.incident).objects.filter(pk=task.incident_id).update(restricted=True)
    with pytest.raises(links.LinkNotYours):
        links.open_link(token, device="", at=at)
    assert links.personal(f"{tasks.LINKED}{task.pk}", user, at) == f"{tasks.LINKED}{task.pk}"


def test_guessing_is_slowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_page, "LIMITER", type(link_page.LIMITER)(3))
    client = Client()
    assert [client.get(f"/t/{n}").status_code for n in range(7)][-1] != 404


def test_a_message_carries_each_member_their_own_link(
    town: Town, asked: tuple[Task, User], at: datetime, settings: Any, mailoutbox: list[Any]
) -> None:
    wire()
    task, user = asked
    settings.EMAIL_HOST = "localhost"
    User.objects.filter(pk=user.pk).update(email="anggota@contoh.id")
    message = OutboxMessage.objects.get(key=f"{task.subject}:asked")
    sending.spread(message, at=at)
    row = Delivery.objects.get(user=user, way="email")
    Delivery.objects.filter(pk=row.pk).update(bundle=row.pk)
    assert TaskLink.objects.count() == 0, "a link is made when the message leaves the house"
    sending.send_bundle({"bundle": row.pk})
    token = mailoutbox[0].body.rpartition("/t/")[2].strip()
    assert TaskLink.objects.get().user_id == user.pk and Client().get(f"/t/{token}").status_code == 200
    assert token not in str(list(OutboxMessage.objects.values_list()))


def test_a_photo_of_an_answer_stays_and_is_seen_by_whoever_sees_the_task(
    town: Town, asked: tuple[Task, User], member: Member, at: datetime, client: Client
) -> None:
    import os

    wire()
    task, user = asked
    kept = attachments.keep(_photo(), "foto.jpg")
    stray = attachments.keep(io.BytesIO(_other()), "lain.jpg")
    for one in (kept, stray):
        os.utime(attachments.path_of(one.digest), (0, 0))
    by = link_actor(user, at)
    tasks.finish(task.pk, proof="Sudah.", attachments=(kept.digest,), by=by, at=at)
    remove_orphans()
    assert attachments.path_of(kept.digest).exists() and not attachments.path_of(stray.digest).exists()
    backend = "allauth.account.auth_backends.AuthenticationBackend"
    client.force_login(User.objects.get(pk=town.officer.user_id), backend=backend)
    seen = client.get(f"/tugas/{task.pk}/berkas/{kept.digest}")
    assert seen.status_code == 200 and b"".join(seen.streaming_content)[:2] == b"\xff\xd8"  # type: ignore[attr-defined]
    assert client.get(f"/tugas/{task.pk}/berkas/{'ab' * 32}").status_code == 404
    client.force_login(User.objects.get(pk=member("duty_officer", "64.72").user_id), backend=backend)
    assert client.get(f"/tugas/{task.pk}/berkas/{kept.digest}").status_code == 404
    assert str(house_settings.ATTACHMENTS) in str(attachments.path_of(kept.digest))


def _other() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (41, 30), "red").save(out, "JPEG")
    return out.getvalue()


def link_actor(user: User, at: datetime) -> Any:
    from kondusif.teams.queries import actor_of

    return actor_of(user, at=at)


def test_phone_now_names_the_next_and_a_yes_accepts(
    town: Town, asked: tuple[Task, User], member: Member, at: datetime
) -> None:
    task, user = asked
    User.objects.filter(pk=user.pk).update(phone="0811-1")
    type(task.agency).objects.filter(pk=task.agency_id).update(phone="0541-2")
    secretary = member("secretary", "64.71")
    User.objects.filter(pk=secretary.user_id).update(phone="0811-3")
    with pytest.raises(NotPermitted):
        calling.phones(task.pk, by=link_actor(user, at), at=at)
    order = [p.number for p in calling.phones(task.pk, by=town.officer, at=at)[1]]
    assert order[:2] == ["0811-1", "0541-2"] and order[-1] == "0811-3"

    def suggested() -> list[str]:
        return [p.number for p in calling.phones(task.pk, by=town.officer, at=at)[1] if p.suggested]

    assert suggested() == ["0811-1"]
    calling.log_call(task.pk, "no_answer", person=user, by=town.officer, at=at)
    assert suggested() == ["0541-2"]
    calling.log_call(task.pk, "wrong_number", by=town.officer, at=at)
    assert suggested() == ["0811-3"]
    assert Deadline.objects.get(subject=task.subject, duty=rules.ACKNOWLEDGE).met_at is None
    calling.log_call(
        task.pk, "answered", person=User.objects.get(pk=secretary.user_id), accepts=True, by=town.officer, at=at
    )
    assert Deadline.objects.get(subject=task.subject, duty=rules.ACKNOWLEDGE).met_at == at
    assert Task.objects.get(pk=task.pk).state == "accepted"
    assert '"noted_by_team":true' in Line.objects.get(verb="task.accepted").detail
    tasks.cancel(task.pk, reason="Reda.", by=town.officer, at=at)
    with pytest.raises(MoveNotAllowed):
        calling.log_call(task.pk, "answered", by=town.officer, at=at)
    assert queries.task_for(task.pk, town.officer).task.state == "cancelled"


def test_the_pages_of_calling(town: Town, asked: tuple[Task, User], at: datetime, client: Client) -> None:
    task, user = asked
    User.objects.filter(pk=user.pk).update(phone="0811-1")
    client.force_login(
        User.objects.get(pk=town.officer.user_id), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    page = client.get(f"/tugas/{task.pk}/telepon").content.decode()
    assert 'href="tel:0811-1"' in page and "telepon ini dahulu" in page
    assert client.post(f"/tugas/{task.pk}/telepon", {"result": "accepts", "person": str(user.pk)}).status_code == 302
    made = client.post(f"/tugas/{task.pk}/tautan", {"to": str(user.pk)})
    assert made.status_code == 201 and "/t/" in made.content.decode()
    assert client.post(f"/tugas/{task.pk}/tautan", {"to": str(town.officer.user_id)}).status_code == 422
    assert client.get(f"/api/v1/tasks/{task.pk}/phones").json()[0]["last"] == "answered"
