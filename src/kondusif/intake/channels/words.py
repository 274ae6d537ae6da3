"""What a short message asks for: its first word, repaired where it is misspelt, and which part of a longer one it is. Pure."""

from __future__ import annotations

import re
from typing import NamedTuple

from rapidfuzz.distance import OSA

from kondusif.intake import rules

# What people type for a letter or a digit on small keys, and what older phones make of it.
_AS_LETTERS = str.maketrans("0158|", "OISBI")
_AS_DIGITS = str.maketrans("OoQIilL|SsBZz", "0001111155822")
LONGEST_NIL = 12  # words; whoever writes more than that has something to tell

WORDS = {
    "NIHIL": "nil", "LAPOR": "report", "LAPORAN": "report", "LACAK": "track", "STATUS": "track",
    "BANTUAN": "help", "BANTU": "help", "HELP": "help", "INFO": "help", "MULAI": "help", "START": "help",
}  # fmt: skip
# Messages that say nothing yet: answered with how to report, never turned into a report.
GREETINGS = frozenset({
    "p", "tes", "test", "halo", "hallo", "hai", "hi", "ping", "min", "admin", "pak", "bu", "permisi", "ok", "oke", "ya", "siap", "siap ndan",
    "pagi", "siang", "sore", "malam", "selamat pagi", "selamat siang", "selamat sore", "selamat malam", "terima kasih", "makasih",
    "trims", "assalamualaikum", "assalamu alaikum", "ass", "salam", "hello", "aman", "aman terkendali",
})  # fmt: skip
# The sources of a nil report (`rules.NIL_SOURCES`) by the number or the word people use for them.
SOURCES = {
    "1": "watch", "PIKET": "watch", "SIAGA": "watch",
    "2": "subdistricts", "DESA": "subdistricts", "CAMAT": "subdistricts", "LURAH": "subdistricts",
    "3": "village_officers", "BABINSA": "village_officers", "BHABIN": "village_officers", "BHABINKAMTIBMAS": "village_officers",
    "4": "forums", "FKDM": "forums", "FKUB": "forums", "TOKOH": "forums",
    "5": "media", "MEDSOS": "media", "MEDIA": "media",
}  # fmt: skip

_TRACKING = re.compile(r"^\s*((?:[0-9A-Za-z]{4}[ -]?){2}[0-9A-Za-z]{4})(?=$|[\s.,:;-])[\s.,:;-]*", re.S)
_PART = re.compile(
    r"^\s*[(\[]?([0-9OoQIil|SsBZz]{1,2})\s*(?:/|dari|dr)\s*([0-9OoQIil|SsBZz]{1,2})[)\]]?[\s.:,-]+(?=\S)", re.I
)
_PART_LAST = re.compile(r"\s*[(\[]([0-9OoQIil|SsBZz]{1,2})\s*/\s*([0-9OoQIil|SsBZz]{1,2})[)\]]\s*$")
_UNITS = re.compile(r"(jam|menit|hari|bulan|tahun|ha|hektare?|km|meter|m|kg|juta|bagian|porsi|desember|nov\w*)\b", re.I)
MOST_PARTS = 9  # from ten on it is more often a day and a month


class Word(NamedTuple):
    """`kind`: nil, report, track, answer, help. `rest`: what follows the word; for a report the whole told text."""

    kind: str
    rest: str
    code: str = ""  # the tracking code of `track` and `answer`
    repaired: bool = False


class Part(NamedTuple):
    number: int
    total: int
    text: str


def read(text: str) -> Word:
    """What the message asks for. Whatever is not plainly a code word or a greeting is a report, in the words it came in."""
    text = rules.clean(text)
    plain = re.sub(r"[^\w ]", " ", text.casefold()).strip()
    if not plain or " ".join(plain.split()) in GREETINGS:
        return Word("help", text)
    first, rest = _first(text)
    kind, repaired = _kind(first)
    if kind == "nil" and len(rest.split()) <= LONGEST_NIL:
        return Word("nil", rest, repaired=repaired)
    if kind == "help" and not rest:
        return Word("help", "")
    if kind == "track" and (found := _TRACKING.match(rest)) and not rest[found.end() :].strip():
        return Word("track", "", found[1], repaired)
    if kind == "report" and not repaired and rest:
        return Word("report", rest)
    if (found := _TRACKING.match(text)) and looks_like_tracking(found[1]):
        rest = text[found.end() :].strip()
        return Word("answer", rest, found[1]) if rest else Word("track", "", found[1])
    return Word("report", text)


def _first(text: str) -> tuple[str, str]:
    found = re.match(r"/?([\w|]+)[\s.,:;#/-]*", text)
    return (found[1], text[found.end() :].strip()) if found else ("", text)


def _kind(first: str) -> tuple[str, bool]:
    upper = first.upper()
    if upper in WORDS:
        return WORDS[upper], False
    repaired = upper.translate(_AS_LETTERS)
    if repaired in WORDS:
        return WORDS[repaired], True
    # NIHIL alone is worth guessing at: it is the one word officers send daily. One slip, never its first letter.
    if repaired[:1] == "N" and 4 <= len(repaired) <= 7 and OSA.distance(repaired, "NIHIL") <= 1:
        return "nil", True
    return "", False


def looks_like_tracking(code: str) -> bool:
    """Twelve letters that hold a digit or come in fours: an ordinary word of twelve letters is not taken for a code."""
    return "-" in code or any(c.isdigit() for c in code)


def nil_sources(rest: str) -> tuple[list[str], str]:
    """The sources named after NIHIL, and the words left over (the region)."""
    named, left = [], []
    for word in re.findall(r"[^\s,.;+&]+", rest):
        key = word.upper()
        code = SOURCES.get(key) or SOURCES.get(key.translate(_AS_DIGITS) if len(key) == 1 else "")
        if code:
            named.append(code)
        else:
            left.append(word)
    return rules.nil_sources(named), " ".join(left)


def part_of(text: str) -> Part | None:
    """`3/5 …`, `(3 dari 5) …` or `… (3/5)`, also with O for 0 and l for 1; None for half an hour, a date, or no mark at all."""
    if found := _PART.match(text):
        rest = text[found.end() :]
        if _UNITS.match(rest):
            return None
    elif found := _PART_LAST.search(text):
        rest = text[: found.start()]
    else:
        return None
    if not any(c.isdigit() for c in found[1] + found[2]):
        return None
    number, total = (int(found[n].translate(_AS_DIGITS)) for n in (1, 2))
    return Part(number, total, rest) if 2 <= total <= MOST_PARTS and 1 <= number <= total else None


def joined(parts: dict[int, str], total: int) -> str:
    """The parts in their order; where one is missing it says so. One part alone may be no part at all, and stands as it came."""
    if len(parts) == 1:
        number, text = next(iter(parts.items()))
        return f"{number}/{total} {text}"
    return " ".join(parts.get(n) or f"[bagian {n} dari {total} tidak diterima]" for n in range(1, total + 1))
