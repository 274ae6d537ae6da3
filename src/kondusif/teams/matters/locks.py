"""Keep a member or an agency out of one matter: asked for, confirmed by a second person, ended; or declared of oneself at once."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kondusif.ledger.actions import record
from kondusif.ledger.actor import Actor, check_permitted
from kondusif.ledger.errors import MoveNotAllowed, NotFound, NotPermitted, Refusal
from kondusif.ledger.queries import READ_RESTRICTED
from kondusif.teams.conflicts import LOCK
from kondusif.teams.matters import rules
from kondusif.teams.matters.models import MatterLock
from kondusif.teams.models import Agency, User
from kondusif.teams.resets import check_two_persons

_GROUNDS = frozenset(code for code, _words in rules.GROUNDS)
DECLARED = "declared"  # stands for the second person where somebody keeps themselves out


class MatterLockNotPossible(Refusal):
    code = "matter-lock-not-possible"
    status = 422
    what = _("Penguncian permasalahan ini tidak mungkin.")
    do = _(
        "Perlu satu anggota atau satu instansi, alasan dari daftar, dan waktu selesai paling lama setahun dari mulai."
    )


def ask(
    subject: str, *, region: str, restricted: bool, ground: str, starts_at: datetime, ends_at: datetime, by: Actor, at: datetime,
    user: User | None = None, agency: Agency | None = None,
) -> MatterLock:  # fmt: skip
    """Ask that somebody be kept out; the caller has found the matter in the asker's scope. Of oneself it holds at once."""
    mine = user is not None and user.pk == by.user_id
    if not mine:
        check_permitted(by, LOCK, region)
    if (user is None) == (agency is None) or ground not in _GROUNDS or not rules.dates_ok(starts_at, ends_at, at=at):
        raise MatterLockNotPossible
    with transaction.atomic():
        again = MatterLock.objects.filter(
            subject=subject, user=user, agency=agency, starts_at__lt=ends_at, ends_at__gt=starts_at
        )
        if again.exists():
            raise MatterLockNotPossible
        row = MatterLock.objects.create(
            subject=subject, region=region, restricted=restricted, user=user, agency=agency, ground=ground, starts_at=starts_at,
            ends_at=ends_at, asked_by=by.id, asked_label=by.label[:120], asked_at=at, confirmed_by=DECLARED if mine else "",
            confirmed_at=at if mine else None,
        )  # fmt: skip
        _line("matter.locked" if mine else "matter.lock_asked", row, by=by, at=at)
    return row


def _line(verb: str, row: MatterLock, *, by: Actor, at: datetime) -> None:
    """Two lines: of the matter, and of the member, whose live stream then opens anew without it."""
    whom = f"user:{row.user_id}" if row.user_id else f"agency:{row.agency_id}"
    record(verb, subject=row.subject, region=row.region, by=by, at=at, detail={"ground": row.ground, "whom": whom}, restricted=row.restricted)  # fmt: skip
    if verb != "matter.lock_asked":
        for member in _members(row):
            record(
                "member.scope_changed",
                subject=f"user:{member}",
                region=row.region,
                by=by,
                at=at,
                restricted=row.restricted,
            )


def _members(row: MatterLock) -> list[int]:
    if row.user_id:
        return [row.user_id]
    return sorted(set(User.objects.filter(duties__agency=row.agency_id).values_list("pk", flat=True)))


def _locked(pk: int, *, by: Actor) -> MatterLock:
    row = MatterLock.objects.select_for_update().filter(pk=pk).first()
    if row is None or not sees(row, by):
        raise NotFound
    return row


def sees(row: MatterLock, actor: Actor) -> bool:
    """Whoever may set one there, cleared where it is terbatas; never the one it is about."""
    if row.subject in actor.kept_from or not actor.permits(LOCK, row.region):
        return False
    return not row.restricted or actor.permits(READ_RESTRICTED, row.region)


def confirm(pk: int, *, by: Actor, at: datetime) -> MatterLock:
    with transaction.atomic():
        row = _locked(pk, by=by)
        if row.confirmed_at is not None or row.ends_at <= at:
            raise MoveNotAllowed
        if not may_confirm(row, by):
            raise NotPermitted
        check_two_persons(by, row.asked_by, at=at)
        row.confirmed_by, row.confirmed_at = by.id, at
        row.save(update_fields=["confirmed_by", "confirmed_at"])
        _line("matter.locked", row, by=by, at=at)
    return row


def may_confirm(row: MatterLock, actor: Actor) -> bool:
    return row.confirmed_at is None and rules.may_confirm(
        asked_by=row.asked_by, confirmer=actor.id, confirmer_user=actor.user_id, confirmer_agencies=actor.agencies,
        user=row.user_id, agency=row.agency_id,
    )  # fmt: skip


def end(pk: int, *, by: Actor, at: datetime) -> MatterLock:
    """End one before its time, or turn down what was asked; never by the one it keeps out."""
    with transaction.atomic():
        row = _locked(pk, by=by)
        if row.user_id == by.user_id or row.agency_id in by.agencies:
            raise NotPermitted
        if row.ends_at <= at:
            raise MoveNotAllowed
        row.ends_at, row.ended_by = max(at, row.starts_at), by.id
        row.save(update_fields=["ends_at", "ended_by"])
        _line("matter.unlocked", row, by=by, at=at)
    return row


def seen(actor: Actor, *, at: datetime, subjects: set[str] | None = None) -> list[MatterLock]:
    """Locks that hold, are to come or wait for their second person, for whoever may set one there."""
    rows = MatterLock.objects.filter(ends_at__gt=at).select_related("user", "agency").order_by("starts_at", "pk")
    if subjects is not None:
        rows = rows.filter(subject__in=subjects)
    return [r for r in rows if sees(r, actor)]
