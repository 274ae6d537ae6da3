"""Figures that come out again: real incidents and the exercise's week, every figure verified; one line altered and it is named.

Then a long random ledger, asked again at a thousand of its instants; and what one reading costs at a hundred thousand incidents.
"""

from __future__ import annotations

import random
import resource
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from tests.proofs.house import House, Verdict, both, house
from tests.proofs.proof_cvew import source

TITLE = "Figures with a birth certificate"
INSTANTS = {False: 1000, True: 20}
INCIDENTS = {False: 100_000, True: 2_000}
TOWNS = ("64.71", "64.72", "64.02", "64.74")


def prove(reduced: bool) -> Verdict:
    if not source().exists():
        verdict = Verdict()
        verdict.demand(False, f"REAL DATA ABSENT: {source()}")
        return verdict
    return both("figures", reduced)


def run(kind: str, reduced: bool) -> Verdict:
    verdict = Verdict()
    with house(kind, web=False, worker=False) as found:
        _golden(found, verdict)
        _as_known(verdict, INSTANTS[reduced])
        _cost(verdict, INCIDENTS[reduced])
        _alter(found, verdict)
    return verdict


def _seal() -> None:
    from kondusif.ledger.jobs import seal_lines

    while seal_lines():
        pass


def _golden(found: House, verdict: Verdict) -> None:
    from django.db.models import Case, F, When

    from kondusif.meetings.figures import actions, queries
    from kondusif.meetings.figures.rules import CURRENT
    from kondusif.meetings.models import PrintedFigure
    from kondusif.response.models import Incident
    from kondusif.site.exercise import load
    from kondusif.teams.queries import OPERATOR

    load()
    imported = found.command("incidents", "import", str(source()), "--profile", "cvew-2021").stdout
    _seal()
    codes = [d.code for d in CURRENT.values() if not d.guarded]
    week = (datetime(2020, 11, 29, 16, tzinfo=UTC), datetime(2020, 12, 2, 16, tzinfo=UTC))
    for region, period in (
        ("", (datetime(2020, 6, 1, tzinfo=UTC), datetime(2022, 3, 1, tzinfo=UTC))),
        ("64", week),
        ("64.71", week),
        ("64.72", week),
        ("64.02", week),
    ):
        actions.print_figures(codes, queries.scope_of(region, *period), by=OPERATOR, at=week[1])
    _seal()
    everywhere = PrintedFigure.objects.get(definition="incidents", region="")
    verdict.figure(
        "incidents counted, imported ones and the exercise's",
        f"{everywhere.value} ({imported.splitlines()[1].strip()})",
    )
    rows = Incident.objects.filter(restricted=False).annotate(
        began=Case(When(origin="import", then=F("occurred_at")), default=F("opened_at"))
    )
    inside = rows.filter(began__gte=everywhere.starts_at, began__lt=everywhere.ends_at).count()
    verdict.figure("the same, counted in the table of incidents", f"{inside} of {rows.count()} lie in the period")
    verdict.demand(everywhere.value == inside, f"{everywhere.value} incidents, not {inside}")
    for name in ("heard_median", "acted_p90", "settled", "on_time"):
        row = PrintedFigure.objects.get(definition=name, region="64")
        verdict.figure(f"East Kalimantan, the exercise's week: {name}", f"{row.value} ({row.n} of {row.of})")
        verdict.demand(row.of > 0, f"{name} has no denominator")
    holds = found.command("figure", "verify", "--all", check=False)
    verdict.figure("verified", holds.stdout.splitlines()[-1])
    verdict.demand(holds.returncode == 0, "a figure does not come out")


def _alter(found: House, verdict: Verdict) -> None:
    """One line changed behind the platform's back: the seal breaks, and the figures made of that line are named."""
    from django.db import connection

    from kondusif.ledger.models import Line

    line = Line.objects.filter(verb="report.taken", region__startswith="64.71").earliest("pk")
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER ledger_line_no_update")
        else:
            cursor.execute("ALTER TABLE ledger_line DISABLE TRIGGER ALL")
        moved = connection.ops.adapt_datetimefield_value(line.at + timedelta(hours=3))
        cursor.execute("UPDATE ledger_line SET at = %s WHERE id = %s", [moved, line.pk])
    after = found.command("figure", "verify", "--all", check=False)
    named = [x.strip() for x in after.stdout.splitlines() if "tidak keluar lagi" in x]
    seals = {x.strip() for x in after.stdout.splitlines() if x.strip().startswith("Segel nomor")}
    verdict.figure("one instant altered: figures that no longer come out, broken seals", f"{len(named)}, {len(seals)}")
    verdict.figure("the first of them", named[0] if named else "none")
    verdict.demand(after.returncode == 1 and len(seals) == 1 and bool(named), "an altered line was not noticed")
    verdict.demand(all("dibaca" in n or "read" in n for n in named), "a figure that does not use the line was accused")


