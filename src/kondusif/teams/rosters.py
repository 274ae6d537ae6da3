"""Jadwal piket: set, move and drop turns of duty, swap them, and say which hours have nobody."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kondusif.ledger.actions import record
from kondusif.ledger.actor import Actor, check_permitted
from kondusif.ledger.errors import NotFound, NotPermitted, Refusal
from kondusif.teams.actions import Message, post
from kondusif.teams.duty_hours import hours_of
from kondusif.teams.models import Shift, Swap, User
from kondusif.teams.queries import actor_of, holding

MANAGE, WATCHES = "roster.manage", "report.receive"
AHEAD = timedelta(days=14)
LONGEST = timedelta(days=7)
Span = tuple[datetime, datetime]


class ShiftNotPossible(Refusal):
    code = "shift-not-possible"
    what = _("Giliran piket harus berakhir sesudah mulai, paling lama tujuh hari.")
    do = _("Periksa jam mulai dan jam selesai.")


class ShiftOver(Refusal):
    code = "shift-over"
    status = 409
    what = _("Giliran piket ini sudah lewat.")
    do = _("Muat ulang jadwal untuk melihat yang masih berlaku.")


class SwapNotPossible(Refusal):
    code = "swap-not-possible"
    status = 409
    what = _("Tukar piket ini tidak dapat diminta atau dijawab.")
    do = _("Pilih rekan yang bertugas di daerah itu; satu giliran hanya menunggu satu jawaban.")


def roster(user: User, *, region: str, starts_at: datetime, ends_at: datetime, by: Actor, at: datetime) -> Shift:
    check_permitted(by, MANAGE, region)
    _check_span(starts_at, ends_at)
    with transaction.atomic():
        shift = Shift.objects.create(user=user, region=region, starts_at=starts_at, ends_at=ends_at)
        _line("shift.set", shift, by=by, at=at)
    return shift


def _check_span(starts_at: datetime, ends_at: datetime) -> None:
    if not timedelta(0) < ends_at - starts_at <= LONGEST:
        raise ShiftNotPossible(field="ends_at")


def _line(verb: str, shift: Shift, *, by: Actor, at: datetime, **detail: object) -> None:
    detail = {"user": shift.user_id, "from": shift.starts_at.isoformat(), "to": shift.ends_at.isoformat()} | detail
    record(verb, subject=f"shift:{shift.pk}", region=shift.region, by=by, at=at, detail=detail)


def _locked(pk: int, *, at: datetime) -> Shift:
    shift = Shift.objects.select_for_update(of=("self",)).select_related("user").filter(pk=pk).first()
    if shift is None:
        raise NotFound
    if shift.ends_at <= at:
        raise ShiftOver
    return shift


def change_shift(pk: int, *, user: User, starts_at: datetime, ends_at: datetime, by: Actor, at: datetime) -> Shift:
    """Another person or other hours. A swap that waits for an answer falls away."""
    _check_span(starts_at, ends_at)
    with transaction.atomic():
        shift = _locked(pk, at=at)
        check_permitted(by, MANAGE, shift.region)
        shift.user, shift.starts_at, shift.ends_at = user, starts_at, ends_at
        shift.save(update_fields=["user", "starts_at", "ends_at"])
        shift.swaps.filter(answered_at=None).update(answered_at=at, accepted=False)
        _line("shift.changed", shift, by=by, at=at)
    return shift


def drop_shift(pk: int, *, by: Actor, at: datetime) -> None:
    with transaction.atomic():
        shift = _locked(pk, at=at)
        check_permitted(by, MANAGE, shift.region)
        _line("shift.dropped", shift, by=by, at=at)
        shift.delete()


def ask_swap(pk: int, *, to: User, by: Actor, at: datetime) -> Swap:
    """Whose turn it is asks a colleague of the same region to take it."""
    with transaction.atomic():
        shift = _locked(pk, at=at)
        if by.user_id is None or shift.user_id != by.user_id:
            raise NotPermitted
        waiting = shift.swaps.filter(answered_at=None).exists()
        if waiting or to.pk == shift.user_id or not may_watch(to, shift.region, at=at):
            raise SwapNotPossible(field="to")
        row = Swap.objects.create(shift=shift, asked_by=shift.user, to=to, asked_at=at)
        _line("swap.asked", shift, by=by, at=at, to=to.pk)
        body = "Jawab di Jadwal piket. Sampai dijawab, giliran tetap pada yang meminta."
        post([Message(f"swap:{row.pk}:asked", f"user:{to.pk}", "Permintaan tukar piket", body, "/tim/piket")], at=at)
    return row


def answer_swap(pk: int, *, accept: bool, by: Actor, at: datetime) -> Swap:
    """The one who was asked takes the turn or does not; whoever asked may take the question back."""
    with transaction.atomic():
        row = Swap.objects.select_related("shift", "to").filter(pk=pk).first()
        if row is None or by.user_id not in {row.to_id, row.asked_by_id}:
            raise NotFound
        shift = _locked(row.shift_id, at=at)
        accepted = accept and by.user_id == row.to_id
        if accept and not accepted:
            raise NotPermitted
        if accepted and not may_watch(row.to, shift.region, at=at):
            raise SwapNotPossible
        if not Swap.objects.filter(pk=pk, answered_at=None).update(answered_at=at, accepted=accepted):
            raise SwapNotPossible
        if accepted:
            shift.user = row.to
            shift.save(update_fields=["user"])
        _line("swap.accepted" if accepted else "swap.declined", shift, by=by, at=at)
        if by.user_id == row.to_id:
            subject = "Tukar piket diterima" if accepted else "Tukar piket tidak diterima"
            body = "Giliran sudah berpindah." if accepted else "Giliran tetap pada Anda."
            post([Message(f"swap:{pk}:answered", f"user:{row.asked_by_id}", subject, body, "/tim/piket")], at=at)
    row.refresh_from_db()
    return row


def may_watch(user: User, region: str, *, at: datetime) -> bool:
    return user.is_active and actor_of(user, at=at).permits(WATCHES, region)


# --- reading ----------------------------------------------------------------------------------------------------------


def colleagues(region: str, *, at: datetime) -> list[User]:
    """Who can take a turn in a region: those who may receive reports there."""
    users = User.objects.filter(is_active=True, duties__isnull=False).distinct().order_by("title")
    return [u for u in users if may_watch(u, region, at=at)]


def gaps(spans: Iterable[Span], start: datetime, end: datetime) -> list[Span]:
    """The stretches between two instants that no half-open span covers. Pure."""
    found: list[Span] = []
    reached = start
    for low, high in sorted(spans):
        if low >= end:
            break
        if low > reached:
            found.append((reached, low))
        reached = max(reached, high)
    if reached < end:
        found.append((reached, end))
    return found


@dataclass(frozen=True)
class Gap:
    """A stretch of a roster with nobody. `must`: in Masa siaga; else the duty officers are told, if there are any (`covered`)."""

    region: str
    starts_at: datetime
    ends_at: datetime
    must: bool
    covered: bool


def roster_gaps(regions: Sequence[str], *, at: datetime, ahead: timedelta = AHEAD) -> list[Gap]:
    """Stretches without a turn in the coming days: all of Masa siaga, and what a roster that is kept has left open."""
    end = at + ahead
    found = []
    for region in regions:
        rows = Shift.objects.filter(region=region, starts_at__lt=end, ends_at__gt=at, user__is_active=True)
        spans = list(rows.values_list("starts_at", "ends_at"))
        alert = [(max(s, at), min(e, end)) for s, e in hours_of(region, at=at).alert if s < end and e > at]
        covered = bool(holding("duty_officer", region, at=at))
        last = max((high for _low, high in spans), default=at)  # a roster is looked after until its last turn
        for low, high in gaps(spans, at, end):
            for start, stop in alert:
                if max(low, start) < min(high, stop):
                    found.append(Gap(region, max(low, start), min(high, stop), True, covered))
            if not alert and low < last and spans:
                found.append(Gap(region, low, min(high, last), False, covered))
    return sorted(found, key=lambda g: (not g.must, g.starts_at))
