"""Lapor, Lacak, the desk and attachments as a browser without JavaScript meets them."""

from __future__ import annotations

import io
import logging
import re
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from kondusif.intake import attachments, views
from kondusif.intake.actions import receive
from kondusif.intake.models import Attachment, Contact, Letter, Report
from kondusif.ledger.actor import Actor
from kondusif.teams.models import User
from tests.conftest import Member

pytestmark = pytest.mark.django_db
ADDRESS, PHONE = "198.51.100.77", "0812-3456-7890"
WHAT = {"text": "Dua kelompok pemuda ribut di depan pasar", "threatened": "no"}
WHERE = {"region": "64.71", "place_text": "depan pasar", "day": "now"}


@pytest.fixture(autouse=True)
def house(areas: None, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Domain time; and reports are received in the test's own transaction (tests/intake/test_receive has the writer's thread)."""
    monkeypatch.setattr("kondusif.site.middleware.now", lambda: at)
    monkeypatch.setattr(views.WRITER, "submit", lambda draft, by: receive(draft, by=by, at=at))


@pytest.fixture(autouse=True)
def nothing_in_the_log(caplog: pytest.LogCaptureFixture) -> Any:
    caplog.set_level(logging.DEBUG)
    yield
    words = "\n".join(f"{r.getMessage()} {r.args} {r.exc_text or ''}" for r in caplog.records)
    for secret in (ADDRESS, PHONE, "081234567890", "81234567890", "pemuda ribut"):
        assert secret not in words, secret


@pytest.fixture
def citizen() -> Client:
    return Client(REMOTE_ADDR=ADDRESS)


def member_client(actor: Actor) -> Client:
    found = Client()
    found.force_login(User.objects.get(pk=actor.user_id), backend="allauth.account.auth_backends.AuthenticationBackend")
    return found


def carried(answer: Any) -> dict[str, str]:
    """The hidden fields of the page: what the browser sends back by itself."""
    found = {}
    for tag in re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", answer.content.decode()):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and name[1] != "csrfmiddlewaretoken":
            found[name[1]] = value[1] if value else ""
    return found


def post(client: Client, before: Any, **said: Any) -> Any:
    return client.post("/lapor", carried(before) | said)


def to_step_3(client: Client, what: dict[str, Any] = WHAT, where: dict[str, Any] = WHERE) -> Any:
    two = post(client, client.get("/lapor"), step="1", **what)
    assert two.status_code == 200, two.content.decode()[-800:]
    three = post(client, two, step="2", **where)
    assert three.status_code == 200
    return three


def picture() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.effect_noise((64, 48), 40).save(out, "JPEG")
    return SimpleUploadedFile("foto.jpg", out.getvalue(), content_type="image/jpeg")


def tracking_of(answer: Any) -> str:
    found = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", answer.content.decode())
    assert found is not None
    return found[0]


def test_three_steps_to_the_receipt(citizen: Client) -> None:
    done = post(citizen, to_step_3(citizen, WHAT | {"attachments": picture()}), step="3", contact=PHONE)
    report, page = Report.objects.get(), done.content.decode()
    assert done.status_code == 201 and report.code in page and tracking_of(done) in page
    assert "no-store" in done["Cache-Control"]
    title = re.search(r"<title>(.*?)</title>", page, re.S)
    assert title is not None and not re.search(r"lapor|konflik|kondusif", title[1], re.I), (
        "a shared phone: neutral title"
    )
    assert set(citizen.cookies) <= {"csrftoken"}
    assert (report.text, report.region[:5], report.channel, report.taken_by) == (WHAT["text"], "64.71", "web", "")
    assert report.attachments.count() == 1 and PHONE not in page
    assert PHONE not in Contact.objects.get().sealed


def test_several_pictures_at_once_and_no_more_than_five(citizen: Client) -> None:
    one = citizen.get("/lapor")
    two = post(citizen, one, step="1", **WHAT, attachments=[picture(), picture()])
    assert two.status_code == 200 and len(views._kept_files(carried(two))) == 2
    assert post(citizen, one, step="1", **WHAT, attachments=[picture() for _ in range(6)]).status_code == 422
    assert post(citizen, two, step="2", **WHERE).status_code == 200


def test_no_page_of_the_citizen_has_another_cookie_or_a_telling_title(citizen: Client) -> None:
    for url in ("/lapor", "/lacak", "/lacak/tuntas"):
        answer = citizen.get(url)
        title = re.search(r"<title>(.*?)</title>", answer.content.decode(), re.S)
        assert title is not None and not re.search(r"lapor|konflik|kondusif", title[1], re.I), (url, title and title[1])
        assert "Keluar cepat" in answer.content.decode()
    assert set(citizen.cookies) <= {"csrftoken"}


def test_back_keeps_what_was_typed(citizen: Client) -> None:
    three = to_step_3(citizen)
    two = post(citizen, three, step="3", back="1", contact=PHONE)
    assert "depan pasar" in two.content.decode() and carried(two)["contact"] == PHONE
    one = post(citizen, two, step="2", back="1", **WHERE)
    assert WHAT["text"] in one.content.decode()
    again = post(citizen, post(citizen, one, step="1", **WHAT), step="2", **WHERE)
    assert PHONE in again.content.decode()
    assert not Report.objects.exists()


def test_a_machine_that_fills_the_hidden_field_is_not_stored(citizen: Client) -> None:
    answer = post(citizen, to_step_3(citizen), step="3", website="http://contoh.id")
    assert answer.status_code == 200 and not Report.objects.exists()


@pytest.mark.parametrize(("more", "word"), [
    ({"lat": "116.83", "lon": "-1.26"}, ""),
    ({"day": "date", "date": "2020-12-24"}, "masa depan"),
    ({"day": "date", "date": "2018-12-24"}, "setahun"),
    ({"day": "date", "date": ""}, "tanggalnya"),
    ({"region": "64.99"}, ""),
    ({"region": ""}, "Pilih kabupaten"),
])  # fmt: skip
def test_what_cannot_be_is_said_and_not_stored(citizen: Client, more: dict[str, str], word: str) -> None:
    two = post(citizen, citizen.get("/lapor"), step="1", **WHAT)
    answer = post(citizen, two, step="2", **(WHERE | more))
    if answer.status_code == 200:  # some faults are only seen when the whole report is there
        answer = post(citizen, answer, step="3")
    assert 400 <= answer.status_code < 500 and word in answer.content.decode()
    assert not Report.objects.exists()


def test_a_field_forged_at_the_last_step_is_checked_again(citizen: Client) -> None:
    three = to_step_3(citizen)
    for forged in ({"threatened": "perhaps"}, {"text": ""}, {"day": "never"}, {"text": "x" * 5001}):
        assert post(citizen, three, step="3", **forged).status_code == 422
    assert not Report.objects.exists()


def test_files_of_the_wrong_kind_or_size_are_refused(citizen: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    one = citizen.get("/lapor")
    for name, data in (
        ("a.exe", b"MZ" + b"\0" * 200),
        ("a.jpg", b"PK\x03\x04" + b"\0" * 200),
        ("a.svg", b"<svg onload='x'/>"),
        ("a.jpg", b"x"),
    ):
        answer = post(citizen, one, step="1", **WHAT, attachments=SimpleUploadedFile(name, data))
        assert answer.status_code == 422 and WHAT["text"] in answer.content.decode()
    monkeypatch.setattr(attachments, "LARGEST", 100)
    assert post(citizen, one, step="1", **WHAT, attachments=picture()).status_code == 422
    assert not Attachment.objects.exists()


def test_sending_twice_gives_the_same_code(citizen: Client) -> None:
    three = to_step_3(citizen)
    first, again = post(citizen, three, step="3"), post(citizen, three, step="3")
    assert tracking_of(first) == tracking_of(again)
    assert Report.objects.count() == 1


def test_a_forged_token_brings_no_file_of_somebody_else(citizen: Client) -> None:
    from django.core import signing

    rows = [["ab" * 32, "image/png", 10, "x.png"]]
    for token in ("x", signing.dumps(rows, salt="other"), signing.dumps(rows, key="y" * 50, salt=views.FILES_SALT)):
        done = post(citizen, to_step_3(citizen), step="3", kept=token)
        assert done.status_code == 201
    assert not Attachment.objects.exists()


def test_lacak(citizen: Client) -> None:
    tracking = tracking_of(post(citizen, to_step_3(citizen), step="3"))
    assert citizen.post("/lacak", {"tracking": "AAAA-AAAA-AAAA"}).status_code == 422
    page = citizen.post("/lacak", {"tracking": tracking.lower().replace("-", " ")})
    assert page.status_code == 200 and Report.objects.get().code in page.content.decode()
    assert WHAT["text"] not in page.content.decode(), "words of state and no more, on a phone that others hold"
    assert tracking not in str(page.request["QUERY_STRING"])
    done = citizen.post("/lacak/jawab", {"tracking": tracking, "text": "Sekarang sudah sepi."})
    assert done.status_code == 200 and Letter.objects.get().text == "Sekarang sudah sepi."
    assert citizen.post("/lacak/jawab", {"tracking": "AAAA-AAAA-AAAA", "text": "x"}).status_code == 404
    Report.objects.update(state="archived")
    closed = citizen.post("/lacak/jawab", {"tracking": tracking, "text": "Terlambat"})
    assert "diarsipkan" in closed.content.decode() and Letter.objects.count() == 1
    assert set(citizen.cookies) <= {"csrftoken"}


def test_the_desk_is_for_the_watch_and_its_region(member: Member, at: datetime) -> None:
    said = {
        "channel": "phone",
        "text": "Cekcok warga",
        "threatened": "no",
        "uuid": "00000000-0000-4000-8000-000000000001",
        "contact": PHONE,
    } | WHERE
    assert Client().get("/laporan/baru").status_code == 403
    assert member_client(member("chair", "64.71")).post("/laporan/baru", said).status_code == 403
    answer = member_client(member("duty_officer", "64.72")).post("/laporan/baru", said)
    assert answer.status_code == 422 and "tidak berwenang" in answer.content.decode() and not Report.objects.exists()
    officer = member("duty_officer", "64.71")
    done = member_client(officer).post("/laporan/baru", said)
    assert done.status_code == 201 and PHONE not in done.content.decode()
    assert Report.objects.get().taken_by == officer.id


def test_an_attachment_is_served_only_in_scope_and_never_run(citizen: Client, member: Member) -> None:
    post(citizen, to_step_3(citizen, WHAT | {"attachments": picture()}), step="3")
    row = Attachment.objects.get()
    url = f"/laporan/{row.report.code}/berkas/{row.digest}"
    answer = member_client(member("duty_officer", "64.71")).get(url)
    assert answer.status_code == 200 and b"".join(answer.streaming_content)[:2] == b"\xff\xd8"
    assert answer["Content-Security-Policy"].startswith("sandbox") and answer["X-Content-Type-Options"] == "nosniff"
    assert "private" in answer["Cache-Control"] or "no-store" in answer["Cache-Control"]
    assert citizen.get(url).status_code == 404
    for role, region in (("duty_officer", "64.72"), ("observer", "64.71")):
        assert member_client(member(role, region)).get(url).status_code == 404
    Report.objects.update(restricted=True)
    assert member_client(member("duty_officer", "64.71")).get(url).status_code == 404
