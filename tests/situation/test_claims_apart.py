"""An isu is no incident: it raises no status, stands in no count of the board, and pushes nothing real off it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from kondusif.clock.actions import NewDeadline, set_deadlines
from kondusif.ledger.actor import Actor
from kondusif.response.models import Incident
from kondusif.situation.board import board
from kondusif.situation.feed import feed
from kondusif.situation.models import RegionStatus
from kondusif.triage.claims import actions, rules, verdicts
from kondusif.triage.claims.actions import NewItem
from tests.triage.conftest import make_report

pytestmark = pytest.mark.django_db


def test_a_claim_changes_nothing_on_the_board(areas: None, member: Callable[..., Actor], at: datetime) -> None:
    officer, judge = member("duty_officer", "64.71"), member("verifier", "64.71")
    make_report(at, region="64.71")
    later = at + timedelta(days=3)
    before, news = board(officer, province="64", at=later), feed(officer, 50)
    assert before.overdue_count == 1, "the real one"
    claim = actions.record(
        region="64.71", topic="aid", title="Isu bantuan habis", statement="Habis.", by=officer, at=at
    )
    for n in range(3):
        actions.add_item(
            claim.code, NewItem("64.71", at.date(), "facebook", words=f"Tangkapan layar {n}"), by=officer, at=at
        )
    early = at - timedelta(days=9)
    set_deadlines(
        [NewDeadline(rules.VERDICT, f"claim:ISU-{n}", "64.71", "duty:64.71", early) for n in range(60)], at=early
    )
    actions.add_evidence(claim.code, source="Dinsos", source_date=at.date(), shows="Stok ada.", by=officer, at=at)
    verdicts.judge(claim.code, verdict="true", reason="Dinsos membenarkan.", by=judge, at=at)
    after = board(officer, province="64", at=later)
    # That somebody there is at work is a sign of life and no more.
    assert replace(after, tiles=()) == replace(before, tiles=())
    assert [replace(t, note="", since=None) for t in after.tiles] == [
        replace(t, note="", since=None) for t in before.tiles
    ]
    assert feed(officer, 50) == news
    assert not Incident.objects.exists() and not RegionStatus.objects.exists()
