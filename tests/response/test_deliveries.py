"""An agency's answers that waited for a signal: once each, and refused where the task has moved on."""

from __future__ import annotations

import json
import uuid
from datetime import datetime
from typing import Any

import pytest

from kondusif.intake.actions import UuidReused
from kondusif.intake.deliveries import ContentNotUnderstood, HandedIn, OfAnotherMember
from kondusif.intake.models import Delivery
from kondusif.ledger.actor import Actor
from kondusif.ledger.errors import MoveNotAllowed, NotFound, NotPermitted
from kondusif.ledger.models import Line
from kondusif.response import tasks
from kondusif.response.deliveries import hand_in_task
from kondusif.response.models import Task
from tests.response.conftest import NewMatter, Town

pytestmark = pytest.mark.django_db


def given(by: Actor, task: int, act: str, at: datetime, text: str = "", number: str = "") -> HandedIn:
    said: dict[str, Any] = {"kind": "task", "uuid": number or str(uuid.uuid4()), "written_at": at.isoformat(), "by": by.id,
                            "task": task, "act": act, "text": text}  # fmt: skip
    return HandedIn(content=json.dumps(said), device_now=at)


def test_help_is_asked_once_however_often_it_comes(town: Town, new_matter: NewMatter, at: datetime) -> None:
    task = tasks.assign(new_matter().code, agency=town.pp, title="Jaga lokasi", by=town.officer, at=at)
    wanted = given(town.pp_member, task.pk, "help", at, "Butuh orang")
    first = hand_in_task(wanted, by=town.pp_member, at=at)
    again = hand_in_task(wanted, by=town.pp_member, at=at)
    assert (first.replay, again.replay, first.signed) == (False, True, again.signed)
    assert Line.objects.filter(verb="task.help_asked").count() == Delivery.objects.count() == 1
    number = json.loads(wanted.content)["uuid"]
    with pytest.raises(UuidReused):
        hand_in_task(given(town.pp_member, task.pk, "help", at, "Lain", number), by=town.pp_member, at=at)


def test_accepted_and_finished_after_days(town: Town, new_matter: NewMatter, at: datetime) -> None:
    task = tasks.assign(new_matter().code, agency=town.pp, title="Jaga lokasi", by=town.officer, at=at)
    for act, text in (("accept", ""), ("finish", "Sudah tenang.")):
        assert (
            json.loads(
                hand_in_task(given(town.pp_member, task.pk, act, at, text), by=town.pp_member, at=at).signed.receipt
            )["subject"]
            == task.subject
        )
    assert Task.objects.get(pk=task.pk).state == "done"
    with pytest.raises(MoveNotAllowed):
        hand_in_task(given(town.pp_member, task.pk, "decline", at, "Tidak bisa"), by=town.pp_member, at=at)
    assert Delivery.objects.count() == 2, "what is refused leaves no receipt, and may be sent again"


def test_who_may_not(town: Town, new_matter: NewMatter, at: datetime) -> None:
    task = tasks.assign(new_matter().code, agency=town.pp, title="Jaga lokasi", by=town.officer, at=at)
    for by, error in ((town.polri_member, NotPermitted), (town.others["elsewhere"], NotPermitted)):
        with pytest.raises((error, NotFound)):
            hand_in_task(given(by, task.pk, "accept", at), by=by, at=at)
    with pytest.raises(OfAnotherMember):
        hand_in_task(given(town.polri_member, task.pk, "accept", at), by=town.pp_member, at=at)
    with pytest.raises(ContentNotUnderstood):
        hand_in_task(given(town.pp_member, task.pk, "cancel", at), by=town.pp_member, at=at)
    assert Task.objects.get(pk=task.pk).state == "asked" and not Delivery.objects.exists()
