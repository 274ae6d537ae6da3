"""The gate before a reporter's contact, and the keys behind it (practice.md, safeguard 6)."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

import pytest
from django.conf import settings

from kondusif.intake import identity, privacy, rules
from kondusif.intake.actions import receive
from kondusif.intake.identity import GateShut, NoContact, ReasonUnknown
from kondusif.intake.models import Contact, IdentityRequest
from kondusif.intake.rules import Draft
from kondusif.ledger.actor import CITIZEN, Actor
from kondusif.ledger.errors import NotFound, NotPermitted
from kondusif.ledger.models import Line
from kondusif.teams.models import OutboxMessage
from tests.conftest import Member
from tests.triage.conftest import NewAgency, new_agency

__all__ = ["new_agency"]
pytestmark = pytest.mark.django_db
Drafts = Callable[..., Draft]
PHONE = "0812 000 111"


@dataclass
class Gate:
    code: str
    asker: Actor
    of: Callable[[str, str], Actor]
    at: datetime

    def ask(self, reason: str = "life") -> int:
        return identity.request(self.code, reason=reason, note="", by=self.asker, at=self.at).pk

    def agree(self, pk: int, *kinds: str) -> None:
        """`dinsos` is the town's, `dinsos@64` the province's."""
        for kind in kinds:
            name, _at, where = kind.partition("@")
            identity.approve(pk, by=self.of(name, where or "64.71"), at=self.at)

    def open(self, pk: int) -> str:
        return identity.open_contact(pk, by=self.asker, at=self.at)


@pytest.fixture
def gate(draft: Drafts, member: Member, new_agency: NewAgency, at: datetime) -> Gate:
    code = receive(draft(contact=PHONE), by=CITIZEN, at=at).code
    return Gate(
        code,
        member("duty_officer", "64.71"),
        lambda kind, where: member("agency", where, agency=new_agency(kind, where)),
        at,
    )


def test_two_of_different_agencies_open_it_once_for_the_asker(gate: Gate, member: Member, at: datetime) -> None:
    pk = gate.ask()
    with pytest.raises(GateShut):
        gate.open(pk)
    gate.agree(pk, "polri")
    with pytest.raises(GateShut):
        gate.open(pk)
    gate.agree(pk, "dinsos@64")
    with pytest.raises(NotFound):
        identity.open_contact(pk, by=member("duty_officer", "64.71"), at=at)
    assert gate.open(pk) == PHONE
    with pytest.raises(GateShut):
        gate.open(pk)
    with pytest.raises(GateShut):
        gate.agree(pk, "dinkes")


@pytest.mark.parametrize("reason", ["", "clarify", "klarifikasi", "LIFE", "hoaks"])
def test_the_reason_is_from_a_closed_list(gate: Gate, reason: str) -> None:
    with pytest.raises(ReasonUnknown):
        gate.ask(reason)
    assert not IdentityRequest.objects.exists()
    assert {code for code, _label in rules.REASONS} == {"life", "subject", "court", "protection"}


def test_the_asker_does_not_agree_to_their_own(draft: Drafts, member: Member, gate: Gate, at: datetime) -> None:
    clerk = member("secretariat", "64")
    pk = identity.request(gate.code, reason="court", note="", by=clerk, at=at).pk
    with pytest.raises(GateShut):
        identity.approve(pk, by=clerk, at=at)
    gate.agree(pk, "dinsos")
    with pytest.raises(GateShut):
        identity.open_contact(pk, by=clerk, at=at)


def test_two_people_of_one_agency_count_once(gate: Gate) -> None:
    pk = gate.ask()
    gate.agree(pk, "dinsos")
    with pytest.raises(GateShut):
        gate.agree(pk, "dinsos")
    with pytest.raises(GateShut):
        gate.open(pk)


@pytest.mark.parametrize(("kinds", "opens"), [
    (("polri", "kesbangpol"), False), (("polri", "setda"), False), (("kesbangpol", "setda"), False), (("polri", "kesbangpol", "setda"), False),
    (("polri", "dinsos"), False), (("satpolpp", "dinsos"), False), (("kesbangpol", "kecamatan", "dinkes"), False),
    (("polri", "dinsos@64"), True), (("kesbangpol", "kemenag"), True), (("polri", "setda", "bawaslu"), True),
])  # fmt: skip
def test_police_and_whoever_is_under_the_region_s_head_do_not_open_it_alone(
    gate: Gate, kinds: tuple[str, ...], opens: bool
) -> None:
    pk = gate.ask()
    gate.agree(pk, *kinds)
    if opens:
        assert gate.open(pk) == PHONE
        return
    with pytest.raises(GateShut):
        gate.open(pk)


def test_another_region_s_agency_has_no_say(gate: Gate, member: Member, at: datetime) -> None:
    pk = gate.ask()
    for actor in (gate.of("dinsos", "64.72"), member("chair", "64.71"), member("manager", "64"), CITIZEN):
        for act in (identity.approve, identity.refuse):
            with pytest.raises(NotPermitted):
                act(pk, by=actor, at=at)
    assert IdentityRequest.objects.get().approvals.count() == 0


def test_data_protection_is_told_at_every_step_and_counts_as_itself(gate: Gate, member: Member, at: datetime) -> None:
    guardian = member("data_protection", "64")
    pk = gate.ask()
    gate.agree(pk, "polri")
    identity.approve(pk, by=guardian, at=at)
    gate.open(pk)
    told = list(
        OutboxMessage.objects.filter(audience="role:data_protection@64").order_by("pk").values_list("body", flat=True)
    )
    assert [b.split(":")[1].split(".")[1].strip() for b in told] == ["asked", "approved", "approved", "opened"]
    other = gate.ask("court")
    identity.refuse(other, by=guardian, at=at)
    assert (
        OutboxMessage.objects.filter(audience="role:data_protection@64", body__contains="identity.refused").count() == 1
    )
    with pytest.raises(NotFound):
        identity.refuse(pk, by=guardian, at=at)
    with pytest.raises(GateShut):
        identity.approve(other, by=gate.of("dinsos", "64.71"), at=at)


def test_each_step_is_a_line_without_the_contact(gate: Gate) -> None:
    pk = gate.ask()
    gate.agree(pk, "polri", "dinsos@64")
    gate.open(pk)
    lines = list(Line.objects.filter(verb__startswith="identity.").order_by("pk"))
    assert [x.verb for x in lines] == ["identity.asked", "identity.approved", "identity.approved", "identity.opened"]
    words = "".join(x.detail + x.subject + x.actor_label for x in lines)
    said = "".join(f"{m.subject} {m.body}" for m in OutboxMessage.objects.all())
    sealed = Contact.objects.get().sealed
    for secret in ("0812", "000 111", "812000111", sealed, sealed[10:40]):
        assert secret not in words and secret not in said


def test_without_a_contact_nothing_is_asked(draft: Drafts, member: Member, at: datetime) -> None:
    code = receive(draft(), by=CITIZEN, at=at).code
    with pytest.raises(NoContact):
        identity.request(code, reason="life", note="", by=member("duty_officer", "64.71"), at=at)
    with pytest.raises(NotPermitted):
        identity.request(code, reason="life", note="", by=member("chair", "64.71"), at=at)
    with pytest.raises(NotFound):
        identity.request(code, reason="life", note="", by=member("duty_officer", "64.72"), at=at)


def test_what_was_erased_stays_shut(gate: Gate, at: datetime) -> None:
    pk = gate.ask()
    gate.agree(pk, "polri", "dinsos@64")
    Contact.objects.update(erased_at=at, sealed="")
    with pytest.raises(NoContact):
        gate.open(pk)
    assert IdentityRequest.objects.get().opened_at is None


# --- the keys ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def keys(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keys of this test's own."""
    monkeypatch.setattr(settings, "HOME", tmp_path)
    privacy._keys.cache_clear()
    yield
    privacy._keys.cache_clear()


