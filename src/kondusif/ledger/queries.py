"""Read the ledger, always through the viewer's scope."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from kondusif.ledger.actor import EVERYWHERE, Actor, within
from kondusif.ledger.models import Block, Line

READ = "ledger.read"
READ_RESTRICTED = "report.read_restricted"


@dataclass(frozen=True)
class Entry:
    """One line for a page or the live stream."""

    id: int
    at: datetime
    verb: str
    subject: str
    region: str
    actor: str
    actor_label: str
    detail: dict[str, Any]


def region_filter(scopes: tuple[str, ...], field: str = "region") -> Q:
    """Rows within any of the region paths; nothing where there is none."""
    if EVERYWHERE in scopes:
        return Q()
    found = Q(pk__in=[])
    for scope in scopes:
        found |= Q(**{field: scope}) | Q(**{f"{field}__startswith": scope + "."})
    return found


def visible_to(actor: Actor) -> QuerySet[Line]:
    open_lines = region_filter(actor.regions(READ)) & Q(tier="")
    restricted = region_filter(actor.regions(READ_RESTRICTED)) & ~Q(tier="")
    rows = Line.objects.filter(open_lines | restricted)
    return rows.exclude(subject__in=actor.kept_from) if actor.kept_from else rows


def may_see(line: Line, actor: Actor) -> bool:
    """The same decision as `visible_to`, for one line already in hand (live stream)."""
    if line.subject in actor.kept_from:
        return False
    permission = READ_RESTRICTED if line.tier else READ
    return any(within(line.region, scope) for scope in actor.regions(permission))


def keys_kept_from(actor: Actor, kind: str) -> list[str]:
    """The codes or numbers of one kind of subject the actor is kept out of."""
    return [key for word, _colon, key in (s.partition(":") for s in sorted(actor.kept_from)) if word == kind]


def entry(line: Line) -> Entry:
    return Entry(
        line.id, line.at, line.verb, line.subject, line.region, line.actor, line.actor_label, json.loads(line.detail)
    )


def history(actor: Actor, subjects: list[str], limit: int = 500) -> list[Entry]:
    """The lines of some subjects, newest first. The caller has checked that the actor may see the subjects."""
    rows = Line.objects.filter(subject__in=subjects).order_by("-pk")[:limit]
    return [entry(r) for r in rows]


def latest(actor: Actor, limit: int = 20, verbs: tuple[str, ...] = ()) -> list[Entry]:
    rows = visible_to(actor)
    if verbs:
        rows = rows.filter(verb__in=verbs)
    return [entry(r) for r in rows.order_by("-pk")[:limit]]


def sealed_head() -> Block | None:
    """The newest block: its hash is printed on every published document."""
    return Block.objects.order_by("-pk").first()
