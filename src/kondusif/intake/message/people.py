"""How many people, how many dead, how many injured, as a message says it. Pure.

A number is filled in where one is said. `puluhan`, `20-30`, `katanya 3 tewas` are asked: nobody's guess becomes a figure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kondusif.intake.message.words import NUMBER, Finding, Span, number

_WHO = (
    r"(?:orang|org|orng|or|wong|urang|ikok|ikung|warga|wrg|massa|pemuda|remaja|peserta|karyawan|buruh|petani|nelayan|supir|sopir|abk|mahasiswa|pelaku|bule|kk|"
    r"jiwa|relawan|pedagang|orangan|guru honorer|emak2|siswa|pelajar|personil)"
)
_HURT = r"(?:luka2|luka-luka|luka|benjol|lebam|patah|terluka|cedera|kena panah|memar)"
_DEAD = r"(?:meninggal dunia|meninggal|mninggal|tewas|md|mati|korban jiwa|wafat)"
_NO = r"(?:tidak ada|tdk ada|tak ada|nihil|tanpa|ndak ada|gak ada|ga ada|endik ada|belum ada|blm ada|ora ono|kada ada)"
_CASUALTY = re.compile(
    rf"(?<!\w)(?:{_NO}\s(?:yg\s|yang\s)?korban(?!\s(?:jiwa|luka|motor))|korban\s?:?\s?nihil|nihil korban|{_NO}\s(?:korban\s)?luka dan meninggal)(?!\w)"
)
_HEDGE = re.compile(
    r"(?<!\w)(?:katanya|kabarnya|konon|jare|jarene|jar urang|takisah|diduga|belum pasti|simpang siur|blm tau|hoax|hoaks|dengar2|krungu|isu)(?!\w)|\?"
)
SENTENCE = 160
_APART = re.compile(r"[.;\n!]")


def _counted(what: str) -> re.Pattern[str]:
    """`2 org luka`, `luka 2`, `korban luka 2 orang`, `1 luka berat`, `4 orang (luka …)`."""
    return re.compile(
        rf"(?<![\w.,/:-])(?:(?P<a>{NUMBER})(?:\s?{_WHO})?\s(?:yg\s|yang\s|warga\s|korban\s|pemuda\s)?{what}(?!\w)"
        rf"|{what}(?:\s(?:ringan|berat|parah|bacok|tusuk|tembak|lebam|memar))?\s?:?\s?(?P<b>{NUMBER})(?![\w.:/]|\s?(?:{_HURT}|{_DEAD}))(?:\s?{_WHO}(?!\w))?)"
    )


_DEAD_COUNT, _HURT_COUNT = _counted(_DEAD), _counted(_HURT)
_MORE_HURT = re.compile(
    rf"(?<![\w.,/:-])(?P<a>{NUMBER})\s?(?:{_WHO}\s)?(?:tangan\s|patah\s|kena\s)?(?:{_HURT})(?!\w)|{_HURT}[^.,;\n0-9]{{0,24}}\s(?P<b>{NUMBER})\s{_WHO}(?!\w)"
)
_NO_DEAD = re.compile(
    rf"(?<!\w)(?:{_NO}\skorban jiwa|meninggal\s?:?\s?0|0 meninggal|{_NO}\s(?:yg\s|yang\s)?(?:meninggal|tewas))(?!\w)"
)
_NO_HURT = re.compile(rf"(?<!\w)(?:{_NO}\s(?:yg\s|yang\s|korban\s)?luka|luka\s?:?\s?0)(?!\w)")
_VAGUE = re.compile(rf"(?<!\w)(?:puluhan|ratusan|belasan|ribuan)\s{_WHO}(?!\w)|@\s?[0-9]{{1,3}}\s?{_WHO}(?!\w)")
_SOME = re.compile(rf"(?<!\w)(?:beberapa|sekelompok|banyak|sejumlah)\s{_WHO}(?!\w)")
_RANGE = re.compile(rf"(?<![\w.:/])[0-9]{{1,4}}\s?(?:-|–|s/d|sampai|sd)\s?[0-9]{{1,4}}(?=\s?{_WHO}(?!\w))")
_PEOPLE = re.compile(
    rf"(?<![\w.,/:-])(?P<n>{NUMBER})(?P<an>\s?-?an)?\s?{_WHO}(?!\w)(?:\s(?P<next>\w+))?|(?<!\w){_WHO}\s(?:sebanyak\s|sekitar\s|sktr\s|jumlah\s)?(?P<m>[0-9]{{2,4}})(?!\s?[.:/]|\w)"
    rf"|(?<!\w)wong\s(?P<j>{NUMBER})(?!\w)"
    rf"|(?<!\w)(?:jumlah|massa|peserta)\s?:?\s?(?:sekitar\s)?(?P<k>[0-9]{{1,4}})(?:\s?{_WHO})?(?!\w)|(?<!\w)(?P<x>[0-9]{{1,3}}) warga"
)


def _sentence(low: str, start: int, end: int) -> str:
    """The words around a number, no further than a line of them."""
    before, after = low[max(0, start - SENTENCE) : start], low[end : end + SENTENCE]
    return _APART.split(before)[-1] + low[start:end] + _APART.split(after, maxsplit=1)[0]


def _casualties(field: str, low: str, counted: Sequence[re.Pattern[str]], none: re.Pattern[str]) -> Finding:
    found: dict[Span, int] = {}
    taken = bytearray(len(low))
    for pattern in counted:
        for m in pattern.finditer(low):
            if not any(taken[m.start() : m.end()]):
                taken[m.start() : m.end()] = b"1" * (m.end() - m.start())
                found[(m.start(), m.end())] = number(m["a"] or m["b"])
    if found:
        spans = tuple(sorted(found))
        hedged = any(_HEDGE.search(_sentence(low, a, b)) for a, b in spans) or low.count("?") > 0
        total = sum(found.values())
        confidence = 0.9 if len(found) == 1 else 0.72
        return Finding(field, total, round(confidence * (0.6 if hedged else 1), 2), spans, "hearsay" if hedged else "")
    if m2 := none.search(low) or _CASUALTY.search(low):
        return Finding(field, 0, 0.85, ((m2.start(), m2.end()),))
    what = re.search(rf"(?<!\w)(?:{_DEAD if field == 'dead' else _HURT})(?!\w)", low)
    if what:
        return Finding(field, reason=f"{field}-uncounted", spans=((what.start(), what.end()),))
    return Finding(field, reason=f"{field}-unsaid")


def dead(low: str) -> Finding:
    return _casualties("dead", low, (_DEAD_COUNT,), _NO_DEAD)


def injured(low: str) -> Finding:
    return _casualties("injured", low, (_HURT_COUNT, _MORE_HURT), _NO_HURT)


def people(low: str, hide: Sequence[Span]) -> Finding:
    """How many took part; the dead and injured (`hide`) are not counted here."""
    if vague := _VAGUE.search(low) or _RANGE.search(low):
        return Finding("people", reason="people-vague", spans=((vague.start(), vague.end()),))
    found: dict[Span, tuple[int, float]] = {}
    hidden = bytearray(len(low))
    for a, b in hide:
        hidden[a:b] = b"1" * (b - a)
    for m in _PEOPLE.finditer(low):
        start = m.start()
        said = m["n"] or m["m"] or m["j"] or m["k"] or m["x"]
        end = m.end() - (len(m["next"]) + 1 if m["next"] else 0)
        if any(hidden[start:end]) or (m["next"] and re.fullmatch(f"{_HURT}|{_DEAD}", m["next"])):
            continue
        if re.search(r"(?:korban|rt|rw|ada korban|km)\s?$", low[max(0, start - 12) : start]) or number(said) == 0:
            continue
        found[(start, end)] = (number(said), 0.75 if m["an"] else 0.85)
    if not found:
        some = _SOME.search(low)
        return Finding(
            "people", reason="people-vague" if some else "people-unsaid", spans=(some.span(),) if some else ()
        )
    values = list(dict.fromkeys(n for n, _ in found.values()))
    spans = tuple(found)
    if len(values) > 1:
        return Finding("people", reason="people-several", spans=spans, alternatives=tuple(values))
    return Finding("people", values[0], min(c for _, c in found.values()), spans)
