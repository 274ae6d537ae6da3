"""The scores against slow, obvious twins, and against known figures."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from waspada.scores import brier, log_score

pairs = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 1)), min_size=1, max_size=50)


def naive_brier(p: list[float], y: list[int]) -> float:
    return sum((a - b) ** 2 for a, b in zip(p, y, strict=True)) / len(p)


def naive_log_score(p: list[float], y: list[int]) -> float:
    total = 0.0
    for a, b in zip(p, y, strict=True):
        likely = a if b else 1 - a
        total += math.inf if likely == 0 else -math.log(likely)
    return total / len(p)


@given(pairs)
def test_equal_their_naive_twins(rows: list[tuple[float, int]]) -> None:
    p, y = [r[0] for r in rows], [r[1] for r in rows]
    assert brier(p, y) == pytest.approx(naive_brier(p, y), abs=1e-12)
    assert log_score(p, y) == pytest.approx(naive_log_score(p, y), rel=1e-9, abs=1e-12)


def test_known_figures() -> None:
    assert brier([0.7, 0.2], [1, 0]) == pytest.approx((0.09 + 0.04) / 2)
    assert log_score([0.5], [1]) == pytest.approx(math.log(2))
    assert log_score([1.0], [0]) == math.inf


@pytest.mark.parametrize(
    ("p", "y", "why"),
    [
        ([0.5], [1, 0], "shape"),
        ([], [], "empty"),
        ([1.1], [1], r"\[0, 1\]"),
        ([math.nan], [1], "missing"),
        ([0.5], [2], "0 or 1"),
    ],
)
def test_refuse_what_cannot_be_scored(p: list[float], y: list[int], why: str) -> None:
    for score in (brier, log_score):
        with pytest.raises(ValueError, match=why):
            score(p, y)
