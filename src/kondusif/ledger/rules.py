"""How a line becomes bytes and a block becomes a hash. `verify.py` states the same on its own."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

FIRST = "0" * 64  # what the first block calls its previous one


def canonical(detail: Mapping[str, object]) -> str:
    return json.dumps(detail, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def line_bytes(
    id: int, at: datetime, verb: str, subject: str, region: str, actor: str, actor_label: str, tier: str, detail: str
) -> bytes:
    parts = [id, instant(at), verb, subject, region, actor, actor_label, tier, detail]
    return json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def block_hash(previous: str, lines: Iterable[bytes]) -> str:
    total = hashlib.sha256(previous.encode())
    for line in lines:
        total.update(line)
    return total.hexdigest()


def commitment(salt: bytes, value: str) -> str:
    """A salted commitment to personal data: proves it later, reveals nothing, and dies with its salt (UU 27/2022)."""
    return hashlib.sha256(salt + value.encode()).hexdigest()
