"""Where a point lies: exactly, or said to be an estimate, or refused."""

from __future__ import annotations

import gzip
import json
import os
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import shape

from kondusif.ledger.actor import Actor
from kondusif.regions import actions, locate
from kondusif.regions.grid import NEAR, Grid
from kondusif.regions.locate import PointNotPossible, locate_point, locate_points
from kondusif.regions.models import Boundary
from tests.regions.conftest import Bring, features, write

pytestmark = pytest.mark.django_db
POINTS = int(os.environ.get("KONDUSIF_POINTS", "2000"))  # 100000 for the full count


def test_without_boundaries_an_estimate(kaltim: None) -> None:
    found = locate_point(-1.24, 116.85)
    assert (found.code, found.precision) == ("64.71", "perkiraan") and found.alternatives
    far = locate_point(-6.2, 106.8)
    assert (far.code, far.precision, far.alternatives) == ("", "perkiraan", ())
    assert locate_points([-1.24], [116.85]) == [""]


@pytest.mark.parametrize(
    ("lat", "lon", "hint"),
    [(116.85, -1.24, "tertukar"), (0, 0, "0,0"), (48.1, 11.6, "di luar Indonesia"), (float("nan"), 116.0, "di luar"),
     (-1.0, float("inf"), "di luar"), (-1.24, -116.85, "di luar")],
)  # fmt: skip
def test_impossible_points(db: None, lat: float, lon: float, hint: str) -> None:
    with pytest.raises(PointNotPossible) as refused:
        locate_point(lat, lon)
    assert hint in f"{refused.value.what} {refused.value.do}"


@pytest.mark.deep
def test_inside_near_and_outside(kaltim: None, bring: Bring, tmp_path: Path) -> None:
    left, right = shapely.box(116.8, -1.3, 116.95, -1.1), shapely.box(116.95, -0.9, 117.3, -0.3)
    bring(write(tmp_path / "a.geojson", features({"64.71": left, "64.72": right})))
    assert locate_point(-1.2, 116.9) == locate.Located("64.71", "tepat")
    bring(write(tmp_path / "b.geojson", features({"64.72": shapely.box(116.95, -1.3, 117.3, -0.3)})))
    assert locate_point(-1.2, 116.9495) == locate.Located("64.71", "tepat", ("64.72",))
    assert locate_point(-1.2, 116.9505) == locate.Located("64.72", "tepat", ("64.71",))
    assert locate_point(-1.2, 116.94) == locate.Located("64.71", "tepat")
    assert locate_point(-1.31, 116.9) == locate.Located("64.71", "perkiraan")
    covered = locate_point(-1.5, 116.9)
    assert covered.precision == "perkiraan" and covered.code not in ("64.71", "64.72")


@pytest.mark.deep
def test_the_deepest_level_answers(kaltim: None, bring: Bring, tmp_path: Path) -> None:
    bring(write(tmp_path / "a.geojson", features({"64.71": shapely.box(116.8, -1.3, 117.0, -1.1)})))
    desa = features({"64.71.05.1006": shapely.box(116.84, -1.26, 116.88, -1.22)})
    bring(write(tmp_path / "b.geojson", desa), level="desa")
    assert locate_point(-1.24, 116.86).code == "64.71.05.1006"
    assert locate_point(-1.15, 116.95).code == "64.71"
    assert locate_points([-1.24, -1.15, 0.5, float("nan")], [116.86, 116.95, 116.0, 1.0]) == [
        "64.71.05.1006",
        "64.71",
        "",
        "",
    ]


@pytest.mark.deep
def test_a_changed_border_is_noticed(kaltim: None, bring: Bring, tmp_path: Path) -> None:
    for east, wanted in ((117.0, "64.71"), (116.91, "")):
        bring(write(tmp_path / "a.geojson", features({"64.71": shapely.box(116.8, -1.3, east, -1.1)})))
        assert locate_points([-1.2], [116.95]) == [wanted]