def test_rotation_keeps_every_contact_readable_and_the_file_private(keys: None, gate: Gate) -> None:
    before = Contact.objects.get()
    first = privacy._path().read_text().split()
    assert privacy.rotate() == 1
    after, words = Contact.objects.get(), privacy._path().read_text().split()
    assert words[1:] == first and len(words) == 2 and words[0] not in first
    assert (
        stat.S_IMODE(privacy._path().stat().st_mode) == 0o600
        and stat.S_IMODE(privacy._path().parent.stat().st_mode) & 0o077 == 0
    )
    assert after.sealed != before.sealed and after.lookup == before.lookup
    assert privacy.unseal(after.sealed) == privacy.unseal(before.sealed) == PHONE
    assert privacy.lookup("+62 812-000-111") == before.lookup, "the index survives a new key"
    privacy._path().write_text(words[0] + "\n")  # the old key is gone
    privacy._keys.cache_clear()
    assert privacy.unseal(after.sealed) == PHONE, "sealed anew with the new key"
    with pytest.raises(privacy.ContactUnreadable):
        privacy.unseal(before.sealed)


def test_a_lost_key_says_so_and_does_not_count_as_opened(keys: None, gate: Gate) -> None:
    pk = gate.ask()
    gate.agree(pk, "polri", "dinsos@64")
    privacy._path().unlink()
    privacy._keys.cache_clear()
    with pytest.raises(privacy.ContactUnreadable) as caught:
        gate.open(pk)
    assert "contact.keys" in str(caught.value.do) and caught.value.status == 409
    assert IdentityRequest.objects.get().opened_at is None
    assert not Line.objects.filter(verb="identity.opened").exists()
