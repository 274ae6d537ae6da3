"""What every reader of a message shares: a finding with its words, lower case that keeps positions, numbers in words. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

Span = tuple[int, int]  # positions in the text, in characters: [start, end)

# Below its threshold a field stays empty and is asked. Set on the development part of tests/intake/messages.jsonl.
THRESHOLDS: dict[str, float] = {
    "when": 0.7, "place": 0.6, "region": 0.7, "kind": 0.6, "people": 0.7, "dead": 0.7, "injured": 0.7, "source": 0.7,
    "threatened": 0.7, "nil": 0.7,
}  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """What a message says of one field.

    `value` is None where nothing is said or nothing can be made of it; `reason` then is a code of `reading.QUESTIONS`.
    `alternatives`: values to choose from. `confidence` 0–1; `spans`: the words it came from.
    """

    field: str
    value: Any = None
    confidence: float = 0.0
    spans: tuple[Span, ...] = ()
    reason: str = ""
    alternatives: tuple[Any, ...] = ()

    @property
    def sure(self) -> Any:
        """The value a field is filled with: None below the threshold."""
        return self.value if self.value is not None and self.confidence >= THRESHOLDS[self.field] else None

    def shifted(self, by: int) -> Finding:
        return replace(self, spans=tuple((a + by, b + by) for a, b in self.spans))


def lowered(text: str) -> str:
    """Lower case, letter for letter: positions stay those of the text."""
    if text.isascii():
        return text.lower()
    return "".join(low if len(low := c.lower()) == 1 else c for c in text)


def any_of(words: Iterable[str]) -> str:
    """A pattern for any of the words, the longest first."""
    return "|".join(re.escape(w).replace(r"\ ", r"\s+") for w in sorted(words, key=len, reverse=True))


def masked(text: str, spans: Sequence[Span], by: str = " ") -> str:
    """The text with these parts blanked out, of the same length."""
    letters = list(text)
    for start, end in spans:
        letters[start:end] = by * len(letters[start:end])
    return "".join(letters)


# Indonesian; Banjar and Kutai (asa, dua, talu, ampat …); Javanese (siji, loro, telu …). Beside them 0 to 9999 in figures.
NUMBERS: dict[str, int] = {
    "satu": 1, "dua": 2, "tiga": 3, "empat": 4, "lima": 5, "enam": 6, "tujuh": 7, "delapan": 8, "sembilan": 9, "sepuluh": 10,
    "sebelas": 11, "duabelas": 12, "dua belas": 12, "tiga belas": 13, "empat belas": 14, "lima belas": 15, "enam belas": 16,
    "tujuh belas": 17, "dua puluh": 20, "dua puluh lima": 25, "tiga puluh": 30, "empat puluh": 40, "lima puluh": 50,
    "enam puluh": 60, "tujuh puluh": 70, "seratus": 100, "dua ratus": 200, "tiga ratus": 300, "seribu": 1000,
    "asa": 1, "due": 2, "talu": 3, "ampat": 4, "anam": 6, "pitu": 7, "walu": 8, "sanga": 9, "sapuluh": 10, "sawalas": 11,
    "siji": 1, "loro": 2, "telu": 3, "papat": 4, "limo": 5, "enem": 6, "wolu": 8, "songo": 9, "sepuloh": 10, "sewelas": 11,
    "rolas": 12, "rong puluh": 20, "satus": 100, "tig": 3,
    "seorang": 1, "saurang": 1, "saikung": 1, "seikung": 1,
}  # fmt: skip
NUMBER = rf"(?:[0-9]{{1,4}}(?:[.][0-9]{{3}})?|{any_of(NUMBERS)})"


def number(said: str) -> int:
    """The number a match of `NUMBER` stands for."""
    said = " ".join(said.split())
    return NUMBERS[said] if said in NUMBERS else int(said.replace(".", ""))
