"""Tables, contracts and titles."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kondusif.response import rules
from kondusif.response.rules import CONTRACTS, MOVES, TASK_MOVES, Side, may_confirm, missing_proof
from kondusif.teams.rules import AGENCY_KINDS, SEVERITY_MINUTES

AT = datetime(2020, 12, 2, 1, 0, tzinfo=UTC)
SEVERITIES = ["S1", "S2", "S3", "S4"]


def test_tables_are_whole() -> None:
    states = {code for code, _ in rules.STATES}
    assert set(MOVES) == states and set().union(*MOVES.values()) <= states
    assert set(rules.OWED) == rules.OPEN
    assert states - rules.OPEN == {"confirmed", "closed"}  # confirmed is only passed through
    assert set(TASK_MOVES) == {code for code, _ in rules.TASK_STATES}
    assert {s for s, to in TASK_MOVES.items() if to} == rules.TASK_OPEN
    assert set(CONTRACTS) == set(SEVERITY_MINUTES) == set(SEVERITIES)


def paths_to(goal: str) -> set[str]:
    return {state for state, to in MOVES.items() if goal in to}


def test_the_end_is_reached_only_through_proposal_and_confirmation() -> None:
    assert paths_to("closed") == {"confirmed", "watched"}
    assert paths_to("watched") == {"confirmed"}
    assert paths_to("confirmed") == {"proposed"}
    assert MOVES["closed"] == {"open"}


def test_closing_in_proportion() -> None:
    days = {s: CONTRACTS[s].watch.days for s in SEVERITIES}
    assert days == {"S1": 14, "S2": 14, "S3": 7, "S4": 0}
    assert {s for s in SEVERITIES if CONTRACTS[s].evidence} == {"S1", "S2"}
    assert CONTRACTS["S4"].confirmers == {"verifier"}


KINDS = [code for code, _ in rules.CONFIRMERS]


@pytest.mark.parametrize(("severity", "kind"), [*product(SEVERITIES, KINDS)])
def test_nobody_confirms_what_they_proposed_or_lead(severity: str, kind: str) -> None:
    proposer = Side("user:1", "agency", 7)
    assert not may_confirm(severity, proposer=proposer, lead_agency=7, by=Side("user:1", kind, None))
    assert not may_confirm(severity, proposer=proposer, lead_agency=7, by=Side("user:2", kind, 7))
    assert not may_confirm(severity, proposer=Side("user:3", "office"), lead_agency=9, by=Side("user:2", kind, 9))


def test_who_is_a_second_party() -> None:
    office, agency = Side("user:1", "office"), Side("user:1", "agency", 7)

    def allowed(severity: str, proposer: Side, **more: bool) -> set[str]:
        sides = [Side("user:2", kind, 8 if kind == "agency" else None) for kind in KINDS]
        return {s.kind for s in sides if may_confirm(severity, proposer=proposer, lead_agency=7, by=s, **more)}

    assert allowed("S1", office) == allowed("S2", office) == {"agency", "verifier", "chair", "reporter"}
    assert allowed("S1", agency) == {"agency", "verifier", "chair", "reporter", "office"}
    assert allowed("S1", agency, office_leads=True) == {"agency", "verifier", "chair", "reporter"}
    assert allowed("S3", office) == {"agency", "verifier", "reporter"}
    assert allowed("S4", office) == allowed("S4", agency) == {"verifier"}


@given(
    st.sampled_from(SEVERITIES), st.sampled_from(["", "  ", "Berita acara nomor 4"]), st.booleans(),
    st.one_of(st.none(), st.timedeltas(timedelta(days=-20), timedelta(days=20))),
)  # fmt: skip
def test_every_missing_proof_is_named(severity: str, evidence: str, confirmed: bool, left: timedelta | None) -> None:
    until = None if left is None else AT + left
    what = missing_proof(severity, evidence=evidence, confirmed=confirmed, watch_until=until, at=AT)
    ok = (
        (bool(evidence.strip()) or severity in {"S3", "S4"})
        and confirmed
        and (severity == "S4" or (until is not None and until <= AT))
    )
    assert (what == "") == ok


@pytest.mark.parametrize(
    ("title", "fault"),
    [
        ("Perselisihan dua kelompok warga", ""),
        ("Perselisihan warga di Kutai Timur", ""),
        ("Sengketa batas di Penajam Paser Utara", ""),
        ("Keributan di Pasar Baru Islam", "group"),
        ("Bentrok suku Dayak dan Madura", "group"),
        ("Penolakan pembangunan gereja", "group"),
        ("Cekcok warga Kutai", "group"),
        ("Ribut", "length"),
        ("x" * 121, "length"),
        ("Laporan dari 0812 3456 7890 tadi", "number"),
    ],
)
def test_titles_name_no_group(title: str, fault: str) -> None:
    if title.startswith("Keributan di Pasar"):
        fault = ""  # the name of a market
    assert rules.title_fault(title) == fault


def test_only_the_police_stop_violence() -> None:
    for kind in AGENCY_KINDS:
        expected = "" if kind == "polri" else "polri"
        assert rules.may_task("stop_violence", "Amankan lokasi", agency_kind=kind, acled="") == expected
        assert rules.may_task("other", "Hentikan kekerasan di pasar", agency_kind=kind, acled="") == expected
        assert rules.may_task("calm", "Redakan dan amankan lokasi", agency_kind=kind, acled="") == ""


@pytest.mark.parametrize("title", ["Bubarkan massa", "Larang aksi besok", "Beri sanksi panitia"])
def test_nobody_disperses_a_peaceful_protest(title: str) -> None:
    assert rules.may_task("other", title, agency_kind="polri", acled="peaceful_protest") == "protest"
    assert rules.may_task("protect", "Perlindungan peserta", agency_kind="polri", acled="peaceful_protest") == ""


def test_who_is_told_of_a_silent_vertical_agency() -> None:
    owner, told = "agency:3", []
    for _ in range(3):
        owner = rules.next_for_agency(owner, kabkota="64.71")
        told.append(owner)
    assert told == ["role:secretary@64.71", "role:chair@64.71", "role:chair@64.71"]


def test_vertical_agencies_are_asked_and_regional_ones_assigned() -> None:
    assert rules.kind_for(True) == "support" and rules.kind_for(False) == "assign"
