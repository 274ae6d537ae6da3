"""Telegram: an update of the Bot API becomes an `Inbound`. Private chats only: groups are never joined nor read."""

from __future__ import annotations

import io
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from kondusif.clock.queries import now
from kondusif.intake import attachments
from kondusif.intake.channels.gateways import Gateway
from kondusif.intake.channels.inbound import Inbound
from kondusif.intake.channels.outgoing import http, say, telegram
from kondusif.intake.channels.reception import take
from kondusif.intake.models import ChannelCursor
from kondusif.intake.rules import KeptFile
from kondusif.ledger.errors import Refusal

log = logging.getLogger("kondusif.channels")
HEARD_NOT = "[Rekaman suara atau berkas yang tidak dapat diterima; mohon ditulis.]"
NOT_FETCHED = "[Foto tidak dapat diambil dari Telegram.]"


def take_update(update: Any, gateway: Gateway, *, at: datetime) -> str:
    """Take one update; what became of it, '' where it is none of ours. The update's number makes it exactly-once."""
    message = inbound(update, gateway)
    if message is None:
        return ""
    taken = take(message, gateway, at=at)
    say(f"{gateway.name}:{message.id}", gateway, message.sender, taken.reply, at=at)
    return taken.outcome


def inbound(update: Any, gateway: Gateway) -> Inbound | None:
    """The message in an update: text or caption, photo, position. None for groups, channels, bots and other kinds."""
    if not isinstance(update, Mapping):
        return None
    found = update.get("message") or update.get("edited_message")
    if not isinstance(found, Mapping) or not isinstance(update.get("update_id"), int):
        return None
    chat, writer = found.get("chat") or {}, found.get("from") or {}
    if chat.get("type") != "private" or writer.get("is_bot") or not isinstance(chat.get("id"), int):
        return None
    text = str(found.get("text") or found.get("caption") or "")
    files, notes = _photos(found, gateway)
    if (
        found.get("voice")
        or found.get("audio")
        or found.get("document")
        or found.get("sticker")
        or found.get("video_note")
    ):
        notes.append(HEARD_NOT)
    if "edited_message" in update:
        notes.append("[Pesan ini diubah oleh pengirimnya.]")
    sent = found.get("date")
    return Inbound(
        str(update["update_id"]), f"{chat['id']}@telegram", "\n".join([text, *notes]).strip(),
        datetime.fromtimestamp(sent, UTC) if isinstance(sent, int) else None, files, _place(found),
        language=str(writer.get("language_code") or "id"),
    )  # fmt: skip


def _place(found: Mapping[str, Any]) -> tuple[float, float] | None:
    position = found.get("location") or (found.get("venue") or {}).get("location")
    if not isinstance(position, Mapping):
        return None
    lat, lon = position.get("latitude"), position.get("longitude")
    return (float(lat), float(lon)) if isinstance(lat, int | float) and isinstance(lon, int | float) else None


def _photos(found: Mapping[str, Any], gateway: Gateway) -> tuple[tuple[KeptFile, ...], list[str]]:
    """The largest size of the photo, checked and stripped like any other; a note where it could not be had."""
    sizes = found.get("photo") or []
    if not sizes:
        return (), []
    try:
        got: Any = telegram(gateway, "getFile", file_id=str(sizes[-1]["file_id"]))["result"]
        base = gateway.options.get("api", "https://api.telegram.org")
        data = http(f"{base}/file/bot{gateway.options['token']}/{got['file_path']}")
        return (attachments.keep(io.BytesIO(data), "foto.jpg"),), []
    except (OSError, KeyError, TypeError, ValueError, Refusal):
        log.warning("a photo sent to %s could not be fetched; its words were kept", gateway.name)
        return (), [NOT_FETCHED]


def poll_one(gateway: Gateway) -> int:
    cursor, _made = ChannelCursor.objects.get_or_create(gateway=gateway.name)
    found: Any = telegram(
        gateway,
        "getUpdates",
        offset=cursor.position,
        limit=50,
        timeout=0,
        allowed_updates=["message", "edited_message"],
    )
    updates = found.get("result") or []
    for update in updates:
        take_update(update, gateway, at=now())
        cursor.position = max(cursor.position, int(update["update_id"]) + 1)
        cursor.save(update_fields=["position"])
    return len(updates)
