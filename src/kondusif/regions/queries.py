"""Read the areas: names, children, neighbours, own facts, shapes for the map."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from kondusif.regions import memory, rules, shapes
from kondusif.regions.memory import AREAS, FIELDS, AreaRecord, Kept, current_areas, valid
from kondusif.regions.models import Area, Boundary, Landmark, Neighbour, OtherCode, Succession


def area(code: str, on: date | None = None) -> AreaRecord | None:
    """The area that bears the code today, or bore it on a date."""
    if on is None:
        return memory.province(code).areas.get(code) if code else None
    row = Area.objects.filter(valid(on), code=code).values_list(*FIELDS).first()
    return AreaRecord(*row) if row else None


def exists(code: str) -> bool:
    """Whether an area bears the code today. The root '' is no area."""
    return bool(code) and code in memory.province(code).areas


def children(code: str) -> list[AreaRecord]:
    """The areas one level below, by code; of '' the provinces."""
    return list(memory.province(code).children.get(code, ()))


def _former_name(code: str) -> str:
    row = Area.objects.filter(code=code).order_by("-valid_until").values_list("name", flat=True).first()
    return row or code


_former: Kept[str] = Kept(_former_name, AREAS)


def name_of(code: str) -> str:
    """`64.71` → `Kota Balikpapan`. A code no longer in use has its last name; an unknown code stands for itself."""
    if found := area(code):
        return found.name
    return _former.get(code) if code else "Indonesia"


def short_name(code: str) -> str:
    """`64.71` → `Balikpapan`."""
    name = name_of(code)
    return rules.bare_name(name) if code.count(".") == 1 else name


def full_name(code: str) -> str:
    """`64.71.05.1001` → `Gunung Bahagia, Balikpapan Selatan, Kota Balikpapan`; a province stands alone."""
    parts = [name_of(code)]
    while code.count(".") > 1:
        code = rules.parent_of(code)
        parts.append(name_of(code))
    return ", ".join(parts)


@dataclass(frozen=True)
class KabKota:
    """A kab/kota with its own facts; None where we have none."""

    code: str
    name: str
    short_name: str
    kind: str
    lat: float | None
    lon: float | None
    area_km2: float | None
    population: int | None
    population_date: str
    population_source: str
    col: int | None
    row: int | None
    neighbours: tuple[str, ...]


def _kabkota(province: str) -> tuple[KabKota, ...]:
    near: dict[str, list[str]] = {}
    pairs = Neighbour.objects.filter(memory.below(province, "a") | memory.below(province, "b"))
    for a, b in pairs.values_list("a", "b"):
        near.setdefault(a, []).append(b)
        near.setdefault(b, []).append(a)
    return tuple(
        KabKota(
            r.code, r.name, rules.bare_name(r.name), r.kind, r.lat, r.lon, r.area_km2, r.population, r.population_date,
            r.population_source, r.col, r.row, tuple(sorted(near.get(r.code, ()))),
        )
        for r in current_areas().filter(parent=province).order_by("code")
    )  # fmt: skip


_kabkota_kept: Kept[tuple[KabKota, ...]] = Kept(_kabkota, AREAS)


def kabkota_of_province(code: str) -> tuple[KabKota, ...]:
    """The kab/kota of a province with population, neighbours and cartogram cell."""
    return _kabkota_kept.get(code)


def neighbours(code: str) -> tuple[str, ...]:
    """The areas that share a border with it, as far as known."""
    if code.count(".") == 1:
        return next((k.neighbours for k in kabkota_of_province(rules.province_of(code)) if k.code == code), ())
    pairs = Neighbour.objects.filter(a=code).values_list("b").union(Neighbour.objects.filter(b=code).values_list("a"))
    return tuple(sorted(found for (found,) in pairs))


def successors(code: str) -> tuple[str, ...]:
    """The codes that took over a former code; the code itself while it holds; none where nothing is known."""
    if exists(code):
        return (code,)
    found = Succession.objects.filter(old__code=code).values_list("new__code", flat=True)
    return tuple(sorted({new for old in found for new in (successors(old) if old != code else ())}))


def other_code(code: str, system: str = rules.BPS) -> str:
    """The area's code in another system, '' where it is not known."""
    row = OtherCode.objects.filter(area__code=code, area__valid_until=None, system=system).first()
    return row.code if row else ""


def from_other_codes(codes: Iterable[str], system: str = rules.BPS) -> dict[str, str]:
    """Codes of another system → region paths; what is not known is left out."""
    rows = OtherCode.objects.filter(system=system, area__valid_until=None)
    known: dict[str, str] = dict(rows.values_list("code", "area__code"))
    return {code: known[code] for code in codes if code in known}


@dataclass(frozen=True)
class Coverage:
    """How many areas of a level have a boundary, and where it came from."""

    level: str
    areas: int
    with_boundary: int
    sources: tuple[str, ...]


def coverage(within: str) -> list[Coverage]:
    """Per level, for the page that says what the map can and cannot show."""
    found = []
    for level in rules.LEVELS:
        areas = sum(1 for a in memory.province(within).areas.values() if a.level == level and _in(a.code, within))
        rows = Boundary.objects.filter(memory.below(within, "area_code"), level=level)
        sources = tuple(sorted(set(rows.values_list("source", flat=True))))
        found.append(Coverage(level, areas, rows.count(), sources))
    return found


def _in(code: str, scope: str) -> bool:
    return code == scope or code.startswith(scope + ".")


@dataclass(frozen=True)
class LandmarkRecord:
    id: int
    name: str
    area_code: str
    lat: float
    lon: float


def landmarks(within: str) -> list[LandmarkRecord]:
    rows = Landmark.objects.filter(memory.below(within, "area_code")).order_by("name")
    return [LandmarkRecord(r.pk, r.name, r.area_code, r.lat, r.lon) for r in rows]


def boundaries_geojson(level: str, within: str) -> dict[str, Any]:
    """The simplified borders of a level within a region path, as a FeatureCollection with `code` and `name`."""
    found = shapes.shapes(level, within)
    return {"type": "FeatureCollection", "features": shapes.features(found, map(name_of, found.codes))}


def svg_paths(level: str, within: str, width: int = 720) -> shapes.SvgMap:
    """The same borders as SVG path data, drawn by the server: the map where no script runs."""
    found = shapes.shapes(level, within)
    return shapes.drawn(found, map(name_of, found.codes), width)
