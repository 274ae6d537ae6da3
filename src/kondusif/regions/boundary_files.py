"""Read a file of boundaries that nobody has vouched for: GeoJSON (.gz too), zipped Shapefile, GeoPackage.

The kind is told by the first bytes, never by the name. Only Shapefile and GeoPackage are handed to GDAL: it also reads
formats that fetch other files, and follows a link in the `crs` of a GeoJSON, so GeoJSON is read here. Archives are
unpacked by count and size, into names we choose.
"""

from __future__ import annotations

import gzip
import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

import numpy as np
import pyogrio
import shapely
from django.utils.translation import gettext_lazy as _
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError
from shapely.geometry import shape

from kondusif.ledger.errors import Refusal
from kondusif.regions.rules import in_indonesia, looks_swapped

MOST_BYTES = 500_000_000  # unpacked; the desa of all Indonesia take about 300 MB
MOST_JSON = 150_000_000  # read at once; larger sets come as GeoPackage
MOST_MEMBERS = 200
MOST_RATIO = 200  # unpacked to packed; real boundary files stay below 20
_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_CHUNK = 1 << 20


class FileNotReadable(Refusal):
    code = "boundary-file-not-readable"
    what = _("Berkas batas wilayah itu tidak dapat dibaca.")
    do = _("Berikan GeoJSON (boleh .gz), Shapefile dalam zip, atau GeoPackage.")


class FileSuspicious(Refusal):
    code = "boundary-file-suspicious"
    what = _("Arsip itu tidak dibuka: isinya tidak wajar.")
    do = _("Unduh ulang dari sumber resminya.")


class ProjectionUnknown(Refusal):
    code = "projection-unknown"
    what = _("Sistem koordinat berkas itu tidak disebut dan bukan derajat.")
    do = _("Sebut sistem koordinatnya, misalnya --crs EPSG:32750.")


class Packed(Protocol):
    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True)
class Read:
    """The columns as text and the geometries in degrees, row by row."""

    columns: dict[str, list[str]]
    geometries: Any  # numpy array of shapely geometries, None where a row has none
    notes: tuple[str, ...]


def read(path: Path, *, crs: str = "") -> Read:
    with tempfile.TemporaryDirectory(prefix="kondusif-batas-") as folder, _opened(path, Path(folder)) as source:
        columns, geometries, own_crs = _geojson(source) if source.suffix == ".json" else _by_gdal(source)
    if not len(geometries):
        raise FileNotReadable(_("Berkas itu tidak berisi bentuk wilayah."))
    geometries, notes = _in_degrees(geometries, crs or own_crs)
    return Read(columns, geometries, notes)


Content = tuple[dict[str, list[str]], Any, str]


def _by_gdal(source: Path) -> Content:
    try:
        meta, _fids, wkb, values = pyogrio.raw.read(source, force_2d=True)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError) as error:
        raise FileNotReadable from error
    columns = {str(n): [_text(v) for v in column] for n, column in zip(meta["fields"], values, strict=True)}
    return columns, shapely.from_wkb(wkb if wkb is not None else [], on_invalid="fix"), meta.get("crs") or ""


def _geojson(source: Path) -> Content:
    try:
        if source.stat().st_size > MOST_JSON:
            raise FileNotReadable(_("GeoJSON itu terlalu besar; berikan sebagai GeoPackage."))
        data = json.loads(source.read_bytes())
        rows = data["features"]
        names = list(dict.fromkeys(name for row in rows for name in row.get("properties") or {}))
        columns = {name: [_text((row.get("properties") or {}).get(name)) for row in rows] for name in names}
        shapes = [shapely.force_2d(shape(row["geometry"])) if row.get("geometry") else None for row in rows]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, shapely.errors.ShapelyError) as error:
        raise FileNotReadable from error
    return columns, np.array(shapes, dtype=object), _json_crs(data.get("crs"))


def _json_crs(said: Any) -> str:
    """GeoJSON is in degrees (RFC 7946); older files may name another system. A link is not followed."""
    if said is None:
        return "EPSG:4326"
    try:
        return str(said["properties"]["name"])
    except (KeyError, TypeError) as error:
        raise ProjectionUnknown from error


