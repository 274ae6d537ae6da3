"""Reading a free message: tables of what each field makes of its words, and what no text may bring about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kondusif.intake.message import chat, matters, people, times, words
from kondusif.intake.message.reading import FIELDS, QUESTIONS, Reading, read
from kondusif.intake.message.words import THRESHOLDS, lowered
from kondusif.regions import gazetteer
from kondusif.regions.finder import Entry, Finder, TextPlace
from kondusif.triage.categories import SNPK
from tests.intake.labelled import messages, right

WITA = timezone(timedelta(hours=8))
AT = datetime(2020, 11, 25, 9, 0, tzinfo=WITA)  # a Wednesday


@pytest.fixture(scope="module")
def finder() -> Finder:
    return Finder(Entry(n.code, n.name, n.level, n.kind) for n in gazetteer.names(("64",)) if n.level != "provinsi")


def nowhere(_text: str) -> Sequence[TextPlace]:
    return ()


def said(text: str, *, at: datetime = AT, desk: str = "", finder: Finder | None = None) -> Reading:
    locate = nowhere if finder is None else (lambda t: finder.find(t[:1000], "64"))
    return read(text, at=at, zone=WITA, locate=locate, desk=desk)


@pytest.mark.parametrize(("text", "instant", "precision"), [
    ("tadi subuh", "25 05:00", "hour"), ("habis magrib kemarin", "24 18:45", "hour"), ("semalam ribut", "24 20:00", "day"),
    ("kemarin sore", "24 16:00", "day"), ("semalam jam 9 malam", "24 21:00", "hour"), ("kmrn pukul 21.30 wita", "24 21:30", "minute"),
    ("kmrn pukul 21.30 wib", "24 22:30", "minute"), ("td pgi ada cekcok", "25 08:00", "day"), ("Selasa malam", "24 20:00", "day"),
    ("malam Rabu kemarin", "24 20:00", "day"), ("malam minggu kemarin", "21 20:00", "day"), ("tgl 23/11 jam 14.00", "23 14:00", "minute"),
    ("23 November 2020 pkl 08.05", "23 08:05", "minute"), ("2 jam lalu", "25 07:00", "hour"), ("jam 2 dini hari tadi", "25 02:00", "hour"),
    ("kmrn jam stgh 8 mlm", "24 19:30", "hour"), ("sekitar pukul 07.30 tadi", "25 07:30", "hour"), ("tadi jam 8", "25 08:00", "hour"),
    ("barusan ada ribut", "25 09:00", "hour"), ("samalam ada urang bakalahi", "24 20:00", "day"), ("mau bengi jam sewelas", "24 23:00", "hour"),
    ("kemarin ada ribut, selesai jam 17.00", "24 12:00", "day"), ("jam 6 pagi s/d jam 8 pagi td", "25 06:00", "hour"),
    ("Rabu, 18 Nov pukul 23.10", "18 23:10", "minute"),
])  # fmt: skip
def test_when(text: str, instant: str, precision: str) -> None:
    found = times.when(lowered(text), at=AT, zone=WITA)
    assert found.sure is not None, found
    when, how = found.sure
    wanted = instant if precision != "day" else instant[:2]
    assert (when.strftime("%d %H:%M")[: len(wanted)], how) == (wanted, precision)


@pytest.mark.parametrize(("text", "reason"), [
    ("besok kemarin ada demo", "time-contradiction"), ("besok atau kemarin ya", "time-contradiction"), ("jam 9 pagi 24/11 25/11", "time-contradiction"),
    ("besok pagi demo", "time-to-come"), ("malam ini akan ada", "time-to-come"), ("H-1 pencoblosan", "h-unknown"), ("tgl 31/11 tawuran", "date-impossible"),
    ("30 Februari 2020", "date-impossible"), ("jam 25.00 rusuh", "clock-impossible"), ("Senin 25 November 2020", "wrong-weekday"),
    ("minggu lalu", "time-vague"), ("kemarin jam 9", "morning-or-evening"), ("Rabu sore", "time-unclear"),
    ("tgl 20 Nov ribut di pasar lalu tgl 22 Nov ribut lagi", "several-times"), ("Selamat pagi pak", "when-unsaid"), ("tiap malam ribut", "when-unsaid"),
    ("ada ribut di pasar pagi", "when-unsaid"),
])  # fmt: skip
def test_when_it_cannot_be_said(text: str, reason: str) -> None:
    found = times.when(lowered(text), at=AT, zone=WITA)
    assert (found.sure, found.reason) == (None, reason)


def test_h_minus_one_counts_from_the_day_given() -> None:
    found = times.when("h-1 pencoblosan jam 20.00", at=AT + timedelta(days=15), zone=WITA, day_h=date(2020, 12, 9))
    assert found.sure[0] == datetime(2020, 12, 8, 20, 0, tzinfo=WITA)


def test_a_time_is_counted_in_the_zone_of_the_house() -> None:
    late = datetime(2020, 11, 24, 17, 0, tzinfo=UTC)  # 01.00 WITA on the 25th
    assert times.when("kemarin jam 20.00", at=late, zone=WITA).sure[0] == datetime(2020, 11, 24, 20, 0, tzinfo=WITA)


@pytest.mark.parametrize(("text", "counts"), [
    ("20 orang, 2 luka 1 tewas", (20, 1, 2)), ("2 warga dikeroyok, 1 meninggal 1 luka berat", (2, 1, 1)), ("puluhan warga", (None, None, None)),
    ("20-30 orang", (None, None, None)), ("tdk ada korban", (None, 0, 0)), ("korban luka 2 orang", (None, None, 2)), ("korban 2 orang", (None, None, None)),
    ("katanya 3 org meninggal", (None, None, None)), ("talu urang luka", (None, None, 3)), ("dua orang luka tusuk dan tiga luka ringan", (None, None, 5)),
    ("30an orang", (30, None, None)), ("5 orang lalu 7 orang", (None, None, None)), ("ada yang luka", (None, None, None)),
    ("3 ekor sapi, RT 5", (None, None, None)),
])  # fmt: skip
def test_counts(text: str, counts: tuple[int | None, ...]) -> None:
    reading = said(text)
    assert tuple(reading[f].sure for f in ("people", "dead", "injured")) == counts


@pytest.mark.parametrize(("text", "place"), [
    ("ribut di depan pasar Segiri tadi", "depan pasar Segiri"), ("di simpang tiga Lempake ada", "simpang tiga Lempake"),
    ("Kec. Sungai Kunjang ribut", "Kec. Sungai Kunjang"), ("di bakar oleh warga", None), ("TKP: Jl. Biola no 4\nlain", "Jl. Biola no 4"),
])  # fmt: skip
def test_place(text: str, place: str | None, finder: Finder) -> None:
    assert said(text, finder=finder)["place"].sure == place


def test_a_name_in_three_regencies_is_chosen_by_nobody_but_the_desk(finder: Finder) -> None:
    text = "ada pengusiran di desa Rantau Panjang"
    open_ = said(text, finder=finder)["region"]
    assert open_.sure is None and open_.reason == "region-several"
    assert {c[:5] for c in open_.alternatives} == {"64.01", "64.03", "64.08"}
    ours = said(text, finder=finder, desk="64.03")["region"]
    assert (
        ours.sure.startswith("64.03.")
        and ours.reason == "region-chosen-by-desk"
        and ours.alternatives == open_.alternatives
    )
    elsewhere = said(text, finder=finder, desk="64.71")["region"]
    assert elsewhere.sure is None, "no desk may draw a place of others to itself"
    silent = said("ada keributan", finder=finder, desk="64.71")["region"]
    assert (silent.sure, silent.reason) == ("64.71", "region-by-desk")
    assert said("ribut di Samarinda Ulu", finder=finder, desk="64.71")["region"].sure == "64.72.03"


@pytest.mark.parametrize(("text", "nil"), [
    ("NIHIL", True), ("n1hil", True), ("Situasi aman terkendali, nihil kejadian", True), ("kondusif pak", True), ("tidak nihil, ada perkelahian", None),
    ("nihil korban, 2 kios rusak", None), ("aman kondusif namun ada keributan", None), ("unras 70 orang, kondusif", None), ("belum aman", None),
    ("nihil, 2 luka", None),
])  # fmt: skip
def test_nil_is_believed_only_where_nothing_is_told(text: str, nil: bool | None) -> None:
    assert said(text)["nil"].sure is nil


@pytest.mark.parametrize(("text", "source"), [
    ("info dari warga ada ribut", "resident"), ("Info RT: ribut", "rt"), ("Babinsa Desa X lapor, ribut", "babinsa"), ("saya lihat sendiri", "witness"),
    ("ramai di grup WA", "group"), ("warga ribut", None),
])  # fmt: skip
def test_source(text: str, source: str | None) -> None:
    assert matters.source(lowered(text)).sure == source


def test_kinds_are_those_of_snpk_and_a_thief_beaten_is_no_theft() -> None:
    known = {code for code, _ in SNPK}
    assert set(matters.KINDS) <= known and {code for code, _ in matters.KIND_NAMES} <= known
    assert matters.kind("maling dihakimi massa").sure == "main_hakim"
    assert matters.kind("unjuk rasa di depan kantor").sure is None, "a protest is no kind of conflict"


def test_danger_is_never_denied() -> None:
    assert said("massa sedang menyerang, kami terkepung")["threatened"].sure == "yes"
    assert {said(t)["threatened"].sure for t in ("ribut kemarin", "tolong pantau", "sebarkan!! darurat")} == {None}


ANDROID = (
    "25/11/20 21.03 - Nama Satu: ada ribut\n"
    "25/11/20 21.04 - Nama Dua: <Media tidak disertakan>\n"
    "25/11/20 21.05 - Anda menambahkan Nama Tiga\n"
    "25/11/20 21.06 - Nama Satu: dua\n"
    "baris @\u2068Nama Dua\u2069"
)


def test_a_chat_is_split_and_its_names_are_gone() -> None:
    found = chat.split(ANDROID, at=AT + timedelta(days=1), zone=WITA)
    assert [(m.sender, m.kind, m.sent_at.minute) for m in found] == [
        ("pengirim 1", "text", 3), ("pengirim 2", "file", 4), ("", "system", 5), ("pengirim 1", "text", 6),
    ]  # fmt: skip
    joined = chat.together([found[0], found[3]])
    assert "Nama" not in joined and "dua\nbaris @pengirim" in joined
    again = chat.split(joined, at=AT + timedelta(days=1), zone=WITA)
    assert [(m.sender, m.sent_at, m.body) for m in again] == [
        (m.sender, m.sent_at, chat.without_names(m.body)) for m in (found[0], found[3])
    ]


@pytest.mark.parametrize("head", [
    "[25/11/20 21.03] Nama: ", "[25/11/2020, 21:03:44] Nama: ", "25/11/20, 21.03 - Nama: ", "[25/11 21.03] +62 812-0000-000: ", "[11/25/20, 9:03 PM] Nama: ",
    "11/25/20, 9:03\u202fPM - Nama: ",
])  # fmt: skip
def test_known_heads(head: str) -> None:
    thirty = "\n".join(f"{head}pesan {n}" for n in range(30))
    found = chat.split(thirty, at=datetime(2020, 11, 26, 9, 0, tzinfo=WITA), zone=WITA)
    assert len(found) == 30 and {m.sender for m in found} == {"pengirim 1"}
    assert {m.sent_at for m in found} == {datetime(2020, 11, 25, 21, 3, tzinfo=WITA)}


def test_what_is_no_chat_is_left_whole() -> None:
    for text in (
        "25/11/20 ada ribut",
        "jam 21.03 - Nama: x",
        "Halo\n[25/11/20 21.03] A: x",
        "[45/11/20 21.03] A: x",
        "",
        "[25/11/20",
    ):
        assert chat.split(text, at=AT, zone=WITA) == []


def check(text: str, reading: Reading) -> None:
    assert reading.text == text
    assert tuple(reading.findings) == FIELDS
    for field, found in reading.findings.items():
        assert found.field == field and 0 <= found.confidence <= 1
        assert all(0 <= a <= b <= len(text) for a, b in found.spans)
        assert found.reason in QUESTIONS or not found.reason
        if found.sure is None:
            assert found.reason, f"{field} is empty and asks nothing"
        elif found.reason != "region-by-desk":
            assert found.spans, f"{field} is filled in from no words"
    place = reading["place"]
    if place.value is not None:
        ((start, end),) = place.spans
        assert text[start:end] == place.value, "the place is the reporter's own words"
    when = reading["when"].sure
    assert when is None or when[0] <= reading.received_at + times.LATE


LONG_AGO, FAR_OFF = datetime(2001, 3, 1), datetime(2090, 1, 1)  # noqa: DTZ001 - the zone is put on below
PIECES = st.lists(st.sampled_from([
    "tadi", "kemarin", "besok", "jam 9", "jam 99.99", "malam", "pukul 21.30", "31/02", "29/02/21", "H-999", "di", "Kec.", "pasar", "Samarinda", "2 luka",
    "999999999999 orang", "nihil", "[25/11/20 21.03] A: ", "25/11/20 21.03 - B: ", "\n", "\u202e", "İ", "ß", "९", "½", "😀",
    "0 jam lalu", "5000 hari lalu", "tgl 0", "tgl 99", "minggu", "?", "@\u2068x\u2069", "tanggal 2020-13-45", "00.00", "24.00", "jam setengah 1",
]), max_size=25).map(" ".join)  # fmt: skip


@pytest.mark.deep
@given(
    st.one_of(st.text(max_size=300), PIECES),
    st.datetimes(LONG_AGO, FAR_OFF),
    st.sampled_from(["", "64.71", "64"]),
)
@example("tgl 31 ada ribut", LONG_AGO, "")
@example("İ jam 9 İ tadi pagi di Kec. Waru", LONG_AGO, "")
def test_no_text_breaks_the_reader(finder: Finder, text: str, moment: datetime, desk: str) -> None:
    check(text, said(text, at=moment.replace(tzinfo=WITA), desk=desk, finder=finder))


@pytest.mark.parametrize("text", [
    "x" * 100_000, "ada " * 25_000, "1" * 100_000, "jam " * 25_000, "kemarin " * 12_500, "2 orang luka " * 8_000, "\u202eada ribut di pasar\u202c",
    "[25/11/20 21.03] A: x\n" * 5_000,
    "di depan " * 11_000, "(" * 100_000, "Kec. " * 20_000,
], ids=lambda t: t[:12])  # fmt: skip
def test_long_and_odd_texts(text: str, finder: Finder) -> None:
    reading = said(text, finder=finder)
    check(text, reading)
    assert reading.cut is (len(text) > 5000)


def test_the_labelled_messages_hold_together() -> None:
    rows = messages()
    assert len(rows) >= 300 and len({r.id for r in rows}) == len(rows) == len({r.text for r in rows})
    held = sum(r.split == "held-out" for r in rows)
    assert held * 3 >= len(rows) and {f for r in rows for f in r.want} <= {*FIELDS, "alternatives"}


def test_what_is_filled_in_is_nearly_always_right(finder: Finder) -> None:
    """A floor under the development part; the proof `words` reports both parts in full."""
    told = {"right": 0, "wrong": 0, "invented": 0, "missed": 0, "silent": 0}
    for row in (r for r in messages() if r.split == "dev"):
        reading = said(row.text, at=row.received_at, desk=row.desk, finder=finder)
        assert not reading["nil"].sure or row.want.get("nil"), f"a false all-safe: {row.text}"
        for field in FIELDS:
            if field not in row.unsure:
                told[right(field, reading[field], row.want)] += 1
    filled = told["right"] + told["wrong"] + told["invented"]
    assert told["right"] / filled >= 0.95, told


def test_every_threshold_has_its_field() -> None:
    assert set(THRESHOLDS) == set(FIELDS) and all(0 < t < 1 for t in THRESHOLDS.values())
    assert words.number("1.200") == 1200 and people.people("1.200 orang", ()).sure == 1200
