"""Outbox to people: who is meant now, by which way and when; small notices bundled, urgent ones at once by every way."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from kondusif.clock.actions import enqueue
from kondusif.clock.queries import now, real_now
from kondusif.teams.matters.keeping import without
from kondusif.teams.matters.rules import subject_of
from kondusif.teams.models import Agency, Delivery, OutboxMessage, User
from kondusif.teams.queries import audience
from kondusif.teams.rules import wider
from kondusif.teams.ways import address_of, give_up, next_way, quiet_until, reaches, ways_among

log = logging.getLogger("kondusif.teams")
BUNDLED = timedelta(minutes=3)  # how long an ordinary notice waits for company
TRIES, LAST = 3, 10  # by one way before the next one has it; and where there is none
MOST_NAMED = 20


LINKERS: dict[str, Callable[[str, User, datetime], str]] = {}
"""Later stages turn an address that begins so into the member's own, as it leaves the house (`site/wiring.py`)."""


class NotTaken(Exception):
    """The way did not take the message; it is tried again. Says nothing of addresses."""


def spread(message: OutboxMessage, *, at: datetime) -> int:
    """Turn a message into deliveries to the people its audience means now; how many people.

    Urgent: by every way at once, quiet hours or not. Otherwise by the first way, after the quiet hours, with others that wait.
    """
    with transaction.atomic():
        if not OutboxMessage.objects.filter(pk=message.pk, spread_at=None).update(spread_at=at):
            return 0
        people = _people(message, at=at)
        rows = [Delivery(message=message, user=u, way="app", sent_at=at) for u in people]
        ways = ways_among(people)
        for user in people:
            named = [w for w in ways[user.pk] if reaches(w)]
            when = at if message.urgent else max(at + BUNDLED, quiet_until(user, timezone.localtime(at)))
            rows += [
                Delivery(message=message, user=user, way=way, not_before=when)
                for way in (named if message.urgent else named[:1])
            ]
        Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    return len(people)


def _people(message: OutboxMessage, *, at: datetime) -> list[User]:
    """Whom a message means, less those kept out of its matter; where nobody is left, the watch and posts above them."""
    found = audience(message.audience, at=at)
    out = without([u.pk for u in found], subject_of(message.url), at=at)
    left = [u for u in found if u.pk not in out]
    address = message.audience
    while out and not left and (address := _above(address)):
        found = audience(address, at=at)
        out |= without([u.pk for u in found], subject_of(message.url), at=at)
        left = [u for u in found if u.pk not in out]
    return left


def _above(address: str) -> str:
    """`duty:64.71` → `duty:64`; an agency's notices go to the watch where it stands; '' above the widest."""
    kind, _, rest = address.partition(":")
    if kind == "agency":
        agency = Agency.objects.filter(pk=int(rest)).first()
        return f"duty:{agency.region}" if agency else ""
    role, at_, region = rest.rpartition("@") if kind == "role" else ("", "", rest)
    return f"{kind}:{role}{at_}{wider(region)}" if region and kind in {"duty", "role"} else ""


def send_due(*, at: datetime) -> int:
    """Put together what is due for each person and way and hand each bundle to the worker, once; how many bundles."""
    waiting = Delivery.objects.filter(sent_at=None, bundle=None, error="", not_before__isnull=False)
    due = waiting.filter(not_before__lte=at).order_by("pk").select_related("message")[:500]
    groups: dict[tuple[int, str, int], list[int]] = defaultdict(list)
    for row in due:
        groups[row.user_id, row.way, row.pk if row.message.urgent else 0].append(row.pk)
    for (user, way, alone), found in groups.items():
        with transaction.atomic():
            mine = waiting.filter(pk__in=found)
            if not alone:
                mine = waiting.filter(user=user, way=way, message__urgent=False)  # what still waited comes along
            pks = list(mine.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
            if pks:
                Delivery.objects.filter(pk__in=pks).update(bundle=pks[0])
                enqueue(
                    "teams.send",
                    key=f"send:{pks[0]}",
                    payload={"bundle": pks[0]},
                    run_at=real_now() - timedelta(seconds=1),
                )
    return len(groups)


def send_bundle(payload: dict[str, int]) -> None:
    """Send one bundle. Safe to run twice: what is marked sent is left alone, and the Message-ID of a mail is the same."""
    rows = list(
        Delivery.objects.filter(bundle=payload["bundle"], sent_at=None, error="")
        .select_related("message", "user")
        .order_by("pk")
    )
    if not rows:
        return
    try:
        if not rows[0].user.is_active:
            raise NotTaken("the member left")
        _hand_over(payload["bundle"], rows)
    except Exception as error:
        _failed(rows, error)
        return
    Delivery.objects.filter(pk__in=[r.pk for r in rows]).update(sent_at=real_now(), attempts=rows[0].attempts + 1)


def _failed(rows: list[Delivery], error: Exception) -> None:
    """Again later; after the last try the next way has it."""
    attempts = rows[0].attempts + 1
    why = f"{type(error).__name__} ×{attempts}"  # never the message of the error: it can hold an address
    ended = attempts >= LAST or (attempts >= TRIES and bool(next_way(rows[0])))
    with transaction.atomic():
        Delivery.objects.filter(pk__in=[r.pk for r in rows]).update(attempts=attempts)
        for row in rows if ended else []:
            give_up(row, why, at=now())
    log.warning("bundle %s by %s was not taken (%s)", rows[0].bundle, rows[0].way[:1], why)
    if not ended:
        raise NotTaken(why) from None


def _hand_over(bundle: int, rows: list[Delivery]) -> None:
    links = [_link(row) for row in rows[:MOST_NAMED]]  # once: a link may be made for this very message
    subject = rows[0].message.subject if len(rows) == 1 else f"{len(rows)} kabar dari Kondusif"
    if rows[0].way == "email":
        parts = [
            f"{r.message.subject}\n{r.message.body}\n{link}".rstrip() for r, link in zip(rows, links, strict=False)
        ]
        EmailMessage(
            subject=subject,
            body=_more("\n\n".join(parts), rows) if len(rows) > 1 else f"{rows[0].message.body}\n\n{links[0]}".rstrip(),
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=[rows[0].user.email],
            headers={"Message-ID": f"<kondusif-{bundle}@{settings.MAIL_DOMAIN}>", "Auto-Submitted": "auto-generated"},
        ).send()
        return
    import apprise

    # A foreign service gets what it is about and the link, never what the house wrote.
    lines = [f"{r.message.subject} {link}".rstrip() for r, link in zip(rows, links, strict=False)]
    address = address_of(int(rows[0].way[1:]))
    service = apprise.Apprise()
    if not address or not service.add(address) or not service.notify(body=_more("\n".join(lines), rows), title=subject):
        raise NotTaken("the service did not take it")


def _more(text: str, rows: list[Delivery]) -> str:
    rest = len(rows) - MOST_NAMED
    return text if rest <= 0 else f"{text}\n… dan {rest} lagi: {settings.PUBLIC_URL}/kabar"


def _link(row: Delivery) -> str:
    url = row.message.url
    for beginning, personal in LINKERS.items():
        if url.startswith(beginning):
            url = personal(url, row.user, now())
    return f"{settings.PUBLIC_URL}{url}" if url else ""
