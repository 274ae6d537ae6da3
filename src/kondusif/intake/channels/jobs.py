"""The worker's part: channels that are asked, parts that wait, replies that go out."""

from __future__ import annotations

import imaplib
import logging
import time
from collections.abc import Callable
from datetime import timedelta

from kondusif.clock.queries import now
from kondusif.intake.channels import folder, mailbox, parts, telegram
from kondusif.intake.channels.gateways import ChannelsUnreadable, Gateway, all_gateways
from kondusif.intake.channels.outgoing import send, send_waiting

log = logging.getLogger("kondusif.channels")
REST = 60  # seconds a gateway that does not answer is left alone: the worker has deadlines to fire
_resting: dict[str, float] = {}


def asked(gateway: Gateway) -> bool:
    """Whether the gateway waits to be asked; a Telegram bot with a webhook calls by itself."""
    return gateway.kind in _ASK and gateway.options.get("webhook", "").lower() != "true"


def ask(kind: str) -> None:
    for gateway in _known():
        if gateway.kind != kind or not asked(gateway) or time.monotonic() < _resting.get(gateway.name, 0.0):
            continue
        try:
            _ASK[kind](gateway)
        except (OSError, ValueError, KeyError, imaplib.IMAP4.error) as error:
            _resting[gateway.name] = time.monotonic() + REST
            log.warning("gateway %s did not answer (%s); asked again in %s s", gateway.name, type(error).__name__, REST)


def _known() -> list[Gateway]:
    """The gateways; none while their file cannot be used, which the log says once a minute and `doctor` at once."""
    if time.monotonic() < _resting.get("", 0.0):
        return []
    try:
        return list(all_gateways().values())
    except ChannelsUnreadable as refusal:
        _resting[""] = time.monotonic() + REST
        log.warning("%s %s", refusal.what, refusal.do)
        return []


def _asking(kind: str) -> Callable[[], None]:
    return lambda: ask(kind)


def finish_parts() -> None:
    parts.finish_waiting(at=now())


_ASK: dict[str, Callable[[Gateway], int]] = {
    "telegram": telegram.poll_one, "email": mailbox.read_mailbox, "gammu": folder.read_folder,
}  # fmt: skip
PERIODIC: dict[str, tuple[timedelta, Callable[[], None]]] = {
    "intake.telegram": (timedelta(seconds=1.5), _asking("telegram")),
    "intake.mailbox": (timedelta(seconds=10), _asking("email")),
    "intake.folder": (timedelta(seconds=3), _asking("gammu")),
    "intake.parts": (timedelta(seconds=20), finish_parts),
    "intake.replies": (timedelta(seconds=0.5), send_waiting),
}

__all__ = ["PERIODIC", "send"]
