"""Shapes for the eye, and the commands."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import shapely

from kondusif.regions import queries
from kondusif.site import commands
from tests.regions.conftest import Bring, features, write

pytestmark = pytest.mark.django_db


def test_nothing_without_boundaries(kaltim: None) -> None:
    assert queries.boundaries_geojson("kabkota", within="64") == {"type": "FeatureCollection", "features": []}
    assert queries.svg_paths("kabkota", within="64").paths == ()


def test_geojson_and_svg(kaltim: None, bring: Bring, three_cities: Path) -> None:
    bring(three_cities)
    found = queries.boundaries_geojson("kabkota", within="64")
    assert found["features"][0]["properties"] == {"code": "64.71", "name": "Kota Balikpapan"}
    assert json.loads(json.dumps(found))["features"][0]["geometry"]["type"] == "Polygon"
    drawing = queries.svg_paths("kabkota", within="64", width=500)
    wide, high = (float(n) for n in drawing.view_box.split()[2:])
    assert wide == 500 and high > wide
    for path in drawing.paths:
        assert re.fullmatch(r"(M[\d. L]+Z)+", path.d)
        numbers = [float(n) for n in re.findall(r"[\d.]+", path.d)]
        assert all(0 <= x <= wide + 0.1 for x in numbers[::2]) and all(0 <= y <= high + 0.6 for y in numbers[1::2])
    assert drawing.paths[2].y < drawing.paths[0].y  # Bontang lies north of Balikpapan
    assert [p.code for p in queries.svg_paths("kabkota", within="64.72").paths] == ["64.72"]


def test_a_page_may_write_into_what_it_gets(kaltim: None, bring: Bring, three_cities: Path) -> None:
    bring(three_cities)
    queries.boundaries_geojson("kabkota", "64")["features"][0]["properties"]["level"] = "siaga"
    assert "level" not in queries.boundaries_geojson("kabkota", "64")["features"][0]["properties"]


def test_a_level_without_borders_is_joined_from_the_next(kaltim: None, bring: Bring, tmp_path: Path) -> None:
    parts = {"64.71.05": shapely.box(116.8, -1.3, 116.9, -1.1), "64.71.06": shapely.box(116.9, -1.3, 117.0, -1.1)}
    bring(write(tmp_path / "a.geojson", features(parts)), level="kecamatan")
    (feature,) = queries.boundaries_geojson("kabkota", "64")["features"]
    assert feature["properties"]["code"] == "64.71"
    assert shapely.from_geojson(json.dumps(feature["geometry"])).area == pytest.approx(0.04)


def test_coverage(kaltim: None, bring: Bring, three_cities: Path) -> None:
    bring(three_cities, source="BIG")
    levels = {c.level: c for c in queries.coverage("64")}
    assert (levels["kabkota"].areas, levels["kabkota"].with_boundary, levels["kabkota"].sources) == (10, 3, ("BIG",))
    assert (levels["desa"].areas, levels["desa"].with_boundary) == (1038, 0)


@pytest.mark.deep
@pytest.mark.each_once
def test_real_shapes_fit_a_page(kaltim: None, bring: Bring, real_desa: Path) -> None:
    bring(real_desa, level="desa", name_column="name")
    found = queries.boundaries_geojson("kabkota", "64")
    assert len(found["features"]) == 10 and len(json.dumps(found)) < 400_000
    assert len(queries.boundaries_geojson("desa", "64")["features"]) == 1038
    assert all(shapely.from_geojson(json.dumps(f["geometry"])).is_valid for f in found["features"])


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    status = commands.run(["regions", *words])
    told = capsys.readouterr()
    return status, told.out + told.err


@pytest.mark.deep
def test_commands(
    kaltim: None,
    three_cities: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("kondusif.site.commands._ready.ready", lambda: None)
    given = ("import", str(three_cities), "--level", "kabkota", "--code-column", "code", "--code-system", "kemendagri")
    assert run(capsys, *given, "--dry-run")[1].startswith("Would take 3 boundaries")
    assert run(capsys, *given)[1].startswith("Took 3 boundaries")
    status, told = run(capsys, *given, "--checksum", "0" * 64)
    assert status == 1 and "checksum" in told
    status, told = run(capsys, "import", "https://127.0.0.1/x", *given[2:], "--checksum", "0" * 64)
    assert status == 1 and "publik" in told
    assert "64.71" in run(capsys, "locate", "-1.24,116.85")[1]
    assert "tertukar" in run(capsys, "locate", "116.85,-1.24")[1]
    assert "64.71.05.1006" in run(capsys, "locate", "Gunung Bahagia, Balikpapan")[1]
    assert run(capsys, "locate", "entah di mana") == (1, "no place found\n")
    codes = tmp_path / "bps.csv"
    codes.write_text("prov;nama;kab;namakab\n64;KALIMANTAN TIMUR;6402;KUTAI BARAT\n64;KALIMANTAN TIMUR;6499;ENTAH\n")
    status, told = run(capsys, "codes", str(codes), "--pair", "prov:nama", "--pair", "kab:namakab", "--delimiter", ";")
    assert status == 0 and told.startswith("2 codes matched, 0 known before, 1 refused") and "no-name: 1" in told
