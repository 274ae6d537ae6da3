"""Closing in proportion: no way to the end without the proofs the severity asks for."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from kondusif.clock.actions import fire_due
from kondusif.clock.models import Deadline
from kondusif.intake.models import Letter, Report
from kondusif.intake.rules import tracking_digest
from kondusif.ledger.actor import Actor
from kondusif.ledger.errors import MoveNotAllowed, NotFound, NotPermitted, Refusal, Stale
from kondusif.response import actions, rules, settlement, tasks
from kondusif.response.jobs import DUTIES
from kondusif.response.models import Incident, Settlement
from kondusif.teams.models import OutboxMessage
from kondusif.triage import actions as triage
from tests.response.conftest import Member, NewMatter, Town, fresh, unowned
from tests.triage.conftest import make_report

pytestmark = pytest.mark.django_db
EVIDENCE = "Berita acara kesepakatan ditandatangani di kantor kelurahan."


def propose(
    town: Town, incident: Incident, at: datetime, by: Actor | None = None, evidence: str = EVIDENCE
) -> Settlement:
    return settlement.propose(
        incident.code,
        outcome="agreement",
        evidence=evidence,
        agreed_by=["pihak_1", "pihak_2", "lurah"],
        by=by or town.officer,
        at=at,
    )


@pytest.mark.parametrize(("severity", "days"), [("S1", 14), ("S2", 14), ("S3", 7)])
def test_the_whole_way(severity: str, days: int, town: Town, new_matter: NewMatter, at: datetime) -> None:
    incident = new_matter(severity)
    propose(town, incident, at)
    assert fresh(incident).state == "proposed"
    settlement.confirm(incident.code, by=town.lurah, at=at)
    until = fresh(incident).watch_until
    assert fresh(incident).state == "watched"
    assert until == at + timedelta(days=days)
    for early in (at, at + timedelta(days=days) - timedelta(microseconds=1)):
        with pytest.raises(settlement.ProofMissing):
            settlement.close(incident.code, by=town.head, at=early)
    with pytest.raises(NotPermitted):
        settlement.close(incident.code, by=town.officer, at=until)
    settlement.close(incident.code, by=town.head, at=until)
    assert fresh(incident).closed_at == until
    assert unowned(until) == []
    assert Deadline.objects.filter(subject=incident.subject, met_at=None).count() == 0


def test_a_latent_matter_ends_with_the_word_of_the_lurah(town: Town, new_matter: NewMatter, at: datetime) -> None:
    several = [new_matter("S4") for _ in range(3)]
    for incident in several[:2]:
        propose(town, incident, at, evidence="")
    with pytest.raises(settlement.NotSecondParty):
        settlement.confirm(several[0].code, by=town.chair, at=at)
    answers = settlement.confirm_many([i.code for i in several], by=town.lurah, at=at)
    assert [refusal is None for _, refusal in answers] == [True, True, False]
    assert [fresh(i).state for i in several] == ["closed", "closed", "open"]
    grave = new_matter("S2")
    propose(town, grave, at)
    assert settlement.confirm_many([grave.code], by=town.lurah, at=at)[0][1] is not None
    assert fresh(grave).state == "proposed"


@pytest.mark.parametrize("severity", ["S1", "S2"])
def test_grave_matters_need_evidence(severity: str, town: Town, new_matter: NewMatter, at: datetime) -> None:
    incident = new_matter(severity)
    with pytest.raises(Refusal) as refused:
        propose(town, incident, at, evidence="  ")
    assert refused.value.field == "evidence"
    assert fresh(incident).state == "open"


def test_lowering_the_severity_does_not_lower_what_is_owed(town: Town, new_matter: NewMatter, at: datetime) -> None:
    incident = new_matter("S1")
    actions.set_severity(incident.code, "S4", by=town.officer, at=at)
    with pytest.raises(Refusal):
        propose(town, incident, at, evidence="")
    propose(town, incident, at)
    settlement.confirm(incident.code, by=town.lurah, at=at)
    assert fresh(incident).watch_until == at + timedelta(days=14)


def test_the_second_party(town: Town, new_matter: NewMatter, member: Member, at: datetime) -> None:
    incident = new_matter("S2")
    lead = tasks.assign(incident.code, agency=town.pp, title="Redakan lokasi", by=town.officer, at=at)
    other = tasks.assign(incident.code, agency=town.dinsos, title="Dampingi warga", by=town.officer, at=at)
    with pytest.raises(settlement.TasksStillOpen):
        propose(town, incident, at)
    for task, by in ((lead, town.pp_member), (other, town.dinsos_member)):
        tasks.finish(task.pk, proof="Sudah.", by=by, at=at)
    with pytest.raises(NotPermitted):
        propose(town, incident, at, by=town.dinsos_member)  # only the lead agency or the team
    with pytest.raises(Stale):
        settlement.propose(incident.code, outcome="ended", by=town.officer, at=at, version=1)
    with pytest.raises(settlement.OutcomeUnknown):
        settlement.propose(incident.code, outcome="menang", by=town.officer, at=at)
    propose(town, incident, at, by=town.pp_member)
    same_agency = member("agency", "64.71", agency=town.pp)
    for by in (town.pp_member, same_agency):
        with pytest.raises(settlement.NotSecondParty):
            settlement.confirm(incident.code, by=by, at=at)
    with pytest.raises(NotPermitted):
        settlement.confirm(incident.code, by=town.officer, at=at)
    with pytest.raises(NotFound):
        settlement.confirm(incident.code, by=town.polri_member, at=at)  # no task here
    settlement.confirm(incident.code, by=town.dinsos_member, at=at)
    row = Settlement.objects.get()
    assert (row.confirmer_kind, row.confirmer_agency_id) == ("agency", town.dinsos.pk)


def test_the_office_confirms_an_agency_but_not_itself(town: Town, new_matter: NewMatter, at: datetime) -> None:
    own = new_matter("S2")
    propose(town, own, at)
    with pytest.raises(settlement.NotSecondParty):
        settlement.confirm(own.code, by=town.secretary, at=at)
    theirs = new_matter("S2")
    task = tasks.assign(theirs.code, agency=town.pp, title="Redakan lokasi", by=town.officer, at=at)
    tasks.finish(task.pk, proof="Sudah.", by=town.pp_member, at=at)
    propose(town, theirs, at, by=town.pp_member)
    settlement.confirm(theirs.code, by=town.secretary, at=at)
    assert fresh(theirs).state == "watched"


def test_turning_down_brings_it_back_to_work(town: Town, new_matter: NewMatter, at: datetime) -> None:
    incident = new_matter()
    propose(town, incident, at)
    settlement.turn_down(incident.code, reason="Masih ada kerumunan.", by=town.lurah, at=at)
    assert fresh(incident).state == "handling"
    propose(town, incident, at + timedelta(hours=1))
    assert Settlement.objects.filter(incident=incident, set_aside_at=None).count() == 1
    assert unowned(at) == []


@pytest.mark.parametrize("settled", [True, False])
def test_the_reporter_has_a_word(settled: bool, town: Town, new_matter: NewMatter, at: datetime) -> None:
    incident = new_matter("S3")
    Report.objects.filter(incident_links__incident=incident).update(tracking_digest=tracking_digest("ABCD-EFGH-JKMN"))
    with pytest.raises(NotFound):
        settlement.confirm_by_reporter("ABCD-EFGH-JKMN", settled=True, at=at)
    propose(town, incident, at)
    settlement.confirm_by_reporter("abcd efgh jkmn", settled=settled, at=at)
    assert fresh(incident).state == ("watched" if settled else "handling")
    with pytest.raises(NotFound):
        settlement.confirm_by_reporter("ZZZZ-ZZZZ-ZZZZ", settled=True, at=at)


@pytest.mark.parametrize("stage", ["proposed", "watched", "closed"])
def test_a_linked_report_opens_it_again(stage: str, town: Town, new_matter: NewMatter, at: datetime) -> None:
    incident = new_matter("S3")
    propose(town, incident, at)
    if stage != "proposed":
        settlement.confirm(incident.code, by=town.lurah, at=at)
    later = at + timedelta(days=8)
    if stage == "closed":
        settlement.close(incident.code, by=town.head, at=later)
    report = make_report(later)
    triage.verify(report.code, by=town.officer, at=later)
    actions.link_report(incident.code, report.code, by=town.officer, at=later)
    after = fresh(incident)
    assert (after.state, after.reopened_count, after.watch_until, after.closed_at) == ("open", 1, None, None)
    assert not Settlement.objects.filter(incident=incident, set_aside_at=None).exists()
    assert unowned(later) == []
    with pytest.raises(MoveNotAllowed):
        settlement.close(incident.code, by=town.head, at=later + timedelta(days=30))


def test_time_alone_closes_nothing(town: Town, new_matter: NewMatter, at: datetime) -> None:
    incident = new_matter("S3")
    propose(town, incident, at)
    settlement.confirm(incident.code, by=town.lurah, at=at)
    when = at
    for _ in range(4):
        when = (
            Deadline.objects.filter(met_at=None, fired_at=None).order_by("due_at").values_list("due_at", flat=True)[0]
        )
        fire_due(DUTIES, at=when)
        assert fresh(incident).state == "watched"
        assert unowned(when) == []
    audiences = [
        OutboxMessage.objects.get(key=f"due:{d.pk}").audience
        for d in Deadline.objects.filter(duty=rules.CLOSE, fired_at__isnull=False).order_by("pk")
    ]
    assert audiences == ["duty:64.71", "duty:64", "role:chair@64", "role:chair@64"]


def test_an_officer_may_open_it_again(town: Town, new_matter: NewMatter, at: datetime) -> None:
    incident = new_matter("S4")
    with pytest.raises(MoveNotAllowed):
        settlement.reopen(incident.code, by=town.officer, at=at)
    propose(town, incident, at)
    settlement.confirm(incident.code, by=town.lurah, at=at)
    with pytest.raises(NotPermitted):
        settlement.reopen(incident.code, by=town.chair, at=at)
    settlement.reopen(incident.code, by=town.officer, at=at)
    assert fresh(incident).state == "open"


def test_the_reporters_are_asked_and_told(town: Town, new_matter: NewMatter, at: datetime) -> None:
    incident = new_matter("S4")
    propose(town, incident, at)
    settlement.confirm(incident.code, by=town.lurah, at=at)
    letters = list(Letter.objects.order_by("pk").values_list("text", flat=True))
    assert ["/lacak/tuntas" in letters[-2], "dinyatakan tuntas" in letters[-1]] == [True, True]
    assert not any(town.officer.label in text or "64.71" in text or incident.title in text for text in letters)
