"""Point in area: the house's grid against shapely's STRtree asked point by point, in alternating bursts.

    .venv/bin/python -m benchmarks.regions [points per burst] [bursts]

Real borders: the 1,038 desa of East Kalimantan from ../shared (or KONDUSIF_SHARED). Two kinds of points: evenly over
the province's box, and around the desa's own middle points, as reports come from where people live. Prints the ratio
of the medians, the wrong answers (must be 0), and fails below the goal.
"""

from __future__ import annotations

import gzip
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry import shape

from kondusif.regions.grid import Grid

GOAL = 2.0
Points = list[tuple[float, float]]


def borders() -> list[shapely.Geometry]:
    shared = Path(os.environ.get("KONDUSIF_SHARED", Path(__file__).resolve().parents[2] / "shared"))
    path = shared / "data" / "kaltim-regions" / "desa.geojson.gz"
    if not path.is_file():
        raise SystemExit(f"benchmarks.regions: REAL DATA ABSENT: {path}")
    with gzip.open(path) as handle:
        rows = json.load(handle)["features"]
    return [shape(row["geometry"]) for row in sorted(rows, key=lambda r: r["properties"]["code"])]


def points(shapes: list[shapely.Geometry], count: int, *, peopled: bool) -> Points:
    rng = np.random.default_rng(64 + peopled)
    if peopled:
        middles = shapely.get_coordinates(shapely.point_on_surface(shapes))
        at = middles[rng.integers(0, len(middles), count)] + rng.normal(0, 0.01, (count, 2))
        return [(float(y), float(x)) for x, y in at]
    west, south, east, north = shapely.total_bounds(shapes)
    return list(zip(rng.uniform(south, north, count).tolist(), rng.uniform(west, east, count).tolist(), strict=True))


def burst(find: Callable[[float, float], int], some: Points) -> tuple[float, list[int]]:
    """Points per second of processor time, and the answers."""
    began = time.process_time()
    answers = [find(lat, lon) for lat, lon in some]
    return len(some) / (time.process_time() - began), answers


def compare(name: str, grid: Grid, some: Points, bursts: int) -> tuple[float, int]:
    tree = grid.tree

    def naive(lat: float, lon: float) -> int:
        found = tree.query(shapely.Point(lon, lat), predicate="within")
        return int(found.min()) if len(found) else -1

    def whole(lat: float, lon: float) -> int:
        index = grid.find(lat, lon)
        grid.near(lat, lon)
        return index

    rates: dict[str, list[float]] = {"grid": [], "with alternatives": [], "STRtree": []}
    wrong = 0
    for n in range(bursts):
        part = some[n::bursts]
        truth = burst(naive, part)
        for key, find in (("grid", grid.find), ("with alternatives", whole)):
            rate, answers = burst(find, part)
            rates[key].append(rate)
            wrong += sum(a != b for a, b in zip(answers, truth[1], strict=True))
        rates["STRtree"].append(truth[0])
    middle = {key: statistics.median(found) for key, found in rates.items()}
    for key, rate in middle.items():
        print(f"{name:<9} {key:<18} {rate:>10,.0f} points/s   {rate / middle['STRtree']:5.1f} x STRtree")
    return middle["grid"] / middle["STRtree"], wrong


def main(count: int = 100_000, bursts: int = 10) -> int:
    shapes = borders()
    began = time.process_time()
    grid = Grid(shapes)
    print(f"{len(shapes)} areas, grid built in {time.process_time() - began:.2f} s")
    ratios, wrong = [], 0
    for name, peopled in (("even", False), ("peopled", True)):
        ratio, bad = compare(name, grid, points(shapes, count, peopled=peopled), bursts)
        ratios.append(ratio)
        wrong += bad
    print(f"wrong answers: {wrong} of {4 * count:,}; ratios {', '.join(f'{r:.1f}' for r in ratios)} (goal {GOAL})")
    return 0 if wrong == 0 and min(ratios) >= GOAL else 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:3])))
