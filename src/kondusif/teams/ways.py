"""A member's ways of being reached outside the house: their order, quiet hours, a trial message, and what became of it.

An address (an Apprise URL) holds a secret: it is sealed at rest, never shown again, and its library is kept from logging it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Min
from django.utils.translation import gettext_lazy as _

from kondusif.ledger.actions import record
from kondusif.ledger.actor import EVERYWHERE, Actor
from kondusif.ledger.errors import NotFound, NotPermitted, Refusal
from kondusif.teams.models import Delivery, OutboxMessage, User, Way
from kondusif.teams.queries import current
from kondusif.teams.sealing import KeyFile, Unreadable

KEYS = KeyFile("ways.keys")
MOST = 5
TRIAL_PAUSE = timedelta(minutes=1)
logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)  # it writes addresses into its warnings


class WayRefused(Refusal):
    code = "way-refused"
    status = 422
    what = _("Alamat ini tidak dapat dipakai.")
    do = _("Pakai alamat layanan yang diizinkan server ini, misalnya tgram://token/chat. Paling banyak lima jalur.")


class TrialTooSoon(Refusal):
    code = "way-trial-too-soon"
    status = 429
    what = _("Baru saja dikirim uji lewat jalur ini.")
    do = _("Tunggu satu menit, lalu lihat hasilnya di halaman ini.")


class QuietNotPossible(Refusal):
    code = "quiet-hours"
    status = 422
    what = _("Jam tenang perlu jam mulai dan jam selesai yang berbeda.")
    do = _("Isi keduanya, atau kosongkan keduanya.")


def _own(user: User, by: Actor) -> None:
    if by.user_id != user.pk:
        raise NotPermitted


def add_way(user: User, *, label: str, address: str, by: Actor, at: datetime) -> Way:
    """One more way, after the others. Only its owner may; the address goes in and does not come out."""
    import apprise  # slow to import; only here and when sending

    _own(user, by)
    address = address.strip()
    service = address.partition("://")[0].lower()
    if (
        service not in settings.NOTIFY_SERVICES
        or apprise.Apprise.instantiate(address, suppress_exceptions=True) is None
    ):
        raise WayRefused(field="address")
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        _keep_mail(user, at=at)
        if user.ways.count() >= MOST:
            raise WayRefused(field="address")
        last = user.ways.aggregate(n=Max("position"))["n"]
        row = Way.objects.create(
            user=user, kind="other", label=" ".join(label.split())[:40] or service, sealed=KEYS.seal(address),
            position=0 if last is None else last + 1, made_at=at,
        )  # fmt: skip
        _line("way.added", row, by=by, at=at)
    return row


def _keep_mail(user: User, *, at: datetime) -> None:
    """Mail takes its place in the order once there is an order to take a place in."""
    if user.email:
        Way.objects.get_or_create(user=user, kind="email", defaults={"label": "Surel dinas", "made_at": at})


def _line(verb: str, way: Way, *, by: Actor, at: datetime) -> None:
    record(
        verb, subject=f"user:{way.user_id}", region=EVERYWHERE, by=by, at=at, detail={"way": way.pk, "kind": way.kind}
    )


def _locked(pk: int) -> Way:
    row = Way.objects.select_for_update(of=("self",)).select_related("user").filter(pk=pk).first()
    if row is None:
        raise NotFound
    return row


def remove_way(pk: int, *, by: Actor, at: datetime) -> None:
    """What waits to go out by it takes the next way."""
    with transaction.atomic():
        row = _locked(pk)
        _own(row.user, by)
        if row.kind == "email":
            raise NotFound  # mail goes with the member's address
        _line("way.removed", row, by=by, at=at)
        waiting = list(Delivery.objects.filter(user=row.user, way=f"w{pk}", sent_at=None, error=""))
        row.delete()
        for delivery in waiting:
            give_up(delivery, "removed", at=at)


def prefer(pk: int, *, by: Actor, at: datetime) -> None:
    """Make a way the first that is tried."""
    with transaction.atomic():
        row = _locked(pk)
        _own(row.user, by)
        others = row.user.ways.exclude(pk=pk)
        first = others.aggregate(n=Min("position"))["n"]
        if first is None or (row.position, row.pk) < (first, 0):
            return
        for n, way in enumerate([row, *others]):
            Way.objects.filter(pk=way.pk).update(position=n)
        _line("way.preferred", row, by=by, at=at)


def set_quiet(user: User, *, quiet_from: time | None, quiet_until: time | None, by: Actor, at: datetime) -> None:
    """Hours in which only urgent notices go out. Both empty: none."""
    _own(user, by)
    if (quiet_from is None) != (quiet_until is None) or (quiet_from is not None and quiet_from == quiet_until):
        raise QuietNotPossible(field="quiet_until")
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(quiet_from=quiet_from, quiet_until=quiet_until)
        record("quiet.set", subject=f"user:{user.pk}", region=EVERYWHERE, by=by, at=at)


def try_way(user: User, which: str, *, by: Actor, at: datetime) -> Delivery:
    """Kirim uji by `email` or `w7`: by the member, or by whoever keeps the roster where the member has a duty."""
    if by.user_id != user.pk:
        regions = user.duties.filter(current(at)).values_list("region", flat=True)
        if not any(by.permits("roster.manage", region) for region in regions):
            raise NotPermitted
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        if which not in ways_of(user):
            raise NotFound
        if Delivery.objects.filter(
            user=user, way=which, message__key__startswith="trial:", message__created_at__gt=at - TRIAL_PAUSE
        ).exists():
            raise TrialTooSoon
        message = OutboxMessage.objects.create(
            key=f"trial:{user.pk}:{which}:{at.isoformat()}", audience=f"user:{user.pk}", subject="Kirim uji dari Kondusif",
            body="Bila pesan ini sampai, jalur ini berfungsi. Tidak perlu dijawab.", urgent=True, created_at=at, spread_at=at,
        )  # fmt: skip
        row = Delivery.objects.create(message=message, user=user, way=which, not_before=at)
        mine = Way.objects.filter(user=user)
        (mine.filter(pk=int(which[1:])) if which.startswith("w") else mine.filter(kind="email")).update(tested_at=at)
        record("way.tried", subject=f"user:{user.pk}", region=EVERYWHERE, by=by, at=at, detail={"way": which})
    return row


# --- deciding by which way and when -----------------------------------------------------------------------------------


def ways_of(user: User) -> list[str]:
    """The ways outside the house that a member has, in the order they are tried."""
    return ways_among([user])[user.pk]


def ways_among(users: Iterable[User]) -> dict[int, list[str]]:
    """The same for many, in one query. Mail without a row of its own comes first; without a mail server it is no way."""
    people = {u.pk: u for u in users}
    rows: dict[int, list[Way]] = {pk: [] for pk in people}
    for way in Way.objects.filter(user__in=people).order_by("position", "pk"):
        rows[way.user_id].append(way)
    found = {}
    for pk, user in people.items():
        mail = ["email"] if user.email else []
        named = [name for way in rows[pk] for name in (mail if way.kind == "email" else [f"w{way.pk}"])]
        found[pk] = named if any(w.kind == "email" for w in rows[pk]) else mail + named
    return found


def reaches(way: str) -> bool:
    """Whether the house can use a way at all: mail needs a server."""
    return way != "email" or bool(settings.EMAIL_HOST)


def quiet_until(user: User, local: datetime) -> datetime:
    """The end of the member's quiet hours if they hold at a local time, else that time itself."""
    if user.quiet_from is None or user.quiet_until is None:
        return local
    now, start, end = local.time(), user.quiet_from, user.quiet_until
    quiet = start <= now < end if start < end else now >= start or now < end
    if not quiet:
        return local
    ends = local.replace(hour=end.hour, minute=end.minute, second=0, microsecond=0)
    return ends if ends > local else ends + timedelta(days=1)


def next_way(delivery: Delivery) -> str:
    """The way that is tried after this one; '' where there is none, and for a trial."""
    if delivery.message.key.startswith("trial:"):
        return ""
    tried = set(
        Delivery.objects.filter(message=delivery.message_id, user=delivery.user_id).values_list("way", flat=True)
    )
    return next((w for w in ways_of(delivery.user) if reaches(w) and w not in tried), "")


def give_up(delivery: Delivery, why: str, *, at: datetime) -> None:
    """Mark a delivery as failed and let the next way have it. In the caller's transaction."""
    following = next_way(delivery)
    if Delivery.objects.filter(pk=delivery.pk, sent_at=None, error="").update(error=why[:200]) and following:
        Delivery.objects.create(message_id=delivery.message_id, user_id=delivery.user_id, way=following, not_before=at)


def address_of(pk: int) -> str:
    """The address behind a way, for sending alone."""
    row = Way.objects.filter(pk=pk, kind="other").first()
    if row is None:
        return ""
    try:
        return KEYS.unseal(row.sealed)
    except Unreadable:
        return ""
