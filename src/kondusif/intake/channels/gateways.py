"""The gateways of this house, from `channels.toml` beside the database (mode 0600: it holds secrets), and how their calls are proved."""

from __future__ import annotations

import hmac
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kondusif.ledger.errors import Refusal

KINDS = {"kannel": "sms", "android": "sms", "gammu": "sms", "telegram": "telegram", "email": "email"}
WINDOW = 300  # seconds a signed call may be old, or ahead
SHORTEST_SECRET = 16

# How each kind names things, unless the file says otherwise. A dot leads into a JSON object.
FIELDS: dict[str, dict[str, str]] = {
    "kannel": {"sender": "from", "text": "text", "id": "id", "time": "time"},
    "android": {
        "sender": "payload.phoneNumber", "text": "payload.message", "id": "payload.messageId", "time": "payload.receivedAt",
        "signature": "X-Signature", "timestamp": "X-Timestamp", "signed": "{body}{timestamp}",
    },
}  # fmt: skip


class ChannelsUnreadable(Refusal):
    code = "channels-unreadable"
    status = 503
    what = _("Berkas channels.toml tidak dapat dipakai.")
    do = _("Jalankan ./kondusif doctor; kalimatnya mengatakan apa yang harus dibetulkan.")


class CallNotProved(Refusal):
    code = "call-not-proved"
    status = 403
    what = _("Kiriman gerbang ini tidak membawa tanda yang benar.")
    kept = _("Tidak ada yang disimpan.")
    do = _("Samakan rahasia di gerbang dan di channels.toml, dan periksa jam gerbang.")


@dataclass(frozen=True)
class Gateway:
    """One line out of the house. `options` holds what only its kind knows (addresses, tokens, folders)."""

    name: str
    kind: str
    region: str
    secret: str
    allow: tuple[str, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def channel(self) -> str:
        return KINDS[self.kind]


def path() -> Path:
    return Path(settings.HOME) / "channels.toml"


def all_gateways() -> dict[str, Gateway]:
    """Every gateway by name; none where there is no file. Read anew each time: it is small, and changes take effect at once."""
    file = path()
    if not file.exists():
        return {}
    if file.stat().st_mode & 0o077:
        raise ChannelsUnreadable(_("channels.toml dapat dibaca orang lain."), do=_("Jalankan: chmod 600 channels.toml"))
    try:
        found = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ChannelsUnreadable(_("channels.toml bukan TOML yang sah: %s") % error) from None
    return {name: parsed(name, table) for name, table in found.items()}


def parsed(name: str, table: object) -> Gateway:
    """One table of the file, or the reason why it cannot be used."""
    if not isinstance(table, dict) or table.get("kind") not in KINDS:
        raise ChannelsUnreadable(
            _("[%(name)s]: kind harus salah satu dari %(kinds)s.") % {"name": name, "kinds": ", ".join(KINDS)}
        )
    kind, secret = table["kind"], str(table.get("secret", ""))
    if kind in {"kannel", "android"} and len(secret) < SHORTEST_SECRET:
        raise ChannelsUnreadable(
            _("[%(name)s]: secret paling sedikit %(n)d huruf.") % {"name": name, "n": SHORTEST_SECRET}
        )
    own = {k: str(v) for k, v in table.get("fields", {}).items()}
    known = {"kind", "region", "secret", "allow", "fields"}
    return Gateway(
        name, kind, str(table.get("region", "")), secret, tuple(map(str, table.get("allow", []))),
        FIELDS.get(kind, {}) | own, {k: str(v) for k, v in table.items() if k not in known},
    )  # fmt: skip


def check_token(gateway: Gateway, given: str) -> None:
    """The secret itself, as Kannel's `get-url` or Telegram's header carries it; compared in constant time."""
    if not gateway.secret or not hmac.compare_digest(given.encode(), gateway.secret.encode()):
        raise CallNotProved


def check_signature(gateway: Gateway, body: bytes, *, signature: str, timestamp: str, real: float) -> None:
    """HMAC-SHA256 over the raw bytes and the moment of sending (`fields.signed` says in which order), at most five minutes old.

    The bytes as they came, never a parsed and rewritten form: escapes and emoji would break it.
    """
    try:
        sent = float(timestamp)
    except ValueError:
        raise CallNotProved from None
    if not abs(real - (sent / 1000 if sent > 1e11 else sent)) <= WINDOW:
        raise CallNotProved(_("Kiriman gerbang ini terlalu lama atau dari masa depan."))
    before, _sep, after = gateway.fields["signed"].partition("{body}")
    signed = before.replace("{timestamp}", timestamp).encode() + body + after.replace("{timestamp}", timestamp).encode()
    wanted = hmac.new(gateway.secret.encode(), signed, sha256).hexdigest()
    if not hmac.compare_digest(signature.removeprefix("sha256=").lower().encode(), wanted.encode()):
        raise CallNotProved


def check_address(gateway: Gateway, address: str) -> None:
    if gateway.allow and address not in gateway.allow:
        raise CallNotProved(_("Alamat pengirim tidak ada dalam daftar gerbang ini."))


def pick(data: Any, name: str) -> str:
    """A value by its dotted name, '' where it is absent or no plain value."""
    for step in name.split("."):
        data = data.get(step) if isinstance(data, Mapping) else None
    return str(data) if isinstance(data, str | int | float) and not isinstance(data, bool) else ""
