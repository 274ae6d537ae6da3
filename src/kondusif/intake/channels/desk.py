"""What the office sees of its channels, and does: look, try one, take in what was held back."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils.translation import gettext_lazy as _

from kondusif.intake.channels.gateways import Gateway, all_gateways
from kondusif.intake.channels.inbound import Inbound
from kondusif.intake.channels.outgoing import may_send, say
from kondusif.intake.channels.reception import NAMESPACE
from kondusif.intake.channels.storing import store
from kondusif.intake.models import ChannelMessage, ChannelReply, Report
from kondusif.intake.privacy import unseal
from kondusif.ledger.actions import record
from kondusif.ledger.actor import Actor, check_permitted
from kondusif.ledger.errors import NotFound, Refusal
from kondusif.teams.models import User

MANAGE, RECEIVE = "channel.manage", "report.receive"
DAY = timedelta(days=1)
LATE = timedelta(minutes=5)


class NoWayOut(Refusal):
    code = "channel-no-way-out"
    status = 409
    what = _("Uji kirim tidak dapat dilakukan.")
    do = _("Lengkapi nomor atau alamat Anda di data anggota, dan alamat pengiriman gerbang di channels.toml.")


@dataclass(frozen=True)
class ChannelState:
    """How one gateway does: messages of the last day by outcome, the last one, replies that wait longer than they should."""

    name: str
    kind: str
    region: str
    sends: bool
    last_at: datetime | None
    reports: int
    nils: int
    others: int
    waiting: int


@dataclass(frozen=True)
class Held:
    """A message kept back from a flood: its words, never its sender."""

    pk: int
    gateway: str
    text: str
    received_at: datetime


def place_of(gateway: Gateway) -> str:
    return gateway.region or str(settings.PROVINCE)


def seen(actor: Actor) -> list[Gateway]:
    """The gateways the actor may look at: whoever manages channels or receives reports there."""
    return [
        g for g in all_gateways().values()
        if actor.permits(MANAGE, place_of(g)) or actor.permits(RECEIVE, place_of(g))
    ]  # fmt: skip


def states(actor: Actor, *, at: datetime) -> list[ChannelState]:
    """Every gateway the actor may see; two queries however many."""
    found = seen(actor)
    names = [g.name for g in found]
    lately = Q(received_at__gt=at - DAY)
    counted: dict[str, dict[str, Any]] = {
        row["gateway"]: dict(row)
        for row in ChannelMessage.objects.filter(gateway__in=names).values("gateway").annotate(
            last=Max("received_at"), reports=Count("pk", filter=lately & Q(outcome="report")),
            nils=Count("pk", filter=lately & Q(outcome="nil")), all=Count("pk", filter=lately),
        ).order_by()
    }  # fmt: skip
    late = Q(sent_at=None, created_at__lt=at - LATE)
    waits = dict(
        ChannelReply.objects.filter(late, gateway__in=names).values_list("gateway").annotate(n=Count("pk")).order_by()
    )
    rows = []
    for g in found:
        row = counted.get(g.name) or {"last": None, "reports": 0, "nils": 0, "all": 0}
        others = row["all"] - row["reports"] - row["nils"]
        rows.append(ChannelState(
            g.name, g.kind, place_of(g), may_send(g), row["last"], row["reports"], row["nils"], others, waits.get(g.name, 0),
        ))  # fmt: skip
    return rows


def held(actor: Actor) -> list[Held]:
    """Messages that wait to be looked at, oldest first."""
    names = [g.name for g in seen(actor) if actor.permits(RECEIVE, place_of(g))]
    rows = ChannelMessage.objects.filter(outcome="held", gateway__in=names).order_by("pk")[:100]
    return [Held(r.pk, r.gateway, r.text, r.received_at) for r in rows]


def release(pk: int, *, by: Actor, at: datetime) -> Report:
    """Make a held message a report. Twice makes one: the message's own key is the report's uuid."""
    row = ChannelMessage.objects.filter(pk=pk, outcome__in=["held", "report"]).first()
    gateway = next((g for g in seen(by) if row is not None and g.name == row.gateway), None)
    if row is None or gateway is None:
        raise NotFound
    check_permitted(by, RECEIVE, place_of(gateway))
    if row.report is not None:
        return row.report
    report = store(Inbound(row.key, unseal(row.sealed), row.text), gateway, uuid.uuid5(NAMESPACE, row.key), at=at)
    with transaction.atomic():
        if ChannelMessage.objects.filter(pk=pk, outcome="held").update(outcome="report", report=report, text=""):
            record(
                "channel.released",
                subject=report.subject,
                region=place_of(gateway),
                by=by,
                at=at,
                detail={"gateway": gateway.name},
            )
    return report


def try_out(name: str, *, by: Actor, at: datetime) -> None:
    """Send a test to the member's own number or address by a gateway (*kirim uji*)."""
    gateway = next((g for g in seen(by) if g.name == name), None)
    if gateway is None:
        raise NotFound
    check_permitted(by, MANAGE, place_of(gateway))
    user = User.objects.filter(pk=by.user_id).first() if by.user_id else None
    to = {"sms": user.phone, "email": user.email}.get(gateway.channel, "") if user else ""
    if not to or not may_send(gateway):
        raise NoWayOut
    with transaction.atomic():
        say(
            f"test:{gateway.name}:{by.id}:{at.isoformat()}",
            gateway,
            to,
            str(_("Uji kirim Kondusif: pesan ini sampai.")),
            at=at,
        )
        record("channel.tested", subject=f"channel:{gateway.name}", region=place_of(gateway), by=by, at=at)
