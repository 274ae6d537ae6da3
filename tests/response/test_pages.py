"""The pages of both stages: the whole way from report to end through forms, refusals that keep what was typed, policy."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from kondusif.intake.models import Report, Similar
from kondusif.intake.rules import tracking_digest
from kondusif.ledger.actor import Actor
from kondusif.response import settlement, tasks
from kondusif.response.models import Incident, Task
from kondusif.teams.models import User
from kondusif.triage import actions as triage
from kondusif.triage import referral
from tests.response.conftest import NewMatter, Town, fresh
from tests.triage.conftest import NewReport

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def domain_time(monkeypatch: pytest.MonkeyPatch, at: Any) -> None:
    monkeypatch.setattr("kondusif.site.middleware.now", lambda: at)


def client(actor: Actor) -> Client:
    found = Client()
    found.force_login(User.objects.get(pk=actor.user_id), backend="allauth.account.auth_backends.AuthenticationBackend")
    return found


def text(answer: Any) -> str:
    return str(answer.content.decode())


def filled(page: str) -> int:
    """How many filled buttons a page has: one next step, or none."""
    return len(re.findall(r'class="btn[^"]*\bmain\b', page))


def test_from_report_to_end_by_hand(town: Town, new_report: NewReport) -> None:
    report = new_report(text="Cekcok dua kelompok warga di pasar, suasana tegang.")
    officer, theirs, lurah = client(town.officer), client(town.pp_member), client(town.lurah)
    page = text(officer.get("/laporan"))
    assert report.code in page and "data-keylist" in page and "S3?" in page
    page = text(officer.get(f"/laporan/{report.code}"))
    assert filled(page) == 1 and f"/permasalahan/baru?laporan={report.code}" in page
    assert 'data-key="v"' in page and 'data-key="r"' in page
    assert officer.post(f"/laporan/{report.code}/langkah/take", {"version": 1}).status_code == 302
    assert "sedang ditangani oleh" in text(officer.get(f"/laporan/{report.code}"))
    assert "Perselisihan" in text(officer.get(f"/permasalahan/baru?laporan={report.code}"))
    done = officer.post(
        "/permasalahan/baru",
        {"laporan": report.code, "title": "Perselisihan dua kelompok warga", "severity": "S3", "snpk": ""},
    )
    incident = Incident.objects.get()
    assert done["Location"] == f"/permasalahan/{incident.code}"
    url = f"/permasalahan/{incident.code}"
    assert filled(text(officer.get(url))) == 1
    given = {"agency": town.pp.pk, "title": "Redakan lokasi", "purpose": "calm", "version": fresh(incident).version}
    assert officer.post(f"{url}/langkah/assign", given).status_code == 302
    task = Task.objects.get()
    page = text(theirs.get("/tugas"))
    assert "Redakan lokasi" in page and filled(page) == 1
    assert theirs.post(f"/tugas/{task.pk}/accept", {"version": 1}).status_code == 302
    assert theirs.post(f"/tugas/{task.pk}/finish", {"version": 2, "proof": "Sudah tenang."}).status_code == 302
    assert (
        officer.post(
            f"{url}/langkah/propose",
            {"outcome": "agreement", "agreed_by": ["lurah"], "version": fresh(incident).version},
        ).status_code
        == 302
    )
    page = text(lurah.get(url))
    assert "Konfirmasi tuntas" in page and filled(page) == 1
    assert lurah.post(f"{url}/langkah/confirm", {"version": fresh(incident).version}).status_code == 302
    page = text(officer.get(url))
    assert "Dipantau 7 hari" in page and "menerima “Redakan lokasi”" in page
    assert "wa.me" in page and report.text not in page.split("wa.me")[1][:400]
    assert incident.code not in text(officer.get("/permasalahan?state=closed"))
    assert incident.code in text(officer.get("/permasalahan"))


def test_a_refused_act_keeps_what_was_typed(town: Town, new_report: NewReport) -> None:
    report = new_report()
    officer = client(town.officer)
    triage.take(report.code, by=town.officer, at=Report.objects.get(pk=report.pk).received_at)
    answer = officer.post(f"/laporan/{report.code}/langkah/refute", {"version": 1, "reason": "Foto dari tahun lalu"})
    assert answer.status_code == 412
    assert "Foto dari tahun lalu" in text(answer) and "sudah diubah orang lain" in text(answer)
    empty = officer.post(f"/laporan/{report.code}/langkah/close", {"version": 2, "kind": "test", "reason": ""})
    assert empty.status_code == 422
    title = officer.post(
        "/permasalahan/baru", {"laporan": report.code, "title": "Bentrok suku Dayak", "severity": "S2"}
    )
    assert title.status_code == 422
    assert "netral" in text(title) and "Bentrok suku Dayak" in text(title)


def test_duplicates_stand_side_by_side(town: Town, new_report: NewReport) -> None:
    one, two = new_report(text="Cekcok warga di Pasar Baru"), new_report(text="Cekcok warga di Pasar Lama")
    Similar.objects.create(report=two, other=one, metres=120, minutes=5, likeness=88)
    officer = client(town.officer)
    page = text(officer.get(f"/laporan/{two.code}"))
    assert "<del>Lama</del>" in page and "<ins>Baru</ins>" in page and 'data-key="m"' in page
    assert officer.post(f"/laporan/{two.code}/satukan", {"primary": two.code, "joined": one.code}).status_code == 302
    assert "Disatukan di sini" in text(officer.get(f"/laporan/{two.code}"))
    assert "Pisahkan kembali" in text(officer.get(f"/laporan/{one.code}"))
    assert officer.post(f"/laporan/{two.code}/pisahkan", {"joined": one.code}).status_code == 302
    assert Report.objects.get(pk=one.pk).state == "received"


def test_restricting_leads_back_to_the_list(town: Town, new_report: NewReport) -> None:
    report = new_report()
    officer = client(town.officer)
    answer = officer.post(f"/laporan/{report.code}/langkah/restrict", {"version": 1}, follow=True)
    assert "sekretariat provinsi" in text(answer)
    assert officer.get(f"/laporan/{report.code}").status_code == 404
    assert "Menyangkut aparat" in text(client(town.others["secretariat"]).get(f"/laporan/{report.code}"))


def test_referrals_are_answered_from_tugas(town: Town, new_report: NewReport, at: Any) -> None:
    report = new_report()
    row = referral.refer(report.code, reason="Kewenangan Satpol PP.", agency=town.pp, by=town.officer, at=at)
    theirs = client(town.pp_member)
    assert report.code in text(theirs.get("/tugas"))
    assert theirs.post(f"/rujukan/{row.pk}", {"answer": "refuse", "reason": "Bukan kami."}).status_code == 302
    assert "tidak diterima" in text(client(town.officer).get(f"/laporan/{report.code}"))
    assert theirs.get(f"/laporan/{report.code}").status_code == 404


def test_strangers_see_nothing(town: Town, new_matter: NewMatter) -> None:
    incident = new_matter()
    for actor in (town.others["elsewhere"], town.pp_member):
        assert client(actor).get(f"/permasalahan/{incident.code}").status_code == 404
    assert client(town.pp_member).get("/laporan").status_code == 403
    assert client(town.pp_member).get("/permasalahan").status_code == 200
    assert Client().get("/laporan").status_code in {302, 403}
    assert client(town.officer).post(f"/permasalahan/{incident.code}/langkah/menghapus").status_code == 404
    assert client(town.officer).get(f"/permasalahan/{incident.code}/langkah/confirm").status_code == 405


def test_a_vertical_agency_s_silence_is_not_shown_to_another(
    town: Town, new_matter: NewMatter, at: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    incident = new_matter("S2")
    for agency in (town.polri, town.pp):
        tasks.assign(incident.code, agency=agency, title=f"Bantu {agency.kind}", by=town.officer, at=at)
    monkeypatch.setattr("kondusif.site.middleware.now", lambda: at + timedelta(hours=3))
    theirs, ours = (
        text(client(town.pp_member).get(f"/permasalahan/{incident.code}")),
        text(client(town.secretary).get(f"/permasalahan/{incident.code}")),
    )
    police = re.search(rf'id="tugas-{Task.objects.get(agency=town.polri).pk}".*?</li>', theirs, re.S)
    assert police is not None and "terlambat" not in police[0]
    assert "2 perlu didorong" in ours and "1 perlu didorong" in theirs


def test_the_reporter_says_whether_it_is_over(town: Town, new_matter: NewMatter, at: Any) -> None:
    incident = new_matter("S3")
    Report.objects.filter(incident_links__incident=incident).update(tracking_digest=tracking_digest("ABCD-EFGH-JKMN"))
    settlement.propose(incident.code, outcome="ended", by=town.officer, at=at)
    web = Client()
    assert web.get("/lacak/tuntas").status_code == 200
    assert web.post("/lacak/tuntas", {"tracking": "AAAA-AAAA-AAAA", "answer": "yes"}).status_code == 422
    assert "sudah selesai" in text(web.post("/lacak/tuntas", {"tracking": "ABCD-EFGH-JKMN", "answer": "yes"}))
    assert fresh(incident).state == "watched"


def test_pages_speak_english(town: Town, new_matter: NewMatter) -> None:
    incident = new_matter("S2")
    web = client(town.officer)
    web.cookies["bahasa"] = "en"
    report = Report.objects.get()
    pages = {
        url: text(web.get(url))
        for url in (
            "/laporan?state=",
            f"/laporan/{report.code}",
            "/permasalahan",
            f"/permasalahan/{incident.code}",
            "/tugas",
        )
    }
    for url, page in pages.items():
        for word in (
            "Tugaskan",
            "Riwayat",
            "laporan warga",
            "Keadaan",
            "Dicatat",
            "Belum dinilai",
            "belum dijawab",
            "Terbuka",
        ):
            assert word not in page, (url, word)


def test_nobody_is_named_a_risk_for_protesting(town: Town, new_report: NewReport) -> None:
    report = new_report(text="Unjuk rasa damai ribuan orang di depan kantor gubernur")
    web = client(town.officer)
    for page in (text(web.get("/laporan")), text(web.get(f"/laporan/{report.code}"))):
        assert "untuk diketahui" in page
        assert "tone-bad" not in page and "+1" not in page


def test_the_pages_cost_the_same_for_many_rows(
    town: Town,
    new_report: NewReport,
    new_matter: NewMatter,
    django_assert_max_num_queries: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        "kondusif.clock.queries._OFFSET_KEPT_FOR", 3600.0
    )  # a slow machine asks again between two looks
    for n in range(20):
        new_report(text=f"Cekcok {n}")
    new_matter()
    web = client(town.officer)
    web.get("/laporan")
    with django_assert_max_num_queries(15):
        web.get("/laporan")
    with django_assert_max_num_queries(15):
        web.get("/permasalahan")


def test_the_monthly_meeting_confirms_several_at_once(town: Town, new_matter: NewMatter, at: Any) -> None:
    several = [new_matter("S4") for _ in range(2)]
    for incident in several:
        settlement.propose(incident.code, outcome="subsided", by=town.officer, at=at)
    lurah = client(town.lurah)
    assert all(i.code in text(lurah.get("/permasalahan/rapat")) for i in several)
    assert "Konfirmasi rapat bulanan" in text(lurah.get("/permasalahan"))
    lurah.post("/permasalahan/rapat", {"code": [i.code for i in several] + ["PMS-0000000"]})
    assert [fresh(i).state for i in several] == ["closed", "closed"]
    assert client(town.officer).get("/permasalahan/rapat").status_code == 403


def test_parties_relations_and_titles_by_hand(town: Town, new_matter: NewMatter) -> None:
    one, two = new_matter(), new_matter()
    officer, url = client(town.officer), f"/permasalahan/{one.code}"
    assert (
        officer.post(
            f"{url}/langkah/party", {"role": "Pendukung pasangan calon", "interest": "Alat peraga"}
        ).status_code
        == 302
    )
    assert officer.post(f"{url}/langkah/relate", {"kind": "cause", "other": two.code}).status_code == 302
    bad = officer.post(f"{url}/langkah/rename", {"title": "Perselisihan umat Kristen", "version": fresh(one).version})
    assert bad.status_code == 422
    assert (
        officer.post(
            f"{url}/langkah/rename", {"title": "Perselisihan pendukung", "version": fresh(one).version}
        ).status_code
        == 302
    )
    report = Report.objects.get(incident_links__incident=one)
    assert (
        officer.post(f"{url}/langkah/unlink", {"report": report.code, "version": fresh(one).version}).status_code == 302
    )
    page = text(officer.get(url))
    assert "Pendukung pasangan calon: Alat peraga" in page and "Perselisihan pendukung" in page and two.code in page
    assert Report.objects.get(pk=report.pk).state == "verified"
