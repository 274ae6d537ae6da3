"""What a report must hold to be received, and how it is cleaned. Pure."""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from kondusif.intake.message.matters import KIND_NAMES, SOURCES

CHANNELS = [
    ("web", "Formulir web"), ("phone", "Telepon"), ("walk_in", "Datang langsung"), ("api", "Sistem lain"),
    ("whatsapp", "WhatsApp"), ("pasted", "Pesan tempelan"),
    ("sms", "SMS"), ("telegram", "Telegram"), ("email", "Surel"),
]  # fmt: skip
DESK_CHANNELS = frozenset({"phone", "walk_in", "whatsapp", "pasted"})  # an officer's hand: with a permission, and named
THREAT = [("yes", "Ya, sedang terjadi"), ("no", "Tidak"), ("unknown", "Tidak tahu")]
WHEN = [("minute", "Pukul itu"), ("hour", "Sekitar jam itu"), ("day", "Hari itu"), ("unknown", "Tidak diketahui")]
PRECISIONS = [
    ("point", "Titik"), ("desa", "Desa/kelurahan"), ("kecamatan", "Kecamatan"), ("kabkota", "Kabupaten/kota"),
    ("estimate", "Perkiraan"), ("unknown", "Tanpa lokasi"),
]  # fmt: skip

# domain.md §7.3: these words and no others, everywhere.
STATES = [
    ("received", "Diterima"), ("in_review", "Ditriase"), ("verified", "Terverifikasi"), ("unproven", "Belum terbukti"),
    ("refuted", "Informasi tidak benar"), ("referred", "Dirujuk"), ("needs_info", "Perlu keterangan"),
    ("linked", "Dikaitkan"), ("archived", "Diarsipkan"),
]  # fmt: skip

# Why a contact may be opened; a closed list (practice.md, safeguard 6).
REASONS = [
    ("life", "Menyelamatkan jiwa pelapor atau orang lain"),
    ("subject", "Permintaan pelapor sendiri (UU 27/2022)"),
    ("court", "Perintah pengadilan"),
    ("protection", "Perlindungan saksi dan pelapor (UU 31/2014)"),
]

# Where a report about officials may go, as the reporter chooses (practice.md, safeguard 4).
OVERSIGHT = [
    ("inspektorat", "Inspektorat"), ("ombudsman", "Ombudsman RI"), ("komnasham", "Komnas HAM"),
    ("propam", "Propam Polri"), ("lpsk", "LPSK"),
]  # fmt: skip

# Whom the watch has asked before it says nihil (practice.md, Nil report).
NIL_SOURCES = [
    ("watch", "Petugas piket dan nomor siaga"), ("subdistricts", "Kecamatan, desa dan kelurahan"),
    ("village_officers", "Babinsa dan Bhabinkamtibmas"), ("forums", "FKDM, FKUB dan tokoh masyarakat"),
    ("media", "Media sosial dan pemberitaan"),
]  # fmt: skip
DAY_STATES = [("reported", "Ada laporan"), ("nil", "Nihil"), ("missing", "Belum melapor")]
NIL_REMIND = time(17, 0)  # local: the watch is reminded
NIL_BY = time(18, 0)  # local: by then every region has spoken, or the board says who has not


LONGEST_TEXT = 5000
LONGEST_PLACE = 200
OLDEST = timedelta(days=366)
CLOCK_SKEW = timedelta(minutes=10)

TRIAGE_DUTY = "triage.first_look"
TRIAGE_WITHIN = {"yes": timedelta(minutes=10), "no": timedelta(hours=1), "unknown": timedelta(hours=1)}

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U
_MISREAD = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V"})
# Bidirectional overrides can make a text read other than it is; zero-width marks hide words from search.
_HIDDEN = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufff9-\ufffb]")


MOST_COUNTED = 100_000


@dataclass(frozen=True)
class Told:
    """What a message tells beside its story, as an officer let it stand. None: not told; 0: told that there are none."""

    kind: str = ""
    people: int | None = None
    dead: int | None = None
    injured: int | None = None
    source: str = ""

    @property
    def counts(self) -> tuple[tuple[str, int | None], ...]:
        return (("people", self.people), ("dead", self.dead), ("injured", self.injured))

    @property
    def empty(self) -> bool:
        return self == Told()


