"""The base data, the areas in time, and the codes of other systems."""

from __future__ import annotations

import csv
import gzip
from datetime import date, datetime
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from kondusif.ledger.actor import CITIZEN, Actor
from kondusif.ledger.errors import NotPermitted
from kondusif.ledger.models import Line
from kondusif.regions import actions, gazetteer, memory, queries
from kondusif.regions.actions import Former
from kondusif.regions.boundaries import CodeSystemUnknown
from kondusif.regions.crosswalk import CodedName
from kondusif.regions.models import Area, Neighbour, OtherCode

pytestmark = pytest.mark.django_db


@pytest.mark.deep
def test_all_of_indonesia_loads_once(operator: Actor, at: datetime) -> None:
    assert actions.load_base(by=operator, at=at).added == 91_599
    assert actions.load_base(by=operator, at=at) == actions.Loaded()
    assert Line.objects.filter(verb="regions.base_loaded").count() == 1
    assert len(queries.children("")) == 38
    assert queries.full_name("64.71.05.1006") == "Gunung Bahagia, Balikpapan Selatan, Kota Balikpapan"
    assert queries.full_name("31") == "Daerah Khusus Ibukota Jakarta"


def test_own_facts(kaltim: None) -> None:
    found = queries.kabkota_of_province("64")
    assert len(found) == 10 and sum(k.population or 0 for k in found) == 4_123_303
    assert all(k.population_date == "2024" and k.population_source for k in found)
    assert len({(k.col, k.row) for k in found}) == 10
    assert Neighbour.objects.count() == 14
    for one in found:
        assert all(one.code in queries.neighbours(other) for other in one.neighbours)
    assert [k.short_name for k in found if k.code == "64.71"] == ["Balikpapan"]


def test_names(kaltim: None) -> None:
    assert queries.short_name("64.71") == "Balikpapan"
    assert queries.short_name("64.02.08") == "Kota Bangun"
    assert queries.name_of("") == "Indonesia"
    assert queries.name_of("99.99") == "99.99"
    assert queries.exists("64.71.05") and not queries.exists("64.70") and not queries.exists("")
    assert [a.code for a in queries.children("64.74")] == ["64.74.01", "64.74.02", "64.74.03"]


