"""Masa normal and Masa siaga: which hours a region keeps, by decree; the days its offices are shut.

Public holidays come from the `holidays` package (its Indonesian calendar, from the yearly joint decree of three ministers).
Joint leave (cuti bersama) is decreed late and changed often: it is entered here, with the decree's number, and outdoes the package.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kondusif.ledger.actions import record
from kondusif.ledger.actor import Actor, check_permitted, within
from kondusif.ledger.errors import NotFound, Refusal
from kondusif.regions.queries import exists
from kondusif.teams.hours import OPENS, SHUTS, Hours
from kondusif.teams.models import AlertPeriod, DayRule, OfficeHours
from kondusif.teams.queries import ancestors

SET, MANAGE = "alert.set", "hours.manage"
ALWAYS = frozenset({"S1", "S2"})
SOURCE = "holidays (PyPI), ID"


class PeriodNotPossible(Refusal):
    code = "alert-period"
    status = 422
    what = _("Masa siaga perlu nomor dan tanggal keputusan, dan harus berakhir sesudah mulai.")
    do = _("Periksa nomor keputusan dan kedua waktunya.")


class PeriodOver(Refusal):
    code = "alert-period-over"
    status = 409
    what = _("Masa siaga ini sudah berakhir.")
    do = _("Muat ulang halaman untuk melihat yang masih berlaku.")


class HoursNotPossible(Refusal):
    code = "office-hours"
    status = 422
    what = _("Jam kantor harus tutup sesudah buka.")
    do = _("Periksa kedua jamnya.")


class DayNotPossible(Refusal):
    code = "day-rule"
    status = 422
    what = _("Hari itu perlu nama dan nomor keputusan.")
    do = _("Isi keduanya; cuti bersama ditetapkan dengan keputusan bersama menteri.")


def _checked(region: str) -> None:
    if not exists(region):
        raise NotFound


def set_alert(
    region: str, *, decree_number: str, decree_date: date, starts_at: datetime, ends_at: datetime, by: Actor, at: datetime,
    below: bool = True,
) -> AlertPeriod:  # fmt: skip
    """Put a region, or all below it too, in Masa siaga for a time. Clocks that begin after this reckon with it."""
    check_permitted(by, SET, region)
    _checked(region)
    number = " ".join(decree_number.split())
    if not number or len(number) > 80 or ends_at <= starts_at or ends_at <= at:
        raise PeriodNotPossible(field="ends_at" if number else "decree_number")
    with transaction.atomic():
        row, made = AlertPeriod.objects.get_or_create(
            region=region, decree_number=number, starts_at=starts_at, ends_at=ends_at,
            defaults={"decree_date": decree_date, "below": below, "set_by": by.id, "set_at": at},
        )  # fmt: skip
        if made:
            detail = {"below": below, "from": starts_at.isoformat(), "to": ends_at.isoformat(), "decree": number}
            record("alert.set", subject=f"alert:{row.pk}", region=region, by=by, at=at, detail=detail)
    return row


def end_alert(pk: int, *, by: Actor, at: datetime) -> AlertPeriod:
    """End a period early, or take one back that has not begun."""
    with transaction.atomic():
        row = AlertPeriod.objects.select_for_update().filter(pk=pk).first()
        if row is None:
            raise NotFound
        check_permitted(by, SET, row.region)
        if row.ends_at <= at:
            raise PeriodOver
        row.ends_at, row.ended_by = max(row.starts_at, at), by.id
        row.save(update_fields=["ends_at", "ended_by"])
        record("alert.ended", subject=f"alert:{pk}", region=row.region, by=by, at=at)
    return row


def set_office_hours(region: str, *, opens: time, shuts: time, by: Actor, at: datetime) -> None:
    check_permitted(by, MANAGE, region)
    _checked(region)
    if shuts <= opens:
        raise HoursNotPossible(field="shuts")
    with transaction.atomic():
        OfficeHours.objects.update_or_create(region=region, defaults={"opens": opens, "shuts": shuts})
        detail = {"opens": opens.isoformat("minutes"), "shuts": shuts.isoformat("minutes")}
        record("hours.set", subject=f"hours:{region}", region=region, by=by, at=at, detail=detail)


def set_day(day: date, *, works: bool, name: str, decree_number: str, by: Actor, at: datetime) -> DayRule:
    """Joint leave, or a public holiday that was moved and is worked. For every region this server serves."""
    check_permitted(by, MANAGE, str(settings.PROVINCE))
    name, number = " ".join(name.split())[:80], " ".join(decree_number.split())[:80]
    if not name or not number:
        raise DayNotPossible(field="decree_number" if name else "name")
    with transaction.atomic():
        row, _made = DayRule.objects.update_or_create(
            day=day, defaults={"works": works, "name": name, "decree_number": number}
        )
        _day_line("day.set", day, by=by, at=at, works=works, decree=number)
    return row


def drop_day(day: date, *, by: Actor, at: datetime) -> None:
    check_permitted(by, MANAGE, str(settings.PROVINCE))
    with transaction.atomic():
        if not DayRule.objects.filter(day=day).delete()[0]:
            raise NotFound
        _day_line("day.dropped", day, by=by, at=at)


def _day_line(verb: str, day: date, *, by: Actor, at: datetime, **detail: object) -> None:
    record(verb, subject=f"day:{day.isoformat()}", region=str(settings.PROVINCE), by=by, at=at, detail=detail)


# --- reading ----------------------------------------------------------------------------------------------------------


@cache
def public_holidays(year: int) -> dict[date, str]:
    """National holidays of a year with their Indonesian names. The package is read at first need: it is slow to import."""
    import holidays

    return dict(holidays.country_holidays("ID", years=year, language="id", observed=False))


@dataclass(frozen=True)
class DayOff:
    day: date
    name: str
    decree_number: str = ""
    works: bool = False


def days_off(start: date, end: date) -> list[DayOff]:
    """Holidays and joint leave from `start` until before `end`, and the holidays that are worked after all."""
    found = {
        day: DayOff(day, name)
        for year in range(start.year, end.year + 1)
        for day, name in public_holidays(year).items()
    }
    for row in DayRule.objects.filter(day__gte=start, day__lt=end):
        found[row.day] = DayOff(row.day, row.name, row.decree_number, row.works)
    return [found[day] for day in sorted(found) if start <= day < end]


def applies(period: AlertPeriod, region: str) -> bool:
    return region == period.region or (period.below and within(region, period.region))


def alerts(*, at: datetime) -> list[AlertPeriod]:
    """Periods that hold or are to come, the first to begin first."""
    return list(AlertPeriod.objects.filter(ends_at__gt=at).order_by("starts_at", "pk"))


def alert_now(regions: Iterable[str], *, at: datetime) -> dict[str, AlertPeriod]:
    """The period that holds now in each of the regions that has one; the one that lasts longest."""
    rows = sorted((p for p in alerts(at=at) if p.starts_at <= at), key=lambda p: p.ends_at)
    return {region: p for region in regions for p in rows if applies(p, region)}


def office_hours(region: str) -> tuple[time, time]:
    levels = ancestors(region)
    rows = {r.region: (r.opens, r.shuts) for r in OfficeHours.objects.filter(region__in=levels)}
    return next((rows[level] for level in levels if level in rows), (OPENS, SHUTS))


def hours_of(region: str, *, at: datetime) -> Hours:
    """The calendar of a region from now on."""
    opens, shuts = office_hours(region)
    first = date(at.year, 1, 1)
    shut = frozenset(d.day for d in days_off(first, date(at.year + 2, 1, 1)) if not d.works)
    spans = tuple((p.starts_at, p.ends_at) for p in alerts(at=at) if applies(p, region))
    return Hours(opens, shuts, shut, spans)


def hours_for(severity: str, region: str, *, at: datetime) -> Hours:
    """The same, unless the severity never asks: S1 and S2 run day and night."""
    return Hours() if severity in ALWAYS else hours_of(region, at=at)
