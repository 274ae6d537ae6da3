"""Read claims, always through the viewer's scope; and what the public may read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from kondusif.clock.models import Deadline
from kondusif.clock.queries import Waiting, waiting
from kondusif.intake.models import Report
from kondusif.ledger.actor import Actor, within
from kondusif.ledger.errors import NotFound
from kondusif.ledger.queries import Entry, history, region_filter
from kondusif.regions.queries import short_name
from kondusif.teams.models import Duty
from kondusif.teams.queries import ancestors, current, kabkota_of, running
from kondusif.teams.rules import ROLES
from kondusif.triage.claims import rules
from kondusif.triage.claims.models import (
    Appeal,
    Claim,
    ClaimLink,
    ClaimReferral,
    ClaimVerdict,
    Counter,
    Evidence,
    Item,
    QuietPeriod,
)

READ = "claim.read"
PAGE = 50
MOST_OFFERED = 30
SHOWN_WITHDRAWN = timedelta(days=30)  # how long the public page says that something was withdrawn


def visible_to(actor: Actor) -> QuerySet[Claim]:
    return Claim.objects.filter(region_filter(actor.regions(READ)))


def claim_for(code: str, actor: Actor) -> Claim:
    row = visible_to(actor).filter(code=code.upper()).first()
    if row is None:
        raise NotFound
    return row


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; '' is everything. `state` "open" is whatever still owes something."""

    state: str = "open"
    region: str = ""
    topic: str = ""
    words: str = ""


@dataclass(frozen=True)
class Row:
    code: str
    title: str
    region: str
    topic: str
    state: str
    verdict: str
    recorded_at: datetime
    items: int
    due: Waiting | None
    version: int


@dataclass(frozen=True)
class Totals:
    """Over the claims a viewer may see: never mixed with incidents."""

    claims: int
    items: int
    outside: int  # items that another body found to be violations


def wanted(actor: Actor, filters: Filters) -> QuerySet[Claim]:
    rows = visible_to(actor)
    if filters.state == "open":
        rows = rows.filter(state__in=rules.OPEN)
    elif filters.state:
        rows = rows.filter(state=filters.state)
    if filters.region:
        rows = rows.filter(region_filter((filters.region,)))
    if filters.topic:
        rows = rows.filter(topic=filters.topic)
    if filters.words:
        rows = rows.filter(
            Q(title__icontains=filters.words) | Q(statement__icontains=filters.words) | Q(code__iexact=filters.words)
        )
    return rows


def listed(actor: Actor, filters: Filters, *, page: int = 1, size: int = PAGE) -> list[Row]:
    start = (max(page, 1) - 1) * size
    rows = list(wanted(actor, filters).annotate(n=Count("items")).order_by("-recorded_at", "-pk")[start : start + size])
    due = waiting(r.subject for r in rows)
    return [
        Row(r.code, r.title, r.region, r.topic, r.state, r.verdict, r.recorded_at, r.n, due.get(r.subject), r.version)
        for r in rows
    ]


def totals(actor: Actor) -> Totals:
    items = Item.objects.filter(claim__in=visible_to(actor))
    return Totals(visible_to(actor).count(), items.count(), items.filter(outside="confirmed").count())


@dataclass(frozen=True)
class Sheet:
    """Everything on the page of one claim, for one reader."""

    claim: Claim
    items: list[Item]
    evidence: list[Evidence]
    verdicts: list[ClaimVerdict]
    appeals: list[Appeal]
    appeal: Appeal | None
    draft: Counter | None
    public: Counter | None
    referrals: list[ClaimReferral]
    links: list[ClaimLink]
    due: list[Waiting]
    history: list[Entry]

    @property
    def shown_counters(self) -> list[Counter]:
        return [c for c in (self.draft, self.public) if c is not None]


def sheet(code: str, actor: Actor) -> Sheet:
    claim = claim_for(code, actor)
    appeals = list(Appeal.objects.filter(claim=claim).order_by("-pk"))
    counters = list(Counter.objects.filter(claim=claim, withdrawn_at=None).order_by("pk"))
    rows = Deadline.objects.filter(subject=claim.subject, met_at=None).order_by("due_at", "pk")
    return Sheet(
        claim=claim,
        items=list(Item.objects.filter(claim=claim).order_by("-seen_on", "-pk")),
        evidence=list(Evidence.objects.filter(claim=claim).order_by("pk")),
        verdicts=list(ClaimVerdict.objects.filter(claim=claim).order_by("-pk")),
        appeals=appeals,
        appeal=next((a for a in appeals if a.answer_id is None), None),
        draft=next((c for c in counters if c.published_at is None), None),
        public=next((c for c in counters if c.published_at is not None), None),
        referrals=list(ClaimReferral.objects.filter(claim=claim).order_by("-pk")),
        links=list(ClaimLink.objects.filter(claim=claim, ended_at=None).order_by("pk")),
        due=[Waiting(r.duty, r.subject, r.region, r.owner, r.level, r.set_at, r.due_at) for r in rows],
        history=history(actor, [claim.subject], limit=100),
    )


