"""The shapes of areas for people's eyes: simplified GeoJSON, and SVG paths where the map cannot run.

For eyes only: whoever must know where a point lies asks `locate`, which uses the full borders.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import mapping

from kondusif.regions import memory, rules
from kondusif.regions.memory import BOUNDARIES, Kept
from kondusif.regions.models import Boundary

Geometries = npt.NDArray[np.object_]
# How much detail each level keeps, in degrees (0.001 is about 110 m).
TOLERANCE = {rules.PROVINCE: 0.02, rules.KABKOTA: 0.006, rules.KECAMATAN: 0.003, rules.DESA: 0.001}


@dataclass(frozen=True)
class Shapes:
    codes: tuple[str, ...]
    geometries: Geometries


def _read(key: str) -> Shapes:
    """The borders of a level within a region path; from the nearest deeper level, joined, where it has none itself."""
    level, _, within = key.partition(":")
    deep = rules.LEVELS.index(level)
    for stored in rules.LEVELS[deep:]:
        rows = Boundary.objects.filter(memory.below(within, "area_code"), level=stored).order_by("area_code")
        found = [(code, bytes(wkb)) for code, wkb in rows.values_list("area_code", "geometry")]
        if found:
            return _simple(_joined(found, depth=deep + 1), TOLERANCE[level])
    return Shapes((), np.array([], dtype=object))


def _joined(found: list[tuple[str, bytes]], depth: int) -> Shapes:
    shapes = shapely.from_wkb([wkb for _code, wkb in found])
    groups: dict[str, list[int]] = {}
    for index, (code, _wkb) in enumerate(found):
        groups.setdefault(".".join(code.split(".")[:depth]), []).append(index)
    joined = [shapes[at[0]] if len(at) == 1 else shapely.union_all(shapes[at]) for at in groups.values()]
    return Shapes(tuple(groups), np.array(joined, dtype=object))


def _simple(shapes: Shapes, tolerance: float) -> Shapes:
    """Fewer vertices; shared borders stay shared where the borders fit together, else each shape for itself."""
    whole = shapes.geometries
    if shapely.coverage_is_valid(whole):
        simple = shapely.coverage_simplify(whole, tolerance)
    else:
        simple = shapely.simplify(whole, tolerance, preserve_topology=True)
    lost = shapely.is_empty(simple)
    simple[lost] = whole[lost]
    return Shapes(shapes.codes, simple)


_kept: Kept[Shapes] = Kept(_read, BOUNDARIES)


def shapes(level: str, within: str) -> Shapes:
    return _kept.get(f"{level}:{within}")


def features(found: Shapes, names: Iterable[str]) -> list[dict[str, Any]]:
    rounded = shapely.set_precision(found.geometries, 0.0001)
    lost = shapely.is_empty(rounded)
    rounded[lost] = found.geometries[lost]
    return [
        {"type": "Feature", "id": code, "properties": {"code": code, "name": name}, "geometry": mapping(shape)}
        for code, name, shape in zip(found.codes, names, rounded, strict=True)
    ]


@dataclass(frozen=True)
class SvgPath:
    """One area: its path data, and where a label may stand."""

    code: str
    name: str
    d: str
    x: float
    y: float


@dataclass(frozen=True)
class SvgMap:
    """`view_box` for the svg element and the paths to put in it; no paths where no boundaries are known."""

    view_box: str
    paths: tuple[SvgPath, ...]


def drawn(found: Shapes, names: Iterable[str], width: int) -> SvgMap:
    """Plate carrée, true to scale at the middle latitude: good to 0.5 % over a province on the equator."""
    if not len(found.codes):
        return SvgMap(f"0 0 {width} {width}", ())
    west, south, east, north = shapely.total_bounds(found.geometries)
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = width / ((east - west) * squeeze)
    height = (north - south) * scale

    def place(at: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.column_stack(((at[:, 0] - west) * squeeze * scale, (north - at[:, 1]) * scale))

    placed = shapely.transform(found.geometries, place)
    paths = []
    for code, name, shape in zip(found.codes, names, placed, strict=True):
        label = shape.representative_point()
        paths.append(SvgPath(code, name, _path(shape), round(label.x, 1), round(label.y, 1)))
    return SvgMap(f"0 0 {width} {height:.0f}", tuple(paths))


def _path(shape: shapely.Geometry) -> str:
    parts = []
    for polygon in shapely.get_parts(shape):
        for ring in (polygon.exterior, *polygon.interiors):
            points = shapely.get_coordinates(ring)[:-1]
            parts.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z")
    return "".join(parts)
