"""Boundary files: what is taken, what is left out and why, and what is never opened."""

from __future__ import annotations

import gzip
import hashlib
import io
import math
import zipfile
from datetime import datetime
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely
from django.db import DatabaseError
from pyproj import Transformer

from kondusif.ledger.actor import Actor
from kondusif.ledger.errors import NotPermitted
from kondusif.ledger.models import Line
from kondusif.regions import actions, boundaries, boundary_files, memory
from kondusif.regions.boundary_files import FileNotReadable, FileSuspicious, ProjectionUnknown
from kondusif.regions.crosswalk import CodedName
from kondusif.regions.models import Boundary
from tests.regions.conftest import NAMES, Bring, boxes, features, write

pytestmark = pytest.mark.django_db


def save(path: Path, driver: str, crs: str | None, shapes: dict[str, shapely.Geometry]) -> Path:
    pyogrio.raw.write(
        path, geometry=np.array(shapely.to_wkb(list(shapes.values())), dtype=object), geometry_type="Polygon",
        field_data=[np.array(list(shapes), dtype=object), np.array([NAMES[c] for c in shapes], dtype=object)],
        fields=["code", "name"], driver=driver, crs=crs,
    )  # fmt: skip
    return path


def plain_boxes() -> dict[str, shapely.Geometry]:
    return {code: shape for code, shape in boxes().items() if shape is not None}


def in_metres() -> dict[str, shapely.Geometry]:
    change = Transformer.from_crs("EPSG:4326", "EPSG:32750", always_xy=True).transform
    return {
        c: shapely.transform(s, lambda at: np.column_stack(change(at[:, 0], at[:, 1])))
        for c, s in plain_boxes().items()
    }


def zipped(folder: Path, prefix: str = "batas/") -> Path:
    target = folder / "batas.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted(folder.glob("kota.*")):
            if part.suffix in (".shp", ".shx", ".dbf", ".prj", ".cpg"):
                archive.write(part, prefix + part.name)
    return target


def test_geojson(kaltim: None, bring: Bring, three_cities: Path, at: datetime) -> None:
    report = bring(three_cities, name_column="name", precision_note="kotak", source="uji")
    assert report.matched == ("64.71", "64.72", "64.74") and report.without == 7
    assert not report.left and not report.mended and not report.notes
    row = Boundary.objects.get(area_code="64.71")
    assert (row.west, row.south, row.east, row.north) == (116.8, -1.3, 117.0, -1.1)
    assert (row.source, row.precision_note, row.imported_at) == ("uji", "kotak", at)
    assert row.checksum == report.checksum == hashlib.sha256(three_cities.read_bytes()).hexdigest()
    line = Line.objects.get(verb="boundaries.imported")
    assert line.region == "64" and '"matched":3' in line.detail


def test_every_kind_of_file_gives_the_same(kaltim: None, bring: Bring, tmp_path: Path) -> None:
    files = [
        write(tmp_path / "a.geojson.gz", features(boxes())),
        save(tmp_path / "a.gpkg", "GPKG", "EPSG:4326", plain_boxes()),
        save(tmp_path / "m.gpkg", "GPKG", "EPSG:32750", in_metres()),
    ]
    save(tmp_path / "kota.shp", "ESRI Shapefile", "EPSG:32750", in_metres())
    files.append(zipped(tmp_path))
    for path in files:
        assert len(bring(path).matched) == 3, path
        for row in Boundary.objects.all():
            shape = shapely.from_wkb(bytes(row.geometry))
            wanted = plain_boxes()[row.area_code]
            assert shape.symmetric_difference(wanted).area < 1e-5 * wanted.area, path
    assert Boundary.objects.count() == 3


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_a_missing_projection_is_told_or_refused(kaltim: None, bring: Bring, tmp_path: Path) -> None:
    save(tmp_path / "kota.shp", "ESRI Shapefile", None, plain_boxes())
    assert bring(zipped(tmp_path)).notes
    save(tmp_path / "kota.shp", "ESRI Shapefile", None, in_metres())
    path = zipped(tmp_path)
    with pytest.raises(ProjectionUnknown):
        bring(path)
    with pytest.raises(ProjectionUnknown):
        bring(path, crs="EPSG:nonsense")
    assert len(bring(path, crs="EPSG:32750").matched) == 3


