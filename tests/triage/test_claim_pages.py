"""The pages of the hoax desk, and the public page with its feed."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from kondusif.ledger.actor import Actor
from kondusif.teams.models import User
from kondusif.triage.claims.models import Claim, Counter, Evidence, Item
from tests.triage.conftest import NewReport

pytestmark = [pytest.mark.django_db, pytest.mark.each_once]
Member = Callable[..., Actor]


@pytest.fixture
def client_of(member: Member, areas: None, monkeypatch: pytest.MonkeyPatch, at: datetime) -> Callable[[str], Client]:
    monkeypatch.setattr("kondusif.site.middleware.now", lambda: at + timedelta(minutes=5))
    known: dict[str, Client] = {}

    def of(role: str) -> Client:
        if role not in known:
            known[role] = Client()
            user = User.objects.get(pk=member(role, "64.71").user_id)
            known[role].force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return known[role]

    return of


def step(client: Client, claim: Claim, act: str, **data: object) -> str:
    answer = client.post(f"/isu/{claim.code}/langkah/{act}", data)
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    return str(answer["Location"])


@pytest.mark.deep
def test_from_a_report_to_the_public_page(client_of: Callable[[str], Client], new_report: NewReport) -> None:
    officer, judge, head, public = (
        client_of("duty_officer"),
        client_of("verifier"),
        client_of("division_head"),
        Client(),
    )
    report = new_report(text="Katanya TPS dipindah.")
    assert "Hanya kabar yang beredar?" in officer.get(f"/laporan/{report.code}").content.decode()
    said = {
        "region": "64.71",
        "topic": "election",
        "title": "Isu pemindahan TPS",
        "statement": "Semua TPS dipindah, kata @akun_contoh",
    }
    assert officer.post("/isu/baru", said | {"laporan": report.code}).status_code == 302
    claim = Claim.objects.get()
    assert "Laporan ini butir dari isu" in officer.get(f"/laporan/{report.code}").content.decode()
    assert claim.title in officer.get("/isu").content.decode()
    picture = io.BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "PNG")
    upload = SimpleUploadedFile("layar.png", picture.getvalue())
    step(
        officer,
        claim,
        "evidence",
        source="KPU Kota Balikpapan",
        source_date="2020-12-01",
        shows="Lokasi tetap.",
        file=upload,
    )
    step(
        officer, claim, "evidence", source="KPU", source_date="2020-12-01", shows="Tetap.", link="https://kpu.example/a"
    )
    step(
        officer,
        claim,
        "item",
        region="64.71",
        seen_on="2020-12-01",
        link="https://x.com/akun_contoh/status/9",
        words="",
    )
    assert Item.objects.filter(channel="x").count() == 1
    digest = Evidence.objects.exclude(digest="").get().digest
    kept = judge.get(f"/isu/{claim.code}/berkas/{digest}")
    assert kept.status_code == 200 and "sandbox" in kept.headers["Content-Security-Policy"]
    assert b"".join(kept.streaming_content)[:4] == b"\x89PNG"
    step(judge, claim, "judge", verdict="false", reason="KPU membantah.")
    step(officer, claim, "draft", title="Lokasi TPS tidak berubah", fact="KPU menetapkan lokasi 1 November.")
    assert public.get(f"/klarifikasi/{claim.code}").status_code == 404
    step(head, claim, "publish", counter=Counter.objects.get().pk)
    html = public.get("/klarifikasi").content.decode()
    assert "Lokasi TPS tidak berubah" in html and "Verifikator, Tim Terpadu Balikpapan" in html
    for secret in (report.code, "akun_contoh", "dipindah", "verifier 64.71", "division_head"):
        assert secret not in html, secret
    assert html.count("<script") <= 1 and "wa.me" in html
    feed = ElementTree.fromstring(public.get("/klarifikasi/atom.xml").content)
    atom = "{http://www.w3.org/2005/Atom}"
    (entry,) = feed.findall(f"{atom}entry")
    assert (entry.findtext(f"{atom}title") or "").endswith("Lokasi TPS tidak berubah")
    page = officer.get(f"/isu/{claim.code}").content.decode()
    assert "Salin teks" in page and "<svg" in page and "belum ada hari penuh" in page
    letter = officer.get(f"/isu/{claim.code}/surat/kominfo").content.decode()
    assert "Yth. Kementerian Kominfo" in letter and report.code not in letter


def test_a_refusal_keeps_what_was_typed(client_of: Callable[[str], Client]) -> None:
    officer, head = client_of("duty_officer"), client_of("division_head")
    said = {"region": "64.71", "topic": "election", "title": "Isu pemindahan TPS", "statement": "Semua TPS dipindah."}
    assert head.post("/isu/baru", said).status_code == 302
    again = officer.post("/isu/baru", said)
    assert again.status_code == 422 and "Semua TPS dipindah." in again.content.decode()
    claim = Claim.objects.get()
    for who, status, words in ((head, 409, "Anda mencatat isu ini"), (officer, 403, "")):
        answer = who.post(f"/isu/{claim.code}/langkah/judge", {"verdict": "unproven", "reason": "Belum ada sumber."})
        assert answer.status_code == status and words in answer.content.decode()
    stale = {"verdict": "unproven", "reason": "Belum ada.", "version": "99"}
    assert client_of("verifier").post(f"/isu/{claim.code}/langkah/judge", stale).status_code == 412
    none = officer.post(f"/isu/{claim.code}/langkah/evidence", {"source": "", "source_date": "kemarin", "shows": ""})
    assert none.status_code == 422 and Evidence.objects.count() == 0
    assert officer.post(f"/isu/{claim.code}/langkah/tidak-ada").status_code == 404


def test_the_public_page_says_when_it_is_empty_and_when_it_is_an_exercise(
    client_of: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    public = Client()
    html = public.get("/klarifikasi").content.decode()
    assert "Belum ada klarifikasi" in html and "data-exit" in html
    title = re.search(r"<title>([^<]*)</title>", html)
    assert title is not None and "hoaks" not in title[1].lower(), "a shared phone tells nothing"
    monkeypatch.setattr("kondusif.triage.claims.public_page.offset", lambda: timedelta(days=-2000))
    assert "BUKAN KEJADIAN NYATA" in public.get("/klarifikasi/atom.xml").content.decode()


def test_masa_tenang_is_set_and_ended_on_its_page(client_of: Callable[[str], Client]) -> None:
    secretary = client_of("secretary")
    said = {"region": "64.71", "basis": "Keputusan KPU", "starts_at": "2020-12-02T00:00", "ends_at": "2020-12-05T00:00"}
    assert secretary.post("/isu/tenang", said | {"ends_at": "2021-12-05T00:00"}).status_code == 422
    assert secretary.post("/isu/tenang", said).status_code == 302
    page = secretary.get("/isu/tenang").content.decode()
    assert "Keputusan KPU" in page
    pk = re.search(r'name="akhiri" value="(\d+)"', page)
    assert pk is not None
    assert secretary.post("/isu/tenang", {"akhiri": pk[1]}).status_code == 302
    assert "Tidak ada masa tenang" in secretary.get("/isu/tenang").content.decode()
