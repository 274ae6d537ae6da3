"""Office sheets: words and cells, files that are no sheet, dry run, apply, the same sheet back."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.drawing.image import Image as Drawn
from PIL import Image

from kondusif.ledger.errors import NotPermitted
from kondusif.ledger.models import Line
from kondusif.teams.models import Duty, SheetDraft, Shift, User
from kondusif.teams.queries import OPERATOR
from kondusif.teams.sheets import book, importing, kinds, rules
from kondusif.teams.sheets.rules import MEMBERS, ROSTER
from tests.conftest import Member

NAMES = {"balikpapan": "64.71", "kota balikpapan": "64.71", "kabupaten paser": "64.01"}
DAYS = (
    "2 Desember 2020", "Rabu, 2 Des 2020", "02/12/2020", "2-12-2020", "2020-12-02", 44167, 44167.5,
    datetime.combine(date(2020, 12, 2), time(8)), date(2020, 12, 2),
)  # fmt: skip


def _file(rows: list[list[Any]], shape: Any = None) -> bytes:
    made = Workbook()
    sheet = made.active
    for row in rows:
        sheet.append(row)
    if shape:
        shape(made, sheet)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_cells_mean_what_offices_mean() -> None:
    for said, code in (
        (64.71, "64.71"),
        ("64,71", "64.71"),
        (6471, "64.71"),
        ("6471", "64.71"),
        (64.1, "64.10"),
        ("Kota Balikpapan", "64.71"),
        ("Kab. Paser", "64.01"),
    ):
        assert rules.read_region(said, NAMES) == code
    for said, phone in (
        (81200000001, "081200000001"),
        ("0812-0000-0001", "081200000001"),
        ("+62 812 0000 001", "+628120000001"),
        (541000000.0, "0541000000"),
        ("-", ""),
    ):
        assert rules.read_phone(said) == phone
    for said in DAYS:
        assert rules.read_day(said) == date(2020, 12, 2), said
    for said, minutes in (
        ("08.00", 480),
        ("8:30 WITA", 510),
        (8.3, 510),
        (8, 480),
        (time(8, 30), 510),
        (1 / 3, 480),
        ("24.00", 1440),
        ("pukul 07.05", 425),
    ):
        assert rules.read_minutes(said) == minutes, said
    assert rules.bare_name("Drs. H. A. B., M.Si.") == "A. B."
    assert rules.plain("=1+1") == "=1+1"


def test_what_cannot_be_read_is_not_guessed() -> None:
    for reader, said in (
        (rules.read_day, "31 Februari 2020"), (rules.read_day, 7), (rules.read_day, "besok"), (rules.read_day, True),
        (rules.read_minutes, "25.00"), (rules.read_minutes, "8.75"), (rules.read_minutes, None),
        (rules.read_phone, "menyusul"), (rules.read_phone, 12),
    ):  # fmt: skip
        with pytest.raises(rules.Unread):
            reader(said)  # type: ignore[operator]
    for said in ("Atlantis", 7, None):
        with pytest.raises(rules.Unread):
            rules.read_region(said, NAMES)


def test_heads_of_one_and_two_rows() -> None:
    rows: list[list[Any]] = [
        ["JADWAL PIKET", None, None, None, None],
        ["Tgl", "Waktu", "Waktu", "Petugas", "Kab/Kota"],
        ["Tgl", "Mulai", "Selesai", "Petugas", "Kab/Kota"],
    ]
    assert rules.find_head(rows, ROSTER) == (3, {"day": 0, "starts": 1, "ends": 2, "user": 3, "region": 4})
    assert rules.find_head(rows[2:], ROSTER)[0] == 1
    assert rules.find_head([["a", "b"]], ROSTER) == (0, {})
    assert all(rules.is_stray(r) for r in ([None, ""], ["JUMLAH", None, 3], ["I. UNSUR", "I. UNSUR"], [1, 2, 3]))
    assert not rules.is_stray(["2 Des 2020", "08.00", "x"])


@given(st.integers(0, 36500), st.integers(0, 1439))
def test_days_and_hours_come_back(day: int, minute: int) -> None:
    said = date(2000, 1, 1) + timedelta(days=day)
    assert rules.read_day(f"{said:%d/%m/%Y}") == said
    assert rules.read_minutes(f"{minute // 60:02}.{minute % 60:02}") == minute


@pytest.mark.deep
@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_categories=("C", "Z")), max_size=12), min_size=2, max_size=2), max_size=4
    )
)
def test_what_is_written_is_read_as_plain_text(rows: list[list[str]]) -> None:
    data = book.write("x", ["=1+1", "@b"], rows)
    lines = book.read(data).lines
    assert [rules.plain(c) for c in lines[0].cells] == ["=1+1", "@b"]
    said = [[rules.plain(c) for c in x.cells] for x in lines[1:]]
    wanted = [[rules.plain(c) for c in r] for r in rows]
    while wanted and not any(wanted[-1]):
        wanted.pop()
    assert said == wanted
    sheet = load_workbook(io.BytesIO(data)).active
    assert sheet is not None and all(c.data_type != "f" for row in sheet.iter_rows() for c in row)


def _packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return out.getvalue()


@pytest.mark.deep
def test_what_is_no_plain_sheet_is_refused() -> None:
    bomb = {"xl/workbook.xml": b"<a/>", "xl/worksheets/sheet1.xml": b" " * (book.UNPACKED + 1)}
    for data in (
        b"", b"hello", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, b"PK\x03\x04" + b"x" * 50, _packed({"word/document.xml": b"<a/>"}),
        _packed({"xl/workbook.xml": b"<a/>", "xl/vbaProject.bin": b"x"}), _packed(bomb), _packed({"xl/workbook.xml": b"<!DOCTYPE a><a/>"}),
        _packed({"xl/workbook.xml": b"<a/>"}), b"0" * (book.LARGEST + 1), _file([]), _file([["x"] * 3])[:-40],
    ):  # fmt: skip
        with pytest.raises(book.SheetNotRead):
            book.read(data)


@pytest.mark.django_db
@pytest.mark.usefixtures("areas")
def test_a_roster_as_offices_write_it(member: Member, at: datetime) -> None:
    member("duty_officer", "64.71", username="piket-a")
    secretary = member("secretary", "64.71")

    def shape(made: Workbook, sheet: Any) -> None:
        sheet.merge_cells("A1:E1")
        sheet.merge_cells("B2:C2")
        sheet.merge_cells("E4:E5")
        sheet.row_dimensions[7].hidden = True
        made.create_sheet("Rahasia", 0).sheet_state = "hidden"

    rows: list[list[Any]] = [
        ["JADWAL PIKET DESEMBER"], ["Tanggal", "Waktu", None, "Petugas", "Kode wilayah"], [None, "Mulai", "Selesai", None, None],
        ["3 Desember 2020", "20.00", "08.00", "piket-a", 64.71], [44169, 8, 20, "Piket-A", None], ["5/12/2020", "08.00", "20.00", "piket-a", "Samarinda"],
        ["6/12/2020", "08.00", "20.00", "piket-a", 6471], ["7/12/2020", "08.00", "20.00", "siapa", 6471], ["1/1/2019", "08.00", "20.00", "piket-a", 6471],
        ["3/12/2020", "20.00", "08.00", "piket-a", "Balikpapan"], ["JUMLAH", 3],
    ]  # fmt: skip
    data = _file(rows, shape)
    found = importing.look(ROSTER, data, by=secretary, at=at)
    assert [(o.state, o.where) for o in found.outcomes] == [
        ("new", "A4"), ("new", "A5"), ("refused", "E6"), ("refused", "A7"), ("refused", "D8"), ("refused", "A9"), ("refused", "D10"), ("skipped", ""),
    ]  # fmt: skip
    assert found.passed == ("Rahasia",) and not Shift.objects.exists()
    importing.apply_at_once(ROSTER, data, by=secretary, at=at)
    first = Shift.objects.earliest("starts_at")
    assert (first.starts_at.hour, first.ends_at - first.starts_at) == (12, timedelta(hours=12)), (
        "20.00 WITA to 08.00 the next day"
    )
    assert importing.apply_at_once(ROSTER, data, by=secretary, at=at).counts()["same"] == 2
    assert Line.objects.filter(verb="shift.set").count() == 2 and Line.objects.filter(verb="sheet.applied").count() == 1
    back = importing.look(ROSTER, importing.export(ROSTER, by=secretary, at=at), by=secretary, at=at)
    assert {o.state for o in back.outcomes} == {"same"} and len(back.outcomes) == 2


@pytest.mark.django_db
@pytest.mark.usefixtures("areas")
def test_members_of_a_decree(member: Member, at: datetime) -> None:
    manager, other = member("manager", "64.71"), member("secretary", "64.72", username="lain")
    rows: list[list[Any]] = [
        ["No", "Nama", "Jabatan", "Kedudukan dalam Tim", "Kab/Kota", "No. HP"],
        [1, "Drs. A. B., M.Si.", "Asisten Satu", "Ketua", "Kota Balikpapan", 81200000001],
        [2, None, "Kepala Bidang", "Raja", "Balikpapan", None], [3, "C. D., S.Sos.", "Staf", "Anggota", "Balikpapan", None],
        [4, "Lain", "Sekretaris", "Sekretaris", 64.71, None], [5, "E", "Staf", "Piket", "Samarinda", None],
    ]  # fmt: skip
    data = _file(rows)
    found = importing.look(MEMBERS, data, by=manager, at=at)
    assert [(o.state, o.where) for o in found.outcomes] == [
        ("new", "C2"),
        ("refused", "D3"),
        ("refused", "B4"),
        ("refused", "C5"),
        ("refused", "E6"),
    ]
    importing.apply_at_once(MEMBERS, data, by=manager, at=at)
    made = User.objects.get(username="a-b")
    assert (made.title, made.phone, made.has_usable_password()) == ("Asisten Satu", "081200000001", False)
    assert Duty.objects.get(user=made).role == "chair" and not made.first_name
    back = importing.export(MEMBERS, by=manager, at=at)
    again = importing.look(MEMBERS, back, by=manager, at=at)
    assert {o.state for o in again.outcomes} == {"same"} and len(again.outcomes) == 2
    assert b"lain" not in back and "0812" not in "".join(Line.objects.values_list("detail", flat=True))
    rows[1][2] = "Asisten Dua"
    assert importing.apply_at_once(MEMBERS, _file(rows), by=manager, at=at).counts()["changed"] == 1
    made.refresh_from_db()
    assert made.title == "Asisten Dua"
    with pytest.raises(NotPermitted):
        importing.look(MEMBERS, data, by=other, at=at)
    with pytest.raises(kinds.ColumnsMissing):
        importing.look(MEMBERS, _file([["Nama", "Umur"], ["A", 3]]), by=manager, at=at)


@pytest.mark.django_db
@pytest.mark.usefixtures("areas")
def test_the_page_looks_keeps_and_applies_once(client: Client, member: Member, at: datetime) -> None:
    actor = member("manager", "64")
    user = User.objects.get(pk=actor.user_id)
    client.force_login(user)
    assert client.get("/tim/lembar").status_code == 200
    sheet = io.BytesIO(_file([["Jabatan", "Peran", "Daerah"], ["Petugas piket", "Piket", 64.71]]))
    sheet.name = "sk.xlsx"
    page = client.post("/tim/lembar/members", {"sheet": sheet})
    assert page.status_code == 200 and not User.objects.filter(username="petugas-piket").exists()
    mark = SheetDraft.objects.get().mark
    assert client.post("/tim/lembar/members/terapkan", {"mark": "0" * 64}).status_code == 409
    assert client.post("/tim/lembar/members/terapkan", {"mark": mark}).status_code == 302
    assert User.objects.filter(username="petugas-piket").count() == 1 and not SheetDraft.objects.exists()
    assert client.post("/tim/lembar/members/terapkan", {"mark": mark}).status_code == 409
    assert client.post("/tim/lembar/members").status_code == 422
    assert client.get("/tim/lembar/apa/unduh").status_code == 404
    bare = importing.look(MEMBERS, client.get("/tim/lembar/members/unduh?kosong=1").content, by=OPERATOR, at=at)
    assert bare.outcomes == ()


def test_a_sheet_with_a_picture_in_it_is_read_beside_the_picture() -> None:
    """The office's coat of arms over the heads; whole, broken, and of a kind nobody reads (an old EMF)."""

    def shape(_made: Workbook, sheet: Any) -> None:
        picture = io.BytesIO()
        Image.new("RGB", (120, 90), "teal").save(picture, "PNG")
        sheet.add_image(Drawn(picture), "A1")

    rows = [[None] * 3, ["DAFTAR PIKET", None, None], ["Jabatan", "Peran", "Daerah"], ["Petugas piket", "Piket", 64.71]]
    whole = _file(rows, shape)
    for data in (whole, _with_media(whole, b"no picture at all"), _with_media(whole, b"\x01\x00\x00\x00 EMF", ".emf")):
        found = book.read(data)
        cells = [list(line.cells) for line in found.lines]
        assert rules.find_head(cells, MEMBERS)[0] == len(cells) - 1
        assert cells[-1][:3] == ["Petugas piket", "Piket", 64.71]


def _with_media(data: bytes, picture: bytes, kind: str = ".png") -> bytes:
    """The same workbook with other bytes where its picture was."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.startswith("xl/media/"):
                name, content = name.replace(".png", kind), picture
            elif kind != ".png":
                content = content.replace(b"image1.png", b"image1" + kind.encode()).replace(
                    b'"png"', b'"' + kind[1:].encode() + b'"'
                )
            new.writestr(name, content)
    return out.getvalue()
