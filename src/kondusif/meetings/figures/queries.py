"""Figures read from the ledger up to a sealed block, for whoever may see them; and whether a printed one still comes out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kondusif.ledger.actions import bytes_of
from kondusif.ledger.actor import Actor
from kondusif.ledger.errors import NotFound, NotPermitted, Refusal
from kondusif.ledger.models import Block, Line
from kondusif.ledger.queries import region_filter
from kondusif.ledger.rules import FIRST, block_hash
from kondusif.meetings.figures import rules
from kondusif.meetings.figures.history import VERBS, History, Known, fold
from kondusif.meetings.figures.rules import CURRENT, DEFINITIONS, Definition, Found, Scope
from kondusif.meetings.models import PrintedFigure
from kondusif.regions.queries import exists, kabkota_of_province
from kondusif.teams.models import Agency

READ, AGENCY = "figure.read", "figure.agency"
COLUMNS = ("id", "at", "verb", "subject", "region", "actor", "tier", "detail")
LONGEST_DAYS = 800


class NothingKnown(Refusal):
    code = "figure-before-first"
    status = 404
    what = gettext_lazy("Pada saat itu belum ada satu catatan pun yang disegel.")
    kept = gettext_lazy("Tidak ada angka yang dibuat.")
    do = gettext_lazy("Pilih saat yang lebih baru.")


class PeriodNotPossible(Refusal):
    code = "figure-period"
    status = 422
    what = gettext_lazy("Masa itu kosong atau lebih dari 800 hari.")
    do = gettext_lazy("Pilih hari pertama sebelum hari terakhir.")


def head_at(known_at: datetime | None = None) -> Block:
    """The newest block sealed at or before an instant of real time; the newest of all where none is given."""
    blocks = Block.objects.order_by("-pk")
    found = (blocks.filter(sealed_at__lte=known_at) if known_at else blocks).first()
    if found is None:
        raise NothingKnown
    return found


def known_up_to(head_line: int) -> History:
    """All that the ledger says up to a line. O(lines): state it where it is shown."""
    rows = Line.objects.filter(pk__lte=head_line, verb__in=VERBS).order_by("pk").values_list(*COLUMNS)
    return fold(Known(*row) for row in rows.iterator(chunk_size=5000))


def scope_of(
    region: str,
    start: datetime,
    end: datetime,
    *,
    agency: int = 0,
    severity: str = "",
    kind: str = "",
    channel: str = "",
) -> Scope:
    """A scope with the kab/kota whose word is expected. Raises NotFound, PeriodNotPossible."""
    if region and not exists(region):
        raise NotFound
    if not start < end or (end - start).days > LONGEST_DAYS:
        raise PeriodNotPossible(field="start")
    return Scope(region, start, end, _towns(region), agency, severity, kind, channel)


def _towns(region: str) -> tuple[str, ...]:
    """The kab/kota of a province, or the one a place lies in; for all Indonesia nobody's word is expected by this house."""
    if not region:
        return ()
    return (".".join(region.split(".")[:2]),) if "." in region else tuple(t.code for t in kabkota_of_province(region))


def check_may(by: Actor, definition: Definition, scope: Scope) -> None:
    """Raise NotPermitted: a team reads its region's figures; an agency's own times are for itself, the chair and the secretary."""
    if not may_see(by, definition, scope):
        raise NotPermitted


def may_see(by: Actor, definition: Definition, scope: Scope) -> bool:
    if not definition.guarded:
        return by.permits(READ, scope.region)
    if not scope.agency:
        return False
    return scope.agency in by.agencies or by.permits(AGENCY, scope.region)


def find(codes: list[str], scope: Scope, *, head: Block, by: Actor) -> list[tuple[Definition, Found]]:
    """The figures of those names, from one reading of the ledger."""
    chosen = [CURRENT[c] for c in codes if c in CURRENT]
    for definition in chosen:
        check_may(by, definition, scope)
    known = known_up_to(head.last_line)
    return [(d, d.find(known, scope)) for d in chosen]


