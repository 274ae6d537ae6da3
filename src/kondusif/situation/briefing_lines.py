"""The ten lines of a *laporan singkat pimpinan*, from figures. Pure: no database, no clock. Office style, no names, no exact places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

SLOTS = (time(6, 0), time(18, 0))  # local (practice.md, Work products)
BEFORE = timedelta(minutes=15)  # a draft is made so long before its slot
STILL = timedelta(hours=5)  # and so long after it, where the worker was down
MOST = 10


@dataclass(frozen=True)
class Facts:
    """What was known at `made_at`; `slot` and `made_at` local, `day` the slot's day in words. `changed`: statuses since the slot before, as (region, level)."""

    region: str
    day: str
    slot: datetime
    made_at: datetime
    state: str
    changed: Sequence[tuple[str, str]] = ()
    new_reports: int = 0
    untriaged: int = 0
    opened: int = 0
    closed: int = 0
    open_by_severity: Mapping[str, int] = field(default_factory=dict)
    late: int = 0
    latest: str = ""
    decisions: Sequence[str] = ()
    silent: Sequence[str] = ()
    no_data: Sequence[str] = ()
    directives: Mapping[str, int] = field(default_factory=dict)


def slot_for(local: datetime) -> datetime | None:
    """The slot whose draft is due at a local instant; None between them."""
    for day in (local.date(), local.date() + timedelta(days=1)):
        for hour in SLOTS:
            slot = datetime.combine(day, hour, local.tzinfo)
            if slot - BEFORE <= local < slot + STILL:
                return slot
    return None


def slot_before(slot: datetime) -> datetime:
    return slot - timedelta(hours=12)


def lines_of(facts: Facts) -> list[str]:
    """At most ten lines; a line that has nothing to say says so, since leaving it out would read as *aman*."""
    f = facts
    grave = ", ".join(f"{s} {n}" for s, n in sorted(f.open_by_severity.items()) if n)
    total = sum(f.open_by_severity.values())
    unknown = []
    if f.silent:
        unknown.append(f"belum melapor {_names(f.silent)}")
    if f.no_data:
        unknown.append(f"tanpa data {_names(f.no_data)}")
    said = sum(f.directives.values())
    return [
        f"LAPORAN SINGKAT {f.region.upper()}, {f.day} pukul {f.slot:%H.%M} WITA",
        f"1. Keadaan: {f.state}",
        "2. Berubah sejak laporan lalu: " + (_names([f"{r} menjadi {level}" for r, level in f.changed]) or "tidak ada") + ".",
        f"3. Laporan masuk 12 jam: {f.new_reports}; belum dinilai {f.untriaged}.",
        f"4. Permasalahan terbuka: {total}" + (f" ({grave})" if grave else "") + f"; baru {f.opened}, tuntas {f.closed}.",
        f"5. Terlambat: {f.late}" + (f"; paling lama {f.latest}" if f.latest else "") + ".",
        "6. Memerlukan keputusan Bapak/Ibu: " + ("; ".join(f.decisions[:3]) + _more(len(f.decisions) - 3) if f.decisions else "tidak ada") + ".",
        "7. Belum diketahui: " + ("; ".join(unknown) if unknown else "tidak ada; semua daerah sudah melapor") + ".",
        "8. Arahan sebelumnya: " + (", ".join(f"{n} {word}" for word, n in f.directives.items() if n) if said else "tidak ada") + ".",
        f"Angka per {f.made_at:%H.%M} WITA. Demikian, mohon arahan.",
    ]  # fmt: skip


def _names(names: Sequence[str]) -> str:
    return ", ".join(names[:4]) + _more(len(names) - 4)


def _more(n: int) -> str:
    return f" dan {n} lagi" if n > 0 else ""
