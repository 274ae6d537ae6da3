"""Three ways to name a matter, and the bridge between two of them. Pure tables.

Pasal 5 UU 7/2012 is the closed legal list; SNPK the national violence monitor (domain.md §3.1); ACLED the useful subset
of its sub-events (§3.2).
"""

from __future__ import annotations

PASAL5 = [
    ("a", "Politik, ekonomi, sosial budaya"),
    ("b", "Antarumat beragama, antarsuku, antaretnis"),
    ("c", "Sengketa batas wilayah"),
    ("d", "Sengketa sumber daya alam"),
    ("e", "Distribusi sumber daya alam tidak seimbang"),
]
SNPK = [
    ("sumber_daya", "Sumber daya"),
    ("tata_kelola", "Tata kelola pemerintahan"),
    ("pemilihan", "Pemilihan dan jabatan"),
    ("identitas", "Identitas"),
    ("main_hakim", "Main hakim sendiri"),
    ("separatisme", "Separatisme"),
    ("lainnya", "Lainnya"),
    ("kriminalitas", "Kriminalitas"),
    ("kdrt", "Kekerasan dalam rumah tangga"),
    ("penegakan", "Kekerasan dalam penegakan hukum"),
]
ACLED = [
    ("peaceful_protest", "Unjuk rasa damai"),
    ("protest_intervention", "Unjuk rasa dengan campur tangan aparat"),
    ("excessive_force", "Kekuatan berlebihan terhadap pengunjuk rasa"),
    ("violent_demonstration", "Unjuk rasa dengan kekerasan"),
    ("mob_violence", "Kekerasan massa"),
    ("attack", "Penyerangan"),
    ("looting", "Penjarahan atau perusakan"),
    ("arrests", "Penangkapan"),
    ("agreement", "Kesepakatan"),
]
# domain.md §3.1: Sumber Daya → d/e; Tata Kelola → a (c for a boundary); Pemilihan → a; Identitas → b; Main hakim → a.
CROSSWALK: dict[str, tuple[str, ...]] = {
    "sumber_daya": ("d", "e"),
    "tata_kelola": ("a", "c"),
    "pemilihan": ("a",),
    "identitas": ("b",),
    "main_hakim": ("a",),
    "separatisme": ("a",),
    "lainnya": ("a",),
    "kriminalitas": (),  # not a conflict in the sense of the law
    "kdrt": (),
    "penegakan": (),
}
# A title that names no group: what the form offers (practice.md, safeguard 8).
NEUTRAL_TITLES: dict[str, str] = {
    "sumber_daya": "Sengketa lahan atau sumber daya",
    "tata_kelola": "Ketidakpuasan atas layanan pemerintahan",
    "pemilihan": "Perselisihan dalam pemilihan",
    "identitas": "Perselisihan dua kelompok warga",
    "main_hakim": "Main hakim sendiri",
    "kriminalitas": "Gangguan keamanan",
}


def check_codes(pasal5: str, snpk: str, acled: str) -> str:
    """The name of the first field whose code is unknown; '' where all are known or empty."""
    for field, code, table in (("pasal5", pasal5, PASAL5), ("snpk", snpk, SNPK), ("acled", acled, ACLED)):
        if code and code not in dict(table):
            return field
    return ""
