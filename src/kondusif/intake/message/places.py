"""Where it happened: the words for the place as written, and the area they name. Pure; the finder of areas is passed in.

The place is a piece of the text ("depan pasar Segiri"), kept as the reporter wrote it. The area comes from the names of the
gazetteer; a name borne by several areas is not decided here unless the desk's own region decides it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from kondusif.intake.message.place_words import AREAS, BESIDE, HEADS, IN, INSIDE, LONGEST, STOPS, WEAK
from kondusif.intake.message.words import Finding, Span, masked
from kondusif.regions.finder import TextPlace
from kondusif.regions.names import normal
from kondusif.regions.rules import DESA

Locate = Callable[[str], Sequence[TextPlace]]  # a text → the areas it names, likeliest first

_TOKEN = re.compile(r"[^\W_]+(?:[-'’.&][^\W_]+)*")
_DOTTED = frozenset({"kec", "kel", "ds", "kp", "jl", "jln", "gg", "kab", "gn", "sei", "tj", "jend", "no", "km"})
_NUMERAL = re.compile(r"[0-9]{1,3}[a-z]?|[ivx]{1,4}")
_LABEL = re.compile(r"(?:^|\n)[^\w\n]{0,6}(?:tempat|lokasi|tkp|lok)[^\S\n]*:[^\S\n]*", re.IGNORECASE)
# A desa bears each of these names; in a message they are what they say, unless a word for an area stands before them.
_NO_AREA = re.compile(
    r"(?<!desa )(?<!kel )(?<!kel. )(?<!kelurahan )(?<!\w)simpang (?:tiga|empat|lima|[345])(?!\w)|(?<=, )damai(?=[,.])"
)
LONGEST_WORDS = 200  # characters of a place, as a report keeps it
BY_DESK = 0.75  # the message is silent or of two minds, the desk serves one region


_AROUND = re.compile(r", [A-Z][a-z]{3,}(?: [A-Z][a-z]{3,})?(?=[,.;\n]|$)")  # `Manggar, Balikpapan.`


@dataclass(frozen=True)
class _Token:
    start: int
    end: int
    low: str
    capital: bool


@dataclass(frozen=True)
class _Phrase:
    start: int
    end: int
    weight: float


def _tokens(text: str, low: str) -> list[_Token]:
    return [
        _Token(m.start(), m.end(), low[m.start() : m.end()], text[m.start()].isupper()) for m in _TOKEN.finditer(text)
    ]


def phrases(text: str, low: str, named: Sequence[Span]) -> list[_Phrase]:
    """The places a text writes, in their order. `named`: where the finder saw the name of an area."""
    tokens = _tokens(text, low)
    shouting = text.isupper()
    found: list[_Phrase] = []
    at = 0
    while at < len(tokens):
        phrase, after = _phrase(text, tokens, at, named, shouting=shouting)
        if phrase is not None:
            found.append(phrase)
        at = max(after, at + 1)
    return _merged(text, found)


def _phrase(
    text: str, tokens: Sequence[_Token], at: int, named: Sequence[Span], *, shouting: bool
) -> tuple[_Phrase | None, int]:
    """The place that begins at this token, if one does, and the token after it."""
    begin = at
    if tokens[at].low in WEAK and not _supported(tokens, at, named):
        return None, at + 1
    seen = _Seen()
    while at < len(tokens) and at - begin < LONGEST:
        before = tokens[at - 1] if at > begin else None
        if before is not None and not _goes_on(text, before, tokens[at]):
            break
        if not _takes(seen, tokens, at, before, named, shouting=shouting):
            break
        at += 1
    end = at
    while end > begin and tokens[end - 1].low in IN | BESIDE and not _covers(tokens[end - 1], named):
        end -= 1
    weight = seen.weight(bare=tokens[begin].low in IN)
    if end == begin or weight <= 0:
        return None, at
    start = begin + (tokens[begin].low in IN and end - begin > 1)
    return _Phrase(tokens[start].start, tokens[end - 1].end, weight), at


@dataclass
class _Seen:
    """What a phrase holds so far, counted."""

    relation: int = 0
    head: int = 0
    area: int = 0
    name: int = 0
    known: int = 0

    def weight(self, *, bare: bool) -> float:
        known = 1.5 if self.known else 0.0
        if self.head:
            return 3 + (self.relation > 0) + (self.name > 0) + (self.area > 0) + known
        if self.area and (self.name or self.known):
            return 3 + (self.relation > 0) + known
        if self.known:
            return 1.5 + known
        if self.name >= 2 or (self.name and self.relation):
            return 2 + (self.relation > 0)
        return 1.3 if self.name and bare else 0.0


def _takes(
    seen: _Seen, tokens: Sequence[_Token], at: int, before: _Token | None, named: Sequence[Span], *, shouting: bool
) -> bool:
    """Whether the token belongs to the phrase; if so it is counted."""
    token = tokens[at]
    low = token.low
    placed = bool(seen.head or seen.area)
    if _covers(token, named) and low not in IN:
        seen.known += 1
        return True
    if low in IN:
        return before is None or (
            low != "ke" and bool(placed or seen.relation) and _area_follows(tokens, at + 1, named, seen)
        )
    if low in BESIDE:
        if (seen.name or seen.known) and low not in {"dekat", "dkt", "depan", "dpn"}:
            return False
        seen.relation += 1
        return True
    if low in AREAS:
        seen.area += 1
        return True
    if low in HEADS:
        if (
            seen.head
            and (seen.name or seen.known)
            and low not in {"km", "rt", "blok"}
            and (before is None or before.low not in BESIDE)
        ):
            return False
        seen.head += 1
        return True
    if before is None:
        return False
    if low in INSIDE and placed:
        return True
    if _NUMERAL.fullmatch(low) and placed:
        seen.name += 1
        return True
    if low in STOPS or low[0].isdigit() or not ((token.capital and not shouting) or _may_name(token, seen)):
        return False
    seen.name += 1
    return True


def _supported(tokens: Sequence[_Token], at: int, named: Sequence[Span]) -> bool:
    """Whether a word for an ordinary thing stands for a place: with a name, a number or a plain place behind it."""
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if at and tokens[at - 1].low in IN | BESIDE:
        return True
    return after is not None and (
        after.capital
        or _covers(after, named)
        or after.low in AREAS | {"di", "dpn", "depan"}
        or bool(_NUMERAL.fullmatch(after.low))
    )


def _goes_on(text: str, before: _Token, token: _Token) -> bool:
    gap = text[before.end : token.start]
    if "\n" in gap or len(gap) > 3:
        return False
    return gap.isspace() or (gap.strip() in {".", "/"} and (before.low in _DOTTED or len(before.low) == 1))


def _covers(token: _Token, named: Sequence[Span]) -> bool:
    return any(a <= token.start and token.end <= b for a, b in named)


def _area_follows(tokens: Sequence[_Token], at: int, named: Sequence[Span], seen: _Seen) -> bool:
    nothing_yet = not (seen.name or seen.known or seen.head)
    return any(nothing_yet or _covers(t, named) or t.low in AREAS or t.capital for t in tokens[at : at + 1])


def _may_name(token: _Token, seen: _Seen) -> bool:
    """Small letters may be a name right behind a word for a place, at most two of them."""
    return bool(seen.head or seen.area) and not seen.known and seen.name < 2 and len(token.low) > 2


def _merged(text: str, found: Sequence[_Phrase]) -> list[_Phrase]:
    """Phrases with only a comma or `di` between them are one: `Gang Mawar, Sungai Pinang`."""
    merged: list[_Phrase] = []
    for one in found:
        more = _AROUND.match(text, one.end) if one.weight >= 3 else None
        goes_on = more is not None and not {w.lower() for w in more[0].split()} & (STOPS | HEADS)
        phrase = replace(one, end=more.end()) if more is not None and goes_on else one
        gap = text[merged[-1].end : phrase.start] if merged else "?"
        if merged and re.fullmatch(r"(?:,?[ ]|[ ]?,[ ]?|[ ](?:di|d|kec\.?|desa)[ ]|[ ]?[(])", gap, re.IGNORECASE):
            merged[-1] = _Phrase(merged[-1].start, phrase.end, max(merged[-1].weight, phrase.weight) + 0.5)
        else:
            merged.append(phrase)
    return merged


def place(text: str, low: str, named: Sequence[Span]) -> Finding:
    """The words for the place, as written; the weightiest of several, the first among equals."""
    label = _LABEL.search(text)
    if label and (line := text[label.end() :].split("\n", 1)[0]).strip():
        start = label.end() + len(line) - len(line.lstrip())
        line = line.strip()[:LONGEST_WORDS]
        return Finding("place", line, 0.9, ((start, start + len(line)),))
    found = phrases(text, low, named)
    if not found:
        return Finding("place", reason="place-unsaid")
    best = max(found, key=lambda p: (p.weight, -p.start))
    rivals = sum(p.weight >= best.weight for p in found)
    confidence = min(0.95, 0.45 + 0.12 * best.weight) - (0.1 if rivals > 1 else 0)
    others = tuple(text[p.start : p.end] for p in found if p is not best)[:4]
    return Finding("place", text[best.start : best.end][:LONGEST_WORDS], round(confidence, 2), ((best.start, min(best.end, best.start + LONGEST_WORDS)),),
                   "" if confidence >= 0.6 else "place-unclear", others)  # fmt: skip


def spans_of(words: str, low: str) -> tuple[Span, ...]:
    """Where the finder's words (short forms spelt out) stand in the text; () where they cannot be shown."""
    wanted = words.replace(" ", "")
    tokens = [(m.start(), m.end()) for m in re.finditer(r"[^\W_]+", low)]
    plain = [normal(low[a:b]).replace(" ", "") for a, b in tokens]
    for first in range(len(tokens)):
        said = ""
        for last in range(first, min(first + 8, len(tokens))):
            said += plain[last]
            if said == wanted:
                return ((tokens[first][0], tokens[last][1]),)
            if not wanted.startswith(said):
                break
    return ()


