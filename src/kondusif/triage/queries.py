"""Read the desk: the list, one report with all around it, and what must never exist (unowned reports)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Concat

from kondusif.clock.models import Deadline
from kondusif.clock.queries import Waiting, waiting
from kondusif.intake.models import Attachment, Letter, Report, Similar
from kondusif.intake.queries import report_for, visible_to
from kondusif.ledger.actor import Actor
from kondusif.ledger.queries import Entry, history, keys_kept_from
from kondusif.teams.models import Agency
from kondusif.teams.queries import agencies_for
from kondusif.triage import rules
from kondusif.triage.models import Assessment, Merge, Referral, Verdict
from kondusif.triage.suggest import Guess, guess

PAGE = 50


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; '' is everything. `state` "open" is whatever still owes something."""

    state: str = "open"
    region: str = ""
    channel: str = ""
    severity: str = ""
    words: str = ""


@dataclass(frozen=True)
class Row:
    """One line of the list. `severity` is a person's, `guess` the machine's where no person has spoken."""

    code: str
    state: str
    region: str
    channel: str
    words: str
    severity: str
    guess: Guess
    received_at: datetime
    restricted: bool
    handler: str
    due: Waiting | None
    similar: int
    joined: int
    version: int


def _wanted(actor: Actor, filters: Filters) -> QuerySet[Report]:
    rows = visible_to(actor)
    if filters.state == "open":
        rows = rows.filter(state__in=rules.OPEN)
    elif filters.state:
        rows = rows.filter(state=filters.state)
    if filters.region:
        rows = rows.filter(Q(region=filters.region) | Q(region__startswith=filters.region + "."))
    if filters.channel:
        rows = rows.filter(channel=filters.channel)
    if filters.severity:
        rows = rows.filter(severity=filters.severity)
    if filters.words:
        rows = rows.filter(
            Q(text__icontains=filters.words) | Q(code__iexact=filters.words) | Q(place_text__icontains=filters.words)
        )
    return rows


def count(actor: Actor, filters: Filters = Filters()) -> int:
    return _wanted(actor, filters).count()


def listed(actor: Actor, filters: Filters, *, at: datetime, page: int = 1, size: int = PAGE) -> list[Row]:
    """One page, whoever is threatened first, then by the next instant. The number of queries does not grow with the rows."""
    due = (
        Deadline.objects.filter(subject=Concat(Value("report:"), OuterRef("code")), met_at=None)
        .order_by("due_at")
        .values("due_at")
    )
    urgent = Case(
        When(severity="S1", then=0), When(threatened="yes", severity="", then=0), default=1, output_field=IntegerField()
    )
    start = (max(page, 1) - 1) * size
    rows = list(
        _wanted(actor, filters)
        .annotate(next_due=Subquery(due[:1]), urgent=urgent)
        .order_by("urgent", F("next_due").asc(nulls_last=True), "-received_at", "pk")[start : start + size]
    )
    return _rows(rows, actor, at=at)


@dataclass(frozen=True)
class Newcomer:
    """A report that has just come in and waits on another page of the list."""

    code: str
    region: str
    words: str
    received_at: datetime


NEW_FOR = timedelta(hours=1)
MOST_NEW = 3


def newcomers(actor: Actor, filters: Filters, shown: Iterable[str], *, at: datetime) -> list[Newcomer]:
    """The newest reports that are not among the shown: in a long queue what is not urgent comes in on a later page."""
    rows = _wanted(actor, filters).filter(received_at__gt=at - NEW_FOR).order_by("-received_at", "-pk")[:MOST_NEW]
    known = set(shown)
    return [Newcomer(r.code, r.region, first_words(r.text), r.received_at) for r in rows if r.code not in known]


def after(actor: Actor, filters: Filters, *, at: datetime, cursor: int, size: int = PAGE) -> list[tuple[int, Row]]:
    """One page for machines, oldest first, after an id."""
    rows = list(_wanted(actor, filters).filter(pk__gt=cursor).order_by("pk")[:size])
    return list(zip((r.pk for r in rows), _rows(rows, actor, at=at), strict=True))


def _rows(rows: Sequence[Report], actor: Actor, *, at: datetime) -> list[Row]:
    due = waiting(r.subject for r in rows)
    similar = _similar_counts(rows, actor)
    joined = dict(
        Merge.objects.filter(primary__in=rows, undone_at=None)
        .values_list("primary")
        .annotate(n=Count("pk"))
        .values_list("primary", "n")
    )
    return [
        Row(
            r.code, r.state, r.region, r.channel, first_words(r.text), r.severity, guess(r.text, threatened=r.threatened), r.received_at,
            r.restricted, r.handler_label if present(r, at=at) else "", due.get(r.subject), similar.get(r.pk, 0), joined.get(r.pk, 0), r.version,
        )
        for r in rows
    ]  # fmt: skip


