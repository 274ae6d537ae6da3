"""What a process keeps of the areas, and how it learns that they changed: one small read a second, no more."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from django.db import connection
from django.db.models import Q, QuerySet

from kondusif.clock.queries import now
from kondusif.regions.models import Area, Edition
from kondusif.regions.rules import province_of

AREAS, BOUNDARIES, LANDMARKS = "areas", "boundaries", "landmarks"
_KEPT_FOR = 1.0  # seconds a process may go on with what it has read
_MOST_KEPT = 5000  # keys come from outside too
_state: tuple[float, dict[str, str], date] | None = None


class _Own(threading.local):
    """Whether this thread has changes that may not be committed yet. Others must not read by their token: they would
    keep the old rows under the new name."""

    pending = False


_own = _Own()


def edition(*of: str) -> str:
    """A word that changes when any of these has changed; of areas also when the day has, for they are valid by day."""
    global _state
    if _own.pending and connection.in_atomic_block:
        tokens, today = _read()
    else:
        if _own.pending:
            forget()
        if _state is None or time.monotonic() - _state[0] > _KEPT_FOR:
            _state = (time.monotonic(), *_read())
        _, tokens, today = _state
    return "|".join(tokens.get(name, "") for name in of) + (today.isoformat() if AREAS in of else "")


def _read() -> tuple[dict[str, str], date]:
    return dict(Edition.objects.values_list("of", "token")), now().date()


def forget() -> None:
    """Look afresh at the next call."""
    global _state
    _state = None
    _own.pending = False


def changed(of: str, mark: str = "") -> None:
    """Say, in the transaction of the change, that the areas, boundaries or landmarks are others now."""
    Edition.objects.update_or_create(of=of, defaults={"token": secrets.token_hex(8), "mark": mark})
    _own.pending = True


T = TypeVar("T")


class Kept(Generic[T]):
    """Things built once per key and edition. A second thread that wants the same waits instead of building it too."""

    def __init__(self, build: Callable[[str], T], *of: str) -> None:
        self._build, self._of = build, of
        self._edition = ""
        self._found: dict[str, T] = {}
        self._lock = threading.RLock()

    def get(self, key: str) -> T:
        current = edition(*self._of)
        if current == self._edition and (found := self._found.get(key)) is not None:
            return found
        with self._lock:
            if current != self._edition or len(self._found) >= _MOST_KEPT:
                self._found, self._edition = {}, current
            if (found := self._found.get(key)) is None:
                found = self._found[key] = self._build(key)
            return found


@dataclass(frozen=True, slots=True)
class AreaRecord:
    """An area as every stage sees it."""

    code: str
    name: str
    level: str
    kind: str
    parent: str
    valid_from: date | None = None
    valid_until: date | None = None


FIELDS = ("code", "name", "level", "kind", "parent", "valid_from", "valid_until")


def below(scope: str, field: str = "code") -> Q:
    """Rows at or under a region path."""
    return Q(**{field: scope}) | Q(**{f"{field}__startswith": scope + "."}) if scope else Q()


def valid(on: date) -> Q:
    return (Q(valid_from=None) | Q(valid_from__lte=on)) & (Q(valid_until=None) | Q(valid_until__gt=on))


def current_areas() -> QuerySet[Area]:
    return Area.objects.filter(valid(now().date()))


class Province:
    """The areas of one province that are valid today, by code and by parent. Key '' holds the provinces themselves."""

    def __init__(self, rows: Iterable[AreaRecord]) -> None:
        self.areas = {row.code: row for row in rows}
        self.children: dict[str, list[AreaRecord]] = {}
        for row in self.areas.values():
            self.children.setdefault(row.parent, []).append(row)


def _load(key: str) -> Province:
    rows = current_areas().filter(below(key)) if key else current_areas().filter(parent="")
    return Province(AreaRecord(*row) for row in rows.order_by("code").values_list(*FIELDS))


_provinces: Kept[Province] = Kept(_load, AREAS)


def province(code: str) -> Province:
    """The province a path lies in; '' for the list of provinces."""
    return _provinces.get(province_of(code))
