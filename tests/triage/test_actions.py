"""Each act of triage: what it leaves behind, and each way it is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from kondusif.clock.actions import fire_due
from kondusif.clock.models import Deadline
from kondusif.intake.models import Letter, Report
from kondusif.ledger.actor import Actor
from kondusif.ledger.errors import MoveNotAllowed, NotFound, NotPermitted, Refusal, Stale
from kondusif.ledger.models import Line
from kondusif.teams.models import OutboxMessage
from kondusif.teams.queries import SYSTEM
from kondusif.triage import actions, referral, restriction, rules
from kondusif.triage.actions import Grade
from kondusif.triage.jobs import DUTIES, READERS
from kondusif.triage.models import Assessment, Referral, Verdict
from kondusif.triage.queries import unowned
from tests.triage.conftest import NewAgency, NewReport

pytestmark = pytest.mark.django_db
Member = Callable[..., Actor]


def fresh(report: Report) -> Report:
    return Report.objects.get(pk=report.pk)


def owed(report: Report) -> list[str]:
    return list(
        Deadline.objects.filter(subject=report.subject, met_at=None).order_by("pk").values_list("duty", flat=True)
    )


def lines(report: Report) -> list[str]:
    return list(Line.objects.filter(subject=report.subject).order_by("pk").values_list("verb", flat=True))


ACTS: dict[str, tuple[Callable[..., object], dict[str, object], str, str, str]] = {
    # act: function, arguments, state after, duty after, line
    "take": (actions.take, {}, "in_review", rules.VERIFY, "report.taken"),
    "grade": (actions.grade, {"wanted": Grade(severity="S2", source="B", confirmed_by="babinsa", credibility=2)}, "in_review", rules.VERIFY, "report.graded"),
    "verify": (actions.verify, {}, "verified", rules.RECORD, "report.verified"),
    "unproven": (actions.mark_unproven, {"reason": "Tidak ditemukan."}, "unproven", rules.FEEDBACK, "report.unproven"),
    "refute": (actions.refute, {"reason": "Foto lama."}, "refuted", rules.FEEDBACK, "report.refuted"),
    "ask": (actions.ask_reporter, {"text": "Di mana tepatnya?"}, "needs_info", rules.ANSWER, "report.asked"),
    "refer": (referral.refer, {"reason": "Pidana pemilu.", "body": "bawaslu"}, "referred", rules.REFERRAL, "report.referred"),
    "close": (actions.close, {"reason": "Percobaan.", "kind": "test"}, "archived", "", "report.closed"),
    "restrict": (restriction.set_restricted, {}, "received", rules.FIRST_LOOK, "report.restricted"),
}  # fmt: skip


@pytest.mark.parametrize("act", ACTS)
def test_an_act_moves_the_report_owes_the_next_and_writes_one_line(
    act: str, new_report: NewReport, officer: Actor, at: datetime
) -> None:
    do, given, state, duty, verb = ACTS[act]
    report = new_report()
    do(report.code, by=officer, at=at, **given)
    after = fresh(report)
    assert after.state == state
    assert after.version > report.version
    assert owed(report) == ([duty] if duty else [])
    assert lines(report) == ["report.received", verb]
    assert unowned(at) == []


@pytest.mark.parametrize("act", ACTS)
def test_an_act_is_refused_elsewhere_to_the_unpermitted_and_on_a_stale_page(
    act: str, new_report: NewReport, officer: Actor, member: Member, at: datetime
) -> None:
    do, given, *_ = ACTS[act]
    report = new_report()
    elsewhere, reader = member("duty_officer", "64.72"), member("chair", "64.71")
    with pytest.raises(NotFound):
        do(report.code, by=elsewhere, at=at, **given)
    with pytest.raises(NotPermitted):
        do(report.code, by=reader, at=at, **given)
    with pytest.raises(Stale):
        do(report.code, by=officer, at=at, version=report.version + 1, **given)
    assert fresh(report).version == report.version
    assert lines(report) == ["report.received"]


@pytest.mark.parametrize("act", ACTS)
def test_what_concerns_officials_does_not_exist_for_the_region(
    act: str, new_report: NewReport, officer: Actor, secretariat: Actor, at: datetime
) -> None:
    do, given, *_ = ACTS[act]
    report = new_report(restricted=True)
    with pytest.raises(NotFound):
        do(report.code, by=officer, at=at, **given)
    if act == "refer":
        given = {**given, "body": "ombudsman"}
    if act != "restrict":
        do(report.code, by=secretariat, at=at, **given)
        assert Line.objects.filter(subject=report.subject).exclude(tier="terbatas").count() == 0
        assert set(Deadline.objects.filter(subject=report.subject).values_list("owner", flat=True)) == {
            "role:secretariat@64"
        }


def test_moves_that_are_not_in_the_table_are_refused(new_report: NewReport, officer: Actor, at: datetime) -> None:
    report = new_report()
    actions.close(report.code, kind="test", reason="Coba.", by=officer, at=at)
    for act in ("take", "verify", "unproven", "refute", "refer", "close", "grade"):
        do, given, *_ = ACTS[act]
        with pytest.raises(MoveNotAllowed):
            do(report.code, by=officer, at=at, **given)


@pytest.mark.parametrize("act", ["unproven", "refute", "close", "refer"])
@pytest.mark.parametrize("reason", ["", "  \n ", "x" * 1001])
def test_a_reason_is_required(act: str, reason: str, new_report: NewReport, officer: Actor, at: datetime) -> None:
    do, given, *_ = ACTS[act]
    report = new_report()
    with pytest.raises(Refusal) as refused:
        do(report.code, by=officer, at=at, **{**given, "reason": reason})
    assert refused.value.code == "reason-needed"
    assert fresh(report).state == "received"


def test_a_closing_kind_must_fit(new_report: NewReport, officer: Actor, at: datetime) -> None:
    report = new_report()
    actions.refute(report.code, reason="Foto lama.", by=officer, at=at)
    with pytest.raises(actions.ClosingNotPossible):
        actions.close(report.code, kind="test", reason="x", by=officer, at=at)
    actions.close(report.code, kind="refuted", reason="Foto lama.", by=officer, at=at)
    assert Verdict.objects.get(report=report, kind="closed").closing == "refuted"


def test_presence_is_a_lease_that_holds_nobody_up(
    new_report: NewReport, officer: Actor, member: Member, at: datetime
) -> None:
    report, other = new_report(), member("duty_officer", "64.71")
    actions.take(report.code, by=officer, at=at)
    assert fresh(report).handler_until == at + timedelta(minutes=15)
    actions.take(report.code, by=other, at=at)
    assert fresh(report).handler == other.id
    with pytest.raises(MoveNotAllowed):
        actions.release(report.code, by=officer, at=at)
    actions.release(report.code, by=other, at=at)
    assert fresh(report).handler == ""
    assert owed(report) == [rules.VERIFY]


def test_grades_need_a_role(new_report: NewReport, officer: Actor, at: datetime) -> None:
    report = new_report()
    with pytest.raises(actions.GradeNotPossible):
        actions.grade(report.code, Grade(source="A"), by=officer, at=at)
    for wrong in (Grade(severity="S9"), Grade(credibility=7), Grade(stage="perang"), Grade(pasal5="z")):
        with pytest.raises(actions.CodeUnknown):
            actions.grade(report.code, wrong, by=officer, at=at)
    assert not Assessment.objects.exists()


def test_a_rise_in_severity_brings_the_instant_forward(new_report: NewReport, officer: Actor, at: datetime) -> None:
    report = new_report()
    actions.grade(report.code, Grade(severity="S3"), by=officer, at=at)
    actions.grade(report.code, Grade(severity="S1"), by=officer, at=at)
    assert Deadline.objects.get(subject=report.subject, met_at=None).due_at == at + timedelta(hours=6)


def test_the_reporter_reads_words_of_state_and_no_more(new_report: NewReport, officer: Actor, at: datetime) -> None:
    report = new_report()
    actions.verify(report.code, by=officer, at=at, severity="S1")
    actions.reopen(report.code, by=officer, at=at, reason="Ada keterangan baru.")
    actions.refute(report.code, by=officer, at=at, reason="Rahasia dapur.")
    actions.close(report.code, by=officer, at=at, kind="refuted", reason="Rahasia dapur.")
    letters = list(
        Letter.objects.filter(report=report, from_reporter=False).order_by("pk").values_list("text", flat=True)
    )
    assert len(letters) == 4
    for secret in ("Rahasia", officer.label, "64.71", "S1", "Balikpapan"):
        assert not any(secret in text for text in letters)


def test_an_english_reporter_reads_english(new_report: NewReport, officer: Actor, at: datetime) -> None:
    report = new_report()
    Report.objects.filter(pk=report.pk).update(language="en")
    actions.verify(report.code, by=officer, at=at)
    assert "verified" in Letter.objects.get(report=report).text


def test_an_answer_brings_the_report_back(new_report: NewReport, officer: Actor, at: datetime) -> None:
    report = new_report()
    actions.ask_reporter(report.code, text="Jam berapa?", by=officer, at=at)
    line = Line(verb="report.answered", subject=report.subject, at=at + timedelta(hours=1))
    for _ in range(2):  # a reader may read a line twice
        READERS["triage.answers"](line)
    assert fresh(report).state == "in_review"
    assert owed(report) == [rules.VERIFY]
    assert lines(report).count("report.back") == 1


def test_reasons_stay_out_of_the_ledger(new_report: NewReport, officer: Actor, at: datetime) -> None:
    report = new_report()
    actions.refute(report.code, reason="Kata Budi ini bohong", by=officer, at=at)
    assert not Line.objects.filter(detail__contains="Budi").exists()


# Referral: never without an owner.


def test_a_referral_accepted_closes_the_report(
    new_report: NewReport, new_agency: NewAgency, officer: Actor, member: Member, at: datetime
) -> None:
    report, agency = new_report(), new_agency("bawaslu")
    theirs = member("agency", "64.71", agency=agency)
    asked = referral.refer(report.code, reason="Kewenangan Bawaslu.", agency=agency, by=officer, at=at)
    assert OutboxMessage.objects.filter(audience=f"agency:{agency.pk}").count() == 1
    assert owed(report) == [rules.REFERRAL]
    referral.accept(asked.pk, by=theirs, at=at)
    assert fresh(report).state == "archived"
    assert Verdict.objects.get(report=report, kind="closed").closing == "referred"


def test_a_referral_refused_comes_back_to_the_watch(
    new_report: NewReport, new_agency: NewAgency, officer: Actor, member: Member, at: datetime
) -> None:
    report, agency = new_report(), new_agency("bawaslu")
    theirs, stranger = member("agency", "64.71", agency=agency), member("agency", "64.71", agency=new_agency("dinkes"))
    asked = referral.refer(report.code, reason="Kewenangan Bawaslu.", agency=agency, by=officer, at=at)
    with pytest.raises(NotFound):
        referral.accept(asked.pk, by=stranger, at=at)
    with pytest.raises(Refusal):
        referral.refuse(asked.pk, by=theirs, at=at, reason=" ")
    referral.refuse(asked.pk, by=theirs, at=at, reason="Bukan tahapan.")
    assert fresh(report).state == "in_review"
    assert owed(report) == [rules.VERIFY]
    assert unowned(at) == []
    with pytest.raises(MoveNotAllowed):
        referral.accept(asked.pk, by=officer, at=at)


def test_the_watch_notes_the_answer_of_an_outside_body(new_report: NewReport, officer: Actor, at: datetime) -> None:
    report = new_report()
    asked = referral.refer(report.code, reason="Layanan publik.", body="sp4n", by=officer, at=at)
    with pytest.raises(actions.ClosingNotPossible):
        actions.close(report.code, kind="referred", reason="Sudah.", by=officer, at=at)
    referral.accept(asked.pk, by=officer, at=at, note="Nomor 123")
    assert Referral.objects.get().accepted
    assert fresh(report).state == "archived"


def test_nowhere_and_two_places_at_once_are_refused(
    new_report: NewReport, new_agency: NewAgency, officer: Actor, at: datetime
) -> None:
    report = new_report()
    for where in ({}, {"body": "istana"}, {"body": "polri", "agency": new_agency()}):
        with pytest.raises(referral.NowhereToRefer):
            referral.refer(report.code, reason="x", by=officer, at=at, **where)  # type: ignore[arg-type]


def test_reports_about_officials_go_only_to_oversight(
    new_report: NewReport, new_agency: NewAgency, secretariat: Actor, at: datetime
) -> None:
    report = new_report(restricted=True)
    for where in ({"body": "polri"}, {"agency": new_agency("polri")}):
        with pytest.raises(referral.NowhereToRefer):
            referral.refer(report.code, reason="x", by=secretariat, at=at, **where)  # type: ignore[arg-type]
    referral.refer(report.code, reason="x", by=secretariat, at=at, body="propam")
    assert fresh(report).state == "referred"


# Instants that pass.


@pytest.mark.parametrize("act", ["", "take", "verify", "unproven", "refer", "ask"])
def test_a_missed_instant_tells_one_level_above_and_settles_nothing(
    act: str, new_report: NewReport, officer: Actor, at: datetime
) -> None:
    report = new_report()
    if act:
        do, given, *_ = ACTS[act]
        do(report.code, by=officer, at=at, **given)
    state = fresh(report).state
    told: list[str] = []
    when = at
    for step in range(6):
        when = (
            Deadline.objects.filter(met_at=None, fired_at=None).order_by("due_at").values_list("due_at", flat=True)[0]
        )
        assert fire_due(DUTIES, at=when) == 1
        assert fire_due(DUTIES, at=when) == 0  # exactly once
        messages = list(
            OutboxMessage.objects.filter(key__startswith="due:").order_by("pk").values_list("audience", flat=True)
        )
        assert len(messages) == step + 1
        told.append(messages[-1])
        assert unowned(when) == []
        assert fresh(report).state == state
    first = Deadline.objects.filter(subject=report.subject, met_at=None).order_by("pk")[0]
    assert first.owner == "duty:64.71"
    assert first.met_at is None
    climbed = ["duty:64", "role:chair@64", "role:chair@64", "role:chair@64"]
    assert told == (
        ["duty:64.71", *climbed, "role:chair@64"] if act == "ask" else [*climbed, "role:chair@64", "role:chair@64"]
    )
    assert list(
        Deadline.objects.filter(subject=report.subject, met_at=None).order_by("pk").values_list("level", flat=True)
    ) == list(range(7))


def test_the_reporter_is_reminded_once(new_report: NewReport, officer: Actor, at: datetime) -> None:
    report = new_report()
    actions.ask_reporter(report.code, text="Jam berapa?", by=officer, at=at)
    for _ in range(3):
        fire_due(DUTIES, at=Deadline.objects.filter(met_at=None, fired_at=None).order_by("due_at")[0].due_at)
    assert Letter.objects.filter(report=report, text__contains="masih menunggu").count() == 1


def test_an_act_meets_every_level(new_report: NewReport, officer: Actor, at: datetime) -> None:
    report = new_report()
    for _ in range(2):
        fire_due(DUTIES, at=Deadline.objects.filter(met_at=None, fired_at=None).order_by("due_at")[0].due_at)
    assert len(owed(report)) == 3
    actions.verify(report.code, by=officer, at=at + timedelta(days=2))
    assert owed(report) == [rules.RECORD]


# For response.


def test_linking_waits_for_verification(new_report: NewReport, officer: Actor, member: Member, at: datetime) -> None:
    report = new_report()
    actions.verify(report.code, by=officer, at=at)
    with pytest.raises(NotPermitted):
        actions.link(report, "incident:X", by=member("verifier", "64.71"), at=at)
    actions.link(report, "incident:X", by=officer, at=at)
    assert fresh(report).state == "linked"
    assert owed(report) == []
    actions.unlink(report, "incident:X", last=True, by=SYSTEM, at=at)
    assert fresh(report).state == "verified"
    assert owed(report) == [rules.RECORD]
