"""Propose, check, set and refuse a region's status; write an assessment."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from kondusif.clock.actions import NewDeadline, meet, set_deadlines
from kondusif.ledger.actions import record
from kondusif.ledger.actor import Actor, check_permitted
from kondusif.ledger.errors import MoveNotAllowed, NotFound, NotPermitted, Refusal
from kondusif.situation import rules
from kondusif.situation.models import Assessment, RegionStatus
from kondusif.situation.queries import in_force
from kondusif.teams.actions import Message, post
from kondusif.teams.models import Agency
from kondusif.teams.resets import check_two_persons

DECIDE_DUTY = "status.decide"
RENEW_DUTY = "status.renew"


class ReasonMissing(Refusal):
    code = "status-reason"
    status = 422
    what = _("Status daerah perlu alasan.")
    do = _("Tulis singkat apa yang terjadi dan buktinya.")


class ProposalOpen(Refusal):
    code = "status-proposal-open"
    status = 409
    what = _("Masih ada usulan status daerah ini yang belum diputuskan.")
    do = _("Putuskan dahulu usulan yang ada.")


class SecondPersonNeeded(Refusal):
    code = "status-second-person"
    status = 403
    what = _("Menurunkan atau mempertahankan status perlu orang kedua.")
    do = _("Minta orang lain yang berwenang menetapkannya.")


def propose(region: str, *, level: str, reason: str, by: Actor, at: datetime, temporary: bool = False) -> RegionStatus:
    """Propose a level. A raise marked `temporary` holds at once and must be confirmed within two hours."""
    check_permitted(by, "status.propose", region)
    reason = reason.strip()[:400]
    if level not in rules.RANK or not reason:
        raise ReasonMissing
    with transaction.atomic():
        now_in_force = in_force([region]).get(region)
        temporary = temporary and rules.is_raise(now_in_force.level if now_in_force else None, level)
        try:
            with transaction.atomic():
                row = RegionStatus.objects.create(
                    region=region, level=level, reason=reason, state=rules.PROPOSED, temporary=temporary,
                    proposed_by=by.id, proposed_label=by.label, proposed_at=at, valid_until=at + rules.VALID_FOR,
                )  # fmt: skip
        except IntegrityError:
            raise ProposalOpen from None
        due = at + rules.CONFIRM_WITHIN
        set_deadlines([NewDeadline(DECIDE_DUTY, row.subject, region, f"role:division_head@{region}", due)], at=at)
        record(
            "status.proposed",
            subject=row.subject,
            region=region,
            by=by,
            at=at,
            detail={"level": level, "temporary": temporary},
        )
        _tell(row, "division_head", f"Usulan status {level} menunggu diperiksa", at=at)
    return row


def check(pk: int, *, by: Actor, at: datetime) -> RegionStatus:
    with transaction.atomic():
        row = _locked(pk, "check", by)
        row.state, row.checked_by, row.checked_at = rules.CHECKED, by.id, at
        row.save()
        record("status.checked", subject=row.subject, region=row.region, by=by, at=at, detail={"level": row.level})
        _tell(row, "secretary", f"Usulan status {row.level} menunggu ditetapkan", at=at)
        _tell(row, "chair", f"Usulan status {row.level} menunggu ditetapkan", at=at)
    return row


def decide(pk: int, *, by: Actor, at: datetime, note: str = "") -> RegionStatus:
    """Set the proposed level. Its end is a deadline: it never lapses unseen."""
    with transaction.atomic():
        row = _locked(pk, "set", by)
        now_in_force = in_force([row.region], settled_only=True).get(row.region)
        current = now_in_force.level if now_in_force else None
        if not rules.may_decide(proposer=row.proposed_by, decider=by.id, current=current, wanted=row.level):
            raise SecondPersonNeeded
        if not rules.is_raise(current, row.level):
            check_two_persons(by, row.proposed_by, at=at)
        for older in RegionStatus.objects.filter(region=row.region, state=rules.SET):
            meet(older.subject, by=by.id, at=at)
        RegionStatus.objects.filter(region=row.region, state=rules.SET).update(state=rules.REPLACED)
        row.state, row.temporary = rules.SET, False
        row.decided_by, row.decided_label, row.decided_at, row.decision_note = by.id, by.label, at, note[:400]
        row.valid_until = at + rules.VALID_FOR
        row.save()
        meet(row.subject, by=by.id, at=at)
        set_deadlines([NewDeadline(RENEW_DUTY, row.subject, row.region, f"duty:{row.region}", row.valid_until)], at=at)
        record(
            "status.set",
            subject=row.subject,
            region=row.region,
            by=by,
            at=at,
            detail={"level": row.level, "from": current},
        )
    return row


def refuse(pk: int, *, reason: str, by: Actor, at: datetime) -> RegionStatus:
    """Refuse a proposal; it stays visible to the province. One that holds *sementara* is not refused by its proposer."""
    if not reason.strip():
        raise ReasonMissing
    with transaction.atomic():
        row = _locked(pk, "refuse", by)
        if not rules.may_refuse(proposer=row.proposed_by, refuser=by.id, temporary=row.temporary):
            raise SecondPersonNeeded
        if row.temporary:
            check_two_persons(by, row.proposed_by, at=at)
        row.state, row.decided_by, row.decided_label, row.decided_at = rules.REFUSED, by.id, by.label, at
        row.decision_note = reason.strip()[:400]
        row.save()
        meet(row.subject, by=by.id, at=at)
        record(
            "status.refused",
            subject=row.subject,
            region=row.region,
            by=by,
            at=at,
            detail={"level": row.level},
        )
    return row


def _locked(pk: int, move: str, by: Actor) -> RegionStatus:
    row = RegionStatus.objects.select_for_update().filter(pk=pk).first()
    if row is None or not by.permits("situation.read", row.region):
        raise NotFound
    check_permitted(by, rules.MOVES[move][2], row.region)
    if not rules.may_move(move, row.state):
        raise MoveNotAllowed
    return row


def _tell(row: RegionStatus, role: str, subject: str, *, at: datetime) -> None:
    post(
        [
            Message(
                f"{row.subject}:{row.state}:{role}",
                f"role:{role}@{row.region}",
                subject,
                row.reason,
                f"/situasi/{row.region}",
                True,
            )
        ],
        at=at,
    )


def assess(region: str, *, level: str, note: str, by: Actor, at: datetime) -> Assessment:
    """A body's own view, written by its own member: the police's by police, the supervisor's by Bawaslu."""
    if level not in rules.RANK:
        raise ReasonMissing
    agency = Agency.objects.filter(pk__in=by.agencies, kind__in=rules.VIEW_OF_KIND).order_by("pk").first()
    if agency is None or not (region == agency.region or region.startswith(agency.region + ".")):
        raise NotPermitted
    with transaction.atomic():
        row = Assessment.objects.create(
            region=region,
            view=rules.VIEW_OF_KIND[agency.kind],
            level=level,
            note=note.strip()[:300],
            by=by.id,
            by_label=by.label,
            at=at,
        )
        record(
            "assessment.written",
            subject=f"region:{region}",
            region=region,
            by=by,
            at=at,
            detail={"view": row.view, "level": level},
        )
    return row