def test_a_later_list_renames_and_ends(operator: Actor, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    actions.load_base(by=operator, at=at, provinces=("64",))
    listed = [n for n in gazetteer.names(("64",)) if n.code != "64.74.03.1003"]
    listed = [
        gazetteer.Named(n.code, "Damai Baru", n.level, n.kind, n.parent) if n.code == "64.71.06.1005" else n
        for n in listed
    ]
    listed.append(gazetteer.Named("64.71.07", "Balikpapan Pusat", "kecamatan", "Kecamatan", "64.71"))
    monkeypatch.setattr(gazetteer, "names", lambda _provinces: iter(listed))
    monkeypatch.setattr(gazetteer, "mark", lambda _provinces: "another")
    assert actions.load_base(by=operator, at=at, provinces=("64",)) == actions.Loaded(1, 1, 1)
    assert queries.name_of("64.71.06.1005") == "Damai Baru"
    ended = Area.objects.get(code="64.74.03.1003")
    assert ended.valid_until == at.date() and queries.name_of(ended.code) == ended.name
    assert Area.objects.get(code="64.71.07").valid_from == at.date()


def test_former_codes(kaltim: None, operator: Actor, at: datetime) -> None:
    rows = [Former("64.02.08.2001", "Kedang Ipil", ("64.02.19.2001",)), Former("64.02.13.1001", "Salok Api Barat")]
    until = date(2020, 12, 11)
    assert actions.add_former_codes(rows, until=until, by=operator, at=at) == 2
    assert actions.add_former_codes(rows, until=until, by=operator, at=at) == 0
    assert not queries.exists("64.02.08.2001")
    assert queries.name_of("64.02.08.2001") == "Kedang Ipil"
    assert queries.successors("64.02.08.2001") == ("64.02.19.2001",)
    assert queries.successors("64.02.13.1001") == ()
    assert queries.successors("64.71") == ("64.71",)
    before, after = queries.area("64.02.08.2001", date(2020, 12, 10)), queries.area("64.02.08.2001", until)
    assert before is not None and before.name == "Kedang Ipil" and after is None


@pytest.mark.parametrize(
    "row", [Former("64.71", "Kota Balikpapan"), Former("6471", "x"), Former("64.02.08.2001", "x", ("64.99",))]
)
def test_impossible_changes(kaltim: None, operator: Actor, at: datetime, row: Former) -> None:
    with pytest.raises(actions.ChangeNotPossible):
        actions.add_former_codes([row], until=date(2021, 1, 1), by=operator, at=at)


def test_periods_hold_in_the_database(kaltim: None) -> None:
    facts = {"level": "kabkota", "name": "x", "kind": "Kota", "parent": "64"}
    for wrong in ({"code": "64.71"}, {"code": "64.99", "valid_from": date(2021, 1, 2), "valid_until": date(2021, 1, 2)},
                  {"code": "64.98", "population": 5}):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            Area.objects.create(**facts, **wrong)


def test_a_rollback_is_noticed(kaltim: None) -> None:
    before = memory.edition(memory.AREAS)
    with transaction.atomic():
        memory.changed(memory.AREAS)
        assert memory.edition(memory.AREAS) != before
        transaction.set_rollback(True)
    memory.forget()
    assert memory.edition(memory.AREAS) == before


BPS = [
    CodedName("64", "KALIMANTAN TIMUR"), CodedName("6401", "PASER"), CodedName("6402", "KUTAI BARAT"),
    CodedName("6403", "KUTAI KARTANEGARA"), CodedName("6471", "KOTA\u00a0BALIKPAPAN"), CodedName("6471010", "BALIKPAPAN SELATAN"),
]  # fmt: skip


def test_other_codes(kaltim: None, operator: Actor, at: datetime) -> None:
    found = actions.add_other_codes(BPS, system="bps", source="daftar", by=operator, at=at)
    assert len(found.matched) == 6 and not found.refused
    assert queries.from_other_codes(["6402", "9999"]) == {"6402": "64.07"}
    assert queries.other_code("64.02") == "6403"
    again = actions.add_other_codes(BPS, system="bps", source="daftar", by=operator, at=at)
    assert (len(again.matched), again.known) == (0, 6)


def test_other_codes_refused_with_reasons(kaltim: None, operator: Actor, at: datetime) -> None:
    rows = [*BPS, CodedName("64.71", "x"), CodedName("647205", "x"), CodedName("6301", "TANAH LAUT"), CodedName("6472", "LUAR"),
            CodedName("6473", "KOTA BALIKPAPAN"), CodedName("6401", "KOTA BONTANG")]  # fmt: skip
    found = actions.add_other_codes(rows, system="bps", source="daftar", by=operator, at=at)
    reasons = {(r.code, r.reason) for r in found.refused}
    assert reasons >= {("64.71", "not-a-code"), ("647205", "not-a-code"), ("6301", "no-parent"), ("6472", "no-name"),
                       ("6473", "area-taken")}  # fmt: skip
    assert ("6401", "code-taken") in reasons
    assert OtherCode.objects.count() == len(found.matched)


def test_an_import_names_its_system(kaltim: None, operator: Actor, at: datetime) -> None:
    for system in ("", "kemendagri", "pos"):
        with pytest.raises(CodeSystemUnknown):
            actions.add_other_codes(BPS, system=system, source="x", by=operator, at=at)


def test_a_trial_of_other_codes_writes_nothing(kaltim: None, operator: Actor, at: datetime) -> None:
    assert actions.add_other_codes(BPS, system="bps", source="x", by=operator, at=at, dry_run=True).matched
    assert not OtherCode.objects.exists()


def test_real_bps_codes(kaltim: None, operator: Actor, at: datetime, shared: Path) -> None:
    path = shared / "data" / "conflict" / "cvew" / "cvew_2021_v1.csv.gz"
    if not path.is_file():
        pytest.skip(f"REAL DATA ABSENT: {path}; this test proves nothing here")
    pairs = (("province_id", "province"), ("district_city_id", "district_city"), ("sub_district_id", "sub_district"))
    rows = set()
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as handle:
        for row in csv.DictReader(handle, delimiter=";"):
            rows |= {CodedName(row[c], row[n]) for c, n in pairs if row[c].strip() and row["province_id"] == "64"}
    found = actions.add_other_codes(rows, system="bps", source="cvew", by=operator, at=at)
    assert len(found.matched) > 10 and len(found.refused) <= 0.1 * len(rows)
    assert queries.from_other_codes(["6403"]) in ({}, {"6403": "64.02"})


def test_nobody_writes_without_leave(kaltim: None, at: datetime, tmp_path: Path) -> None:
    with pytest.raises(NotPermitted):
        actions.load_base(by=CITIZEN, at=at)
    with pytest.raises(NotPermitted):
        actions.add_other_codes(BPS, system="bps", source="x", by=CITIZEN, at=at)
    with pytest.raises(NotPermitted):
        actions.add_former_codes([], until=date(2021, 1, 1), by=CITIZEN, at=at)
    with pytest.raises(NotPermitted):
        actions.add_landmark(name="x", area_code="64.71", lat=-1.2, lon=116.9, by=CITIZEN, at=at)
    with pytest.raises(NotPermitted):
        actions.import_boundaries(tmp_path, level="desa", code_column="x", code_system="bps", by=CITIZEN, at=at)


def test_no_gazetteer(operator: Actor, at: datetime, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(gazetteer, "NAMES", tmp_path)
    with pytest.raises(actions.GazetteerMissing):
        actions.load_base(by=operator, at=at)
