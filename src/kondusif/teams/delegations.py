"""Plh and Plt: who acts in whose post, from when until when, by which decree. One at a time for a post."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kondusif.ledger.actions import record
from kondusif.ledger.actor import Actor, check_permitted
from kondusif.ledger.errors import NotFound, Refusal
from kondusif.teams.models import Delegation, Duty, User
from kondusif.teams.queries import current

SET = "delegation.set"


class DelegationOverlaps(Refusal):
    code = "delegation-overlaps"
    status = 409
    what = _("Jabatan itu pada waktu yang sama sudah dijalankan Plh/Plt lain.")
    do = _("Akhiri dahulu yang sedang berlaku, atau pilih waktu sesudahnya.")


class DelegationNotPossible(Refusal):
    code = "delegation-not-possible"
    status = 422
    what = _("Delegasi ini tidak mungkin.")
    do = _(
        "Perlu nomor dan tanggal keputusan, waktu yang benar, dan dua orang yang berbeda; yang digantikan memegang jabatannya."
    )


class DelegationCircle(Refusal):
    code = "delegation-circle"
    status = 409
    what = _("Delegasi ini melingkar: yang ditunjuk sedang digantikan oleh yang berhalangan.")
    do = _("Tunjuk orang lain untuk waktu itu.")


class NotOneself(Refusal):
    code = "delegation-oneself"
    status = 403
    what = _("Anda tidak dapat menunjuk diri sendiri.")
    do = _("Minta ketua, sekretaris atau pengelola lain memasukkan keputusannya.")


def delegate(
    *, kind: str, role: str, region: str, absent: User, acting: User, decree_number: str, decree_date: date,
    starts_at: datetime, ends_at: datetime, by: Actor, at: datetime,
) -> Delegation:  # fmt: skip
    """Let somebody act in a post. The post is a role in a region held by the absent one, or already acted in by them."""
    check_permitted(by, SET, region)
    number = " ".join(decree_number.split())[:80]
    if (
        kind not in {"plh", "plt"}
        or not number
        or ends_at <= max(starts_at, at)
        or absent == acting
        or not acting.is_active
    ):
        raise DelegationNotPossible
    if by.user_id == acting.pk:
        raise NotOneself
    with transaction.atomic():
        User.objects.select_for_update().get(pk=absent.pk)  # two decrees for one post wait for each other
        rows = list(Delegation.objects.filter(role=role, region=region, ends_at__gt=starts_at, starts_at__lt=ends_at))
        if any(d.absent_id == absent.pk for d in rows):
            raise DelegationOverlaps
        holds = Duty.objects.filter(current(at), user=absent, role=role, region=region).exists()
        if not holds and not any(d.acting_id == absent.pk for d in rows):
            raise DelegationNotPossible(field="absent")
        if absent.pk in _chain(acting.pk, rows):
            raise DelegationCircle
        row = Delegation.objects.create(
            kind=kind, role=role, region=region, absent=absent, acting=acting, decree_number=number, decree_date=decree_date,
            starts_at=starts_at, ends_at=ends_at, set_by=by.id, set_at=at,
        )  # fmt: skip
        detail = {"role": role, "kind": kind, "acting": acting.pk, "decree": number}
        record("delegation.set", subject=f"user:{absent.pk}", region=region, by=by, at=at, detail=detail)
    return row


def _chain(person: int, rows: list[Delegation]) -> set[int]:
    """Everybody who would act for a person, one after the other."""
    following = {d.absent_id: d.acting_id for d in rows}
    seen: set[int] = set()
    while person in following and person not in seen:
        seen.add(person)
        person = following[person]
    return seen | {person}


def end_delegation(pk: int, *, by: Actor, at: datetime) -> Delegation:
    with transaction.atomic():
        row = Delegation.objects.select_for_update().filter(pk=pk).first()
        if row is None:
            raise NotFound
        check_permitted(by, SET, row.region)
        if row.ends_at <= at:
            raise DelegationNotPossible(_("Delegasi ini sudah berakhir."))
        row.ends_at, row.ended_by = max(at, row.starts_at), by.id
        row.save(update_fields=["ends_at", "ended_by"])
        detail = {"role": row.role, "acting": row.acting_id}
        record("delegation.ended", subject=f"user:{row.absent_id}", region=row.region, by=by, at=at, detail=detail)
    return row
