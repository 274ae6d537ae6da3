"""Receipts signed by the server: whoever holds one can show, without us, that a thing arrived and when.

A receipt is a JSON text in canonical form (RFC 8785: sorted keys, no spaces; ours is ASCII throughout) with an Ed25519 signature
(RFC 8032) over exactly those bytes. It holds no content: the digest of the content as it came in, and the digest of the
tracking code, so that a proof shown to others opens nothing. Keys lie in KONDUSIF_HOME/secrets/receipt.keys (0600), newest
first. `rotate` adds one and forgets the private half of the older ones; their public halves stay, so old receipts stay good.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

VERSION = 1
Key = dict[str, str]  # kid, x, since; d where it may still sign (base64url, as in RFC 8037)


@dataclass(frozen=True)
class Signed:
    receipt: str
    signature: str


def canonical(body: Mapping[str, object]) -> str:
    """RFC 8785 for what stands in a receipt: ASCII strings and small whole numbers."""
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def thumbprint(x: str) -> str:
    """The name of a key: RFC 7638 over its public half."""
    return b64(hashlib.sha256(canonical({"crv": "Ed25519", "kty": "OKP", "x": x}).encode()).digest())


def _path() -> Path:
    return Path(settings.HOME) / "secrets" / "receipt.keys"


def _fresh_key(at: datetime) -> Key:
    private = Ed25519PrivateKey.generate()
    x = b64(private.public_key().public_bytes_raw())
    return {"kid": thumbprint(x), "x": x, "d": b64(private.private_bytes_raw()), "since": _instant(at)}


def _write(keys: list[Key], *, first: bool) -> None:
    """Durable and readable by its owner alone. At the very first the earliest of several processes wins."""
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
        json.dump(keys, handle, indent=1)
        handle.flush()
        os.fsync(handle.fileno())
    if not first:
        fresh.replace(path)
        return
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()


@lru_cache(maxsize=2)
def _read(path: Path, changed: int) -> tuple[Key, ...]:
    return tuple(json.loads(path.read_text()))


def _keys(*, at: datetime) -> tuple[Key, ...]:
    """Newest first; made at first need. A rotation by another process is seen by the file's time."""
    path = _path()
    if not path.exists():
        _write([_fresh_key(at)], first=True)
    return _read(path, path.stat().st_mtime_ns)


def public_keys(*, at: datetime) -> list[Key]:
    """The public halves as JSON Web Keys (RFC 8037), newest first."""
    return [
        {"kty": "OKP", "crv": "Ed25519", "use": "sig", "kid": k["kid"], "x": k["x"], "since": k["since"]}
        for k in _keys(at=at)
    ]


def rotate(*, at: datetime) -> str:
    """Sign with a new key from now on; the name of it."""
    old = [{name: value for name, value in key.items() if name != "d"} for key in _keys(at=at)]
    fresh = _fresh_key(at)
    _write([fresh, *old], first=False)
    return fresh["kid"]


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def sign(
    *, uuid: UUID, kind: str, subject: str, tracking_digest: str, digest: str, received_at: datetime, at: datetime
) -> Signed:
    """The receipt of one delivery. `digest` is the SHA-256 (hex) of the content as received, `tracking_digest` of the code ('' without one)."""
    key = _keys(at=at)[0]
    body = {
        "v": VERSION, "key": key["kid"], "uuid": str(uuid), "kind": kind, "subject": subject, "digest": digest,
        "tracking_digest": tracking_digest, "received_at": _instant(received_at),
    }  # fmt: skip
    text = canonical(body)
    signature = Ed25519PrivateKey.from_private_bytes(unb64(key["d"])).sign(text.encode())
    return Signed(text, b64(signature))


def fault(receipt: object, signature: object, keys: Iterable[Mapping[str, Any]], content: object = None) -> str:
    """Why a receipt does not hold: unreadable, unknown-key, forged or other-content; '' where it holds."""
    if not isinstance(receipt, str) or not isinstance(signature, str):
        return "unreadable"
    try:
        body = json.loads(receipt)
        wanted = {k["kid"]: k["x"] for k in keys}[body["key"]]
        Ed25519PublicKey.from_public_bytes(unb64(wanted)).verify(unb64(signature), receipt.encode())
    except InvalidSignature:
        return "forged"
    except KeyError:
        return "unknown-key"
    except (ValueError, TypeError, RecursionError, binascii.Error):
        return "unreadable"
    if content is not None and (
        not isinstance(content, str)
        or hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest() != body["digest"]
    ):
        return "other-content"
    return ""
