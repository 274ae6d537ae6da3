"""Recaps: denominators, missing as missing, no protest and nothing about officials; the SIPKS sheet in the secretariat's own layout."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from openpyxl import load_workbook

from kondusif.intake.nil import day_reports, file_nil
from kondusif.ledger.actor import Actor
from kondusif.ledger.errors import NotPermitted
from kondusif.ledger.models import Line
from kondusif.response.actions import NewIncident, register
from kondusif.response.models import Incident, Party
from kondusif.situation.models import SipksLayout
from kondusif.situation.recap import queries, rules, sipks
from kondusif.teams.models import Export, User
from tests.conftest import Member
from tests.triage.conftest import make_report

FIRST, LAST = date(2020, 12, 1), date(2020, 12, 31)


@pytest.mark.parametrize(
    ("first", "last", "ok"),
    [
        (FIRST, LAST, True), (LAST, FIRST, False), (date(2020, 12, 3), LAST, False), (date(2019, 1, 1), FIRST, False),
        (date(1999, 12, 1), date(1999, 12, 2), False), (date(9999, 1, 1), date(9999, 1, 2), False),
    ],
)  # fmt: skip
def test_a_period_has_begun_and_lasts_a_year_at_most(first: date, last: date, ok: bool) -> None:
    assert rules.period_ok(first, last, date(2020, 12, 2)) is ok


def test_what_is_unknown_is_no_zero() -> None:
    silent = rules.Place("64.01", "Paser", 31, 0, 0)
    calm = rules.Place("64.74", "Bontang", 31, 0, 31)
    assert rules.place_row(silent)[6:] == ["0/31 (0%)", *[rules.MISSING] * 12]
    assert rules.place_row(calm)[6:] == ["31/31 (100%)", *[0] * 12]
    total = rules.total_row([silent, calm])
    assert total[1] == "Jumlah 1/2 daerah" and total[6] == "31/62 (50%)" and total[7] == 0
    assert rules.total_row([silent])[7] == rules.MISSING


def test_kinds_say_of_how_many() -> None:
    place = rules.Place("64.71", "Balikpapan", 1, 1, 0, opened={"S3": 3}, kinds={"d": 2, "": 1})
    rows = rules.kind_rows([place, rules.Place("64.01", "Paser", 1, 0, 0)], [("d", "Sumber daya alam")])
    assert rows == [["Sumber daya alam", 2, rules.MISSING, 2], [rules.UNSET, 1, rules.MISSING, 1], ["Jenis terisi", "2/3", rules.MISSING, "2/3"]]  # fmt: skip


@pytest.mark.parametrize(
    ("columns", "above", "fault"),
    [
        (rules.DEFAULT, rules.DEFAULT_ABOVE, ""), ((), (), "columns"), ((("title", "", ""),), (), "columns"),
        ((("pelapor", "Pelapor", ""),), (), "columns"), ((("title", "x" * 81, ""),), (), "columns"),
        ((("title", "Judul", ""),) * 31, (), "columns"), ((("title", "Judul", ""),), ("x",) * 7, "above"),
    ],
)  # fmt: skip
def test_a_layout_holds_known_fields_with_headings(
    columns: tuple[tuple[str, str, str], ...], above: tuple[str, ...], fault: str
) -> None:
    assert rules.layout_fault(columns, above) == fault


def test_a_heading_above_stands_once_for_its_neighbours() -> None:
    assert rules.head_rows([("number", "No", ""), ("kabkota", "Kab", "Lokasi"), ("kecamatan", "Kec", "Lokasi")]) == [
        ["", "Lokasi", ""],
        ["No", "Kab", "Kec"],
    ]
    assert rules.head_rows([("number", "No", "")]) == [["No"]]


def matter(region: str, by: Actor, at: datetime, **said: str) -> Incident:
    row = register(make_report(at, region=region).code, NewIncident("Perselisihan dua kelompok warga", severity="S3"), by=by, at=at)  # fmt: skip
    Incident.objects.filter(pk=row.pk).update(**said)
    return row


@pytest.mark.django_db
def test_a_recap_counts_as_the_board_does(member: Member, areas: None, at: datetime) -> None:
    by, above = member("duty_officer", "64"), member("secretariat", "64")
    matter("64.71", by, at, pasal5="d")
    matter("64.71.02", by, at, acled="peaceful_protest")
    hidden = make_report(at, region="64.72", restricted=True)
    register(hidden.code, NewIncident("Perselisihan dua kelompok warga", severity="S1"), by=above, at=at)
    file_nil("64.74", ["watch"], by=by, at=at)
    later = at + timedelta(days=3)
    for reader in (by, above):  # the cleared count what everybody counts
        found = {p.code: p for p in queries.recap(reader, FIRST, LAST, at=later).places}
        town = found["64.71"]
        assert (town.days, town.spoken, town.opened, town.kinds, town.open_at_end) == (5, 1, {"S3": 1}, {"d": 1}, 1)
        assert not found["64.72"].known and found["64.74"].nil == 1 and found["64.74"].known
    days = day_reports(list(found), day=date(2020, 12, 2))
    assert {c for c, d in days.items() if d.state != "missing"} == {c for c, p in found.items() if p.spoken or p.nil}
    assert [p.code for p in queries.recap(member("chair", "64.72"), FIRST, LAST, at=later).places] == ["64.72"]
    with pytest.raises(NotPermitted):
        queries.recap(member("observer", "64"), FIRST, LAST, at=later)


@pytest.mark.django_db
def test_the_sipks_sheet_in_the_secretariats_layout(member: Member, areas: None, at: datetime) -> None:
    by, secretary = member("duty_officer", "64.71"), member("secretary", "64")
    row = matter("64.71.02", by, at, pasal5="d")
    Party.objects.create(incident=row, role="Pedagang", interest="=1+1")
    for wrong in (by, member("secretary", "64.71")):
        with pytest.raises(NotPermitted):
            sipks.save_layout(rules.DEFAULT, [], by=wrong, at=at)
    with pytest.raises(sipks.LayoutNotPossible):
        sipks.save_layout([("nama", "Nama", "")], [], by=secretary, at=at)
    wanted = [
        ("parties", "PIHAK", "B"),
        ("blank", "KET", ""),
        ("kabkota", "KAB", "A"),
        ("outcome", "HASIL", "A"),
        ("occurred", "TGL", ""),
    ]
    sipks.save_layout(wanted, ["LAMPIRAN", "{provinsi} {periode}"], by=secretary, at=at)
    assert (
        Line.objects.get(verb="sipks.layout").detail == '{"fields":["parties","blank","kabkota","outcome","occurred"]}'
    )
    book = load_workbook(io.BytesIO(sipks.sipks_sheet(FIRST, LAST, by=by, at=at)))
    lines = [[c or "" for c in line] for line in book["SIPKS"].iter_rows(values_only=True)]
    assert lines[0][0] == "LAMPIRAN" and lines[1][0] == "KALIMANTAN TIMUR 1 Des 2020 – 31 Des 2020"
    assert lines[2] == ["B", "", "A", "", ""] and lines[3] == ["PIHAK", "KET", "KAB", "HASIL", "TGL"]
    assert lines[4] == ["Pedagang: =1+1", "", "Kota Balikpapan", "belum", rules.MISSING]
    assert book["SIPKS"]["A5"].data_type == "s" and len(lines) == 5
    assert Export.objects.get().kind == "sipks" and Export.objects.get().rows == 1
    with pytest.raises(NotPermitted):
        sipks.sipks_sheet(FIRST, LAST, by=member("chair", "64.71"), at=at)


@pytest.mark.deep
@pytest.mark.django_db
def test_the_pages_look_before_anything_leaves(
    member: Member, areas: None, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kondusif.site.middleware.now", lambda: at)
    secretary = member("secretary", "64")
    matter("64.71", secretary, at)
    web = Client()
    web.force_login(
        User.objects.get(pk=secretary.user_id), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    assert "tidak ada data" in web.get("/rekap").content.decode()
    assert "Perselisihan dua kelompok warga" in web.get("/rekap/sipks").content.decode()
    assert not Export.objects.exists()
    for bad in ("first=x&last=y", "first=2020-12-31&last=2020-12-01", "first=2030-01-01&last=2030-02-01"):
        assert web.get(f"/rekap?{bad}").status_code == 422, bad
    form = {"columns-TOTAL_FORMS": "2", "form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0", "above": "LEMBAR",
            "form-0-place": "2", "form-0-field": "title", "form-0-heading": "Uraian",
            "form-1-place": "1", "form-1-field": "kabkota", "form-1-heading": "Daerah", "form-1-upper": "Lokasi"}  # fmt: skip
    assert web.post("/rekap/sipks", form).status_code == 302
    assert SipksLayout.objects.get().columns == [["kabkota", "Daerah", "Lokasi"], ["title", "Uraian", ""]]
    assert web.post("/rekap/sipks", form | {"form-0-heading": ""}).status_code == 422
    assert web.post("/rekap/sipks", {"above": "x"}).status_code == 422
