"""Figures from the ledger alone: equal to the slow way, blind to what comes later, and never silently other than printed."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from kondusif.ledger.errors import NotFound, NotPermitted
from kondusif.ledger.jobs import seal_lines
from kondusif.ledger.models import Block, Line
from kondusif.meetings.figures import actions, queries, rules, words
from kondusif.meetings.figures.history import Known, fold
from kondusif.meetings.figures.rules import CURRENT, Scope
from kondusif.meetings.models import PrintedFigure
from kondusif.response import tasks
from kondusif.response.actions import NewIncident, register
from kondusif.site.commands.figure import _compare
from kondusif.teams.models import User
from kondusif.triage import actions as triage
from tests.conftest import Member
from tests.meetings import naive
from tests.meetings.lines import BEGAN, ledgers
from tests.response.conftest import Town, town
from tests.triage.conftest import make_report, new_agency

__all__ = ["new_agency", "town"]
HOUR = timedelta(hours=1)
scopes = st.sampled_from(
    [
        Scope("64", BEGAN, BEGAN + timedelta(days=9), ("64.71", "64.72", "64.02")),
        Scope("64.71", BEGAN, BEGAN + timedelta(days=2), ("64.71",)),
        Scope("64.72", BEGAN + timedelta(hours=30), BEGAN + timedelta(hours=31), ("64.72",)),
    ]
)


@given(lines=ledgers(), scope=scopes)
def test_the_fold_finds_what_the_slow_way_finds(lines: list[Known], scope: Scope) -> None:
    known = fold(lines)
    found = {code: d.find(known, scope) for code, d in CURRENT.items()}
    assert sorted(r.value for r in found["heard_median"].rows) == naive.heard(lines, scope)
    assert found["heard_median"].of == found["reports"].value == naive.reports(lines, scope)
    assert (found["on_time"].n, found["on_time"].of) == naive.on_time(lines, scope)
    assert (found["settled"].n, found["settled"].of) == naive.settled(lines, scope)
    assert found["acted_median"].n <= naive.acted(lines, scope), "an act before the first report has no length"
    assert all(f.n <= f.of for f in found.values())


@pytest.mark.deep
@given(lines=ledgers(), more=ledgers(20), scope=scopes, data=st.data())
def test_what_was_known_then_does_not_depend_on_what_came_later(
    lines: list[Known], more: list[Known], scope: Scope, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(lines)))
    later = [*lines, *(line._replace(id=line.id + len(lines)) for line in more)]
    then = {c: d.find(fold(lines[:at]), scope).digest for c, d in CURRENT.items()}
    assert then == {c: d.find(fold(line for line in later if line.id <= at), scope).digest for c, d in CURRENT.items()}


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=40), st.sampled_from([0.5, 0.9]))
def test_quantiles_are_values_that_occur_and_cover_their_share(values: list[int], share: float) -> None:
    found = rules.quantile(values, share)
    assert found in values and sum(v <= found for v in values) >= share * len(values)
    assert sum(v < found for v in values) < share * len(values)
    assert rules.quantile([], share) is None


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "kurang dari 1 menit"), (59, "kurang dari 1 menit"), (3725, "1 jam 2 menit"), (93600, "1 hari 2 jam")],
)
def test_lengths_in_words(seconds: int, said: str) -> None:
    assert words.length(seconds) == said


def _week(town: Town, at: datetime) -> Scope:
    """A report heard after ten minutes, a matter, a task answered after an hour; one report nobody has heard."""
    report = make_report(at)
    triage.take(report.code, by=town.officer, at=at + timedelta(minutes=10))
    make_report(at + HOUR, region="64.71")
    matter = register(
        report.code, NewIncident("Perselisihan dua kelompok warga", severity="S3"), by=town.officer, at=at + HOUR
    )
    task = tasks.assign(matter.code, agency=town.pp, title="Temui para pihak", by=town.officer, at=at + HOUR)
    tasks.accept(task.pk, by=town.pp_member, at=at + 2 * HOUR)
    seal_lines()
    return queries.scope_of("64.71", at - HOUR, at + timedelta(days=1))


@pytest.mark.django_db
def test_a_figure_is_printed_once_and_holds_while_the_ledger_grows(town: Town, areas: None, at: datetime) -> None:
    scope = _week(town, at)
    codes = [c for c, d in CURRENT.items() if not d.guarded]
    rows = actions.print_figures(codes, scope, by=town.secretary, at=at + 3 * HOUR)
    by_code = {r.definition: r for r in rows}
    assert (by_code["heard_median"].value, by_code["heard_median"].n, by_code["heard_median"].of) == (600, 1, 2)
    assert (by_code["acted_median"].value, by_code["acted_median"].of) == (2 * 3600, 1)
    assert by_code["settled_median"].value is None and by_code["settled"].n == 0
    again = actions.print_figures(codes, scope, by=town.secretary, at=at + 4 * HOUR)
    assert [r.pk for r in again] != [] and len(again) == len(rows)
    triage.take(make_report(at + 5 * HOUR).code, by=town.officer, at=at + 6 * HOUR)
    seal_lines()
    assert all(not c.faults for c in queries.verify_all(rows))
    newer = actions.print_figures(["heard_median"], scope, by=town.secretary, at=at + 7 * HOUR)[0]
    assert newer.of == 3
    assert [d[0].partition(":")[0] for d in queries.explain(by_code["heard_median"], newer, by=town.secretary)] == [
        "report"
    ]
    late = queries.explain(by_code["heard_median"], newer, by=town.secretary)[0][0]
    kept_out = dataclasses.replace(town.secretary, kept_from=frozenset({late}))
    assert queries.explain(by_code["heard_median"], newer, by=kept_out) == [], "no row of a matter one is kept out of"
    assert _compare(by_code["heard_median"], newer) == 0
    then = queries.head_at(by_code["reports"].known_at)
    assert then.hash == by_code["reports"].head_hash, "the same instant asked again is the same head"
    with pytest.raises(queries.NothingKnown):
        queries.head_at(datetime(2000, 1, 1, tzinfo=UTC))


@pytest.mark.django_db
def test_one_altered_line_makes_it_fail_and_names_the_figure(town: Town, areas: None, at: datetime) -> None:
    scope = _week(town, at)
    row = actions.print_figures(["heard_median"], scope, by=town.secretary, at=at)[0]
    line = Line.objects.get(verb="report.taken")
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name = 'ledger_line_no_update'"
            )
            name, made = cursor.fetchone()
            cursor.execute(f"DROP TRIGGER {name}")
            Line.objects.filter(pk=line.pk).update(at=line.at - timedelta(minutes=5))
            cursor.execute(made)
        else:
            cursor.execute("ALTER TABLE ledger_line DISABLE TRIGGER ALL")
            Line.objects.filter(pk=line.pk).update(at=line.at - timedelta(minutes=5))
            cursor.execute("ALTER TABLE ledger_line ENABLE TRIGGER ALL")
    faults = queries.verify(row).faults
    assert any(row.code in f and "600" in f and "300" in f for f in faults)
    assert any("Segel nomor" in f for f in faults)


@pytest.mark.django_db
def test_who_may_print_and_whose_times_are_whose(town: Town, areas: None, member: Member, at: datetime) -> None:
    scope = _week(town, at)
    own = Scope(scope.region, scope.start, scope.end, scope.towns, town.pp.pk)
    head = queries.head_at()
    for by in (town.pp_member, town.secretary, town.chair):
        found = queries.find(["answered_median"], own, head=head, by=by)[0][1]
        assert (found.value, found.n, found.of) == (3600, 1, 1)
    for by in (town.officer, town.dinsos_member, member("observer", "64.71"), member("chair", "64.72")):
        with pytest.raises(NotPermitted):
            queries.find(["answered_median"], own, head=head, by=by)
    with pytest.raises(NotPermitted):
        queries.find(["reports"], scope, head=head, by=town.pp_member)
    with pytest.raises(NotPermitted):
        actions.print_figures(["reports"], scope, by=town.officer, at=at)
    with pytest.raises(NotFound):
        actions.print_figures(["speed_of_light"], scope, by=town.secretary, at=at)
    guarded = actions.print_figures(["answered_median"], own, by=town.secretary, at=at)[0]
    with pytest.raises(NotFound):
        queries.one(guarded.code, by=town.officer)
    for wrong in ((at, at), (at, at + timedelta(days=900))):
        with pytest.raises(queries.PeriodNotPossible):
            queries.scope_of("64.71", *wrong)
    with pytest.raises(NotFound):
        queries.scope_of("64.99", at, at + HOUR)


@pytest.mark.django_db
def test_the_pages(town: Town, areas: None, client: Client, at: datetime) -> None:
    _week(town, at)
    client.force_login(User.objects.get(pk=town.secretary.user_id))
    where = f"/evaluasi?region=64.71&first={at:%Y-%m-%d}&last={at + timedelta(days=1):%Y-%m-%d}"
    page = client.get(where).content.decode()
    assert "10 menit" in page and "1 dari semua laporan (2)" in page and "Cetak angka" in page
    said = {
        "region": "64.71",
        "first": f"{at:%Y-%m-%d}",
        "last": f"{at + timedelta(days=1):%Y-%m-%d}",
        "head": Block.objects.latest("pk").hash,
    }
    assert client.post("/evaluasi", said).status_code == 302
    row = PrintedFigure.objects.get(definition="heard_median")
    page = client.get(f"/evaluasi/angka/{row.code}").content.decode()
    assert row.digest in page and "sama sampai baris terakhir" in page
    assert client.get(f"/evaluasi/angka/{row.code}?banding={row.code}").status_code == 200
    assert client.get("/evaluasi?region=64.71&first=2020-12-03&last=2020-12-01").status_code == 422
    assert client.get("/evaluasi/angka/ANG-0000000").status_code == 404
    api = client.get("/api/v1/figures", {"region": "64.71", "start": at.isoformat(), "end": (at + HOUR).isoformat()})
    assert api.status_code == 200 and {f["definition"] for f in api.json()} >= {"reports", "on_time"}
    body = {"figures": ["reports"], "region": "64.71", "start": at.isoformat(), "end": (at + HOUR).isoformat()}
    made = client.post("/api/v1/figures/certificates", json.dumps(body), content_type="application/json")
    assert made.status_code == 201
    checked = client.get(f"/api/v1/figures/certificates/{made.json()[0]['code']}").json()
    assert checked["holds"] and checked["certificate"]["digest"] == made.json()[0]["digest"]
