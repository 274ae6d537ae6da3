"""Setel ulang: a member lost phone, second factor or password. Two minutes, and nobody becomes two persons by it.

At once older links, the password, every session, the calendar's link and task links die, for the phone may be in strange
hands. The new link lives one hour; using it takes the old second factors off. The member, by every way, and the officer for data
protection are told.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kondusif.ledger.actions import record
from kondusif.ledger.actor import EVERYWHERE, Actor
from kondusif.ledger.errors import NotFound, NotPermitted, Refusal
from kondusif.ledger.models import Line
from kondusif.teams.actions import Message, new_key, post
from kondusif.teams.models import Duty, User
from kondusif.teams.queries import current
from kondusif.teams.rules import KNOWN_BY, reset_scope

RESET = "member.reset"
LIVES = timedelta(hours=1)
HANDED = ("member.reset", "member.invited_again", "member.invited")
REMEMBERED = timedelta(days=30)


class KnownByUnsaid(Refusal):
    code = "reset-known-by"
    status = 422
    what = _("Belum dikatakan dari mana Anda tahu bahwa ini benar orangnya.")
    kept = _("Akun belum diubah.")
    do = _("Telepon balik ke nomor di SK, lalu pilih salah satu.")


class KeyFromAsker(Refusal):
    code = "key-from-asker"
    status = 403
    what = _("Salah satu dari dua akun ini belum lama ini dibuka dengan tautan dari yang lain.")
    kept = _("Belum ada yang disetujui.")
    do = _("Minta orang ketiga, supaya yang meminta dan yang menyetujui benar-benar dua orang.")


def may_reset(by: Actor, duties: Iterable[tuple[str, str]]) -> bool:
    """Whether `by` may give a new key to whoever holds these (role, region) duties; one without any is for everywhere alone."""
    scopes = {reset_scope(role, region) for role, region in duties} or {EVERYWHERE}
    return all(by.permits(RESET, scope) for scope in scopes)


def check_reset(by: Actor, user: User, *, at: datetime) -> None:
    duties = Duty.objects.filter(current(at), user=user).values_list("role", "region")
    if user.pk == by.user_id or user.is_superuser or not may_reset(by, duties):
        raise NotPermitted


def members(by: Actor, *, at: datetime) -> list[tuple[User, list[Duty]]]:
    """The members whom `by` may reset, with their duties, by post."""
    if not by.anywhere(RESET):
        raise NotPermitted
    held: dict[int, list[Duty]] = {}
    for duty in Duty.objects.filter(current(at)).select_related("user", "agency").order_by("region", "role"):
        held.setdefault(duty.user_id, []).append(duty)
    found = [
        (duties[0].user, duties) for pk, duties in held.items()
        if pk != by.user_id and duties[0].user.is_active and not duties[0].user.is_superuser
        and may_reset(by, [(d.role, d.region) for d in duties])
    ]  # fmt: skip
    return sorted(found, key=lambda row: str(row[0]))


def find(pk: int, *, by: Actor, at: datetime) -> User:
    user = User.objects.filter(pk=pk, is_active=True).first()
    if user is None or not by.anywhere(RESET):
        raise NotFound if by.anywhere(RESET) else NotPermitted
    check_reset(by, user, at=at)
    return user


def reset(pk: int, *, known_by: str, by: Actor, at: datetime) -> tuple[User, str]:
    """The member and the token of their new link, returned once. Raises NotPermitted, NotFound, KnownByUnsaid."""
    user = find(pk, by=by, at=at)
    if known_by not in dict(KNOWN_BY):
        raise KnownByUnsaid(field="known_by")
    with transaction.atomic():
        token = new_key(user, lives=LIVES, at=at)
        record(
            "member.reset", subject=f"user:{user.pk}", region=EVERYWHERE, by=by, at=at, detail={"known_by": known_by}
        )
        _tell(user, by=by, at=at)
    return user, token


def _tell(user: User, *, by: Actor, at: datetime) -> None:
    mark = f"reset:{user.pk}:{at.isoformat()}"
    said = f"Akun {user} disetel ulang oleh {by.label}. Kata sandi dan faktor kedua yang lama tidak berlaku lagi."
    post(
        [
            Message(f"{mark}:member", f"user:{user.pk}", "Akun Anda disetel ulang",
                    said + " Bila bukan Anda yang meminta, segera telepon sekretariat.", "/akun/2fa/", urgent=True),
            Message(f"{mark}:watch", f"role:data_protection@{settings.PROVINCE}", "Akun disetel ulang", said, "/tim"),
        ],
        at=at,
    )  # fmt: skip


def check_two_persons(one: Actor, other: str, *, at: datetime) -> None:
    """Raise KeyFromAsker when either gave the other a key within thirty days: they could be one person in two accounts."""
    if not may_second(one, other, at=at):
        raise KeyFromAsker


def may_second(one: Actor, other: str, *, at: datetime) -> bool:
    recent = Line.objects.filter(verb__in=HANDED, at__gt=at - REMEMBERED)
    return not recent.filter(Q(subject=one.id, actor=other) | Q(subject=other, actor=one.id)).exists()


def new_key_since(user: User, since: datetime) -> bool:
    """Whether the member was given a new key after `since`: what was handed to the old phone no longer holds."""
    return Line.objects.filter(subject=f"user:{user.pk}", verb__in=HANDED, at__gt=since).exists()
