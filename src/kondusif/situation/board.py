"""Everything the home page shows, for one viewer, in a constant number of queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count
from django.db.models.functions import Substr
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kondusif.clock.models import Deadline
from kondusif.intake import nil
from kondusif.intake import queries as intake
from kondusif.intake.rules import NIL_BY
from kondusif.ledger.actor import Actor
from kondusif.ledger.queries import region_filter
from kondusif.regions.queries import KabKota, kabkota_of_province
from kondusif.situation import incidents, queries, rules

KABKOTA_LENGTH = 5  # "64.71"
MOST_OVERDUE = 5


@dataclass(frozen=True)
class Tile:
    """One region on the cartogram; field names are those of parts/tiles.html."""

    code: str
    name: str
    short: str
    level: str
    col: int
    row: int
    open: int
    url: str
    note: str
    since: datetime | None
    reports: int
    day: str  # intake.rules.DAY_STATES


@dataclass(frozen=True)
class Overdue:
    title: str
    owner: str
    due_at: datetime
    set_at: datetime
    url: str
    severity: str
    asked: bool


@dataclass(frozen=True)
class Board:
    tiles: tuple[Tile, ...]
    sentence: tuple[tuple[str, str], ...]  # (text, level of a status inside it or '')
    overdue: tuple[Overdue, ...]
    overdue_count: int
    new_reports: int
    untriaged: int
    unlocated: int
    open_total: int
    silent: tuple[str, ...]  # who has not spoken today
    silent_late: bool


def board(actor: Actor, *, province: str, at: datetime) -> Board:
    codes = queries.visible_regions(actor, province)
    places = [k for k in kabkota_of_province(province) if k.code in set(codes)]
    shown = queries.shown(codes, at=at)
    open_count = open_by_kabkota(actor)
    reports = reports_by_kabkota(actor, since=at - timedelta(hours=24))
    days = nil.day_reports([p.code for p in places], day=nil.day_of(at))
    tiles = tuple(
        _tile(p, shown[p.code], open_count[p.code], reports[p.code], days[p.code].state, at=at) for p in places
    )
    overdue, overdue_count = _overdue(actor, at=at)
    visible = intake.visible_to(actor)
    return Board(
        tiles=tiles,
        sentence=_sentence(tiles),
        overdue=overdue,
        overdue_count=overdue_count,
        new_reports=visible.filter(received_at__gt=at - timedelta(hours=1)).count(),
        untriaged=visible.filter(state__in=("received", "in_review")).count(),
        unlocated=visible.filter(place_precision="unknown", received_at__gt=at - timedelta(days=7)).count(),
        open_total=sum(open_count.values()),
        silent=tuple(t.name for t in tiles if t.day == "missing"),
        silent_late=timezone.localtime(at).time() >= NIL_BY,
    )


def open_by_kabkota(actor: Actor) -> Counter[str]:
    rows = (
        incidents.open_to(actor)
        .annotate(kab=Substr("region", 1, KABKOTA_LENGTH))
        .values("kab")
        .annotate(n=Count("pk"))
        .order_by()
    )
    return Counter({r["kab"]: r["n"] for r in rows})


def reports_by_kabkota(actor: Actor, *, since: datetime) -> Counter[str]:
    rows = intake.visible_to(actor).filter(received_at__gt=since).annotate(kab=Substr("region", 1, KABKOTA_LENGTH))
    return Counter({r["kab"]: r["n"] for r in rows.values("kab").annotate(n=Count("pk")).order_by()})


def _tile(place: KabKota, shown: rules.Shown, open_count: int, reports: int, day: str, *, at: datetime) -> Tile:
    note = ""
    if shown.level == rules.NO_DATA:
        note = _("kedaluwarsa") if shown.note else hours_since(shown.since, at=at)
    return Tile(
        place.code, place.short_name, rules.SHORT.get(place.code, place.short_name), shown.level, place.col or 1, place.row or 1, open_count,
        f"/situasi/{place.code}", note, shown.since, reports, day,
    )  # fmt: skip


def hours_since(moment: datetime | None, *, at: datetime) -> str:
    if moment is None:
        return ""
    hours = int((at - moment).total_seconds() // 3600)
    if hours < 48:
        return ngettext("%(n)d jam", "%(n)d jam", hours) % {"n": hours}
    return ngettext("%(n)d hari", "%(n)d hari", hours // 24) % {"n": hours // 24}


def _sentence(tiles: Sequence[Tile]) -> tuple[tuple[str, str], ...]:
    """ "9 dari 10 kab/kota kondusif; Balikpapan ▲ waspada sejak 08.10; dari Mahakam Ulu belum ada data." as parts."""
    if not tiles:
        return ((_("Belum ada daerah yang dapat Anda lihat."), ""),)
    calm = sum(t.level == "kondusif" for t in tiles)
    parts: list[tuple[str, str]] = [
        (_("%(calm)d dari %(all)d kab/kota kondusif") % {"calm": calm, "all": len(tiles)}, "")
    ]
    for tile in sorted(tiles, key=lambda t: -rules.RANK.get(t.level, -1)):
        if rules.RANK.get(tile.level, 0) > 0:
            since = timezone.localtime(tile.since).strftime("%H.%M") if tile.since else ""
            parts += [("; " + tile.name + " ", ""), (dict(rules.LEVELS)[tile.level].lower(), tile.level)]
            if since:
                parts.append((" " + _("sejak %(time)s") % {"time": since}, ""))
    silent = [t.name for t in tiles if t.level == rules.NO_DATA]
    if silent and len(silent) <= 3:
        parts.append(("; " + _("dari %(names)s belum ada data") % {"names": ", ".join(silent)}, ""))
    elif silent:
        parts.append(("; " + _("%(n)d daerah belum ada data") % {"n": len(silent)}, ""))
    return (*parts, (".", ""))


def _overdue(actor: Actor, *, at: datetime) -> tuple[tuple[Overdue, ...], int]:
    """Duties past their instant in the actor's regions, oldest first. Those about officials are not among them."""
    scope = region_filter(actor.regions(intake.READ))
    late = Deadline.objects.filter(scope, met_at=None, fired_at=None, due_at__lte=at) | Deadline.objects.filter(
        scope, met_at=None, fired_at__isnull=False
    )
    late = late.exclude(subject__startswith="claim:")  # a rumour pushes nothing real off the list
    rows = list(late.exclude(owner__startswith="role:secretariat@").order_by("due_at", "pk")[:50])
    firsts: dict[str, Deadline] = {}
    for row in rows:
        firsts.setdefault(row.subject, row)
    named = incidents.named(actor, list(firsts))
    found = []
    for subject, row in firsts.items():
        words = named.get(subject)
        if words is None:
            continue
        found.append(Overdue(words.title, words.owner, row.due_at, row.set_at, words.url, words.severity, words.asked))
    return tuple(found[:MOST_OVERDUE]), len(found)
