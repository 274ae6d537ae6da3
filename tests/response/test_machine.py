"""A random town: reports come, people act, agencies answer or stay silent, time passes, deadlines fire.

After every step: nothing open is without an owner and a duty that is still to fire; nothing is closed without the proofs
its severity asks for; no lower owner's duty was met by an escalation.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any, ClassVar

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule, run_state_machine_as_test

from kondusif.clock.actions import fire_due
from kondusif.clock.models import Deadline
from kondusif.intake import dialogue
from kondusif.intake.models import Report
from kondusif.ledger.actor import Actor
from kondusif.ledger.errors import Refusal
from kondusif.ledger.models import Line
from kondusif.response import actions, calling, rules, settlement, tasks
from kondusif.response import jobs as response_jobs
from kondusif.response.actions import NewIncident
from kondusif.response.models import Incident, IncidentReport, Settlement, Task
from kondusif.teams.actions import NewStep, give_duty, set_plan
from kondusif.teams.models import Agency, OutboxMessage, User
from kondusif.teams.queries import OPERATOR, actor_of
from kondusif.triage import actions as triage
from kondusif.triage import jobs as triage_jobs
from kondusif.triage import merging, referral, restriction
from kondusif.triage.actions import Grade
from tests.conftest import AT
from tests.response.conftest import unowned
from tests.response.examples import EXAMPLES, STEPS
from tests.triage.conftest import make_report

DUTIES = triage_jobs.DUTIES | response_jobs.DUTIES
READERS = {**triage_jobs.READERS, **response_jobs.READERS}
PEOPLE = {
    "officer": ("duty_officer", "64.71"), "head": ("division_head", "64.71"), "secretary": ("secretary", "64.71"), "chair": ("chair", "64.71"),
    "lurah": ("verifier", "64.71"), "secretariat": ("secretariat", "64"), "elsewhere": ("duty_officer", "64.72"),
}  # fmt: skip
AGENCIES = ("satpolpp", "polri", "dinsos")
severities = st.sampled_from(["S1", "S2", "S3", "S4"])
anybody = st.sampled_from([*PEOPLE, *AGENCIES])
office = st.sampled_from(["officer", "officer", "head", "secretary", "secretariat"])
texts = st.sampled_from(
    [
        "Bentrok di pasar, ada parang",
        "Massa berkumpul",
        "Beredar hoaks",
        "Unjuk rasa damai di depan kantor",
        "Jalan rusak",
    ]
)


class Town(RuleBasedStateMachine):
    reports = Bundle("reports")
    incidents = Bundle("incidents")
    tasks = Bundle("tasks")

    counted: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.counted["runs"] += 1
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.at: datetime = AT
        self.line = 0
        self.fired: set[int] = set()
        self.met_before: dict[int, object] = {}
        self.agency: dict[str, Agency] = {}
        self.people: dict[str, Actor] = {}
        for kind in AGENCIES:
            self.agency[kind] = Agency.objects.create(
                code=kind, name=kind, kind=kind, region="64.71", vertical=kind == "polri"
            )
            self.people[kind] = self._person(kind, "agency", "64.71", self.agency[kind])
        for name, (role, region) in PEOPLE.items():
            self.people[name] = self._person(name, role, region, None)
        steps = [NewStep("polri", "Amankan lokasi", 15, 60), NewStep("satpolpp", "Datangi lokasi", 30, 120)]
        set_plan(region="64", category="", severity="S2", name="S2", steps=steps, by=OPERATOR, at=AT)

    def _person(self, name: str, role: str, region: str, agency: Agency | None) -> Actor:
        user = User.objects.create_user(name)
        give_duty(user, role=role, region=region, agency=agency, by=OPERATOR, at=AT)
        return actor_of(user, at=AT)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    def act(self, do: Any, *given: Any, who: str, **more: Any) -> Any:
        """An act, or its refusal; a refusal leaves nothing behind."""
        self.at += timedelta(seconds=20)
        before = Line.objects.count()
        try:
            with transaction.atomic():
                return do(*given, by=self.people[who], at=self.at, **more)
        except Refusal:
            assert Line.objects.count() == before
        return None

    # Reports

    @rule(
        target=reports,
        text=texts,
        threatened=st.sampled_from(["yes", "no"]),
        restricted=st.booleans(),
        region=st.sampled_from(["64.71", "64.71.02", "64"]),
    )
    def a_report_comes(self, text: str, threatened: str, restricted: bool, region: str) -> str:
        return make_report(
            self.at, text=text, threatened=threatened, restricted=restricted and threatened == "yes", region=region
        ).code

    @rule(
        code=reports,
        who=office,
        severity=severities,
        what=st.sampled_from(["take", "release", "grade", "verify", "unproven", "refute", "ask", "reopen"]),
    )
    def weigh(self, code: str, who: str, severity: str, what: str) -> None:
        given: dict[str, Any] = {
            "take": (triage.take, {}), "release": (triage.release, {}), "grade": (triage.grade, {"wanted": Grade(severity=severity)}),
            "verify": (triage.verify, {"severity": severity}), "unproven": (triage.mark_unproven, {"reason": "x"}),
            "refute": (triage.refute, {"reason": "x"}), "ask": (triage.ask_reporter, {"text": "Di mana?"}), "reopen": (triage.reopen, {"reason": "x"}),
        }  # fmt: skip
        do, more = given[what]
        self.act(do, code, who=who, **more)

    @rule(code=reports)
    def the_reporter_answers(self, code: str) -> None:
        report = Report.objects.get(code=code)
        if report.state == "needs_info":
            with transaction.atomic():
                from kondusif.ledger.actions import record
                from kondusif.ledger.actor import CITIZEN

                record(
                    "report.answered",
                    subject=report.subject,
                    region=dialogue.place_of(report),
                    by=CITIZEN,
                    at=self.at,
                    restricted=report.restricted,
                )

    @rule(code=reports, who=office, kind=st.sampled_from(["unproven", "refuted", "test"]))
    def shut(self, code: str, who: str, kind: str) -> None:
        self.act(triage.close, code, who=who, kind=kind, reason="x")

    @rule(code=reports, who=office, body=st.sampled_from(["", "bawaslu", "propam"]))
    def refer(self, code: str, who: str, body: str) -> None:
        self.act(referral.refer, code, who=who, reason="x", body=body, agency=None if body else self.agency["dinsos"])

    @rule(code=reports, who=st.sampled_from(["officer", "dinsos", "polri"]), accepted=st.booleans())
    def answer_referral(self, code: str, who: str, accepted: bool) -> None:
        row = Report.objects.get(code=code).referrals.filter(answered_at=None).first()
        if row is not None:
            self.act(
                referral.accept if accepted else referral.refuse,
                row.pk,
                who=who,
                **({} if accepted else {"reason": "x"}),
            )

    @rule(a=reports, b=reports, who=office)
    def join(self, a: str, b: str, who: str) -> None:
        self.act(merging.merge, a, b, who=who)

    @rule(code=reports, who=office)
    def take_apart(self, code: str, who: str) -> None:
        self.act(merging.unmerge, code, who=who)

    @rule(code=reports, who=office, lift=st.booleans())
    def officials(self, code: str, who: str, lift: bool) -> None:
        self.act(restriction.lift if lift else restriction.set_restricted, code, who=who)

    # Incidents

    @rule(target=incidents, code=reports, who=office, severity=severities)
    def open_from(self, code: str, who: str, severity: str) -> Any:
        made = self.act(
            actions.register, code, NewIncident("Perselisihan dua kelompok warga", severity=severity), who=who
        )
        return made.code if made is not None else multiple()

    @rule(code=incidents, report=reports, who=office, off=st.booleans())
    def link(self, code: str, report: str, who: str, off: bool) -> None:
        self.act(actions.unlink_report if off else actions.link_report, code, report, who=who)

    @rule(code=incidents, severity=severities, who=anybody)
    def severity(self, code: str, severity: str, who: str) -> None:
        self.act(actions.set_severity, code, severity, who=who)

    @rule(code=incidents, who=anybody, what=st.sampled_from(["note", "calm", "flare", "reopen"]))
    def develop(self, code: str, who: str, what: str) -> None:
        if what == "note":
            self.act(actions.note, code, "Perkembangan.", who=who)
        else:
            self.act(
                {"calm": actions.calm, "flare": actions.flare_up, "reopen": settlement.reopen}[what], code, who=who
            )

    @rule(
        target=tasks,
        code=incidents,
        kind=st.sampled_from(AGENCIES),
        who=office,
        purpose=st.sampled_from(["calm", "stop_violence"]),
    )
    def assign(self, code: str, kind: str, who: str, purpose: str) -> Any:
        made = self.act(tasks.assign, code, who=who, agency=self.agency[kind], title="Redakan lokasi", purpose=purpose)
        return made.pk if made is not None else multiple()

    @rule(
        pk=tasks,
        who=anybody,
        to=st.sampled_from(AGENCIES),
        what=st.sampled_from(["accept", "finish", "finish", "decline", "forward", "cancel", "help", "call"]),
    )
    def work(self, pk: int, who: str, to: str, what: str) -> None:
        given: dict[str, Any] = {
            "accept": (tasks.accept, {}), "finish": (tasks.finish, {"proof": "Foto"}), "decline": (tasks.decline, {"reason": "x"}),
            "forward": (tasks.forward, {"agency": self.agency[to]}), "cancel": (tasks.cancel, {"reason": "x"}),
            "help": (tasks.ask_help, {"text": "x"}), "call": (calling.log_call, {"result": "answered"}),
        }  # fmt: skip
        do, more = given[what]
        self.act(do, pk, who=who, **more)

    @rule(code=incidents)
    def everybody_finishes(self, code: str) -> None:
        for task in Task.objects.filter(incident__code=code, state__in=rules.TASK_OPEN).select_related("agency"):
            self.act(tasks.finish, task.pk, who=task.agency.kind, proof="Foto")

    @rule(code=incidents, who=anybody, evidence=st.sampled_from(["", "Berita acara"]))
    def propose(self, code: str, who: str, evidence: str) -> None:
        self.act(settlement.propose, code, who=who, outcome="agreement", evidence=evidence)

    @rule(code=incidents, who=anybody, yes=st.sampled_from([True, True, True, False]))
    def confirm(self, code: str, who: str, yes: bool) -> None:
        self.act(settlement.confirm if yes else settlement.turn_down, code, who=who, **({} if yes else {"reason": "x"}))

    @rule(code=incidents, who=anybody)
    def close(self, code: str, who: str) -> None:
        self.act(settlement.close, code, who=who)

    # Time

    @rule(
        passed=st.sampled_from(
            [timedelta(minutes=11), timedelta(hours=2), timedelta(days=1), timedelta(days=8), timedelta(days=15)]
        )
    )
    def time_passes(self, passed: timedelta) -> None:
        self.at += passed

    @rule()
    def deadlines_fire(self) -> None:
        unmet = set(Deadline.objects.filter(met_at=None).values_list("pk", flat=True))
        states = (
            list(Incident.objects.order_by("pk").values_list("state", flat=True)),
            list(Report.objects.order_by("pk").values_list("state", flat=True)),
        )
        while fire_due(DUTIES, at=self.at):
            pass
        late = Deadline.objects.filter(met_at=None, fired_at=None, due_at__lte=self.at)
        assert not late.exists(), [(d.duty, d.attempts) for d in late]
        assert unmet <= set(Deadline.objects.filter(met_at=None).values_list("pk", flat=True)), (
            "an escalation met a lower owner's duty"
        )
        after = (
            list(Incident.objects.order_by("pk").values_list("state", flat=True)),
            list(Report.objects.order_by("pk").values_list("state", flat=True)),
        )
        assert after == states, "time settled something"

    @rule()
    def readers_read(self) -> None:
        for entry in Line.objects.filter(pk__gt=self.line).order_by("pk"):
            for read in READERS.values():
                read(entry)
            self.line = entry.pk

    # What must always hold

    @invariant()
    def nothing_is_unowned(self) -> None:
        self.counted["steps"] += 1
        assert unowned(self.at) == []

    @invariant()
    def nothing_ends_without_its_proofs(self) -> None:
        for incident in Incident.objects.filter(state__in=["closed", "watched"]):
            row = Settlement.objects.get(incident=incident, set_aside_at=None)
            contract = rules.CONTRACTS[incident.worst]
            assert row.confirmed_at and row.confirmed_by != row.proposed_by
            assert row.confirmer_kind in contract.confirmers | ({"office"} if row.proposer_kind == "agency" else set())
            assert row.confirmer_agency_id is None or row.confirmer_agency_id not in {
                incident.lead_agency_id,
                row.proposer_agency_id,
            }
            assert row.evidence or not contract.evidence
            assert not Task.objects.filter(incident=incident, state__in=rules.TASK_OPEN).exists()
            if incident.state == "closed" and contract.watch:
                assert incident.closed_at is not None and incident.closed_at >= row.confirmed_at + contract.watch
                linked = IncidentReport.objects.filter(
                    incident=incident, unlinked_at=None, linked_at__gt=row.confirmed_at
                )
                assert not linked.exists()

    @invariant()
    def each_missed_instant_told_exactly_one_address_once(self) -> None:
        fired = Deadline.objects.filter(fired_at__isnull=False).values_list("pk", flat=True)
        sent = OutboxMessage.objects.filter(key__startswith="due:").values_list("key", flat=True)
        assert {int(k.partition(":")[2]) for k in sent} <= set(fired)

    @invariant()
    def only_the_police_stop_violence(self) -> None:
        assert not Task.objects.filter(purpose="stop_violence").exclude(agency__kind="polri").exists()

    @invariant()
    def restricted_matters_stay_restricted(self) -> None:
        hidden = Report.objects.filter(restricted=True).values_list("code", flat=True)
        for code in hidden:
            owners = set(Deadline.objects.filter(subject=f"report:{code}", met_at=None).values_list("owner", flat=True))
            assert owners <= {"role:secretariat@64"}
        assert not Task.objects.filter(incident__restricted=True).exclude(agency__kind="inspektorat").exists()


@pytest.mark.deep
@pytest.mark.django_db
def test_the_town_never_loses_anything() -> None:
    assert connection.in_atomic_block
    Town.counted.clear()
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Town,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )
    print(f"MACHINE {Town.counted['runs']} runs, {Town.counted['steps']} steps")  # read by the proof
    assert Town.counted["runs"] >= EXAMPLES
