"""What a region code says, where Indonesia lies, and how far an estimate may reach. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

KEMENDAGRI = "kemendagri"
BPS = "bps"
CODE_SYSTEMS = (KEMENDAGRI, BPS)

PROVINCE, KABKOTA, KECAMATAN, DESA = LEVELS = ("province", "kabkota", "kecamatan", "desa")

EXACT = "tepat"  # inside an imported boundary
ESTIMATE = "perkiraan"  # to be confirmed by a person, never used in statistics

_PATH = re.compile(r"\d\d(\.\d\d(\.\d\d(\.\d{4})?)?)?\Z", re.ASCII)
_DIGITS = {2: (2,), 4: (2, 4), 6: (2, 4, 6), 10: (2, 4, 6, 10)}
_BPS_LEVEL = {2: PROVINCE, 4: KABKOTA, 7: KECAMATAN, 10: DESA}


def is_path(code: str) -> bool:
    """Whether it is a Kemendagri code as this house writes it: `64`, `64.72`, `64.72.05`, `64.72.05.1003`."""
    return _PATH.match(code) is not None


def level_of(code: str) -> str:
    return LEVELS[code.count(".")]


def parent_of(code: str) -> str:
    """The path one level up; '' above a province."""
    return code.rpartition(".")[0]


def province_of(code: str) -> str:
    return code.partition(".")[0]


def dotted(code: str) -> str:
    """`6472051003` → `64.72.05.1003`; '' where it cannot be a Kemendagri code."""
    code = code.strip()
    if is_path(code):
        return code
    if not (code.isascii() and code.isdigit()) or len(code) not in _DIGITS:
        return ""
    cuts = (0, *_DIGITS[len(code)])
    return ".".join(code[a:b] for a, b in pairwise(cuts))


def bps_level(code: str) -> str:
    """The level a BPS code belongs to by its length (2, 4, 7, 10 digits); '' where it is none."""
    return _BPS_LEVEL.get(len(code), "") if code.isascii() and code.isdigit() else ""


def bps_parent(code: str) -> str:
    return {4: code[:2], 7: code[:4], 10: code[:7]}.get(len(code), "")


def kind_of(code: str, name: str) -> str:
    """Kabupaten or Kota by its name; Distrik in Papua (UU 2/2021); Kelurahan where the desa part begins with 1."""
    match level_of(code):
        case "province":
            return "Provinsi"
        case "kabkota":
            return "Kota" if name.startswith("Kota ") else "Kabupaten"
        case "kecamatan":
            return "Distrik" if code.startswith("9") else "Kecamatan"
        case _:
            return "Kelurahan" if code.split(".")[3].startswith("1") else "Desa"


def bare_name(name: str) -> str:
    """`Kota Balikpapan` → `Balikpapan`. Only for kab/kota: `Kota Bangun` is a kecamatan's whole name."""
    for word in ("Kabupaten ", "Kota "):
        if name.startswith(word):
            return name[len(word) :]
    return name


# The outer box of Indonesia with its sea: Sabang 95.0 E, Merauke 141.02 E, Miangas 5.6 N, Rote 11.0 S.
SOUTH, NORTH, WEST, EAST = -11.2, 6.3, 94.7, 141.1


def in_indonesia(lat: float, lon: float) -> bool:
    return SOUTH <= lat <= NORTH and WEST <= lon <= EAST


def looks_swapped(lat: float, lon: float) -> bool:
    """Latitude and longitude in each other's place. Never in doubt: Indonesia's two ranges do not meet."""
    return not in_indonesia(lat, lon) and in_indonesia(lon, lat)


def kilometres(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> float:
    """Great-circle distance."""
    a, b = math.radians(lat_a), math.radians(lat_b)
    half = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(math.radians(lon_b - lon_a) / 2) ** 2
    return 12742.0 * math.asin(math.sqrt(half))


@dataclass(frozen=True)
class InteriorPoint:
    code: str
    lat: float
    lon: float
    area_km2: float


REACH = 2.0  # an estimate reaches twice the radius of a circle as large as the area; beyond it nothing is claimed


def estimate(lat: float, lon: float, known: Iterable[InteriorPoint]) -> tuple[str, ...]:
    """Codes in whose reach the point lies, likeliest first; none where all are too far.

    Distance counts in radii of the area, so that a city does not swallow the large kabupaten around it.
    """
    found = []
    for area in known:
        away = kilometres(lat, lon, area.lat, area.lon) / math.sqrt(area.area_km2 / math.pi)
        if away <= REACH:
            found.append((away, area.code))
    return tuple(code for _, code in sorted(found))


# Names are re-spelled from list to list (about 1 % between two lists of the same year). Codes of the other
# system disagree far more: read as Kemendagri, two of the ten BPS codes of East Kalimantan's kab/kota name another
# area and two name none.
MOST_DISAGREEMENT = 0.2
