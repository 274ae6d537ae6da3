"""Words of a counter-message: the fact first, the claim once and without its detail, the source, what to do. Pure.

The order is the "truth sandwich" (fact, warning, why it is wrong, fact) of Lewandowsky et al., *The Debunking Handbook 2020*
(doi:10.17910/b7.1182): lead with the fact, name the myth once, never as a headline, and end on the fact.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from kondusif.triage.claims.bare import bare_text
from kondusif.triage.title_words import group_words

SHORTEST, LONGEST = 12, 120
LONGEST_BODY = 2000
RUN = 4  # as many words in a row from the claim repeat it

WARNING = {
    "false": "Kabar yang berbeda tentang hal ini sudah diperiksa dan tidak benar.",
    "misleading": "Kabar yang beredar tentang hal ini sudah diperiksa: sebagian isinya benar, tetapi kesimpulannya menyesatkan.",
    "true": "Kabar yang beredar tentang hal ini sudah diperiksa dan benar.",
    "unproven": "Kabar yang beredar tentang hal ini sudah diperiksa dan belum terbukti.",
}
ADVICE = {
    "election": "Periksa tempat, waktu dan cara memilih langsung pada KPU atau PPS setempat.",
    "officials": "Keterangan resmi ada pada instansi yang disebut di atas.",
    "groups": "Bila ada yang membuat Anda khawatir, sampaikan kepada lurah, camat atau petugas setempat.",
    "health": "Untuk urusan kesehatan, tanyakan kepada puskesmas terdekat.",
    "disaster": "Ikuti petunjuk petugas dan BPBD setempat. Keadaan darurat: telepon 110 atau 112.",
    "aid": "Tanyakan syarat dan jadwalnya kepada kelurahan atau dinas sosial.",
    "other": "Bila ragu, tanyakan kepada kelurahan atau kecamatan.",
}
CLOSING = "Bila menerima pesan serupa, tidak perlu diteruskan."
SOURCE = "Sumber: {sources}."

FAULTS = {
    "length": "Judul 12 sampai 120 huruf, isi paling banyak 2.000 huruf.",
    "label": "Judul menyebut hoaks atau kabar bohong. Tulis faktanya: “TPS 5 tetap di SDN 3”, bukan “Hoaks TPS 5 pindah”.",
    "repeats": "Judul mengulang kalimat isu. Tulis faktanya saja; isu cukup disinggung di dalam.",
    "group": "Judul menyebut kelompok warga. Tulis tempat atau halnya saja.",
    "account": "Ada akun, nomor telepon atau alamat surel. Hapus; klarifikasi tidak menunjuk siapa pun.",
    "candidate": "Ada nama atau nomor calon. Terbitan tim tidak menyebut calon; tulis “salah satu pasangan calon” atau hapus.",
    "person": "Ada nama orang. Tulis jabatan atau instansinya.",
}  # what stops a counter-message, with the hint

_LABEL = re.compile(
    r"\b(?:hoaks|hoax|disinformasi|kabar bohong|berita bohong|berita palsu|kabar palsu|isu)\b", re.IGNORECASE
)
_STAND = r"(?:[Cc]alon|[Pp]asangan [Cc]alon|[Pp]aslon|[Cc]a?(?:bup|gub|walkot|wabup|wagub|wawalkot))"
_OFFICE = r"(?: (?:[Ww]akil )?(?:[Bb]upati|[Gg]ubernur|[Ww]ali ?[Kk]ota))?"
_NUMBERED = re.compile(
    rf"\b(?:{_STAND}{_OFFICE}|[Nn]omor [Uu]rut) (?:(?:[Nn]omor|[Nn]o\.?)(?: [Uu]rut)? ?)?(?:\d{{1,2}}|satu|dua|tiga|empat|lima)\b"
)
_NAMED = re.compile(rf"\b{_STAND}{_OFFICE} (?P<name>[A-Z][a-z'’]+)")
_TITLED = re.compile(
    r"\b(?:Bapak|Pak|Ibu|Bu|Saudara|Saudari|Sdr\.?|Sdri\.?|H\.|Hj\.|Drs\.|Dr\.|dr\.|Ir\.|Prof\.|KH\.?|Ustaz|Ustadz|Pendeta|Pastor) ?(?P<name>[A-Z][a-z'’]+)"
)  # fmt: skip
# Capitalised words after "calon bupati" or "Bapak" that are no name.
_NO_NAME = frozenset(
    {
        "Kutai",
        "Kota",
        "Kabupaten",
        "Provinsi",
        "Kalimantan",
        "Kepala",
        "Ketua",
        "Lurah",
        "Camat",
        "Bupati",
        "Gubernur",
        "Wali",
        "Wakil",
    }
)


def tokens(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def repeats(title: str, statement: str) -> bool:
    """Whether a title holds four words of the claim in a row, or the whole of a shorter claim."""
    said, claim = tokens(title), tokens(statement)
    size = min(RUN, len(claim))
    if size < 2:
        return False
    runs = {tuple(claim[n : n + size]) for n in range(len(claim) - size + 1)}
    return any(tuple(said[n : n + size]) in runs for n in range(len(said) - size + 1))


def names_candidate(text: str, *, barred: Iterable[str] = (), places: Iterable[str] = ()) -> bool:
    """Whether a text names a candidate: by a name the operator gave (`barred`), by number, or after "calon …"."""
    folded = " ".join(tokens(text))
    if any(name and re.search(rf"\b{re.escape(name)}\b", folded) for name in (" ".join(tokens(b)) for b in barred)):
        return True
    if _NUMBERED.search(text):
        return True
    allowed = _NO_NAME | {p.split()[0] for p in places if p}
    return any(found["name"] not in allowed for found in _NAMED.finditer(text))


def names_person(text: str) -> bool:
    return any(found["name"] not in _NO_NAME for found in _TITLED.finditer(text))


def fault(title: str, body: str, *, statement: str, barred: Iterable[str] = (), places: Iterable[str] = ()) -> str:
    """The first thing that stops a counter-message, a key of FAULTS, or ''."""
    whole = f"{title}\n{body}"
    if not SHORTEST <= len(title) <= LONGEST or not body or len(body) > LONGEST_BODY:
        return "length"
    checks = (
        ("label", _LABEL.search(title) is not None),
        ("repeats", repeats(title, statement)),
        ("group", bool(group_words(title))),
        ("account", bare_text(whole) != whole),
        ("candidate", names_candidate(whole, barred=barred, places=places)),
        ("person", names_person(whole)),
    )
    return next((code for code, found in checks if found), "")


def draft(verdict: str, topic: str, fact: str, sources: Iterable[str]) -> str:
    """The body of a counter-message from the table: fact, warning, source, what to do."""
    named = "; ".join(dict.fromkeys(s.strip().rstrip(".") for s in sources if s.strip()))
    parts = [
        fact.strip(),
        WARNING[verdict],
        SOURCE.format(sources=named) if named else "",
        f"{ADVICE[topic]} {CLOSING}",
    ]
    return "\n\n".join(p for p in parts if p)
