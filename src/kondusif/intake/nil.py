"""Laporan nihil: the watch of a region says that nothing happened, and where it looked. Silence says nothing at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Count
from django.db.models.functions import Substr
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kondusif.intake import rules
from kondusif.intake.models import NilReport, Report
from kondusif.ledger.actions import record
from kondusif.ledger.actor import Actor, check_permitted
from kondusif.ledger.errors import NotFound, Refusal
from kondusif.ledger.queries import region_filter
from kondusif.regions.queries import exists

FILE = "nil.file"


class NotNil(Refusal):
    code = "not-nil"
    status = 409
    what = _("Hari ini sudah ada laporan dari daerah ini, jadi tidak nihil.")
    do = _("Tindak lanjuti laporannya; papan sudah mencatat bahwa daerah ini melapor.")


class NoSource(Refusal):
    code = "nil-without-source"
    status = 422
    what = _("Sebutkan sumber yang sudah ditanyai.")
    do = _("Pilih sedikitnya satu sumber: nihil berarti sudah dicari dan tidak ada.")

    def __init__(self) -> None:
        super().__init__(field="sources")


class DayOutOfRange(Refusal):
    code = "day-out-of-range"
    status = 422
    what = _("Tanggal itu di luar jangkauan.")
    do = _("Pilih tanggal antara tahun 2000 dan 2100.")

    def __init__(self) -> None:
        super().__init__(field="day")


def check_day(day: date) -> None:
    """A day whose beginning and end are instants in every zone."""
    if not 2000 <= day.year <= 2100:
        raise DayOutOfRange


def day_of(at: datetime) -> date:
    """The day of an instant where the house stands (WITA)."""
    return timezone.localtime(at).date()


def day_bounds(day: date) -> tuple[datetime, datetime]:
    start = datetime(day.year, day.month, day.day, tzinfo=timezone.get_default_timezone())
    return start, start + timedelta(days=1)


def file_nil(
    region: str, sources: Sequence[str], *, by: Actor, at: datetime, said_at: datetime | None = None
) -> NilReport:
    """File the day's nil report of a kab/kota or kecamatan, or add sources to it. Filing the same again changes nothing.

    A word that waited for a signal (`said_at`) speaks for the day on which it was said, never for the day it came in.
    """
    check_permitted(by, FILE, region)
    if region.count(".") not in {1, 2} or not exists(region):
        raise NotFound
    named = rules.nil_sources(sources)
    if not named:
        raise NoSource
    day = day_of(said_at or at)
    with transaction.atomic():
        if _reports(day, [region])[region]:
            raise NotNil
        row, made = NilReport.objects.select_for_update().get_or_create(
            region=region,
            day=day,
            defaults={"sources": named, "filed_by": by.id, "filed_label": by.label, "filed_at": at},
        )
        more = [s for s in named if s not in row.sources]
        if not made and not more:
            return row
        if more:
            row.sources = rules.nil_sources([*row.sources, *more])
            row.save(update_fields=["sources"])
        record(
            "nil.filed" if made else "nil.amended",
            subject=f"nil:{region}:{day.isoformat()}",
            region=region,
            by=by,
            at=at,
            detail={"sources": row.sources},
        )
    return row


@dataclass(frozen=True)
class DayReport:
    """Whether a region has spoken on a day: `reported`, `nil` or `missing` (`rules.DAY_STATES`)."""

    region: str
    state: str
    sources: tuple[str, ...] = ()
    filed_label: str = ""
    filed_at: datetime | None = None


def day_reports(regions: Sequence[str], *, day: date) -> dict[str, DayReport]:
    """What each kab/kota or kecamatan said on a day; two queries however many. The caller asks only for what may be seen.

    A nil report of a kecamatan speaks for itself alone. Reports about officials are the province's, and count for nobody.
    """
    check_day(day)
    reports = _reports(day, regions)
    filed = {row.region: row for row in NilReport.objects.filter(day=day, region__in=list(regions))}
    found = {}
    for region in regions:
        row = filed.get(region)
        state = rules.day_state(reports[region], filed=row is not None)
        if row is None:
            found[region] = DayReport(region, state)
        else:
            found[region] = DayReport(region, state, tuple(row.sources), row.filed_label, row.filed_at)
    return found


def may_file(actor: Actor, regions: Sequence[str]) -> list[str]:
    """Those of the regions whose nil report the actor may file."""
    return [region for region in regions if actor.permits(FILE, region)]


def _reports(day: date, regions: Sequence[str]) -> Counter[str]:
    start, end = day_bounds(day)
    rows = Report.objects.filter(
        region_filter(tuple(regions)), restricted=False, received_at__gte=start, received_at__lt=end
    )
    found: Counter[str] = Counter()
    for length in {len(region) for region in regions}:
        counted = rows.annotate(within=Substr("region", 1, length)).values("within").annotate(n=Count("pk")).order_by()
        found.update({r["within"]: r["n"] for r in counted if len(r["within"]) == length})
    return found
