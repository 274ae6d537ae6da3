"""Places named in a text: exact names first, then misspelt ones, never a silent guess. Pure.

Every name found is a mention; it may mean several areas. An area is believed the more mentions point at it or at the
areas around it: `Sungai Kunjang, Samarinda` supports the kecamatan twice, the city once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from rapidfuzz import fuzz, process

from kondusif.regions.names import FILLERS, MARKERS, ORDINARY, STREETS, normal, segments, squeezed, unmarked
from kondusif.regions.rules import DESA, KABKOTA, KECAMATAN, PROVINCE, level_of

LANDMARK = "tempat"
LONGEST = 6  # words of a name
LIKE = 88  # per cent; below it a misspelt name is too often an ordinary word
TELLING = 8  # letters; written together or apart, a shorter name may be chance (`as a`, `suara n`)
SHORTEST_LIKE = 6  # letters; shorter names resemble too many words


@dataclass(frozen=True, slots=True)
class Entry:
    """A name and what bears it. A landmark has the code of the area it stands in."""

    code: str
    name: str
    level: str
    kind: str = ""
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, slots=True)
class TextPlace:
    """A place a text names. `precision` is the level of `code`, or `tempat` for a landmark.

    `alternatives`: the areas it may be, where it is not clear; `code` is then the smallest area that holds them all,
    and `confidence` is that of the likeliest one.
    """

    code: str
    precision: str
    confidence: float
    alternatives: tuple[str, ...]
    words: str
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, slots=True)
class _Mention:
    part: int
    start: int
    end: int
    entries: tuple[int, ...]
    score: float
    marker: str
    whole: bool
    words: str
    beside: str = ""  # the area next to an ordinary word that may be a place in it


def _holds(wide: str, narrow: str) -> bool:
    return wide == narrow or narrow.startswith(wide + ".")


def common(codes: Sequence[str]) -> str:
    """The smallest area that holds them all, '' where only the country does."""
    parts = [code.split(".") for code in codes]
    shared = []
    for level in zip(*parts, strict=False):
        if len(set(level)) > 1:
            break
        shared.append(level[0])
    return ".".join(shared)


class Finder:
    """The names of a province (or of the country), ready to be looked for."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = list(entries)
        self.by_name: dict[str, list[int]] = {}
        self.counts: list[tuple[int, int]] = []  # words of the name, and without the word for its kind
        for index, entry in enumerate(self.entries):
            self.counts.append((len(normal(entry.name).split()), len(unmarked(entry.name).split())))
            spellings = {squeezed(entry.name)}
            if entry.level == KABKOTA:
                spellings.add(unmarked(entry.name).replace(" ", ""))
            for spelling in spellings - {""}:
                self.by_name.setdefault(spelling, []).append(index)
        self.long_names = [n for n in self.by_name if len(n) >= SHORTEST_LIKE]

    def find(self, text: str, within: str) -> list[TextPlace]:
        """The places named, likeliest first."""
        parts = segments(text)
        mentions = self._exact(parts, within)
        if not any(self.entries[i].level not in (KABKOTA, PROVINCE) for m in mentions for i in m.entries):
            mentions = self._with_misspelt(parts, mentions, within)
        return self._places(self._without_ordinary(mentions, parts), within)

    def _exact(self, parts: list[list[str]], within: str) -> list[_Mention]:
        found = []
        for number, words in enumerate(parts):
            start = 0
            while start < len(words):
                for end in range(min(len(words), start + LONGEST), start, -1):
                    entries = self._written(words[start:end], self._named("".join(words[start:end]), within))
                    if entries and not (end - start == 1 and words[start] in MARKERS):
                        found.append(self._mention(number, words, start, end, entries, 1.0))
                        start = end
                        break
                else:
                    start += 1
        return found

    def _written(self, words: list[str], entries: tuple[int, ...]) -> tuple[int, ...]:
        """Those that are written in as many words, or long enough to be known all the same."""
        if not entries or sum(map(len, words)) >= TELLING:
            return entries
        return tuple(i for i in entries if len(words) in self.counts[i])

    def _named(self, name: str, within: str) -> tuple[int, ...]:
        entries = self.by_name.get(name, ())
        return tuple(i for i in entries if not within or _holds(within, self.entries[i].code))

    def _mention(
        self, part: int, words: list[str], start: int, end: int, entries: tuple[int, ...], score: float
    ) -> _Mention:
        marker = words[start - 1] if start and words[start - 1] in MARKERS else ""
        level = MARKERS.get(marker, "")
        meant = tuple(i for i in entries if self.entries[i].level == level)
        if marker in ("kota", "kabupaten", "kab"):
            kind = "Kota" if marker == "kota" else "Kabupaten"
            meant = tuple(i for i in meant if self.entries[i].kind == kind)
        whole = end == len(words) and all(w in MARKERS for w in words[:start])
        said = " ".join(words[start:end])
        return _Mention(part, start, end, meant or entries, score, marker if meant else "", whole, said)

    def _with_misspelt(self, parts: list[list[str]], mentions: list[_Mention], within: str) -> list[_Mention]:
        """Add the likeliest misspelt name of each part that has words left over."""
        taken = {(m.part, at) for m in mentions for at in range(m.start, m.end)}
        windows = _windows(parts, taken)
        if not windows:
            return mentions
        scores = process.cdist(
            [w[0] for w in windows], self.long_names, scorer=fuzz.ratio, score_cutoff=LIKE, dtype=np.uint8
        )
        best = scores.max(axis=1)
        added: list[_Mention] = []
        for at in np.argsort(-best.astype(int), kind="stable").tolist():
            _, number, start, end = windows[at]
            if not best[at] or any(m.part == number and m.start < end and start < m.end for m in added):
                continue
            likely = np.flatnonzero(scores[at] == best[at]).tolist()
            entries = tuple(i for n in likely for i in self._named(self.long_names[n], within))
            if entries:
                m = self._mention(number, parts[number], start, end, entries, float(best[at]) / 100)
                if self._plausible(m, mentions):
                    added.append(m)
        kept = [m for m in mentions if not any(a.part == m.part and a.start < m.end and m.start < a.end for a in added)]
        return sorted(kept + added, key=lambda m: (m.part, m.start))

    def _plausible(self, m: _Mention, others: list[_Mention]) -> bool:
        """Ordinary words resemble short names; something more must say that a place is meant."""
        letters = len(m.words.replace(" ", ""))
        if m.marker or m.whole or (" " in m.words and letters >= TELLING + 2):
            return True
        if any(self.entries[i].level in (KABKOTA, PROVINCE) for i in m.entries):
            return letters >= TELLING - 1
        return any(self._around(o, i) for other in others for o in other.entries for i in m.entries)

    def _without_ordinary(self, mentions: list[_Mention], parts: list[list[str]]) -> list[_Mention]:
        """Drop streets, and names that are ordinary words, unless something says that a place is meant."""
        kept = []
        for at, m in enumerate(mentions):
            wide = any(self.entries[i].level in (KABKOTA, PROVINCE) for i in m.entries)
            before = parts[m.part][m.start - 1] if m.start else ""
            if m.marker or wide:
                kept.append(m)
            elif before in STREETS:
                continue
            elif m.whole or m.words not in ORDINARY:
                kept.append(m)
            elif perhaps := self._beside(m, mentions[at + 1 : at + 2], parts):
                kept.append(perhaps)
        return kept

    def _beside(self, m: _Mention, after: list[_Mention], parts: list[list[str]]) -> _Mention | None:
        """An ordinary word right before the area around a place of that name: `aksi damai Balikpapan`."""
        if not after or after[0].part != m.part or any(w not in MARKERS for w in parts[m.part][m.end : after[0].start]):
            return None
        pairs = [(o, i) for o in after[0].entries for i in m.entries if self._around(o, i)]
        if not pairs:
            return None
        inside = tuple(dict.fromkeys(i for _o, i in pairs))
        return replace(m, entries=inside, beside=self.entries[pairs[0][0]].code)

    def _around(self, outer: int, inner: int) -> bool:
        wide, narrow = self.entries[outer], self.entries[inner]
        return wide.level != LANDMARK and wide.code != narrow.code and _holds(wide.code, narrow.code)

    def _support(self, entry: int, mentions: list[_Mention]) -> float:
        return sum(m.score for m in mentions if any(i == entry or self._around(i, entry) for i in m.entries))

    def _places(self, mentions: list[_Mention], within: str) -> list[TextPlace]:
        best = []
        for m in mentions:
            support = {i: self._support(i, mentions) for i in m.entries}
            most = max(support.values())
            best.append((m, [i for i in m.entries if support[i] == most], most))
        best.sort(key=lambda b: (-b[2], b[0].part, b[0].start))
        found: list[TextPlace] = []
        settled: list[int] = []
        for m, meant, most in best:
            if any(self._around(i, s) or i == s for i in m.entries for s in settled):
                continue  # the area around a place already found
            place, chosen = self._place(m, meant, confirmed=most > m.score, within=within)
            found.append(place)
            settled += chosen
        return _rivals(found)

    def _place(self, m: _Mention, meant: list[int], *, confirmed: bool, within: str) -> tuple[TextPlace, list[int]]:
        widest = [i for i in meant if all(i == o or self._around(i, o) for o in meant)]
        meant = widest or meant
        first = self.entries[meant[0]]
        codes = tuple(sorted({self.entries[i].code for i in meant}))
        confidence = m.score * _trust(first.level, marked=bool(m.marker), confirmed=confirmed or within.count(".") > 0)
        if len(codes) > 1 or m.beside:
            code = m.beside or common(codes)
            sure = confidence / (len(codes) + bool(m.beside))
            return TextPlace(code, level_of(code) if code else "", round(sure, 2), codes, m.words), meant
        return TextPlace(first.code, first.level, round(confidence, 2), (), m.words, first.lat, first.lon), meant