def test_a_link_in_a_file_is_not_followed(kaltim: None, bring: Bring, tmp_path: Path) -> None:
    """GDAL would fetch it: a file could make the server call addresses inside its own network."""
    for kind in ("link", "url"):
        said = {"type": kind, "properties": {"href": "http://127.0.0.1:9/x"}}
        with pytest.raises(ProjectionUnknown):
            bring(write(tmp_path / "x.geojson", features(boxes()) | {"crs": said}))
    for name in ("urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326"):
        named = {"type": "name", "properties": {"name": name}}
        assert not bring(write(tmp_path / "x.geojson", features(boxes()) | {"crs": named})).notes


def test_a_trial_changes_nothing(kaltim: None, bring: Bring, three_cities: Path) -> None:
    report = bring(three_cities, dry_run=True)
    assert report.dry_run and len(report.matched) == 3
    assert not Boundary.objects.exists() and not Line.objects.filter(verb="boundaries.imported").exists()


def test_rows_left_out_say_why(kaltim: None, bring: Bring, tmp_path: Path) -> None:
    samarinda = boxes()["64.72"]
    swapped = shapely.transform(samarinda, lambda at: at[:, ::-1])
    shapes: dict[str, shapely.Geometry | None] = {
        "64.71": boxes()["64.71"], "64.72": swapped, "64.74": None, "99.99": samarinda, "64.72.01": samarinda,
        "64.01": shapely.Point(116.0, -1.7), "64.02": shapely.box(10, 50, 11, 51), "64.03": samarinda,
    }  # fmt: skip
    report = bring(write(tmp_path / "x.geojson", features(shapes)))
    assert report.matched == ("64.71",)
    assert {left.code: left.reason for left in report.left} == {
        "64.72": "swapped", "64.74": "no-shape", "99.99": "unknown-code", "64.72.01": "other-level",
        "64.01": "not-a-polygon", "64.02": "outside", "64.03": "misplaced",
    }  # fmt: skip
    assert set(boundaries.REASONS) == {left.reason for left in report.left}


def test_invalid_is_mended_and_parts_are_joined(kaltim: None, bring: Bring, tmp_path: Path) -> None:
    bow = shapely.Polygon([(116.8, -1.3), (117.0, -1.1), (117.0, -1.3), (116.8, -1.1), (116.8, -1.3)])
    assert not bow.is_valid and bow.buffer(0) is not None
    shapes = {"64.71": bow, "64.72": boxes()["64.72"], "64.72#2": shapely.box(117.3, -0.7, 117.4, -0.6)}
    report = bring(write(tmp_path / "x.geojson", features(shapes)))
    assert report.mended == ("64.71",) and report.joined == ("64.72",)
    for row in Boundary.objects.all():
        shape = shapely.from_wkb(bytes(row.geometry))
        assert shape.is_valid and shape.geom_type in ("Polygon", "MultiPolygon")
    joined = shapely.from_wkb(bytes(Boundary.objects.get(area_code="64.72").geometry))
    assert math.isclose(joined.area, 0.13, rel_tol=1e-9)


def test_a_line_of_no_area_is_no_polygon(kaltim: None, bring: Bring, tmp_path: Path) -> None:
    flat = shapely.Polygon([(116.8, -1.3), (117.0, -1.1), (116.8, -1.3)])
    with pytest.raises(boundaries.NothingMatched):
        bring(write(tmp_path / "x.geojson", features({"64.71": flat})))


def test_nothing_matched_says_why(kaltim: None, bring: Bring, three_cities: Path) -> None:
    with pytest.raises(boundaries.NothingMatched) as refused:
        bring(three_cities, level="desa")
    assert "tingkat wilayah lain (3)" in str(refused.value.do)


def test_wrong_requests(kaltim: None, bring: Bring, three_cities: Path) -> None:
    with pytest.raises(boundaries.CodeSystemUnknown):
        bring(three_cities, code_system="pos")
    with pytest.raises(boundaries.CodeSystemUnknown):
        bring(three_cities, level="rt")
    with pytest.raises(boundaries.ColumnMissing) as refused:
        bring(three_cities, code_column="kode")
    assert "code, name" in str(refused.value.do)
    with pytest.raises(boundaries.ChecksumWrong):
        bring(three_cities, checksum="0" * 64)


def bps_file(folder: Path, codes: dict[str, str]) -> Path:
    shapes = {code: boxes()["64.71"] for code in codes}
    return write(folder / "bps.geojson", features(shapes, codes))


