"""Every write about people: invite, give and end duties, roster, plans, and messages to members."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from allauth.mfa.models import Authenticator
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from kondusif.ledger.actions import record
from kondusif.ledger.actor import EVERYWHERE, Actor, check_permitted
from kondusif.ledger.errors import NotPermitted, Refusal
from kondusif.teams.ladders import WORKDAYS, Rung
from kondusif.teams.models import Agency, Delivery, Duty, Invitation, PlanRung, PlanStep, ResponsePlan, User
from kondusif.teams.queries import current
from kondusif.teams.rules import ROLES, is_vertical, may_hold

INVITATION_LIVES = timedelta(days=3)


class RoleNotHere(Refusal):
    code = "role-not-here"
    what = _("Peran itu tidak dapat dipegang di daerah atau tanpa instansi ini.")
    do = _("Peran sekretariat hanya untuk provinsi; anggota instansi perlu instansinya.")


class NameTaken(Refusal):
    code = "name-taken"
    status = 409
    what = _("Nama pengguna itu sudah dipakai.")
    do = _("Pilih nama lain.")


class InvitationSpent(Refusal):
    code = "invitation-spent"
    status = 410
    what = _("Tautan undangan ini sudah dipakai atau sudah lewat waktunya.")
    do = _("Minta tautan baru kepada pengelola atau sekretariat tim.")


def invite(*, username: str, title: str, by: Actor, at: datetime, email: str = "", phone: str = "") -> tuple[User, str]:
    """Make an account without a password and the one-time token that opens it. The token is returned once."""
    if not by.anywhere("team.manage"):
        check_permitted(by, "team.manage", EVERYWHERE)
    with transaction.atomic():
        if User.objects.filter(username__iexact=username).exists():
            raise NameTaken
        user = User(username=username, title=title, email=email, phone=phone)
        user.set_unusable_password()
        user.save()
        token = _fresh_invitation(user, at=at)
        record("member.invited", subject=f"user:{user.pk}", region=EVERYWHERE, by=by, at=at)
    return user, token


def invite_with_duty(
    *,
    username: str,
    title: str,
    role: str,
    region: str,
    by: Actor,
    at: datetime,
    agency: Agency | None = None,
    email: str = "",
    phone: str = "",
) -> tuple[User, str]:
    """Invite a member and give the first duty, both or neither."""
    with transaction.atomic():
        user, token = invite(username=username, title=title, email=email, phone=phone, by=by, at=at)
        give_duty(user, role=role, region=region, agency=agency, by=by, at=at)
    return user, token


def invite_again(user: User, *, by: Actor, at: datetime) -> str:
    """A new link for a member who lost phone or password. Ledgered.

    At once: older links, the password, every session and the calendar's link die, for the phone may be in strange hands. When
    the new link is used, second factors are taken off with it: they were on that phone.
    """
    for region in user.duties.filter(current(at)).values_list("region", flat=True):
        check_permitted(by, "team.manage", region)  # the link signs in as this member: no wider than the manager's own
    if not by.anywhere("team.manage"):
        raise NotPermitted
    with transaction.atomic():
        token = new_key(user, lives=INVITATION_LIVES, at=at)
        record("member.invited_again", subject=f"user:{user.pk}", region=EVERYWHERE, by=by, at=at)
    return token


def new_key(user: User, *, lives: timedelta, at: datetime) -> str:
    """End every way in that the member has, in the caller's transaction, and give the token of a new one."""
    user.invitations.filter(used_at=None).update(expires_at=at)
    user.calendar_links.filter(revoked_at=None).update(revoked_at=at)
    user.set_unusable_password()  # sessions hang on the password's hash
    user.save(update_fields=["password"])
    return _fresh_invitation(user, lives=lives, at=at)


def change_member(user: User, said: Mapping[str, str], *, by: Actor, at: datetime) -> list[str]:
    """Set title, mail or phone; which of them changed stands in the ledger, not what they say."""
    if not by.anywhere("team.manage") or user.is_superuser:
        raise NotPermitted
    for region in user.duties.filter(current(at)).values_list("region", flat=True):
        check_permitted(
            by, "team.manage", region
        )  # a new address can sign in as this member: no wider than the manager's own
    changed = [n for n in ("title", "email", "phone") if n in said and said[n] != getattr(user, n)]
    if changed:
        for name in changed:
            setattr(user, name, said[name])
        with transaction.atomic():
            user.save(update_fields=changed)
            record(
                "member.changed", subject=f"user:{user.pk}", region=EVERYWHERE, by=by, at=at, detail={"fields": changed}
            )
    return changed


def _fresh_invitation(user: User, *, at: datetime, lives: timedelta = INVITATION_LIVES) -> str:
    token = secrets.token_urlsafe(24)
    Invitation.objects.create(token_digest=_digest(token), user=user, made_at=at, expires_at=at + lives)
    return token


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def open_invitation(token: str, *, at: datetime) -> Invitation:
    """The invitation behind a token, still unused and in time."""
    row = Invitation.objects.select_related("user").filter(token_digest=_digest(token)).first()
    if row is None or row.used_at is not None or row.expires_at <= at or not row.user.is_active:
        raise InvitationSpent
    return row