class Draft(NamedTuple):
    """A report before it is received: plain, checked, not yet located. Times are aware."""

    uuid: UUID
    text: str
    channel: str
    reported_at: datetime | None = None  # the sender's own clock; None where it has none
    threatened: str = "unknown"
    restricted: bool = False
    refer_to: str = ""
    language: str = "id"
    occurred_at: datetime | None = None
    occurred_precision: str = "unknown"
    observed_at: datetime | None = None
    region: str = ""
    place_text: str = ""
    lat: float | None = None
    lon: float | None = None
    contact: str = ""
    attachments: tuple[KeptFile, ...] = ()
    told: Told | None = None
    handed_in: str = ""  # SHA-256 of the content as a device handed it in for a signed receipt


@dataclass(frozen=True)
class KeptFile:
    """An attachment already on disk, by content."""

    digest: str
    media_type: str
    size: int
    name: str


@dataclass(frozen=True)
class Fault:
    """What is wrong with one field: a stable code; the sentence stands in `actions.FAULTS`."""

    field: str
    code: str


def clean(text: str) -> str:
    """Text as it will be kept: composed, no control or hidden characters, line ends unified, at most two blank lines."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isascii():
        text = _HIDDEN.sub("", unicodedata.normalize("NFC", text))
    if not text.replace("\n", "").isprintable():  # the common text is, and needs no second look
        text = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs", "Co", "Cn"})
    return (re.sub(r"\n{4,}", "\n\n\n", text) if "\n\n\n\n" in text else text).strip()


def nil_sources(named: Iterable[str]) -> list[str]:
    """The known sources among the named, each once, in the order of the list."""
    wanted = set(named)
    return [code for code, _ in NIL_SOURCES if code in wanted]


def day_state(reports: int, *, filed: bool) -> str:
    """What a region's day is called. A report weighs more than a nil report, whichever came first."""
    return "reported" if reports else "nil" if filed else "missing"


def faults(draft: Draft, *, at: datetime) -> list[Fault]:
    """Everything that keeps a draft from being received; empty where nothing does."""
    found: list[Fault] = []
    if not draft.text:
        found.append(Fault("text", "text-empty"))
    elif len(draft.text) > LONGEST_TEXT:
        found.append(Fault("text", "text-too-long"))
    if len(draft.place_text) > LONGEST_PLACE:
        found.append(Fault("place_text", "place-too-long"))
    if draft.threatened not in TRIAGE_WITHIN:
        found.append(Fault("threatened", "threat-unknown-word"))
    if draft.refer_to and draft.refer_to not in dict(OVERSIGHT):
        found.append(Fault("refer_to", "oversight-unknown"))
    if (draft.lat is None) != (draft.lon is None):
        found.append(Fault("lat", "point-half"))
    for name, when in (("occurred_at", draft.occurred_at), ("observed_at", draft.observed_at)):
        if when is None:
            continue
        if when > at + CLOCK_SKEW:
            found.append(Fault(name, "time-in-future"))
        elif when < at - OLDEST:
            found.append(Fault(name, "time-too-old"))
    return found + (_told_faults(draft.told) if draft.told else [])


def _told_faults(told: Told) -> list[Fault]:
    found = [Fault(name, "count-impossible") for name, n in told.counts if n is not None and not 0 <= n <= MOST_COUNTED]
    if told.kind and told.kind not in dict(KIND_NAMES):
        found.append(Fault("kind", "kind-unknown"))
    if told.source and told.source not in dict(SOURCES):
        found.append(Fault("source", "source-unknown"))
    return found


def cleaned(draft: Draft, *, at: datetime) -> Draft:
    """The draft as it will be kept: words cleaned, one line for place and contact, the sender's clock held to ours."""
    return draft._replace(
        text=clean(draft.text),
        place_text=clean(draft.place_text).replace("\n", " ") if draft.place_text else "",
        contact=clean(draft.contact).replace("\n", " ")[:200] if draft.contact else "",
        reported_at=reported_at(draft.reported_at, at=at),
    )


def reported_at(claimed: datetime | None, *, at: datetime) -> datetime:
    """The sender's own time of sending, unless it is ahead of ours: a clock that runs ahead must not hide lateness."""
    return min(claimed, at) if claimed else at


LONGEST_WAIT = timedelta(days=60)  # a device that says it waited longer does not know its own time