def test_bps_announced_as_kemendagri(kaltim: None, bring: Bring, tmp_path: Path) -> None:
    names = {"6402": "KUTAI BARAT", "6403": "KUTAI KARTANEGARA", "6404": "KUTAI TIMUR", "6471": "KOTA BALIKPAPAN"}
    path = bps_file(tmp_path, names)
    with pytest.raises(boundaries.CodeSystemWrong) as refused:
        bring(path, name_column="name")
    assert "3 dari 4" in str(refused.value.what) and "Kabupaten Kutai Kartanegara" in str(refused.value.what)
    with pytest.raises(boundaries.CodeSystemWrong) as refused:
        bring(path)
    assert "--name-column" in str(refused.value.do)
    assert not Boundary.objects.exists()


def test_bps_codes_once_they_are_known(
    kaltim: None, bring: Bring, tmp_path: Path, operator: Actor, at: datetime
) -> None:
    path = bps_file(tmp_path, {"6471": "KOTA BALIKPAPAN"})
    with pytest.raises(boundaries.NothingMatched):
        bring(path, code_system="bps")
    rows = [CodedName("64", "Kalimantan Timur"), CodedName("6471", "KOTA BALIKPAPAN")]
    actions.add_other_codes(rows, system="bps", source="x", by=operator, at=at)
    assert bring(path, code_system="bps").matched == ("64.71",)


def test_all_or_nothing(kaltim: None, bring: Bring, three_cities: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(three_cities)
    before = list(Boundary.objects.values_list("pk", flat=True))

    def fail(*_: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(memory, "changed", fail)
    with pytest.raises(DatabaseError):
        bring(three_cities)
    assert list(Boundary.objects.values_list("pk", flat=True)) == before


def test_permission_where_the_areas_lie(kaltim: None, bring: Bring, three_cities: Path) -> None:
    here = Actor("user:1", "x", frozenset({("regions.import", "64.71")}))
    with pytest.raises(NotPermitted):
        bring(three_cities, by=here)
    everywhere = Actor("user:1", "x", frozenset({("regions.import", "64")}))
    assert bring(three_cities, by=everywhere).matched


@pytest.mark.parametrize(
    "content",
    [b"", b"%PDF-1.7", b"<OGRVRTDataSource/>", b"{", b"[]", b"PK\x03\x04", b"SQLite format 3\x00", b"\x1f\x8b\x08\x00",
     gzip.compress(b"<OGRVRTDataSource/>"), gzip.compress(b'{"type":"FeatureCollection"')[:-9],
     b'{"type":"FeatureCollection","features":[]}'],
)  # fmt: skip
def test_other_files_are_not_opened(kaltim: None, bring: Bring, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.geojson"
    path.write_bytes(content)
    with pytest.raises(FileNotReadable):
        bring(path)


def test_no_such_file(kaltim: None, bring: Bring, tmp_path: Path) -> None:
    with pytest.raises(FileNotReadable):
        bring(tmp_path / "absent")


@pytest.mark.parametrize("name", ["../../etc/kota.shp", "/etc/kota.shp", "..\\kota.shp", "C:/kota.shp"])
def test_archives_do_not_climb_out(kaltim: None, bring: Bring, tmp_path: Path, name: str) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, b"x")
    with pytest.raises(FileSuspicious):
        bring(path)


def test_bombs(kaltim: None, bring: Bring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = tmp_path / "x.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("kota.shp", b"\0" * 30_000_000)
    with pytest.raises(FileSuspicious):
        bring(bomb)
    packed = tmp_path / "x.geojson.gz"
    packed.write_bytes(gzip.compress(b"{" + b" " * 30_000_000))
    with pytest.raises(FileSuspicious):
        bring(packed)
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as archive:
        for n in range(boundary_files.MOST_MEMBERS + 1):
            archive.writestr(f"{n}.txt", b"")
    (tmp_path / "many.zip").write_bytes(many.getvalue())
    with pytest.raises(FileSuspicious):
        bring(tmp_path / "many.zip")
    monkeypatch.setattr(boundary_files, "MOST_BYTES", 10)
    with pytest.raises(FileNotReadable):
        bring(packed)


@pytest.mark.parametrize("names", [[], ["a.shp", "b.shp"]])
def test_one_shapefile_to_an_archive(kaltim: None, bring: Bring, tmp_path: Path, names: list[str]) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("liesmich.txt", b"x")
        for name in names:
            archive.writestr(name, b"x")
    with pytest.raises(FileNotReadable):
        bring(path)


@pytest.mark.deep
def test_real_desa(kaltim: None, bring: Bring, real_desa: Path) -> None:
    report = bring(real_desa, level="desa", name_column="name")
    assert len(report.matched) == 1038 and not report.left and report.without == 0
