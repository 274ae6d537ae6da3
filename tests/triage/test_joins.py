"""Joining is undone to the byte; restriction hides at once and leaves no trace in anybody's view."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kondusif.clock.models import Deadline
from kondusif.intake.models import Letter, Report, Similar
from kondusif.ledger.actor import Actor
from kondusif.ledger.errors import MoveNotAllowed, NotFound, Refusal
from kondusif.triage import actions, merging, queries, restriction
from kondusif.triage.actions import Grade
from kondusif.triage.desk import JoinedReport
from kondusif.triage.models import Assessment, Merge, Verdict
from kondusif.triage.queries import Filters, unowned
from tests.response.examples import EXAMPLES
from tests.triage.conftest import NewReport, make_report

pytestmark = pytest.mark.django_db
Member = Callable[..., Actor]


def world() -> dict[str, list[dict[str, Any]]]:
    """Every column of every row a join could touch."""
    tables = (Report, Deadline, Assessment, Verdict, Letter, Similar)
    return {t.__name__: list(t.objects.order_by("pk").values()) for t in tables}


STEPS: dict[str, Callable[[str, Actor, datetime], object]] = {
    "take": lambda code, by, at: actions.take(code, by=by, at=at),
    "grade": lambda code, by, at: actions.grade(code, Grade(severity="S2", snpk="identitas"), by=by, at=at),
    "verify": lambda code, by, at: actions.verify(code, by=by, at=at, severity="S3"),
    "unproven": lambda code, by, at: actions.mark_unproven(code, by=by, at=at, reason="Belum ada saksi."),
    "refute": lambda code, by, at: actions.refute(code, by=by, at=at, reason="Foto lama."),
    "ask": lambda code, by, at: actions.ask_reporter(code, by=by, at=at, text="Di mana?"),
    "reopen": lambda code, by, at: actions.reopen(code, by=by, at=at, reason="Ada bukti."),
}


def walk(code: str, steps: list[str], by: Actor, at: datetime) -> None:
    for minutes, step in enumerate(steps):
        with contextlib.suppress(Refusal):
            STEPS[step](code, by, at + timedelta(minutes=minutes, microseconds=minutes * 7 + 1))


@pytest.mark.deep
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    before=st.lists(st.sampled_from(sorted(STEPS)), max_size=5),
    other=st.lists(st.sampled_from(sorted(STEPS)), max_size=3),
    between=st.lists(st.sampled_from(sorted(STEPS)), max_size=3),
)
def test_taking_apart_restores_every_byte(
    before: list[str], other: list[str], between: list[str], officer: Actor, at: datetime
) -> None:
    a, b = make_report(at), make_report(at + timedelta(microseconds=123457))
    walk(a.code, other, officer, at)
    walk(b.code, before, officer, at)
    was = world()
    merging.merge(a.code, b.code, by=officer, at=at + timedelta(hours=1))
    assert Report.objects.get(pk=b.pk).state == "linked"
    for step in between:  # a joined report cannot be acted on
        with pytest.raises(Refusal):
            STEPS[step](b.code, officer, at + timedelta(hours=1)) if step != "ask" else STEPS["verify"](
                b.code, officer, at
            )
    assert unowned(at) == []
    merging.unmerge(b.code, by=officer, at=at + timedelta(hours=2))
    assert world() == was
    assert unowned(at) == []


def test_what_the_reporter_writes_meanwhile_stays(new_report: NewReport, officer: Actor, at: datetime) -> None:
    a, b = new_report(), new_report()
    merging.merge(a.code, b.code, by=officer, at=at)
    Letter.objects.create(report=b, from_reporter=True, text="Masih ramai.", at=at)
    merging.unmerge(b.code, by=officer, at=at)
    assert Letter.objects.filter(report=b).count() == 1


def test_a_join_finds_the_uppermost_and_tells_every_reporter(
    new_report: NewReport, officer: Actor, at: datetime
) -> None:
    a, b, c = new_report(), new_report(), new_report()
    merging.merge(a.code, b.code, by=officer, at=at)
    merging.merge(b.code, c.code, by=officer, at=at)
    assert {m.joined_id for m in Merge.objects.filter(primary=a)} == {b.pk, c.pk}
    actions.verify(a.code, by=officer, at=at)
    assert set(Letter.objects.values_list("report", flat=True)) == {a.pk, b.pk, c.pk}


def test_joins_that_make_no_sense_are_refused(
    new_report: NewReport, officer: Actor, secretariat: Actor, at: datetime
) -> None:
    a, b, c, hidden = new_report(), new_report(), new_report(), new_report(restricted=True)
    with pytest.raises(merging.MergeNotPossible):
        merging.merge(a.code, a.code, by=officer, at=at)
    with pytest.raises(NotFound):
        merging.merge(a.code, hidden.code, by=officer, at=at)
    with pytest.raises(NotFound):
        merging.merge("KDS-TIDAKADA", b.code, by=officer, at=at)
    merging.merge(a.code, b.code, by=officer, at=at)
    with pytest.raises(JoinedReport):
        merging.merge(c.code, b.code, by=officer, at=at)
    with pytest.raises(merging.MergeNotPossible):
        merging.merge(c.code, a.code, by=officer, at=at)
    with pytest.raises(MoveNotAllowed):
        merging.unmerge(c.code, by=officer, at=at)
    actions.close(c.code, kind="test", reason="Coba.", by=officer, at=at)
    with pytest.raises(merging.MergeNotPossible):
        merging.merge(c.code, new_report().code, by=officer, at=at)


def everything_seen(actor: Actor, at: datetime, codes: list[str]) -> object:
    """All that an actor can read of the desk."""
    rows = queries.listed(actor, Filters(state=""), at=at)
    sheets = []
    for code in codes:
        try:
            sheet = queries.sheet(code, actor, at=at)
            sheets.append(
                (code, [x.report.code for x in sheet.similar], [m.joined.code for m in sheet.joined], sheet.history)
            )
        except NotFound:
            sheets.append((code, "absent"))
    counts = [
        queries.count(actor, Filters(state=s, words=w))
        for s in ("", "open", "received", "in_review")
        for w in ("", "pasar")
    ]
    return rows, sheets, counts, queries.after(actor, Filters(state=""), at=at, cursor=0)


@pytest.mark.deep
def test_a_report_about_officials_changes_nothing_for_others(
    new_report: NewReport, officer: Actor, secretariat: Actor, member: Member, at: datetime
) -> None:
    a, b = new_report(code="KDS-AAAAAAA"), new_report(code="KDS-BBBBBBB")
    Similar.objects.create(report=b, other=a, metres=10, minutes=2, likeness=90)
    uncleared = [
        officer,
        member("secretary", "64.71"),
        member("duty_officer", "64"),
        member("chair", "64"),
        member("manager", "64"),
    ]
    before = [everything_seen(actor, at, [a.code, b.code, "KDS-CCCCCCC"]) for actor in uncleared]
    secret = new_report(code="KDS-CCCCCCC", restricted=True)
    Similar.objects.create(report=secret, other=a, metres=10, minutes=2, likeness=90)
    actions.take(secret.code, by=secretariat, at=at)
    assert [everything_seen(actor, at, [a.code, b.code, "KDS-CCCCCCC"]) for actor in uncleared] == before
    assert queries.count(secretariat, Filters(state="")) == 3


def test_restricting_hides_at_once_and_hands_the_duty_to_the_secretariat(
    new_report: NewReport, officer: Actor, secretariat: Actor, at: datetime
) -> None:
    a, b = new_report(), new_report()
    merging.merge(a.code, b.code, by=officer, at=at)
    restriction.set_restricted(a.code, by=officer, at=at)
    for row in (a, b):  # what stood under it tells of the same matter
        assert Report.objects.get(pk=row.pk).restricted
        with pytest.raises(NotFound):
            queries.sheet(row.code, officer, at=at)
        assert {d.owner for d in Deadline.objects.filter(subject=row.subject, met_at=None)} == {"role:secretariat@64"}
    assert queries.count(officer, Filters(state="")) == 0
    assert unowned(at) == []
    restriction.lift(a.code, by=secretariat, at=at)
    assert queries.sheet(a.code, officer, at=at).report.state == "in_review"
    assert unowned(at) == []


def test_the_list_costs_the_same_for_one_and_for_fifty(
    new_report: NewReport, officer: Actor, at: datetime, django_assert_max_num_queries: Any
) -> None:
    for n in range(60):
        new_report(text=f"Cekcok di pasar {n}")
    with django_assert_max_num_queries(4):
        rows = queries.listed(officer, Filters(), at=at)
    assert len(rows) == 50
    assert rows[0].due is not None
    assert len(queries.listed(officer, Filters(), at=at, page=2)) == 10


def test_filters_narrow(new_report: NewReport, officer: Actor, at: datetime) -> None:
    one, two = new_report(region="64.71.02", text="Rumah dibakar"), new_report(threatened="yes")
    actions.verify(one.code, by=officer, at=at, severity="S1")
    assert [r.code for r in queries.listed(officer, Filters(), at=at)] == [
        two.code,
        one.code,
    ]  # both urgent; the nearer instant first
    for filters in (
        Filters(region="64.71.02"),
        Filters(severity="S1"),
        Filters(state="verified"),
        Filters(words="dibakar"),
    ):
        assert [r.code for r in queries.listed(officer, filters, at=at)] == [one.code]


def test_what_comes_in_is_seen_behind_a_long_queue(
    new_report: NewReport, officer: Actor, member: Any, at: datetime, django_assert_max_num_queries: Any
) -> None:
    """In a queue longer than a page the list still names the newest arrivals; not those elsewhere, hidden or long known."""
    for n in range(60):
        new_report(text=f"Cekcok di pasar {n}", at=at - timedelta(hours=2), threatened="yes")
    seen = [row.code for row in queries.listed(officer, Filters(), at=at)]
    assert queries.newcomers(officer, Filters(), seen, at=at) == []
    new_report(region="64.72", at=at)
    new_report(restricted=True, at=at)
    late = [new_report(text=f"Antrean panjang {n}", at=at - timedelta(minutes=9 - n)) for n in range(5)]
    seen = [row.code for row in queries.listed(officer, Filters(), at=at)]
    with django_assert_max_num_queries(1):
        found = queries.newcomers(officer, Filters(), seen, at=at)
    assert [one.code for one in found] == [r.code for r in reversed(late)][: queries.MOST_NEW]
    everything = [row.code for page in (1, 2) for row in queries.listed(officer, Filters(), at=at, page=page)]
    assert queries.newcomers(officer, Filters(), everything, at=at) == []
