"""The names of all Indonesia and the own facts of East Kalimantan, as they lie beside this file. Reads only."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from kondusif.regions.rules import kind_of, level_of, parent_of, province_of

HERE = Path(__file__).parent
NAMES = HERE / "gazetteer"  # made by build.mjs from the npm package idn-area-data
FACTS = HERE / "own" / "kaltim.json"
FILES = ("area-provinces.csv", "area-regencies.csv", "area-districts.csv", "area-villages.csv")

NOTICE = _(
    "Kode dan nama wilayah berasal dari idn-area-data 4.0.1 (github.com/fityannugroho/idn-area-data), yang tersedia "
    "dengan Open Database License (ODbL) 1.0: opendatacommons.org/licenses/odbl/1-0. Basis data wilayah di dalam "
    "Kondusif boleh dipakai ulang dengan lisensi yang sama."
)


@dataclass(frozen=True, slots=True)
class Named:
    """One row of the list of names."""

    code: str
    name: str
    level: str
    kind: str
    parent: str


@dataclass(frozen=True)
class Facts:
    """What we know ourselves of one kab/kota, each figure with its date and owner."""

    code: str
    lat: float
    lon: float
    area_km2: float
    population: int
    population_date: str
    population_source: str
    column: int
    row: int
    neighbours: tuple[str, ...]


def missing() -> list[str]:
    return [name for name in FILES if not (NAMES / name).is_file()]


def mark(provinces: Collection[str]) -> str:
    """A digest of everything read here: the same mark, the same base data."""
    total = hashlib.sha256(",".join(sorted(provinces)).encode())
    for path in (*(NAMES / name for name in FILES), FACTS):
        total.update(path.read_bytes())
    return total.hexdigest()


def names(provinces: Collection[str]) -> Iterator[Named]:
    """Every area, wider before narrower; of some provinces only where any are given."""
    for file in FILES:
        with (NAMES / file).open(encoding="utf-8", newline="") as handle:
            rows = csv.reader(handle)
            header = next(rows)
            code_at, name_at = header.index("code"), header.index("name")
            for row in rows:
                code = row[code_at]
                if provinces and province_of(code) not in provinces:
                    continue
                name = " ".join(row[name_at].split())
                yield Named(code, name, level_of(code), kind_of(code, name), parent_of(code))


def facts() -> list[Facts]:
    told = json.loads(FACTS.read_text(encoding="utf-8"))
    return [
        Facts(
            one["code"], one["lat"], one["lon"], one["area_km2"], one["population"],
            told["population_date"], told["population_source"], one["map"][0], one["map"][1],
            tuple(one["neighbours"]),
        )
        for one in told["areas"]
    ]  # fmt: skip
