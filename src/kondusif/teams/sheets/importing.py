"""Keep a sheet for its dry run, apply it in one transaction, and write the same sheet back."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kondusif.ledger.actions import NewLine, record, record_many
from kondusif.ledger.actor import EVERYWHERE, Actor
from kondusif.ledger.errors import NotFound, NotPermitted, Refusal
from kondusif.ledger.queries import region_filter
from kondusif.teams import actions
from kondusif.teams.exports import gate
from kondusif.teams.models import Agency, Duty, SheetDraft, Shift, User
from kondusif.teams.queries import current
from kondusif.teams.rules import ROLES
from kondusif.teams.sheets import book
from kondusif.teams.sheets.kinds import JUDGES, Judge, Member, Plan, Turn, plan
from kondusif.teams.sheets.rules import KINDS, Kind

DRAFT_LIVES = timedelta(hours=24)


class SheetOutdated(Refusal):
    code = "sheet-outdated"
    status = 409
    what = _("Isi rumah ini sudah berubah sejak lembar diperiksa, atau lembarnya sudah dipakai.")
    do = _("Unggah lagi lembar itu dan lihat hasil pemeriksaan yang baru.")


def kind_of(code: str, *, by: Actor) -> Kind:
    """The kind, if the actor may import it somewhere; each row is then held to its own region."""
    if code not in KINDS:
        raise NotFound
    if not by.anywhere(KINDS[code].permission):
        raise NotPermitted
    return KINDS[code]


def look(kind: Kind, data: bytes, *, by: Actor, at: datetime) -> Plan:
    """Dry run: what the sheet would do. Nothing is written."""
    kind_of(kind.code, by=by)
    return plan(kind, book.read(data), by=by, at=at)


def keep(kind: Kind, data: bytes, found: Plan, *, user: User, at: datetime) -> SheetDraft:
    """Hold the looked-at sheet until it is applied, at most a day, one for each member and kind."""
    forget_old(at=at)
    made, _new = SheetDraft.objects.update_or_create(
        user=user, kind=kind.code, defaults={"content": data, "mark": _mark(data, found), "made_at": at}
    )
    return made


def forget_old(*, at: datetime) -> None:
    SheetDraft.objects.filter(made_at__lt=at - DRAFT_LIVES).delete()


def _mark(data: bytes, found: Plan) -> str:
    return hashlib.sha256(data + repr(found.mark()).encode()).hexdigest()


def apply_kept(kind: Kind, mark: str, *, user: User, by: Actor, at: datetime) -> Plan:
    """Apply the sheet that was looked at, exactly as it was shown, once."""
    with transaction.atomic():
        draft = SheetDraft.objects.select_for_update().filter(user=user, kind=kind.code, mark=mark).first()
        if draft is None or draft.made_at < at - DRAFT_LIVES:
            raise SheetOutdated
        data = bytes(draft.content)
        found = look(kind, data, by=by, at=at)
        if _mark(data, found) != mark:
            raise SheetOutdated
        _write(found, by=by, at=at)
        draft.delete()
    return found


def apply_at_once(kind: Kind, data: bytes, *, by: Actor, at: datetime) -> Plan:
    """Look and apply in one step, for machines."""
    with transaction.atomic():
        found = look(kind, data, by=by, at=at)
        _write(found, by=by, at=at)
    return found


def _write(found: Plan, *, by: Actor, at: datetime) -> None:
    things = [o.thing for o in found.outcomes if o.thing is not None]
    if things:
        WRITERS[found.kind.code](things, by, at)
        detail: dict[str, object] = dict(found.counts())
        record("sheet.applied", subject=f"sheet:{found.kind.code}", region=EVERYWHERE, by=by, at=at, detail=detail)


def _members(things: Sequence[object], by: Actor, at: datetime) -> None:
    for thing in things:
        if isinstance(thing, Member):
            _member(thing, by=by, at=at)


def _member(thing: Member, *, by: Actor, at: datetime) -> None:
    user = User.objects.filter(username__iexact=thing.username).first()
    if user is None:  # the link is made later, member by member, under Tim
        user, _token = actions.invite(
            username=thing.username, title=thing.said["title"], email=thing.said.get("email", ""),
            phone=thing.said.get("phone", ""), by=by, at=at,
        )  # fmt: skip
    else:
        actions.change_member(user, thing.said, by=by, at=at)
    agency = Agency.objects.get(pk=thing.agency) if thing.agency else None
    actions.give_duty(user, role=thing.role, region=thing.region, agency=agency, by=by, at=at)


def _turns(things: Sequence[object], by: Actor, at: datetime) -> None:
    """All turns at once, a ledger line for each; the permission was checked in each row's region."""
    turns = [t for t in things if isinstance(t, Turn)]
    fresh = Shift.objects.bulk_create(
        [
            Shift(user_id=t.user, region=t.region, starts_at=t.starts_at, ends_at=t.ends_at)
            for t in turns
            if not t.shift
        ],
        batch_size=500,
    )
    longer = [
        Shift(pk=t.shift, user_id=t.user, region=t.region, starts_at=t.starts_at, ends_at=t.ends_at)
        for t in turns
        if t.shift
    ]
    Shift.objects.bulk_update(longer, ["ends_at"], batch_size=500)
    record_many(
        NewLine(verb, f"shift:{s.pk}", s.region, by, at,
                {"user": s.user_id, "from": s.starts_at.isoformat(), "to": s.ends_at.isoformat()})
        for verb, rows in (("shift.set", fresh), ("shift.changed", longer)) for s in rows
    )  # fmt: skip


