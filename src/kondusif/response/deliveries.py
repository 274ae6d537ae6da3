"""Answers to tasks that waited on a device for a signal: each done once, with a signed receipt."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from kondusif.intake.deliveries import Content, Handed, HandedIn, check_writer, content_of, once
from kondusif.ledger.actor import Actor
from kondusif.response import tasks
from kondusif.response.models import Task


class TaskContent(Content):
    kind: Literal["task"]
    by: str
    task: Annotated[int, Field(ge=1, le=2**63 - 1)]
    act: Literal["accept", "finish", "decline", "help"]
    text: str = ""


# What an agency may say about its own task without seeing its newest state: the moves a task may make guard the rest.
ACTS: dict[str, Callable[[TaskContent, Actor, datetime], Task]] = {
    "accept": lambda said, by, at: tasks.accept(said.task, by=by, at=at),
    "finish": lambda said, by, at: tasks.finish(said.task, proof=said.text, by=by, at=at),
    "decline": lambda said, by, at: tasks.decline(said.task, reason=said.text, by=by, at=at),
    "help": lambda said, by, at: tasks.ask_help(said.task, text=said.text, by=by, at=at),
}


def hand_in_task(given: HandedIn, *, by: Actor, at: datetime) -> Handed:
    """An answer counts from when it came in; when it was written stands beside it."""
    content = content_of(TaskContent, given)
    check_writer(content.by, by)
    return once(given, content, "task", lambda: ACTS[content.act](content, by, at).subject, by=by, at=at)
