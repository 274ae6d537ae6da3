"""What a recap counts and which of our fields the SIPKS sheet can carry. Pure.

A region that said nothing is *tidak ada data*, never zero; every share has its denominator. Peaceful protest is not counted (practice.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

LONGEST = 366  # days
MISSING = "tidak ada data"
UNSET = "belum diisi"
NOT_COUNTED = "peaceful_protest"  # an ACLED code: a right that is used, not a matter
COUNTS = ("received", "verified", "refuted", "closed", "waiting")  # of reports
OUTCOMES: dict[str, str] = {
    "received": "waiting", "in_review": "waiting", "needs_info": "waiting", "verified": "verified", "linked": "verified",
    "refuted": "refuted",
}  # fmt: skip
SEVERITIES = ("S1", "S2", "S3", "S4")

# Fields of the SIPKS sheet: (code, words). Its form is the ministry's and changes; which goes where is the secretariat's to say.
FIELDS: tuple[tuple[str, str], ...] = (
    ("number", "Nomor urut"), ("code", "Kode permasalahan"), ("title", "Judul"), ("province", "Provinsi"), ("kabkota", "Kabupaten/kota"),
    ("kabkota_code", "Kode kabupaten/kota"), ("kecamatan", "Kecamatan"), ("occurred", "Tanggal kejadian"), ("opened", "Tanggal dicatat"),
    ("closed", "Tanggal tuntas"), ("stage", "Tahap"), ("severity", "Tingkat"), ("pasal5", "Sumber konflik (UU 7/2012 Pasal 5)"),
    ("snpk", "Jenis (SNPK)"), ("parties", "Para pihak menurut peran dan kepentingan"), ("agencies", "Instansi yang menangani"),
    ("state", "Keadaan penanganan"), ("outcome", "Hasil penyelesaian"), ("reports", "Jumlah laporan"), ("blank", "Kolom kosong"),
)  # fmt: skip
DEFAULT: tuple[tuple[str, str, str], ...] = (
    ("number", "No", ""), ("kabkota", "Kabupaten/Kota", "Lokasi"), ("kecamatan", "Kecamatan", "Lokasi"), ("occurred", "Tanggal", "Peristiwa"),
    ("title", "Uraian singkat", "Peristiwa"), ("pasal5", "Sumber konflik", "Peristiwa"), ("parties", "Para pihak", "Peristiwa"),
    ("agencies", "Instansi", "Penanganan"), ("state", "Perkembangan", "Penanganan"), ("outcome", "Hasil", "Penanganan"),
)  # fmt: skip
DEFAULT_ABOVE = ("DATA KONFLIK SOSIAL", "PROVINSI {provinsi}", "PERIODE {periode}")
MOST_COLUMNS, MOST_ABOVE = 30, 6
FIELD_CODES = frozenset(code for code, _words in FIELDS)


def days_of(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def period_ok(first: date, last: date, today: date) -> bool:
    """A period that has begun, within a year, in the years this house can hold."""
    return (
        first.year >= 2000 and first <= last and last.year <= 2100 and first <= today and (last - first).days < LONGEST
    )


@dataclass(frozen=True)
class Place:
    """One kab/kota in a period. `days`: those that have passed; `spoken` by a report, `nil` by a nil report alone."""

    code: str
    name: str
    days: int
    spoken: int
    nil: int
    reports: dict[str, int] = field(default_factory=dict)
    opened: dict[str, int] = field(default_factory=dict)
    closed: int = 0
    open_at_end: int = 0
    kinds: dict[str, int] = field(default_factory=dict)

    @property
    def silent(self) -> int:
        return self.days - self.spoken - self.nil

    @property
    def known(self) -> bool:
        """Whether anything is known: without a single day of word and without a matter, nothing is."""
        return bool(self.spoken or self.nil or sum(self.opened.values()) or self.open_at_end or self.closed)

    @property
    def completeness(self) -> str:
        """Days with word of all days, and the share."""
        said = self.spoken + self.nil
        return f"{said}/{self.days} ({round(100 * said / self.days)}%)" if self.days else MISSING

    def shown(self, count: int) -> int | str:
        return count if self.known else MISSING


PLACE_HEADS = (
    "Kode", "Kabupaten/kota", "Hari", "Ada laporan", "Nihil", "Belum melapor", "Kelengkapan", "Laporan masuk", "Terverifikasi",
    "Tidak benar", "Ditutup lain", "Belum dinilai", "Permasalahan baru", *SEVERITIES, "Tuntas", "Terbuka di akhir",
)  # fmt: skip


def place_row(place: Place) -> list[str | int]:
    counts = [sum(place.reports.get(c, 0) for c in COUNTS[1:]), *(place.reports.get(c, 0) for c in COUNTS[1:])]
    opened = [sum(place.opened.values()), *(place.opened.get(s, 0) for s in SEVERITIES)]
    figures = [*counts, *opened, place.closed, place.open_at_end]
    return [
        place.code,
        place.name,
        place.days,
        place.spoken,
        place.nil,
        place.silent,
        place.completeness,
        *map(place.shown, figures),
    ]


def total_row(places: Sequence[Place]) -> list[str | int]:
    """Sums, with how many regions they are of: what is unknown stays out and is counted as unknown."""
    known = [p for p in places if p.known]
    rows = [place_row(p)[7:] for p in known]
    sums = [sum(int(r[n]) for r in rows) for n in range(len(PLACE_HEADS) - 7)]
    days, said = sum(p.days for p in places), sum(p.spoken + p.nil for p in places)
    share = f"{said}/{days} ({round(100 * said / days)}%)" if days else MISSING
    head: list[str | int] = ["", f"Jumlah {len(known)}/{len(places)} daerah", days, sum(p.spoken for p in places),
                             sum(p.nil for p in places), sum(p.silent for p in places), share]  # fmt: skip
    return [*head, *(sums if known else [MISSING] * len(sums))]


def kind_rows(places: Sequence[Place], kinds: Iterable[tuple[str, str]]) -> list[list[str | int]]:
    """Each kind by region, and last how many have none set: the share of what is classified is the denominator."""
    found: list[list[str | int]] = []
    for code, words in (*kinds, ("", UNSET)):
        found.append(
            [words, *(p.shown(p.kinds.get(code, 0)) for p in places), sum(p.kinds.get(code, 0) for p in places)]
        )
    whole = [sum(p.kinds.values()) for p in places]
    given = [sum(n for code, n in p.kinds.items() if code) for p in places]
    shares = [f"{g}/{w}" if p.known else MISSING for p, g, w in zip(places, given, whole, strict=True)]
    found.append(["Jenis terisi", *shares, f"{sum(given)}/{sum(whole)}"])
    return found


def layout_fault(columns: Sequence[Sequence[str]], above: Sequence[str]) -> str:
    """What is wrong with a layout of the SIPKS sheet, as the field's name; empty where nothing is."""
    if not 1 <= len(columns) <= MOST_COLUMNS:
        return "columns"
    for column in columns:
        if len(column) != 3 or column[0] not in FIELD_CODES or not column[1].strip() or max(map(len, column)) > 80:
            return "columns"
    return "above" if len(above) > MOST_ABOVE or any(len(line) > 160 for line in above) else ""


def head_rows(columns: Sequence[Sequence[str]]) -> list[list[str]]:
    """One row of heads, or two where a heading stands above some; the upper one is written once for neighbours."""
    upper = [c[2] if n == 0 or columns[n - 1][2] != c[2] else "" for n, c in enumerate(columns)]
    heads = [c[1] for c in columns]
    return [upper, heads] if any(upper) else [heads]
