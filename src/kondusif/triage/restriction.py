"""Menyangkut aparat/pejabat: out of the region's sight at once, into the hands of the provincial secretariat."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from kondusif.clock.actions import hand_over, meet
from kondusif.intake.dialogue import place_of, watch_of
from kondusif.intake.models import Report
from kondusif.ledger.actor import Actor, check_permitted
from kondusif.ledger.errors import MoveNotAllowed
from kondusif.teams.actions import Message, post
from kondusif.teams.queries import kabkota_of
from kondusif.triage import rules
from kondusif.triage.claims.actions import forget_report
from kondusif.triage.desk import line, locked, nobody, owe_now, save
from kondusif.triage.merging import take_apart, under
from kondusif.triage.models import Merge

RESTRICT = "report.triage"


def set_restricted(code: str, *, by: Actor, at: datetime, version: int | None = None) -> Report:
    """Restrict a report and those that stand under it; joins are taken apart first, each gets its own line."""
    with transaction.atomic():
        row = locked(code, RESTRICT, by=by, version=version)
        if row.restricted:
            raise MoveNotAllowed
        joins = [*under(row), *Merge.objects.filter(joined=row, undone_at=None)]
        for join in joins:
            take_apart(join, by=by, at=at)
        rows = list(
            Report.objects.select_for_update().filter(pk__in=[row.pk, *(j.joined_id for j in joins)]).order_by("pk")
        )
        for each in rows:
            _restrict(each, by=by, at=at)
    return next(each for each in rows if each.pk == row.pk)


def _restrict(row: Report, *, by: Actor, at: datetime) -> None:
    changes = {"restricted": True, **nobody()}
    if row.state == "linked":  # `response` takes it off its incident when it reads the line
        changes["state"] = "in_review"
    save(row, **changes)
    forget_report(row)
    hand_over(row.subject, region=kabkota_of(place_of(row)), owner=watch_of(row))
    if changes.get("state"):
        owe_now(row, at=at)
    line("report.restricted", row, by=by, at=at)
    post([Message(f"restricted:{row.code}:{row.version}", watch_of(row), f"Laporan {row.code} menyangkut aparat",
                  "Laporan ini hanya terlihat oleh sekretariat provinsi.", f"/laporan/{row.code}")], at=at)  # fmt: skip


def lift(code: str, *, by: Actor, at: datetime, version: int | None = None) -> Report:
    """It is not about officials after all: back to the region, as not yet weighed."""
    with transaction.atomic():
        row = locked(code, RESTRICT, by=by, version=version)
        check_permitted(by, "report.triage_restricted", place_of(row))
        if not row.restricted or row.state not in rules.OPEN - {"referred"}:
            raise MoveNotAllowed
        line("report.unrestricted", row, by=by, at=at)  # still a line of the secretariat alone
        meet(row.subject, by=by.id, at=at)
        save(row, restricted=False, state="in_review", **nobody())
        owe_now(row, at=at)
    return row
