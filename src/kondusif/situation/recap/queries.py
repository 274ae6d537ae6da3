"""Count a period by region and kind, within the viewer's scope; and the rows of the SIPKS sheet. A fixed number of queries however long."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Substr, TruncDate
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from kondusif.intake import nil
from kondusif.intake.models import NilReport, Report
from kondusif.intake.queries import visible_to
from kondusif.ledger.actor import Actor
from kondusif.ledger.errors import NotPermitted, Refusal
from kondusif.ledger.queries import region_filter
from kondusif.regions.queries import name_of, short_name
from kondusif.response.models import Incident, IncidentReport, Party, Settlement, Task
from kondusif.response.queries import READ, incidents_for
from kondusif.response.rules import OUTCOMES, STAGES, STATES
from kondusif.situation import queries
from kondusif.situation.board import KABKOTA_LENGTH
from kondusif.situation.recap import rules
from kondusif.triage.categories import PASAL5, SNPK


class PeriodNotPossible(Refusal):
    code = "recap-period"
    status = 422
    what = _("Masa rekap ini tidak mungkin.")
    do = _("Pilih hari pertama yang sudah lewat dan hari terakhir sesudahnya, paling lama satu tahun.")

    def __init__(self) -> None:
        super().__init__(field="last")


@dataclass(frozen=True)
class Recap:
    first: date
    last: date
    places: tuple[rules.Place, ...]

    @property
    def words(self) -> str:
        return f"{date_format(self.first, 'j M Y')} – {date_format(self.last, 'j M Y')}"


def check_period(first: date, last: date, *, at: datetime) -> None:
    if not rules.period_ok(first, last, nil.day_of(at)):
        raise PeriodNotPossible


def check_reader(actor: Actor) -> None:
    if not (actor.anywhere("report.read") and actor.anywhere(READ)):
        raise NotPermitted


def recap(actor: Actor, first: date, last: date, *, at: datetime) -> Recap:
    """A period by kab/kota. What concerns officials is never in it, whoever counts; days to come are not days yet."""
    check_reader(actor)
    check_period(first, last, at=at)
    last = min(last, nil.day_of(at))
    codes = queries.visible_regions(actor, settings.PROVINCE)
    start, end = nil.day_bounds(first)[0], nil.day_bounds(last)[1]
    reports = visible_to(actor).filter(restricted=False, received_at__gte=start, received_at__lt=end)
    spoken = _days_with_reports(codes, start, end)
    said_nil = _nil_days(codes, first, last)
    states, kinds, opened = _states(reports), defaultdict(Counter), defaultdict(Counter)  # type: ignore[var-annotated]
    mine = counted(actor)
    fresh = mine.filter(opened_at__gte=start, opened_at__lt=end).annotate(kab=Substr("region", 1, KABKOTA_LENGTH))
    for kab, severity, kind, n in fresh.values_list("kab", "severity", "pasal5").annotate(n=Count("pk")).order_by():
        opened[kab][severity] += n
        kinds[kab][kind] += n
    closed = _by_kab(mine.filter(closed_at__gte=start, closed_at__lt=end))
    standing = _by_kab(mine.filter(opened_at__lt=end).filter(Q(closed_at=None) | Q(closed_at__gte=end)))
    places = []
    for code in codes:
        days = spoken[code]
        places.append(rules.Place(
            code, short_name(code), (last - first).days + 1, len(days), len(said_nil[code] - days), dict(states[code]),
            dict(opened[code]), closed[code], standing[code], dict(kinds[code]),
        ))  # fmt: skip
    return Recap(first, last, tuple(places))


def counted(actor: Actor) -> QuerySet[Incident]:
    """Incidents a recap counts: none about officials, no peaceful protest."""
    return incidents_for(actor).filter(restricted=False).exclude(acled=rules.NOT_COUNTED)


def _by_kab(rows: QuerySet[Incident]) -> Counter[str]:
    found = rows.annotate(kab=Substr("region", 1, KABKOTA_LENGTH)).values("kab").annotate(n=Count("pk")).order_by()
    return Counter({r["kab"]: r["n"] for r in found})


def _states(reports: QuerySet[Report]) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    rows = reports.annotate(kab=Substr("region", 1, KABKOTA_LENGTH)).values_list("kab", "state").annotate(n=Count("pk"))
    for kab, state, n in rows.order_by():
        found[kab][rules.OUTCOMES.get(state, "closed")] += n
    return found


def _days_with_reports(codes: Sequence[str], start: datetime, end: datetime) -> dict[str, set[date]]:
    """The days on which each kab/kota had a report: what the board said of them (`intake.nil.day_reports`)."""
    rows = Report.objects.filter(
        region_filter(tuple(codes)), restricted=False, received_at__gte=start, received_at__lt=end
    )
    days = TruncDate("received_at", tzinfo=timezone.get_default_timezone())
    found: dict[str, set[date]] = defaultdict(set)
    for kab, day in (
        rows.annotate(kab=Substr("region", 1, KABKOTA_LENGTH), day=days).values_list("kab", "day").distinct().order_by()
    ):
        found[kab].add(day)
    return found


def _nil_days(codes: Sequence[str], first: date, last: date) -> dict[str, set[date]]:
    found: dict[str, set[date]] = defaultdict(set)
    rows = NilReport.objects.filter(region__in=list(codes), day__gte=first, day__lte=last)
    for region, day in rows.values_list("region", "day"):
        found[region].add(day)
    return found


# --- the SIPKS sheet --------------------------------------------------------------------------------------------------


def sipks_rows(
    actor: Actor, first: date, last: date, columns: Sequence[Sequence[str]], *, at: datetime, limit: int | None = None
) -> list[list[str]]:
    """One row for each incident opened in the period, in the columns of the layout. What is not known says so."""
    check_period(first, last, at=at)
    start, end = nil.day_bounds(first)[0], nil.day_bounds(last)[1]
    found = counted(actor).filter(opened_at__gte=start, opened_at__lt=end).order_by("opened_at", "pk")
    rows = list(found[:limit] if limit else found)
    facts = _facts(rows)
    return [[_field(column[0], n, row, facts) for column in columns] for n, row in enumerate(rows, 1)]


def sipks_count(actor: Actor, first: date, last: date, *, at: datetime) -> int:
    check_period(first, last, at=at)
    start, end = nil.day_bounds(first)[0], nil.day_bounds(last)[1]
    return counted(actor).filter(opened_at__gte=start, opened_at__lt=end).count()


@dataclass(frozen=True)
class _Facts:
    parties: dict[int, list[str]]
    agencies: dict[int, list[str]]
    outcomes: dict[int, str]
    reports: dict[int, int]


def _facts(rows: Sequence[Incident]) -> _Facts:
    pks = [r.pk for r in rows]
    parties, agencies = defaultdict(list), defaultdict(dict)  # type: ignore[var-annotated]
    for party in Party.objects.filter(incident__in=pks).order_by("pk"):
        parties[party.incident_id].append(f"{party.role}: {party.interest}" if party.interest else party.role)
    for pk, name in (
        Task.objects.filter(incident__in=pks)
        .exclude(state="cancelled")
        .order_by("pk")
        .values_list("incident", "agency__name")
    ):
        agencies[pk][name] = None
    settled = Settlement.objects.filter(incident__in=pks, set_aside_at=None, confirmed_at__isnull=False)
    words = dict(OUTCOMES)
    outcomes = {pk: words[code] for pk, code in settled.values_list("incident", "outcome")}
    links = IncidentReport.objects.filter(incident__in=pks, unlinked_at=None, report__restricted=False)
    reports = dict(links.values_list("incident").annotate(n=Count("pk")).order_by())
    return _Facts(parties, {pk: list(names) for pk, names in agencies.items()}, outcomes, reports)


def _day(moment: datetime | None) -> str:
    return f"{timezone.localtime(moment):%d/%m/%Y}" if moment else rules.MISSING


def _field(code: str, n: int, row: Incident, facts: _Facts) -> str:
    parts = row.region.split(".")
    kab = ".".join(parts[:2]) if len(parts) > 1 else ""
    plain = {
        "number": str(n), "code": row.code, "title": row.title, "province": name_of(parts[0]), "blank": "",
        "kabkota": name_of(kab) if kab else "", "kabkota_code": kab, "kecamatan": name_of(".".join(parts[:3])) if len(parts) > 2 else "",
        "occurred": _day(row.occurred_at), "opened": _day(row.opened_at), "closed": _day(row.closed_at) if row.closed_at else "",
        "stage": dict(STAGES).get(row.stage, ""), "severity": row.severity, "pasal5": dict(PASAL5).get(row.pasal5, ""),
        "snpk": dict(SNPK).get(row.snpk, ""), "parties": "; ".join(facts.parties.get(row.pk, [])), "state": dict(STATES)[row.state],
        "agencies": ", ".join(facts.agencies.get(row.pk, [])), "outcome": facts.outcomes.get(row.pk, ""),
        "reports": str(facts.reports.get(row.pk, 0)),
    }  # fmt: skip
    found = plain[code]
    if found or code == "blank":
        return found
    return "belum" if code in {"closed", "outcome"} else rules.MISSING


def period_default(at: datetime) -> tuple[date, date]:
    """This month so far."""
    today = nil.day_of(at)
    return today - timedelta(days=today.day - 1), today