def accept_invitation(token: str, *, password: str, at: datetime) -> User:
    """Spend the invitation and set the password, once."""
    with transaction.atomic():
        row = open_invitation(token, at=at)
        if not Invitation.objects.filter(pk=row.pk, used_at=None).update(used_at=at):
            raise InvitationSpent
        user = row.user
        user.set_password(password)
        user.save(update_fields=["password"])
        Authenticator.objects.filter(user=user).delete()
        by = Actor(f"user:{user.pk}", str(user))
        record("member.joined", subject=f"user:{user.pk}", region=EVERYWHERE, by=by, at=at)
    return user


def give_duty(user: User, *, role: str, region: str, by: Actor, at: datetime, agency: Agency | None = None) -> Duty:
    check_permitted(by, "team.manage", region)
    if role not in ROLES or not may_hold(role, region) or (ROLES[role].needs_agency and agency is None):
        raise RoleNotHere
    with transaction.atomic():
        duty, made = Duty.objects.get_or_create(
            user=user, role=role, region=region, valid_until=None, defaults={"agency": agency, "valid_from": at}
        )
        if made:
            record(
                "duty.given",
                subject=f"user:{user.pk}",
                region=region,
                by=by,
                at=at,
                detail={"role": role, "agency": agency.pk if agency else None},
            )
    return duty


def end_duty(duty: Duty, *, by: Actor, at: datetime) -> None:
    check_permitted(by, "team.manage", duty.region)
    with transaction.atomic():
        if Duty.objects.filter(pk=duty.pk).filter(current(at)).update(valid_until=at):
            record(
                "duty.ended",
                subject=f"user:{duty.user_id}",
                region=duty.region,
                by=by,
                at=at,
                detail={"role": duty.role},
            )


def add_agency(*, code: str, name: str, kind: str, region: str, by: Actor, at: datetime, phone: str = "") -> Agency:
    check_permitted(by, "team.manage", region)
    with transaction.atomic():
        agency, made = Agency.objects.get_or_create(
            code=code,
            defaults={"name": name, "kind": kind, "region": region, "vertical": is_vertical(kind), "phone": phone},
        )
        if made:
            record("agency.added", subject=f"agency:{agency.pk}", region=region, by=by, at=at, detail={"kind": kind})
    return agency


@dataclass(frozen=True)
class NewStep:
    agency_kind: str
    title: str
    acknowledge_minutes: int
    finish_minutes: int


def set_plan(
    *, region: str, category: str, severity: str, name: str, steps: Iterable[NewStep], by: Actor, at: datetime,
    rungs: Iterable[Rung] = (), again_minutes: int | None = None, override_reason: str = "",
) -> ResponsePlan:  # fmt: skip
    """Put a plan in force, replacing the one of the same region, category and severity. `plan_check.activate` looks at it first."""
    check_permitted(by, "plan.manage", region)
    with transaction.atomic():
        plan, _made = ResponsePlan.objects.update_or_create(
            region=region, category=category, severity=severity,
            defaults={"name": name, "again_minutes": again_minutes, "override_reason": override_reason},
        )  # fmt: skip
        plan.rungs.all().delete()
        PlanRung.objects.bulk_create(
            PlanRung(plan=plan, position=n, target=r.target, wait_minutes=r.wait, opens=r.window.opens if r.window else None,
                     shuts=r.window.shuts if r.window else None, workdays=r.window is not None and r.window.days == WORKDAYS)
            for n, r in enumerate(rungs)
        )  # fmt: skip
        plan.steps.all().delete()
        PlanStep.objects.bulk_create(
            PlanStep(plan=plan, position=n, agency_kind=s.agency_kind, title=s.title,
                     acknowledge_minutes=s.acknowledge_minutes, finish_minutes=s.finish_minutes)
            for n, s in enumerate(steps, start=1)
        )  # fmt: skip
        record(
            "plan.set",
            subject=f"plan:{plan.pk}",
            region=region,
            by=by,
            at=at,
            detail={"category": category, "severity": severity} | ({"overridden": True} if override_reason else {}),
        )
    return plan


class Message(NamedTuple):
    """A message to members. `key` makes it unique: the same key is never sent twice."""

    key: str
    audience: str
    subject: str
    body: str
    url: str = ""
    urgent: bool = False


def post(messages: Iterable[Message], *, at: datetime) -> None:
    """Write messages in the caller's transaction. Plain SQL: this lies on the path of every report."""
    adapt = connection.ops.adapt_datetimefield_value
    now = adapt(at)
    rows = [(m.key, m.audience, m.subject, m.body, m.url, m.urgent, now) for m in messages]
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO teams_outboxmessage (key, audience, subject, body, url, urgent, created_at)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (key) DO NOTHING",
            rows,
        )


def mark_read(user: User, *, at: datetime) -> int:
    return Delivery.objects.filter(user=user, way="app", read_at=None).update(read_at=at)
