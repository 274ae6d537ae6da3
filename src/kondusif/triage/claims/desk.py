"""What every act on a claim shares: take the row, check who and when, move it, owe the next duty, write the line."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from kondusif.clock.actions import NewDeadline, meet, set_deadlines
from kondusif.intake.rules import base32, clean
from kondusif.ledger.actions import record as record_line
from kondusif.ledger.actor import Actor, check_permitted
from kondusif.ledger.errors import MoveNotAllowed, NotFound, Refusal
from kondusif.teams.duty_hours import hours_for
from kondusif.teams.queries import kabkota_of
from kondusif.triage.claims import rules, words
from kondusif.triage.claims.bare import bare_text
from kondusif.triage.claims.models import Claim
from kondusif.triage.claims.queries import visible_to
from kondusif.triage.desk import check_version
from kondusif.triage.title_words import group_words

RECORD, JUDGE, PUBLISH = "claim.record", "claim.judge", "claim.publish"


class ClaimWordsNeeded(Refusal):
    code = "claim-words-needed"
    status = 422
    what = _("Isiannya kosong, terlalu panjang, atau tidak ada dalam daftar.")
    do = _("Judul 8 sampai 120 huruf; uraian paling banyak 2.000 huruf; jenis dan kanal dari daftar.")


class ClaimTitleNotNeutral(Refusal):
    code = "claim-title-not-neutral"
    status = 422
    what = _("Judul isu menyebut kelompok atau nomor.")
    do = _("Tulis halnya saja, misalnya “Isu pemindahan TPS”.")


def fresh_code() -> str:
    return "ISU-" + base32(secrets.randbits(35), 7)


def key_of(title: str) -> str:
    """The form of a title that two spellings of it share."""
    return " ".join(words.tokens(title))[: rules.LONGEST_TITLE]


def said(text: str, field: str, most: int = rules.LONGEST) -> str:
    """A text as it is kept: without accounts and numbers."""
    text = bare_text(clean(text))
    if not text or len(text) > most:
        raise ClaimWordsNeeded(field=field)
    return text


def neutral(title: str) -> str:
    title = " ".join(said(title, "title", rules.LONGEST_TITLE).split())
    if len(title) < rules.SHORTEST_TITLE or not key_of(title):
        raise ClaimWordsNeeded(field="title")
    if found := group_words(title):
        raise ClaimTitleNotNeutral(
            _("Judul menyebut kelompok: %(words)s.") % {"words": ", ".join(found)}, field="title"
        )
    return title


def locked(code: str, permission: str, *, by: Actor, version: int | None = None) -> Claim:
    """The claim, for writing. Absent and hidden are the same; a permission, then the version, are checked."""
    row = visible_to(by).select_for_update().filter(code=code.upper()).first()
    if row is None:
        raise NotFound
    check_permitted(by, permission, row.region)
    check_version(row.version, version)
    return row


def watch_of(claim: Claim) -> str:
    return f"duty:{kabkota_of(claim.region)}"


def touch(claim: Claim, **changes: str) -> None:
    """Write the changed fields and count the version up."""
    for name, value in changes.items():
        setattr(claim, name, value)
    claim.version += 1
    claim.save(update_fields=[*changes, "version"])


def move(claim: Claim, to: str, *, by: Actor, at: datetime, **changes: str) -> None:
    """Change the state: what the old one owed is met, what the new one owes is set, in the same transaction."""
    if not rules.may_move(claim.state, to):
        raise MoveNotAllowed
    meet(claim.subject, by=by.id, at=at)
    touch(claim, state=to, **changes)
    owe(claim, at=at)


def owe(claim: Claim, *, at: datetime) -> None:
    hours = hours_for(rules.SEVERITY, claim.region, at=at)
    region, owner = kabkota_of(claim.region), watch_of(claim)
    set_deadlines(
        [
            NewDeadline(duty, claim.subject, region, owner, rules.due_at(duty, at, hours))
            for duty in rules.OWED[claim.state]
        ],
        at=at,
    )


def line(verb: str, claim: Claim, *, by: Actor, at: datetime, detail: Mapping[str, object] | None = None) -> None:
    record_line(verb, subject=claim.subject, region=claim.region, by=by, at=at, detail=detail)
