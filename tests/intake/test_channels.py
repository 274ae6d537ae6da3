"""A message that comes by SMS, Telegram, mail or modem: taken once, answered without content, never lost."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from kondusif.intake import dialogue, privacy
from kondusif.intake.actions import receive
from kondusif.intake.channels import desk, folder, gateways, outgoing, parts, reception, storing
from kondusif.intake.channels.gateways import FIELDS, Gateway
from kondusif.intake.channels.inbound import Inbound
from kondusif.intake.models import ChannelMessage, ChannelReply, Contact, NilReport, Report
from kondusif.intake.rules import KeptFile, tracking_digest
from kondusif.ledger.errors import NotFound, NotPermitted
from kondusif.ledger.models import Line
from kondusif.teams.models import OutboxMessage, User
from tests.conftest import Member
from tests.intake.test_channel_words import UPDATE, signed
from tests.intake.test_pages import member_client

pytestmark = pytest.mark.django_db
PHONE, SECRET = "+62 812-0000-0001", "x" * 20
SMS = Gateway(
    "posko", "kannel", "64.71", SECRET, fields=FIELDS["kannel"], options={"send": "http://127.0.0.1:9/{to}{text}"}
)
Take = Callable[..., reception.Taken]


@pytest.fixture(autouse=True)
def house(areas: None, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storing.WRITER, "submit", lambda draft, by: receive(draft, by=by, at=at))
    monkeypatch.setattr("kondusif.intake.channels.doors.now", lambda: at)
    monkeypatch.setattr("kondusif.site.middleware.now", lambda: at)
    known = [SMS, Gateway("hp", "android", "64.71", SECRET, fields=FIELDS["android"], options={"send": "http://127.0.0.1:9/"}),
             Gateway("bot", "telegram", "64", SECRET, options={"token": "1:a"})]  # fmt: skip
    monkeypatch.setattr(gateways, "all_gateways", lambda: {g.name: g for g in known})
    for module in (desk, parts, outgoing, "kondusif.intake.news"):
        name = module if isinstance(module, str) else module.__name__
        monkeypatch.setattr(f"{name}.all_gateways", gateways.all_gateways)


@pytest.fixture
def take(at: datetime) -> Take:
    count = iter(range(10_000))

    def send(
        text: str, sender: str = PHONE, id_: str = "", later: timedelta = timedelta(0), **more: Any
    ) -> reception.Taken:
        return reception.take(Inbound(id_ or f"m{next(count)}", sender, text, **more), SMS, at=at + later)

    return send


def test_a_report_by_sms_is_kept_with_a_sealed_sender_and_answered_with_a_code_alone(take: Take) -> None:
    taken = take("Dua kelompok ribut di Balikpapan Selatan, depan pasar")
    report = Report.objects.get()
    assert (report.channel, report.text) == ("sms", "Dua kelompok ribut di Balikpapan Selatan, depan pasar")
    assert report.region.startswith("64.71")
    assert privacy.unseal(Contact.objects.get().sealed) == PHONE
    assert (
        len(taken.reply) <= 160
        and taken.reply.isascii()
        and report.code not in taken.reply
        and "pasar" not in taken.reply
    )
    code = taken.reply.split("Kode lacak ")[1][:14]
    assert report.tracking_digest == tracking_digest(code)
    row = ChannelMessage.objects.get()
    assert PHONE not in f"{row.key}{row.sender}{row.text}" and row.text == ""
    assert not Line.objects.filter(detail__contains="0812").exists()


def test_place_time_and_danger_are_read_from_the_words(take: Take, at: datetime) -> None:
    take("Tolong, kemarin jam 9 malam dan skrg lagi orang bawa parang di depan pasar Segiri, Samarinda Ulu")
    report = Report.objects.get()
    assert report.region.startswith("64.72") and "pasar Segiri" in report.place_text
    assert report.text.startswith("Tolong, kemarin")  # the words stay


def test_the_same_message_twice_is_one_report_with_the_same_answer(take: Take) -> None:
    first = take("Ribut di pasar pagi", id_="a")
    assert take("Ribut di pasar pagi", id_="a") == first
    assert take("Ribut di pasar pagi", id_="b", later=timedelta(minutes=2)) == first  # the gateway gave it a new number
    assert Report.objects.count() == 1
    take("Ribut di pasar pagi", id_="c", later=timedelta(minutes=11))
    assert Report.objects.count() == 2


def test_a_place_nobody_understands_is_asked_for_and_the_answer_goes_under_the_code(take: Take) -> None:
    taken = take("Ada ribut besar, cepat ke sini")
    assert "Tempatnya belum jelas" in taken.reply and len(taken.reply) <= 160
    code = taken.reply.split("Kode lacak ")[1][:14]
    report = Report.objects.get()
    assert report.region == "64.71"  # where the gateway stands
    assert take(f"{code} di Gunung Samarinda RT 5").outcome == "answer"
    assert report.letters.get().text == "di Gunung Samarinda RT 5"
    assert "Laporan Anda" in take(f"LACAK {code}").reply
    assert "tidak dikenal" in take("LACAK AAAA-BBBB-CCC1").reply
    assert take("AAAA-BBBB-CCC1 ada ribut").outcome == "report"  # a code nobody has is no reason to lose the words


def test_an_answer_to_our_letter_goes_under_its_report_for_the_same_sender_alone(take: Take, at: datetime) -> None:
    take("Ribut di Manggar", id_="a")
    outgoing.say(f"{SMS.name}:a", SMS, PHONE, "Diterima.", at=at)
    number = str(ChannelReply.objects.get().pk)
    assert take("Dekat RT 9", sender="0811 777", answers=number).outcome == "report"
    assert take("Dekat RT 9", answers=number).outcome == "answer"
    assert take("Dekat RT 10", answers="99" * 7).outcome == "report"
    assert [x.text for x in Report.objects.order_by("pk")[0].letters.all()] == ["Dekat RT 9"]


def test_an_archived_report_takes_no_answer_so_the_words_become_a_report(take: Take) -> None:
    code = take("Ribut di pasar pagi").reply.split("Kode lacak ")[1][:14]
    Report.objects.update(state="archived")
    assert take(f"{code} sekarang ribut lagi").outcome == "report"
    assert Report.objects.count() == 2


def test_five_parts_in_the_wrong_order_with_one_missing(take: Take, at: datetime) -> None:
    told = {"4/5": "lalu polisi", "1/5": "Tadi malam", "S/5": "datang", "2/5": "di pasar pagi"}
    for mark, words in told.items():
        assert take(f"{mark} {words}").outcome == "part"
    assert not Report.objects.exists()
    assert parts.finish_waiting(at=at + timedelta(minutes=5)) == 0
    assert parts.finish_waiting(at=at + timedelta(minutes=11)) == 1
    report = Report.objects.get()
    assert report.text == "Tadi malam di pasar pagi [bagian 3 dari 5 tidak diterima] lalu polisi datang"
    reply = json.loads(privacy.unseal(ChannelReply.objects.get().sealed))
    assert reply[0] == PHONE and "bagian 3 dari 5" in reply[1] and len(reply[1]) <= 160
    assert parts.finish_waiting(at=at + timedelta(minutes=30)) == 0
    assert not ChannelMessage.objects.exclude(text="").exists()


def test_all_parts_make_one_report_and_a_repeated_one_changes_nothing(take: Take) -> None:
    assert [take(t).outcome for t in ("O2/O3 di pasar", "1/3 Ribut", "1/3 Ribut")] == ["part"] * 3
    assert "Kode lacak" in take("3/3 pagi").reply
    assert Report.objects.get().text == "Ribut di pasar pagi"
    take("1/3 Lagi", later=timedelta(minutes=1))  # a new story, not a late part of the old
    assert Report.objects.count() == 1
    assert ChannelMessage.objects.filter(report=None).count() == 1


def officer(member: Member, phone: str = PHONE, region: str = "64.71") -> User:
    user = User.objects.get(pk=member("duty_officer", region).user_id)
    User.objects.filter(pk=user.pk).update(phone=phone)
    return user


def test_nihil_by_sms_from_the_watch_is_filed_and_read_back(take: Take, member: Member) -> None:
    officer(member)
    reply = take("N1HIL").reply
    assert "NIHIL" in reply and "sumber 1." in reply and "09.00" in reply and len(reply) <= 160
    assert NilReport.objects.get().sources == ["watch"]
    take("NIHIL 3 medsos")
    assert NilReport.objects.get().sources == ["watch", "village_officers", "media"]


@pytest.mark.deep
def test_five_hundred_nihil_in_a_minute_are_one_and_answered_once(take: Take, member: Member) -> None:
    officer(member)
    found = [take("NIHIL", later=timedelta(seconds=n / 10)) for n in range(100)]
    assert {f.outcome for f in found} == {"nil"} and sum(bool(f.reply) for f in found) == 1
    assert NilReport.objects.count() == 1 and ChannelMessage.objects.count() == 1
    assert Line.objects.filter(verb="nil.filed").count() == 1


@pytest.mark.parametrize("text", ["NIHIL", "NIHIL Balikpapan"])
def test_nihil_from_a_strange_number_files_nothing(take: Take, member: Member, text: str) -> None:
    officer(member, phone="0811 999")
    assert "tidak terdaftar" in take(text).reply
    assert not NilReport.objects.exists()


def test_nihil_that_is_not_clear_or_not_true_is_answered_with_what_is_missing(take: Take, member: Member) -> None:
    officer(member, region="64")  # the province's watch must say which region
    assert "belum jelas" in take("NIHIL").reply
    assert take("NIHIL Balikpapan").outcome == "nil" and NilReport.objects.get().region == "64.71"
    take("Ribut di Samarinda, Sungai Kunjang", sender="0811 555")
    assert "sudah ada laporan" in take("NIHIL Samarinda").reply
    assert NilReport.objects.count() == 1


def test_two_members_with_one_number_are_nobody(take: Take, member: Member) -> None:
    officer(member)
    officer(member, region="64.72")
    assert "tidak terdaftar" in take("NIHIL").reply


@pytest.mark.deep
def test_a_flood_is_held_for_a_person_and_loses_nothing(
    take: Take, member: Member, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reception, "MOST_REPORTS", 2)
    outcomes = [take(f"Ribut nomor {n} di pasar pagi").outcome for n in range(4)]
    assert outcomes == ["report", "report", "held", "held"] and Report.objects.count() == 2
    assert OutboxMessage.objects.filter(key__startswith="held:").count() == 1
    watch, elsewhere = member("duty_officer", "64.71"), member("duty_officer", "64.72")
    assert [h.text for h in desk.held(watch)] == ["Ribut nomor 2 di pasar pagi", "Ribut nomor 3 di pasar pagi"]
    assert desk.held(elsewhere) == [] and desk.states(elsewhere, at=at) == []
    pk = desk.held(watch)[0].pk
    with pytest.raises(NotFound):
        desk.release(pk, by=elsewhere, at=at)
    report = desk.release(pk, by=watch, at=at)
    assert report.text == "Ribut nomor 2 di pasar pagi" and desk.release(pk, by=watch, at=at) == report
    assert len(desk.held(watch)) == 1 and Report.objects.count() == 3


def test_a_photo_in_a_flood_is_not_held_since_only_words_can_be(take: Take, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reception, "MOST_REPORTS", 0)
    photo = KeptFile("a" * 64, "image/jpeg", 9, "foto.jpg")
    assert take("Ini fotonya").outcome == "held"
    assert take("Ini fotonya juga", files=(photo,)).outcome == "report"
    assert Report.objects.get().attachments.count() == 1
    number = str(
        ChannelReply.objects.create(
            key="posko:x", gateway="posko", created_at=reception.datetime(2020, 12, 2, tzinfo=UTC)
        ).pk
    )
    assert take("Susulan", files=(photo,), answers=number).outcome == "report"


def test_a_letter_longer_than_a_report_is_kept_to_the_last_word(take: Take) -> None:
    told = " ".join(f"kata{n}" for n in range(2000))
    take(told)
    report = Report.objects.get()
    rest = "".join(report.letters.order_by("pk").values_list("text", flat=True))
    assert report.text.startswith("kata0 ") and rest.endswith("kata1999")
    assert (report.text.split("\n[")[0] + rest).replace(" ", "") == told.replace(" ", "")


def test_the_office_writes_and_the_reporter_is_told_without_a_word_of_it(
    take: Take, member: Member, at: datetime
) -> None:
    take("Ribut di Balikpapan Selatan")
    dialogue.ask(Report.objects.get(), text="Berapa orang yang terlihat?", by=member("duty_officer", "64.71"), at=at)
    to, words = json.loads(privacy.unseal(ChannelReply.objects.get().sealed))
    assert to == PHONE and "lacak" in words and "orang" not in words and len(words) <= 160


def test_the_doors_let_in_only_who_proves_himself(at: datetime) -> None:
    client = Client()
    good = {"secret": SECRET, "from": PHONE, "text": "Ribut di pasar pagi", "id": "k1", "time": "1606784400"}
    answer = client.get("/saluran/posko", good)
    assert answer.status_code == 200 and "Kode lacak" in answer.content.decode()
    assert client.get("/saluran/posko", good).content == answer.content and Report.objects.count() == 1
    wrong = [client.get("/saluran/posko", good | {"secret": "y"}), client.get("/saluran/posko", {"from": PHONE}),
             client.get("/saluran/tidak-ada", good), client.get("/saluran/posko", {"secret": SECRET, "text": "x"})]  # fmt: skip
    assert [w.status_code for w in wrong] == [403, 403, 404, 422]
    assert all(w["Content-Type"] == "application/problem+json" for w in wrong)
    body = json.dumps({"payload": {"phoneNumber": PHONE, "message": "Ribut 😡", "messageId": "a1"}}).encode()
    stamp = str(int(time.time()))
    head = {"HTTP_X_TIMESTAMP": stamp, "HTTP_X_SIGNATURE": signed(body, stamp, SECRET)}
    for _ in range(2):
        sent = client.post("/saluran/hp", body, content_type="application/json", **head)  # type: ignore[arg-type]
        assert sent.json() == {"outcome": "report"}
    assert Report.objects.count() == 2 and ChannelReply.objects.count() == 1
    assert client.post("/saluran/hp", body + b" ", content_type="application/json", **head).status_code == 403  # type: ignore[arg-type]
    assert client.post("/saluran/bot", UPDATE, content_type="application/json").status_code == 403
    head = {"HTTP_X_TELEGRAM_BOT_API_SECRET_TOKEN": SECRET}
    for body in (json.dumps(UPDATE).encode(), b"{", b"[" * 100_000):
        sent = client.post("/saluran/bot", body, content_type="application/json", **head)  # type: ignore[arg-type]
        assert sent.status_code in {200, 422}
    assert Report.objects.filter(channel="telegram").count() == 1


def test_files_of_a_modem_go_only_once_their_message_is_kept(tmp_path: Path) -> None:
    modem = Gateway("modem", "gammu", "64.71", "", options={"inbox": str(tmp_path), "outbox": str(tmp_path / "out")})
    (tmp_path / "out").mkdir()
    for number, words in ((0, "Ribut di "), (1, "pasar pagi")):
        (tmp_path / f"IN20201202_090000_00_+628120000001_0{number}.txt").write_text(words)
    (tmp_path / "IN20201202_090500_00_+628120000002_01.txt").write_text("bagian kedua saja")
    assert folder.read_folder(modem) == 0  # still being written
    for file in tmp_path.glob("IN*"):
        os.utime(file, (0, time.time() - 60))
    assert folder.read_folder(modem) == 1
    assert Report.objects.get().text == "Ribut di pasar pagi"
    assert [f.name[-22:-4] for f in tmp_path.glob("IN*")] == ["_+628120000002_01"[-18:]] or len(
        list(tmp_path.glob("IN*"))
    ) == 1
    reply = ChannelReply.objects.get()
    outgoing.by_gammu(modem, PHONE, "Diterima.", reply)
    assert [f.read_text() for f in (tmp_path / "out").glob("OUT*+6281200000*")] == ["Diterima."]


def test_the_page_of_channels(take: Take, member: Member) -> None:
    take("Ribut di pasar pagi")
    manager, observer = member("manager", "64.71"), member("observer", "64.71")
    page = member_client(manager).get("/saluran").content.decode()
    assert "posko" in page and PHONE not in page and "Ribut" not in page
    assert member_client(observer).get("/saluran").status_code == 403
    client = member_client(manager)
    assert client.post("/saluran", {"test": "posko"}).status_code == 409  # no number to send to
    User.objects.filter(pk=manager.user_id).update(phone=PHONE)
    assert client.post("/saluran", {"test": "posko"}).status_code == 302
    assert json.loads(privacy.unseal(ChannelReply.objects.get().sealed))[0] == PHONE
    assert client.post("/saluran", {"release": "x"}).status_code == 404
    with pytest.raises(NotPermitted):
        desk.try_out("posko", by=member("duty_officer", "64.71"), at=reception.datetime(2020, 12, 2))


def test_keys_turn_and_what_was_sealed_can_still_be_read(take: Take) -> None:
    take("Ribut di pasar pagi")
    before = ChannelMessage.objects.get().sealed
    privacy.rotate()
    assert (
        ChannelMessage.objects.get().sealed != before and privacy.unseal(ChannelMessage.objects.get().sealed) == PHONE
    )
