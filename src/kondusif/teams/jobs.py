"""The worker's part: spread outbox messages to people and send mail."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage

from kondusif.clock.actions import enqueue
from kondusif.clock.queries import now, real_now
from kondusif.teams.actions import Message, post, spread
from kondusif.teams.models import Agency, Delivery, OutboxMessage

log = logging.getLogger("kondusif.teams")


def spread_outbox() -> None:
    """Give each waiting message to its people; mail goes out as jobs, retried on their own."""
    for message in OutboxMessage.objects.filter(spread_at=None).order_by("created_at")[:200]:
        if not spread(message, at=now()) and not message.deliveries.exists():
            log.warning("message %s reached nobody: audience %s is empty", message.key, message.audience)
            _tell_the_watch(message)
    if settings.EMAIL_HOST:
        for pk in Delivery.objects.filter(way="email", sent_at=None, error="").values_list("pk", flat=True)[:200]:
            enqueue("teams.mail", key=f"mail:{pk}", payload={"delivery": pk}, run_at=real_now() - timedelta(seconds=1))


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


def send_mail(payload: dict[str, int]) -> None:
    """Send one delivery. Safe to run twice: what is marked sent is left alone, and the Message-ID is the same."""
    delivery = Delivery.objects.select_related("message", "user").get(pk=payload["delivery"])
    if delivery.sent_at is not None:
        return
    message = delivery.message
    link = f"\n\n{settings.PUBLIC_URL}{message.url}" if message.url else ""
    EmailMessage(
        subject=message.subject,
        body=message.body + link,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[delivery.user.email],
        headers={"Message-ID": f"<kondusif-{delivery.pk}@{settings.MAIL_DOMAIN}>", "Auto-Submitted": "auto-generated"},
    ).send()
    Delivery.objects.filter(pk=delivery.pk).update(sent_at=real_now())
