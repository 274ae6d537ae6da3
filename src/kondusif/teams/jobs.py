"""The worker's part: spread outbox messages to people and hand on what is due."""

from __future__ import annotations

import logging

from kondusif.clock.queries import now
from kondusif.teams.actions import Message, post
from kondusif.teams.models import Agency, OutboxMessage
from kondusif.teams.sending import send_due, spread

log = logging.getLogger("kondusif.teams")


def spread_outbox() -> None:
    """Give each waiting message to its people; what leaves the house goes out as jobs, retried on their own."""
    for message in OutboxMessage.objects.filter(spread_at=None).order_by("created_at")[:200]:
        if not spread(message, at=now()) and not message.deliveries.exists():
            log.warning("message %s reached nobody: audience %s is empty", message.key, message.audience)
            _tell_the_watch(message)
    send_due(at=now())


def _tell_the_watch(message: OutboxMessage) -> None:
    """A message nobody could get is told to whoever has the watch there: they may telephone."""
    kind, _, rest = message.audience.partition(":")
    if kind == "duty":
        return  # already went up to the widest level that has people
    agency = Agency.objects.filter(pk=int(rest)).first() if kind == "agency" else None
    region = agency.region if agency else rest.rpartition("@")[2]
    body = f"{agency or rest} belum punya anggota di sini: hubungi lewat telepon. {message.body}"
    notice = Message(f"{message.key}:nobody", f"duty:{region}", message.subject, body, message.url, message.urgent)
    post([notice], at=now())
