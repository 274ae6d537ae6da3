"""A chat forwarded or exported by WhatsApp: its messages, without the names of their senders. Pure.

Two shapes are known: `[25/11/20 21.03] Nama: pesan` and `25/11/20 21.03 - Nama: pesan`, with or without year, seconds and
AM/PM. Names and numbers of senders become `pengirim 1`, `pengirim 2` …, also where somebody is addressed with @.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

_STAMP = (
    r"(?P<a>[0-9]{1,2})[/.-](?P<b>[0-9]{1,2})(?:[/.-](?P<y>[0-9]{4}|[0-9]{2}))?,?[ \u00a0\u202f]{1,3}"
    r"(?P<h>[0-9]{1,2})[.:](?P<m>[0-9]{2})(?:[.:][0-9]{2})?(?:[ \u00a0\u202f]?(?P<half>[AaPp])\.?[Mm]\.?)?"
)
_BARE_STAMP = re.sub(r"P<(\w+)>", r"P<\1_>", _STAMP)
_HEADER = re.compile(rf"^[ \t]*(?:\[{_STAMP}\][ \t]*|{_BARE_STAMP}[ \t]?[-–][ \t])(?P<rest>[^\n]*)", re.MULTILINE)
_SENDER = re.compile(r"(?P<name>[^:\n]{1,60}):(?:[ \t]|$)")
_FILE = re.compile(
    r"<(?:media|berkas|lampiran|attached|foto|video|audio)[^>\n]{0,60}>|(?:gambar|video|audio|stiker|gif|dokumen) (?:tidak disertakan|omitted)"
    r"|\S+\.(?:jpg|jpeg|mp4|opus|pdf|webp) \((?:file terlampir|file attached)\)|(?:image|sticker|document) omitted",
    re.IGNORECASE,
)
_DELETED = re.compile(
    r"(?:pesan ini (?:telah )?dihapus|anda menghapus pesan ini|this message was deleted)\.?", re.IGNORECASE
)
_ADDRESSED = re.compile("@(?:\u2068[^\u2069\n]{1,60}\u2069|\\+?[0-9]{7,15})")
NAMELESS = "pengirim"


@dataclass(frozen=True)
class Message:
    """One message. `sender` is `pengirim n`, '' for a line of the program itself; `body` may be empty (a picture)."""

    sender: str
    sent_at: datetime
    body: str
    start: int = 0  # where the body stands in the text it was split from
    kind: str = "text"  # text, file, system


def split(text: str, *, at: datetime, zone: tzinfo) -> list[Message]:
    """The messages of a chat in their order; [] where the text has no header of one. `at`: when it was pasted."""
    headers = list(_HEADER.finditer(text))
    if not headers or text[: headers[0].start()].strip():
        return []
    swapped = _american(headers, at=at, zone=zone)
    numbers: dict[str, str] = {}
    found: list[Message] = []
    for header, after in zip(headers, [*headers[1:], None], strict=True):
        sent = _instant(header, swapped=swapped, at=at, zone=zone)
        if sent is None:
            return []
        end = after.start() if after else len(text)
        named = _SENDER.match(text, header.start("rest"), header.end("rest"))
        start = named.end() if named else header.start("rest")
        body = text[start:end].rstrip()
        start += len(body) - len(body.lstrip())
        sender = _nameless(named["name"].strip(), numbers) if named else ""
        found.append(_message(sender, sent, body.strip(), start))
    return found


def _message(sender: str, sent: datetime, body: str, start: int) -> Message:
    if not sender:
        return Message("", sent, "", start, "system")
    if _DELETED.fullmatch(body) or not _FILE.sub("", body).strip():
        return Message(sender, sent, "", start, "file")
    return Message(sender, sent, body, start)


def _nameless(name: str, numbers: dict[str, str]) -> str:
    if re.fullmatch(rf"{NAMELESS} [0-9]+", name):
        return numbers.setdefault(name, name)
    taken = len(numbers) + 1
    while f"{NAMELESS} {taken}" in numbers.values():
        taken += 1
    return numbers.setdefault(name, f"{NAMELESS} {taken}")


def _part(header: re.Match[str], name: str) -> str:
    return header[name] or header[name + "_"] or ""


def _american(headers: Sequence[re.Match[str]], *, at: datetime, zone: tzinfo) -> bool:
    """Whether the month stands first: only then is every date possible and none in the future."""

    def possible(*, swapped: bool) -> bool:
        sent = [_instant(h, swapped=swapped, at=at, zone=zone) for h in headers]
        return all(s is not None and s <= at + timedelta(days=1) for s in sent)

    return not possible(swapped=False) and possible(swapped=True)


def _instant(header: re.Match[str], *, swapped: bool, at: datetime, zone: tzinfo) -> datetime | None:
    day, month = int(_part(header, "a")), int(_part(header, "b"))
    if swapped:
        day, month = month, day
    hour, minute, half = int(_part(header, "h")), int(_part(header, "m")), _part(header, "half").lower()
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    year = _part(header, "y")
    here = at.astimezone(zone)
    try:
        if year:
            named = date(int(year) + (2000 if len(year) == 2 else 0), month, day)
        else:
            named = date(here.year, month, day)
            if named > here.date() + timedelta(days=1):
                named = date(here.year - 1, month, day)
        return datetime.combine(named, time(hour, minute), tzinfo=zone)
    except ValueError:
        return None


def without_names(text: str) -> str:
    """A text in which nobody is addressed by name or number."""
    return _ADDRESSED.sub("@" + NAMELESS, text)


def together(messages: Sequence[Message]) -> str:
    """The chosen messages as one text: a single one bare, several each behind its time and `pengirim n`."""
    if len(messages) == 1:
        return without_names(messages[0].body)
    return "\n".join(f"[{m.sent_at:%d/%m/%y %H.%M}] {m.sender}: {without_names(m.body)}" for m in messages)
