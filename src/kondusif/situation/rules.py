"""The ladder of a region's status, who moves it, and when silence counts. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

# Word · shape are printed together, never colour alone (practice.md, words on the screen).
LEVELS: tuple[tuple[str, str], ...] = (
    ("kondusif", "Kondusif"),
    ("waspada", "Waspada"),
    ("siaga", "Siaga"),
    ("awas", "Awas"),
)
RANK = {code: n for n, (code, _) in enumerate(LEVELS)}
NO_DATA = "nodata"

VIEWS: tuple[tuple[str, str], ...] = (
    ("tim", "Tim Terpadu"),
    ("polres", "Polres"),
    ("bawaslu", "Bawaslu"),
    ("satgas", "Satgas COVID-19"),
)
# Which agency kind may write which assessment; the team's own comes from the status.
VIEW_OF_KIND = {"polri": "polres", "bawaslu": "bawaslu", "bpbd": "satgas", "dinkes": "satgas"}

# What people call the regions with long names; tiles on a phone have room for no more.
SHORT = {"64.02": "Kukar", "64.07": "Kubar", "64.08": "Kutim", "64.09": "PPU", "64.11": "Mahulu"}

VALID_FOR = timedelta(days=7)
CONFIRM_WITHIN = timedelta(hours=2)
SILENT_AFTER = timedelta(hours=24)

PROPOSED, CHECKED, SET, REFUSED, REPLACED = "proposed", "checked", "set", "refused", "replaced"
# move: (from states, to state, permission)
MOVES: dict[str, tuple[frozenset[str], str, str]] = {
    "check": (frozenset({PROPOSED}), CHECKED, "status.check"),
    "set": (frozenset({PROPOSED, CHECKED}), SET, "status.set"),
    "refuse": (frozenset({PROPOSED, CHECKED}), REFUSED, "status.check"),
}


@dataclass(frozen=True)
class Shown:
    """A status as a board shows it."""

    level: str
    since: datetime | None
    note: str  # '', 'sementara', 'kedaluwarsa' or how long silent


def is_raise(current: str | None, wanted: str) -> bool:
    return RANK[wanted] > RANK.get(current or "kondusif", 0)


def may_move(move: str, state: str) -> bool:
    return state in MOVES[move][0]


def may_decide(*, proposer: str, decider: str, current: str | None, wanted: str) -> bool:
    """Raising may be set by whoever may set; lowering, and staying, need a second person."""
    return is_raise(current, wanted) or proposer != decider


def may_refuse(*, proposer: str, refuser: str, temporary: bool) -> bool:
    """Refusing a raise that holds *sementara* lowers the status: that too needs a second person."""
    return not temporary or proposer != refuser


def shown(
    level: str | None,
    since: datetime | None,
    valid_until: datetime | None,
    *,
    temporary: bool,
    heard_at: datetime | None,
    at: datetime,
) -> Shown:
    """What a board says of a region: an expired status or a silent region is no data, never green.

    A raised status stays visible however silent the region: silence must not hide danger.
    """
    raised = level is not None and RANK[level] > 0
    if level is None:
        return Shown(NO_DATA, heard_at, "")
    if valid_until is not None and valid_until <= at and not raised:
        return Shown(NO_DATA, since, "kedaluwarsa")
    if (heard_at is None or at - heard_at > SILENT_AFTER) and not raised:
        return Shown(NO_DATA, heard_at, "")
    note = "sementara" if temporary else "kedaluwarsa" if valid_until is not None and valid_until <= at else ""
    return Shown(level, since, note)