def test_landmarks_are_found_by_name(kaltim: None, operator: Actor, at: datetime) -> None:
    mark = actions.add_landmark(
        name="Simpang Muara Rapak", area_code="64.71.03", lat=-1.24, lon=116.84, by=operator, at=at
    )
    actions.add_landmark(name="Simpang Muara Rapak", area_code="64.71.03", lat=-1.241, lon=116.84, by=operator, at=at)
    (place,) = locate.locate_text("ricuh di simpang muara rapak bpn")
    assert (place.code, place.precision, place.lat) == ("64.71.03", "tempat", -1.241)
    actions.remove_landmark(mark, by=operator, at=at)
    assert [p.precision for p in locate.locate_text("di simpang muara rapak")] != ["tempat"]
    with pytest.raises(actions.AreaUnknown):
        actions.add_landmark(name="x", area_code="64.99", lat=-1.2, lon=116.9, by=operator, at=at)
    with pytest.raises(PointNotPossible):
        actions.add_landmark(name="x", area_code="64.71", lat=116.9, lon=-1.2, by=operator, at=at)


def real_shapes(path: Path) -> tuple[list[str], list[shapely.Geometry]]:
    with gzip.open(path) as handle:
        rows = json.load(handle)["features"]
    pairs = sorted((row["properties"]["code"], shape(row["geometry"])) for row in rows)
    return [code for code, _ in pairs], [one for _, one in pairs]


@pytest.mark.deep
@pytest.mark.each_once
def test_as_the_naive_search_says(kaltim: None, bring: Bring, real_desa: Path) -> None:
    bring(real_desa, level="desa", name_column="name")
    stored = Boundary.objects.order_by("area_code").values_list("area_code", "geometry")
    codes, shapes = zip(*((code, shapely.from_wkb(bytes(wkb))) for code, wkb in stored), strict=True)
    tree = shapely.STRtree(shapes)
    rng = np.random.default_rng(64)
    west, south, east, north = shapely.total_bounds(shapes)
    lats, lons = rng.uniform(south, north, POINTS), rng.uniform(west, east, POINTS)
    many = locate_points(lats, lons)
    for lat, lon, bulk in zip(lats.tolist(), lons.tolist(), many, strict=True):
        point = shapely.Point(lon, lat)
        truth = sorted(tree.query(point, predicate="within").tolist())
        wanted = codes[truth[0]] if truth else ""
        found = locate_point(lat, lon)
        assert bulk == wanted
        assert (found.code if found.precision == "tepat" else "") == wanted
        if wanted:
            near = tree.query(point, predicate="dwithin", distance=NEAR).tolist()
            assert {*found.alternatives, wanted} == {codes[i] for i in near}


coordinate = st.integers(0, 40).map(lambda n: n / 4)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(coordinate, coordinate, st.integers(1, 12), st.integers(1, 12)), min_size=1, max_size=6),
    st.lists(st.tuples(coordinate, coordinate), min_size=1, max_size=20),
    st.integers(2, 24),
)
@pytest.mark.deep
def test_the_grid_is_exact_on_borders_and_overlaps(
    boxes: list[tuple[float, float, int, int]], points: list[tuple[float, float]], cells: int
) -> None:
    shapes = [shapely.box(x, y, x + w / 4, y + h / 4) for x, y, w, h in boxes]
    grid = Grid(shapes, cells)
    for lat, lon in points:
        point = shapely.Point(lon, lat)
        inside = [i for i, s in enumerate(shapes) if s.contains(point)] or [
            i for i, s in enumerate(shapes) if s.intersects(point)
        ]
        assert grid.find(lat, lon) == (inside[0] if inside else -1)
        near = {i for i, s in enumerate(shapes) if s.distance(point) <= NEAR}
        assert set(grid.near(lat, lon)) == near
    lats, lons = np.array([p[0] for p in points]), np.array([p[1] for p in points])
    assert grid.find_many(lats, lons).tolist() == [grid.find(lat, lon) for lat, lon in points]
