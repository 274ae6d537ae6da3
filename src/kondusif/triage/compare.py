"""Two reports side by side: what is said only in one of them. Pure."""

from __future__ import annotations

from difflib import SequenceMatcher


def differences(here: str, there: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Both texts in pieces: ("same" | "only", words). Compared by words, without case and punctuation."""
    ours, theirs = here.split(), there.split()
    match = SequenceMatcher(None, [_plain(w) for w in ours], [_plain(w) for w in theirs], autojunk=False)
    left: list[tuple[str, str]] = []
    right: list[tuple[str, str]] = []
    for tag, a1, a2, b1, b2 in match.get_opcodes():
        kind = "same" if tag == "equal" else "only"
        if a2 > a1:
            left.append((kind, " ".join(ours[a1:a2])))
        if b2 > b1:
            right.append((kind, " ".join(theirs[b1:b2])))
    return left, right


def _plain(word: str) -> str:
    return "".join(c for c in word.lower() if c.isalnum()) or word
