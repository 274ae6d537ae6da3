"""Drafts and base areas for intake."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from kondusif.intake.rules import Draft


@pytest.fixture
def draft(areas: None) -> Callable[..., Draft]:
    def make(**said: Any) -> Draft:
        return Draft(
            **(
                {"uuid": uuid.uuid4(), "text": "Dua kelompok ribut di pasar", "channel": "web", "region": "64.71"}
                | said
            )
        )

    return make
