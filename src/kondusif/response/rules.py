"""States of an incident and of a task, what closing asks in proportion to severity, titles that name no group. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from kondusif.teams.hours import Hours
from kondusif.triage.rules import always_on
from kondusif.triage.title_words import group_words

# domain.md §7.4. `confirmed` is passed through within one act: to the watch, or for S4 straight to the end.
STATES = [
    ("open", "Terbuka"), ("assigned", "Ditugaskan"), ("handling", "Ditangani"), ("calmed", "Diredakan"),
    ("proposed", "Diusulkan selesai"), ("confirmed", "Dikonfirmasi"), ("watched", "Dipantau"), ("closed", "Tuntas"),
]  # fmt: skip
MOVES: dict[str, frozenset[str]] = {
    "open": frozenset({"assigned", "handling", "calmed", "proposed"}),
    "assigned": frozenset({"open", "handling", "calmed", "proposed"}),
    "handling": frozenset({"open", "assigned", "calmed", "proposed"}),
    "calmed": frozenset({"open", "handling", "proposed"}),
    "proposed": frozenset({"handling", "confirmed", "open"}),
    "confirmed": frozenset({"watched", "closed"}),
    "watched": frozenset({"closed", "open"}),
    "closed": frozenset({"open"}),
}
OPEN = frozenset({"open", "assigned", "handling", "calmed", "proposed", "watched"})
AT_WORK = frozenset({"open", "assigned", "handling", "calmed"})
ENDING = frozenset({"proposed", "watched", "closed"})  # a newly linked report opens these again
ORIGINS = [("report", "Laporan"), ("import", "Impor"), ("potential", "Peta potensi")]
STAGES = [("potensi", "Potensi"), ("peristiwa", "Peristiwa"), ("konflik", "Konflik")]

TASK_STATES = [
    ("asked", "Belum dijawab"), ("accepted", "Diterima"), ("forwarded", "Diteruskan"), ("declined", "Tidak dapat"),
    ("done", "Sudah ditangani"), ("cancelled", "Dibatalkan"),
]  # fmt: skip
TASK_MOVES: dict[str, frozenset[str]] = {
    "asked": frozenset({"accepted", "forwarded", "declined", "done", "cancelled"}),
    "accepted": frozenset({"forwarded", "declined", "done", "cancelled"}),
    "forwarded": frozenset(),
    "declined": frozenset(),
    "done": frozenset(),
    "cancelled": frozenset(),
}
TASK_OPEN = frozenset({"asked", "accepted"})
KINDS = [("assign", "Tugaskan"), ("support", "Mohon dukungan")]
PURPOSES = [
    ("calm", "Meredakan dan berdialog"), ("stop_violence", "Menghentikan kekerasan"), ("protect", "Perlindungan peserta dan warga"),
    ("check", "Memeriksa di lapangan"), ("inform", "Meluruskan informasi"), ("aid", "Bantuan dan layanan"), ("other", "Lainnya"),
]  # fmt: skip
CALLS = [("answered", "Diangkat"), ("no_answer", "Tidak diangkat"), ("wrong_number", "Nomor salah")]
RELATIONS = [("cause", "Menyebabkan"), ("spill_over", "Merembet ke"), ("related", "Berkaitan dengan")]
OUTCOMES = [
    ("agreement", "Kesepakatan para pihak"), ("ended", "Berakhir, terdokumentasi"), ("court", "Ke jalur hukum"),
    ("no_agreement", "Musyawarah gagal, diteruskan"), ("subsided", "Potensi mereda"),
]  # fmt: skip
AGREED_BY = [
    ("pihak_1", "Pihak pertama"), ("pihak_2", "Pihak kedua"), ("adat", "Tokoh adat"), ("agama", "Tokoh agama"),
    ("pemuda", "Tokoh pemuda"), ("perempuan", "Tokoh perempuan"), ("lurah", "Lurah/kepala desa"), ("camat", "Camat"),
    ("polri", "Polri"), ("tni", "TNI"), ("perusahaan", "Perusahaan"), ("pemda", "Pemerintah daerah"), ("penyelenggara", "Penyelenggara pemilu"),
]  # fmt: skip
CONFIRMERS = [
    ("agency", "Instansi lain"),
    ("verifier", "Lurah/camat"),
    ("chair", "Ketua tim"),
    ("reporter", "Pelapor"),
    ("office", "Sekretariat tim"),
]
LONGEST = 2000

ASSIGN = "response.assign"
PROGRESS = "response.progress"
CONFIRM = "response.confirm"
CLOSE = "response.close"
ACKNOWLEDGE = "response.acknowledge"
FINISH = "response.finish"
INCIDENT_DUTIES = (ASSIGN, PROGRESS, CONFIRM, CLOSE)
TASK_DUTIES = (ACKNOWLEDGE, FINISH)
OWED: dict[str, str] = {
    "open": ASSIGN, "assigned": PROGRESS, "handling": PROGRESS, "calmed": PROGRESS, "proposed": CONFIRM, "watched": CLOSE,
}  # fmt: skip
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_MONTH = 21 * _DAY  # days are working days where clocks keep office hours: about a month of them
_WITHIN: dict[str, dict[str, timedelta]] = {
    ASSIGN: {"S1": timedelta(minutes=5), "S2": timedelta(minutes=15), "S3": _HOUR, "S4": _DAY},
    PROGRESS: {"S1": timedelta(minutes=15), "S2": _HOUR, "S3": _DAY, "S4": _MONTH},  # report to the head
    CONFIRM: {"S1": _DAY, "S2": _DAY, "S3": 3 * _DAY, "S4": _MONTH},  # S4: the monthly meeting
    CLOSE: dict.fromkeys(("S1", "S2", "S3", "S4"), _DAY),
}
_AGAIN = {"S1": timedelta(minutes=15), "S2": _HOUR, "S3": 12 * _HOUR, "S4": 7 * _DAY}


@dataclass(frozen=True)
class Contract:
    """What must be shown before an incident is closed (practice.md, closing in proportion)."""

    evidence: bool
    confirmers: frozenset[str]
    watch: timedelta


_SECOND = frozenset({"agency", "verifier", "chair", "reporter"})
CONTRACTS: dict[str, Contract] = {
    "S1": Contract(True, _SECOND, timedelta(days=14)),
    "S2": Contract(True, _SECOND, timedelta(days=14)),
    "S3": Contract(False, frozenset({"agency", "verifier", "reporter"}), timedelta(days=7)),
    "S4": Contract(False, frozenset({"verifier"}), timedelta(0)),
}


@dataclass(frozen=True)
class Side:
    """Who proposes or confirms: the person, their agency (None for the office), and in what capacity."""

    person: str
    kind: str
    agency: int | None = None


def may_move(state: str, to: str) -> bool:
    return to in MOVES.get(state, frozenset())


def may_move_task(state: str, to: str) -> bool:
    return to in TASK_MOVES.get(state, frozenset())


def may_confirm(
    severity: str, *, proposer: Side, lead_agency: int | None, by: Side, office_leads: bool = False
) -> bool:
    """A second party: of a kind the contract allows, another person, another agency than the lead's and the proposer's.

    The team's office is a second party only to an agency's proposal, and never where Kesbangpol itself leads.
    """
    contract = CONTRACTS[severity]
    if by.kind == "office":
        if proposer.kind != "agency" or office_leads or "agency" not in contract.confirmers:
            return False
    elif by.kind not in contract.confirmers:
        return False
    if by.person == proposer.person:
        return False
    return by.agency is None or by.agency not in {lead_agency, proposer.agency}


def missing_proof(severity: str, *, evidence: str, confirmed: bool, watch_until: datetime | None, at: datetime) -> str:
    """What still stands between an incident and its end: "evidence", "confirmation", "watch", or ''."""
    contract = CONTRACTS[severity]
    if contract.evidence and not evidence.strip():
        return "evidence"
    if not confirmed:
        return "confirmation"
    if contract.watch and (watch_until is None or at < watch_until):
        return "watch"
    return ""


def due_at(duty: str, severity: str, at: datetime, hours: Hours) -> datetime:
    within = _WITHIN[duty][severity]
    return at + within if always_on(severity) else hours.after(at, within)


def minutes_from(at: datetime, minutes: int, severity: str, hours: Hours) -> datetime:
    """When minutes of a plan end: by the clock for S1 and S2, by the region's hours for the rest."""
    within = timedelta(minutes=minutes)
    return at + within if always_on(severity) else hours.after(at, within)


