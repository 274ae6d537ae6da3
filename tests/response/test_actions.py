"""Opening, linking, tasks: what each act leaves behind, and each way it is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from kondusif.clock.actions import fire_due
from kondusif.clock.models import Deadline
from kondusif.intake.models import Report
from kondusif.ledger.actor import Actor
from kondusif.ledger.errors import MoveNotAllowed, NotFound, NotPermitted, Refusal, Stale
from kondusif.ledger.models import Line
from kondusif.response import actions, calling, queries, rules, settlement, tasks
from kondusif.response.actions import NewIncident
from kondusif.response.jobs import DUTIES, READERS
from kondusif.response.models import Call, Incident, IncidentReport, Relation, Settlement, Task
from kondusif.response.queries import Filters
from kondusif.teams.models import Agency, OutboxMessage
from kondusif.triage import actions as triage
from kondusif.triage import merging, restriction
from tests.response.conftest import NewMatter, Town, fresh, unowned
from tests.triage.conftest import NewAgency, NewReport, make_report

pytestmark = pytest.mark.django_db


def verbs(incident: Incident) -> list[str]:
    return list(Line.objects.filter(subject=incident.subject).order_by("pk").values_list("verb", flat=True))


def owed(subject: str) -> list[str]:
    return list(Deadline.objects.filter(subject=subject, met_at=None).order_by("pk").values_list("duty", flat=True))


def give(
    town: Town, incident: Incident, agency: Agency, at: datetime, title: str = "Redakan lokasi", **more: object
) -> Task:
    return tasks.assign(incident.code, agency=agency, title=title, by=town.officer, at=at, **more)  # type: ignore[arg-type]


# Opening


def test_three_taps_open_a_matter(town: Town, new_report: NewReport, at: datetime) -> None:
    report = new_report(region="64.71.02", text="Spanduk dirusak, warga berselisih")
    incident = fresh(
        actions.register(report.code, NewIncident("Perusakan alat peraga", severity="S3"), by=town.officer, at=at)
    )
    assert (incident.region, incident.severity, incident.worst, incident.state) == ("64.71.02", "S3", "S3", "open")
    assert Report.objects.get(pk=report.pk).state == "linked"
    assert verbs(incident) == ["incident.opened"]
    assert owed(incident.subject) == [rules.ASSIGN]
    assert owed(report.subject) == []
    assert unowned(at) == []


def test_the_plan_is_set_going_at_once(plan: None, town: Town, new_report: NewReport, at: datetime) -> None:
    incident = fresh(
        actions.register(new_report().code, NewIncident("Perusakan alat peraga", severity="S2"), by=town.officer, at=at)
    )
    rows = list(Task.objects.filter(incident=incident).order_by("pk"))
    assert [(t.agency_id, t.kind) for t in rows] == [(town.polri.pk, "support"), (town.pp.pk, "assign")]
    assert incident.state == "assigned"
    assert incident.lead_agency == town.pp
    assert {m.audience for m in OutboxMessage.objects.filter(key__endswith=":asked")} == {
        f"agency:{town.polri.pk}",
        f"agency:{town.pp.pk}",
    }
    assert Deadline.objects.get(subject=rows[0].subject, duty=rules.ACKNOWLEDGE).due_at == at + timedelta(minutes=15)
    assert unowned(at) == []


def test_opening_is_refused(town: Town, new_report: NewReport, at: datetime) -> None:
    report, hidden = new_report(), new_report(restricted=True)
    for by, refusal in ((town.others["elsewhere"], NotFound), (town.chair, NotPermitted), (town.pp_member, NotFound)):
        with pytest.raises(refusal):
            actions.register(report.code, NewIncident("Perselisihan warga"), by=by, at=at)
    for title in ("Bentrok suku Dayak", "Ribut"):
        with pytest.raises(Refusal) as refused:
            actions.register(report.code, NewIncident(title), by=town.officer, at=at)
        assert refused.value.field == "title"
    for wanted in (
        NewIncident("Perselisihan warga", stage="perang"),
        NewIncident("Perselisihan warga", snpk="x"),
        NewIncident("Perselisihan warga", region="99"),
    ):
        with pytest.raises(actions.UnknownHere):
            actions.register(report.code, wanted, by=town.officer, at=at)
    with pytest.raises(Refusal):
        actions.open_from([], NewIncident("Perselisihan warga"), by=town.officer, at=at)
    with pytest.raises(actions.ReportsDoNotFit):
        actions.open_from([report.code, hidden.code], NewIncident("Perselisihan warga"), by=_both(town), at=at)
    with pytest.raises(Stale):
        actions.register(report.code, NewIncident("Perselisihan warga"), by=town.officer, at=at, version=9)
    assert Report.objects.get(pk=report.pk).state == "received"  # nothing was kept
    assert not Incident.objects.exists()


def _both(town: Town) -> Actor:
    return town.others["secretariat"]


# Reports under an incident


def test_reports_and_incidents_are_many_to_many(
    town: Town, new_matter: NewMatter, new_report: NewReport, at: datetime
) -> None:
    one, two, report = new_matter(), new_matter(), new_report()
    triage.verify(report.code, by=town.officer, at=at)
    for incident in (one, two):
        actions.link_report(incident.code, report.code, by=town.officer, at=at)
    with pytest.raises(MoveNotAllowed):
        actions.link_report(one.code, report.code, by=town.officer, at=at)
    actions.unlink_report(one.code, report.code, by=town.officer, at=at)
    assert Report.objects.get(pk=report.pk).state == "linked"
    actions.unlink_report(two.code, report.code, by=town.officer, at=at)
    assert Report.objects.get(pk=report.pk).state == "verified"
    assert unowned(at) == []
    actions.link_report(one.code, report.code, by=town.officer, at=at)
    assert IncidentReport.objects.filter(report=report).count() == 3


def test_a_report_about_officials_leaves_its_incident(town: Town, new_matter: NewMatter, at: datetime) -> None:
    incident = new_matter()
    report = Report.objects.get(incident_links__incident=incident)
    restriction.set_restricted(report.code, by=town.officer, at=at)
    assert queries.sheet(incident.code, town.officer).reports == []  # at once, before any reader ran
    line = Line.objects.get(verb="report.restricted")
    for _ in range(2):
        READERS["response.reports"](line)
    assert not IncidentReport.objects.filter(report=report, unlinked_at=None).exists()
    assert Line.objects.filter(verb="report.unlinked").get().tier == "terbatas"
    assert unowned(at) == []


# Severity


def test_a_rise_brings_the_plan_and_nearer_instants(
    plan: None, town: Town, new_matter: NewMatter, at: datetime
) -> None:
    incident = new_matter("S3")
    task = give(town, incident, town.dinsos, at)
    actions.set_severity(incident.code, "S2", by=town.officer, at=at)
    task.refresh_from_db()
    assert task.acknowledge_by == at + timedelta(minutes=15)
    assert Deadline.objects.get(subject=task.subject, duty=rules.FINISH, met_at=None).due_at == at + timedelta(hours=1)
    assert {t.agency_id for t in Task.objects.filter(incident=incident)} == {town.dinsos.pk, town.polri.pk, town.pp.pk}
    assert unowned(at) == []
    actions.set_severity(incident.code, "S4", by=town.officer, at=at)
    assert fresh(incident).worst == "S2"  # closing still answers to the gravest
    with pytest.raises(actions.UnknownHere):
        actions.set_severity(incident.code, "S0", by=town.officer, at=at)


# Tasks


def test_vertical_agencies_are_asked(town: Town, new_matter: NewMatter, at: datetime) -> None:
    incident = new_matter()
    assert give(town, incident, town.polri, at).kind == "support"
    assert give(town, incident, town.pp, at).kind == "assign"
    assert verbs(incident)[1:] == ["task.support_asked", "task.assigned"]


def test_a_task_is_accepted_and_finished_by_its_agency(town: Town, new_matter: NewMatter, at: datetime) -> None:
    incident = new_matter()
    task = give(town, incident, town.pp, at)
    assert fresh(incident).state == "assigned"
    tasks.accept(task.pk, by=town.pp_member, at=at)
    assert fresh(incident).state == "handling"
    assert owed(task.subject) == [rules.FINISH]
    with pytest.raises(Refusal):
        tasks.finish(task.pk, proof=" ", by=town.pp_member, at=at)
    tasks.finish(task.pk, proof="Lokasi sudah tenang, foto terlampir.", by=town.pp_member, at=at)
    assert owed(task.subject) == []
    assert OutboxMessage.objects.filter(key=f"{task.subject}:last").exists()
    with pytest.raises(MoveNotAllowed):
        tasks.accept(task.pk, by=town.pp_member, at=at)
    assert unowned(at) == []


def test_strangers_and_stale_pages_are_refused(town: Town, new_matter: NewMatter, at: datetime) -> None:
    incident = new_matter()
    task = give(town, incident, town.pp, at)
    for act in (
        tasks.accept,
        lambda pk, **k: tasks.finish(pk, proof="x", **k),
        lambda pk, **k: tasks.decline(pk, reason="x", **k),
    ):
        with pytest.raises(NotFound):
            act(task.pk, by=town.dinsos_member, at=at)
        with pytest.raises(NotPermitted):
            act(task.pk, by=town.chair, at=at)
        with pytest.raises(Stale):
            act(task.pk, by=town.pp_member, at=at, version=7)
    with pytest.raises(NotFound):
        tasks.accept(10**6, by=town.officer, at=at)
    with pytest.raises(NotPermitted):
        tasks.assign(incident.code, agency=town.pp, title="Redakan", by=town.lurah, at=at)


def test_the_team_notes_what_an_agency_says_by_phone(town: Town, new_matter: NewMatter, at: datetime) -> None:
    incident = new_matter("S2")
    task = give(town, incident, town.polri, at)
    calling.log_call(task.pk, "no_answer", by=town.officer, at=at)
    assert rules.ACKNOWLEDGE in owed(task.subject)
    calling.log_call(task.pk, "answered", by=town.officer, at=at)
    assert owed(task.subject) == [rules.FINISH]
    tasks.accept(task.pk, by=town.officer, at=at)
    assert json.loads(Line.objects.get(verb="task.accepted").detail)["noted_by_team"]
    assert Call.objects.count() == 2


def test_declining_never_leaves_a_matter_without_hands(town: Town, new_matter: NewMatter, at: datetime) -> None:
    incident = new_matter()
    first, second = give(town, incident, town.pp, at), give(town, incident, town.dinsos, at)
    tasks.decline(first.pk, reason="Tidak ada personel.", by=town.pp_member, at=at)
    assert fresh(incident).state == "assigned"
    tasks.decline(second.pk, reason="Bukan tugas kami.", by=town.dinsos_member, at=at)
    assert fresh(incident).state == "open"
    assert owed(incident.subject) == [rules.ASSIGN]
    assert unowned(at) == []


def test_forwarding_has_no_moment_without_owner(town: Town, new_matter: NewMatter, at: datetime) -> None:
    incident = new_matter()
    task = give(town, incident, town.pp, at)
    fresh_one = tasks.forward(task.pk, agency=town.polri, by=town.pp_member, at=at, reason="Perlu pengamanan.")
    assert fresh_one.kind == "support" and fresh_one.forwarded_from_id == task.pk
    assert owed(task.subject) == []
    assert owed(fresh_one.subject) == [rules.ACKNOWLEDGE, rules.FINISH]
    assert fresh(incident).lead_agency == town.polri
    with pytest.raises(tasks.NotForThisAgency):
        tasks.forward(fresh_one.pk, agency=town.polri, by=town.polri_member, at=at)
    assert unowned(at) == []


def test_help_is_heard(town: Town, new_matter: NewMatter, at: datetime) -> None:
    task = give(town, new_matter(), town.pp, at)
    tasks.ask_help(task.pk, text="Butuh dua regu lagi.", by=town.pp_member, at=at)
    assert OutboxMessage.objects.filter(audience="duty:64.71", key__contains=":help:").count() == 1
    assert owed(task.subject) == [rules.ACKNOWLEDGE, rules.FINISH]


def test_tasks_that_may_not_be_given(town: Town, new_matter: NewMatter, at: datetime) -> None:
    incident, protest = new_matter(), new_matter(acled="peaceful_protest")
    with pytest.raises(tasks.PoliceAlone):
        give(town, incident, town.pp, at, purpose="stop_violence")
    give(town, incident, town.polri, at, purpose="stop_violence")
    with pytest.raises(tasks.ProtestIsARight):
        give(town, protest, town.polri, at, title="Bubarkan massa")
    give(town, protest, town.pp, at, title="Perlindungan peserta", purpose="protect")
    for title in ("", "Datangi warga suku Dayak", "x" * 161):
        with pytest.raises(tasks.NotForThisAgency):
            give(town, incident, town.pp, at, title=title)
    secret = new_matter(restricted=True)
    with pytest.raises(tasks.NotForThisAgency):
        tasks.assign(secret.code, agency=town.pp, title="Periksa", by=town.others["secretariat"], at=at)


def test_the_team_takes_a_task_back(town: Town, new_matter: NewMatter, at: datetime) -> None:
    incident = new_matter()
    task = give(town, incident, town.pp, at)
    with pytest.raises(NotPermitted):
        tasks.cancel(task.pk, reason="x", by=town.lurah, at=at)
    tasks.cancel(task.pk, reason="Sudah ditangani warga.", by=town.officer, at=at)
    assert fresh(incident).state == "open"
    assert not queries.incidents_for(town.pp_member).exists()


# Missed instants


def fire_next(at: datetime) -> datetime:
    due = Deadline.objects.filter(met_at=None, fired_at=None).order_by("due_at").values_list("due_at", flat=True)[0]
    fire_due(DUTIES, at=max(due, at))
    return max(due, at)


def told(prefix: str) -> list[str]:
    pks = (
        Deadline.objects.filter(subject__startswith=prefix, fired_at__isnull=False)
        .order_by("fired_at", "pk")
        .values_list("pk", flat=True)
    )
    return [OutboxMessage.objects.get(key=f"due:{pk}").audience for pk in pks]


def test_an_unassigned_matter_climbs(town: Town, new_matter: NewMatter, at: datetime) -> None:
    incident = new_matter("S1")
    when = at
    for _ in range(4):
        when = fire_next(when)
        assert unowned(when) == []
    assert told("incident:") == ["duty:64", "role:chair@64", "role:chair@64", "role:chair@64"]
    assert fresh(incident).state == "open"
    assert Deadline.objects.filter(subject=incident.subject).order_by("pk")[0].met_at is None


@pytest.mark.parametrize(("name", "ladder"), [
    ("pp", ["duty:64.71", "duty:64", "role:chair@64"]),
    ("polri", ["role:secretary@64.71", "role:chair@64.71", "role:chair@64.71"]),
])  # fmt: skip
def test_a_silent_agency(name: str, ladder: list[str], town: Town, new_matter: NewMatter, at: datetime) -> None:
    incident = new_matter("S1")
    task = give(town, incident, getattr(town, name), at, finish_minutes=100000)
    when = at
    while len(told("task:")) < 3:
        when = fire_next(when)
        assert unowned(when) == []
    assert told("task:")[:3] == ladder
    assert Task.objects.get(pk=task.pk).state == "asked"
    lines = set(verbs(incident))
    assert ("task.limit_passed" in lines) == (name == "polri")


def test_a_vertical_agency_is_never_late_to_others(town: Town, new_matter: NewMatter, at: datetime) -> None:
    incident = new_matter("S1")
    for agency in (town.polri, town.pp, town.dinsos):
        give(town, incident, agency, at, title=f"Bantu {agency.kind}")
    later = at + timedelta(days=3)

    def late(actor: Actor) -> dict[str, bool]:
        return {r.task.agency.kind: r.late(later) for r in queries.sheet(incident.code, actor).tasks}

    assert late(town.pp_member) == {"polri": False, "satpolpp": True, "dinsos": True}
    assert late(town.secretary)["polri"] and late(town.polri_member)["polri"]
    assert queries.sheet(incident.code, town.pp_member).tasks[0].limit == "batas koordinasi"


# Who sees what


def test_an_agency_reads_only_where_it_has_a_task(town: Town, new_matter: NewMatter, at: datetime) -> None:
    mine, other = new_matter(), new_matter()
    give(town, mine, town.pp, at)
    give(town, other, town.dinsos, at)
    assert [r.code for r in queries.listed(town.pp_member, Filters())] == [mine.code]
    with pytest.raises(NotFound):
        queries.sheet(other.code, town.pp_member)
    assert [r.task.incident_id for r in queries.tasks_of(town.pp_member)] == [mine.pk]
    assert queries.sheet(mine.code, town.pp_member).reports == []  # reports are the team's
    with pytest.raises(NotFound):
        queries.task_for(Task.objects.get(incident=other).pk, town.pp_member)
    assert queries.tasks_of(town.officer) == []


@pytest.mark.deep
def test_matters_about_officials_change_nothing_for_others(
    town: Town, new_matter: NewMatter, new_agency: NewAgency, at: datetime
) -> None:
    open_one = new_matter()
    give(town, open_one, town.pp, at)
    uncleared = [town.officer, town.secretary, town.chair, town.lurah, town.others["province"], town.pp_member]

    def seen(actor: Actor) -> object:
        filters = [Filters(state=s, words=w) for s in ("", "open", "closed") for w in ("", "Dugaan")]
        sheet = queries.sheet(open_one.code, actor)
        return (
            [(queries.listed(actor, f), queries.count(actor, f), queries.after(actor, f, cursor=0)) for f in filters],
            sheet.history,
            sheet.similar_open,
            sheet.relations,
        )

    before = [seen(a) for a in uncleared]
    secret = new_matter(restricted=True, title="Dugaan pungutan oleh petugas")
    tasks.assign(secret.code, agency=new_agency("inspektorat"), title="Periksa", by=town.others["secretariat"], at=at)
    assert [seen(a) for a in uncleared] == before
    for actor in uncleared:
        with pytest.raises(NotFound):
            queries.sheet(secret.code, actor)
    assert {d.owner for d in Deadline.objects.filter(subject=secret.subject)} == {"role:secretariat@64"}
    assert not Line.objects.filter(subject=secret.subject, tier="").exists()


@pytest.mark.deep
def test_the_list_costs_the_same_for_one_and_for_fifty(
    town: Town, new_matter: NewMatter, django_assert_max_num_queries: Callable[..., object]
) -> None:
    for _ in range(53):
        new_matter()
    with django_assert_max_num_queries(5):  # type: ignore[attr-defined]
        assert len(queries.listed(town.officer, Filters())) == 50


# Developments, relations


def test_a_development_starts_the_clock_of_silence_anew(town: Town, new_matter: NewMatter, at: datetime) -> None:
    incident = new_matter("S2")
    give(town, incident, town.pp, at)
    actions.note(
        incident.code, "Dua pihak sudah duduk bersama. Pak Budi hadir.", by=town.officer, at=at + timedelta(minutes=30)
    )
    assert Deadline.objects.get(subject=incident.subject, met_at=None).due_at == at + timedelta(minutes=90)
    assert not Line.objects.filter(detail__contains="Budi").exists()


def test_calm_and_flare_up(town: Town, new_matter: NewMatter, at: datetime) -> None:
    incident = new_matter()
    actions.calm(incident.code, by=town.officer, at=at)
    with pytest.raises(MoveNotAllowed):
        actions.calm(incident.code, by=town.officer, at=at)
    actions.flare_up(incident.code, by=town.officer, at=at)
    assert fresh(incident).state == "handling"
    assert unowned(at) == []


def test_incidents_relate(town: Town, new_matter: NewMatter, at: datetime) -> None:
    one, two, secret = new_matter(), new_matter(), new_matter(restricted=True)
    actions.relate(one.code, two.code, "cause", by=town.officer, at=at)
    actions.relate(one.code, two.code, "cause", by=town.officer, at=at)
    assert Relation.objects.count() == 1
    with pytest.raises(actions.UnknownHere):
        actions.relate(one.code, one.code, "cause", by=town.officer, at=at)
    with pytest.raises(NotFound):
        actions.relate(one.code, secret.code, "cause", by=town.officer, at=at)
    assert queries.sheet(two.code, town.officer).relations[0].source_id == one.pk


def test_the_database_itself_refuses_half_truths(town: Town, new_matter: NewMatter, at: datetime) -> None:
    incident = new_matter()
    row = Settlement.objects.create(
        incident=incident, outcome="agreement", proposed_by="user:1", proposed_at=at, proposer_kind="office"
    )
    for changes in ({"confirmed_at": at}, {"confirmed_by": "user:1", "confirmed_at": at, "confirmer_kind": "chair"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Settlement.objects.filter(pk=row.pk).update(**changes)
    for changes in ({"state": "closed"}, {"state": "watched"}, {"closed_at": at}, {"worst": "S4", "severity": "S1"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Incident.objects.filter(pk=incident.pk).update(**changes)


def test_a_duplicate_of_a_settled_matter_opens_it_again(town: Town, new_matter: NewMatter, at: datetime) -> None:
    incident = new_matter("S4")
    settlement.propose(incident.code, outcome="subsided", by=town.officer, at=at)
    settlement.confirm(incident.code, by=town.lurah, at=at)
    assert fresh(incident).state == "closed"
    primary = Report.objects.get(incident_links__incident=incident)
    later = make_report(at + timedelta(days=1))
    merging.merge(primary.code, later.code, by=town.officer, at=at + timedelta(days=1))
    line = Line.objects.get(verb="report.merged")
    for _ in range(2):
        READERS["response.reports"](line)
    assert fresh(incident).state == "open"
    assert fresh(incident).reopened_count == 1
    assert unowned(at) == []


def test_the_reader_comes_late_to_a_report_that_was_joined_meanwhile(
    town: Town, new_matter: NewMatter, at: datetime
) -> None:
    """Found by the random town: restricted, then joined under another before the reader came."""
    incident, other = new_matter(), make_report(at, restricted=True)
    report = Report.objects.get(incident_links__incident=incident)
    restriction.set_restricted(report.code, by=town.officer, at=at)
    merging.merge(other.code, report.code, by=town.others["secretariat"], at=at)
    READERS["response.reports"](Line.objects.get(verb="report.restricted"))
    assert Report.objects.get(pk=report.pk).state == "linked"
    assert not IncidentReport.objects.filter(report=report, unlinked_at=None).exists()
    merging.unmerge(report.code, by=town.others["secretariat"], at=at)
    assert unowned(at) == []
