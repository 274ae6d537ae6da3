"""Laporan singkat: ten lines from what is known, approved as read, sent to the chair; arahan become tasks. Time alone approves nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.test import Client
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from kondusif.clock.actions import fire_due
from kondusif.ledger.errors import NotFound, NotPermitted
from kondusif.ledger.models import Line
from kondusif.response.actions import NewIncident, register
from kondusif.response.models import Incident, Task
from kondusif.situation import briefing
from kondusif.situation.briefing_lines import MOST, Facts, lines_of, slot_for
from kondusif.situation.jobs import DUTIES
from kondusif.situation.models import Briefing
from kondusif.teams.actions import add_agency
from kondusif.teams.models import Agency, OutboxMessage, User
from kondusif.teams.queries import OPERATOR
from tests.conftest import Member
from tests.triage.conftest import make_report

WITA = timezone(timedelta(hours=8))
SLOT = datetime(2020, 12, 2, 10, 0, tzinfo=UTC)  # 18.00 WITA
READ_AT = SLOT - timedelta(minutes=10)


def local(hour: int, minute: int) -> datetime:
    return datetime(2020, 12, 2, hour, minute, tzinfo=WITA)


@pytest.mark.parametrize(
    ("at", "slot"),
    [((5, 44), None), ((5, 45), (6, 0)), ((6, 0), (6, 0)), ((10, 59), (6, 0)), ((11, 0), None), ((17, 45), (18, 0)), ((22, 59), (18, 0)), ((23, 50), None)],
)  # fmt: skip
def test_a_draft_is_due_from_a_quarter_before_its_slot(at: tuple[int, int], slot: tuple[int, int] | None) -> None:
    assert slot_for(local(*at)) == (local(*slot) if slot else None)


names = st.lists(st.text("abcdefgh ", min_size=1, max_size=20), max_size=12)


@given(changed=names, decisions=names, silent=names, late=st.integers(0, 900))
def test_never_more_than_ten_lines_and_none_left_out(
    changed: list[str], decisions: list[str], silent: list[str], late: int
) -> None:
    found = lines_of(
        Facts(
            "Kota X",
            "Rabu 2 Des 2020",
            local(18, 0),
            local(17, 46),
            "tenang.",
            [(c, "waspada") for c in changed],
            late=late,
            decisions=decisions,
            silent=silent,
        )
    )
    assert len(found) == MOST and all(len(line) < 400 and "\n" not in line for line in found)
    assert [line[:2] for line in found[1:9]] == [f"{n}." for n in range(1, 9)]


def test_what_is_unknown_is_said_and_never_reads_as_safe() -> None:
    found = "\n".join(
        lines_of(
            Facts(
                "Kaltim",
                "Rabu 2 Des 2020",
                local(6, 0),
                local(5, 46),
                "9 dari 10.",
                silent=["Paser", "Berau"],
                no_data=["Mahakam Ulu"],
            )
        )
    )
    assert "belum melapor Paser, Berau; tanpa data Mahakam Ulu" in found and "aman" not in found
    assert found.startswith("LAPORAN SINGKAT KALTIM, Rabu 2 Des 2020 pukul 06.00 WITA")


@pytest.fixture
def matter(member: Member, areas: None, at: datetime) -> Incident:
    report = make_report(at, region="64.71", text="Pak Anu ribut di Gang Mawar 7")
    make_report(at, region="64.71", restricted=True)
    return register(
        report.code,
        NewIncident("Perselisihan dua kelompok warga", severity="S3"),
        by=member("duty_officer", "64.71"),
        at=at,
    )


@pytest.fixture
def dinsos(db: None) -> Agency:
    return add_agency(code="dinsos-x", name="Dinsos", kind="dinsos", region="64.71", by=OPERATOR, at=READ_AT)


@pytest.mark.django_db
def test_a_draft_is_made_once_and_tells_its_approver(member: Member, matter: Incident) -> None:
    member("secretary", "64.71")
    assert briefing.draft_due(at=READ_AT) == 1 and briefing.draft_due(at=READ_AT) == 0
    row = Briefing.objects.get()
    text = "\n".join(row.lines)
    assert "Permasalahan terbuka: 1 (S3 1)" in text and "Laporan masuk 12 jam: 1;" in text, (
        "what concerns officials is not counted"
    )
    assert "Mawar" not in text and "Anu" not in text
    assert OutboxMessage.objects.get(key=f"briefing:{row.pk}").audience == "role:secretary@64.71"
    assert briefing.draft_due(at=READ_AT - timedelta(hours=2)) == 0


@pytest.mark.django_db
def test_nothing_falls_between_two_briefings(member: Member, areas: None) -> None:
    """A report between the draft (17.50) and its slot (18.00) is in the next one."""
    briefing.draft("64.71", SLOT, at=READ_AT)
    make_report(SLOT - timedelta(minutes=5), region="64.71")
    later = briefing.draft("64.71", SLOT + timedelta(hours=12), at=SLOT + timedelta(hours=11, minutes=50))
    assert later.lines[3].startswith("3. Laporan masuk 12 jam: 1;")


@pytest.mark.django_db
def test_what_is_approved_is_what_was_read_and_goes_to_the_chair(
    member: Member, matter: Incident, at: datetime
) -> None:
    by, below, elsewhere = member("secretary", "64.71"), member("duty_officer", "64.71"), member("secretary", "64.72")
    row = briefing.draft("64.71", SLOT, at=READ_AT)
    read = briefing.digest(row)
    with pytest.raises(NotPermitted):
        briefing.approve(row.pk, seen=read, by=below, at=READ_AT)
    with pytest.raises(NotFound):
        briefing.approve(row.pk, seen=read, by=elsewhere, at=READ_AT)
    make_report(READ_AT, region="64.71")
    briefing.refresh(row.pk, by=by, at=READ_AT)
    with pytest.raises(briefing.TextChanged):
        briefing.approve(row.pk, seen=read, by=by, at=READ_AT)
    assert not OutboxMessage.objects.filter(audience="role:chair@64.71").exists()
    done = briefing.approve(row.pk, seen=briefing.digest(Briefing.objects.get()), by=by, at=READ_AT)
    sent = OutboxMessage.objects.get(audience="role:chair@64.71")
    assert f"{sent.subject}\n{sent.body}" == "\n".join(done.lines)
    with pytest.raises(briefing.ApprovedAlready):
        briefing.approve(row.pk, seen=read, by=by, at=READ_AT)
    with pytest.raises(briefing.ApprovedAlready):
        briefing.refresh(row.pk, by=by, at=READ_AT)
    assert Line.objects.get(verb="briefing.approved").detail == f'{{"digest":"{briefing.digest(done)}"}}'


@pytest.mark.django_db
def test_an_arahan_becomes_a_task_and_stands_in_the_next_report(
    member: Member, matter: Incident, dinsos: Agency
) -> None:
    by = member("secretary", "64.71")
    row = briefing.draft("64.71", SLOT, at=READ_AT)
    terms = {"incident": matter.code, "agency": dinsos, "text": "Temui kedua kelompok", "by": by, "at": READ_AT}
    due = READ_AT + timedelta(hours=3)
    with pytest.raises(briefing.NotApprovedYet):
        briefing.enter_directive(row.pk, due_at=due, **terms)  # type: ignore[arg-type]
    briefing.approve(row.pk, seen=briefing.digest(row), by=by, at=READ_AT)
    with pytest.raises(briefing.DueOver):
        briefing.enter_directive(row.pk, due_at=READ_AT, **terms)  # type: ignore[arg-type]
    with pytest.raises(NotPermitted):
        briefing.enter_directive(row.pk, due_at=due, **terms | {"by": member("verifier", "64.71")})  # type: ignore[arg-type]
    briefing.enter_directive(row.pk, due_at=due, **terms)  # type: ignore[arg-type]
    assert Task.objects.get().title == "Temui kedua kelompok"
    later = briefing.draft("64.71", SLOT + timedelta(hours=12), at=SLOT + timedelta(hours=11, minutes=50))
    assert "8. Arahan sebelumnya: 1 berjalan." in later.lines


@pytest.mark.django_db
def test_the_page_from_draft_to_arahan(
    member: Member, matter: Incident, dinsos: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kondusif.site.middleware.now", lambda: READ_AT)
    row = briefing.draft("64.71", SLOT, at=READ_AT)

    def client(role: str, region: str) -> Client:
        found = Client()
        user = User.objects.get(pk=member(role, region).user_id)
        found.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return found

    secretary, page = client("secretary", "64.71"), f"/singkat/{row.pk}"
    assert client("secretary", "64.72").get(page).status_code == 404
    assert client("verifier", "64.71").post(page, {"act": "setujui", "seen": briefing.digest(row)}).status_code == 403
    assert (
        "Setujui dan kirim" in secretary.get(page).content.decode()
        and "wa.me" not in secretary.get(page).content.decode()
    )
    assert secretary.post(page, {"act": "setujui", "seen": "stale"}).status_code == 409
    assert secretary.post(page, {"act": "setujui", "seen": briefing.digest(row)}).status_code == 302
    assert "wa.me" in secretary.get(page).content.decode()
    said = {
        "act": "arahan",
        "incident": matter.code,
        "agency": dinsos.pk,
        "text": "Temui kedua kelompok",
        "due_at": "2020-12-02T21:00",
    }
    assert secretary.post(page, said | {"due_at": "besok"}).status_code == 422
    assert secretary.post(page, said).status_code == 302
    assert "Temui kedua kelompok" in secretary.get(page).content.decode()
    assert secretary.post(page, {"act": "hapus"}).status_code == 404


@pytest.mark.django_db
def test_nobody_approved_by_the_hour_so_the_chair_is_told_and_nothing_is_sent(member: Member, areas: None) -> None:
    by = member("secretary", "64.71")
    row = briefing.draft("64.71", SLOT, at=READ_AT)
    late = SLOT + timedelta(minutes=1)
    assert fire_due(DUTIES, at=READ_AT) == 0 and fire_due(DUTIES, at=late) == 1
    told = OutboxMessage.objects.get(audience="role:chair@64.71")
    assert told.url == f"/singkat/{row.pk}" and "Permasalahan" not in told.body
    assert Briefing.objects.get().approved_at is None
    briefing.approve(row.pk, seen=briefing.digest(row), by=by, at=late)
    assert fire_due(DUTIES, at=SLOT + timedelta(hours=5)) == 0


@pytest.mark.django_db
def test_an_old_one_is_not_approved_and_asks_nobody_any_more(member: Member, areas: None) -> None:
    by, after = member("secretary", "64.71"), SLOT + timedelta(hours=12)
    row = briefing.draft("64.71", SLOT, at=READ_AT)
    briefing.draft("64.71", after, at=after - timedelta(minutes=15))
    assert fire_due(DUTIES, at=after - timedelta(minutes=1)) == 0
    with pytest.raises(briefing.BriefingOver):
        briefing.approve(row.pk, seen=briefing.digest(row), by=by, at=after)


@pytest.mark.django_db
def test_it_is_in_indonesian_whoever_counts_again(member: Member, matter: Incident) -> None:
    row = briefing.draft("64.71", SLOT, at=READ_AT)
    with translation.override("en"):
        again = briefing.refresh(row.pk, by=member("secretary", "64.71"), at=READ_AT)
    assert again.lines == row.lines and "Rabu 2 Des 2020" in row.lines[0]
