"""States of a report and the moves between them, duties and their instants, who is told when nobody acts. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from kondusif.teams.hours import Hours

# domain.md §7.3. What is not in this table is refused.
MOVES: dict[str, frozenset[str]] = {
    "received": frozenset(
        {"in_review", "verified", "unproven", "refuted", "referred", "needs_info", "linked", "archived"}
    ),
    "in_review": frozenset({"verified", "unproven", "refuted", "referred", "needs_info", "linked", "archived"}),
    "needs_info": frozenset({"in_review", "verified", "unproven", "refuted", "referred", "linked", "archived"}),
    "verified": frozenset({"linked", "referred", "in_review", "archived"}),
    "unproven": frozenset({"in_review", "linked", "archived"}),  # new evidence; a duplicate
    "refuted": frozenset({"in_review", "linked", "archived"}),  # appeal (practice.md, safeguard 7)
    "referred": frozenset({"in_review", "archived"}),  # refused; accepted
    "linked": frozenset({"verified", "in_review"}),  # taken off an incident; turned out to be about officials
    "archived": frozenset({"in_review"}),
}
OPEN = frozenset({"received", "in_review", "needs_info", "verified", "unproven", "refuted", "referred"})
JOINABLE = frozenset({"received", "in_review", "needs_info", "verified", "unproven", "refuted"})

# Tutup laporan: the only kinds of closing (practice.md, words on the screen).
CLOSINGS = [
    ("unproven", "Tidak terbukti"), ("refuted", "Informasi tidak benar"), ("referred", "Dirujuk"), ("test", "Uji coba"),
]  # fmt: skip
CLOSING_FROM: dict[str, frozenset[str]] = {
    "received": frozenset({"unproven", "refuted", "test"}),
    "in_review": frozenset({"unproven", "refuted", "test"}),
    "needs_info": frozenset({"unproven", "refuted", "test"}),
    "verified": frozenset({"unproven", "test"}),
    "unproven": frozenset({"unproven"}),
    "refuted": frozenset({"refuted"}),
    "referred": frozenset({"referred"}),
}
VERDICTS = [("verified", "Terverifikasi"), ("unproven", "Belum terbukti"), ("refuted", "Informasi tidak benar"),
            ("reopened", "Dibuka kembali"), ("closed", "Ditutup")]  # fmt: skip
LONGEST_REASON = 1000

# Admiralty grades. A source is graded by the ROLE that confirmed it, never by person (practice.md, safeguard 2).
SOURCES = [
    ("A", "A · selalu dapat dipercaya"), ("B", "B · biasanya dapat dipercaya"), ("C", "C · cukup dapat dipercaya"),
    ("D", "D · biasanya tidak dapat dipercaya"), ("E", "E · tidak dapat dipercaya"), ("F", "F · tidak dapat dinilai"),
]  # fmt: skip
CREDIBILITY = [
    (1, "1 · dibenarkan sumber lain"), (2, "2 · mungkin sekali benar"), (3, "3 · mungkin benar"),
    (4, "4 · meragukan"), (5, "5 · kecil kemungkinan benar"), (6, "6 · tidak dapat dinilai"),
]  # fmt: skip
CONFIRMERS = [
    ("bhabinkamtibmas", "Bhabinkamtibmas"), ("babinsa", "Babinsa"), ("lurah", "Lurah/kepala desa"), ("camat", "Camat"),
    ("fkdm", "Anggota FKDM"), ("opd", "Petugas perangkat daerah"), ("panwas", "Pengawas pemilu"), ("officer", "Petugas piket di lokasi"),
]  # fmt: skip
STAGES = [("potensi", "Potensi"), ("peristiwa", "Peristiwa"), ("konflik", "Konflik")]
SEVERITIES = [
    ("S1", "S1 · kekerasan berlangsung atau jiwa terancam"), ("S2", "S2 · berpotensi meluas"),
    ("S3", "S3 · ketegangan"), ("S4", "S4 · potensi"),
]  # fmt: skip

# Outside bodies a report may go to; the oversight ones take reports about officials (practice.md, safeguard 4).
BODIES = [
    ("bawaslu", "Bawaslu"), ("polri", "Polri"), ("sp4n", "SP4N-LAPOR!"), ("ppa", "UPTD PPA"), ("inspektorat", "Inspektorat"),
    ("ombudsman", "Ombudsman RI"), ("komnasham", "Komnas HAM"), ("propam", "Propam Polri"), ("lpsk", "LPSK"),
]  # fmt: skip
OVERSIGHT = frozenset({"inspektorat", "ombudsman", "komnasham", "propam", "lpsk"})

FIRST_LOOK = "triage.first_look"  # set by intake
VERIFY = "triage.verify"
ANSWER = "triage.answer"
RECORD = "triage.record"
FEEDBACK = "triage.feedback"
REFERRAL = "triage.referral"
DUTIES = (FIRST_LOOK, VERIFY, ANSWER, RECORD, FEEDBACK, REFERRAL)

# The duty each open state owes (domain.md §7.3: verification 6 h / 24 h, feedback 3 days).
OWED: dict[str, str] = {
    "received": FIRST_LOOK, "in_review": VERIFY, "needs_info": ANSWER, "verified": RECORD,
    "unproven": FEEDBACK, "refuted": FEEDBACK, "referred": REFERRAL,
}  # fmt: skip
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_WITHIN: dict[str, dict[str, timedelta]] = {
    FIRST_LOOK: {"S1": timedelta(minutes=10), "S2": timedelta(minutes=10), "S3": _HOUR, "S4": _HOUR},
    VERIFY: {"S1": 6 * _HOUR, "S2": 6 * _HOUR, "S3": _DAY, "S4": _DAY},
    ANSWER: dict.fromkeys(("S1", "S2", "S3", "S4"), _DAY),
    RECORD: {"S1": timedelta(minutes=15), "S2": _HOUR, "S3": 6 * _HOUR, "S4": 7 * _DAY},
    FEEDBACK: dict.fromkeys(("S1", "S2", "S3", "S4"), 3 * _DAY),
    REFERRAL: {"S1": _HOUR, "S2": 6 * _HOUR, "S3": _DAY, "S4": _DAY},
}
# How long after a missed instant the next level is told (domain.md §7.4, escalate if silent; at most a day here).
_AGAIN = {"S1": timedelta(minutes=15), "S2": _HOUR, "S3": 12 * _HOUR, "S4": _DAY}

LEASE = timedelta(minutes=15)  # sedang ditangani oleh


def may_move(state: str, to: str) -> bool:
    return to in MOVES.get(state, frozenset())


def may_close_as(state: str, kind: str) -> bool:
    return kind in CLOSING_FROM.get(state, frozenset())


def may_grade(source: str, confirmed_by: str) -> bool:
    """A citizen's report is F, not to be judged, until a member has confirmed it in their role."""
    if source not in dict(SOURCES) or (confirmed_by and confirmed_by not in dict(CONFIRMERS)):
        return False
    return source == "F" or bool(confirmed_by)


