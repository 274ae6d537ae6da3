"""Screens on a wall: a link opened once on the screen gives it a key that shows one region's picture and nothing else, until a date.

No account and no password stand on a wall. The key opens no other page, and a stream of bare nudges; it is taken back by anybody
who may hang one up.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kondusif.ledger.actions import record
from kondusif.ledger.actor import Actor, check_permitted
from kondusif.ledger.errors import NotFound, Refusal
from kondusif.regions.queries import exists
from kondusif.situation.models import WallScreen
from kondusif.situation.wall.picture import MANAGE, PHONES, SHOW
from kondusif.situation.wall.rules import LINK_LIVES, SCREEN_LIVES

COOKIE = "layar"
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # no I, O, 0, 1: it may be typed on the screen


class ScreenNotPossible(Refusal):
    code = "wall-screen-not-possible"
    status = 422
    what = _("Layar ini tidak dapat dibuat.")
    do = _("Perlu nama, daerah, dan tanggal akhir paling lama 31 hari dari sekarang.")


class ScreenLinkOver(Refusal):
    code = "wall-link-over"
    status = 410
    what = _("Tautan layar ini tidak dikenal, sudah dipakai, atau sudah lewat satu jam.")
    do = _("Minta tautan baru kepada sekretaris tim atau pengelola.")


def _digest(token: str) -> str:
    return hashlib.sha256(token.upper().replace("-", "").encode()).hexdigest()


def make_screen(
    *, region: str, label: str, phones: bool, ends_at: datetime, by: Actor, at: datetime
) -> tuple[WallScreen, str]:
    """A screen and the token of its link, which is returned once."""
    check_permitted(by, MANAGE, region)
    label = " ".join(label.split())[:60]
    if not label or not exists(region) or region.count(".") > 1 or not at < ends_at <= at + SCREEN_LIVES:
        raise ScreenNotPossible
    token = "-".join("".join(secrets.choice(ALPHABET) for _n in range(4)) for _m in range(3))
    with transaction.atomic():
        row = WallScreen.objects.create(
            region=region, label=label, phones=phones, link_digest=_digest(token), link_until=at + LINK_LIVES,
            made_by=by.id, made_at=at, ends_at=ends_at,
        )  # fmt: skip
        record("wall.made", subject=row.subject, region=region, by=by, at=at, detail={"phones": phones})
    return row, token


def link_of(token: str, *, at: datetime) -> WallScreen:
    """The screen whose unused link this is. Looking changes nothing."""
    row = WallScreen.objects.filter(link_digest=_digest(token), opened_at=None, link_until__gt=at, ends_at__gt=at)
    if (found := row.first()) is None:
        raise ScreenLinkOver
    return found


def open_screen(token: str, *, at: datetime) -> tuple[WallScreen, str]:
    """Spend the link: from now on the key, which is returned once, is this screen's."""
    key = secrets.token_urlsafe(32)
    with transaction.atomic():
        row = link_of(token, at=at)
        won = WallScreen.objects.filter(pk=row.pk, opened_at=None).update(opened_at=at, key_digest=_key_digest(key))
        if not won:
            raise ScreenLinkOver
        row.refresh_from_db()
        record("wall.opened", subject=row.subject, region=row.region, by=actor_of(row), at=at)
    return row, key


def _key_digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def end_screen(pk: int, *, by: Actor, at: datetime) -> None:
    with transaction.atomic():
        row = WallScreen.objects.select_for_update().filter(pk=pk, ends_at__gt=at).first()
        if row is None or not by.permits(MANAGE, row.region):
            raise NotFound
        row.ends_at, row.ended_by = at, by.id
        row.save(update_fields=["ends_at", "ended_by"])
        record("wall.ended", subject=row.subject, region=row.region, by=by, at=at)


def screen_of(key: str, *, at: datetime) -> WallScreen | None:
    """The screen behind a cookie, while it holds."""
    if not key or len(key) > 100:
        return None
    return WallScreen.objects.filter(key_digest=_key_digest(key), ends_at__gt=at).first()


def actor_of(row: WallScreen) -> Actor:
    """What a screen is: somebody who sees the wall of one region."""
    permissions = (SHOW, PHONES) if row.phones else (SHOW,)
    return Actor(row.subject, f"Layar {row.label}", frozenset((p, row.region) for p in permissions))


def screens_of(actor: Actor, *, at: datetime) -> list[WallScreen]:
    """Screens that hold, of the regions in which the actor may hang one up."""
    rows = WallScreen.objects.filter(ends_at__gt=at).order_by("region", "label", "pk")
    return [r for r in rows if actor.permits(MANAGE, r.region)]
