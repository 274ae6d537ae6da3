"""Kinds and levels of latent matters, when they are reviewed again, who is told. Pure.

Register: PP 2/2015 Ps. 6(5). Levels are those of the village early-warning grid of Ambon, each with its prescribed action;
likelihood × impact is the 4×4 matrix of Kesbangpol's own forms (domain.md §2.2). Protective signs: CEWARN.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from kondusif.triage.title_words import group_words

# (code, word, source of conflict of UU 7/2012 Ps. 5, SNPK category)
KINDS_TABLE: tuple[tuple[str, str, str, str], ...] = (
    ("land", "Lahan dan agraria", "d", "sumber_daya"),
    ("boundary", "Batas wilayah", "c", "tata_kelola"),
    ("mining", "Tambang", "d", "sumber_daya"),
    ("plantation", "Perkebunan dan hutan", "d", "sumber_daya"),
    ("fishing", "Perairan dan nelayan", "d", "sumber_daya"),
    ("worship", "Rumah ibadah", "b", "identitas"),
    ("groups", "Hubungan antarkelompok warga", "b", "identitas"),
    ("election", "Pemilihan", "a", "pemilihan"),
    ("services", "Layanan dan bantuan pemerintah", "e", "tata_kelola"),
    ("labour", "Ketenagakerjaan", "a", "tata_kelola"),
    ("other", "Lainnya", "a", "lainnya"),
)
KINDS = [(code, word) for code, word, _pasal5, _snpk in KINDS_TABLE]
LEVELS = [
    ("green", "Hijau: dicermati"), ("yellow", "Kuning: pendekatan"),
    ("red1", "Merah 1: penanganan segera"), ("red2", "Merah 2: sangat segera"),
]  # fmt: skip
RANK = {code: n for n, (code, _word) in enumerate(LEVELS)}
SCALE = [(1, "Rendah"), (2, "Sedang"), (3, "Tinggi"), (4, "Sangat tinggi")]
TRENDS = [("steady", "Tetap"), ("worse", "Memburuk"), ("better", "Mereda"), ("over", "Selesai")]
STATES = [("standing", "Dicermati"), ("over", "Selesai")]
# Who owns it: (code, word, outbox address). An agency stands in the agency field.
OWNERS_TABLE: tuple[tuple[str, str, str], ...] = (
    ("watch", "Piket daerah", "duty:{region}"),
    ("head", "Kepala bidang", "role:division_head@{region}"),
    ("secretary", "Sekretaris tim", "role:secretary@{region}"),
    ("agency", "Instansi", ""),
)
OWNERS = [(code, word) for code, word, _address in OWNERS_TABLE]
_ADDRESS = {code: address for code, _word, address in OWNERS_TABLE}
# Whom the passing of a review tells after its owner: one level above, and nobody further (practice.md, duty hours).
_ABOVE = {"watch": "role:division_head@{region}", "head": "role:secretary@{region}", "secretary": "role:chair@{region}",
          "agency": "role:secretary@{region}"}  # fmt: skip
REVIEW = "potential.review"
EVERY: dict[str, int] = {"green": 180, "yellow": 90, "red1": 30, "red2": 7}  # days; a region may set its own
SOONER: dict[str, int] = {"election": 30}  # kinds that do not wait so long, whatever their level
LEAST, MOST = 1, 365
MOST_PARTIES, LONGEST_WORDS = 12, 1500
_SEVERITY = {"green": "S4", "yellow": "S4", "red1": "S3", "red2": "S2"}
_PROTEST = re.compile(r"\b(?:unjuk rasa|demo|demonstrasi|aksi damai|mogok)\b")


def risk(likelihood: int | None, impact: int | None) -> str:
    """The word of the 4×4 matrix; '' where one of the two was not weighed."""
    if not likelihood or not impact:
        return ""
    product = likelihood * impact
    return SCALE[0 if product <= 2 else 1 if product <= 6 else 2 if product <= 9 else 3][1]


def every(kind: str, level: str, own: dict[str, int] | None = None) -> timedelta:
    """How long after a review the next is due. `own`: the region's days by level."""
    days = (own or {}).get(level) or EVERY[level]
    return timedelta(days=min(days, SOONER.get(kind, days)))


def check_next(day: date, today: date) -> bool:
    """A next review lies after today and within a year: nothing is put off for ever."""
    return today < day <= today + timedelta(days=MOST)


def severity_of(level: str) -> str:
    """What an incident opened from it is weighed as, unless the officer says otherwise."""
    return _SEVERITY[level]


def address(owner: str, *, kabkota: str, agency: int | None = None) -> str:
    return f"agency:{agency}" if owner == "agency" else _ADDRESS[owner].format(region=kabkota)


def above(owner: str, *, kabkota: str) -> str:
    return _ABOVE[owner].format(region=kabkota)


def parties(text: str) -> list[list[str]]:
    """`warga kampung hulu: batas kebun; perusahaan: jalan angkut` (or one a line) → [[role, interest], …]."""
    found = []
    for part in re.split(r"[;\n]+", text):
        role, _colon, interest = part.partition(":")
        if role.strip():
            found.append([" ".join(role.split())[:80], " ".join(interest.split())[:200]])
    return found


def parties_text(rows: Sequence[Sequence[str]]) -> str:
    return "\n".join(": ".join(p for p in row if p) for row in rows)


def party_fault(rows: Sequence[Sequence[str]]) -> str:
    """ "many", "group" (names a group), "number" (a NIK or a telephone) or ''."""
    if len(rows) > MOST_PARTIES:
        return "many"
    words = " ".join(w for row in rows for w in row)
    if group_words(words):
        return "group"
    return "number" if holds_number(words) else ""


def holds_number(text: str) -> bool:
    """A NIK or a telephone number: a person is behind it."""
    return bool(re.search(r"\d{8,}", re.sub(r"(?<=\d)[ .\-](?=\d)", "", text)))


def is_protest(title: str) -> bool:
    """Peaceful protest is a right, never a latent danger (UU 9/1998; practice.md, safeguard 1)."""
    return bool(_PROTEST.search(title.lower()))