def _text(value: Any) -> str:
    if value is None or (isinstance(value, float | np.floating) and np.isnan(value)):
        return ""
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value).strip()


@contextmanager
def _opened(path: Path, folder: Path) -> Iterator[Path]:
    """The path GDAL may read: the file itself, or what was unpacked from it, under an ending that fits its content."""
    if not path.is_file() or path.stat().st_size > MOST_BYTES:
        raise FileNotReadable
    with path.open("rb") as handle:
        head = handle.read(64)
    if head.startswith(b"\x1f\x8b"):
        target = folder / "batas.json"
        with gzip.open(path) as packed:
            _unpack(packed, target, most=min(MOST_BYTES, path.stat().st_size * MOST_RATIO))
        yield target
    elif head.startswith(b"PK\x03\x04"):
        yield _shapefile(path, folder)
    elif head.startswith(b"SQLite format 3\x00"):
        yield _linked(path, folder / "batas.gpkg")
    elif _is_json(head):
        yield _linked(path, folder / "batas.json")
    else:
        raise FileNotReadable


def _is_json(head: bytes) -> bool:
    return head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"


def _linked(path: Path, target: Path) -> Path:
    shutil.copyfile(path, target)
    return target


def _unpack(source: Packed, target: Path, *, most: int) -> int:
    """Write what comes out and count it: the sizes an archive states of itself are not believed."""
    total = 0
    try:
        with target.open("wb") as out:
            while piece := source.read(_CHUNK):
                total += len(piece)
                if total > most:
                    raise FileSuspicious(_("Arsip itu membengkak jauh melebihi ukurannya."))
                out.write(piece)
    except (OSError, EOFError, zipfile.BadZipFile, RuntimeError) as error:
        raise FileNotReadable from error
    return total


def _shapefile(path: Path, folder: Path) -> Path:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [m for m in archive.infolist() if not m.is_dir()]
            if len(members) > MOST_MEMBERS or any(_escapes(m.filename) for m in members):
                raise FileSuspicious
            shapes = [m for m in members if m.filename.lower().endswith(".shp")]
            if len(shapes) != 1:
                raise FileNotReadable(_("Zip itu harus berisi tepat satu Shapefile (.shp)."))
            stem = PurePosixPath(shapes[0].filename).with_suffix("")
            left = min(MOST_BYTES, max(path.stat().st_size, 1) * MOST_RATIO)
            for member in members:
                name = PurePosixPath(member.filename)
                if name.with_suffix("") == stem and name.suffix.lower() in _PARTS:
                    with archive.open(member) as packed:
                        left -= _unpack(packed, folder / f"batas{name.suffix.lower()}", most=left)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise FileNotReadable from error
    return folder / "batas.shp"


def _escapes(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or ":" in path.parts[0] or "\x00" in name


def _in_degrees(geometries: Any, crs: str) -> tuple[Any, tuple[str, ...]]:
    if not crs:
        west, south, east, north = shapely.total_bounds(geometries)
        if not (in_indonesia(south, west) or looks_swapped(south, west)) or abs(east) > 360 or abs(north) > 360:
            raise ProjectionUnknown
        return geometries, (str(_("Sistem koordinat tidak disebut; angkanya terbaca sebagai derajat (EPSG:4326).")),)
    try:
        source = CRS.from_user_input(crs)
    except CRSError as error:
        raise ProjectionUnknown(_("Sistem koordinat %(crs)s tidak dikenal.") % {"crs": crs[:60]}) from error
    if source.to_epsg() in (4326, 4979) or source.to_authority() == ("OGC", "CRS84"):
        return geometries, ()
    change = Transformer.from_crs(source, "EPSG:4326", always_xy=True).transform
    moved = shapely.transform(geometries, lambda at: np.column_stack(change(at[:, 0], at[:, 1])))
    return moved, (str(_("Diubah dari %(crs)s ke derajat.") % {"crs": source.name}),)
