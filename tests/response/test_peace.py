"""The peace side: consent and its end, an invitation and its result, a sealed agreement whose obligations wake the matter, appeals."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.test import Client

from kondusif.clock.actions import fire_due
from kondusif.clock.models import Deadline
from kondusif.ledger.errors import MoveNotAllowed, NotFound, NotPermitted, Stale
from kondusif.ledger.models import Line
from kondusif.response import actions, queries, settlement, tasks
from kondusif.response.jobs import DUTIES
from kondusif.response.models import Incident, Task
from kondusif.response.peace import actors, agreement, appeal, desk, mediation, rules
from kondusif.response.peace.actors import NewActor
from kondusif.response.peace.agreement import NewAgreement, NewObligation
from kondusif.response.peace.mediation import NewMediation
from kondusif.response.peace.models import Agreement, Appeal, Mediation, Obligation, PeaceActor
from kondusif.response.potentials import actions as potentials
from kondusif.response.potentials.actions import NewPotential
from kondusif.teams.models import OutboxMessage, User
from kondusif.teams.queries import OPERATOR
from kondusif.triage.claims import quiet
from tests.response.conftest import NewMatter, Town, fresh, unowned

DAY = date(2020, 12, 2)
ADAT = NewActor(
    "customary",
    "64.71",
    "Kepala adat kampung",
    "A. B.",
    "0812-0000-0001",
    DAY,
    "spoken",
    date(2021, 12, 2),
    ["bjn"],
    ["mediate"],
)
SIDES = ["Pedagang lama", "Pedagang baru"]


def meeting(at: datetime, **more: object) -> NewMediation:
    said = NewMediation(at + timedelta(days=1), "Kantor kecamatan", "Camat", SIDES)
    return replace(said, **more)  # type: ignore[arg-type]


def deal(town: Town, **more: object) -> NewAgreement:
    said = NewAgreement(
        DAY, "Kantor kecamatan", [["Pihak pertama", "A. B."], ["Pihak kedua", "C. D."]], "Lapak dibagi dua.", [["Lurah", "E. F."]],
        [NewObligation("Pedagang baru", "Memindahkan lapak ke sisi barat", town.pp, date(2021, 1, 4))],
    )  # fmt: skip
    return replace(said, **more)  # type: ignore[arg-type]


def verbs(incident: Incident) -> list[str]:
    return list(Line.objects.filter(subject=incident.subject).order_by("pk").values_list("verb", flat=True))


def test_a_mediator_stands_on_no_side() -> None:
    for mediator, wrong in (
        ("Camat", False),
        ("pedagang  LAMA", True),
        ("Ketua pedagang lama", True),
        ("Pedagang", True),
        ("", False),
    ):
        assert rules.is_party(mediator, SIDES) is wrong, mediator
    assert rules.rows("Pihak pertama: A. B.\n\nLurah\n: x") == [["Pihak pertama", "A. B."], ["Lurah", ""]]
    assert not rules.may_approve("draft", drafter="user:1", approver="user:1")
    assert not rules.may_approve("approved", drafter="user:1", approver="user:2")
    assert rules.may_approve("draft", drafter="user:1", approver="user:2")


db = pytest.mark.django_db


# Pelaku damai


@pytest.mark.each_once
@db
def test_entered_by_consent_and_gone_when_it_is_withdrawn(areas: None, town: Town, at: datetime) -> None:
    row = actors.add(ADAT, by=town.officer, at=at)
    assert "A. B." not in row.sealed and "0812" not in row.sealed
    assert actors.open_contact(row.pk, by=town.officer, at=at) == ("A. B.", "0812-0000-0001")
    assert [line.verb for line in Line.objects.filter(subject=row.subject).order_by("pk")] == [
        "peace_actor.added",
        "peace_actor.contact_opened",
    ]
    assert not any("0812" in line.detail or "A. B." in line.detail for line in Line.objects.filter(subject=row.subject))
    for by, refusal in ((town.others["elsewhere"], NotFound), (town.lurah, NotPermitted), (town.pp_member, NotFound)):
        for act in (actors.open_contact, actors.withdraw):
            with pytest.raises(refusal):
                act(row.pk, by=by, at=at)
    actors.withdraw(row.pk, by=town.officer, at=at)
    actors.withdraw(row.pk, by=town.officer, at=at)  # twice does no harm
    row.refresh_from_db()
    assert row.sealed == "" and not actors.actors_for(town.officer).exists()
    assert not Deadline.objects.filter(subject=row.subject, met_at=None).exists()
    with pytest.raises(actors.Withdrawn):
        actors.open_contact(row.pk, by=town.officer, at=at)


@pytest.mark.deep
@db
def test_consent_runs_out_by_itself(areas: None, town: Town, at: datetime) -> None:
    row = actors.add(ADAT, by=town.officer, at=at)
    over = Deadline.objects.get(subject=row.subject).due_at
    assert fire_due(DUTIES, at=over - timedelta(seconds=1)) == 0
    assert fire_due(DUTIES, at=over) == 1
    row.refresh_from_db()
    assert row.sealed == ""


@pytest.mark.each_once
@db
def test_without_consent_nothing_is_entered(areas: None, town: Town, at: datetime) -> None:
    for change in (
        {"consent_at": DAY + timedelta(days=1)},
        {"consent_until": DAY},
        {"consent_until": date(2024, 12, 2)},
        {"consent_how": "x"},
    ):
        with pytest.raises(actors.ConsentNeeded):
            actors.add(replace(ADAT, **change), by=town.officer, at=at)
    for change in ({"kind": "x"}, {"contact": " "}, {"languages": ["xx"]}, {"designation": "Adat 081200000001"}):
        with pytest.raises(desk.PeaceWords):
            actors.add(replace(ADAT, **change), by=town.officer, at=at)
    for by in (town.others["elsewhere"], town.chair):
        with pytest.raises(NotPermitted):
            actors.add(ADAT, by=by, at=at)
    assert not PeaceActor.objects.exists()


@pytest.mark.deep
@db
def test_nobody_is_found_by_name(areas: None, town: Town, at: datetime) -> None:
    actors.add(ADAT, by=town.officer, at=at)
    assert actors.actors_for(town.officer, kind="customary", region="64.71").exists()
    assert not actors.actors_for(town.officer, kind="fkub").exists()
    named = {f.name for f in PeaceActor._meta.get_fields()}
    assert not named & {"name", "contact", "lookup"}


# Undang mediasi


@db
def test_an_invitation_and_what_came_of_it(areas: None, town: Town, new_matter: NewMatter, at: datetime) -> None:
    incident = new_matter()
    helper = actors.add(ADAT, by=town.officer, at=at)
    row = mediation.invite(incident.code, meeting(at, invited=[helper.pk]), by=town.officer, at=at)
    assert [(i.role, i.party) for i in row.invited.order_by("pk")] == [
        (SIDES[0], True),
        (SIDES[1], True),
        ("Kepala adat kampung", False),
    ]
    first = row.invited.order_by("pk")[0]
    mediation.answer(row.pk, first.pk, "will", by=town.officer, at=at, version=1)
    with pytest.raises(Stale):
        mediation.answer(row.pk, first.pk, "cannot", by=town.officer, at=at, version=1)
    with pytest.raises(MoveNotAllowed):  # not before the meeting itself
        mediation.conclude(row.pk, result="agreement", by=town.officer, at=at)
    mediation.move(row.pk, at + timedelta(days=2), by=town.officer, at=at)
    first.refresh_from_db()
    assert first.answer == ""  # another day is another question
    after = at + timedelta(days=2, hours=3)
    with pytest.raises(NotFound):
        mediation.conclude(row.pk, result="agreement", by=town.others["elsewhere"], at=after)
    with pytest.raises(NotPermitted):
        mediation.conclude(row.pk, result="agreement", by=town.chair, at=after)
    mediation.conclude(row.pk, result="failed", by=town.officer, at=after)
    for act in (
        lambda: mediation.cancel(row.pk, note="x", by=town.officer, at=after),
        lambda: mediation.move(row.pk, after + timedelta(days=1), by=town.officer, at=after),
    ):
        with pytest.raises(MoveNotAllowed):
            act()
    assert verbs(incident)[1:] == ["mediation.invited", "mediation.answered", "mediation.moved", "mediation.result"]
    ics = mediation.calendar(Mediation.objects.get(), at=at).decode()
    assert incident.code in ics and "Balikpapan" in ics and "Kantor" not in ics


@pytest.mark.each_once
@db
def test_inviting_is_refused(areas: None, town: Town, new_matter: NewMatter, at: datetime) -> None:
    incident, hidden = new_matter(), new_matter(restricted=True)
    for change, refusal in (
        ({"mediator": "Pedagang lama"}, mediation.MediatorIsParty),
        ({"parties": ["Pedagang lama", " pedagang lama"][:1]}, mediation.TwoSidesNeeded),
        ({"parties": ["Suku A", "Suku B"]}, desk.PeaceWords),
        ({"held_at": at}, desk.PeaceWords),
        ({"invited": [99]}, desk.PeaceWords),
        ({"venue": "x"}, desk.PeaceWords),
    ):
        with pytest.raises(refusal):
            mediation.invite(incident.code, meeting(at, **change), by=town.officer, at=at)
    with pytest.raises(desk.NotMediated):
        mediation.invite(hidden.code, meeting(at), by=town.others["secretariat"], at=at)
    for by, refusal in ((town.others["elsewhere"], NotFound), (town.chair, NotPermitted)):
        with pytest.raises(refusal):
            mediation.invite(incident.code, meeting(at), by=by, at=at)
    assert not Mediation.objects.exists()


@pytest.mark.deep
@db
def test_a_result_that_is_not_said_is_asked_for(areas: None, town: Town, at: datetime) -> None:
    latent = potentials.add(
        NewPotential("Sengketa batas kebun", "land", "64.71", "red2", DAY, owner="head"), by=town.officer, at=at
    )
    row = mediation.invite(latent.code, meeting(at), by=town.officer, at=at)
    late = Deadline.objects.get(subject=row.subject).due_at
    told = []
    for _round in range(2):
        assert fire_due(DUTIES, at=late) >= 1
        told.append(OutboxMessage.objects.filter(subject__startswith="Hasil mediasi").order_by("-pk")[0].audience)
        late = Deadline.objects.get(subject=row.subject, fired_at=None).due_at
    assert told == ["duty:64.71", "role:division_head@64.71"]
    row.refresh_from_db()
    assert row.state == "planned"
    mediation.conclude(row.pk, result="court", by=town.officer, at=late)
    assert not Deadline.objects.filter(subject=row.subject, met_at=None).exists()


# Berita acara


@db
def test_names_stand_sealed_and_open_with_a_reason(
    areas: None, town: Town, new_matter: NewMatter, at: datetime
) -> None:
    incident = new_matter()
    row = agreement.write(incident.code, deal(town), by=town.officer, at=at)
    assert not any(word in row.sealed for word in ("A. B.", "Lapak"))
    said = agreement.open_agreement(row.pk, reason="sign", by=town.officer, at=at)  # its writer, that day
    assert (said["parties"][0], said["content"]) == (["Pihak pertama", "A. B."], "Lapak dibagi dua.")
    tomorrow = at + timedelta(hours=25)
    for by, refusal in (
        (town.officer, NotPermitted),
        (town.lurah, NotPermitted),
        (town.others["elsewhere"], NotFound),
        (town.pp_member, NotFound),
    ):
        with pytest.raises(refusal):
            agreement.open_agreement(row.pk, reason="sign", by=by, at=tomorrow)
    with pytest.raises(agreement.ReasonToOpen):
        agreement.open_agreement(row.pk, reason="", by=town.secretary, at=tomorrow)
    agreement.open_agreement(row.pk, reason="monitor", by=town.secretary, at=tomorrow)
    lines = Line.objects.filter(subject=incident.subject, verb="agreement.opened").order_by("pk")
    assert [json.loads(line.detail)["reason"] for line in lines] == ["sign", "monitor"]
    assert not any("A. B." in line.detail for line in Line.objects.all())
    assert (
        OutboxMessage.objects.filter(
            audience="role:data_protection@64", subject__startswith="Berita acara dibuka"
        ).count()
        == 2
    )
    desk.KEYS.path().write_text("")
    desk.KEYS.keys.cache_clear()
    desk.KEYS.add()
    with pytest.raises(agreement.AgreementLocked):
        agreement.open_agreement(row.pk, reason="monitor", by=town.secretary, at=tomorrow)


@db
def test_obligations_are_tasks_that_outlast_the_end_and_wake_it(
    areas: None, town: Town, new_matter: NewMatter, at: datetime
) -> None:
    incident = new_matter()
    row = agreement.write(incident.code, deal(town), by=town.officer, at=at)
    one = Obligation.objects.get(agreement=row)
    assert (one.task.title, one.task.agency, one.task.kind) == ("Memindahkan lapak ke sisi barat", town.pp, "assign")
    assert unowned(at) == []
    settlement.propose(
        incident.code, outcome="agreement", by=town.officer, at=at
    )  # what runs for months does not hold up the end
    settlement.confirm(incident.code, by=town.lurah, at=at)
    settlement.close(incident.code, by=town.secretary, at=at + timedelta(days=8))
    tasks.accept(one.task_id, by=town.pp_member, at=at + timedelta(days=9))
    assert fresh(incident).state == "closed"
    tasks.forward(one.task_id, agency=town.dinsos, by=town.pp_member, at=at + timedelta(days=9))
    one.refresh_from_db()
    assert one.task.agency == town.dinsos  # the obligation goes with its task
    finish = Deadline.objects.get(subject=one.task.subject, duty="response.finish").due_at
    fire_due(DUTIES, at=finish)
    one.refresh_from_db()
    assert one.unkept_at == finish
    assert (fresh(incident).state, fresh(incident).reopened_count) == ("open", 1)
    assert verbs(incident).count("obligation.unkept") == 1
    assert unowned(finish) == []
    tasks.finish(one.task_id, proof="Lapak sudah pindah.", by=town.dinsos_member, at=finish)
    with pytest.raises(MoveNotAllowed):
        agreement.say_unkept(one.pk, by=town.officer, at=finish)


@pytest.mark.deep
@db
def test_what_is_not_kept_can_be_said_before_its_day(
    areas: None, town: Town, new_matter: NewMatter, at: datetime
) -> None:
    incident = new_matter()
    agreement.write(incident.code, deal(town), by=town.officer, at=at)
    one = Obligation.objects.get()
    for by, refusal in ((town.others["elsewhere"], NotFound), (town.chair, NotPermitted)):
        with pytest.raises(refusal):
            agreement.say_unkept(one.pk, by=by, at=at)
    agreement.say_unkept(one.pk, by=town.officer, at=at)
    assert OutboxMessage.objects.filter(key=f"unkept:{one.pk}").exists()
    with pytest.raises(MoveNotAllowed):
        agreement.say_unkept(one.pk, by=town.officer, at=at)


@pytest.mark.deep
@db
def test_an_obligation_nobody_watches_is_given_to_another_agency(
    areas: None, town: Town, new_matter: NewMatter, at: datetime
) -> None:
    incident = new_matter()
    agreement.write(incident.code, deal(town), by=town.officer, at=at)
    one = Obligation.objects.get()
    with pytest.raises(MoveNotAllowed):  # somebody has it
        agreement.entrust(one.pk, town.dinsos, by=town.officer, at=at)
    tasks.decline(one.task_id, reason="Bukan kewenangan", by=town.pp_member, at=at)
    for by, refusal in ((town.others["elsewhere"], NotFound), (town.lurah, NotPermitted)):
        with pytest.raises(refusal):
            agreement.entrust(one.pk, town.dinsos, by=by, at=at)
    agreement.entrust(one.pk, town.polri, by=town.officer, at=at)
    one.refresh_from_db()
    assert (one.task.agency, one.task.kind, one.task.state) == (town.polri, "support", "asked")
    assert unowned(at) == []


@pytest.mark.each_once
@db
def test_writing_one_is_refused(areas: None, town: Town, new_matter: NewMatter, at: datetime) -> None:
    incident, elsewhere = new_matter(), replace
    latent = potentials.add(NewPotential("Sengketa batas kebun", "land", "64.71", "green", DAY), by=town.officer, at=at)
    with pytest.raises(agreement.IncidentNeeded):
        agreement.write(latent.code, deal(town), by=town.officer, at=at)
    for change in (
        {"parties": [["Pihak pertama", "A. B."]]},
        {"witnesses": []},
        {"content": " "},
        {"held_on": DAY + timedelta(days=1)},
    ):
        with pytest.raises(agreement.AgreementIncomplete):
            agreement.write(incident.code, deal(town, **change), by=town.officer, at=at)
    good = deal(town).obligations[0]
    for owed in (
        elsewhere(good, what="Meminta maaf kepada suku tetangga"),
        elsewhere(good, due_on=DAY),
        elsewhere(good, who=""),
    ):
        with pytest.raises(agreement.ObligationNotPossible):
            agreement.write(incident.code, deal(town, obligations=[owed]), by=town.officer, at=at)
    with pytest.raises(tasks.PoliceAlone):  # the rules of tasks hold here too
        agreement.write(
            incident.code, deal(town, obligations=[elsewhere(good, what="Hentikan kekerasan")]), by=town.officer, at=at
        )
    for by, refusal in ((town.others["elsewhere"], NotFound), (town.chair, NotPermitted)):
        with pytest.raises(refusal):
            agreement.write(incident.code, deal(town), by=by, at=at)
    assert not Agreement.objects.exists() and not Task.objects.exists()


@pytest.mark.deep
@db
def test_an_agreement_goes_when_its_matter_turns_out_to_concern_officials(
    areas: None, town: Town, new_matter: NewMatter, at: datetime
) -> None:
    incident = new_matter()
    row = agreement.write(incident.code, deal(town), by=town.officer, at=at)
    met = mediation.invite(incident.code, meeting(at), by=town.officer, at=at)
    Incident.objects.filter(pk=incident.pk).update(restricted=True)
    for read in (agreement.agreement_for, mediation.mediation_for):
        with pytest.raises(NotFound):
            read(row.pk if read is agreement.agreement_for else met.pk, town.secretary)


# Imbauan damai

CALM = rules.DRAFTS[0][2]


@db
def test_an_appeal_is_approved_by_a_second_person(areas: None, town: Town, new_matter: NewMatter, at: datetime) -> None:
    incident = new_matter()
    row = appeal.draft(incident.code, text=CALM, voices=["head", "customary"], by=town.secretary, at=at)
    assert appeal.share_of(row) is None
    with pytest.raises(appeal.SecondPersonNeeded):
        appeal.approve(row.pk, by=town.secretary, at=at)
    for by, refusal in ((town.officer, NotPermitted), (town.others["elsewhere"], NotFound)):
        with pytest.raises(refusal):
            appeal.approve(row.pk, by=by, at=at)
    appeal.revise(row.pk, text=CALM + " Terima kasih.", voices=["head"], by=town.officer, at=at)
    with pytest.raises(Stale):  # approved is what was read
        appeal.approve(row.pk, by=town.secretary, at=at, version=1)
    found = appeal.approve(row.pk, by=town.secretary, at=at, version=2)
    shared = appeal.share_of(found)
    assert shared is not None and CALM in shared.text and incident.code not in shared.text
    with pytest.raises(appeal.SecondPersonNeeded):
        appeal.revise(row.pk, text=CALM, voices=["head"], by=town.officer, at=at)
    assert verbs(incident)[1:] == ["appeal.drafted", "appeal.revised", "appeal.approved"]


@pytest.mark.each_once
@db
def test_appeals_name_nobody_and_keep_masa_tenang(areas: None, town: Town, new_matter: NewMatter, at: datetime) -> None:
    incident = new_matter()
    for text in (
        CALM + " Hubungi 0812 3456 7890.",
        CALM + " Kata Bapak Ahmad.",
        CALM + " Pilih calon nomor 2.",
        "Damai.",
        CALM + " Suku kita.",
    ):
        with pytest.raises(appeal.AppealNotNeutral):
            appeal.draft(incident.code, text=text, voices=["head"], by=town.officer, at=at)
    row = appeal.draft(incident.code, text=CALM, voices=["head"], by=town.officer, at=at)
    quiet.set_quiet("64", starts_at=at, ends_at=at + timedelta(days=3), basis="PKPU", by=OPERATOR, at=at)
    with pytest.raises(appeal.QuietTime):
        appeal.approve(row.pk, by=town.chair, at=at)
    appeal.refuse(row.pk, note="Tunggu sesudah pemungutan suara", by=town.chair, at=at)
    appeal.revise(row.pk, text=CALM, voices=["head"], safety=True, by=town.officer, at=at)
    assert appeal.approve(row.pk, by=town.chair, at=at).state == "approved"
    assert all(appeal._checked(text, ["head"]) for _c, _w, text in rules.DRAFTS)


# The pages


@pytest.mark.deep
@db
def test_a_day_of_peace_on_the_screen(areas: None, town: Town, new_matter: NewMatter, at: datetime) -> None:
    client = Client()
    client.force_login(
        User.objects.get(pk=town.secretary.user_id), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    incident = new_matter()
    actions.name_party(incident.code, "Pedagang lama", "lapak", by=town.officer, at=at)
    person = {"kind": "fkub", "region": "64.71", "designation": "Ketua FKUB", "contact": "0812-0000-0001", "consent_at": "2020-01-01",
              "consent_how": "written", "consent_until": "2022-01-01"}  # fmt: skip
    assert client.post("/pelaku-damai", person).status_code == 422  # consent that ran out, in the clock of today
    untuk = {"untuk": incident.code}
    assert "Pedagang lama" in client.get("/mediasi/baru", untuk).content.decode()
    said = untuk | {
        "parties": "Pedagang lama\nPedagang baru",
        "mediator": "Camat",
        "venue": "customary",
        "held_at": "2099-01-01T09:00",
        "place": "Kantor",
    }
    assert client.post("/mediasi/baru", said).status_code == 422
    row = mediation.invite(incident.code, meeting(at), by=town.officer, at=at)
    for path in ("", "/surat", "/undangan.ics"):
        assert client.get(f"/mediasi/{row.pk}{path}").status_code == 200
    assert client.post(f"/mediasi/{row.pk}/langkah/hasil", {"result": "agreement", "version": "1"}).status_code == 302
    form = untuk | {"held_on": "2020-12-02", "place": "Kantor", "parties": "Pihak pertama: A. B.\nPihak kedua: C. D.", "content": "Dibagi.",
                    "witnesses": "Lurah: E. F.", "w-TOTAL_FORMS": "1", "w-INITIAL_FORMS": "0", "w-0-who": "Pedagang baru", "w-0-what": "Pindah",
                    "w-0-agency": str(town.pp.pk), "w-0-due_on": "2099-01-01"}  # fmt: skip
    assert client.post("/berita-acara/baru", form | {"w-0-due_on": ""}).status_code == 422
    made = client.post("/berita-acara/baru", form)
    assert made.status_code == 302, made.content.decode()
    page = client.get(made["Location"]).content.decode()
    assert "Pindah" in page and "A. B." not in page
    assert client.post(made["Location"] + "/buka", {}).status_code == 422
    opened = client.post(made["Location"] + "/buka", {"reason": "sign"})
    assert "A. B." in opened.content.decode() and "no-store" in opened["Cache-Control"]
    drafted = client.post("/imbauan/baru", untuk | {"text": CALM, "voices": ["head"]})
    assert client.post(drafted["Location"] + "/langkah/setujui", {"version": "1"}).status_code == 409
    whole = client.get(f"/permasalahan/{incident.code}").content.decode()
    assert "Sisi damai" in whole and "1 kewajiban" in whole
    assert queries.incident_for(incident.code, town.secretary)
    assert Appeal.objects.count() == 1


@pytest.mark.each_once
@db
def test_peace_over_the_api(areas: None, town: Town, new_matter: NewMatter, at: datetime) -> None:
    client = Client()
    client.force_login(
        User.objects.get(pk=town.officer.user_id), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    incident = new_matter()
    actors.add(ADAT, by=town.officer, at=at)
    found = client.get("/api/v1/peace-actors?kind=customary").json()
    assert [a["designation"] for a in found] == ["Kepala adat kampung"] and "0812" not in json.dumps(found)
    row = mediation.invite(incident.code, meeting(at), by=town.officer, at=at)
    url = f"/api/v1/mediations/{row.pk}/result"
    for match, status in ((None, 428), ('"9"', 412), ('"1"', 200)):
        headers = {"if-match": match} if match else {}
        assert (
            client.post(url, {"result": "failed"}, content_type="application/json", headers=headers).status_code
            == status
        )
    body = {"incident": incident.code, "held_on": "2020-12-02", "place": "Kantor", "content": "Dibagi.", "witnesses": [{"role": "Lurah"}],
            "parties": [{"role": "Pihak pertama", "name": "A. B."}, {"role": "Pihak kedua"}],
            "obligations": [{"who": "Pedagang", "what": "Memindahkan lapak", "agency": town.pp.pk, "due_on": "2099-01-01"}]}  # fmt: skip
    made = client.post("/api/v1/agreements", body, content_type="application/json")
    assert made.status_code == 201 and "A. B." not in made.content.decode()
    assert [o["kept"] for o in client.get("/api/v1/obligations").json()] == [False]
    one = made.json()["obligations"][0]
    assert [client.post(f"/api/v1/obligations/{one}/unkept").status_code for _twice in (1, 2)] == [204, 409]
    said = client.post(
        "/api/v1/appeals", {"matter": incident.code, "text": CALM, "voices": ["head"]}, content_type="application/json"
    ).json()
    client.force_login(
        User.objects.get(pk=town.chair.user_id), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    approve = f"/api/v1/appeals/{said['id']}/approve"
    assert [client.post(approve, headers={"if-match": v}).status_code for v in ('"9"', '"1"')] == [412, 200]
    assert [a["text"] for a in client.get("/api/v1/appeals").json()] == [CALM]
