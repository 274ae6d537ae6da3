"""East Kalimantan as the base data gives it, and boundary files made for the test."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import shapely

from kondusif.ledger.actor import Actor
from kondusif.regions import memory
from kondusif.regions.actions import import_boundaries
from kondusif.regions.boundaries import ImportReport


@pytest.fixture(autouse=True)
def fresh_areas() -> Iterator[None]:
    memory.forget()
    yield
    memory.forget()


@pytest.fixture
def kaltim(areas: None) -> None:
    """The areas of East Kalimantan; no boundaries yet."""


Bring = Callable[..., ImportReport]


@pytest.fixture
def bring(operator: Actor, at: datetime) -> Bring:
    """`bring(path)` imports kab/kota by Kemendagri codes; keyword arguments say otherwise."""

    def go(path: Path, **said: Any) -> ImportReport:
        given: dict[str, Any] = {"level": "kabkota", "code_column": "code", "code_system": "kemendagri"}
        given |= {"by": operator, "at": at, **said}
        return import_boundaries(path, **given)

    return go


# Boxes around the interior points of three kab/kota: small, but true to their place.
BOXES = {"64.71": (116.8, -1.3, 117.0, -1.1), "64.72": (117.0, -0.7, 117.3, -0.3), "64.74": (117.4, 0.0, 117.6, 0.2)}
NAMES = {"64.71": "Kota Balikpapan", "64.72": "Kota Samarinda", "64.74": "Kota Bontang"}


def features(shapes: dict[str, shapely.Geometry | None], names: dict[str, str] | None = None) -> dict[str, Any]:
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"code": code.partition("#")[0], "name": (names or NAMES).get(code, "")},
                "geometry": json.loads(shapely.to_geojson(shape)) if shape is not None else None,
            }
            for code, shape in shapes.items()
        ],
    }


def boxes() -> dict[str, shapely.Geometry | None]:
    return {code: shapely.box(*box) for code, box in BOXES.items()}


def write(path: Path, content: dict[str, Any]) -> Path:
    data = json.dumps(content).encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


@pytest.fixture
def three_cities(tmp_path: Path) -> Path:
    return write(tmp_path / "kota.geojson", features(boxes()))


@pytest.fixture
def real_desa(shared: Path) -> Path:
    path = shared / "data" / "kaltim-regions" / "desa.geojson.gz"
    if not path.is_file():
        pytest.skip(f"REAL DATA ABSENT: {path}; this test proves nothing here")
    return path
