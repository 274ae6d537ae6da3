"""The labelled messages, and when a field of a reading counts as right."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from kondusif.intake.message.words import Finding

FILE = Path(__file__).with_name("messages.jsonl")
ZONE = timezone(timedelta(hours=8))
WITHIN = {"minute": timedelta(0), "hour": timedelta(minutes=60)}  # `habis magrib` is no one minute


@dataclass(frozen=True)
class Labelled:
    """One invented message and what it says; a field that `want` lacks must stay empty. `unsure` fields are not counted."""

    id: str
    split: str
    received_at: datetime
    text: str
    want: dict[str, Any]
    desk: str = ""
    unsure: tuple[str, ...] = ()


def messages() -> list[Labelled]:
    rows = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    return [
        Labelled(
            r["id"], r["split"], datetime.fromisoformat(r["received"]).replace(tzinfo=ZONE), r["text"], r["want"],
            r.get("desk", ""), tuple(r.get("unsure", ())),
        )
        for r in rows
    ]  # fmt: skip


def same(field: str, value: Any, wanted: Any) -> bool:
    if field == "when":
        instant, precision = value
        day = datetime.fromisoformat(wanted["at"]).replace(tzinfo=ZONE)
        if precision != wanted["precision"]:
            return False
        return instant.date() == day.date() if precision == "day" else abs(instant - day) <= WITHIN[precision]
    if field == "place":
        said, meant = (set(re.findall(r"\w+", words.lower())) for words in (value, wanted))
        return len(said & meant) / len(said | meant) >= 0.6 or (meant <= said and len(said) <= len(meant) + 4)
    return bool(value == wanted)


def right(field: str, found: Finding, want: dict[str, Any], threshold: float | None = None) -> str:
    """`right`, `wrong`, `missed` (said, left empty), `invented` (not said, filled in) or `silent` (rightly empty)."""
    value = found.sure if threshold is None else found.value if found.confidence >= threshold else None
    wanted = want.get(field)
    if wanted is None:
        return "silent" if value is None else "invented"
    if value is None:
        return "missed"
    return "right" if same(field, value, wanted) else "wrong"
