"""Which of many polygons a point lies in: exact, without looking at most of them. Pure geometry.

The box around all polygons is cut into cells. A cell that one polygon contains with 100 m to spare, and no other
touches, is sure: its points need no further test. In every other cell the few polygons that reach it are asked,
prepared. Nothing is approximated. Measured: `benchmarks/regions.py`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import shapely

CELLS = 256
NEAR = 100 / 111_320  # 100 m in degrees of latitude
_SPARE = 1.03 * NEAR  # a degree of longitude is up to 2 % shorter within Indonesia
_NOBODY, _ASK = -1, -2

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Geometries = npt.NDArray[np.object_]


class Grid:
    """`find` gives the index of the polygon a point lies in, -1 for none; of overlapping polygons the first."""

    def __init__(self, shapes: Sequence[shapely.Geometry], cells: int = CELLS) -> None:
        self.shapes = np.array(shapes, dtype=object)
        shapely.prepare(self.shapes)
        self.tree = shapely.STRtree(self.shapes)
        west, south, east, north = shapely.total_bounds(self.shapes)
        self.west, self.south, self.cells = west - _SPARE, south - _SPARE, cells
        self.per_lon = cells / (east - west + 2 * _SPARE)
        self.per_lat = cells / (north - south + 2 * _SPARE)
        self._fill()

    def _fill(self) -> None:
        n = self.cells
        xs = self.west + np.arange(n + 1) / self.per_lon
        ys = self.south + np.arange(n + 1) / self.per_lat
        left, low = (edge.ravel() for edge in np.meshgrid(xs[:-1], ys[:-1]))
        right, high = (edge.ravel() for edge in np.meshgrid(xs[1:], ys[1:]))
        boxes = shapely.STRtree(shapely.box(left - _SPARE, low - _SPARE, right + _SPARE, high + _SPARE))
        shape, cell = boxes.query(self.shapes, predicate="intersects")
        order = np.lexsort((shape, cell))
        shape, cell = shape[order], cell[order]
        touched, first, count = np.unique(cell, return_index=True, return_counts=True)
        owner = np.full(n * n, _NOBODY)
        owner[touched] = _ASK
        inside_shape, inside_cell = boxes.query(self.shapes, predicate="contains_properly")
        alone = np.zeros(n * n, dtype=bool)
        alone[touched[count == 1]] = True
        sure = alone[inside_cell]
        owner[inside_cell[sure]] = inside_shape[sure]
        self.owner: list[int] = owner.tolist()
        self._owner = owner
        self.asked: dict[int, tuple[Ints, Geometries]] = {}
        for c, f, k in zip(touched.tolist(), first.tolist(), count.tolist(), strict=True):
            if owner[c] == _ASK:
                self.asked[c] = (shape[f : f + k], self.shapes[shape[f : f + k]])

    def _cell(self, lat: float, lon: float) -> int:
        column, row = int((lon - self.west) * self.per_lon), int((lat - self.south) * self.per_lat)
        if lon < self.west or lat < self.south or column >= self.cells or row >= self.cells:
            return _NOBODY
        return row * self.cells + column

    def find(self, lat: float, lon: float) -> int:
        cell = self._cell(lat, lon)
        if cell < 0:
            return _NOBODY
        owner = self.owner[cell]
        if owner != _ASK:
            return owner
        indexes, shapes = self.asked[cell]
        for holds in (shapely.contains_xy, shapely.intersects_xy):  # the second only for a point exactly on a border
            hit = holds(shapes, lon, lat)
            first = int(hit.argmax())
            if hit[first]:
                return int(indexes[first])
        return _NOBODY

    def find_many(self, lats: Floats, lons: Floats) -> Ints:
        """`find` for many points at once."""
        columns = np.floor((lons - self.west) * self.per_lon)
        rows = np.floor((lats - self.south) * self.per_lat)
        inside = (columns >= 0) & (rows >= 0) & (columns < self.cells) & (rows < self.cells)
        found = np.full(len(lats), _NOBODY)
        cells = (rows[inside] * self.cells + columns[inside]).astype(np.int64)
        found[inside] = self._owner[cells]
        self._ask_many(found, lats, lons, cells=dict(zip(np.flatnonzero(inside).tolist(), cells.tolist(), strict=True)))
        return found

    def _ask_many(self, found: Ints, lats: Floats, lons: Floats, *, cells: dict[int, int]) -> None:
        waiting = np.flatnonzero(found == _ASK)
        found[waiting] = _NOBODY
        asked = [self.asked[cells[w]][0] for w in waiting.tolist()]
        points = np.repeat(waiting, [len(a) for a in asked])
        shapes = np.concatenate([*asked, np.array([], dtype=np.int64)])
        for holds in (shapely.intersects_xy, shapely.contains_xy):  # the second, stricter, has the last word
            hit = holds(self.shapes[shapes], lons[points], lats[points])
            found[points[hit][::-1]] = shapes[hit][::-1]  # backwards, so that the first of several stays

    def near(self, lat: float, lon: float) -> tuple[int, ...]:
        """All polygons the point lies in or less than about 100 m from."""
        cell = self._cell(lat, lon)
        if cell < 0 or self.owner[cell] == _NOBODY:
            return ()
        if self.owner[cell] != _ASK:
            return (self.owner[cell],)
        indexes, shapes = self.asked[cell]
        return tuple(indexes[shapely.dwithin(shapes, shapely.Point(lon, lat), NEAR)].tolist())

    def nearest(self, lat: float, lon: float, degrees: float) -> int:
        """The polygon nearest to a point outside all of them, if not farther than `degrees`."""
        found = self.tree.query_nearest(shapely.Point(lon, lat), max_distance=degrees, all_matches=False)
        return int(found[0]) if len(found) else _NOBODY