def named_areas(low: str, locate: Locate, hide: Sequence[Span]) -> list[tuple[TextPlace, tuple[Span, ...]]]:
    """The areas the text names, each with where it does; words of time and other fields are hidden from the finder."""
    told = masked(low, [*hide, *(m.span() for m in _NO_AREA.finditer(low))], ",")
    found = [(p, spans_of(p.words, told)) for p in locate(told)]
    return [(p, spans) for p, spans in found if spans]


def _longer(text: str, span: Span) -> bool:
    """Whether a capital goes on behind the name: `Simpang Pasir Ridge` is not the desa Simpang Pasir."""
    after = re.match(r" ([^\W\d_]+)", text[span[1] :])
    return bool(
        after
        and after[1][0].isupper()
        and not after[1].isupper()
        and after[1].lower() not in AREAS | STOPS | HEADS | BESIDE
    )


def region(text: str, areas: Sequence[tuple[TextPlace, tuple[Span, ...]]], *, desk: str = "") -> Finding:
    """The area meant. One of several only where the desk's region holds exactly that one; silent text is the desk's own."""
    inside = list(areas)
    if not inside:
        if desk.count(".") >= 1:
            return Finding("region", desk, BY_DESK, (), "region-by-desk")
        return Finding("region", reason="region-unsaid")
    best, spans = inside[0]
    if not best.alternatives:
        partial = (
            best.precision == DESA
            and all(_longer(text, s) for s in spans)
            and not any(b <= a2 <= b + 2 for _, b in spans for _p, ss in inside for a2, _ in ss)
        )
        confidence = round(best.confidence * (0.75 if partial else 1), 2)
        return Finding("region", best.code, confidence, spans, "" if confidence >= 0.7 else "region-unclear")
    all_spans = tuple(s for _, ss in inside for s in ss)
    codes = tuple(
        dict.fromkeys(([best.code] if len(inside) > 1 and best.code.count(".") else []) + list(best.alternatives))
    )
    ours = [c for c in codes if desk and (c == desk or c.startswith(desk + "."))]
    if len(ours) == 1 and len(inside) == 1:
        return Finding("region", ours[0], BY_DESK, all_spans, "region-chosen-by-desk", codes)
    return Finding("region", None, best.confidence, all_spans, "region-several", codes)