def agencies_of(by: Actor, region: str) -> list[Agency]:
    """Whose own times the viewer may see in a region."""
    rows = Agency.objects.filter(region_filter((region,))).order_by("name")
    return [a for a in rows if a.pk in by.agencies or by.permits(AGENCY, region)]


def printed(by: Actor) -> QuerySet[PrintedFigure]:
    """The certificates the viewer may read, newest first."""
    seen = region_filter(by.regions(READ))
    rows = PrintedFigure.objects.filter(seen).order_by("-pk")
    guarded = {d.code for d in DEFINITIONS.values() if d.guarded}
    return rows.exclude(definition__in=guarded) if not by.anywhere(AGENCY) else rows


def one(code: str, *, by: Actor) -> PrintedFigure:
    row = PrintedFigure.objects.filter(code=code.upper()).first()
    if row is None:
        raise NotFound
    try:
        check_may(by, definition_of(row), scope_from(row))
    except NotPermitted:
        raise NotFound from None
    return row


def definition_of(row: PrintedFigure) -> Definition:
    return DEFINITIONS[row.definition, row.version]


def scope_from(row: PrintedFigure) -> Scope:
    return Scope(
        row.region, row.starts_at, row.ends_at, tuple(row.towns), row.agency, row.severity, row.kind, row.channel
    )


@dataclass(frozen=True)
class Checked:
    """A certificate computed again. `faults` are sentences; none means that it holds."""

    row: PrintedFigure
    again: Found
    faults: list[str] = field(default_factory=list)


def verify(row: PrintedFigure) -> Checked:
    """Seal by seal up to the figure's head, then the figure itself from the lines."""
    return next(verify_all([row]))


def verify_all(rows: Iterable[PrintedFigure]) -> Iterator[Checked]:
    """The same for many: those printed at one head share one reading of the ledger."""
    for head_line, group in groupby(sorted(rows, key=lambda r: (r.head_line, r.pk)), key=lambda r: r.head_line):
        known, broken = known_up_to(head_line), list(_broken_seals(head_line))
        for row in group:
            yield _check(row, known, broken)


def _check(row: PrintedFigure, known: History, broken: list[str]) -> Checked:
    again = definition_of(row).find(known, scope_from(row))
    faults = list(broken)
    head = Block.objects.filter(last_line=row.head_line).first()
    if head is None or head.hash != row.head_hash:
        faults.append(_("Segel buku besar yang tercetak pada %(code)s tidak ada lagi.") % {"code": row.code})
    if again.digest != row.digest or (again.value, again.n, again.of) != (row.value, row.n, row.of):
        faults.append(
            _("Angka %(code)s (%(title)s) tidak keluar lagi: tercetak %(was)s, dari buku besar %(now)s.")
            % {
                "code": row.code,
                "title": _(definition_of(row).title),
                "was": f"{row.value} ({row.n}/{row.of}), {row.digest[:8]}",
                "now": f"{again.value} ({again.n}/{again.of}), {again.digest[:8]}",
            }
        )
    return Checked(row, again, faults)


def _broken_seals(head_line: int) -> Iterator[str]:
    previous, last = FIRST, 0
    for block in Block.objects.filter(last_line__lte=head_line).order_by("pk"):
        lines = Line.objects.filter(pk__gt=last, pk__lte=block.last_line).order_by("pk")
        if (
            block.previous != previous
            or block_hash(previous, (bytes_of(line) for line in lines.iterator(5000))) != block.hash
        ):
            yield _("Segel nomor %(n)d rusak: catatan %(first)d sampai %(last)d bukan yang disegel.") % {
                "n": block.pk, "first": last + 1, "last": block.last_line,
            }  # fmt: skip
        previous, last = block.hash, block.last_line


def explain(one: PrintedFigure, other: PrintedFigure, *, by: Actor) -> list[tuple[str, int | None, int | None]]:
    """Row by row why two certificates of one definition differ; never a matter the viewer is kept out of."""
    mine, theirs = (definition_of(r).find(known_up_to(r.head_line), scope_from(r)) for r in (one, other))
    return [row for row in rules.differ(mine, theirs) if row[0] not in by.kept_from]
