"""What must never happen (practice.md), where no single stage holds it. `guards.GUARDS` names for each of the nine the
guard and its tests.

`./kondusif prove never` takes each guard away in a copy of the house and demands that its tests then fail.
"""

from __future__ import annotations

from datetime import datetime

import pytest
from django.apps import apps
from django.test import Client

from kondusif.intake.models import Contact
from kondusif.ledger.models import Line
from kondusif.site.commands.test import ROOT
from kondusif.teams.actions import add_agency
from kondusif.teams.models import User
from kondusif.teams.queries import OPERATOR
from kondusif.triage import actions as triage
from tests.conftest import Member
from tests.site.guards import GUARDS
from tests.triage.conftest import make_report


def test_each_of_the_nine_has_a_guard_that_stands_where_it_is_said() -> None:
    assert {g.number for g in GUARDS} == set(range(1, 10))
    for guard in GUARDS:
        assert (ROOT / guard.file).read_text().count(guard.cut) >= 1, guard
        for test in guard.tests:
            path, _, name = test.partition("::")
            assert f"def {name}(" in (ROOT / path).read_text(), test


@pytest.mark.django_db
def test_a_verdict_says_nothing_of_the_sender(member: Member, areas: None, at: datetime) -> None:
    """Safeguard 7: *informasi tidak benar* attaches to the claim; the sender's other reports stand as before."""
    reports = [make_report(at, region="64.71"), make_report(at, region="64.71")]
    for report in reports:
        Contact.objects.create(report=report, sealed="sealed", lookup="a" * 64)
    by = member("duty_officer", "64.71")
    triage.take(reports[0].code, by=by, at=at)
    triage.refute(reports[0].code, reason="Tidak ada kejadian itu.", by=by, at=at)
    for line in Line.objects.filter(subject=reports[0].subject):
        assert "a" * 64 not in str(line.detail) and "sealed" not in str(line.detail)
    reports[1].refresh_from_db()
    assert (reports[1].state, reports[1].severity) == ("received", "")
    referral = apps.get_model("triage", "Referral")
    assert not {f.name for f in referral._meta.get_fields()} & {"contact", "sender", "identity"}


@pytest.mark.django_db
def test_agencies_enter_a_short_assessment_and_no_product(member: Member, areas: None, at: datetime) -> None:
    """Safeguard 9: level and a short note; no file; the page says why."""
    police = add_agency(code="polresta", name="Polresta", kind="polri", region="64.71", by=OPERATOR, at=at)
    user = User.objects.get(pk=member("agency", "64.71", agency=police).user_id)
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    html = client.get("/situasi/64.71").content.decode()
    form = html[html.index("situasi/64.71/penilaian") if "situasi/64.71/penilaian" in html else 0 :]
    assert "Jangan unggah produk intelijen" in form and 'type="file"' not in html
    fields = {f.name: f for f in apps.get_model("situation", "Assessment")._meta.get_fields()}
    assert fields["note"].max_length == 300  # type: ignore[union-attr]
    assert not {f.get_internal_type() for f in fields.values()} & {"FileField", "JSONField", "BinaryField"}  # type: ignore[union-attr]


@pytest.mark.django_db
def test_the_only_tier_is_terbatas(areas: None, at: datetime) -> None:
    make_report(at, region="64.71", restricted=True)
    make_report(at, region="64.71")
    assert set(Line.objects.values_list("tier", flat=True)) == {"", "terbatas"}
