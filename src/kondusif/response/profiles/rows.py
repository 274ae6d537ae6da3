"""What a profile makes of a row: an incident to be, or the reason why not. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class ImportRow:
    """An incident of another data set, in our words. `area_codes`: its own codes of the place, deepest first."""

    origin_id: str
    line: int
    occurred: date
    area_codes: tuple[str, ...]
    title: str
    stage: str
    severity: str
    pasal5: str
    snpk: str
    acled: str
    codes: Mapping[str, str]
    related_to: str = ""


@dataclass(frozen=True)
class RefusedRow:
    line: int
    origin_id: str
    reason: str


@dataclass(frozen=True)
class Parsed:
    rows: tuple[ImportRow, ...] = ()
    refused: tuple[RefusedRow, ...] = ()
    places: tuple[tuple[str, str], ...] = ()  # (code, name) of every area named, for the crosswalk
    notes: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Profile:
    """How a data set is read and how it must be cited."""

    name: str
    dataset: str
    code_system: str
    citation: str
    parse: Callable[[Iterable[Sequence[str]]], Parsed]
    delimiter: str = ","
