"""Dates told in words: whether the weekday a reporter names is the one that date has. Pure.

The announcement of the meeting this house was made for said *Selasa* for a Wednesday; one of the two is then wrong, and
only the reporter knows which. Nothing is refused or corrected: it is asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

WEEKDAYS = ("senin", "selasa", "rabu", "kamis", "jumat", "sabtu", "minggu")
_OTHER_DAYS = {
    "jum'at": 4, "jum’at": 4, "ahad": 6, "monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4, "saturday": 5,
    "sunday": 6,
}  # fmt: skip
_MONTHS = (
    ("jan", "januari", "january"), ("feb", "februari", "february", "pebruari"), ("mar", "maret", "march"), ("apr", "april"),
    ("mei", "may"), ("jun", "juni", "june"), ("jul", "juli", "july"), ("agu", "agt", "ags", "agustus", "august", "aug"),
    ("sep", "sept", "september"), ("okt", "oktober", "october", "oct"), ("nov", "november", "nopember"),
    ("des", "desember", "december", "dec"),
)  # fmt: skip
_DAYS = {name: n for n, name in enumerate(WEEKDAYS)} | _OTHER_DAYS
_MONTH = {word: n for n, words in enumerate(_MONTHS, 1) for word in words}
_SAID = re.compile(
    rf"\b({'|'.join(sorted(map(re.escape, _DAYS), key=len, reverse=True))})\b[\s,(]{{0,4}}(?:tanggal\s+|tgl\.?\s*)?(\d{{1,2}})"
    rf"(?:\s+|\s?[-/.]\s?)({'|'.join(sorted(_MONTH, key=len, reverse=True))}|\d{{1,2}})\b(?:(?:\s+|\s?[-/.]\s?)(\d{{4}}))?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class WrongWeekday:
    """`words` as told; `day` the date they name; `weekday` what that day really is."""

    words: str
    day: date
    weekday: str


def wrong_weekdays(text: str, *, today: date) -> list[WrongWeekday]:
    """Every date in the text whose weekday does not fit. Without a year the nearest such date to today is meant."""
    found = []
    for said in _SAID.finditer(text):
        month = _MONTH.get(said[3].lower()) or (int(said[3]) if said[3].isdigit() else 0)
        day = _date(int(said[2]), month, int(said[4]) if said[4] else None, today)
        if day is not None and day.weekday() != _DAYS[said[1].lower()]:
            found.append(WrongWeekday(" ".join(said[0].split()), day, WEEKDAYS[day.weekday()].capitalize()))
    return found


def _date(day: int, month: int, year: int | None, today: date) -> date | None:
    """None where there is no such date (31 Juni)."""
    candidates = []
    for one in [year] if year else [today.year - 1, today.year, today.year + 1]:
        try:
            candidates.append(date(one, month, day))
        except ValueError:
            continue
    return min(candidates, key=lambda d: abs(d - today), default=None)
