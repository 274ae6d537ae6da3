"""Which area a point lies in, and which areas a text names."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from django.utils.translation import gettext_lazy as _

from kondusif.ledger.errors import Refusal
from kondusif.regions import memory, rules
from kondusif.regions.finder import LANDMARK, Entry, Finder, TextPlace
from kondusif.regions.grid import Grid
from kondusif.regions.memory import AREAS, BOUNDARIES, LANDMARKS, Kept
from kondusif.regions.models import Boundary, Landmark
from kondusif.regions.rules import ESTIMATE, EXACT, InteriorPoint

COAST = 2 / 111.32  # two kilometres in degrees: a point so near to an imported border still gets an estimate


class PointNotPossible(Refusal):
    code = "point-not-possible"
    what = _("Titik itu berada di luar Indonesia.")
    do = _("Periksa lintang (−11 sampai 6) dan bujur (95 sampai 141).")


@dataclass(frozen=True, slots=True)
class Located:
    """Where a point lies. `tepat`: inside an imported boundary. `perkiraan`: to be confirmed by a person, never used
    in statistics; `code` is '' where not even an estimate can be given. `alternatives`: areas less than 100 m away, or
    the next likeliest of an estimate."""

    code: str
    precision: str
    alternatives: tuple[str, ...] = ()


def _build_grids(_key: str) -> list[tuple[Grid, list[str]]]:
    """The imported boundaries, deepest level first."""
    grids = []
    for level in reversed(rules.LEVELS):
        rows = list(Boundary.objects.filter(level=level).order_by("area_code").values_list("area_code", "geometry"))
        if rows:
            shapes = shapely.from_wkb([bytes(wkb) for _code, wkb in rows])
            grids.append((Grid(shapes), [code for code, _wkb in rows]))
    return grids


def _build_points(_key: str) -> list[InteriorPoint]:
    """The interior points of the kab/kota that the imported boundaries do not fill."""
    covered: dict[str, set[str]] = {level: set() for level in rules.LEVELS}
    for level, code in Boundary.objects.values_list("level", "area_code"):
        covered[level].add(code)
    known = memory.current_areas().filter(level=rules.KABKOTA, lat__isnull=False)
    return [
        InteriorPoint(code, lat, lon, area)
        for code, lat, lon, area in known.values_list("code", "lat", "lon", "area_km2")
        if lat is not None and lon is not None and area is not None and not _is_covered(code, covered)
    ]


def _is_covered(code: str, covered: dict[str, set[str]]) -> bool:
    """Whether the imported boundaries fill the kab/kota: a point outside them is then not in it."""
    if code in covered[rules.KABKOTA] or rules.parent_of(code) in covered[rules.PROVINCE]:
        return True
    for level in (rules.KECAMATAN, rules.DESA):
        below = memory.current_areas().filter(memory.below(code), level=level).values_list("code", flat=True)
        codes = set(below)
        if codes and len(codes & covered[level]) >= 0.95 * len(codes):
            return True
    return False


_grids: Kept[list[tuple[Grid, list[str]]]] = Kept(_build_grids, BOUNDARIES)
_points: Kept[list[InteriorPoint]] = Kept(_build_points, AREAS, BOUNDARIES)


def warm() -> None:
    """Build what `locate_point` needs, so that the first report does not wait for it."""
    _grids.get("")
    _points.get("")


def check_point(lat: float, lon: float) -> None:
    """Refuse a point that cannot be meant, with the reason."""
    if math.isfinite(lat) and math.isfinite(lon) and rules.in_indonesia(lat, lon):
        return
    if lat == 0 and lon == 0:
        raise PointNotPossible(
            _("Titik 0,0 berarti perangkat tidak mengetahui lokasinya."),
            do=_("Pilih tempatnya di peta atau tulis namanya."),
        )
    if rules.looks_swapped(lat, lon):
        raise PointNotPossible(
            _("Lintang dan bujur tertukar?"), do=_("Tulis lintang dahulu, lalu bujur, misalnya −1,24 116,85.")
        )
    raise PointNotPossible


def locate_point(lat: float, lon: float) -> Located:
    """The deepest area known to hold the point; about 20 µs with alternatives once the boundaries are in memory."""
    check_point(lat, lon)
    grids = _grids.get("")
    for grid, codes in grids:
        index = grid.find(lat, lon)
        if index >= 0:
            return Located(codes[index], EXACT, tuple(codes[i] for i in grid.near(lat, lon) if i != index))
    for grid, codes in grids:
        index = grid.nearest(lat, lon, COAST)
        if index >= 0:
            return Located(codes[index], ESTIMATE)
    likely = rules.estimate(lat, lon, _points.get(""))
    return Located(likely[0], ESTIMATE, likely[1:3]) if likely else Located("", ESTIMATE)


Numbers = Sequence[float] | npt.NDArray[np.float64]


def locate_points(lats: Numbers, lons: Numbers) -> list[str]:
    """For many points the code of the deepest area that holds each; '' where no boundary does. Never an estimate."""
    y, x = np.asarray(lats, dtype=np.float64), np.asarray(lons, dtype=np.float64)
    found = np.full(len(y), "", dtype=object)
    open_ = np.isfinite(y) & np.isfinite(x)
    for grid, codes in _grids.get(""):
        waiting = np.flatnonzero(open_)
        index = grid.find_many(y[waiting], x[waiting])
        hit = waiting[index >= 0]
        found[hit] = np.array(codes, dtype=object)[index[index >= 0]]
        open_[hit] = False
    return list(found)


def _finder(key: str) -> Finder:
    rows = memory.current_areas().filter(memory.below(key)).exclude(level=rules.PROVINCE if key else "")
    entries = [Entry(*row) for row in rows.values_list("code", "name", "level", "kind")]
    named = Landmark.objects.filter(memory.below(key, "area_code"))
    entries += [Entry(r.area_code, r.name, LANDMARK, "", r.lat, r.lon) for r in named]
    return Finder(entries)


_finders: Kept[Finder] = Kept(_finder, AREAS, LANDMARKS)


def locate_text(text: str, within: str = "64") -> list[TextPlace]:
    """The places a text names within a region path, likeliest first; [] where it names none."""
    return _finders.get(rules.province_of(within)).find(text[:1000], within)
