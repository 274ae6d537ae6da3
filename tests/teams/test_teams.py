"""Roles become permissions in regions; invitations open once; messages reach people once; plans pick the nearest."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from kondusif.ledger.actor import EVERYWHERE, Actor, within
from kondusif.ledger.errors import NotPermitted
from kondusif.teams import actions, base, queries, rosters, rules, sending
from kondusif.teams.models import Delivery, Invitation, OutboxMessage, ResponsePlan, User
from tests.conftest import Member

pytestmark = pytest.mark.django_db
codes = st.lists(st.sampled_from(["01", "02", "71"]), max_size=4).map(lambda parts: ".".join(["64", *parts]))


@given(codes, codes)
def test_within_is_prefix_by_parts(region: str, scope: str) -> None:
    assert within(region, scope) == (region.split(".")[: len(scope.split("."))] == scope.split("."))
    assert within(region, EVERYWHERE)


def test_a_duty_reaches_down_and_not_sideways(member: Member) -> None:
    actor = member("duty_officer", "64.71")
    assert actor.permits("report.triage", "64.71")
    assert actor.permits("report.triage", "64.71.02.1003")
    assert not actor.permits("report.triage", "64.7")
    assert not actor.permits("report.triage", "64.72")
    assert not actor.permits("report.triage", "64")
    assert not actor.permits("report.read_restricted", "64.71")


def test_restricted_reading_is_for_the_province(member: Member, operator: Actor, at: datetime) -> None:
    assert member("secretariat", "64").permits("report.read_restricted", "64")
    with pytest.raises(actions.RoleNotHere):
        member("secretariat", "64.71")


def test_only_the_secretariat_reads_reports_about_officials() -> None:
    assert [r.code for r in rules.ROLES.values() if "report.read_restricted" in r.permissions] == ["secretariat"]


def test_an_ended_duty_gives_nothing(member: Member, operator: Actor, at: datetime) -> None:
    actor = member("duty_officer", "64.71")
    user = User.objects.get(pk=actor.user_id)
    actions.end_duty(user.duties.get(), by=operator, at=at + timedelta(hours=1))
    assert queries.actor_of(user, at=at + timedelta(hours=2)).grants == frozenset()
    user.is_active = False
    assert queries.actor_of(user, at=at).grants == frozenset()


def test_managing_is_permitted_by_region(member: Member, at: datetime) -> None:
    user = User.objects.create_user("x")
    with pytest.raises(NotPermitted):
        actions.give_duty(user, role="duty_officer", region="64.71", by=member("duty_officer", "64.71"), at=at)
    with pytest.raises(NotPermitted):
        actions.invite(username="y", title="Y", by=member("duty_officer", "64.71"), at=at)
    local = member("manager", "64.71")
    with pytest.raises(NotPermitted):
        actions.give_duty(user, role="duty_officer", region="64.72", by=local, at=at)
    actions.give_duty(user, role="duty_officer", region="64.71", by=local, at=at)


def test_an_invitation_opens_once_and_in_time(operator: Actor, at: datetime) -> None:
    _user, token = actions.invite(username="baru", title="Petugas", by=operator, at=at)
    assert token not in str(Invitation.objects.values_list()), "only the digest is kept"
    with pytest.raises(actions.InvitationSpent):
        actions.accept_invitation(token, password="x", at=at + timedelta(days=4))
    user = actions.accept_invitation(token, password="kata sandi panjang", at=at)
    assert user.check_password("kata sandi panjang")
    with pytest.raises(actions.InvitationSpent):
        actions.accept_invitation(token, password="lain", at=at)
    with pytest.raises(actions.NameTaken):
        actions.invite(username="BARU", title="Lain", by=operator, at=at)


def test_a_new_link_ends_the_old_one(operator: Actor, at: datetime) -> None:
    user, old = actions.invite(username="baru", title="Petugas", by=operator, at=at)
    new = actions.invite_again(user, by=operator, at=at)
    with pytest.raises(actions.InvitationSpent):
        actions.open_invitation(old, at=at)
    assert actions.open_invitation(new, at=at).user == user


def test_a_lost_phone_is_out_at_once_and_its_second_factor_goes_with_the_new_link(
    operator: Actor, client: Client, at: datetime
) -> None:
    from allauth.mfa.models import Authenticator

    user, token = actions.invite(username="baru", title="Petugas", by=operator, at=at)
    actions.accept_invitation(token, password="rapat-evaluasi-2020", at=at)
    Authenticator.objects.create(user=user, type="totp", data={"secret": "x"})
    client.force_login(
        user := User.objects.get(pk=user.pk), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    assert client.get("/kabar").status_code == 200
    again = actions.invite_again(user, by=operator, at=at)
    assert client.get("/kabar").status_code != 200, "the thief's session lives on"
    assert not User.objects.get(pk=user.pk).has_usable_password()
    assert Authenticator.objects.filter(user=user).exists(), "the link alone opens nothing yet"
    actions.accept_invitation(again, password="sandi-yang-baru-2020", at=at)
    assert not Authenticator.objects.filter(user=user).exists()


def test_the_invitation_page_signs_in(operator: Actor, client: Client) -> None:
    from kondusif.clock.queries import now

    user, token = actions.invite(username="baru", title="Petugas", by=operator, at=now())
    actions.give_duty(user, role="duty_officer", region="64.71", by=operator, at=now())
    assert client.get(f"/undangan/{token}").status_code == 200
    weak = client.post(f"/undangan/{token}", {"new_password1": "12345", "new_password2": "12345"})
    assert weak.status_code == 200 and weak.context["form"].errors
    done = client.post(
        f"/undangan/{token}", {"new_password1": "rapat-evaluasi-2020", "new_password2": "rapat-evaluasi-2020"}
    )
    assert done.status_code == 302
    assert client.get("/situasi").status_code == 200
    assert client.get(f"/undangan/{token}").status_code == 410


def test_the_watch_is_the_roster_then_the_officers_then_upwards(member: Member, operator: Actor, at: datetime) -> None:
    province = member("duty_officer", "64")
    assert [u.pk for u in queries.on_watch("64.71.02", at=at)] == [province.user_id]
    local = member("duty_officer", "64.71")
    other = member("duty_officer", "64.71")
    assert {u.pk for u in queries.on_watch("64.71.02", at=at)} == {local.user_id, other.user_id}
    user = User.objects.get(pk=other.user_id)
    rosters.roster(user, region="64.71", starts_at=at, ends_at=at + timedelta(hours=8), by=operator, at=at)
    assert [u.pk for u in queries.on_watch("64.71", at=at)] == [other.user_id]
    assert len(queries.on_watch("64.71", at=at + timedelta(hours=8))) == 2, (
        "half-open: the end belongs to the next turn"
    )
    with pytest.raises(rosters.ShiftNotPossible):
        rosters.roster(user, region="64.71", starts_at=at, ends_at=at, by=operator, at=at)


def test_a_message_is_written_once_and_spread_once(member: Member, at: datetime) -> None:
    member("duty_officer", "64.71")
    message = actions.Message("k", "duty:64.71", "Judul", "Isi")
    actions.post([message, message], at=at)
    actions.post([message], at=at)
    row = OutboxMessage.objects.get()
    assert sending.spread(row, at=at) == 1
    assert sending.spread(row, at=at) == 0
    assert Delivery.objects.count() == 1


def test_plans_pick_own_region_and_category_first(operator: Actor, at: datetime) -> None:
    base.load_plans(by=operator, at=at)
    assert base.load_plans(by=operator, at=at) == 0
    police = actions.add_agency(code="polres-bpn", name="Polresta", kind="polri", region="64.71", by=operator, at=at)
    actions.add_agency(code="polda", name="Polda", kind="polri", region="64", by=operator, at=at)
    steps = queries.plan_for("64.71.02", "", "S1")
    assert [s.agency_id for s in steps] == [police.pk], "nearest agency; kinds without an agency are left out"
    assert steps[0].vertical
    own = [actions.NewStep("polri", "Khusus", 1, 2)]
    actions.set_plan(region="64.71", category="", severity="S1", name="Balikpapan", steps=own, by=operator, at=at)
    assert queries.plan_for("64.71.02", "election", "S1")[0].title == "Khusus"
    assert queries.plan_for("64.72", "", "S1")[0].title != "Khusus"
    actions.set_plan(region="64.71", category="", severity="S1", name="Balikpapan", steps=own, by=operator, at=at)
    assert ResponsePlan.objects.filter(region="64.71").count() == 1


def test_stopping_violence_is_the_polices(operator: Actor) -> None:
    """UU 7/2012 Ps.13: only the police stop violence; no default plan gives that task to another body."""
    for _severity, _category, _name, steps in base.PLANS:
        for kind, title, _ack, _end in steps:
            assert "Hentikan kekerasan" not in title or kind == "polri"
