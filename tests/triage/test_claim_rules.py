"""Rules of isu: what is stripped, who may judge, what stops a counter-message, how spread is counted. No database."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kondusif.intake.rules import clean
from kondusif.triage.claims import rules, words
from kondusif.triage.claims.bare import bare_link, bare_text, channel_of
from kondusif.triage.claims.spread import Part, Seen, spread

DAY = date(2020, 12, 2)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://www.facebook.com/warga.contoh/posts/123456789", "https://facebook.com"),
        ("https://m.facebook.com/story.php?story_fbid=1&id=100012345678901", "https://facebook.com"),
        ("https://facebook.com/watch/?v=998877", "https://facebook.com/watch?v=998877"),
        ("https://facebook.com/profile.php?id=100012345678901", "https://facebook.com"),
        ("https://x.com/akun_contoh/status/1333", "https://x.com/i/status/1333"),
        ("https://twitter.com/akun_contoh", "https://twitter.com"),
        ("https://www.tiktok.com/@akun.contoh/video/77?lang=id", "https://tiktok.com/@/video/77"),
        ("https://instagram.com/akun.contoh/p/Cab_1/?igsh=zz", "https://instagram.com/p/Cab_1"),
        ("https://instagram.com/akun.contoh", "https://instagram.com"),
        ("https://youtube.com/@kanalcontoh", "https://youtube.com"),
        ("https://youtu.be/abc?si=xyz", "https://youtu.be/abc"),
        ("https://t.me/grupcontoh/55", "https://t.me"),
        ("https://wa.me/628115550000?text=halo", "https://wa.me"),
        ("https://chat.whatsapp.com/Ab12", "https://chat.whatsapp.com"),
        ("https://user:pw@berita.example/2020/12/isu-tps?utm=1#k", "https://berita.example/2020/12/isu-tps"),
        ("berita.example/user/contoh/tulisan", "https://berita.example"),
        ("https://forum.example/@contoh/1", "https://forum.example"),
        ("javascript:alert(1)", ""),
        ("bukan alamat", ""),
    ],
)
def test_an_address_keeps_the_post_and_loses_the_account(given: str, kept: str) -> None:
    assert bare_link(given) == kept
    assert not kept or bare_link(kept) == kept


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Kata @akun_contoh TPS pindah", "Kata [akun dihapus] TPS pindah"),
        ("hubungi 0811-5550-000 sekarang", "hubungi [nomor dihapus] sekarang"),
        ("WA +62 811 5550 000.", "WA [nomor dihapus]."),
        ("NIK 6471012345678901", "NIK [nomor dihapus]"),
        ("surel contoh@mail.example ya", "surel [akun dihapus] ya"),
        ("dari nomor: 08115550000", "dari nomor: [akun dihapus]"),
        ("lihat https://x.com/akun/status/12.", "lihat https://x.com/i/status/12"),
        (
            "TPS 5 pindah 09-12-2020 pukul 07.00 untuk 1.234.567 orang",
            "TPS 5 pindah 09-12-2020 pukul 07.00 untuk 1.234.567 orang",
        ),
    ],
)
def test_a_text_loses_accounts_and_numbers_and_keeps_dates(given: str, kept: str) -> None:
    assert bare_text(given) == kept
    assert bare_text(kept) == kept


def test_the_channel_is_told_by_the_address() -> None:
    assert [channel_of(u) for u in ("https://facebook.com", "https://x.com/i/status/1", "https://berita.example/a", "")] == [
        "facebook", "x", "site", "",
    ]  # fmt: skip


def test_who_may_judge() -> None:
    """Delicate topics need a second person; an objection needs one who neither judged nor wrote it down."""
    for topic, _label in rules.TOPICS:
        assert rules.may_judge(topic, judge="b", recorder="a")
        assert rules.may_judge(topic, judge="a", recorder="a") == (topic not in rules.TWO_PERSONS)
    assert rules.judge_fault("other", judge="a", recorder="x", earlier=["a"], appellant="c") == "earlier"
    assert rules.judge_fault("other", judge="c", recorder="x", earlier=["a"], appellant="c") == "appellant"
    assert rules.may_judge("other", judge="d", recorder="x", earlier=["a"], appellant="c")


def test_a_verdict_needs_evidence_unless_it_says_that_there_is_none() -> None:
    found = {v: rules.verdict_fault(v, evidence=0) for v, _label in rules.VERDICTS}
    assert found == {"true": "evidence", "false": "evidence", "misleading": "evidence", "unproven": ""}
    assert rules.verdict_fault("hoaks", evidence=3) == "unknown"
    assert not any(rules.verdict_fault(v, evidence=1) for v, _label in rules.VERDICTS)


def test_every_open_state_owes_and_ends_somewhere() -> None:
    assert set(rules.OWED) == set(rules.MOVES) == {s for s, _label in rules.STATES}
    assert all(rules.OWED[s] for s in rules.OPEN)
    assert not rules.OWED["settled"]


def test_the_common_region() -> None:
    assert rules.common_region(["64.71.01", "64.71"]) == "64.71"
    assert rules.common_region(["64.71", "64.72"]) == "64"
    assert rules.common_region(["64.71", "65.71"]) == ""


STATEMENT = "Besok semua TPS di Balikpapan dipindah ke kantor camat"
TITLE, FACT = (
    "Lokasi TPS di Balikpapan tidak berubah",
    "KPU menetapkan lokasi TPS pada 1 November dan tidak mengubahnya.",
)


@pytest.mark.parametrize(
    ("title", "body", "fault"),
    [
        (TITLE, FACT, ""),
        ("Pendek", FACT, "length"),
        (TITLE, "", "length"),
        ("Hoaks TPS Balikpapan di kantor camat", FACT, "label"),
        ("Besok semua TPS di Balikpapan buka seperti biasa", FACT, "repeats"),
        ("Warga suku mana pun memilih di TPS", FACT, "group"),
        (TITLE, f"{FACT} Kata @akun_contoh.", "account"),
        (TITLE, f"{FACT} Hubungi 08115550000.", "account"),
        (TITLE, f"{FACT} Paslon nomor 2 sudah diberi tahu.", "candidate"),
        (TITLE, f"{FACT} Calon Bupati Contoh hadir.", "candidate"),
        (TITLE, f"{FACT} Abe Ceede hadir.", "candidate"),
        (TITLE, f"{FACT} Calon Bupati Kutai Timur diundang.", ""),
        (TITLE, f"{FACT} Salah satu pasangan calon hadir.", ""),
        (TITLE, f"{FACT} Menurut Bapak Contoh.", "person"),
        (TITLE, f"{FACT} Menurut Bapak Camat.", ""),
    ],
)
def test_what_stops_a_counter_message(title: str, body: str, fault: str) -> None:
    assert words.fault(title, body, statement=STATEMENT, barred=["Abe Ceede", ""], places=["Kutai Timur"]) == fault
    assert not fault or words.FAULTS[fault]


def test_every_draft_passes_its_own_rules_and_begins_with_the_fact() -> None:
    for verdict, _v in rules.VERDICTS:
        for topic, _t in rules.TOPICS:
            body = words.draft(verdict, topic, FACT, ["KPU Kota Balikpapan, 2 Des 2020"])
            assert body.startswith(FACT)
            assert "KPU Kota Balikpapan, 2 Des 2020" in body
            assert words.fault(TITLE, body, statement=STATEMENT) == ""


def test_spread_counts_days_channels_and_regions_without_gaps() -> None:
    seen = [Seen(DAY, "facebook", "64.71"), Seen(DAY, "x", "64.72"), Seen(DAY + timedelta(days=2), "facebook", "64.71")]
    found = spread(seen, published_on=None, today=DAY)
    assert found.total == 3 and found.most == 2 and found.effect is None
    assert [n for _day, n in found.days] == [2, 0, 1]
    assert found.channels == (Part("facebook", 2, 0, 0), Part("x", 1, 0, 0))
    assert [p.code for p in found.regions] == ["64.71", "64.72"]
    assert found.groups[0] == (DAY + timedelta(days=2), "facebook", "64.71", 1) and len(found.groups) == 3
    assert spread([], published_on=DAY, today=DAY).days == ()


def test_before_and_after_are_as_many_whole_days() -> None:
    """The day itself counts for neither side; too early is said as such, and no claim is made."""
    seen = [Seen(DAY + timedelta(days=n), "x", "64.71") for n in (-9, -3, -2, -2, -1, 0, 0, 1, 2, 8)]
    for later, expected in ((0, (0, 0, 0)), (1, (0, 0, 0)), (2, (1, 1, 1)), (4, (4, 2, 3)), (30, (4, 2, 7))):
        effect = spread(seen, published_on=DAY, today=DAY + timedelta(days=later)).effect
        assert effect is not None
        assert (effect.before, effect.after, effect.days) == expected, later
    both = [*seen, Seen(DAY - timedelta(days=1), "sms", "64.72"), Seen(DAY + timedelta(days=1), "sms", "64.72")]
    found = spread(both, published_on=DAY, today=DAY + timedelta(days=30))
    assert found.channels == (Part("x", 10, 4, 2), Part("sms", 2, 1, 1)), "the parts add up to the whole"


HANDLES = st.from_regex(r"@[a-z][a-z0-9_.]{2,20}[a-z0-9]", fullmatch=True)
NUMBERS = st.from_regex(r"(\+62|0)8[0-9]{2}[ -]?[0-9]{4}[ -]?[0-9]{3,4}", fullmatch=True)
AROUND = st.sampled_from([" ", "\n", ", ", ". ", " (", ") ", ": ", "/ "])


@pytest.mark.deep
@given(st.lists(st.tuples(AROUND, st.one_of(HANDLES, NUMBERS, st.text(max_size=30)))))
@settings(max_examples=400)
def test_no_handle_and_no_number_survives_whatever_stands_around_it(parts: list[tuple[str, str]]) -> None:
    text = clean("".join(a + b for a, b in parts))
    kept = bare_text(text)
    assert bare_text(kept) == kept, "stripping twice changes nothing"
    assert not re.search(r"(?<![\w/@])@[a-z][a-z0-9_.]{2,}", kept)
    assert not re.search(r"(?<![\w/=.])(?:\+62|0)8\d{2}[ -]?\d{4}[ -]?\d{3,4}(?!\w)", kept)


@pytest.mark.deep
@given(
    st.one_of(
        st.text(max_size=80),
        st.from_regex(r"https?://[a-z.]{1,12}(facebook|x|instagram|tiktok|t)\.(com|me)/[^ ]{0,40}", fullmatch=True),
    )
)
@settings(max_examples=400)
def test_an_address_is_kept_bare_or_not_at_all(text: str) -> None:
    kept = bare_link(text)
    assert kept == "" or (kept.startswith("https://") and "?" not in kept.replace("/watch?v=", "") and "#" not in kept)
    assert not kept or bare_link(kept) == kept