def role_of(by: Actor, permission: str, region: str, *, at: datetime) -> str:
    """The role in which somebody acts, with the team's place: what is printed instead of a name."""
    acting = by.stands_in(region)
    duties = Duty.objects.filter(current(at), user=by.user_id).order_by("pk") if by.user_id else []
    held = [d for d in duties if permission in ROLES[d.role].permissions and within(region, d.region)]
    if held:
        nearest = max(held, key=lambda d: len(d.region))
        return f"{ROLES[nearest.role].label}, Tim Terpadu {short_name(nearest.region)}"
    if acting is not None:
        return f"{acting.words}, Tim Terpadu {short_name(acting.region)}"
    return f"Tim Terpadu {short_name(kabkota_of(region))}"


def quiet_in(region: str, *, at: datetime) -> bool:
    """Whether masa tenang holds in the region, above it, or in a part of it: what is published there is read there."""
    rows = QuietPeriod.objects.filter(running(at)).values_list("region", flat=True)
    return any(within(region, row) or within(row, region) for row in rows)


@dataclass(frozen=True)
class Clarification:
    """What the public reads. `sources`: (name, date, address)."""

    code: str
    title: str
    body: str
    verdict: str
    role: str
    place: str
    published_at: datetime
    changed_at: datetime
    withdrawn: bool
    looked_at_again: bool
    sources: tuple[tuple[str, object, str], ...]


def published(*, at: datetime, code: str = "", limit: int = 200) -> list[Clarification]:
    """Counter-messages a second person has published, newest first; in masa tenang safety notices alone."""
    rows = Counter.objects.filter(published_at__isnull=False, published_at__lte=at).filter(
        Q(withdrawn_at=None) | Q(withdrawn_at__gt=at - SHOWN_WITHDRAWN)
    )
    if code:
        rows = rows.filter(claim__code=code.upper())
    quiet = list(QuietPeriod.objects.filter(running(at)).values_list("region", flat=True))
    chosen: dict[int, Counter] = {}
    for row in rows.select_related("claim", "verdict").order_by("-published_at", "-pk")[: 4 * limit]:
        hushed = any(within(row.claim.region, q) or within(q, row.claim.region) for q in quiet)
        if not (hushed and not row.safety):
            chosen.setdefault(row.claim_id, row)  # of one claim the newest alone
    found = list(chosen.values())[:limit]
    return [_clarification(row, _sources(found).get(row.claim_id, ())) for row in found]


def _sources(rows: list[Counter]) -> Mapping[int, tuple[tuple[str, object, str], ...]]:
    found: dict[int, list[tuple[str, object, str]]] = {}
    for e in Evidence.objects.filter(claim__in=[r.claim_id for r in rows], digest="").order_by("pk"):
        found.setdefault(e.claim_id, []).append((e.source, e.source_date, e.link))
    return {claim: tuple(sources) for claim, sources in found.items()}


def _clarification(row: Counter, sources: tuple[tuple[str, object, str], ...]) -> Clarification:
    assert row.published_at is not None
    gone = row.withdrawn_at is not None
    return Clarification(
        row.claim.code, row.title, "" if gone else row.body, row.verdict.kind, row.verdict.role, short_name(kabkota_of(row.claim.region)),
        row.published_at, row.withdrawn_at or row.published_at, gone, not gone and row.claim.state in {"open", "appealed"},
        () if gone else sources,
    )  # fmt: skip


def around(report: Report, actor: Actor) -> tuple[Claim | None, list[Claim]]:
    """The claim a report is an item of, where the reader may see it; and those it could become one of, newest first."""
    item = Item.objects.filter(report=report).select_related("claim").first()
    if item is not None:
        return (item.claim if actor.permits(READ, item.claim.region) else None), []
    scopes = [s for s in ancestors(report.region) if s and actor.permits("claim.record", s)]
    return None, list(Claim.objects.filter(region__in=scopes).order_by("-recorded_at", "-pk")[:MOST_OFFERED])


def holds_file(digest: str) -> bool:
    return Evidence.objects.filter(digest=digest).exists()


def beside(incident: str, actor: Actor) -> list[Claim]:
    """Claims put beside an incident, as far as the reader may see them."""
    return list(visible_to(actor).filter(links__incident=incident, links__ended_at=None).order_by("pk"))
