"""The board: tiles, the sentence, who is late in whose eyes; and as many queries for much as for little."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kondusif.clock.models import Deadline
from kondusif.ledger.actor import Actor
from kondusif.regions import memory
from kondusif.response import tasks
from kondusif.response.models import Incident
from kondusif.situation import actions
from kondusif.situation.board import Board, Tile, board
from kondusif.situation.models import Heard, RegionStatus
from tests.conftest import Member
from tests.response.conftest import NewMatter, Town, new_agency, new_matter, officer, secretariat, town
from tests.triage.conftest import make_report

__all__ = ["new_agency", "new_matter", "officer", "secretariat", "town"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("areas")]


def look(actor: Actor, at: datetime) -> Board:
    return board(actor, province="64", at=at)


def tile(found: Board, code: str = "64.71") -> Tile:
    return next(t for t in found.tiles if t.code == code)


def sentence(found: Board) -> str:
    return "".join(words for words, _level in found.sentence)


def put(region: str, level: str, member: Member, at: datetime) -> None:
    row = actions.propose(region, level=level, reason="Ada bukti.", by=member("duty_officer", region), at=at)
    actions.decide(row.pk, by=member("chair", region), at=at)


def test_nothing_known_is_no_data_and_not_green(member: Member, at: datetime) -> None:
    found = look(member("observer", "64"), at)
    assert len(found.tiles) == 10 and {t.level for t in found.tiles} == {"nodata"}
    assert sentence(found).startswith("0 dari 10 kab/kota kondusif") and "10 daerah belum ada data" in sentence(found)


def test_the_sentence_says_who_is_raised_and_who_is_silent(member: Member, at: datetime) -> None:
    codes = [t.code for t in look(member("observer", "64"), at).tiles]
    for code in codes[:-1]:
        put(code, "waspada" if code == "64.71" else "kondusif", member, at)
        Heard.objects.create(region=code, at=at)
    found = look(member("observer", "64"), at + timedelta(hours=1))
    quiet = tile(found, codes[-1])
    assert (
        sentence(found)
        == f"8 dari 10 kab/kota kondusif; {tile(found).name} waspada sejak 09.00; dari {quiet.name} belum ada data."
    )
    later = look(member("observer", "64"), at + timedelta(hours=30))
    assert (tile(later).level, {t.level for t in later.tiles if t.code != "64.71"}) == ("waspada", {"nodata"})


def test_each_sees_their_own_regions(member: Member, at: datetime) -> None:
    assert [t.code for t in look(member("duty_officer", "64.71"), at).tiles] == ["64.71"]
    assert look(member("data_protection", "64"), at).tiles == ()


def test_counts_are_of_what_one_may_read(town: Town, new_matter: NewMatter, at: datetime) -> None:
    new_matter()
    new_matter(restricted=True)
    make_report(at, region="64.71.02")
    make_report(at, region="64.71", restricted=True)
    mine, observer, agency = (
        look(a, at + timedelta(minutes=1)) for a in (town.officer, town.others["elsewhere"], town.pp_member)
    )
    assert (tile(mine).open, tile(mine).reports, mine.untriaged, mine.open_total) == (1, 2, 1, 1)
    assert (observer.open_total, observer.untriaged, agency.open_total) == (0, 0, 0)


def test_a_vertical_agency_s_silence_is_for_chair_and_secretary(
    town: Town, new_matter: NewMatter, at: datetime
) -> None:
    incident = new_matter("S2")
    for agency in (town.polri, town.pp):
        tasks.assign(incident.code, agency=agency, title=f"Bantu {agency.kind}", by=town.officer, at=at)
    later = at + timedelta(days=2)

    def late(actor: Actor) -> set[str]:
        return {o.title for o in look(actor, later).overdue}

    assert {"Bantu polri", "Bantu satpolpp"} <= late(town.chair) and "Bantu polri" in late(town.secretary)
    for actor in (town.officer, town.head, town.lurah, town.others["province"]):
        assert "Bantu satpolpp" in late(actor) and "Bantu polri" not in late(actor)
    assert not late(town.pp_member) and not late(town.others["elsewhere"])


def test_matters_about_officials_are_late_for_nobody_else(town: Town, new_matter: NewMatter, at: datetime) -> None:
    new_matter("S1", restricted=True)
    make_report(at, region="64.71", restricted=True)
    assert Deadline.objects.filter(met_at=None).count() >= 2
    for actor in (town.officer, town.chair, town.others["province"]):
        found = look(actor, at + timedelta(days=3))
        assert (found.overdue, found.overdue_count) == ((), 0)


def test_a_peaceful_protest_counts_like_any_matter_and_raises_nothing(town: Town, member: Member, at: datetime) -> None:
    put("64.71", "kondusif", member, at)
    Heard.objects.create(region="64.71", at=at)
    before = look(town.chair, at + timedelta(minutes=30))
    for _ in range(5):
        make_report(at, region="64.71", text="Unjuk rasa damai ribuan orang di depan kantor gubernur")
    after = look(town.chair, at + timedelta(minutes=30))
    assert tile(after).level == tile(before).level == "kondusif" and sentence(after) == sentence(before)
    assert (after.open_total, after.overdue_count) == (before.open_total, before.overdue_count)
    assert RegionStatus.objects.count() == 1 and not Incident.objects.exists()


def test_as_many_queries_for_much_as_for_little(
    town: Town, new_matter: NewMatter, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "_KEPT_FOR", 3600.0)  # a slow machine asks again between the two looks
    monkeypatch.setattr("kondusif.clock.queries._OFFSET_KEPT_FOR", 3600.0)
    later = at + timedelta(days=1)
    first = new_matter()
    tasks.assign(first.code, agency=town.pp, title="Redakan lokasi", by=town.officer, at=at)
    make_report(at, region="64.71")
    look(town.chair, later)
    with CaptureQueriesContext(connection) as few:
        look(town.chair, later)
    for _ in range(6):
        incident = new_matter()
        tasks.assign(incident.code, agency=town.pp, title="Redakan lokasi", by=town.officer, at=at)
        make_report(at, region="64.71")
    with CaptureQueriesContext(connection) as many:
        look(town.chair, later)
    assert len(many) == len(few) <= 20
