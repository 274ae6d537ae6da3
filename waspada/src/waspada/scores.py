"""Proper scores of probability forecasts."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def _checked(forecast: ArrayLike, outcome: ArrayLike) -> tuple[Floats, Floats]:
    p = np.asarray(forecast, dtype=np.float64)
    y = np.asarray(outcome, dtype=np.float64)
    if p.shape != y.shape:
        raise ValueError(f"forecast has shape {p.shape}, outcome {y.shape}; they must be equal")
    if p.size == 0:
        raise ValueError("nothing to score: forecast and outcome are empty")
    if not np.all((p >= 0) & (p <= 1)):  # also refuses NaN
        raise ValueError("forecast must lie in [0, 1], without missing values")
    if not np.all((y == 0) | (y == 1)):
        raise ValueError("outcome must be 0 or 1, without missing values")
    return p, y


def brier(forecast: ArrayLike, outcome: ArrayLike) -> float:
    """Mean squared error of probability forecasts, 0 (perfect) to 1.

    Parameters
    ----------
    forecast : array_like, shape (n,)
        Probability that the event happens.
    outcome : array_like, shape (n,)
        1 where it happened, 0 where not.

    Raises ValueError for unequal shapes, empty input, or values out of range.
    Source: Brier (1950), Verification of forecasts expressed in terms of probability, eq. 2 (halved for two classes).
    """
    p, y = _checked(forecast, outcome)
    return float(np.mean((p - y) ** 2))


def log_score(forecast: ArrayLike, outcome: ArrayLike) -> float:
    """Mean negative log likelihood of probability forecasts, in nats; infinite where certainty was wrong.

    Parameters and errors as `brier`. Source: Good (1952), Rational decisions, section 8.
    """
    p, y = _checked(forecast, outcome)
    with np.errstate(divide="ignore"):
        return float(-np.mean(np.where(y == 1, np.log(p), np.log1p(-p))))
