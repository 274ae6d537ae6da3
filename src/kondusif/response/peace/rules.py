"""Kinds of peace actors, languages, what they can do; venues, answers and results of a mediation. Pure.

Route of a dispute: musyawarah and pranata adat first (UU 7/2012 Ps. 8, 41), then the Satgas (Ps. 42), then the court (Ps. 43(3)).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import timedelta

ACTORS = [
    ("fkub", "FKUB"), ("fkdm", "FKDM"), ("religious", "Tokoh agama"), ("customary", "Tokoh adat"),
    ("youth", "Tokoh pemuda"), ("women", "Tokoh perempuan"), ("community", "Tokoh masyarakat"),
]  # fmt: skip
LANGUAGES = [
    ("id", "Indonesia"), ("bjn", "Banjar"), ("vkt", "Kutai"), ("day", "Dayak"), ("bug", "Bugis"), ("jav", "Jawa"),
    ("mad", "Madura"), ("pas", "Paser"), ("other", "Lainnya"),
]  # fmt: skip
ABLE = [
    ("mediate", "Menengahi"), ("dialogue", "Memandu dialog"), ("appeal", "Menyampaikan imbauan"), ("accompany", "Mendampingi korban"),
    ("interpret", "Menerjemahkan"),
]  # fmt: skip
CONSENT = [("written", "Surat pernyataan"), ("spoken", "Lisan, dicatat petugas"), ("message", "Pesan yang disimpan")]
LONGEST_CONSENT = timedelta(days=3 * 366)  # asked again after three years
VENUES = [
    ("customary", "Musyawarah atau pranata adat (Ps. 41)"), ("team", "Musyawarah difasilitasi tim (Ps. 8)"),
    ("satgas", "Satgas Penyelesaian Konflik (Ps. 42)"),
]  # fmt: skip
MEDIATION_STATES = [("planned", "Direncanakan"), ("held", "Selesai"), ("cancelled", "Dibatalkan")]
ANSWERS = [("will", "Hadir"), ("represent", "Diwakili"), ("cannot", "Tidak hadir")]
RESULTS = [("agreement", "Kesepakatan"), ("failed", "Gagal"), ("court", "Ke pengadilan")]
NEXT_VENUE = {"customary": "satgas", "team": "satgas", "satgas": "court"}  # what is open after a failure
MOST_INVITED = 30
RESULT = "mediation.result"
CONSENT_ENDS = "peace.consent_ends"


def check_codes(named: Iterable[str], table: Sequence[tuple[str, str]]) -> bool:
    return set(named) <= {code for code, _word in table}


def is_party(mediator: str, parties: Iterable[str]) -> bool:
    """Whether whoever mediates stands on a side: the same words, or one role inside the other."""
    said = _plain(mediator)
    return any(said and (said in _plain(p) or _plain(p) in said) for p in parties if _plain(p))


def _plain(text: str) -> str:
    return " ".join(re.sub(r"\W+", " ", text.casefold()).split())


def may_result(state: str, result: str) -> bool:
    return state == "planned" and result in dict(RESULTS)


# --- berita acara -----------------------------------------------------------------------------------------------------

OPEN_REASONS = [
    ("sign", "Dicetak untuk ditandatangani"), ("monitor", "Memantau kewajiban"), ("party", "Diminta salah satu pihak"),
    ("court", "Diminta pengadilan"),
]  # fmt: skip
MAKER_MAY_OPEN = timedelta(hours=24)  # whoever wrote it down prints it that day
MOST_OBLIGATIONS, LONGEST_CONTENT = 20, 8000


def rows(text: str) -> list[list[str]]:
    """`Pihak pertama: A. B.` a line → [[role, name], …]."""
    found = []
    for part in text.splitlines():
        role, _colon, name = part.partition(":")
        if role.strip():
            found.append([" ".join(role.split())[:80], " ".join(name.split())[:120]])
    return found


# --- imbauan damai ----------------------------------------------------------------------------------------------------

APPEAL_STATES = [("draft", "Konsep"), ("approved", "Disetujui"), ("refused", "Dikembalikan")]
VOICES = [("head", "Kepala daerah"), *ACTORS]
DRAFTS: tuple[tuple[str, str, str], ...] = (
    ("calm", "Menahan diri", "Kami mengajak semua warga menahan diri, tidak berkumpul di lokasi, dan menyerahkan penyelesaian kepada musyawarah "
     "yang sedang berjalan. Bila melihat hal yang mengkhawatirkan, sampaikan kepada lurah, camat, atau petugas setempat."),
    ("rumour", "Tidak meneruskan kabar", "Kami mengajak semua warga tidak meneruskan kabar yang belum jelas sumbernya dan menanyakan kebenarannya "
     "kepada kelurahan atau kecamatan. Mari menjaga tutur kata, di lapangan maupun di gawai."),
    ("agreement", "Menghormati kesepakatan", "Para pihak sudah bersepakat lewat musyawarah. Kami mengajak semua warga menghormati kesepakatan itu "
     "dan memberi waktu agar setiap kewajiban dijalankan."),
    ("election", "Pemilihan yang damai", "Berbeda pilihan adalah hak setiap warga. Kami mengajak semua pendukung menjaga ketertiban, menghormati "
     "petugas, dan menyerahkan sengketa kepada lembaga yang berwenang."),
    ("worship", "Kerukunan antarwarga", "Setiap warga berhak beribadah dengan tenang. Kami mengajak semua pihak duduk bersama di forum kerukunan "
     "dan tidak bertindak sendiri-sendiri."),
)  # fmt: skip
SHORTEST_APPEAL, LONGEST_APPEAL = 30, 1200


def may_approve(state: str, *, drafter: str, approver: str) -> bool:
    """A second person: never whoever wrote the words that stand there now."""
    return state == "draft" and drafter != approver
