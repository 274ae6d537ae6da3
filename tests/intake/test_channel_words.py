"""What short messages ask for, and in which part of a longer one; signatures; letters; files of a modem. No database."""

from __future__ import annotations

import hmac
import string
from email.message import EmailMessage
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kondusif.intake.channels import folder, gateways, mailbox, telegram, words
from kondusif.intake.channels.doors import moment
from kondusif.intake.channels.gateways import (
    FIELDS,
    CallNotProved,
    ChannelsUnreadable,
    Gateway,
    check_signature,
    check_token,
)

CODE = "WF8J-HJGX-1XVG"
READ = [
    ("NIHIL", "nil", ""), ("nihil.", "nil", ""), ("N1HIL", "nil", ""), ("NIHlL", "nil", ""), ("nihill bpp", "nil", "bpp"),
    ("NIHIL Sungai Kunjang 1 3", "nil", "Sungai Kunjang 1 3"), ("/nihil 2", "nil", "2"),
    ("NIHIL tetapi tadi malam ada dua kelompok pemuda ribut di depan pasar sampai jam tiga", "report", None),
    ("LAPOR: ribut di pasar pagi", "report", "ribut di pasar pagi"), ("ribut di pasar pagi", "report", None),
    ("LAPOR", "report", None), ("laporan warga: jalan ditutup", "report", "warga: jalan ditutup"),
    (f"LACAK {CODE}", "track", ""), (f"lacak {CODE.replace('-', ' ')}", "track", ""), (CODE, "track", ""),
    (f"{CODE} tempatnya di RT 5", "answer", "tempatnya di RT 5"), (f"{CODE.replace('-', '').lower()}: RT 5", "answer", "RT 5"),
    ("ribu yang ikut demo di kantor", "report", None), ("pertengkaran di warung", "report", None),
    ("halo", "help", None), ("Assalamualaikum!", "help", None), ("BANTUAN", "help", ""), ("/start", "help", ""), ("??", "help", None),
    ("BANTU kami, rumah dibakar", "report", None), ("nihi", "nil", ""), ("mihil sekali harganya", "report", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "kind", "rest"), READ)
def test_what_a_message_asks_for(text: str, kind: str, rest: str | None) -> None:
    found = words.read(text)
    assert (found.kind, found.rest) == (kind, text if rest is None else rest)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("1/5 tadi malam", (1, 5, "tadi malam")), ("(3/5) lalu", (3, 5, "lalu")), ("l/5 tadi", (1, 5, "tadi")), ("2 dari 3: warga", (2, 3, "warga")),
        ("S/5 selesai", (5, 5, "selesai")), ("lalu bubar (4/5)", (4, 5, "lalu bubar")), ("O1/O5 tadi", (1, 5, "tadi")),
        ("1/2 jam lalu ada ribut", None), ("2/12 ada ribut", None), ("6/5 lalu", None), ("0/5 lalu", None), ("I/S saja", None), ("ribut 3/5", None),
    ],
)  # fmt: skip
def test_parts_of_a_long_message(text: str, part: tuple[int, int, str] | None) -> None:
    found = words.part_of(text)
    assert (found and tuple(found)) == part


def test_a_hole_between_parts_is_named_and_one_part_alone_stands_as_it_came() -> None:
    assert words.joined({1: "a", 3: "c"}, 3) == "a [bagian 2 dari 3 tidak diterima] c"
    assert words.joined({2: "jam 9 ribut"}, 9) == "2/9 jam 9 ribut"


@given(st.text(max_size=400))
def test_reading_never_fails_and_loses_no_report(text: str) -> None:
    found = words.read(text)
    if found.kind == "report":
        assert found.rest.strip() == found.rest
        assert found.rest in words.rules.clean(text)
    words.part_of(text)


def test_sources_of_a_nil_report() -> None:
    assert words.nil_sources("Sungai Kunjang 1 3, medsos") == (["watch", "village_officers", "media"], "Sungai Kunjang")
    assert words.nil_sources("l 2")[0] == ["watch", "subdistricts"]


ANDROID = Gateway("hp", "android", "64.71", "x" * 20, fields=FIELDS["android"])


def signed(body: bytes, stamp: str, secret: str = "x" * 20) -> str:
    return hmac.new(secret.encode(), body + stamp.encode(), sha256).hexdigest()


def test_a_signature_over_the_raw_bytes_within_five_minutes() -> None:
    body = '{"payload":{"message":"ribut \\ud83d\\ude21 é"}}'.encode()
    check_signature(ANDROID, body, signature=signed(body, "1000"), timestamp="1000", real=1200)
    check_signature(
        ANDROID, body, signature="sha256=" + signed(body, "1606784400000"), timestamp="1606784400000", real=1606784400
    )
    for wrong in (
        {"signature": signed(body, "1000"), "timestamp": "1000", "real": 1301.0},
        {"signature": signed(body, "1000"), "timestamp": "1000", "real": 699.0},
        {"signature": signed(body, "1001"), "timestamp": "1000", "real": 1000.0},
        {"signature": signed(body + b" ", "1000"), "timestamp": "1000", "real": 1000.0},
        {"signature": signed(body, "1000", "y" * 20), "timestamp": "1000", "real": 1000.0},
        {"signature": "", "timestamp": "nan", "real": 1000.0}, {"signature": "ñ", "timestamp": "1000", "real": 1000.0},
    ):  # fmt: skip
        with pytest.raises(CallNotProved):
            check_signature(ANDROID, body, **wrong)  # type: ignore[arg-type]


