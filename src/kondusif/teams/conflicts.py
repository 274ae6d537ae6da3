"""Benturan kepentingan (practice.md, safeguard 3): a dated lock on a member in a region, set from above or declared by oneself."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kondusif.ledger.actions import record
from kondusif.ledger.actor import Actor, check_permitted
from kondusif.ledger.errors import NotFound, NotPermitted, Refusal
from kondusif.teams.models import ConflictLock, Duty, User
from kondusif.teams.queries import current, running
from kondusif.teams.rules import wider

LOCK = "conflict.lock"
LONGEST = timedelta(days=366)
GROUNDS = frozenset(code for code, _words in ConflictLock.GROUNDS)


class LockNotPossible(Refusal):
    code = "conflict-lock-not-possible"
    status = 422
    what = _("Penguncian ini tidak mungkin.")
    do = _(
        "Perlu anggota yang bertugas di daerah itu, alasan dari daftar, dan waktu selesai paling lama setahun dari mulai."
    )


class LockedAlready(Refusal):
    code = "conflict-locked-already"
    status = 409
    what = _("Anggota ini sudah dikunci di daerah itu pada waktu yang sama.")
    do = _("Akhiri dahulu kunci yang berlaku bila waktunya berubah.")


def lock(
    *, user: User, region: str, ground: str, starts_at: datetime, ends_at: datetime, by: Actor, at: datetime
) -> ConflictLock:
    """Keep a member out of a region's affairs from one instant to another.

    Set by whoever may in the wider region, never by somebody below the person; or declared by the person at once.
    """
    if by.user_id != user.pk:
        check_permitted(by, LOCK, wider(region))
    duties = Duty.objects.filter(current(at), user=user).values_list("region", flat=True)
    if ground not in GROUNDS or not starts_at < ends_at <= starts_at + LONGEST or ends_at <= at or not duties:
        raise LockNotPossible
    if not any(d == region or d.startswith(f"{region}.") for d in duties):
        raise LockNotPossible
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        if ConflictLock.objects.filter(user=user, region=region, starts_at__lt=ends_at, ends_at__gt=starts_at).exists():
            raise LockedAlready
        row = ConflictLock.objects.create(
            user=user, region=region, ground=ground, starts_at=starts_at, ends_at=ends_at, set_by=by.id, set_at=at
        )
        record("conflict.locked", subject=f"user:{user.pk}", region=region, by=by, at=at, detail={"ground": ground})
    return row


def end_lock(pk: int, *, by: Actor, at: datetime) -> ConflictLock:
    """End a lock before its time; never by the person it keeps out."""
    with transaction.atomic():
        row = ConflictLock.objects.select_for_update().filter(pk=pk).first()
        if row is None:
            raise NotFound
        check_permitted(by, LOCK, wider(row.region))
        if by.user_id == row.user_id:
            raise NotPermitted
        if row.ends_at <= at:
            raise LockNotPossible(_("Kunci ini sudah berakhir."))
        row.ends_at, row.ended_by = max(at, row.starts_at), by.id
        row.save(update_fields=["ends_at", "ended_by"])
        record("conflict.ended", subject=f"user:{row.user_id}", region=row.region, by=by, at=at)
    return row


def seen(actor: Actor, *, at: datetime) -> list[ConflictLock]:
    """Locks now and to come which the actor may set, and the actor's own."""
    rows = ConflictLock.objects.filter(ends_at__gt=at).select_related("user").order_by("starts_at", "pk")
    return [r for r in rows if r.user_id == actor.user_id or actor.permits(LOCK, wider(r.region))]


def own(actor: Actor, *, at: datetime) -> list[ConflictLock]:
    """The locks that keep the actor out now: the page header says so."""
    return list(ConflictLock.objects.filter(running(at), user=actor.user_id)) if actor.user_id else []
