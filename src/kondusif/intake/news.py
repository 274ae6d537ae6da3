"""Tell the reporter by the channel they wrote from that the office has written. Only that: the words stay behind the code."""

from __future__ import annotations

from datetime import datetime

from django.utils import translation

from kondusif.intake.channels import replies
from kondusif.intake.channels.gateways import ChannelsUnreadable, all_gateways
from kondusif.intake.channels.outgoing import say
from kondusif.intake.models import ChannelMessage, Report
from kondusif.intake.privacy import unseal

BY_CHANNEL = frozenset({"sms", "telegram", "email"})


def tell_by_channel(report: Report, key: str, *, at: datetime) -> None:
    """In the caller's transaction; nothing for reports that came another way, or whose sender was erased."""
    if report.channel not in BY_CHANNEL:
        return
    came = ChannelMessage.objects.filter(report=report).exclude(sealed="").order_by("pk").first()
    try:
        gateway = all_gateways().get(came.gateway) if came else None
    except ChannelsUnreadable:
        return  # the letter stands behind the code all the same; `doctor` names the fault
    if came is not None and gateway is not None:
        with translation.override(report.language):
            say(key, gateway, unseal(came.sealed), replies.news(), at=at)