def _lines(rng: random.Random, count: int) -> Iterator[tuple[str, str, str, dict[str, object]]]:
    """Verb, subject, region, detail of a life: reports come, are heard, linked, become matters that end and come back."""
    known: list[int] = []
    for number in range(count):
        step = rng.random()
        if step < 0.4 or not known:
            known.append(number)
            yield (
                "report.received",
                f"report:{number}",
                TOWNS[number % 4],
                {"channel": rng.choice(["web", "phone", "sms"])},
            )
            continue
        which = rng.choice(known[-200:])
        region = TOWNS[which % 4]
        verb, detail = rng.choice([
            ("report.taken", {}), ("report.verified", {}), ("report.escalated", {}), ("report.linked", {"incident": f"incident:{which}"}),
            ("incident.opened", {"severity": "S3", "snpk": "pemilihan"}), ("incident.noted", {}), ("incident.escalated", {}),
            ("incident.closed", {}), ("incident.reopened", {}), ("task.assigned", {"task": which, "agency": which % 5}),
            ("task.accepted", {"task": which, "agency": which % 5}),
        ])  # fmt: skip
        kind = "report" if verb.startswith("report") else "incident"
        yield verb, f"{kind}:{which}", region, dict(detail)


def _write(
    lines: Iterator[tuple[str, str, str, dict[str, object]]], began: datetime, step: timedelta, batch: int
) -> Iterator[datetime]:
    """Record lines in batches, each sealed after it; the instant of each batch's last line."""
    from django.db import transaction

    from kondusif.ledger.actions import NewLine, record_many
    from kondusif.ledger.actor import CITIZEN
    from kondusif.teams.queries import OPERATOR

    officer = type(OPERATOR)("user:1", "Petugas piket")
    at, rows = began, []
    for verb, subject, region, detail in lines:
        at += step
        rows.append(NewLine(verb, subject, region, CITIZEN if verb == "report.received" else officer, at, detail))
        if len(rows) == batch:
            with transaction.atomic():
                record_many(rows)
            rows = []
            yield at
    if rows:
        with transaction.atomic():
            record_many(rows)
        yield at


def _as_known(verdict: Verdict, instants: int) -> None:
    from kondusif.meetings.figures import queries
    from kondusif.meetings.figures.rules import CURRENT

    began = datetime(2020, 11, 1, tzinfo=UTC)
    scope = queries.scope_of("64", began, began + timedelta(days=40))

    def answers(head_line: int) -> dict[str, str]:
        known = queries.known_up_to(head_line)
        return {code: f"{(f := d.find(known, scope)).value} {f.n}/{f.of} {f.digest}" for code, d in CURRENT.items()}

    rng = random.Random(2012)
    then: dict[datetime, dict[str, str]] = {}
    for _ in _write(_lines(rng, instants * 12), began, timedelta(seconds=97), 12):
        _seal()
        head = queries.head_at()
        then[head.sealed_at] = answers(head.last_line)
    wrong = sum(answers(queries.head_at(known_at).last_line) != said for known_at, said in then.items())
    verdict.figure("instants of a random ledger asked again once it had grown", len(then))
    verdict.figure("answers that differed by a single bit", wrong)
    verdict.demand(wrong == 0, f"{wrong} answers changed")
    verdict.demand(len(then) >= instants * 0.99, "too few instants")


def _cost(verdict: Verdict, incidents: int) -> None:
    from kondusif.ledger.models import Line
    from kondusif.meetings.figures import queries
    from kondusif.meetings.figures.rules import CURRENT

    def lives() -> Iterator[tuple[str, str, str, dict[str, object]]]:
        for n in range(incidents):
            region, task = TOWNS[n % 4], {"task": n, "agency": n % 40}
            yield "report.received", f"report:c{n}", region, {"channel": "web"}
            yield "report.taken", f"report:c{n}", region, {}
            yield "report.verified", f"report:c{n}", region, {}
            yield "report.linked", f"report:c{n}", region, {"incident": f"incident:c{n}"}
            yield "incident.opened", f"incident:c{n}", region, {"severity": "S3", "snpk": "pemilihan"}
            yield "task.assigned", f"incident:c{n}", region, task
            yield "task.accepted", f"incident:c{n}", region, task
            yield "incident.closed", f"incident:c{n}", region, {}

    began = datetime(2015, 1, 1, tzinfo=UTC)
    already = Line.objects.count()
    for _ in _write(lives(), began, timedelta(seconds=1), 4000):
        pass
    _seal()
    scope = queries.scope_of("64", began, began + timedelta(days=30))
    head = queries.head_at()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    known = queries.known_up_to(head.last_line)
    read = time.process_time() - start
    start = time.process_time()
    found = {code: d.find(known, scope) for code, d in CURRENT.items()}
    counted = time.process_time() - start
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    verdict.figure(
        "incidents, ledger lines", f"{incidents}, {Line.objects.count() - already} (beside {already} others)"
    )
    verdict.figure("one reading, all figures after it", f"{read:.1f} CPU-s, {counted:.1f} CPU-s, {memory:.0f} MB")
    verdict.demand(found["incidents"].value == incidents, "an incident was not counted")
