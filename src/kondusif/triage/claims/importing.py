"""Keep a looked-at sheet of items for its dry run, and write it in one transaction; the same row comes in once."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from kondusif.ledger.actor import Actor
from kondusif.teams.models import SheetDraft, User
from kondusif.teams.sheets.importing import SheetOutdated, forget_old
from kondusif.triage.claims import sheet
from kondusif.triage.claims.actions import item_fields
from kondusif.triage.claims.desk import fresh_code, key_of, line, neutral, owe, said, touch
from kondusif.triage.claims.models import Claim, Item

DRAFT_LIVES = timedelta(hours=24)


def _mark(data: bytes, found: sheet.Found) -> str:
    things = tuple((o.line, o.state, o.entry) for o in found.outcomes if o.entry)
    return hashlib.sha256(data + repr(things).encode()).hexdigest()


def keep(data: bytes, found: sheet.Found, *, user: User, at: datetime) -> str:
    """Hold the looked-at sheet until it is applied, at most a day; the mark it is applied by."""
    forget_old(at=at)
    values = {"content": data, "mark": _mark(data, found), "made_at": at}
    made, _new = SheetDraft.objects.update_or_create(user=user, kind=sheet.KIND.code, defaults=values)
    return made.mark


def apply_kept(mark: str, *, user: User, by: Actor, at: datetime) -> sheet.Found:
    """Apply the sheet that was looked at, exactly as it was shown, once."""
    with transaction.atomic():
        draft = SheetDraft.objects.select_for_update().filter(user=user, kind=sheet.KIND.code, mark=mark).first()
        if draft is None or draft.made_at < at - DRAFT_LIVES:
            raise SheetOutdated
        data = bytes(draft.content)
        found = sheet.look(data, by=by, at=at)
        if _mark(data, found) != mark:
            raise SheetOutdated
        _write(found, by=by, at=at)
        draft.delete()
    return found


def apply_at_once(data: bytes, *, by: Actor, at: datetime) -> sheet.Found:
    """Look and apply in one step, for machines."""
    with transaction.atomic():
        found = sheet.look(data, by=by, at=at)
        _write(found, by=by, at=at)
    return found


def _write(found: sheet.Found, *, by: Actor, at: datetime) -> None:
    entries = [o.entry for o in found.outcomes if o.entry]
    made: dict[tuple[str, str], Claim] = {}
    added: Counter[int] = Counter()
    claims = {c.pk: c for c in Claim.objects.select_for_update().filter(pk__in={e.claim for e in entries if e.claim})}
    try:
        with transaction.atomic():
            for entry in entries:
                claim = claims[entry.claim] if entry.claim else _made(entry, made, by=by, at=at)
                claims[claim.pk] = claim
                if entry.known:
                    Item.objects.filter(pk=entry.known).update(outside=entry.item.outside)
                else:
                    fields = item_fields(entry.item, claim.region, today=timezone.localtime(at).date())
                    Item.objects.create(claim=claim, by=by.id, at=at, **fields)
                added[claim.pk] += 1
    except IntegrityError:  # somebody brought the same in this moment
        raise SheetOutdated from None
    for pk, n in added.items():
        touch(claims[pk])
        line("claim.imported", claims[pk], by=by, at=at, detail={"items": n})


def _made(entry: sheet.Entry, made: dict[tuple[str, str], Claim], *, by: Actor, at: datetime) -> Claim:
    title = neutral(entry.title)
    key = (entry.region, key_of(title))
    if key not in made:
        made[key] = Claim.objects.create(
            code=fresh_code(), region=entry.region, topic=entry.topic, title=title, key=key_of(title),
            statement=said(entry.statement, "statement"), recorded_by=by.id, recorded_at=at,
        )  # fmt: skip
        owe(made[key], at=at)
        line("claim.recorded", made[key], by=by, at=at, detail={"topic": entry.topic})
    return made[key]
