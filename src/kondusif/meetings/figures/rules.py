"""Every figure of an evaluation: its name, what it counts, of how many. Pure.

A definition that changes gets a new version: what was printed under the old one keeps its meaning and can still be re-derived.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil

from kondusif.meetings.figures.history import WITA, History, Matter, Moment, Told

DURATION, SHARE, COUNT = "duration", "share", "count"


@dataclass(frozen=True)
class Scope:
    """Where and when: a region path, `start` ≤ begun < `end`; optionally one agency, severity, kind (SNPK) or channel.

    `towns` are the kab/kota of the region, whose days are expected to be spoken for.
    """

    region: str
    start: datetime
    end: datetime
    towns: tuple[str, ...] = ()
    agency: int = 0
    severity: str = ""
    kind: str = ""
    channel: str = ""

    def holds(self, region: str, moment: Moment) -> bool:
        inside = self.region == "" or region == self.region or region.startswith(self.region + ".")
        return inside and self.start <= moment.at < self.end


@dataclass(frozen=True)
class Row:
    """One counted thing: what, the lines that say so, and its value (seconds, or 1 and 0)."""

    subject: str
    lines: tuple[int, ...]
    value: int


@dataclass(frozen=True)
class Found:
    """A figure as it was found. `value` is None where nothing can be said; `n` of `of` is always shown beside it."""

    value: int | None
    n: int
    of: int
    rows: tuple[Row, ...]

    @property
    def digest(self) -> str:
        """SHA-256 over the rows in order of their names: which rows, which lines, which values."""
        told = [[r.subject, list(r.lines), r.value] for r in sorted(self.rows, key=lambda r: (r.subject, r.lines))]
        return hashlib.sha256(json.dumps(told, separators=(",", ":")).encode()).hexdigest()


@dataclass(frozen=True)
class Definition:
    """`words` say how it is computed; `of_words` what the denominator is; `guarded`: shown to the agency, chair and secretary alone."""

    code: str
    version: int
    title: str
    unit: str
    words: str
    of_words: str
    find: Callable[[History, Scope], Found]
    guarded: bool = False


def quantile(values: Iterable[int], share: float) -> int | None:
    """Nearest rank: the smallest value with at least `share` of all at or below it (Hyndman and Fan 1996, definition 1)."""
    ordered = sorted(values)
    return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else None


def _seconds(start: Moment, end: Moment) -> int:
    return int((end.at - start.at) // timedelta(seconds=1))


def _reports(known: History, scope: Scope) -> list[Told]:
    return [
        t for t in known.told.values()
        if not t.hidden and scope.holds(t.region, t.received) and scope.channel in {"", t.channel}
    ]  # fmt: skip


def _matters(known: History, scope: Scope, *, imported: bool = False) -> list[Matter]:
    return [
        m for m in known.matters.values()
        if not m.hidden and m.imported <= imported and scope.holds(m.region, m.opened)
        and scope.severity in {"", m.severity} and scope.kind in {"", m.kind}
    ]  # fmt: skip


def _durations(rows: list[Row], of: int, share: float) -> Found:
    return Found(quantile((r.value for r in rows), share), len(rows), of, tuple(rows))


def _heard(share: float) -> Callable[[History, Scope], Found]:
    def find(known: History, scope: Scope) -> Found:
        told = _reports(known, scope)
        rows = [Row(t.subject, (t.received.line, t.heard.line), _seconds(t.received, t.heard)) for t in told if t.heard]
        return _durations(rows, len(told), share)

    return find


def _from_first(end: Callable[[Matter], Moment | None], share: float) -> Callable[[History, Scope], Found]:
    def find(known: History, scope: Scope) -> Found:
        matters = _matters(known, scope)
        rows = []
        for matter in matters:
            start, until = known.first_report(matter) or matter.opened, end(matter)
            if until is not None and until.at >= start.at:
                rows.append(Row(matter.subject, (start.line, until.line), _seconds(start, until)))
        return _durations(rows, len(matters), share)

    return find


def _answered(share: float) -> Callable[[History, Scope], Found]:
    def find(known: History, scope: Scope) -> Found:
        asked = [
            (number, t) for number, t in known.tasks.items()
            if t.agency == scope.agency and scope.holds(t.region, t.asked) and not known.matters[t.subject].hidden
        ]  # fmt: skip
        rows = [
            Row(f"task:{number}", (t.asked.line, t.answered.line), _seconds(t.asked, t.answered))
            for number, t in asked
            if t.answered
        ]
        return _durations(rows, len(asked), share)

    return find


def _share(rows: list[Row]) -> Found:
    kept = sum(r.value for r in rows)
    return Found(kept if rows else None, kept, len(rows), tuple(rows))


def _on_time(known: History, scope: Scope) -> Found:
    return _share([Row(m.subject, (m.opened.line,), int(not m.late)) for m in _matters(known, scope)])


def _reopened(known: History, scope: Scope) -> Found:
    rows = [
        Row(m.subject, (m.ever_closed.line, *((m.reopened.line,) if m.reopened else ())), int(bool(m.reopened)))
        for m in _matters(known, scope)
        if m.ever_closed
    ]
    return _share(rows)


def _settled_share(known: History, scope: Scope) -> Found:
    rows = [
        Row(m.subject, (m.opened.line, *((m.closed.line,) if m.closed else ())), int(bool(m.closed)))
        for m in _matters(known, scope)
    ]
    return _share(rows)


def days(scope: Scope) -> list[date]:
    """The days in WITA that begin within the scope's period."""
    first = scope.start.astimezone(WITA).date()
    last = (scope.end.astimezone(WITA) - timedelta(microseconds=1)).date()
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _completeness(known: History, scope: Scope) -> Found:
    rows = []
    for town in scope.towns:
        for day in days(scope):
            line = known.spoken.get((town, day))
            rows.append(Row(f"day:{town}:{day.isoformat()}", (line,) if line else (), int(line is not None)))
    return _share(rows)


