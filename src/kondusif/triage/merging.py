"""Satukan laporan, and the way back: a join keeps every touched row as it was and restores it to the byte.

Only the joined report and its duties are touched; the primary is not. While joined, a report cannot be acted on, so
nothing it had can be lost between the two acts. What its reporter writes meanwhile is a row of its own and stays.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Field, Model
from django.utils.translation import gettext_lazy as _

from kondusif.clock.models import Deadline
from kondusif.intake.models import Report
from kondusif.ledger.actor import Actor
from kondusif.ledger.errors import MoveNotAllowed, Refusal
from kondusif.triage import rules
from kondusif.triage.desk import JoinedReport, joined_under, line, locked, move, nobody
from kondusif.triage.models import Merge, Referral

MERGE = "report.merge"


class MergeNotPossible(Refusal):
    code = "merge-not-possible"
    status = 409
    what = _("Kedua laporan ini tidak dapat disatukan.")
    do = _("Laporan yang sudah menjadi permasalahan, sedang dirujuk, atau sudah membawahi laporan lain dilepas dahulu.")


def merge(primary_code: str, joined_code: str, *, by: Actor, at: datetime, version: int | None = None) -> Merge:
    """Put report `joined` under report `primary` (or under the one that `primary` itself stands under)."""
    with transaction.atomic():
        rows = {code: locked(code, MERGE, by=by) for code in sorted({primary_code.upper(), joined_code.upper()})}
        joined = locked(joined_code, MERGE, by=by, version=version)
        primary = rows[primary_code.upper()]
        if (above := joined_under(primary)) is not None:
            primary = locked(above.primary.code, MERGE, by=by)
        _check(primary, joined)
        before = snapshot(joined)
        move(joined, "linked", by=by, at=at, **nobody())
        row = Merge.objects.create(primary=primary, joined=joined, before=before, by=by.id, at=at)
        line("report.merged", joined, by=by, at=at, detail={"primary": primary.subject})
    return row


def _check(primary: Report, joined: Report) -> None:
    if joined_under(joined) is not None:
        raise JoinedReport
    if (
        primary.pk == joined.pk
        or primary.restricted != joined.restricted
        or primary.state == "archived"
        or joined.state not in rules.JOINABLE
        or Merge.objects.filter(primary=joined, undone_at=None).exists()
        or Referral.objects.filter(report=joined, answered_at=None).exists()
    ):
        raise MergeNotPossible


# What a join touches; nothing else is kept or restored, so what is erased meanwhile for privacy stays erased.
_REPORT = ("state", "version", "handler", "handler_label", "handler_until")
_DUTY = ("met_at", "met_by")


def snapshot(report: Report) -> str:
    """The touched columns of the report and of its unmet duties, as text."""
    duties = Deadline.objects.filter(subject=report.subject, met_at=None).order_by("pk")
    kept = [[report.pk, _columns(report, _REPORT)], *([d.pk, _columns(d, _DUTY)] for d in duties)]
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def _field(model: type[Model], name: str) -> Field[Any, Any]:
    field = model._meta.get_field(name)
    assert isinstance(field, Field)
    return field


def _columns(row: Model, names: tuple[str, ...]) -> dict[str, str | None]:
    return {n: None if getattr(row, n) is None else _field(type(row), n).value_to_string(row) for n in names}


def _values(model: type[Model], kept: dict[str, str | None]) -> dict[str, Any]:
    return {n: None if text is None else _field(model, n).to_python(text) for n, text in kept.items()}


def unmerge(code: str, *, by: Actor, at: datetime) -> Report:
    """Take a report out again, exactly as it was before it was joined."""
    with transaction.atomic():
        report = locked(code, MERGE, by=by)
        row = Merge.objects.select_for_update().filter(joined=report, undone_at=None).first()
        if row is None:
            raise MoveNotAllowed
        take_apart(row, by=by, at=at)
        report.refresh_from_db()
        line("report.unmerged", report, by=by, at=at, detail={"primary": row.primary.subject})
    return report


def take_apart(row: Merge, *, by: Actor, at: datetime) -> None:
    """Restore inside another act, which writes the line."""
    (report, columns), *duties = json.loads(row.before)
    Report.objects.filter(pk=report).update(**_values(Report, columns))
    for pk, kept in duties:
        Deadline.objects.filter(pk=pk).update(**_values(Deadline, kept))
    row.undone_by, row.undone_at = by.id, at
    row.save(update_fields=["undone_by", "undone_at"])


def under(report: Report) -> list[Merge]:
    return list(Merge.objects.filter(primary=report, undone_at=None).select_related("joined").order_by("pk"))
