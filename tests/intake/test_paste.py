"""Tempel pesan as an officer without JavaScript meets it: three taps, nothing guessed, nothing lost."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from kondusif.intake import message_page
from kondusif.intake.actions import ReportNotAccepted, receive
from kondusif.intake.message.reading import QUESTIONS
from kondusif.intake.models import Report, Told
from kondusif.intake.rules import Draft
from kondusif.intake.rules import Told as ToldDraft
from kondusif.ledger.actor import CITIZEN
from kondusif.ledger.errors import NotPermitted, Refusal
from kondusif.ledger.models import Line
from tests.conftest import Member
from tests.intake.test_pages import member_client

URL = "/laporan/tempel"
SAID = "Info dari warga: tadi subuh dua kelompok pemuda ribut di depan pasar Klandasan, Kel. Klandasan Ulu, 20 orang, 2 luka"
CHAT = (
    "[01/12/20 21.03] Nama Rahasia: ada ribut di Kel. Manggar\n[01/12/20 21.04] Nama Rahasia: <Media tidak disertakan>\n"
    "[01/12/20 21.05] +62 812-0000-111: jgn lupa rapat besok\n[01/12/20 21.20] Nama Rahasia: 2 org luka, @\u2068Nama Lain\u2069 sdh ke sana"
)


@pytest.fixture(autouse=True)
def house(areas: None, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kondusif.site.middleware.now", lambda: at)
    monkeypatch.setattr(message_page.WRITER, "submit", lambda draft, by: receive(draft, by=by, at=at))


def fields(answer: Any) -> dict[str, str]:
    """What a browser would send back from the page: hidden fields, inputs, what is chosen and ticked."""
    page, found = answer.content.decode(), {}
    main = page[page.index("<main") :]
    for tag in re.findall(r"<input[^>]*>", main, re.S):
        kind, name, value = (re.search(rf'\b{a}="([^"]*)"', tag, re.S) for a in ("type", "name", "value"))
        if (
            name
            and name[1] != "csrfmiddlewaretoken"
            and (kind is None or kind[1] not in {"radio", "checkbox"} or " checked" in tag)
        ):
            found[name[1]] = unescape(value[1]) if value else ""
    for name, body in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', main, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', body)
        found[name] = chosen[1] if chosen else ""
    return found


def read(client: Client, text: str, **more: str) -> Any:
    return client.post(URL, {"step": "read", "text": text} | more)


@pytest.mark.django_db
def test_three_taps_from_message_to_report(member: Member, at: datetime) -> None:
    officer = member("duty_officer", "64.71")
    client = member_client(officer)
    assert 'name="text"' in client.get(URL).content.decode()
    draft = read(client, SAID)
    page = draft.content.decode()
    assert "<mark>tadi subuh" in page and "yakin 9 dari 10" in page and not Report.objects.exists()
    done = client.post(URL, fields(draft))
    assert done.status_code == 201, done.content.decode()[-3000:]
    report = Report.objects.get()
    assert (report.text, report.channel, report.taken_by, report.place_text) == (
        SAID,
        "whatsapp",
        officer.id,
        "depan pasar Klandasan, Kel. Klandasan Ulu",
    )
    assert (
        report.region.startswith("64.71.")
        and report.occurred_at == at - timedelta(hours=4)
        and report.occurred_precision == "hour"
    )
    told = Told.objects.get(report=report)
    assert (told.people, told.dead, told.injured, told.source, told.kind) == (20, None, 2, "resident", "identitas")
    again = client.post(URL, fields(draft))
    assert again.status_code == 201 and Report.objects.count() == 1 and report.code in again.content.decode()
    line = Line.objects.get(verb="report.received")
    assert json.loads(line.detail) == {"channel": "whatsapp", "precision": "desa"}
    assert "20" in client.get(f"/laporan/{report.code}").content.decode()


@pytest.mark.django_db
def test_what_is_unsure_stays_empty_and_is_asked(member: Member) -> None:
    client = member_client(member("duty_officer", "64"))
    draft = read(client, "besok kemarin puluhan warga ribut di desa Rantau Panjang")
    page, given = draft.content.decode(), fields(draft)
    assert (given["date"], given["people"], given["region"], given["threatened"]) == ("", "", "", "unknown")
    for reason in ("time-contradiction", "people-vague", "region-several"):
        assert QUESTIONS[reason] in page
    assert '<details class="why" id="lainnya" open>' in page, "what is asked is not folded away"
    assert page.count("Rantau Panjang, ") >= 3, "the regions it may be are offered"
    refused = client.post(URL, given)
    assert refused.status_code == 422 and "Pilih daerah tempat kejadian" in refused.content.decode()
    assert QUESTIONS["time-contradiction"] in refused.content.decode()
    assert fields(refused)["text"] == given["text"] and not Report.objects.exists()
    code = re.findall(r'<option value="(64\.\d\d\.\d\d\.\d{4})"', page)[0]
    assert client.post(URL, given | {"region": code}).status_code == 201
    assert Report.objects.get().region == code


@pytest.mark.django_db
def test_the_desks_own_region_is_filled_in_and_it_says_so(member: Member) -> None:
    draft = read(member_client(member("duty_officer", "64.71")), "ribut di depan pasar tadi pagi")
    assert fields(draft)["region"] == "64.71" and QUESTIONS["region-by-desk"] in draft.content.decode()


@pytest.mark.django_db
def test_a_chat_is_chosen_from_and_names_are_kept_nowhere(member: Member) -> None:
    client = member_client(member("duty_officer", "64.71"))
    listed = read(client, CHAT)
    page = listed.content.decode()
    assert page.count('name="pick"') == 3 and "pengirim 2" in page and "1 baris lain" in page
    assert "Nama" not in page.split("<main")[1].replace("Nama pengirim", "") and "0000" not in page
    nothing = client.post(URL, fields(listed))
    assert nothing.status_code == 422 and nothing.content.decode().count('name="pick"') == 3
    draft = client.post(URL, fields(listed) | {"pick": ["0", "2"]})
    done = client.post(URL, fields(draft))
    report = Report.objects.get()
    assert done.status_code == 201 and "rapat" not in report.text and "@pengirim sdh" in report.text
    assert report.text.startswith("[01/12/20 21.03] pengirim 1: ada ribut") and report.reported_at.minute == 20
    back = client.post(URL, fields(draft) | {"back": "1"})
    assert "jgn lupa rapat" in back.content.decode()


@pytest.mark.django_db
def test_a_nil_message_is_pointed_to_the_daily_report(member: Member) -> None:
    client = member_client(member("duty_officer", "64.71"))
    assert 'href="/nihil"' in read(client, "NIHIL").content.decode().split("<main")[1]
    assert (
        "laporan nihil"
        not in read(client, "aman kondusif, namun ada keributan").content.decode().split("<main")[1].lower()
    )


@pytest.mark.django_db
@pytest.mark.parametrize(("text", "word"), [
    ("", "Tempel pesannya"), ("\u202e\u200b", "Tempel pesannya"), ("x" * 5001, "5.000 huruf"), ("y" * 100_001, "100000"),
    ("[01/12/20 21.04] A: <Media tidak disertakan>", "tanpa kata-kata"),
])  # fmt: skip
def test_what_cannot_be_read_is_said_and_given_back(member: Member, text: str, word: str) -> None:
    answer = read(member_client(member("duty_officer", "64.71")), text)
    assert (
        answer.status_code == 422
        and word in answer.content.decode()
        and text[:4000].strip("\u202e\u200b")[:50] in unescape(answer.content.decode())
    )


@pytest.mark.django_db
def test_an_override_of_direction_is_not_kept(member: Member) -> None:
    client = member_client(member("duty_officer", "64.71"))
    assert client.post(URL, fields(read(client, "ribut \u202edi pasar\u202c tadi pagi"))).status_code == 201
    assert Report.objects.get().text == "ribut di pasar tadi pagi"


@pytest.mark.django_db
def test_a_lost_session_gives_everything_back(member: Member) -> None:
    client = member_client(member("duty_officer", "64.71"))
    given = fields(read(client, SAID)) | {"place_text": "depan pasar, diubah"}
    client.logout()
    for data in ({"step": "read", "text": SAID}, given):
        answer = client.post(URL, data)
        page = unescape(answer.content.decode())
        assert answer.status_code == 403 and SAID in page and "Masuk lagi di tab baru" in page
        assert "no-store" in answer["Cache-Control"]
    assert "depan pasar, diubah" in page and fields(answer)["uuid"] == given["uuid"] and not Report.objects.exists()


@pytest.mark.django_db
def test_a_stale_token_gives_everything_back_and_stores_nothing(member: Member) -> None:
    actor = member("duty_officer", "64.71")
    given = fields(read(member_client(actor), SAID))
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = member_client(actor).cookies
    answer = strict.post(URL, given)
    assert answer.status_code == 403 and "tekan sekali lagi" in answer.content.decode() and not Report.objects.exists()
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', answer.content.decode().split("<main")[1])
    assert token is not None
    assert strict.post(URL, fields(answer) | {"csrfmiddlewaretoken": token[1]}).status_code == 201


@pytest.mark.django_db
def test_a_refusal_of_the_writer_gives_everything_back(member: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    from kondusif.intake.actions import NotStored

    client = member_client(member("duty_officer", "64.71"))
    given = fields(read(client, SAID))

    def refuse(draft: Draft, by: object) -> Refusal:
        return NotStored()

    monkeypatch.setattr(message_page.WRITER, "submit", refuse)
    answer = client.post(URL, given)
    assert answer.status_code == 503 and {k: v for k, v in fields(answer).items() if v} == {
        k: v for k, v in given.items() if v
    }


@pytest.mark.django_db
def test_who_may_not(member: Member, at: datetime) -> None:
    assert Client().get(URL).status_code == 403
    chair = member_client(member("chair", "64.71"))
    assert chair.get(URL).status_code == 403
    refused = chair.post(URL, {"step": "read", "text": SAID})
    assert refused.status_code == 403 and SAID in unescape(refused.content.decode())
    elsewhere = member_client(member("duty_officer", "64.72"))
    answer = elsewhere.post(URL, fields(read(elsewhere, SAID)))
    assert answer.status_code == 403 and "tidak berwenang" in answer.content.decode() and not Report.objects.exists()
    for by in (CITIZEN, member("chair", "64.71")):
        with pytest.raises(NotPermitted):
            receive(Draft(uuid=fields_uuid(), text="x", channel="whatsapp", region="64.71"), by=by, at=at)


def fields_uuid() -> Any:
    import uuid

    return uuid.uuid4()


@pytest.mark.django_db
def test_about_officials_goes_to_the_secretariat(member: Member) -> None:
    officer = member("duty_officer", "64.71")
    client = member_client(officer)
    done = client.post(URL, fields(read(client, SAID)) | {"about_official": "on"})
    report = Report.objects.get()
    assert done.status_code == 201 and report.restricted
    assert client.get(f"/laporan/{report.code}").status_code == 404, "once said, it is no longer the region's"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "told", [ToldDraft(people=-1), ToldDraft(dead=100_001), ToldDraft(kind="rumour"), ToldDraft(source="spy")]
)
def test_what_cannot_be_told_is_refused(member: Member, at: datetime, told: ToldDraft) -> None:
    with pytest.raises(ReportNotAccepted):
        receive(
            Draft(uuid=fields_uuid(), text="x", channel="pasted", region="64.71", told=told),
            by=member("duty_officer", "64.71"),
            at=at,
        )
    assert not Report.objects.exists()


@pytest.mark.django_db
def test_over_the_api(member: Member) -> None:
    client = member_client(member("duty_officer", "64.71"))
    said = client.post("/api/v1/messages/read", {"text": SAID}, content_type="application/json").json()
    found = {f["field"]: f for f in said["findings"]}
    assert said["text"] == SAID and found["injured"]["value"] == 2 and found["when"]["precision"] == "hour"
    start, end = found["when"]["spans"][0]
    assert said["text"][start:end] == "tadi subuh" and found["dead"]["value"] is None and found["dead"]["question"]
    chat = client.post("/api/v1/messages/read", {"text": CHAT}, content_type="application/json")
    assert [m["sender"] for m in chat.json()["messages"]] == [
        "pengirim 1",
        "pengirim 2",
        "pengirim 1",
    ] and "Nama" not in chat.content.decode()
    for bad in ({"text": ""}, {"text": "x" * 100_001}, {}):
        assert client.post("/api/v1/messages/read", bad, content_type="application/json").status_code == 422
    chair = member_client(member("chair", "64.71")).post(
        "/api/v1/messages/read", {"text": "x"}, content_type="application/json"
    )
    assert chair.status_code == 403 and not Report.objects.exists()


@pytest.mark.django_db
def test_the_ways_in(member: Member) -> None:
    client = member_client(member("duty_officer", "64.71"))
    for page in ("/ringkas", "/laporan", "/laporan/baru"):
        assert f'href="{URL}"' in client.get(page).content.decode(), page
