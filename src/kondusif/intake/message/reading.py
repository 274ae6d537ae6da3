"""A free message into a draft: every field with its value, the words it came from, and how sure it is. Pure.

Nothing is guessed silently. Below its threshold (`words.THRESHOLDS`) a field stays empty and a question stands in its place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo

from kondusif.intake.message import chat, matters, people, places, times
from kondusif.intake.message.words import Finding, Span, lowered, masked

LONGEST_READ = 5000  # characters: no report is longer
FIELDS = ("when", "place", "region", "kind", "people", "dead", "injured", "source", "threatened", "nil")

# What a reason means to the officer, as a sentence in the place of a guess.
QUESTIONS: dict[str, str] = {
    "when-unsaid": "Kapan terjadi tidak disebut.",
    "time-contradiction": "Waktunya bertentangan sendiri. Kapan sebenarnya?",
    "time-to-come": "Yang disebut waktu yang akan datang: rencana, bukan kejadian.",
    "time-vague": "Waktunya terlalu umum untuk satu tanggal.",
    "time-unclear": "Waktunya bisa dibaca dua cara. Yang mana?",
    "morning-or-evening": "Jamnya pagi atau malam?",
    "several-times": "Beberapa waktu disebut. Yang mana waktu kejadiannya?",
    "date-impossible": "Tanggal itu tidak ada di kalender.",
    "clock-impossible": "Jam itu tidak ada.",
    "wrong-weekday": "Hari dan tanggalnya tidak cocok. Mana yang benar?",
    "h-unknown": "H dihitung dari hari apa?",
    "place-unsaid": "Tempatnya tidak disebut.",
    "place-unclear": "Beberapa tempat disebut. Yang mana?",
    "region-unsaid": "Daerahnya tidak disebut.",
    "region-unclear": "Nama daerahnya kurang jelas.",
    "region-several": "Nama ini bisa berarti beberapa daerah. Pilih satu.",
    "region-by-desk": "Daerahnya tidak disebut; diisi daerah meja Anda.",
    "region-chosen-by-desk": "Nama ini ada di beberapa daerah; dipilih yang di daerah meja Anda.",
    "kind-unsaid": "Jenisnya belum terbaca.",
    "kind-several": "Bisa dibaca sebagai beberapa jenis.",
    "people-unsaid": "Jumlah orang tidak disebut.",
    "people-vague": "Jumlahnya hanya kira-kira. Isi satu angka bila tahu.",
    "people-several": "Beberapa jumlah disebut. Yang mana?",
    "dead-unsaid": "Korban meninggal tidak disebut.",
    "dead-uncounted": "Ada kata tentang korban meninggal tanpa jumlah yang jelas.",
    "injured-unsaid": "Korban luka tidak disebut.",
    "injured-uncounted": "Ada kata tentang korban luka tanpa jumlah yang jelas.",
    "hearsay": "Hanya kabar; belum ada yang memastikan.",
    "source-unsaid": "Dari siapa tidak disebut.",
    "threat-unsaid": "Tidak disebut ada yang terancam sekarang.",
    "nil-unsaid": "",
    "nil-with-matter": "Ada kata nihil atau aman, tetapi juga ada kejadian.",
}  # fmt: skip
_FORWARDED = re.compile(r"(?<!\w)(?:diteruskan|forwarded|sebarkan|viralkan|copas|sebar info)(?!\w)")


@dataclass(frozen=True)
class Reading:
    """What a text was read as. `text` is the text given, untouched; spans are positions in it."""

    text: str
    received_at: datetime
    findings: dict[str, Finding]
    forwarded: bool = False
    cut: bool = False  # longer than is read

    def __getitem__(self, field: str) -> Finding:
        return self.findings[field]


def read(
    text: str, *, at: datetime, zone: tzinfo, locate: places.Locate, desk: str = "", day_h: date | None = None
) -> Reading:
    """Read a message that came in at `at`. `desk`: the region the officer's desk serves, '' where it is the province."""
    looked_at = text[:LONGEST_READ]
    parts = chat.split(looked_at, at=at, zone=zone)
    low = lowered(looked_at)
    if parts:
        low = masked(low, _outside(parts, len(low)), "\n")
    said = times.groups(low)
    clocks = [span for group in said for span in group.spans]
    if parts:
        found = {"when": _when_sent(low, parts, zone=zone, day_h=day_h)}
    else:
        found = {"when": times.when(low, at=at, zone=zone, day_h=day_h, found=said)}
    counted = {"dead": people.dead(low), "injured": people.injured(low)}
    taken = [span for f in counted.values() for span in f.spans]
    found |= counted | {"people": people.people(low, [*taken, *clocks])}
    hide = clocks + [s for f in ("people", "dead", "injured") for s in found[f].spans if found[f].value is not None]
    areas = places.named_areas(low, locate, hide)
    named = [span for _, spans in areas for span in spans]
    written = masked(looked_at, [*hide, *(_outside(parts, len(low)) if parts else [])], "\n")
    place = places.place(written, lowered(written), named)
    found |= {"place": place, "region": places.region(looked_at, areas, desk=desk)}
    found |= {
        "kind": matters.kind(masked(low, named)),
        "source": matters.source(low),
        "threatened": matters.threatened(low),
    }
    found["nil"] = _nil(low, found)
    received = parts[-1].sent_at if parts else at
    return Reading(
        text, received, {f: found[f] for f in FIELDS}, bool(_FORWARDED.search(low)), len(text) > LONGEST_READ
    )


def _nil(low: str, found: dict[str, Finding]) -> Finding:
    """Nihil beside anybody counted, hurt or threatened is not believed."""
    nil = matters.nil(low)
    if nil.sure and any(found[f].sure for f in ("people", "dead", "injured", "threatened")):
        return replace(nil, confidence=0.3, reason="nil-with-matter")
    return nil


def _outside(parts: Sequence[chat.Message], length: int) -> list[Span]:
    """Everything of a chat that is no one's words: the heads of its messages and the lines of the program."""
    spans: list[Span] = []
    at = 0
    for part in parts:
        if not part.body:
            continue
        spans.append((at, part.start))
        at = part.start + len(part.body)
    return [*spans, (at, length)]


def _when_sent(low: str, parts: Sequence[chat.Message], *, zone: tzinfo, day_h: date | None) -> Finding:
    """The time of a chat is that of its first message which says one, counted from when that message was sent."""
    first: Finding | None = None
    for part in parts:
        if part.body:
            one = times.when(low[part.start : part.start + len(part.body)], at=part.sent_at, zone=zone, day_h=day_h)
            one = one.shifted(part.start)
            if one.value is not None:
                return one
            first = first if first is not None and first.spans else one
    return first or Finding("when", reason="when-unsaid")
