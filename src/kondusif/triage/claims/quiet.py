"""Masa tenang: a dated period in which nothing but safety notices is published."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kondusif.intake.rules import clean
from kondusif.ledger.actions import record
from kondusif.ledger.actor import Actor, check_permitted
from kondusif.ledger.errors import NotFound, Refusal
from kondusif.ledger.queries import region_filter
from kondusif.regions.queries import exists
from kondusif.triage.claims.models import QuietPeriod

SET = "hours.manage"
LONGEST = timedelta(days=31)


class QuietPeriodNotPossible(Refusal):
    code = "quiet-period-not-possible"
    status = 422
    what = _("Masa tenang ini tidak mungkin.")
    do = _("Isi daerah, dasar keputusannya, dan waktu selesai yang belum lewat, paling lama 31 hari dari mulai.")


def set_quiet(
    region: str, *, starts_at: datetime, ends_at: datetime, basis: str, by: Actor, at: datetime
) -> QuietPeriod:
    """Set masa tenang for a region and all below it, by a decision with its dates."""
    check_permitted(by, SET, region)
    basis = " ".join(clean(basis).split())
    known = bool(region) and region.count(".") <= 1 and exists(region)
    if not known or not basis or len(basis) > 120 or not starts_at < ends_at <= starts_at + LONGEST or ends_at <= at:
        raise QuietPeriodNotPossible
    with transaction.atomic():
        row = QuietPeriod.objects.create(
            region=region, starts_at=starts_at, ends_at=ends_at, basis=basis, set_by=by.id, set_at=at
        )
        detail = {"from": starts_at.isoformat(), "to": ends_at.isoformat()}
        record("quiet.set", subject=f"quiet:{row.pk}", region=region, by=by, at=at, detail=detail)
    return row


def end_quiet(pk: int, *, by: Actor, at: datetime) -> QuietPeriod:
    """End it before its time, or take back one that has not begun."""
    with transaction.atomic():
        row = QuietPeriod.objects.select_for_update().filter(pk=pk).first()
        if row is None:
            raise NotFound
        check_permitted(by, SET, row.region)
        if row.ends_at <= at:
            raise QuietPeriodNotPossible(_("Masa tenang ini sudah berakhir."))
        row.ends_at, row.ended_by = max(at, row.starts_at), by.id
        row.save(update_fields=["ends_at", "ended_by"])
        record("quiet.ended", subject=f"quiet:{row.pk}", region=row.region, by=by, at=at)
    return row


def seen(actor: Actor, *, at: datetime) -> list[QuietPeriod]:
    """Those now and to come in the actor's regions."""
    rows = QuietPeriod.objects.filter(region_filter(actor.regions("situation.read")), ends_at__gt=at)
    return list(rows.order_by("starts_at", "pk"))
