"""Laporan singkat pimpinan: drafted from what is known, approved in one tap, sent; the leader's arahan become tasks (practice.md)."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from kondusif.clock.actions import NewDeadline, meet, set_deadlines
from kondusif.intake.queries import visible_to
from kondusif.ledger.actions import record
from kondusif.ledger.actor import Actor, check_permitted
from kondusif.ledger.errors import NotFound, Refusal
from kondusif.ledger.queries import region_filter
from kondusif.regions.queries import full_name, short_name
from kondusif.response import tasks
from kondusif.response.models import Incident, Task
from kondusif.response.queries import incidents_for
from kondusif.response.rules import TASK_OPEN
from kondusif.situation import incidents, rules
from kondusif.situation.board import Board, board
from kondusif.situation.briefing_lines import Facts, lines_of, slot_before, slot_for
from kondusif.situation.models import Briefing, Directive, RegionStatus
from kondusif.teams.actions import Message, post
from kondusif.teams.models import Agency, Duty
from kondusif.teams.queries import current

APPROVE_DUTY = "briefing.approve"
LASTS = timedelta(hours=12)  # then the next one stands in its place
READ, APPROVE, ENTER = "incident.read", "briefing.approve", "incident.assign"


class TextChanged(Refusal):
    code = "briefing-changed"
    status = 409
    what = _("Isi laporan singkat ini berubah sejak Anda membukanya.")
    kept = _("Belum ada yang disetujui atau dikirim.")
    do = _("Baca angka yang baru, lalu setujui.")


class ApprovedAlready(Refusal):
    code = "briefing-approved"
    status = 409
    what = _("Laporan singkat ini sudah disetujui dan dikirim.")
    do = _("Angka yang berubah masuk ke laporan berikutnya.")


class BriefingOver(Refusal):
    code = "briefing-over"
    status = 409
    what = _("Laporan singkat ini sudah lewat waktunya dan tidak dikirim lagi.")
    do = _("Buka laporan yang terbaru.")


class NotApprovedYet(Refusal):
    code = "briefing-not-approved"
    status = 409
    what = _("Laporan singkat ini belum disetujui.")
    do = _("Arahan dicatat pada laporan yang sudah sampai kepada pimpinan.")


class DueOver(Refusal):
    code = "directive-due-over"
    status = 422
    what = _("Batas waktu arahan sudah lewat.")
    do = _("Pilih waktu sesudah sekarang.")

    def __init__(self) -> None:
        super().__init__(field="due_at")


def reader_of(region: str) -> Actor:
    """Whoever reads for the leader of a region: everything open there, nothing about officials."""
    return Actor(
        "system",
        "Kondusif",
        frozenset((p, region) for p in ("report.read", "incident.read", "situation.read", "status.set")),
    )


def facts_of(region: str, slot: datetime, *, at: datetime) -> Facts:
    """The figures of a region as known now, in Indonesian whoever asks; restricted matters are not among them."""
    with translation.override("id"):
        return _facts(region, slot, at=at)


def _facts(region: str, slot: datetime, *, at: datetime) -> Facts:
    actor, since = reader_of(region), _since(region, slot)
    found = board(actor, province=settings.PROVINCE, at=at)
    mine = incidents_for(actor)
    open_ones = Counter(incidents.open_to(actor).values_list("severity", flat=True))
    scope = region_filter((region,))
    changed = RegionStatus.objects.filter(scope, state=rules.SET, decided_at__gt=since).order_by("decided_at")
    waiting = RegionStatus.objects.filter(scope, state__in=[rules.PROPOSED, rules.CHECKED]).order_by("proposed_at")
    words = {code: word.lower() for code, word in rules.LEVELS}
    first = found.overdue[0] if found.overdue else None
    return Facts(
        region=full_name(region), day=date_format(timezone.localtime(slot), "l j M Y"), slot=timezone.localtime(slot), made_at=timezone.localtime(at),
        state=_state(found, words),
        changed=[(short_name(s.region), words[s.level]) for s in changed],
        new_reports=visible_to(actor).filter(received_at__gt=since, received_at__lte=at).count(), untriaged=found.untriaged,
        opened=mine.filter(opened_at__gt=since).count(), closed=mine.filter(closed_at__gt=since).count(), open_by_severity=open_ones,
        late=found.overdue_count, latest=f"{first.owner} ({first.severity or 'laporan'})" if first else "",
        decisions=[f"usulan status {short_name(s.region)}: {words[s.level]}" for s in waiting],
        silent=found.silent, no_data=[t.name for t in found.tiles if t.level == rules.NO_DATA], directives=_directives(region, at=at),
    )  # fmt: skip


def _since(region: str, slot: datetime) -> datetime:
    """Where the briefing before stopped counting, so that nothing falls between two; the slot before where there was none."""
    before = (
        Briefing.objects.filter(region=region, slot__lt=slot, slot__gte=slot_before(slot)).order_by("-slot").first()
    )
    return min(before.made_at, slot_before(slot)) if before else slot_before(slot)


def _state(found: Board, words: dict[str, str]) -> str:
    """One region in one clause; many as the board says them."""
    if len(found.tiles) != 1:
        return "".join(text for text, _level in found.sentence)
    tile = found.tiles[0]
    since = f" sejak {timezone.localtime(tile.since):%H.%M}" if tile.since and tile.level in words else ""
    return f"{words.get(tile.level, 'tidak ada data')}{since}."


def _directives(region: str, *, at: datetime) -> dict[str, int]:
    """Arahan of the last week by what became of their tasks."""
    rows = Directive.objects.filter(region_filter((region,), "briefing__region"), entered_at__gt=at - timedelta(days=7))
    found = {"selesai": 0, "berjalan": 0, "tidak dapat": 0}
    for state in rows.values_list("task__state", flat=True):
        found["berjalan" if state in TASK_OPEN else "selesai" if state == "done" else "tidak dapat"] += 1
    return found


def draft(region: str, slot: datetime, *, at: datetime) -> Briefing:
    """The draft of a slot, made once; its approvers are told."""
    with transaction.atomic():
        row, made = Briefing.objects.get_or_create(
            region=region, slot=slot, defaults={"lines": lines_of(facts_of(region, slot, at=at)), "made_at": at}
        )
        if made:
            for older in Briefing.objects.filter(region=region, slot__lt=slot, approved_at=None):
                meet(older.subject, by="system", at=at)  # its hour is over; this one takes its place
            set_deadlines([NewDeadline(APPROVE_DUTY, row.subject, region, f"role:secretary@{region}", slot)], at=at)
            post([Message(f"briefing:{row.pk}", f"role:secretary@{region}", "Laporan singkat menunggu persetujuan",
                          "Baca sepuluh barisnya, lalu setujui dengan satu ketukan.", f"/singkat/{row.pk}")], at=at)  # fmt: skip
    return row


def digest(row: Briefing) -> str:
    """What is approved is what was read: the form carries this, and it changes with a single letter."""
    return hashlib.sha256("\n".join(row.lines).encode()).hexdigest()[:16]


def _locked(pk: int, permission: str, by: Actor) -> Briefing:
    row = Briefing.objects.select_for_update().filter(pk=pk).first()
    if row is None or not by.permits(READ, row.region):
        raise NotFound
    check_permitted(by, permission, row.region)
    return row


def refresh(pk: int, *, by: Actor, at: datetime) -> Briefing:
    """Count again, before it is approved."""
    with transaction.atomic():
        row = _locked(pk, APPROVE, by)
        if row.approved_at:
            raise ApprovedAlready
        row.lines, row.made_at = lines_of(facts_of(row.region, row.slot, at=at)), at
        row.save(update_fields=["lines", "made_at"])
        record("briefing.refreshed", subject=row.subject, region=row.region, by=by, at=at)
    return row


def approve(pk: int, *, seen: str, by: Actor, at: datetime) -> Briefing:
    """Approve exactly the lines that were read; they go to the chair of the region. Time alone approves nothing."""
    with transaction.atomic():
        row = _locked(pk, APPROVE, by)
        if row.approved_at:
            raise ApprovedAlready
        if at >= row.slot + LASTS:
            raise BriefingOver
        if seen != digest(row):
            raise TextChanged
        row.approved_by, row.approved_label, row.approved_at = by.id, by.label[:120], at
        row.save(update_fields=["approved_by", "approved_label", "approved_at"])
        meet(row.subject, by=by.id, at=at)
        record(
            "briefing.approved", subject=row.subject, region=row.region, by=by, at=at, detail={"digest": digest(row)}
        )
        post([Message(f"briefing-sent:{row.pk}", f"role:chair@{row.region}", row.lines[0][:160], "\n".join(row.lines[1:]),
                      f"/singkat/{row.pk}")], at=at)  # fmt: skip
    return row


def check_enter(row: Briefing, *, by: Actor) -> None:
    """Whether somebody may enter an arahan now, or the reason why not."""
    check_permitted(by, ENTER, row.region)
    if not row.approved_at:
        raise NotApprovedYet


def enter_directive(
    pk: int, *, incident: str, agency: Agency, text: str, due_at: datetime, by: Actor, at: datetime
) -> Directive:
    """The leader's arahan, entered by staff: a task of an agency with its instant, which escalates like any other."""
    with transaction.atomic():
        row = _locked(pk, ENTER, by)
        check_enter(row, by=by)
        if due_at <= at:
            raise DueOver
        minutes = max(1, int((due_at - at).total_seconds() // 60))
        task = tasks.assign(incident, agency=agency, title=text, by=by, at=at, finish_minutes=minutes)
        found = Directive.objects.create(briefing=row, task=task, entered_by=by.id, entered_at=at)
        record("directive.entered", subject=row.subject, region=row.region, by=by, at=at, detail={"task": task.pk})
    return found


def visible(actor: Actor) -> QuerySet[Briefing]:
    return Briefing.objects.filter(region_filter(actor.regions(READ))).order_by("-slot", "region")


def incidents_of(row: Briefing, actor: Actor) -> list[Incident]:
    """Open matters an arahan may be about."""
    return list(incidents.open_to(actor).filter(region_filter((row.region,))).order_by("severity", "-opened_at")[:100])


def directives_of(row: Briefing, actor: Actor) -> list[Task]:
    """The arahan entered to a briefing, less those of matters the reader is kept out of."""
    rows = row.directives.select_related("task__agency", "task__incident").order_by("pk")
    return [d.task for d in rows if d.task.subject not in actor.kept_from]


def draft_due(*, at: datetime) -> int:
    """Drafts of the slot that is due, for every region that has a secretary; how many are new."""
    slot = slot_for(timezone.localtime(at))
    if slot is None:
        return 0
    regions = set(Duty.objects.filter(current(at), role="secretary").values_list("region", flat=True)) - {""}
    known = set(Briefing.objects.filter(slot=slot, region__in=regions).values_list("region", flat=True))
    for region in sorted(regions - known):
        draft(region, slot, at=at)
    return len(regions - known)