def first_words(text: str, most: int = 110) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rsplit(" ", 1)[0] + "…"


def present(report: Report, *, at: datetime) -> bool:
    return bool(report.handler) and report.handler_until is not None and report.handler_until > at


def _similar_counts(rows: Iterable[Report], actor: Actor) -> dict[int, int]:
    """Probable duplicates of each report that the actor may see and that are not joined already."""
    ids = {r.pk for r in rows}
    seen = visible_to(actor).values("pk")
    pairs = Similar.objects.filter(Q(report__in=ids) | Q(other__in=ids), report__in=seen, other__in=seen)
    either = Q(joined=OuterRef("report")) | Q(joined=OuterRef("other"))
    apart = ~Exists(Merge.objects.filter(either, undone_at=None))
    found: dict[int, int] = {}
    for a, b in pairs.filter(apart).values_list("report", "other"):
        for one in {a, b} & ids:
            found[one] = found.get(one, 0) + 1
    return found


@dataclass(frozen=True)
class Likely:
    """A report that may tell of the same matter."""

    report: Report
    metres: int | None
    minutes: int
    likeness: int


@dataclass(frozen=True)
class Sheet:
    """Everything on the page of one report, for one reader."""

    report: Report
    guess: Guess
    assessment: Assessment | None
    verdicts: list[Verdict]
    attachments: list[Attachment]
    letters: list[Letter]
    similar: list[Likely]
    joined: list[Merge]
    primary: Report | None
    referrals: list[Referral]
    due: list[Waiting]
    history: list[Entry]
    present: bool
    agencies: list[Agency] = field(default_factory=list)


def sheet(code: str, actor: Actor, *, at: datetime) -> Sheet:
    report = report_for(code, actor)
    under = (
        Merge.objects.filter(joined=report, undone_at=None, primary__in=visible_to(actor))
        .select_related("primary")
        .first()
    )
    return Sheet(
        report=report,
        guess=guess(report.text, threatened=report.threatened),
        assessment=Assessment.objects.filter(report=report).first(),
        verdicts=list(Verdict.objects.filter(report=report).order_by("-pk")),
        attachments=list(Attachment.objects.filter(report=report).order_by("pk")),
        letters=list(Letter.objects.filter(report=report).order_by("at", "pk")),
        similar=likely(report, actor),
        joined=list(Merge.objects.filter(primary=report, undone_at=None).select_related("joined").order_by("pk")),
        primary=under.primary if under else None,
        referrals=list(Referral.objects.filter(report=report).select_related("agency").order_by("-pk")),
        due=duties(report.subject),
        history=history(actor, [report.subject], limit=100),
        present=present(report, at=at),
        agencies=agencies_for(report.region),
    )


def duties(subject: str) -> list[Waiting]:
    """All unmet duties of a subject, the earliest first: a missed one stands beside its repetition."""
    rows = Deadline.objects.filter(subject=subject, met_at=None).order_by("due_at", "pk")
    return [Waiting(r.duty, r.subject, r.region, r.owner, r.level, r.set_at, r.due_at) for r in rows]


def likely(report: Report, actor: Actor) -> list[Likely]:
    """Probable duplicates the reader may see, the likest first, without those joined already."""
    pairs = (
        Similar.objects.filter(Q(report=report) | Q(other=report))
        .select_related("report", "other")
        .order_by("-likeness", "pk")
    )
    seen = set(
        visible_to(actor)
        .filter(pk__in=[p.other_id if p.report_id == report.pk else p.report_id for p in pairs])
        .values_list("pk", flat=True)
    )
    joined = set(Merge.objects.filter(joined__in=seen, undone_at=None).values_list("joined", flat=True))
    found = []
    for pair in pairs:
        other = pair.other if pair.report_id == report.pk else pair.report
        if other.pk in seen - joined:
            found.append(Likely(other, pair.metres, pair.minutes, pair.likeness))
    return found


def referred_to(actor: Actor) -> list[Referral]:
    """Referrals that wait for the actor's agencies."""
    if not actor.anywhere("task.answer"):
        return []
    rows = Referral.objects.filter(agency__in=actor.agencies, answered_at=None)
    rows = rows.exclude(report__code__in=keys_kept_from(actor, "report")) if actor.kept_from else rows
    return list(rows.select_related("report", "agency").order_by("at"))


def unowned(at: datetime) -> list[str]:
    """Open reports without a duty that has an owner and is still to fire. Must be empty after every act.

    A fired duty that nobody met is always accompanied by such a newer one: that is the same condition.
    """
    next_one = Deadline.objects.filter(
        subject=Concat(Value("report:"), OuterRef("code")), met_at=None, fired_at=None
    ).exclude(owner="")
    rows = Report.objects.filter(state__in=rules.OPEN).filter(~Exists(next_one))
    return [f"report:{code}" for code in rows.order_by("pk").values_list("code", flat=True)]
