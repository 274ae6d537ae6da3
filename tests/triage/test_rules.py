"""The tables agree with themselves and with the law; suggestions never weigh peaceful protest."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kondusif.intake.rules import STATES
from kondusif.teams.hours import Hours
from kondusif.triage import rules
from kondusif.triage.categories import ACLED, CROSSWALK, NEUTRAL_TITLES, PASAL5, SNPK, check_codes
from kondusif.triage.suggest import CROWD, PROTEST, TENSION, VIOLENCE_NEAR, VIOLENCE_NOW, guess

ALL_STATES = [code for code, _ in STATES]


def test_every_state_has_its_moves_and_every_open_one_its_duty() -> None:
    assert set(rules.MOVES) == set(ALL_STATES)
    assert set().union(*rules.MOVES.values()) <= set(ALL_STATES)
    assert set(rules.OWED) == rules.OPEN
    assert {s for s in ALL_STATES if s not in rules.OPEN} == {"linked", "archived"}


def test_nothing_comes_back_to_received_and_archived_is_left_only_by_weighing_again() -> None:
    assert not any("received" in to for to in rules.MOVES.values())
    assert rules.MOVES["archived"] == {"in_review"}


@pytest.mark.parametrize("state", ALL_STATES)
@pytest.mark.parametrize("kind", [k for k, _ in rules.CLOSINGS])
def test_a_closing_fits_the_state(state: str, kind: str) -> None:
    if rules.may_close_as(state, kind):
        assert rules.may_move(state, "archived")
    if state == "refuted":
        assert rules.may_close_as(state, kind) == (kind == "refuted")


def test_a_citizen_is_never_graded() -> None:
    assert rules.may_grade("F", "")
    assert not any(rules.may_grade(source, "") for source in "ABCDE")
    assert rules.may_grade("B", "bhabinkamtibmas")
    assert not rules.may_grade("B", "tetangga")
    assert not rules.may_grade("Z", "camat")


def test_the_ladder_climbs_one_level_and_ends_with_the_chair() -> None:
    owner, steps = "duty:64.71.02.1001", []
    for _ in range(6):
        owner = rules.next_owner(owner, province="64")
        steps.append(owner)
    assert steps == ["duty:64.71.02", "duty:64.71", "duty:64", "role:chair@64", "role:chair@64", "role:chair@64"]


def test_matters_about_officials_stay_with_the_secretariat() -> None:
    assert rules.next_owner("role:secretariat@64", province="64") == "role:secretariat@64"


HOURS = Hours()
INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2021, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(at=INSTANTS, duty=st.sampled_from(rules.DUTIES), severity=st.sampled_from(["", "S1", "S2", "S3", "S4"]))
def test_instants_lie_ahead_and_quiet_matters_wait_for_office_hours(at: datetime, duty: str, severity: str) -> None:
    for due in (rules.due_at(duty, severity, at, HOURS), rules.again_at(duty, severity, at, HOURS)):
        assert due > at
        there = due.astimezone(HOURS.zone)
        if severity not in {"S1", "S2"}:
            assert there.weekday() < 5 and HOURS.opens <= there.time() <= HOURS.shuts


def test_grave_matters_do_not_wait_for_monday() -> None:
    saturday_night = datetime(2020, 12, 5, 14, 0, tzinfo=UTC)  # 22.00 WITA
    assert rules.due_at(rules.RECORD, "S1", saturday_night, HOURS) == saturday_night + timedelta(minutes=15)
    assert rules.due_at(rules.RECORD, "S3", saturday_night, HOURS) == datetime(
        2020, 12, 7, 6, 0, tzinfo=UTC
    )  # Monday 14.00 WITA: six hours of office


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("Terjadi bentrok dua kelompok, ada yang bawa parang", "S1"),
        ("Rumah dibakar massa tadi malam", "S1"),
        ("Ada yang mengancam akan merusak posko", "S2"),
        ("Massa mulai berkumpul di depan kantor desa", "S2"),
        ("Beredar hoaks di grup warga", "S3"),
        ("Jalan desa rusak sudah lama", "S4"),
        ("Situasi aman, tidak ada bentrok", "S4"),
    ],
)
def test_severity_by_words(text: str, severity: str) -> None:
    found = guess(text, threatened="no")
    assert found.severity == severity
    assert bool(found.reasons) == (severity != "S4")


def test_whoever_is_threatened_makes_it_at_least_s2() -> None:
    assert guess("Tolong", threatened="yes").severity == "S2"
    assert guess("Unjuk rasa damai", threatened="yes").severity == "S2"
    assert guess("Ada bentrok", threatened="yes").severity == "S1"


harmless = st.sampled_from(
    ["ratusan mahasiswa", "di depan kantor gubernur", "massa berkumpul", "menolak tambang", "berjalan tertib", "ribuan orang",
     "blokade jalan", "membawa spanduk", "penolakan", "besok pagi", "sampai sore", "suasana tegang"]
)  # fmt: skip


@given(
    st.sampled_from([p.strip() for p in PROTEST]), st.lists(harmless, max_size=5), st.sampled_from(["no", "unknown"])
)
def test_peaceful_protest_is_never_a_risk(protest: str, parts: list[str], threatened: str) -> None:
    found = guess(" ".join([protest, *parts]), threatened=threatened)
    assert found.severity == "S4"
    assert found.informational
    assert not any(reason.startswith("disebut") for reason in found.reasons)
    assert found.acled == "peaceful_protest"
    assert not hasattr(found, "score")


def test_violence_at_a_protest_is_seen() -> None:
    found = guess("Unjuk rasa ricuh, kantor dibakar", threatened="no")
    assert found.severity == "S1"
    assert found.acled == "violent_demonstration"
    assert not found.informational


def test_no_word_of_protest_is_a_sign() -> None:
    for table in (VIOLENCE_NOW, VIOLENCE_NEAR, CROWD, TENSION):
        assert not {word.strip() for word in PROTEST} & {start.strip() for start in table}


@given(st.text(max_size=300), st.sampled_from(["yes", "no", "unknown"]))
def test_any_text_gets_a_guess(text: str, threatened: str) -> None:
    found = guess(text, threatened=threatened)
    assert found.severity in dict(rules.SEVERITIES)
    assert check_codes(found.pasal5, found.snpk, found.acled) == ""


def test_the_crosswalk_is_total() -> None:
    assert set(CROSSWALK) == {code for code, _ in SNPK}
    assert set().union(*map(set, CROSSWALK.values())) == set(dict(PASAL5))
    assert set(NEUTRAL_TITLES) <= set(dict(SNPK))
    assert len(dict(ACLED)) == len(ACLED)


def test_unknown_codes_are_named() -> None:
    assert check_codes("x", "", "") == "pasal5"
    assert check_codes("a", "x", "") == "snpk"
    assert check_codes("a", "identitas", "x") == "acled"
