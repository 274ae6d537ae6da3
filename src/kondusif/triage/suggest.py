"""A first guess at severity and kind, each with its reasons in words. The officer decides. Pure.

Peaceful protest is a right (UU 9/1998), not a risk: "unjuk rasa" without signs of violence is S4, for information, and
neither its crowd nor its demands count as signs (practice.md, safeguard 1).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kondusif.intake.message.matters import KINDS
from kondusif.triage.categories import CROSSWALK

# (beginning of a word or phrase, what the officer reads). Longest phrases first inside a table is not needed.
VIOLENCE_NOW: dict[str, str] = {
    "bentrok": "bentrokan", "tawuran": "tawuran", "baku hantam": "perkelahian", "baku pukul": "perkelahian",
    "berkelahi": "perkelahian", "perkelahian": "perkelahian", "rusuh": "kerusuhan", "kerusuhan": "kerusuhan",
    "senjata tajam": "senjata tajam", "sajam": "senjata tajam", "parang": "senjata tajam", "mandau": "senjata tajam",
    "badik": "senjata tajam", "celurit": "senjata tajam", "senjata api": "senjata api", "tembak": "tembakan",
    "ditembak": "tembakan", "menembak": "tembakan", "molotov": "bom rakitan", "bom ": "bom",
    "bakar": "pembakaran", "dibakar": "pembakaran", "membakar": "pembakaran", "pembakaran": "pembakaran",
    "serang": "penyerangan", "diserang": "penyerangan", "menyerang": "penyerangan", "penyerangan": "penyerangan",
    "keroyok": "pengeroyokan", "dikeroyok": "pengeroyokan", "mengeroyok": "pengeroyokan", "pengeroyokan": "pengeroyokan",
    "bacok": "pembacokan", "dibacok": "pembacokan", "membacok": "pembacokan", "tikam": "penikaman", "ditikam": "penikaman",
    "disandera": "penyanderaan", "menyandera": "penyanderaan", "diculik": "penculikan", "penculikan": "penculikan",
    "tewas": "korban jiwa", "korban luka": "korban luka", "luka parah": "korban luka", "amuk massa": "amuk massa",
    "main hakim": "main hakim sendiri",
}  # fmt: skip
VIOLENCE_NEAR: dict[str, str] = {
    "ancam": "ancaman", "mengancam": "ancaman", "diancam": "ancaman", "ancaman": "ancaman",
    "merusak": "perusakan", "dirusak": "perusakan", "perusakan": "perusakan", "pengrusakan": "perusakan",
    "lempar batu": "pelemparan", "melempar": "pelemparan", "dilempari": "pelemparan", "pelemparan": "pelemparan",
    "sweeping": "sweeping", "intimidasi": "intimidasi", "mengusir": "pengusiran", "diusir": "pengusiran", "pengusiran": "pengusiran",
    "balas dendam": "rencana pembalasan", "siap perang": "rencana penyerangan", "menjarah": "penjarahan", "penjarahan": "penjarahan",
}  # fmt: skip
CROWD: dict[str, str] = {
    "kumpul massa": "massa berkumpul", "massa berkumpul": "massa berkumpul", "massa mulai": "massa berkumpul",
    "mengumpulkan massa": "massa dikumpulkan", "pengerahan massa": "massa dikumpulkan", "geruduk": "massa mendatangi lokasi",
    "menggeruduk": "massa mendatangi lokasi", "kerumunan warga marah": "massa berkumpul", "hadang": "penghadangan",
    "menghadang": "penghadangan", "blokade": "blokade jalan", "blokir jalan": "blokade jalan", "memblokir": "blokade jalan",
}  # fmt: skip
TENSION: dict[str, str] = {
    "hoaks": "kabar yang diduga tidak benar", "hoax": "kabar yang diduga tidak benar", "kabar bohong": "kabar yang diduga tidak benar",
    "fitnah": "tuduhan beredar", "provokasi": "hasutan", "provokatif": "hasutan", "hasut": "hasutan", "menghasut": "hasutan",
    "ujaran kebencian": "ujaran kebencian", "selisih": "perselisihan", "perselisihan": "perselisihan", "berselisih": "perselisihan",
    "cekcok": "perselisihan", "tegang": "ketegangan", "ketegangan": "ketegangan", "memanas": "ketegangan", "sengketa": "sengketa",
    "penolakan": "penolakan", "menolak": "penolakan", "politik uang": "dugaan politik uang",
}  # fmt: skip
PROTEST = (
    "unjuk rasa",
    "unras",
    "demo ",
    "demonstrasi",
    "aksi damai",
    "orasi",
    "long march",
    "menyampaikan pendapat",
    "mimbar bebas",
)
_NEGATORS = frozenset({"tidak", "tak", "bukan", "belum", "tanpa", "nggak", "gak", "tdk", "tiada"})
_REACH = 3  # a negator this many words before a sign silences it: "tidak ada bentrok"

BOUNDARY = ("batas desa", "batas wilayah", "tapal batas")


@dataclass(frozen=True)
class Guess:
    """`reasons` are words for the officer, in Indonesian (the page translates them). `informational`: to be known, not to be weighed."""

    severity: str
    stage: str
    reasons: tuple[str, ...]
    informational: bool = False
    snpk: str = ""
    pasal5: str = ""
    acled: str = ""


def plain(text: str) -> str:
    """Lower case, one space between words, a space at each end."""
    return " " + " ".join(re.findall(r"[\w']+", text.lower())) + " "


def signs(text: str, table: dict[str, str]) -> list[str]:
    """What the table finds in a plain text, each once, unless a negator stands just before it."""
    found: dict[str, None] = {}
    for start, label in table.items():
        for match in re.finditer(r"(?<= )" + re.escape(start), text):
            if not _NEGATORS.intersection(text[: match.start()].split()[-_REACH:]):
                found[label] = None
                break
    return list(found)


def guess(text: str, *, threatened: str) -> Guess:
    """Severity, stage and kind suggested by the words and by whether somebody is threatened now."""
    said = plain(text)
    now, near = signs(said, VIOLENCE_NOW), signs(said, VIOLENCE_NEAR)
    protest = any(f" {word}" in said for word in PROTEST)
    peaceful = protest and not now and not near
    crowd, tension = ([], []) if peaceful else (signs(said, CROWD), signs(said, TENSION))
    severity = "S1" if now else "S2" if near or crowd else "S3" if tension else "S4"
    reasons = [f"disebut: {sign}" for sign in (*now, *near, *crowd, *tension)]
    if peaceful:
        reasons.append("penyampaian pendapat di muka umum, tanpa tanda kekerasan: hanya untuk diketahui")
    if threatened == "yes":
        severity = min(severity, "S2")
        reasons.insert(0, "pelapor menyatakan ada yang sedang terancam")
    snpk = _kind(said)
    stage = "peristiwa" if severity in {"S1", "S2"} or protest else "potensi"
    return Guess(
        severity, stage, tuple(reasons), peaceful and threatened != "yes", snpk, _pasal5(said, snpk),
        _acled(said, protest=protest, now=now, near=near),
    )  # fmt: skip


def _kind(said: str) -> str:
    counts = {kind: sum(f" {word}" in said for word in words) for kind, words in KINDS.items()}
    best = max(counts, key=lambda kind: counts[kind])
    return best if counts[best] else ""


def _pasal5(said: str, snpk: str) -> str:
    if any(f" {word}" in said for word in BOUNDARY):
        return "c"
    return next(iter(CROSSWALK.get(snpk, ())), "")


def _acled(said: str, *, protest: bool, now: list[str], near: list[str]) -> str:
    if " kesepakatan" in said or " berdamai" in said:
        return "agreement"
    if protest:
        return "violent_demonstration" if now or near else "peaceful_protest"
    if "perusakan" in near or "penjarahan" in near:
        return "looting"
    if {"bentrokan", "tawuran", "amuk massa", "kerusuhan", "pengeroyokan", "main hakim sendiri"}.intersection(now):
        return "mob_violence"
    return "attack" if now else ""
