"""Incidents of another data set: what comes in, what is refused and why, and what is left out on purpose. Rows are invented."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from kondusif.ledger.actor import Actor
from kondusif.ledger.errors import NotPermitted
from kondusif.ledger.models import Line
from kondusif.response.importing import FileNotUnderstood, import_incidents
from kondusif.response.models import Incident, Relation
from kondusif.response.profiles.cvew_2021 import PROFILE

pytestmark = pytest.mark.django_db
COLUMNS = [
    "incident_id", "incident_rel", "date", "province", "province_id", "district_city", "district_city_id", "sub_district", "sub_district_id",
    "actor1a", "actor1a_t", "violence_form1", "violence_form2", "issue_type1", "num_injured", "inc_desc", "notes",
]  # fmt: skip
STORY = "Warga berinisial Z berkelahi di depan rumah W"
GOOD = {
    "incident_id": "A1", "date": "09/12/21", "province": "KALIMANTAN TIMUR", "province_id": "64", "district_city": "KOTA BALIKPAPAN",
    "district_city_id": "6471", "actor1a": "Kelompok Anu", "actor1a_t": "MASYARAKAT", "violence_form1": "SERANGAN TANPA SENJATA",
    "issue_type1": "ISU IDENTITAS", "num_injured": "2", "inc_desc": STORY, "notes": "catatan Z",
}  # fmt: skip
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path, areas: None) -> Write:
    def make(*rows: dict[str, str], columns: list[str] = COLUMNS, packed: bool = False) -> Path:
        text = io.StringIO()
        writer = csv.DictWriter(text, columns, delimiter=";", extrasaction="ignore", restval="")
        writer.writeheader()
        writer.writerows(rows)
        path = tmp_path / ("rows.csv.gz" if packed else "rows.csv")
        data = text.getvalue().encode("utf-8-sig")
        path.write_bytes(gzip.compress(data) if packed else data)
        return path

    return make


def test_a_row_comes_in_without_its_story_and_its_names(write: Write, operator: Actor, at: datetime) -> None:
    report = import_incidents(write(GOOD, packed=True), PROFILE, by=operator, at=at)
    assert (report.rows, report.accepted, report.known, report.refused) == (1, 1, 0, ())
    one = Incident.objects.get()
    assert (one.region, one.state, one.severity, one.snpk, one.pasal5, one.acled) == (
        "64.71", "closed", "S1", "identitas", "b", "mob_violence",
    )  # fmt: skip
    assert one.citation == PROFILE.citation and one.origin_codes["district_city_id"] == "6471"
    kept = json.dumps({f.name: str(getattr(one, f.name)) for f in Incident._meta.concrete_fields}) + json.dumps(
        list(Line.objects.values_list("detail", flat=True))
    )
    assert "berinisial" not in kept and "Kelompok Anu" not in kept and "catatan Z" not in kept


def test_the_same_file_again_and_a_dry_run_add_nothing(write: Write, operator: Actor, at: datetime) -> None:
    path = write(GOOD, GOOD | {"incident_id": "A2", "incident_rel": "A1"})
    dry = import_incidents(path, PROFILE, by=operator, at=at, dry_run=True)
    assert (
        dry.accepted == 2
        and not Incident.objects.exists()
        and not Line.objects.filter(verb="incident.imported").exists()
    )
    assert import_incidents(path, PROFILE, by=operator, at=at).accepted == 2
    again = import_incidents(path, PROFILE, by=operator, at=at)
    assert (again.accepted, again.known) == (0, 2)
    assert Incident.objects.count() == 2 and Relation.objects.count() == 1


@pytest.mark.parametrize(("change", "reason"), [
    ({"date": "31/02/21"}, "date not understood"), ({"date": "01/01/70"}, "date outside"), ({"incident_id": ""}, "no incident id"),
    ({"issue_type1": "ISU BARU"}, "issue not in the codebook"), ({"violence_form1": "?"}, "form not in the codebook"),
    ({"district_city": "KOTA TIDAK ADA", "district_city_id": "6499"}, "place unknown"),
])  # fmt: skip
def test_a_row_is_refused_alone_and_says_why(
    write: Write, operator: Actor, at: datetime, change: dict[str, str], reason: str
) -> None:
    report = import_incidents(write(GOOD, GOOD | {"incident_id": "B1"} | change), PROFILE, by=operator, at=at)
    assert report.accepted == 1 and Incident.objects.count() == 1
    assert [r.reason.startswith(reason) for r in report.refused] == [True]


def test_shared_ids_are_told_apart(write: Write, operator: Actor, at: datetime) -> None:
    report = import_incidents(write(GOOD, GOOD, GOOD), PROFILE, by=operator, at=at)
    assert report.accepted == 3 and report.notes
    assert sorted(Incident.objects.values_list("origin_id", flat=True)) == ["A1#1", "A1#2", "A1#3"]


def test_what_is_no_such_file(write: Write, operator: Actor, at: datetime, tmp_path: Path) -> None:
    wrong = write({"a": "1"}, columns=["a", "b"])
    cut = tmp_path / "cut.gz"
    cut.write_bytes(gzip.compress(b"incident_id;date" * 500)[:60])
    binary = tmp_path / "x.csv"
    binary.write_bytes(b"\xff\xfe\x00\x01")
    for path in (wrong, cut, binary, tmp_path / "absent.csv"):
        with pytest.raises(FileNotUnderstood):
            import_incidents(path, PROFILE, by=operator, at=at)


def test_only_who_may(write: Write, member: Callable[..., Actor], at: datetime) -> None:
    for role, region in (("duty_officer", "64"), ("manager", "64.71"), ("chair", "64")):
        with pytest.raises(NotPermitted):
            import_incidents(write(GOOD), PROFILE, by=member(role, region), at=at)
    assert not Incident.objects.exists()