def test_a_gateway_without_a_secret_lets_nobody_in() -> None:
    with pytest.raises(CallNotProved):
        check_token(Gateway("t", "telegram", "", ""), "")
    for table in ({"kind": "fax"}, {"kind": "kannel", "secret": "short"}, "nonsense", {"kind": "android"}):
        with pytest.raises(ChannelsUnreadable):
            gateways.parsed("x", table)


def letter(**headers: str) -> EmailMessage:
    found = EmailMessage()
    for name, value in (
        {"From": "Warga <warga@contoh.example>", "Subject": "Ribut di pasar", "Message-ID": "<1@contoh>"} | headers
    ).items():
        found[name.replace("_", "-")] = value
    found.set_content("Tadi malam ada keributan.\n")
    return found


def test_a_letter_becomes_a_message_and_machines_are_not_heard() -> None:
    found = mailbox.inbound(letter().as_bytes())
    assert found and (found.sender, found.id, found.text) == (
        "warga@contoh.example",
        "<1@contoh>",
        "Ribut di pasar\n\nTadi malam ada keributan.",
    )
    answer = letter(Subject="Re: Pesan Anda", In_Reply_To="<kondusif-reply-7@x.example>")
    answer.set_content("Tempatnya RT 5.\n\nPada Selasa posko menulis:\n> Diterima.")
    assert (again := mailbox.inbound(answer.as_bytes())) and (again.text, again.answers) == ("Tempatnya RT 5.", "7")
    for machine in (
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"From": "mailer-daemon@contoh.example"},
        {"List_Id": "<x>"},
        {"From": "nobody"},
    ):
        assert mailbox.inbound(letter(**machine).as_bytes()) is None


def test_a_letter_of_html_with_a_false_charset_and_a_program_keeps_its_words() -> None:
    page = letter()
    page.set_content(
        "<html><head><style>x{}</style></head><p>Ribut</p>di pasar<script>alert(1)</script></html>", subtype="html"
    )
    page.add_attachment(b"MZ...", maintype="application", subtype="octet-stream", filename="laporan.exe")
    found = mailbox.inbound(page.as_bytes().replace(b"utf-8", b"klingon"))
    assert found and "Ribut" in found.text and "alert" not in found.text
    assert found.text.endswith("[Lampiran laporan.exe tidak dapat diterima.]")
    assert mailbox.inbound(b"\xff\xfe no letter at all") is None


@given(st.binary(max_size=300))
def test_no_bytes_break_the_mailbox(raw: bytes) -> None:
    mailbox.inbound(b"From: a@b.example\r\nContent-Type: text/plain\r\n\r\n" + raw)
    folder.decoded(raw)


UPDATE = {
    "update_id": 735420101,
    "message": {
        "message_id": 12, "from": {"id": 5550001, "is_bot": False, "first_name": "W", "language_code": "id"},
        "chat": {"id": 5550001, "first_name": "W", "type": "private"}, "date": 1606784400, "text": "Ribut di pasar pagi",
    },
}  # fmt: skip
BOT = Gateway("bot", "telegram", "64.71", "s" * 20, options={"token": "1:a"})


def changed(**fields: object) -> dict[str, object]:
    return UPDATE | {"message": UPDATE["message"] | fields}  # type: ignore[operator]


def test_updates_of_telegram() -> None:
    found = telegram.inbound(UPDATE, BOT)
    assert found and (found.id, found.sender, found.text) == ("735420101", "5550001@telegram", "Ribut di pasar pagi")
    place = telegram.inbound(changed(text=None, location={"latitude": -1.27, "longitude": 116.83}), BOT)
    assert place and place.place == (-1.27, 116.83) and place.text == ""
    assert (
        voice := telegram.inbound(changed(text=None, voice={"file_id": "x"}), BOT)
    ) and voice.text == telegram.HEARD_NOT
    edited = {"update_id": 9, "edited_message": UPDATE["message"]}
    assert (again := telegram.inbound(edited, BOT)) and again.text.endswith("[Pesan ini diubah oleh pengirimnya.]")
    for other in (
        changed(chat={"id": -100, "type": "supergroup"}), changed(**{"from": {"id": 1, "is_bot": True}}), {"update_id": 1, "callback_query": {}},
        {"message": UPDATE["message"]}, [], None, {"update_id": 1, "message": "x"},
    ):  # fmt: skip
        assert telegram.inbound(other, BOT) is None


def test_text_files_of_a_modem_in_every_coding() -> None:
    for data in (
        "ribut é".encode("utf-16"),
        "ribut é".encode(),
        "ribut é".encode("latin-1"),
        "ribut é".encode("utf-8-sig"),
    ):
        assert folder.decoded(data) == "ribut é"


def test_the_moment_a_gateway_names() -> None:
    assert moment("1606784400") == moment("1606784400000") == moment("2020-12-01T01:00:00+00:00")
    assert [moment(x) for x in ("", "kemarin", "2020-12-01 01:00", "1e99", "nan")] == [None] * 5


def test_the_file_of_gateways_must_be_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "channels.toml"
    monkeypatch.setattr(gateways, "path", lambda: file)
    assert gateways.all_gateways() == {}
    file.write_text(
        f'[posko]\nkind = "kannel"\nregion = "64.71"\nsecret = "{string.ascii_letters}"\n[posko.fields]\nsender = "msisdn"\n'
    )
    file.chmod(0o644)
    with pytest.raises(ChannelsUnreadable):
        gateways.all_gateways()
    file.chmod(0o600)
    assert gateways.all_gateways()["posko"].fields["sender"] == "msisdn"
    file.write_text("[posko\n")
    with pytest.raises(ChannelsUnreadable):
        gateways.all_gateways()
