"""Every way out carries who, when and the ledger's head, and is in the ledger. A way out nobody knows of fails here."""

from __future__ import annotations

import io
import re
from datetime import datetime
from pathlib import Path

import pytest
from django.test import Client
from openpyxl import load_workbook

from kondusif.ledger.models import Line
from kondusif.teams.models import User
from kondusif.teams.queries import OPERATOR
from kondusif.teams.rosters import roster
from tests.conftest import Member
from tests.triage.conftest import make_report

SOURCE = Path(__file__).resolve().parents[2] / "src" / "kondusif"
FILE = re.compile(r"Content-Disposition|as_attachment|content_type=EXCEL|FileResponse\(")

# Where a file is handed out: its addresses, each tried below.
EXPORTS: dict[str, tuple[str, ...]] = {
    "teams/sheets_page.py": ("/tim/lembar/members/unduh", "/tim/lembar/roster/unduh"),
    "response/potentials/views.py": ("/potensi/kementerian?daerah=64",),
    "situation/recap/page.py": ("/rekap/unduh", "/rekap/sipks/unduh"),
    "situation/recap/api.py": (
        "/api/v1/recap/sheet?first=2020-12-01&last=2020-12-02",
        "/api/v1/sipks/sheet?first=2020-12-01&last=2020-12-02",
    ),
    "teams/sheets_api.py": ("/api/v1/sheets/members", "/api/v1/sheets/roster"),
}
# Files that take nothing of the house's data out in bulk, with the reason.
EXEMPT: dict[str, str] = {
    "teams/duty_page.py": "a member's own turns of duty, without names and matters",
    "publish/kit/views.py": "cards and slides of the first week: no data",
    "response/link_page.py": "one photo of one task",
    "response/peace/views.py": "one appointment: code, region and hour",
    "intake/views.py": "one photo of one report, for whoever reads it",
    "triage/claims/views.py": "one file of evidence of one claim",
    "triage/claims/sheet_page.py": "heads of an empty sheet",
}


def test_no_way_out_is_unknown() -> None:
    found = {str(p.relative_to(SOURCE)) for p in SOURCE.rglob("*.py") if FILE.search(p.read_text())}
    assert found == {*EXPORTS, *EXEMPT}


def client(member: Member, role: str, region: str = "64") -> tuple[Client, str]:
    found, actor = Client(), member(role, region)
    found.force_login(User.objects.get(pk=actor.user_id), backend="allauth.account.auth_backends.AuthenticationBackend")
    return found, actor.label


@pytest.mark.deep
@pytest.mark.django_db
def test_every_file_carries_its_mark_and_stands_in_the_ledger(member: Member, areas: None, at: datetime) -> None:
    web, mine = client(member, "manager")
    chief, chiefs = client(member, "secretary")
    watch = User.objects.get(pk=member("duty_officer", "64.71").user_id)
    roster(
        watch,
        region="64.71",
        starts_at=at.replace(year=2040),
        ends_at=at.replace(year=2040, hour=9),
        by=OPERATOR,
        at=at,
    )
    paths = [path for paths in EXPORTS.values() for path in paths]
    for n, path in enumerate(paths, 1):
        answer, label = web.get(path), mine
        if answer.status_code == 403:
            answer, label = chief.get(path), chiefs
        assert answer.status_code == 200, path
        book = load_workbook(io.BytesIO(answer.content))
        said = str(book.worksheets[-1]["A1"].value)
        assert label in said and "WITA" in said and "buku jejak" in said, path
        assert label in str(book.worksheets[0].oddFooter.center.text), path
        assert book.worksheets[-1].title == "Keterangan", path
        assert Line.objects.filter(verb="export.taken").count() == n, path


@pytest.mark.deep
@pytest.mark.django_db
def test_every_member_page_carries_its_mark_on_the_screen_and_on_paper(
    member: Member, areas: None, at: datetime
) -> None:
    web, label = client(member, "secretary")
    report = make_report(at, region="64.71")
    paths = ("/situasi", "/situasi/64.71", "/laporan", f"/laporan/{report.code}", "/permasalahan", "/nihil", "/singkat",
             "/tim", "/ruang-kendali", "/ruang-kendali/cetak", "/ekspor", "/ringkas")  # fmt: skip
    for path in paths:
        page = web.get(path).content.decode()
        mark = re.search(r"<svg class=\"mark\".*?</svg>", page, re.S)
        assert mark is not None and label in mark[0] and "WITA" in mark[0] and 'aria-hidden="true"' in mark[0], path
        line = re.search(r"<p class=\"mark-line\"[^>]*>(.*?)</p>", page)
        assert line is not None and label in line[1] and "buku jejak" in line[1], path
    for public in ("/lapor", "/antrean"):  # a citizen's page, and the one a device keeps, hold nobody's name
        assert 'class="mark"' not in web.get(public).content.decode()
