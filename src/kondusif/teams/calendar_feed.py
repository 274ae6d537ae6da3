"""A member's own turns of duty as an iCalendar feed (RFC 5545) under a secret address that can be taken back."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from icalendar import Calendar, Event

from kondusif.ledger.actions import record
from kondusif.ledger.actor import EVERYWHERE, Actor
from kondusif.ledger.errors import NotFound, NotPermitted
from kondusif.regions.queries import short_name
from kondusif.teams.models import CalendarLink, User

BEFORE, AFTER = timedelta(days=31), timedelta(days=180)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def make_link(user: User, *, by: Actor, at: datetime) -> str:
    """A fresh secret, shown once; the older ones die."""
    revoke_links(user, by=by, at=at, quietly=True)
    token = secrets.token_urlsafe(24)
    with transaction.atomic():
        CalendarLink.objects.create(user=user, token_digest=_digest(token), made_at=at)
        record("calendar.linked", subject=f"user:{user.pk}", region=EVERYWHERE, by=by, at=at)
    return token


def revoke_links(user: User, *, by: Actor, at: datetime, quietly: bool = False) -> None:
    if by.user_id != user.pk:
        raise NotPermitted
    with transaction.atomic():
        if CalendarLink.objects.filter(user=user, revoked_at=None).update(revoked_at=at):
            record("calendar.revoked", subject=f"user:{user.pk}", region=EVERYWHERE, by=by, at=at)
        elif not quietly:
            raise NotFound


def feed(token: str, *, at: datetime) -> bytes:
    """The calendar behind a secret: hours and region of the member's own turns, no name and no matter."""
    link = CalendarLink.objects.select_related("user").filter(token_digest=_digest(token), revoked_at=None).first()
    if link is None or not link.user.is_active:
        raise NotFound
    found = Calendar()
    found.add("prodid", "-//Kondusif//Jadwal piket//ID")
    found.add("version", "2.0")
    found.add("x-wr-calname", "Piket Kondusif")
    for shift in link.user.shifts.filter(ends_at__gt=at - BEFORE, starts_at__lt=at + AFTER).order_by("starts_at", "pk"):
        event = Event()
        event.add("uid", f"shift-{shift.pk}@{settings.MAIL_DOMAIN}")
        event.add("dtstamp", at)
        event.add("dtstart", shift.starts_at)
        event.add("dtend", shift.ends_at)
        event.add("summary", f"Piket {short_name(shift.region)}")
        found.add_component(event)
    return bytes(found.to_ical())
