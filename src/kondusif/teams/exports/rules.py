"""When an export needs a second person, why it may be asked for, and how long a yes lasts (practice.md, safeguard 8). Pure."""

from __future__ import annotations

from datetime import timedelta

# The closed list of reasons; words on the screen.
REASONS: tuple[tuple[str, str], ...] = (
    ("meeting", "Bahan rapat tim"),
    ("leader", "Laporan kepada pimpinan"),
    ("ministry", "Laporan kepada kementerian"),
    ("audit", "Pemeriksaan Inspektorat atau BPK"),
    ("handover", "Serah terima jabatan"),
    ("legal", "Permintaan tertulis penegak hukum"),
)
# What can leave: (code, words). A later stage's exports stand here too, so that a ledger line is read by everybody.
KINDS: tuple[tuple[str, str], ...] = (
    ("members", "Anggota tim (SK)"),
    ("roster", "Jadwal piket"),
    ("potentials", "Peta potensi"),
    ("ministry-map", "Peta potensi untuk kementerian"),
    ("recap", "Rekap laporan dan permasalahan"),
    ("sipks", "Lembar SIPKS"),
    ("ledger", "Buku jejak"),
    ("api-reports", "Laporan lewat API"),
    ("api-incidents", "Permasalahan lewat API"),
)
STATES: tuple[tuple[str, str], ...] = (
    ("waiting", "Menunggu persetujuan"),
    ("approved", "Disetujui"),
    ("refused", "Ditolak"),
    ("used", "Sudah dipakai"),
    ("over", "Lewat waktu"),
)
VALID = timedelta(hours=24)  # a yes lasts so long, and one download
PAGES_WITHIN = timedelta(hours=1)  # pages read one after another over the API count together


def needs_approval(rows: int, *, most: int, restricted: bool) -> bool:
    return restricted or rows > most


def may_decide(asked_by: str, decider: str) -> bool:
    """Never the one who asked."""
    return asked_by != decider


def covers(approved: int, rows: int, *, most: int) -> bool:
    """Whether a yes to so many rows holds for what there is now: a few came in meanwhile, not another hundred."""
    return rows <= approved + most


def paged(kind: str) -> bool:
    return kind.startswith("api-")