def _windows(parts: list[list[str]], taken: set[tuple[int, int]]) -> list[tuple[str, int, int, int]]:
    """Up to three words in a row that may be a misspelt name: (joined, part, start, end)."""
    found = []
    for part, words in enumerate(parts):
        for start in range(len(words)):
            for end in range(start + 1, min(len(words), start + 3) + 1):
                if words[end - 1] in FILLERS or words[end - 1] in MARKERS:
                    break  # and no longer one either
                joined = "".join(words[start:end])
                if len(joined) >= SHORTEST_LIKE - 1 and any((part, at) not in taken for at in range(start, end)):
                    found.append((joined, part, start, end))
    return found


def _trust(level: str, *, marked: bool, confirmed: bool) -> float:
    """How far one name alone is believed: desa share their names with many others, kab/kota with none."""
    if confirmed or level in (KABKOTA, PROVINCE):
        return 0.98
    return {KECAMATAN: 0.92, DESA: 0.85}.get(level, 0.9) + (0.03 if marked else 0.0)


def _rivals(found: list[TextPlace]) -> list[TextPlace]:
    """Several places in one text: each names the others as alternatives."""
    found.sort(key=lambda p: -p.confidence)
    if len(found) < 2:
        return found
    codes = [p.code for p in found]
    return [
        replace(
            p,
            confidence=round(p.confidence * 0.6, 2),
            alternatives=tuple(dict.fromkeys((*p.alternatives, *(c for c in codes if c != p.code)))),
        )
        for p in found
    ]
