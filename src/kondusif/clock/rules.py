"""How long to wait before trying again."""

from __future__ import annotations

from datetime import timedelta

_LONGEST = timedelta(minutes=30)


def back_off(attempts: int) -> timedelta:
    """2, 4, 8 … seconds after the first, second, third failure, at most half an hour."""
    return min(timedelta(seconds=2 ** min(max(attempts, 1), 20)), _LONGEST)
