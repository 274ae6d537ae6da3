"""What kind of matter a message tells of, who says so, whether somebody is in danger now, and whether it is a nil report.

Pure tables. Kinds carry the codes of SNPK; triage weighs the same words (`KINDS`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from kondusif.intake.message.words import Finding, Span, any_of

KINDS: dict[str, tuple[str, ...]] = {
    "pemilihan": (
        "pilkada", "pemilu", "paslon", "kampanye", "alat peraga", "apk ", "tps", "coblos", "pencoblosan", "nyoblos", "tercoblos", "dicoblos",
        "kpu", "kpps", "bawaslu", "suara", "calon", "timses", "pilkades", "petahana", "politik uang", "serangan fajar", "kandidat",
        "baliho", "pps", "partai", "pilihan bupati", "beda pilihan",
    ),
    "sumber_daya": (
        "lahan", "tanah", "tambang", "sawit", "kebun", "hutan", "plasma", "batu bara", "batubara", "nelayan", "hauling", "iup", "lemah",
        "limbah", "wilayah tangkap", "tongkang", "kontraktor", "patok", "truk pasir",
    ),
    "tata_kelola": (
        "batas desa", "batas wilayah", "tapal batas", "pelayanan", "bantuan sosial", "bansos", "blt", "kepala desa", "kades", "pemekaran", "pungli",
        "pdam", "jalan rusak", "antrian bantuan", "digusur", "jatah parkir",
    ),
    "identitas": (
        "rumah ibadah", "antarsuku", "antar suku", "suku", "agama", "penistaan", "antarwarga", "kelompok warga", "antarkampung", "sara ", "gereja",
        "masjid jami", "vihara", "pendeta", "jamaah", "ibadah", "tawuran", "dua kelompok", "2 kelompok", "kelompok pemuda", "pendatang", "pemuda dua kampung",
        "bubuhan kampung", "2 kampung", "dua kampung", "ormas a", "suporter", "supporter", "perkelahian pelajar", "dua organisasi",
        "pengurus masjid", "kampung sebelah", "warga sebelah", "selebaran sara", "penolakan rumah",
    ),
    "main_hakim": ("main hakim", "amuk massa", "dihakimi", "diamuk massa", "dituduh mencuri", "dipukuli massa", "dipukuli rame2", "cabul"),
    "kriminalitas": (
        "pencurian", "perampokan", "begal", "narkoba", "penipuan", "maling", "penjambretan", "jambret", "memeras", "preman", "pemerasan",
        "ternak hilang", "minta thr",
    ),
    "kdrt": ("kdrt", "suami memukul", "suami pukul", "dalam rumah tangga", "suaminya", "pukul istri"),
}  # fmt: skip
KIND_NAMES = [
    ("sumber_daya", "Sumber daya"), ("tata_kelola", "Tata kelola pemerintahan"), ("pemilihan", "Pemilihan dan jabatan"),
    ("identitas", "Identitas"), ("main_hakim", "Main hakim sendiri"), ("kriminalitas", "Kriminalitas"),
    ("kdrt", "Kekerasan dalam rumah tangga"), ("lainnya", "Lainnya"),
]  # fmt: skip
_KIND = {
    code: re.compile(rf"(?<!\w)(?:{any_of(w.strip() for w in words)})(?:nya|an)?(?!\w)")
    for code, words in KINDS.items()
}
# A word of these outweighs those of the kinds behind it: a thief beaten by a crowd is no theft.
_OUTWEIGHS = {"main_hakim": {"kriminalitas", "identitas"}, "kdrt": {"kriminalitas"}}

SOURCES = [
    ("witness", "Melihat sendiri"), ("resident", "Warga"), ("rt", "Ketua RT/RW"), ("village", "Lurah, kepala desa, camat"),
    ("babinsa", "Babinsa"), ("bhabin", "Bhabinkamtibmas"), ("police", "Kepolisian"), ("forum", "FKDM, FKUB, tokoh"),
    ("media", "Media sosial atau berita"), ("group", "Grup percakapan"),
]  # fmt: skip
_ROLE: dict[str, tuple[str, ...]] = {
    "bhabin": ("bhabinkamtibmas", "bhabin", "babinkamtibmas"), "babinsa": ("babinsa",),
    "rt": ("ketua rt", "pak rt", "bu rt", "ketua rw", "urang rt", "rt", "ktua rt"),
    "village": ("lurah", "bu lurah", "pak lurah", "camat", "pak camat", "bu camat", "kades", "kepala desa", "sekdes"),
    "police": ("polsek", "polres", "kapolsek", "kanit"), "forum": ("fkdm", "fkub", "tokoh adat", "tokoh masyarakat", "ketua adat", "ktua adat"),
    "group": (
        "di grup sebelah", "di grup", "urang di grup sebelah", "kakawanan di grup", "grup wa", "grup", "grup sebelah", "group wa", "wag",
        "pesan berantai",
    ),
    "media": ("medsos", "fb", "facebook", "tiktok", "ig", "berita", "media sosial"),
    "resident": ("warga", "saksi warga", "masyarakat", "saksi"),
}  # fmt: skip
_SAID = (
    r"(?:info|inpo|informasi|info a1|infonya|sumber|lap|laporan|lapor|kata|menurut|mnrt|dpt kabar|"
    r"dapat kabar|kabar|telp|telpon|jar|saksi|viral|ramai|rame|beredar|berita)"
)
_STATED = {
    code: re.compile(
        rf"(?<!\w)(?:{_SAID}[\s.:]{{1,3}}(?:dari\s|dr\s|di\s|para\s|oleh\s)?|(?<!\w)dari\s|dpt dari\s)(?:{any_of(words)})(?!\w)"
        rf"|(?<!\w)(?:{any_of(words)})(?!\w)[^.,:;\n]{{0,40}}\s(?:menginfokan|menyampaikan|sampaikan|melaporkan)(?!\w)"
        rf"|(?:^|\n)[^\w\n]{{0,6}}(?:lap\.?\s)?(?:{any_of(words)})(?!\w)[^.,:;\n]{{0,40}}"
        rf"(?::|\s(?:lapor|info|menginfokan|menyampaikan|sampaikan|minta|melapor)|lapor nihil)"
    )
    for code, words in _ROLE.items()
}  # fmt: skip
_WITNESS = re.compile(
    r"(?<!\w)(?:(?:saya|sy|ulun|aku|kami)\s(?:lihat|liat|malihat|melihat|menyaksikan)(?:\s(?:sendiri|saurang|langsung))?"
    r"|(?:saya|sy) di lokasi)(?!\w)"
)
_FIRST_PERSON_RT = re.compile(r"(?<!\w)(?:saya|sy|ulun|kami)\s(?:ketua\s)?rt(?!\w)")

_DANGER = re.compile(
    r"(?<!\w)(?:terkepung|dikepung|sedang menyerang|tolong(?:\sditindaklanjuti)?|tlg|tulungi|minta bantuan|mohon bantuan|segera|darurat|siap perang|"
    r"mau bakar|bakar diri|dipukuli massa|mau balas dendam|handak manyarang)(?!\w)"
)
_NOW_TOO = re.compile(
    r"(?<!\w)(?:segera|skrg|sekarang|sedang|terkepung|lg ada|lagi ada|kami takutan|massa sdh|tulungi)(?!\w)|!!"
)
_NOT_NOW = re.compile(
    r"(?<!\w)(?:ditindaklanjuti|klarifikasi|sebar|sebarkan|hoax|hoaks|pantau|cek|hapus|diteruskan|forwarded|patroli)(?!\w)"
)

_NIL = re.compile(
    r"(?<!\w)(?:n[i1]h[i1]l|(?:aman(?:\s(?:dan|&))?\s(?:terkendali|kondusif))|aman2 saja|aman maha|aman kabeh|(?:tidak|tdk|endik|ndik|tak|gak)\sada\skejadian"
    r"|ora ono opo2|kejadian menonjol|kondusif)(?!\w)|^\W*aman\W*$"
)
_NIL_STRONG = re.compile(
    r"(?<!\w)(?:n[i1]h[i1]l|kejadian menonjol|aman2 saja|aman maha|aman kabeh|ora ono opo2|(?:tidak|tdk|endik)\sada\skejadian)(?!\w)"
)
_BUT = re.compile(
    r"(?<!\w)(?:namun|tapi|kecuali|tidak nihil|bukan nihil|blm aman|belum aman|gak aman|ga aman|tidak aman|nihil korban|korban\s?(?:jiwa)?\s?:?\s?nihil|"
    r"hasil nihil|meninggal 0|(?:kerugian|korban)\snihil)(?!\w)"
)
_MATTER = re.compile(
    r"(?<!\w)(?:tawuran|ribut|keributan|rusuh|demo|unras|unjuk rasa|aksi|bentrok|luka|tewas|dibakar|kebakaran|bom|pemukulan|perkelahian|bekelai|"
    r"ngamuk|massa|hadang|blokir|dilempar\w*|diserang|cekcok|curi|pencurian|penyerangan|tukaran|mediasi|sidang|menutup|blokade|tuntut\w*|peserta|penolakan|sengketa|mengancam|diancam)(?!\w)"
)


def _spans(found: Iterable[re.Match[str]]) -> tuple[Span, ...]:
    return tuple((m.start(), m.end()) for m in found)


def kind(low: str) -> Finding:
    """The kind most of the words speak for; two that are level leave it open."""
    hits: dict[str, tuple[Span, ...]] = {}
    for code, pattern in _KIND.items():
        if spans := _spans(pattern.finditer(low)):
            hits[code] = spans
    if not hits:
        return Finding("kind", reason="kind-unsaid")
    ranked = sorted(hits, key=lambda c: -len(hits[c]))
    for code, less in _OUTWEIGHS.items():
        if code in hits:
            ranked = [code, *(c for c in ranked if c != code and c not in less)]
    best = ranked[0]
    rivals = [c for c in ranked[1:] if len(hits[c]) >= len(hits[best])]
    share = len(hits[best]) / sum(len(hits[c]) for c in ranked)
    confidence = 0.55 if rivals else min(0.95, 0.5 + 0.35 * share + 0.05 * len(hits[best]))
    return Finding("kind", best, round(confidence, 2), hits[best], "kind-several" if rivals else "", tuple(rivals))


def source(low: str) -> Finding:
    """Who is named as having said so."""
    if found := _WITNESS.search(low):
        return Finding("source", "witness", 0.9, ((found.start(), found.end()),))
    if found := _FIRST_PERSON_RT.search(low):
        return Finding("source", "rt", 0.85, ((found.start(), found.end()),))
    said = sorted((m.start(), m.end(), code) for code, p in _STATED.items() if (m := p.search(low)))
    if not said:
        return Finding("source", reason="source-unsaid")
    start, end, code = said[0]
    return Finding(
        "source",
        code,
        0.85 if len(said) == 1 else 0.75,
        ((start, end),),
        "",
        tuple(dict.fromkeys(c for *_, c in said[1:] if c != code)),
    )


def threatened(low: str) -> Finding:
    """`yes` where the words call for help now; otherwise nothing is said, which is not the same as no."""
    cries, now = list(_DANGER.finditer(low)), list(_NOW_TOO.finditer(low))
    if not cries or not now or _NOT_NOW.search(low):
        return Finding("threatened", reason="threat-unsaid")
    return Finding("threatened", "yes", 0.8, _spans(cries))


def nil(low: str) -> Finding:
    """Whether the message says that nothing happened. With a matter beside it that is asked, never believed."""
    words = list(_NIL.finditer(low))
    if not words:
        return Finding("nil", reason="nil-unsaid")
    spans = _spans(words)
    if _BUT.search(low) or _MATTER.search(low):
        return Finding("nil", True, 0.3, spans, "nil-with-matter")
    strong = bool(_NIL_STRONG.search(low)) or len(low) < 60
    return Finding(
        "nil",
        True,
        0.9 if strong else 0.75 if len(low) < 160 else 0.5,
        spans,
        "" if strong or len(low) < 160 else "nil-with-matter",
    )