def always_on(severity: str) -> bool:
    """S1 and S2 run day and night; S3 and S4 in working hours (practice.md, duty hours)."""
    return severity in {"S1", "S2"}


def due_at(duty: str, severity: str, at: datetime, hours: Hours) -> datetime:
    """When a duty that begins now must be met, by the region's hours. An unknown severity counts as S3."""
    severity = severity or "S3"
    within = _WITHIN[duty][severity]
    return at + within if always_on(severity) else hours.after(at, within)


def again_at(duty: str, severity: str, at: datetime, hours: Hours) -> datetime:
    """When the next level is told, the duty still unmet."""
    severity = severity or "S3"
    pause = min(_WITHIN[duty][severity], _AGAIN[severity])
    return at + pause if always_on(severity) else hours.after(at, pause)


def next_owner(owner: str, *, province: str) -> str:
    """Who is told next: one level up from desa to province, then the chair, again and again.

    Matters about officials never leave the provincial secretariat.
    """
    kind, _, rest = owner.partition(":")
    if kind == "role":
        return owner if rest.startswith(("secretariat@", "chair@")) else f"role:chair@{province}"
    if kind == "duty" and rest.startswith(province + "."):
        return f"duty:{rest.rpartition('.')[0]}"
    return f"role:chair@{province}"


def worse(one: str, other: str) -> str:
    """The graver of two severities; '' is none."""
    return min((s for s in (one, other) if s), default="")