def written_at(
    *, received: datetime, device_now: datetime, device_written: datetime, age: timedelta | None = None
) -> datetime | None:
    """When a thing was written, by our clock; None where the device cannot know.

    Only how long it waited is believed: `age` by the device's monotonic clock, else the difference of two readings of its
    wall clock. A clock that is wrong by hours is wrong in both readings, and the error cancels out.
    """
    waited = age if age is not None else device_now - device_written
    return received - waited if timedelta(0) <= waited <= LONGEST_WAIT else None


def content_digest(draft: Draft) -> str:
    """Tells whether two submissions under one UUID say the same."""
    parts = (
        draft.text, draft.threatened, str(draft.restricted), draft.refer_to, draft.place_text, draft.region,
        repr(draft.lat), repr(draft.lon), _instant(draft.occurred_at), draft.contact,
        *(a.digest for a in draft.attachments), *((repr(draft.told),) if draft.told else ()),
    )  # fmt: skip
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _instant(when: datetime | None) -> str:
    return when.astimezone(UTC).isoformat() if when else ""


_PAIRS = [a + b for a in _ALPHABET for b in _ALPHABET]


def base32(value: int, length: int) -> str:
    """The lowest `5 × length` bits in Crockford's letters."""
    pairs = "".join([_PAIRS[(value >> shift) & 1023] for shift in range(10 * ((length - 1) // 2), -1, -10)])
    return pairs[-length:]


MOMENT = timedelta(seconds=1 / 32)  # codes of one moment differ by chance alone
CHANCE_BITS = 10


def report_code(at: datetime, chance: int) -> str:
    """`KDS-` + the moment in six letters (they come round after a year) + two letters of chance (`CHANCE_BITS`).

    Codes of one moment lie together in every index that holds them, so that a burst of reports dirties few pages; chance
    keeps them from telling how many others came in.
    """
    return f"KDS-{_moment(at)}{_PAIRS[chance & 1023]}"


@lru_cache(maxsize=8)  # a batch shares its moment
def _moment(at: datetime) -> str:
    return base32(int(at.timestamp() * 32), 6)


def tracking_code(secret: bytes, uuid: UUID) -> str:
    """Sixty bits bound to the client's own UUID: a device that lost our answer gets the same code when it asks again."""
    total = hmac.digest(secret, b"tracking" + uuid.bytes, "sha256")
    letters = base32(int.from_bytes(total[:8], "big"), 12)
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"


def tracking_digest(code: str) -> str:
    """Digest under which a typed code is looked up; forgiving of case, hyphens and misread letters."""
    plain = code.replace("-", "").upper()
    if not (plain.isascii() and plain.isalnum()):
        plain = re.sub(r"[^0-9A-Z]", "", plain)
    plain = plain.translate(_MISREAD)
    return hashlib.sha256(plain.encode()).hexdigest()


def cell_of(lat: float, lon: float) -> int:
    """The 0.01° square (about 1.1 km) a point lies in; squares are numbered row by row."""
    return int((lat + 90) * 100) * 36000 + int((lon + 180) * 100)


def around(cell: int) -> list[int]:
    """A square and its eight neighbours."""
    return [cell + row * 36000 + column for row in (-1, 0, 1) for column in (-1, 0, 1)]


def safe_cell(value: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return "'" + value if value[:1] in {"=", "+", "-", "@", "\t", "\r"} else value


def settle_region(claimed: str, located: str, *, exact: bool) -> tuple[str, bool]:
    """Which region a report belongs to, and whether its point may be trusted.

    A point within the region the reporter named makes it deeper. Where they contradict each other (a phone in one town
    reporting on another) or the point is only an estimate, the reporter's word stands and the point is an estimate.
    """
    if not claimed:
        return located, exact
    if exact and (located == claimed or located.startswith(claimed + ".")):
        return located, True
    return claimed, exact and claimed.startswith(located + ".")


def place_precision(region: str, has_point: bool, exact: bool, *, province: str) -> str:
    """How well the place is known: a point, the level of the region named, an estimate, or not at all."""
    if has_point:
        return "point" if exact else "estimate"
    if not region or region == province:
        return "unknown"
    return {1: "kabkota", 2: "kecamatan", 3: "desa"}.get(region.count("."), "unknown")
