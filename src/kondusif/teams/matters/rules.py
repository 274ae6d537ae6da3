"""Why somebody is kept out of one matter, for how long, and who may say so (practice.md, safeguard 3). Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

GROUNDS: tuple[tuple[str, str], ...] = (
    ("party", "Pihak dalam permasalahan"),
    ("relative", "Keluarga salah satu pihak"),
    ("interest", "Kepentingan usaha atau jabatan"),
    ("named", "Yang dilaporkan"),
)
LONGEST = timedelta(days=366)


def dates_ok(starts_at: datetime, ends_at: datetime, *, at: datetime) -> bool:
    return starts_at < ends_at <= starts_at + LONGEST and ends_at > at


def may_confirm(
    *, asked_by: str, confirmer: str, confirmer_user: int | None, confirmer_agencies: frozenset[int], user: int | None,
    agency: int | None,
) -> bool:  # fmt: skip
    """A second person, and neither of them the one it is about nor of the agency it is about."""
    return confirmer != asked_by and (user is None or user != confirmer_user) and agency not in confirmer_agencies


def subject_of(url: str) -> str:
    """The matter a notice's address leads to: `/permasalahan/PMS-1` → `incident:PMS-1`, `/tugas#t-5` → `task:5`; '' for any other."""
    if url.startswith("/tugas#t-"):
        return f"task:{url.removeprefix('/tugas#t-')}"
    kinds = {"laporan": "report", "permasalahan": "incident", "tugas": "task"}
    parts = url.partition("?")[0].strip("/").split("/")
    return f"{kinds[parts[0]]}:{parts[1]}" if len(parts) >= 2 and parts[0] in kinds else ""