def again_at(severity: str, at: datetime, hours: Hours) -> datetime:
    pause = _AGAIN[severity]
    return at + pause if always_on(severity) else hours.after(at, pause)


def next_for_agency(owner: str, *, kabkota: str) -> str:
    """Who is told when a vertical agency is silent: the team's secretary, then its chair, are prompted to call or write.

    A limit of coordination, shown to nobody else.
    """
    kind, _, rest = owner.partition(":")
    if kind == "agency":
        return f"role:secretary@{kabkota}"
    return f"role:chair@{kabkota}" if rest.startswith("secretary@") else owner


def kind_for(vertical: bool) -> str:
    """Vertical agencies are asked for support, regional ones assigned."""
    return "support" if vertical else "assign"


# UU 7/2012 Ps. 13: stopping violence is coordinated and controlled by Polri.
_STOPPING = re.compile(r"\b(?:hentikan|menghentikan|penghentian|bubarkan|membubarkan|lumpuhkan|tangkap|menangkap)\b")
_DISPERSING = re.compile(
    r"\b(?:bubarkan|membubarkan|pembubaran|larang|melarang|pelarangan|sanksi|cabut izin|tangkap|menangkap)\b"
)


def stops_violence(purpose: str, title: str) -> bool:
    return purpose == "stop_violence" or bool(_STOPPING.search(title.lower()) and "kekerasan" in title.lower())


def may_task(purpose: str, title: str, *, agency_kind: str, acled: str) -> str:
    """Why a task may not be given so: "polri" (theirs alone), "protest" (a right, not to be dispersed), or ''."""
    if acled == "peaceful_protest" and (purpose == "stop_violence" or _DISPERSING.search(title.lower())):
        return "protest"
    if stops_violence(purpose, title) and agency_kind != "polri":
        return "polri"
    return ""


SHORTEST_TITLE, LONGEST_TITLE = 8, 120


def title_fault(title: str) -> str:
    """ "length", "group", "number" (a NIK or a phone) or ''."""
    if not SHORTEST_TITLE <= len(title) <= LONGEST_TITLE:
        return "length"
    if group_words(title):
        return "group"
    return "number" if re.search(r"\d{8,}", title.replace(" ", "").replace("-", "")) else ""


def worst(severities: Iterable[str]) -> str:
    return min((s for s in severities if s), default="S4")


def plan_category(snpk: str) -> str:
    """The category under which response plans are kept: SNPK's, with "election" for matters of elections."""
    return {"pemilihan": "election"}.get(snpk, snpk)
