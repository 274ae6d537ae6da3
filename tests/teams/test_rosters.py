"""Turns of duty: holes, swaps, the calendar feed; Plh and Plt; who is told instead."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from kondusif.ledger.errors import NotFound, NotPermitted
from kondusif.ledger.models import Line
from kondusif.teams import calendar_feed, delegations, duty_hours, queries, rosters
from kondusif.teams.models import Delegation, Duty, User
from kondusif.teams.queries import OPERATOR, actor_of
from tests.conftest import AT, Member

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
spans = st.lists(st.tuples(st.integers(-5, 30), st.integers(1, 12)), max_size=6)


@given(spans)
def test_gaps_and_their_slow_twin(found: list[tuple[int, int]]) -> None:
    rows = [(AT + a * HOUR, AT + (a + n) * HOUR) for a, n in found]
    empty = {h for h in range(24) if not any(a <= h < a + n for a, n in found)}
    said = rosters.gaps(rows, AT, AT + 24 * HOUR)
    assert {h for h in range(24) if any(s <= AT + h * HOUR < e for s, e in said)} == empty
    assert all(a[1] < b[0] for a, b in pairwise(said)), "stretches apart and in order"


def _user(actor: object) -> User:
    return User.objects.get(pk=actor.user_id)  # type: ignore[attr-defined]


def test_a_swap_is_asked_and_accepted(member: Member, at: datetime) -> None:
    one, two, elsewhere = (member("duty_officer", r) for r in ("64.71", "64.71", "64.72"))
    shift = rosters.roster(_user(one), region="64.71", starts_at=at, ends_at=at + 8 * HOUR, by=OPERATOR, at=at)
    for by, to, error in (
        (two, two, NotPermitted),
        (one, one, rosters.SwapNotPossible),
        (one, elsewhere, rosters.SwapNotPossible),
    ):
        with pytest.raises(error):
            rosters.ask_swap(shift.pk, to=_user(to), by=by, at=at)
    swap = rosters.ask_swap(shift.pk, to=_user(two), by=one, at=at)
    with pytest.raises(rosters.SwapNotPossible):
        rosters.ask_swap(shift.pk, to=_user(two), by=one, at=at)
    with pytest.raises(NotPermitted):
        rosters.answer_swap(swap.pk, accept=True, by=one, at=at)
    with pytest.raises(NotFound):
        rosters.answer_swap(swap.pk, accept=True, by=elsewhere, at=at)
    assert [u.pk for u in queries.on_watch("64.71", at=at)] == [one.user_id], "until it is answered the turn stays"
    rosters.answer_swap(swap.pk, accept=True, by=two, at=at)
    assert [u.pk for u in queries.on_watch("64.71", at=at)] == [two.user_id]
    with pytest.raises(rosters.SwapNotPossible):
        rosters.answer_swap(swap.pk, accept=False, by=two, at=at)
    with pytest.raises(rosters.ShiftOver):
        rosters.drop_shift(shift.pk, by=OPERATOR, at=at + 8 * HOUR)
    verbs = list(Line.objects.filter(subject=f"shift:{shift.pk}").order_by("pk").values_list("verb", flat=True))
    assert verbs == ["shift.set", "swap.asked", "swap.accepted"]


@pytest.mark.usefixtures("areas")
@pytest.mark.deep
def test_a_roster_with_nobody_on_lebaran_is_said_beforehand(member: Member, at: datetime) -> None:
    officer = _user(member("duty_officer", "64.71"))
    lebaran = datetime(2021, 5, 13, tzinfo=at.tzinfo)
    before = lebaran - timedelta(days=10)
    for day in range(14):
        start = before + timedelta(days=day)
        if start.date() != lebaran.date():
            rosters.roster(
                officer, region="64.71", starts_at=start, ends_at=start + timedelta(days=1), by=OPERATOR, at=before
            )
    (gap,) = rosters.roster_gaps(["64.71"], at=before)
    assert (gap.starts_at, gap.ends_at, gap.must, gap.covered) == (lebaran, lebaran + timedelta(days=1), False, True)
    duty_hours.set_alert(
        "64.71",
        decree_number="SK 1",
        decree_date=date(2021, 5, 1),
        starts_at=lebaran,
        ends_at=lebaran + 6 * HOUR,
        by=OPERATOR,
        at=before,
    )
    (gap,) = rosters.roster_gaps(["64.71"], at=before)
    assert gap.must and gap.ends_at == lebaran + 6 * HOUR


def test_changing_the_roster_is_permitted_by_region(member: Member, at: datetime) -> None:
    officer = member("duty_officer", "64.71")
    shift = rosters.roster(
        _user(officer), region="64.71", starts_at=at, ends_at=at + HOUR, by=member("secretary", "64.71"), at=at
    )
    changed = {"user": _user(officer), "starts_at": at, "ends_at": at + 2 * HOUR}
    for by in (officer, member("secretary", "64.72")):
        with pytest.raises(NotPermitted):
            rosters.change_shift(shift.pk, **changed, by=by, at=at)
    assert rosters.change_shift(shift.pk, **changed, by=OPERATOR, at=at).ends_at == at + 2 * HOUR
    with pytest.raises(rosters.ShiftNotPossible):
        rosters.change_shift(shift.pk, **changed | {"ends_at": at + timedelta(days=8)}, by=OPERATOR, at=at)


def test_the_calendar_feed_is_ones_own_and_can_be_taken_back(member: Member, at: datetime, client: Client) -> None:
    from kondusif.clock.queries import now

    here = now()
    one, two = member("duty_officer", "64.71"), member("duty_officer", "64.71")
    for n, who in enumerate((one, two)):
        rosters.roster(
            _user(who), region="64.71", starts_at=here + n * HOUR, ends_at=here + (n + 1) * HOUR, by=OPERATOR, at=here
        )
    old = calendar_feed.make_link(_user(one), by=one, at=here)
    with pytest.raises(NotPermitted):
        calendar_feed.make_link(_user(one), by=two, at=here)
    token = calendar_feed.make_link(_user(one), by=one, at=here)
    assert client.get(f"/piket/{old}.ics").status_code == 404
    answer = client.get(f"/piket/{token}.ics")
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    assert answer["Content-Type"].startswith("text/calendar") and len(events) == 1
    assert events[0].decoded("dtstart") == here.replace(microsecond=0)
    calendar_feed.revoke_links(_user(one), by=one, at=here)
    assert client.get(f"/piket/{token}.ics").status_code == 404


def _decree(at: datetime, days: int = 5) -> dict[str, object]:
    return {
        "kind": "plh",
        "decree_number": "SK 8/2020",
        "decree_date": at.date(),
        "starts_at": at,
        "ends_at": at + timedelta(days=days),
    }


def test_plh_acts_and_both_stand_in_the_ledger(member: Member, at: datetime) -> None:
    chair, head, other = member("chair", "64.71"), member("division_head", "64.71"), member("division_head", "64.72")
    given_ = {"role": "chair", "region": "64.71", "absent": _user(chair), "acting": _user(head)} | _decree(at)
    row = delegations.delegate(**given_, by=member("secretary", "64.71"), at=at)  # type: ignore[arg-type]
    assert [u.pk for u in queries.holding("chair", "64.71", at=at)] == [head.user_id]
    acting = actor_of(_user(head), at=at)
    assert acting.permits("alert.set", "64.71") and not acting.permits("alert.set", "64.72")
    assert actor_of(_user(chair), at=at).permits("alert.set", "64.71"), "the absent one keeps the post"
    delegations.end_delegation(row.pk, by=acting, at=at + HOUR)
    line = Line.objects.get(verb="delegation.ended")
    assert line.actor == f"user:{head.user_id}" and "Plh. Ketua tim" in line.actor_label
    assert f'"acting_for":"user:{chair.user_id}"' in line.detail
    assert not actor_of(_user(head), at=at + HOUR).permits("alert.set", "64.71")
    assert [u.pk for u in queries.holding("chair", "64.71", at=at + HOUR)] == [chair.user_id]
    with pytest.raises(NotPermitted):
        delegations.delegate(**given_, by=other, at=at)  # type: ignore[arg-type]


def test_two_delegations_at_once_for_one_post_are_refused(member: Member, at: datetime) -> None:
    chair, one, two = member("chair", "64.71"), member("division_head", "64.71"), member("duty_officer", "64.71")
    post = {"role": "chair", "region": "64.71", "by": OPERATOR, "at": at}
    delegations.delegate(absent=_user(chair), acting=_user(one), **post, **_decree(at))  # type: ignore[arg-type]
    for days in (1, 9):
        with pytest.raises(delegations.DelegationOverlaps):
            delegations.delegate(absent=_user(chair), acting=_user(two), **post, **_decree(at, days))  # type: ignore[arg-type]
    with pytest.raises(delegations.DelegationCircle):
        delegations.delegate(absent=_user(one), acting=_user(chair), **post, **_decree(at))  # type: ignore[arg-type]
    delegations.delegate(absent=_user(one), acting=_user(two), **post, **_decree(at))  # type: ignore[arg-type]
    assert [u.pk for u in queries.holding("chair", "64.71", at=at)] == [two.user_id], "followed to the end"
    with pytest.raises(delegations.DelegationNotPossible):
        delegations.delegate(absent=_user(two), acting=_user(chair), **post | {"role": "secretary"}, **_decree(at))  # type: ignore[arg-type]
    assert Delegation.objects.count() == 2


def test_nobody_names_themselves(member: Member, at: datetime) -> None:
    secretary, chair = member("secretary", "64.71"), member("chair", "64.71")
    with pytest.raises(delegations.NotOneself):
        delegations.delegate(
            role="chair",
            region="64.71",
            absent=_user(chair),
            acting=_user(secretary),
            by=secretary,
            at=at,
            **_decree(at),
        )  # type: ignore[arg-type]
    assert Duty.objects.filter(role="chair").count() == 1


@pytest.mark.usefixtures("areas")
def test_the_pages_of_duty(member: Member, client: Client) -> None:
    from kondusif.clock.queries import now

    secretary, officer = member("secretary", "64.71"), member("duty_officer", "64.71")
    client.force_login(_user(secretary), backend="allauth.account.auth_backends.AuthenticationBackend")
    start = now() + HOUR
    said = {"user": officer.user_id, "region": "64.71", "starts_at": start.strftime("%Y-%m-%dT%H:%M")}
    assert client.post("/tim/piket", said | {"ends_at": said["starts_at"]}).status_code == 422
    late = (start + 8 * HOUR).strftime("%Y-%m-%dT%H:%M")
    answer = client.post("/tim/piket", said | {"ends_at": late})
    assert answer.status_code == 302, answer.context["form"].errors
    page = client.get("/tim/piket").content.decode()
    assert "duty_officer 64.71" in page and "Tambah giliran" in page
    assert client.get("/api/v1/shifts?region=64.71").json()["shifts"][0]["region"] == "64.71"
    assert "Tunjuk Plh" in client.get("/tim/delegasi").content.decode()
    assert "tidak dapat dihubungi" in client.get("/tim/jangkauan").content.decode()
