"""A weekday that does not fit its date is noticed; a date that fits, or is no date, is not."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kondusif.intake.dates import WEEKDAYS, wrong_weekdays

TODAY = date(2020, 12, 2)  # a Wednesday
_MONTHS = [
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
]


@pytest.mark.parametrize(("text", "day", "weekday"), [
    ("Selasa, 2 Desember 2020 pukul 08.00", date(2020, 12, 2), "Rabu"),
    ("rapat hari SELASA tanggal 2 Des", date(2020, 12, 2), "Rabu"),
    ("Kamis (2/12/2020) di pasar", date(2020, 12, 2), "Rabu"),
    ("jum'at 11-12-2020", None, ""), ("Rabu, 2 Desember 2020", None, ""), ("Ahad 6 Des", None, ""),
    ("Senin 31 Juni 2020", None, ""), ("Sabtu depan, 40 orang", None, ""), ("Minggu 3 ribu massa", None, ""),
    ("sampai Jumat 1 Januari", None, ""), ("sampai Sabtu 1 Januari", date(2021, 1, 1), "Jumat"), ("Friday 4 December", None, ""),
])  # fmt: skip
def test_told_in_words(text: str, day: date | None, weekday: str) -> None:
    found = wrong_weekdays(text, today=TODAY)
    assert [(f.day, f.weekday) for f in found] == ([(day, weekday)] if day else [])


@given(st.dates(date(2015, 1, 1), date(2035, 1, 1)), st.integers(0, 6))
def test_only_the_right_weekday_passes(day: date, shift: int) -> None:
    told = WEEKDAYS[(day + timedelta(days=shift)).weekday()].capitalize()
    text = f"Kejadian {told}, {day.day} {_MONTHS[day.month - 1]} {day.year} malam."
    found = wrong_weekdays(text, today=TODAY)
    assert bool(found) == bool(shift)
    assert all(f.day == day for f in found)


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    wrong_weekdays(text, today=TODAY)
