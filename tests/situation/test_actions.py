"""Proposing, checking, setting and refusing a status; assessments; deadlines that never settle anything."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from kondusif.clock.models import Deadline
from kondusif.ledger.actor import Actor
from kondusif.ledger.errors import MoveNotAllowed, NotFound, NotPermitted
from kondusif.ledger.models import Line
from kondusif.situation import actions, queries, rules
from kondusif.situation.actions import ProposalOpen, ReasonMissing, SecondPersonNeeded
from kondusif.situation.jobs import DUTIES, hear
from kondusif.situation.models import Assessment, Heard, RegionStatus
from kondusif.teams.models import OutboxMessage
from tests.triage.conftest import NewAgency, make_report, new_agency, officer

__all__ = ["new_agency", "officer"]
pytestmark = pytest.mark.django_db
Member = Callable[..., Actor]
TOWN = "64.71"


def propose(by: Actor, at: datetime, level: str = "waspada", **more: bool) -> RegionStatus:
    return actions.propose(TOWN, level=level, reason="Ada dua laporan yang terverifikasi.", by=by, at=at, **more)


def in_force() -> str | None:
    row = queries.in_force([TOWN]).get(TOWN)
    return row.level if row else None


def test_the_whole_way(officer: Actor, member: Member, at: datetime) -> None:
    row = propose(officer, at)
    assert in_force() is None, "a proposal holds nothing"
    actions.check(row.pk, by=member("division_head", TOWN), at=at)
    done = actions.decide(row.pk, by=member("chair", TOWN), at=at + timedelta(hours=1))
    assert (done.state, done.valid_until, in_force()) == (
        rules.SET,
        at + timedelta(hours=1) + rules.VALID_FOR,
        "waspada",
    )
    lines = Line.objects.filter(verb__startswith="status.").order_by("pk")
    assert [x.verb for x in lines] == ["status.proposed", "status.checked", "status.set"]
    assert list(Deadline.objects.filter(met_at=None).values_list("duty", "owner", "due_at")) == [
        (actions.RENEW_DUTY, f"duty:{TOWN}", done.valid_until)
    ]
    assert not any("laporan" in x.detail for x in lines), "reasons stay out of the ledger"


def test_what_is_refused(officer: Actor, member: Member, at: datetime) -> None:
    for level, reason in (("waspada", "  "), ("hijau", "Alasan"), ("", "Alasan")):
        with pytest.raises(ReasonMissing):
            actions.propose(TOWN, level=level, reason=reason, by=officer, at=at)
    with pytest.raises(NotPermitted):
        propose(member("duty_officer", "64.72"), at)
    row = propose(officer, at)
    with pytest.raises(ProposalOpen):
        propose(officer, at, "siaga")
    for act in (actions.check, actions.decide):
        with pytest.raises(NotPermitted):
            act(row.pk, by=officer, at=at)
        with pytest.raises(NotFound):
            act(row.pk, by=member("secretary", "64.72"), at=at)
        with pytest.raises(NotFound):
            act(987654, by=member("secretary", TOWN), at=at)
    with pytest.raises(ReasonMissing):
        actions.refuse(row.pk, reason=" ", by=member("secretary", TOWN), at=at)
    with pytest.raises(NotPermitted):
        actions.refuse(row.pk, reason="Belum.", by=member("chair", TOWN), at=at)
    assert RegionStatus.objects.count() == 1 and RegionStatus.objects.get().state == rules.PROPOSED


def test_a_refusal_frees_the_way_and_stays_in_sight(officer: Actor, member: Member, at: datetime) -> None:
    row = propose(officer, at, temporary=True)
    assert in_force() == "waspada"
    secretary = member("secretary", TOWN)
    actions.refuse(row.pk, reason="Belum cukup bukti.", by=secretary, at=at)
    assert in_force() is None and queries.open_proposal(TOWN) is None
    assert queries.history(TOWN)[0].decision_note == "Belum cukup bukti."
    assert not Deadline.objects.filter(met_at=None).exists()
    for act in (actions.check, actions.decide):
        with pytest.raises(MoveNotAllowed):
            act(row.pk, by=secretary, at=at)
    propose(officer, at)


def test_a_raise_that_holds_is_not_taken_back_by_whoever_raised_it(member: Member, at: datetime) -> None:
    one, two = member("secretary", TOWN), member("secretary", TOWN)
    row = propose(one, at, "awas", temporary=True)
    with pytest.raises(SecondPersonNeeded):
        actions.refuse(row.pk, reason="Salah tekan.", by=one, at=at)
    assert in_force() == "awas"
    actions.refuse(row.pk, reason="Salah tekan.", by=two, at=at)
    assert in_force() is None
    plain = propose(one, at, "waspada")  # one that does not hold may be withdrawn
    actions.refuse(plain.pk, reason="Keliru.", by=one, at=at)


def test_lowering_needs_a_second_person(member: Member, at: datetime) -> None:
    one, two = member("secretary", TOWN), member("secretary", TOWN)
    actions.decide(propose(one, at, "siaga").pk, by=one, at=at)  # raising: one is enough
    for level in ("waspada", "siaga"):
        row = propose(one, at + timedelta(hours=1), level)
        with pytest.raises(SecondPersonNeeded):
            actions.decide(row.pk, by=one, at=at + timedelta(hours=1))
        assert in_force() == "siaga"
        actions.refuse(row.pk, reason="Belum.", by=two, at=at + timedelta(hours=1))
    low = propose(one, at + timedelta(hours=2), "kondusif")
    actions.decide(low.pk, by=two, at=at + timedelta(hours=2))
    assert in_force() == "kondusif"
    assert list(RegionStatus.objects.filter(state=rules.SET).values_list("pk", flat=True)) == [low.pk]
    open_duties = Deadline.objects.filter(met_at=None)
    assert [d.subject for d in open_duties] == [low.subject], "what is replaced needs no renewal"


def test_one_s_own_temporary_raise_does_not_count_as_the_level_before(member: Member, at: datetime) -> None:
    """Else whoever raised for the moment could lower in one step what was set."""
    one, two = member("secretary", TOWN), member("secretary", TOWN)
    actions.decide(propose(one, at, "siaga").pk, by=two, at=at)
    row = propose(one, at + timedelta(hours=1), "awas", temporary=True)
    assert in_force() == "awas"
    assert queries.shown([TOWN], at=at + timedelta(hours=1))[TOWN].note == "sementara"
    actions.decide(row.pk, by=one, at=at + timedelta(hours=1))
    assert in_force() == "awas" and not RegionStatus.objects.get(pk=row.pk).temporary


@pytest.mark.parametrize("level", ["kondusif", "waspada"])
def test_only_a_raise_holds_for_the_moment(member: Member, at: datetime, level: str) -> None:
    one, two = member("secretary", TOWN), member("secretary", TOWN)
    actions.decide(propose(one, at, "waspada").pk, by=two, at=at)
    row = propose(one, at + timedelta(hours=1), level, temporary=True)
    assert not row.temporary and in_force() == "waspada"


def test_nothing_is_settled_by_time(officer: Actor, member: Member, at: datetime) -> None:
    """Undecided or expired: asked again one level above, every time; the status itself does not move."""
    row = propose(officer, at, "awas", temporary=True)
    owners, when = [], at
    for _ in range(5):
        duty = Deadline.objects.get(met_at=None, fired_at=None)
        owners.append(duty.owner)
        when = duty.due_at
        Deadline.objects.filter(pk=duty.pk).update(fired_at=when)
        DUTIES[duty.duty](duty, when)
        row.refresh_from_db()
        assert (row.state, in_force()) == (rules.PROPOSED, "awas")
    heads = ["division_head", "secretary", "chair", "chair", "chair"]
    assert owners == [f"role:{role}@{TOWN}" for role in heads]
    assert when == at + 5 * rules.CONFIRM_WITHIN
    assert OutboxMessage.objects.filter(subject__contains="belum diputuskan").count() == 5
    actions.decide(row.pk, by=member("chair", TOWN), at=when)
    duty = Deadline.objects.get(met_at=None, fired_at=None)
    DUTIES[duty.duty](duty, duty.due_at)
    assert in_force() == "awas"
    assert queries.shown([TOWN], at=duty.due_at)[TOWN].note == "kedaluwarsa"
    again = Deadline.objects.filter(subject=row.subject, duty=actions.RENEW_DUTY).latest("pk")
    assert (again.owner, again.level) == (f"duty:{TOWN}", 1)


@pytest.mark.parametrize(
    ("kind", "view"), [("polri", "polres"), ("bawaslu", "bawaslu"), ("bpbd", "satgas"), ("dinkes", "satgas")]
)
def test_a_body_speaks_for_itself(member: Member, new_agency: NewAgency, at: datetime, kind: str, view: str) -> None:
    actions.assess(TOWN, level="waspada", note="Dua titik", by=member("agency", TOWN, agency=new_agency(kind)), at=at)
    assert Assessment.objects.get().view == view
    words = {v.label: v.level for v in queries.views(TOWN, rules.Shown("kondusif", at, ""), "Tim")}
    assert words["Penilaian Tim"] == "kondusif" and list(words.values()).count("waspada") == 1, (
        "shown side by side, never averaged"
    )
    assert in_force() is None


def test_nobody_speaks_for_another_body(officer: Actor, member: Member, new_agency: NewAgency, at: datetime) -> None:
    others = [officer, member("chair", TOWN), member("agency", TOWN, agency=new_agency("satpolpp")),
              member("agency", "64.72", agency=new_agency("polri", "64.72"))]  # fmt: skip
    for actor in others:
        with pytest.raises(NotPermitted):
            actions.assess(TOWN, level="awas", note="", by=actor, at=at)
    with pytest.raises(ReasonMissing):
        actions.assess(TOWN, level="merah", note="", by=member("agency", TOWN, agency=new_agency("polri")), at=at)
    assert not Assessment.objects.exists()


def test_only_people_are_a_sign_of_life(officer: Actor, at: datetime) -> None:
    make_report(at, region=f"{TOWN}.02", restricted=True)
    row = propose(officer, at + timedelta(hours=1))
    duty = Deadline.objects.get(duty=actions.DECIDE_DUTY)
    DUTIES[duty.duty](duty, at + timedelta(hours=9))  # the machine speaks
    lines = list(Line.objects.order_by("pk"))
    for line in (*lines, *reversed(lines)):
        hear(line)
    assert dict(Heard.objects.values_list("region", "at")) == {TOWN: at + timedelta(hours=1)}
    assert row.state == rules.PROPOSED


def test_peaceful_protest_moves_no_status(officer: Actor, member: Member, at: datetime) -> None:
    from kondusif.response import actions as response
    from kondusif.response.actions import NewIncident

    secretary = member("secretary", TOWN)
    actions.decide(propose(officer, at, "kondusif").pk, by=secretary, at=at)
    report = make_report(at, region=TOWN, text="Unjuk rasa damai ribuan orang di depan kantor gubernur")
    response.register(report.code, NewIncident("Unjuk rasa damai di halaman kantor", severity="S4"), by=officer, at=at)
    for line in Line.objects.order_by("pk"):
        hear(line)
    assert RegionStatus.objects.count() == 1
    assert queries.shown([TOWN], at=at + timedelta(hours=1))[TOWN].level == "kondusif"