def _count_reports(known: History, scope: Scope) -> Found:
    rows = tuple(Row(t.subject, (t.received.line,), 1) for t in _reports(known, scope))
    spoken = _completeness(known, scope)
    return Found(len(rows), spoken.n, spoken.of, rows)


def _count_matters(known: History, scope: Scope) -> Found:
    rows = tuple(Row(m.subject, (m.opened.line,), 1) for m in _matters(known, scope, imported=True))
    spoken = _completeness(known, scope)
    return Found(len(rows), spoken.n, spoken.of, rows)


def _by_citizens(known: History, scope: Scope) -> Found:
    own = {"web", "sms", "telegram", "email"}  # sent by whoever tells, not taken down by an officer
    return _share([Row(t.subject, (t.received.line,), int(t.channel in own)) for t in _reports(known, scope)])


def _closed(matter: Matter) -> Moment | None:
    return matter.closed


def _acted(matter: Matter) -> Moment | None:
    return matter.acted


HALF, NINE = 0.5, 0.9
REPORTS, MATTERS = "dari semua laporan", "dari semua permasalahan"
SPOKEN = "hari daerah yang melapor, dari semua hari daerah"
_ALL = (
    Definition(
        "reports",
        1,
        "Banyaknya laporan",
        COUNT,
        "Laporan yang masuk dalam masa ini, tanpa yang menyangkut aparat.",
        SPOKEN,
        _count_reports,
    ),
    Definition(
        "incidents",
        1,
        "Permasalahan dicatat",
        COUNT,
        "Permasalahan yang dicatat dalam masa ini, termasuk yang diimpor.",
        SPOKEN,
        _count_matters,
    ),
    Definition(
        "completeness",
        1,
        "Kelengkapan laporan harian",
        SHARE,
        "Hari yang ada laporan atau nihilnya, tiap kab/kota.",
        "dari semua hari daerah",
        _completeness,
    ),
    Definition(
        "participation",
        1,
        "Disampaikan sendiri oleh warga",
        SHARE,
        "Laporan lewat formulir, SMS, Telegram atau surel, bukan dicatat petugas.",
        REPORTS,
        _by_citizens,
    ),
    Definition(
        "heard_median",
        1,
        "Diterima sampai dibaca, median",
        DURATION,
        "Dari laporan diterima sampai tindakan pertama petugas atasnya.",
        REPORTS,
        _heard(HALF),
    ),
    Definition(
        "heard_p90",
        1,
        "Diterima sampai dibaca, 9 dari 10",
        DURATION,
        "Sembilan dari sepuluh laporan dibaca dalam waktu ini.",
        REPORTS,
        _heard(NINE),
    ),
    Definition(
        "acted_median",
        1,
        "Diterima sampai ditindak, median",
        DURATION,
        "Dari laporan pertama sampai tindakan pertama atas permasalahannya.",
        MATTERS,
        _from_first(_acted, HALF),
    ),
    Definition(
        "acted_p90",
        1,
        "Diterima sampai ditindak, 9 dari 10",
        DURATION,
        "Sembilan dari sepuluh permasalahan ditindak dalam waktu ini.",
        MATTERS,
        _from_first(_acted, NINE),
    ),
    Definition(
        "settled_median",
        1,
        "Diterima sampai tuntas, median",
        DURATION,
        "Dari laporan pertama sampai dinyatakan tuntas, tanpa yang dibuka kembali.",
        MATTERS,
        _from_first(_closed, HALF),
    ),
    Definition(
        "settled_p90",
        1,
        "Diterima sampai tuntas, 9 dari 10",
        DURATION,
        "Sembilan dari sepuluh permasalahan tuntas dalam waktu ini.",
        MATTERS,
        _from_first(_closed, NINE),
    ),
    Definition(
        "settled",
        1,
        "Tuntas",
        SHARE,
        "Permasalahan yang dinyatakan tuntas dan tidak dibuka kembali.",
        MATTERS,
        _settled_share,
    ),
    Definition(
        "on_time", 1, "Tepat waktu", SHARE, "Permasalahan yang tidak satu pun batas waktunya lewat.", MATTERS, _on_time
    ),
    Definition(
        "reopened",
        1,
        "Dibuka kembali",
        SHARE,
        "Permasalahan yang pernah tuntas lalu dibuka kembali.",
        "dari yang pernah tuntas",
        _reopened,
    ),
    Definition(
        "answered_median",
        1,
        "Tugas dijawab, median",
        DURATION,
        "Dari tugas diberikan sampai dijawab instansi.",
        "dari semua tugas instansi ini",
        _answered(HALF),
        guarded=True,
    ),
    Definition(
        "answered_p90",
        1,
        "Tugas dijawab, 9 dari 10",
        DURATION,
        "Sembilan dari sepuluh tugas dijawab dalam waktu ini.",
        "dari semua tugas instansi ini",
        _answered(NINE),
        guarded=True,
    ),
)
DEFINITIONS: dict[tuple[str, int], Definition] = {(d.code, d.version): d for d in _ALL}
CURRENT: dict[str, Definition] = {d.code: d for d in sorted(_ALL, key=lambda d: d.version)}


def differ(one: Found, other: Found) -> list[tuple[str, int | None, int | None]]:
    """Row by row why two answers differ: (what, its value in the one, in the other); None where it does not stand."""
    mine, theirs = ({r.subject: r for r in found.rows} for found in (one, other))
    names = sorted(n for n in mine.keys() | theirs.keys() if mine.get(n) != theirs.get(n))
    return [(n, mine[n].value if n in mine else None, theirs[n].value if n in theirs else None) for n in names]
