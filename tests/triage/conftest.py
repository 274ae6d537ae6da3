"""Reports and people for the tests of triage."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import transaction

from kondusif.clock.actions import NewDeadline, set_deadlines
from kondusif.intake import rules as intake
from kondusif.intake.dialogue import place_of, watch_of
from kondusif.intake.models import Report
from kondusif.ledger.actions import record
from kondusif.ledger.actor import CITIZEN, Actor
from kondusif.teams.models import Agency
from kondusif.teams.queries import kabkota_of
from kondusif.teams.rules import is_vertical

NewReport = Callable[..., Report]
NewAgency = Callable[..., Agency]


def make_report(
    at: datetime, *, region: str = "64.71", text: str = "Cekcok dua kelompok warga di pasar.", restricted: bool = False,
    threatened: str = "no", code: str = "",
) -> Report:  # fmt: skip
    """A report as intake leaves it: row, line, first duty."""
    number = uuid.uuid4()
    with transaction.atomic():
        row = Report.objects.create(
            uuid=number, code=code or "KDS-" + intake.base32(number.int % 2**35, 7), tracking_digest=number.hex, content_digest=number.hex,
            channel="web", text=text, threatened=threatened, restricted=restricted, reported_at=at, received_at=at, region=region,
            place_precision="kabkota",
        )  # fmt: skip
        record(
            "report.received",
            subject=row.subject,
            region=place_of(row),
            by=CITIZEN,
            at=at,
            restricted=restricted,
            detail={"channel": "web"},
        )
        due = at + intake.TRIAGE_WITHIN[threatened]
        set_deadlines(
            [NewDeadline(intake.TRIAGE_DUTY, row.subject, kabkota_of(place_of(row)), watch_of(row), due)], at=at
        )
    return row


@pytest.fixture
def new_report(db: None, at: datetime) -> NewReport:
    return lambda **given: make_report(given.pop("at", at), **given)


@pytest.fixture
def new_agency(db: None) -> NewAgency:
    def make(kind: str = "satpolpp", region: str = "64.71") -> Agency:
        agency, _ = Agency.objects.get_or_create(
            code=f"{kind}-{region}".replace(".", "-"),
            defaults={"name": f"{kind} {region}", "kind": kind, "region": region, "vertical": is_vertical(kind)},
        )
        return agency

    return make


@pytest.fixture
def officer(member: Callable[..., Actor]) -> Actor:
    return member("duty_officer", "64.71")


@pytest.fixture
def secretariat(member: Callable[..., Actor]) -> Actor:
    return member("secretariat", "64")
