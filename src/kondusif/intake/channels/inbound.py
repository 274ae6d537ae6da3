"""A message as every channel hands it over."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from kondusif.intake.rules import KeptFile


class Inbound(NamedTuple):
    """`id` is the channel's own and makes it exactly-once. `sender` is how to answer. `place`: a shared position (lat, lon)."""

    id: str
    sender: str
    text: str
    sent_at: datetime | None = None
    files: tuple[KeptFile, ...] = ()
    place: tuple[float, float] | None = None
    thread: str = ""  # what an answer refers to: a mail's Message-ID
    answers: str = ""  # the id of our own message that this one answers
    language: str = "id"
