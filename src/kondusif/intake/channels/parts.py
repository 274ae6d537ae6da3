"""A long message in parts (`2/5 …`): put together in order whenever all are there, or after ten minutes with its holes named."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db import IntegrityError, connection, transaction

from kondusif.intake.channels import replies, words
from kondusif.intake.channels.gateways import Gateway, all_gateways
from kondusif.intake.channels.inbound import Inbound
from kondusif.intake.channels.outgoing import say
from kondusif.intake.channels.storing import receipt_words, store, tracking_of
from kondusif.intake.models import ChannelMessage
from kondusif.intake.privacy import unseal

OPEN = timedelta(minutes=30)  # so long a part may look for the others
PATIENCE = timedelta(minutes=10)  # after the last part; then what is here becomes a report


def keep(row: ChannelMessage, part: words.Part, gateway: Gateway, message: Inbound, *, at: datetime) -> str:
    """Keep one part durably; where it was the last, the report is made. What to say back."""
    with transaction.atomic():
        _one_at_a_time(row.sender)
        row.group = _group_for(row, part, at=at)
        row.outcome, row.text, row.part, row.total = "part", part.text.strip(), part.number, part.total
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError:
            return ""  # the same part again
    return finish(row.group, gateway, at=at) if _numbers(row.group) == set(range(1, part.total + 1)) else ""


def _one_at_a_time(sender: str) -> None:
    """Two parts at the same moment must not open two groups. SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 42))", [sender])


def _group_for(row: ChannelMessage, part: words.Part, *, at: datetime) -> uuid.UUID:
    """The sender's youngest open group of so many parts that still lacks this one."""
    mine = ChannelMessage.objects.filter(
        sender=row.sender, outcome="part", total=part.total, report=None, received_at__gt=at - OPEN
    )
    for group in mine.order_by("-received_at", "-pk").values_list("group", flat=True):
        if group is not None and part.number not in _numbers(group):
            return group
    return uuid.uuid4()


def _numbers(group: uuid.UUID) -> set[int]:
    return {n for n in ChannelMessage.objects.filter(group=group).values_list("part", flat=True) if n is not None}


def finish(group: uuid.UUID, gateway: Gateway, *, at: datetime) -> str:
    """Make the group's report, once; what to say back. The group's own number makes it exactly-once."""
    rows = list(ChannelMessage.objects.filter(group=group).order_by("part"))
    total = rows[0].total or 0
    told = {row.part: row.text for row in rows if row.part is not None}
    message = Inbound(str(group), unseal(rows[0].sealed), words.joined(told, total))
    report = store(message, gateway, group, at=at)
    ChannelMessage.objects.filter(group=group).update(report=report, text="")
    missing = [n for n in range(1, total + 1) if n not in told]
    return replies.parts_missing(missing, total, tracking_of(group)) if missing else receipt_words(report)


def finish_waiting(*, at: datetime) -> int:
    """Groups that are complete (a process died) or have waited long enough; how many became reports."""
    gateways, done = all_gateways(), 0
    waiting = ChannelMessage.objects.filter(outcome="part", report=None).exclude(group=None)
    for group in set(waiting.values_list("group", flat=True)):
        rows = list(waiting.filter(group=group))
        if group is None or not rows or not _ripe(rows, at=at):
            continue
        gateway = gateways.get(rows[0].gateway) or Gateway(rows[0].gateway, "kannel", "", "")
        reply = finish(group, gateway, at=at)
        say(f"group:{group}", gateway, unseal(rows[0].sealed), reply, at=at)
        done += 1
    return done


def _ripe(rows: list[ChannelMessage], *, at: datetime) -> bool:
    """All parts are there, or nobody can expect another."""
    return len(rows) >= (rows[0].total or 0) or max(r.received_at for r in rows) <= at - PATIENCE
