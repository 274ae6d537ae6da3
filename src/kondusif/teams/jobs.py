"""The worker's part: spread outbox messages to people and hand on what is due."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.utils import timezone

from kondusif.clock.actions import enqueue
from kondusif.clock.queries import now, real_now
from kondusif.ledger.actor import EVERYWHERE
from kondusif.ledger.models import Line
from kondusif.teams import plan_check
from kondusif.teams.actions import Message, post
from kondusif.teams.models import Agency, OutboxMessage, PlanCheck
from kondusif.teams.sending import send_due, spread
from kondusif.teams.sheets import importing

log = logging.getLogger("kondusif.teams")
MORNING = 5  # o'clock, WITA


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


# What bears on who is reached when; a line with one of these has the plans checked again.
_BEARS = ("shift.", "swap.", "duty.", "delegation.", "way.", "plan.", "alert.", "agency.", "hours.")
_SETTLES = timedelta(seconds=60)  # a roster is typed in one go


def hear_change(line: Line) -> None:
    """Have the plans of the region checked, once for what changes within a minute."""
    if line.verb.startswith(_BEARS):
        minute = int(line.at.timestamp()) // 60
        enqueue(
            "teams.check",
            key=f"check:{line.region}:{minute}",
            payload={"region": line.region},
            run_at=real_now() + _SETTLES,
        )


def check_changed(payload: dict[str, str]) -> None:
    plan_check.tell_owners(plan_check.kabkota_within(payload["region"]), at=now(), daily=False)


def check_each_morning() -> None:
    """From 05.00 WITA, fourteen days ahead, once a day: the message's key is the day."""
    at = now()
    importing.forget_old(at=at)
    local = timezone.localtime(at)
    done = PlanCheck.objects.filter(checked_at__gte=local.replace(hour=MORNING, minute=0, second=0, microsecond=0))
    regions = [r for r in plan_check.kabkota_within(EVERYWHERE) if not done.filter(region=r).exists()]
    if local.hour >= MORNING and regions:
        plan_check.tell_owners(regions, at=at, daily=True)


READERS = {"teams.plan_changes": hear_change}
