"""Setel ulang: two minutes for a lost phone, and nobody becomes two persons by it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client

from kondusif.ledger.errors import NotFound, NotPermitted
from kondusif.ledger.models import Line
from kondusif.situation import actions as situation
from kondusif.teams import actions, resets, rules
from kondusif.teams.exports import gate
from kondusif.teams.models import Invitation, OutboxMessage, User
from tests.conftest import Member

CASES = [
    # who may reset whom: (resetter, where), (post, where), may
    (("secretary", "64.71"), ("duty_officer", "64.71"), True),
    (("secretary", "64.71"), ("agency", "64.71.02"), True),
    (("secretary", "64.71"), ("verifier", "64.72"), False),
    (("secretary", "64.71"), ("chair", "64.71"), False),
    (("secretary", "64.71"), ("secretary", "64.71"), False),
    (("secretariat", "64"), ("chair", "64.71"), True),
    (("secretariat", "64"), ("secretariat", "64"), False),
    (("secretariat", "64"), ("data_protection", "64"), False),
    (("manager", ""), ("data_protection", "64"), True),
    (("manager", ""), ("manager", ""), True),
    (("manager", "64"), ("manager", "64"), False),
    (("chair", "64"), ("duty_officer", "64.71"), False),
]


@pytest.mark.each_once
@pytest.mark.parametrize(("who", "whom", "may"), CASES)
def test_who_decides_is_reset_from_above(who: tuple[str, str], whom: tuple[str, str], may: bool) -> None:
    from kondusif.ledger.actor import Actor

    grants = frozenset((p, who[1]) for p in rules.ROLES[who[0]].permissions)
    assert resets.may_reset(Actor("user:1", "x", grants), [whom]) is may
    assert not resets.may_reset(Actor("user:1", "x", grants), [whom, ("chair", "31")]) or who == ("manager", "")


@pytest.mark.django_db
def test_what_the_old_phone_held_is_dead_and_the_new_link_lives_an_hour(member: Member, at: datetime) -> None:
    officer, secretary = member("duty_officer", "64.71"), member("secretary", "64.71")
    user = User.objects.get(pk=officer.user_id)
    user.set_password("sandi-lama-yang-panjang")
    user.save()
    phone = Client()
    phone.force_login(user)
    assert phone.get("/tim").status_code == 200
    old = actions.new_key(User.objects.create_user("lain"), lives=timedelta(days=3), at=at)
    _user, token = resets.reset(user.pk, known_by="called_back", by=secretary, at=at)
    assert phone.get("/tim").status_code in {302, 403}, "the phone's session is over"
    assert actions.open_invitation(old, at=at).user.username == "lain", "nobody else's"
    assert actions.open_invitation(token, at=at + timedelta(minutes=59)).user == user
    with pytest.raises(actions.InvitationSpent):
        actions.open_invitation(token, at=at + timedelta(hours=1))
    _user, second = resets.reset(user.pk, known_by="in_person", by=secretary, at=at + timedelta(minutes=1))
    with pytest.raises(actions.InvitationSpent):
        actions.open_invitation(token, at=at + timedelta(minutes=1))
    assert token not in str(list(Invitation.objects.values_list())) + str(list(Line.objects.values_list()))
    told = OutboxMessage.objects.filter(key__startswith="reset:")
    assert {m.audience for m in told} == {f"user:{user.pk}", "role:data_protection@64"} and len(told) == 4
    assert second


@pytest.mark.django_db
def test_refusals(member: Member, at: datetime) -> None:
    officer, secretary = member("duty_officer", "64.71"), member("secretary", "64.71")
    for pk, by, refusal in (
        (officer.user_id, officer, NotPermitted),
        (secretary.user_id, secretary, NotPermitted),
        (member("chair", "64.71").user_id, secretary, NotPermitted),
        (10**9, secretary, NotFound),
    ):
        with pytest.raises(refusal):
            resets.reset(pk or 0, known_by="in_person", by=by, at=at)
    with pytest.raises(resets.KnownByUnsaid):
        resets.reset(officer.user_id or 0, known_by="felt_so", by=secretary, at=at)
    assert not Line.objects.filter(verb="member.reset").exists()


@pytest.mark.django_db
def test_whoever_handed_out_a_key_is_no_second_person_for_it(member: Member, at: datetime) -> None:
    """A secretariat could take the account of a chair it has just reset, and confirm its own proposal."""
    secretariat, chair, other = member("secretariat", "64"), member("chair", "64.71"), member("chair", "64.71")
    row = situation.propose("64.71", level="kondusif", reason="Tenang.", by=secretariat, at=at)
    resets.reset(chair.user_id or 0, known_by="called_back", by=secretariat, at=at)
    with pytest.raises(resets.KeyFromAsker):
        situation.decide(row.pk, by=chair, at=at + timedelta(days=29))
    assert resets.may_second(chair, secretariat.id, at=at + timedelta(days=31))
    assert not resets.may_second(secretariat, chair.id, at=at), "nor the other way round"
    situation.decide(row.pk, by=other, at=at + timedelta(days=1))


@pytest.mark.django_db
def test_the_desk_is_three_pages(client: Client, member: Member) -> None:
    officer = User.objects.get(pk=member("duty_officer", "64.71").user_id)
    chair = User.objects.get(pk=member("chair", "64.71").user_id)
    client.force_login(User.objects.get(pk=member("secretary", "64.71").user_id))
    page = client.get("/tim/setel-ulang?cari=duty").content.decode()
    assert f"/tim/setel-ulang/{officer.pk}" in page and f"/tim/setel-ulang/{chair.pk}" not in page
    assert client.get(f"/tim/setel-ulang/{chair.pk}").status_code == 403
    assert client.post(f"/tim/setel-ulang/{officer.pk}").status_code == 422
    done = client.post(f"/tim/setel-ulang/{officer.pk}", {"known_by": "called_back"})
    assert done.status_code == 201 and "/undangan/" in done.content.decode() and done.headers["Cache-Control"]
    api = client.post(f"/api/v1/members/{officer.pk}/reset", {"known_by": "in_person"}, content_type="application/json")
    assert api.status_code == 201 and "/undangan/" in api.json()["link"]
    assert (
        client.post(
            f"/api/v1/members/{chair.pk}/reset", {"known_by": "in_person"}, content_type="application/json"
        ).status_code
        == 403
    )


@pytest.mark.django_db
def test_an_export_asked_for_by_one_s_own_key_giver_is_not_approved_by_oneself(
    member: Member, areas: None, at: datetime
) -> None:
    asker, officer, other = member("secretary", "64.71"), member("data_protection", "64"), member("secretariat", "64")
    manager = member("manager", "")
    row = gate.ask("members", region="64.71", rows=500, reason="audit", by=asker, at=at)
    resets.reset(officer.user_id or 0, known_by="called_back", by=manager, at=at)
    gate_row = gate.ask("members", region="64.71", rows=500, reason="audit", by=manager, at=at)
    with pytest.raises(resets.KeyFromAsker):
        gate.decide(gate_row.pk, approve=True, by=officer, at=at)
    gate.decide(gate_row.pk, approve=False, by=officer, at=at)
    gate.decide(row.pk, approve=True, by=other, at=at)
