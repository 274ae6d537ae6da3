"""The sheet of 2020: 38 issues in 217 items of which 77 were found to be violations, invented here. Claims, never incidents."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.test import Client

from kondusif.ledger.actor import Actor
from kondusif.ledger.models import Line
from kondusif.response.models import Incident
from kondusif.situation.models import RegionStatus
from kondusif.teams.models import SheetDraft, User
from kondusif.teams.sheets import book
from kondusif.teams.sheets.importing import SheetOutdated
from kondusif.teams.sheets.kinds import ColumnsMissing
from kondusif.triage.claims import importing, queries, sheet
from kondusif.triage.claims.models import Claim, Item
from kondusif.triage.models import Verdict

pytestmark = pytest.mark.django_db
Member = Callable[..., Actor]
HEAD = ["No", "Isu", "Tanggal", "Kanal", "Daerah", "Tautan", "Uraian", "Status"]
PLACES = ["Kota Balikpapan", "64.72", "Kutai Timur", "Berau"]
STATES = ["Melanggar"] * 77 + ["Proses"] * 64 + ["Diturunkan"] * 13 + [""] * 63


def rows() -> list[list[str]]:
    """38 issues × 5 or 6 items each: 217; every item with an account in its address and its words."""
    found = []
    for n in range(217):
        issue, day = n % 38, date(2020, 9, 1) + timedelta(days=n % 79)
        link = (
            f"https://www.facebook.com/akun.{n}/posts/{n}"
            if n % 2
            else f"https://twitter.com/akun_{n}/status/{1000 + n}"
        )
        found.append(
            [str(n + 1), f"Isu contoh ke-{issue + 1:02}", f"{day:%d/%m/%Y}", "FB" if n % 2 else "Twitter", PLACES[issue % 4], link,
             f"Unggahan @akun_{n} nomor 0811{n:07}", STATES[n]]
        )  # fmt: skip
    return found


def as_csv(lines: list[list[str]], delimiter: str = ";", encoding: str = "utf-8-sig") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows([HEAD, *lines])
    return out.getvalue().encode(encoding)


def user_of(actor: Actor) -> User:
    return User.objects.get(pk=actor.user_id)


@pytest.mark.deep
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_217_items_of_38_issues_come_in_once_as_claims(kind: str, areas: None, member: Member, at: datetime) -> None:
    by = member("duty_officer", "64")
    data = as_csv(rows()) if kind == "csv" else book.write("Hoaks", HEAD, rows())
    found = sheet.look(data, by=by, at=at)
    assert found.counts() == {"new": 217, "changed": 0, "same": 0, "refused": 0, "skipped": 0}, [
        o for o in found.outcomes if o.reason
    ][:3]
    assert found.claims() == 38 and Claim.objects.count() == 0, "a dry run writes nothing"
    mark = importing.keep(data, found, user=user_of(by), at=at)
    importing.apply_kept(mark, user=user_of(by), by=by, at=at)
    assert queries.totals(by) == queries.Totals(38, 217, 77)
    assert not Incident.objects.exists() and not RegionStatus.objects.exists() and not Verdict.objects.exists()
    assert not Claim.objects.exclude(state="open", verdict="").exists(), "what another body found is no verdict of ours"
    text = " ".join(Item.objects.values_list("link", flat=True)) + " ".join(
        Item.objects.values_list("words", flat=True)
    )
    assert "akun_" not in text and "akun." not in text and "0811" not in text
    assert Line.objects.filter(verb="claim.imported").count() == 38
    with pytest.raises(SheetOutdated):
        importing.apply_kept(mark, user=user_of(by), by=by, at=at)
    again = importing.apply_at_once(data, by=by, at=at)
    assert again.counts()["same"] == 217 and Item.objects.count() == 217
    later = rows()
    later[216][7] = "Melanggar"
    assert importing.apply_at_once(as_csv(later), by=by, at=at).counts()["changed"] == 1
    assert queries.totals(by).outside == 78


def test_each_bad_row_is_named_and_the_others_come_in(areas: None, member: Member, at: datetime) -> None:
    by = member("duty_officer", "64.71")
    good = ["1", "Isu pemindahan TPS", "1 Desember 2020", "WA", "64.71", "", "Pesan berantai", ""]
    bad = {
        "day": [*good[:2], "kemarin dulu", *good[3:]], "future": [*good[:2], "01/01/2030", *good[3:]], "channel": [*good[:3], "Friendster", *good[4:]],
        "region": [*good[:4], "Atlantis", *good[5:]], "elsewhere": [*good[:4], "64.72", *good[5:]], "group": ["1", "Isu suku tertentu", *good[2:]],
        "status": [*good[:7], "entah"], "title": ["1", "", *good[2:]],
    }  # fmt: skip
    lines = [good, *bad.values(), good, ["", "", "", "", "", "", "", ""], ["Jumlah", "9", "", "", "", "", "", ""]]
    found = importing.apply_at_once(as_csv(lines, ",", "cp1252"), by=by, at=at)
    assert found.counts() == {"new": 1, "changed": 0, "same": 1, "refused": 8, "skipped": 2}
    assert all(str(o.reason) for o in found.outcomes if o.state == "refused")
    assert next(o.where for o in found.outcomes if o.state == "refused") == "C3"
    assert (Claim.objects.get().region, Item.objects.get().channel) == ("64.71", "whatsapp")


def test_what_is_no_sheet_is_refused(areas: None, member: Member, at: datetime) -> None:
    by = member("duty_officer", "64.71")
    for data in (b"", b"\x00\x01", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        with pytest.raises(book.SheetNotRead):
            sheet.look(data, by=by, at=at)
    with pytest.raises(ColumnsMissing):
        sheet.look(b"Nama;Umur\nA;9\n", by=by, at=at)


def test_the_page_looks_and_then_applies(
    areas: None, member: Member, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kondusif.site.middleware.now", lambda: at)
    client = Client()
    client.force_login(
        user_of(member("duty_officer", "64.71")), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    lines = [["1", "Isu pemindahan TPS", "01/12/2020", "WA", "64.71", "", "Pesan berantai", ""]]
    page = client.post("/isu/lembar", {"sheet": io.BytesIO(as_csv(lines))})
    assert page.status_code == 200 and "Terapkan 1 baris" in page.content.decode() and not Claim.objects.exists()
    mark = SheetDraft.objects.get().mark
    assert client.post("/isu/lembar/terapkan", {"mark": mark}).status_code == 302
    assert client.post("/isu/lembar/terapkan", {"mark": mark}).status_code == 409
    assert Item.objects.count() == 1
    assert client.post("/isu/lembar", {"sheet": io.BytesIO(b"\x00")}).status_code == 422
    assert client.get("/isu/lembar/contoh").content[:2] == b"PK"
