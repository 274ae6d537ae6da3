"""Peta potensi: what is entered, who reviews, what a missed review does, what it becomes, the sheet both ways."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from openpyxl import load_workbook

from kondusif.clock.actions import fire_due
from kondusif.clock.models import Deadline
from kondusif.ledger.errors import MoveNotAllowed, NotFound, NotPermitted, Refusal, Stale
from kondusif.ledger.models import Line
from kondusif.response import queries as incidents
from kondusif.response import settlement
from kondusif.response.jobs import DUTIES
from kondusif.response.models import Incident, Party
from kondusif.response.potentials import actions, queries, rules, sheet
from kondusif.response.potentials.actions import NewPotential
from kondusif.response.potentials.models import Potential
from kondusif.situation.board import board
from kondusif.teams.models import OutboxMessage, User
from kondusif.teams.sheets import book, importing
from tests.response.conftest import NewMatter, Town

DAY = date(2020, 12, 2)
KEBUN = NewPotential(
    "Sengketa batas kebun dua kampung", "boundary", "64.71", "yellow", date(2018, 3, 1), parties=[["Warga hulu", "batas kebun"]],
    triggers="Panen raya", signs="Musyawarah kampung masih jalan", peace_kinds=["customary"],
)  # fmt: skip


def verbs(row: Potential) -> list[str]:
    return list(Line.objects.filter(subject=row.subject).order_by("pk").values_list("verb", flat=True))


def due_of(row: Potential) -> Deadline:
    return Deadline.objects.get(subject=row.subject, met_at=None, fired_at=None)


# Rules


def test_when_to_look_again() -> None:
    for kind, level, own, days in (
        ("land", "green", {}, 180),
        ("land", "red2", {}, 7),
        ("land", "green", {"green": 60}, 60),
        ("election", "green", {"green": 60}, 30),
        ("election", "red2", {}, 7),
    ):
        assert rules.every(kind, level, own) == timedelta(days=days)
    assert [rules.check_next(DAY + timedelta(days=n), DAY) for n in (0, 1, 365, 366)] == [False, True, True, False]
    assert [rules.risk(a, b) for a, b in ((None, 4), (1, 1), (2, 2), (3, 3), (3, 4), (4, 4))] == [
        "", "Rendah", "Sedang", "Tinggi", "Sangat tinggi", "Sangat tinggi",
    ]  # fmt: skip


def test_parties_are_roles_and_interests() -> None:
    rows = rules.parties("warga  hulu: batas kebun; perusahaan kebun\n: x")
    assert rows == [["warga hulu", "batas kebun"], ["perusahaan kebun", ""]]
    assert rules.parties(rules.parties_text(rows)) == rows
    for text, fault in (
        ("warga hulu: batas kebun", ""),
        ("suku tertentu: batas", "group"),
        ("warga 0812-3456-7890: batas", "number"),
        (";".join(f"pihak {n}" for n in range(13)), "many"),
    ):
        assert rules.party_fault(rules.parties(text)) == fault


def test_peaceful_protest_is_no_latent_conflict() -> None:
    assert all(rules.is_protest(t) for t in ("Rencana unjuk rasa buruh", "Aksi damai mahasiswa", "Demo di kantor"))
    assert not any(rules.is_protest(t) for t in ("Sengketa upah pabrik", "Lahan demonstran lama"))


# Acts

db = pytest.mark.django_db


@pytest.mark.each_once
@db
def test_entered_owes_a_review(areas: None, town: Town, at: datetime) -> None:
    row = actions.add(KEBUN, by=town.officer, at=at)
    assert (row.state, row.next_review, row.precision) == ("standing", DAY + timedelta(days=90), "kabkota")
    assert due_of(row).owner == "duty:64.71"
    assert verbs(row) == ["potential.added"]
    assert "kebun" not in Line.objects.get(subject=row.subject).detail  # no words in the ledger
    deeper = actions.add(replace(KEBUN, title="Batas tambak dua RT", place="Gunung Bahagia"), by=town.officer, at=at)
    assert (deeper.region, deeper.precision) == ("64.71.05.1006", "desa")


@pytest.mark.each_once
@db
def test_entering_is_refused(areas: None, town: Town, at: datetime) -> None:
    for by in (town.others["elsewhere"], town.chair, town.lurah, town.pp_member):
        with pytest.raises(NotPermitted):
            actions.add(KEBUN, by=by, at=at)
    for change, refusal, field in (
        ({"title": "Bentrok suku tertentu"}, Refusal, "title"),
        ({"title": "Rencana unjuk rasa warga"}, actions.ProtestIsNoPotential, "title"),
        ({"kind": "x"}, actions.PotentialUnknown, "kind"),
        ({"region": "99.99"}, actions.PotentialUnknown, "region"),
        ({"owner": "agency"}, actions.PotentialUnknown, "owner"),
        ({"first_seen": DAY + timedelta(days=1)}, actions.PotentialUnknown, "first_seen"),
        ({"next_review": DAY}, actions.NextReviewNotPossible, "next_review"),
        ({"parties": [["Jemaah masjid", ""]]}, actions.PartyNotNeutral, "parties"),
        ({"background": "Hubungi 0812 3456 7890"}, Refusal, "background"),
    ):
        with pytest.raises(refusal) as refused:
            actions.add(replace(KEBUN, **change), by=town.officer, at=at)
        assert refused.value.field == field
    assert not Potential.objects.exists()


@db
def test_a_review_by_the_watch_or_the_agency_that_owns_it(areas: None, town: Town, at: datetime) -> None:
    row = actions.add(replace(KEBUN, owner="agency", owner_agency=town.pp), by=town.officer, at=at)
    assert due_of(row).owner == f"agency:{town.pp.pk}"
    actions.review(row.code, trend="worse", why="Pemicu bertambah", level="red1", by=town.pp_member, at=at, version=1)
    row.refresh_from_db()
    assert (row.level, row.last_review, row.next_review) == ("red1", DAY, DAY + timedelta(days=30))
    for by, refusal in (
        (town.polri_member, NotFound),
        (town.others["elsewhere"], NotFound),
        (town.lurah, NotPermitted),
    ):
        with pytest.raises(refusal):
            actions.review(row.code, trend="steady", why="Sama", by=by, at=at)
    with pytest.raises(Stale):
        actions.review(row.code, trend="steady", why="Sama", by=town.officer, at=at, version=1)
    actions.review(row.code, trend="over", why="Batas sudah disepakati", by=town.officer, at=at)
    row.refresh_from_db()
    assert (row.state, row.next_review) == ("over", None)
    assert not Deadline.objects.filter(subject=row.subject, met_at=None).exists()
    with pytest.raises(MoveNotAllowed):
        actions.review(row.code, trend="over", why="Lagi", by=town.officer, at=at)
    actions.review(row.code, trend="worse", why="Timbul lagi", by=town.officer, at=at)
    row.refresh_from_db()
    assert row.state == "standing"


@db
def test_a_missed_review_tells_the_owner_then_one_above_and_stands_on_the_board(
    areas: None, town: Town, at: datetime
) -> None:
    row = actions.add(replace(KEBUN, next_review=DAY + timedelta(days=1)), by=town.officer, at=at)
    late = due_of(row).due_at + timedelta(minutes=1)
    told = []
    for _round in range(3):
        assert fire_due(DUTIES, at=late) == 1
        assert fire_due(DUTIES, at=late) == 0  # exactly once
        told.append(OutboxMessage.objects.filter(subject__contains=row.code).order_by("-pk")[0].audience)
        late = due_of(row).due_at + timedelta(minutes=1)
    assert told == ["duty:64.71", "role:division_head@64.71", "role:division_head@64.71"]
    shown = board(town.officer, province="64", at=late).overdue
    assert [(o.title, o.url) for o in shown] == [(row.title, f"/potensi/{row.code}")]
    assert board(town.others["elsewhere"], province="64", at=late).overdue == ()
    row.refresh_from_db()
    assert row.state == "standing"  # nothing ends by time
    actions.review(row.code, trend="steady", why="Sama", by=town.officer, at=late)
    assert board(town.officer, province="64", at=late).overdue == ()


@pytest.mark.deep
@db
def test_it_becomes_an_incident_once_and_both_pages_say_so(areas: None, town: Town, at: datetime) -> None:
    row = actions.add(KEBUN, by=town.officer, at=at)
    incident = actions.record_as_incident(row.code, title="Sengketa batas kebun", by=town.officer, at=at)
    incident = Incident.objects.get(pk=incident.pk)
    assert (incident.severity, incident.stage, incident.pasal5, incident.origin) == ("S4", "potensi", "c", "potential")
    assert Party.objects.get(incident=incident).interest == "batas kebun"
    assert [i.code for i in queries.sheet(row.code, town.officer, at=at).incidents] == [incident.code]
    assert [p.code for p in queries.behind(incident, town.officer)] == [row.code]
    assert incidents.unowned(at) == []
    with pytest.raises(actions.AlreadyRecorded):
        actions.record_as_incident(row.code, title="Sengketa batas kebun", by=town.officer, at=at)
    with pytest.raises(NotPermitted):
        actions.record_as_incident(row.code, title="Sengketa batas kebun", by=town.lurah, at=at)
    settlement.propose(incident.code, outcome="subsided", by=town.officer, at=at)
    settlement.confirm(incident.code, by=town.lurah, at=at)
    settlement.reopen(incident.code, by=town.officer, at=at)  # it has no report, and opens again all the same
    assert Incident.objects.get(pk=incident.pk).state == "open"


@pytest.mark.deep
@db
def test_what_stays_behind_of_an_incident(areas: None, town: Town, new_matter: NewMatter, at: datetime) -> None:
    incident, hidden = new_matter("S4"), new_matter("S4", restricted=True)
    row = actions.add(KEBUN, by=town.officer, at=at, incident=incident.code)
    assert [p.code for p in queries.behind(incident, town.officer)] == [row.code]
    with pytest.raises(NotFound):  # nothing about officials gets into the register
        actions.add(KEBUN, by=town.others["secretariat"], at=at, incident=hidden.code)


@pytest.mark.deep
@db
def test_a_region_sets_its_own_interval(areas: None, town: Town, at: datetime) -> None:
    actions.set_every("64.71", "yellow", 14, by=town.secretary, at=at)
    assert actions.add(KEBUN, by=town.officer, at=at).next_review == DAY + timedelta(days=14)
    with pytest.raises(NotPermitted):
        actions.set_every("64.71", "yellow", 14, by=town.officer, at=at)
    with pytest.raises(actions.PotentialUnknown):
        actions.set_every("64.71", "yellow", 0, by=town.secretary, at=at)


# The sheet


@pytest.mark.deep
@db
def test_the_same_sheet_back_changes_nothing(areas: None, town: Town, at: datetime) -> None:
    actions.add(
        replace(KEBUN, background="Satu\nDua", owner="agency", owner_agency=town.pp, impact=2), by=town.officer, at=at
    )
    data = importing.export(sheet.POTENTIALS, by=town.officer, at=at)
    found = importing.look(sheet.POTENTIALS, data, by=town.officer, at=at)
    assert found.counts() == {"new": 0, "changed": 0, "same": 1, "refused": 0, "skipped": 0}


@pytest.mark.deep
@db
def test_an_offices_own_sheet(areas: None, town: Town, at: datetime) -> None:
    heads = ["No", "Uraian potensi", "Bidang", "Kab/Kota", "Tingkat kerawanan", "Para pihak", "Sejak"]
    rows = [
        [
            "1",
            "Sengketa lahan parkir pasar",
            "Lahan dan agraria",
            "Balikpapan",
            "Merah",
            "pedagang: tempat",
            "2019-01-02",
        ],
        ["2", "Rencana unjuk rasa warga", "Tambang", "64.71", "Hijau", "", ""],
        ["3", "Sengketa jaring nelayan", "Perairan dan nelayan", "64.72", "Hijau", "", ""],
        ["4", "Sengketa tepi hutan kota", "Apa saja", "64.71", "Hijau", "", ""],
    ]
    data = book.write("Peta", heads, rows, above=["PETA POTENSI KONFLIK"])
    found = importing.look(sheet.POTENTIALS, data, by=town.officer, at=at)
    assert [(o.state, o.where) for o in found.outcomes] == [
        ("new", "B3"),
        ("refused", "B4"),
        ("refused", "D5"),
        ("refused", "C6"),
    ]
    assert not Potential.objects.exists()  # a dry run
    importing.apply_at_once(sheet.POTENTIALS, data, by=town.officer, at=at)
    row = Potential.objects.get()
    assert (row.level, row.first_seen, row.parties) == ("red1", date(2019, 1, 2), [["pedagang", "tempat"]])
    assert due_of(row)
    again = importing.look(sheet.POTENTIALS, data, by=town.officer, at=at)
    assert {o.state for o in again.outcomes} == {"refused"}  # the same title twice is one matter
    with pytest.raises(NotPermitted):
        importing.look(sheet.POTENTIALS, data, by=town.chair, at=at)


@pytest.mark.deep
@db
def test_the_map_for_the_ministry(areas: None, town: Town, at: datetime) -> None:
    actions.add(KEBUN, by=town.officer, at=at)
    cells = load_workbook(io.BytesIO(sheet.ministry("64.71", by=town.secretary, at=at))).active
    said = [[c for c in row if c] for row in cells.iter_rows(values_only=True)]
    assert said[0] == ["PETA POTENSI KONFLIK SOSIAL KOTA BALIKPAPAN"]
    assert "2 Desember 2020" in said[2][0]
    assert "buku besar" in said[3][0]
    assert said[5][0] == KEBUN.title
    assert Line.objects.filter(verb="potential.exported").exists()
    for by in (town.officer, town.others["elsewhere"]):
        with pytest.raises(NotPermitted):
            sheet.ministry("64.71", by=by, at=at)


# The pages


@pytest.mark.deep
@db
def test_a_day_with_the_register(areas: None, town: Town, at: datetime) -> None:
    client = Client()
    client.force_login(
        User.objects.get(pk=town.officer.user_id), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    said = {
        "title": KEBUN.title,
        "kind": "boundary",
        "region": "64.71",
        "level": "green",
        "owner": "watch",
        "first_seen": "2020-11-01",
    }
    assert client.post("/potensi/baru", said | {"title": "Ribut antar suku"}).status_code == 422
    made = client.post("/potensi/baru", said)
    page = client.get(made["Location"]).content.decode()
    assert KEBUN.title in page
    assert client.post(made["Location"] + "/langkah/tinjau", {"trend": "worse"}).status_code == 422
    done = client.post(
        made["Location"] + "/langkah/tinjau", {"trend": "worse", "why": "Panas", "level": "yellow", "version": "1"}
    )
    assert done.status_code == 302
    for path in ("/potensi", "/potensi?tampil=tabel"):
        assert KEBUN.title in client.get(path).content.decode()
    assert (
        client.post(
            made["Location"] + "/langkah/catat", {"title": KEBUN.title, "severity": "S3", "stage": "peristiwa"}
        ).status_code
        == 302
    )


@pytest.mark.each_once
@db
def test_over_the_api(areas: None, town: Town, at: datetime) -> None:
    client = Client()
    client.force_login(
        User.objects.get(pk=town.officer.user_id), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    body = {"title": KEBUN.title, "kind": "boundary", "region": "64.71", "level": "green", "first_seen": "2020-01-01",
            "parties": [{"role": "Warga hulu", "interest": "batas"}]}  # fmt: skip
    made = client.post("/api/v1/potentials", body, content_type="application/json")
    assert made.status_code == 201, made.content
    code = made.json()["code"]
    for match, status in ((None, 428), ('"7"', 412), ('"1"', 200)):
        headers = {"if-match": match} if match else {}
        answer = client.post(f"/api/v1/potentials/{code}/reviews", {"trend": "steady", "why": "Sama"},
                             content_type="application/json", headers=headers)  # fmt: skip
        assert answer.status_code == status
    assert [p["code"] for p in client.get("/api/v1/potentials?region=64.71").json()] == [code]
    assert client.get("/api/v1/potentials?level=lain").json() == []
