"""What is said back by a channel: written down first, sent by the worker, tried again, wiped when it is gone."""

from __future__ import annotations

import base64
import json
import logging
import os
import urllib.parse
import urllib.request
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from kondusif.clock.actions import enqueue
from kondusif.clock.queries import real_now
from kondusif.intake.channels.gateways import Gateway, all_gateways
from kondusif.intake.models import ChannelReply
from kondusif.intake.privacy import seal, unseal

log = logging.getLogger("kondusif.channels")
TIMEOUT = 8
MOST = 25 * 1024 * 1024  # of an answer
SENT = 300  # HTTP status from which an answer means it was not taken


def say(key: str, gateway: Gateway, to: str, words: str, *, at: datetime, thread: str = "") -> None:
    """Write down what is to be said, once by its key, in the caller's transaction. Nothing for no words."""
    if words and may_send(gateway):
        sealed = seal(json.dumps([to, words]))
        ChannelReply.objects.get_or_create(
            key=key[:210],
            defaults={"gateway": gateway.name, "sealed": sealed, "thread": thread[:300], "created_at": at},
        )


def may_send(gateway: Gateway) -> bool:
    """Whether the gateway has a way out."""
    return bool(gateway.options.get({"telegram": "token", "gammu": "outbox"}.get(gateway.kind, "send"))) or (
        gateway.kind == "email" and bool(settings.EMAIL_HOST)
    )


def send_waiting() -> None:
    """Hand what waits to the job runner, each by its own retries."""
    waiting = ChannelReply.objects.filter(sent_at=None, error="").order_by("pk").values_list("pk", flat=True)
    for pk in waiting[:200]:
        enqueue("intake.reply", key=f"reply:{pk}", payload={"reply": pk}, run_at=real_now() - timedelta(seconds=1))


def send(payload: dict[str, int]) -> None:
    """Send one reply; raises where the gateway did not take it, to be tried again."""
    row = ChannelReply.objects.get(pk=payload["reply"])
    if row.sent_at is not None or not row.sealed:
        return
    gateway = all_gateways().get(row.gateway)
    if gateway is None:
        ChannelReply.objects.filter(pk=row.pk).update(error="gateway removed", sealed="")
        return
    to, words = json.loads(unseal(row.sealed))
    _WAYS[gateway.kind](gateway, to, words, row)
    ChannelReply.objects.filter(pk=row.pk).update(sent_at=real_now(), sealed="")


def http(url: str, data: bytes | None = None, headers: dict[str, str] | None = None) -> bytes:
    """Ask a gateway; OSError where it does not answer or says no."""
    if urllib.parse.urlsplit(url).scheme not in {"http", "https"}:
        raise ValueError("a gateway's address begins with http:// or https://")
    with urllib.request.urlopen(urllib.request.Request(url, data, headers or {}), timeout=TIMEOUT) as answer:  # noqa: S310
        if answer.status >= SENT:
            raise OSError(f"gateway answered {answer.status}")
        return bytes(answer.read(MOST))


def by_kannel(gateway: Gateway, to: str, words: str, row: ChannelReply) -> None:
    """`send = "http://host:13013/cgi-bin/sendsms?username=…&password=…&to={to}&text={text}"`."""
    quote = urllib.parse.quote
    http(gateway.options["send"].replace("{to}", quote(to)).replace("{text}", quote(words)))


def by_android(gateway: Gateway, to: str, words: str, row: ChannelReply) -> None:
    """POST of JSON to `send`; `send_body` holds the form with {to} and {text}, `send_user`/`send_password` the sign-in."""
    shape = gateway.options.get("send_body", '{"phoneNumbers": ["{to}"], "message": "{text}"}')
    body = shape.replace("{to}", json.dumps(to)[1:-1]).replace("{text}", json.dumps(words)[1:-1])
    headers = {"Content-Type": "application/json"}
    if user := gateway.options.get("send_user"):
        word = base64.b64encode(f"{user}:{gateway.options.get('send_password', '')}".encode()).decode()
        headers["Authorization"] = f"Basic {word}"
    http(gateway.options["send"], body.encode(), headers)


def by_gammu(gateway: Gateway, to: str, words: str, row: ChannelReply) -> None:
    """A file in gammu-smsd's outbox, whole when it appears: `OUTC<date>_<time>_<serial>_<number>_kondusif.txt`."""
    digits = "".join(c for c in to if c.isdigit() or c == "+")
    name = f"OUTC{row.created_at:%Y%m%d_%H%M%S}_{row.pk % 100:02d}_{digits}_kondusif{row.pk}.txt"
    folder = Path(gateway.options["outbox"])
    fresh = folder / f".{name}"
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as handle:
        handle.write(words.encode("latin-1", "replace"))
        handle.flush()
        os.fsync(handle.fileno())
    fresh.rename(folder / name)


def telegram(gateway: Gateway, method: str, **words: object) -> dict[str, object]:
    """Call the Bot API; `api` may name a server of one's own."""
    url = f"{gateway.options.get('api', 'https://api.telegram.org')}/bot{gateway.options['token']}/{method}"
    found: dict[str, object] = json.loads(http(url, json.dumps(words).encode(), {"Content-Type": "application/json"}))
    if not found.get("ok"):
        raise OSError(f"Telegram refused {method}: {found.get('error_code')}")
    return found


def by_telegram(gateway: Gateway, to: str, words: str, row: ChannelReply) -> None:
    telegram(gateway, "sendMessage", chat_id=int(to.partition("@")[0]), text=words)


def by_mail(gateway: Gateway, to: str, words: str, row: ChannelReply) -> None:
    headers = {"Message-ID": f"<kondusif-reply-{row.pk}@{settings.MAIL_DOMAIN}>", "Auto-Submitted": "auto-replied"}
    if row.thread:
        headers |= {"In-Reply-To": row.thread, "References": row.thread}
    sender = gateway.options.get("address", settings.DEFAULT_FROM_EMAIL)
    EmailMessage(_("Pesan Anda"), words, sender, [to], headers=headers).send()


_WAYS = {
    "kannel": by_kannel, "android": by_android, "gammu": by_gammu, "telegram": by_telegram, "email": by_mail,
}  # fmt: skip