# --- the same sheet back ----------------------------------------------------------------------------------------------


def export(kind: Kind, *, by: Actor, at: datetime, empty: bool = False) -> bytes:
    """The sheet of a kind as the house holds it for the actor's regions, in the layout that import reads; or its heads."""
    kind_of(kind.code, by=by)
    columns = [c for c in kind.columns if c.code != "name"]  # names are not kept here: members are known by their post
    heads = [c.words[0] for c in columns]
    if empty:
        return book.write(kind.label, heads, [])
    rows = ROWS[kind.code](kind, by, at)
    region = gate.span(by.regions(kind.permission))
    with transaction.atomic():
        mark = gate.release(kind.code, region=region, rows=len(rows), by=by, at=at)
        return book.write(kind.label, heads, rows, mark=mark)


def _member_rows(kind: Kind, by: Actor, at: datetime) -> list[list[str]]:
    duties = Duty.objects.filter(current(at), region_filter(by.regions(kind.permission))).select_related(
        "user", "agency"
    )
    return [
        [
            d.user.username,
            d.user.title,
            ROLES[d.role].label,
            d.region,
            d.agency.code if d.agency else "",
            d.user.email,
            d.user.phone,
        ]
        for d in duties.exclude(region=EVERYWHERE).order_by("region", "role", "user__username")
    ]


def _turn_rows(kind: Kind, by: Actor, at: datetime) -> list[list[str]]:
    shifts = Shift.objects.filter(region_filter(by.regions(kind.permission)), ends_at__gt=at).select_related("user")
    rows = []
    for s in shifts.order_by("region", "starts_at", "pk"):
        opens, shuts = timezone.localtime(s.starts_at), timezone.localtime(s.ends_at)
        if s.ends_at - s.starts_at <= timedelta(days=1):  # a longer turn has no place on one line
            rows.append([f"{opens:%d/%m/%Y}", f"{opens:%H.%M}", f"{shuts:%H.%M}", s.user.username, s.region])
    return rows


# --- kinds of sheets --------------------------------------------------------------------------------------------------

Write = Callable[[Sequence[object], Actor, datetime], None]
Rows = Callable[[Kind, Actor, datetime], list[list[str]]]
WRITERS: dict[str, Write] = {"members": _members, "roster": _turns}
ROWS: dict[str, Rows] = {"members": _member_rows, "roster": _turn_rows}


def register(kind: Kind, judge: Judge, write: Write, rows: Rows) -> None:
    """A later stage's register as a sheet: how a row is read, how what it says is written, how it is written back."""
    KINDS[kind.code] = kind
    JUDGES[kind.code], WRITERS[kind.code], ROWS[kind.code] = judge, write, rows
