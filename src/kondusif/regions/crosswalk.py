"""Match the codes of another system to areas by name, step by step from the province down. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kondusif.regions.names import ALSO_CALLED, normal, squeezed, unmarked
from kondusif.regions.rules import KABKOTA, PROVINCE, bps_level, bps_parent, dotted, level_of, parent_of


@dataclass(frozen=True, slots=True)
class CodedName:
    """A row of a list: a code and the name that stands beside it."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Candidate:
    code: str
    name: str
    kind: str
    id: int


@dataclass(frozen=True, slots=True)
class Matched:
    code: str
    area: str
    area_id: int


@dataclass(frozen=True, slots=True)
class Refused:
    """`reason`: not-a-code, no-parent, no-name, name-twice, code-taken, area-taken."""

    code: str
    name: str
    reason: str


@dataclass(frozen=True)
class Crosswalk:
    """`matched` are new; `known` were there already."""

    matched: tuple[Matched, ...]
    known: int
    refused: tuple[Refused, ...]

    def reasons(self) -> dict[str, int]:
        counts: dict[str, int] = {}
        for row in self.refused:
            counts[row.reason] = counts.get(row.reason, 0) + 1
        return counts


def same_name(a: str, b: str, level: str) -> bool:
    """Whether two lists mean the same name. Kab/kota may leave their kind out, but not contradict it."""
    if squeezed(a) == squeezed(b):
        return True
    if level not in (PROVINCE, KABKOTA):
        return False
    if level == PROVINCE:
        return len({ALSO_CALLED.get(bare := unmarked(n).replace(" ", ""), bare) for n in (a, b)}) == 1
    kinds = {_kind(a), _kind(b)} - {""}
    return len(kinds) < 2 and unmarked(a).replace(" ", "") == unmarked(b).replace(" ", "")


def _kind(name: str) -> str:
    first = normal(name).partition(" ")[0]
    return {"kota": "kota", "kotamadya": "kota", "kodya": "kota", "kabupaten": "kab", "kab": "kab"}.get(first, "")


def match(rows: Iterable[CodedName], areas: Iterable[Candidate], known: Mapping[str, str]) -> Crosswalk:
    """`known`: codes of that system already matched → region path."""
    below: dict[str, list[Candidate]] = {}
    for area in areas:
        below.setdefault(parent_of(area.code), []).append(area)
    path = dict(known)  # code of the other system → region path
    taken = set(known.values())
    matched: list[Matched] = []
    refused: list[Refused] = []
    seen = 0
    for row in sorted(
        {CodedName(r.code.strip(), " ".join(r.name.split())) for r in rows}, key=lambda r: (len(r.code), r.code, r.name)
    ):
        level = bps_level(row.code)
        if not level:
            refused.append(Refused(row.code, row.name, "not-a-code"))
            continue
        parent = "" if level == PROVINCE else path.get(bps_parent(row.code))
        if parent is None:
            refused.append(Refused(row.code, row.name, "no-parent"))
            continue
        found = [a for a in below.get(parent, ()) if same_name(a.name, row.name, level)]
        if (reason := _fault(row, found, path, taken)) == "known":
            seen += 1
        elif reason:
            refused.append(Refused(row.code, row.name, reason))
        else:
            path[row.code] = found[0].code
            taken.add(found[0].code)
            matched.append(Matched(row.code, found[0].code, found[0].id))
    return Crosswalk(tuple(matched), seen, tuple(refused))


def _fault(row: CodedName, found: Sequence[Candidate], path: Mapping[str, str], taken: set[str]) -> str:
    if not found:
        return "no-name"
    if len(found) > 1:
        return "name-twice"
    if row.code in path:
        return "known" if path[row.code] == found[0].code else "code-taken"
    return "area-taken" if found[0].code in taken else ""


@dataclass(frozen=True)
class Disagreement:
    """A row whose code means another area here. `here` is '' where the code means none."""

    code: str
    name: str
    here: str


def disagreements(rows: Iterable[CodedName], names: Mapping[str, str]) -> tuple[int, list[Disagreement]]:
    """How many rows could be compared, and those whose name is not the one their Kemendagri code has."""
    compared, found = 0, []
    for row in rows:
        code = dotted(row.code)
        if not code or not row.name.strip():
            continue
        compared += 1
        here = names.get(code, "")
        if not here or not same_name(here, row.name, level_of(code)):
            found.append(Disagreement(row.code, row.name, here))
    return compared, found
