"""What the columns of an office sheet are called and what its cells mean. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from kondusif.regions.rules import dotted

Cell = object  # None, str, int, float, bool, datetime, date, time as the file gives them


@dataclass(frozen=True)
class Column:
    """A column by its code; `words` are what offices call it, the first is how this house writes it."""

    code: str
    words: tuple[str, ...]
    required: bool = False


@dataclass(frozen=True)
class Kind:
    code: str
    label: str
    permission: str
    columns: tuple[Column, ...]

    @property
    def needed(self) -> str:
        return ", ".join(c.words[0] for c in self.columns if c.required)


MEMBERS = Kind("members", "Anggota tim (SK)", "team.manage", (
    Column("username", ("Nama pengguna", "Username", "User", "Akun")),
    Column("name", ("Nama", "Nama lengkap", "Nama dan gelar", "Nama pejabat")),
    Column("title", ("Jabatan", "Jabatan dinas", "Jabatan dalam dinas", "Jabatan pokok"), True),
    Column("role", ("Kedudukan dalam tim", "Peran", "Kedudukan", "Jabatan dalam tim"), True),
    Column("region", ("Daerah", "Kode daerah", "Kode wilayah", "Kabupaten/Kota", "Kab/Kota", "Wilayah"), True),
    Column("agency", ("Instansi", "OPD", "Unsur", "Unit kerja", "SKPD")),
    Column("email", ("Surel", "Email", "E-mail", "Surel dinas")),
    Column("phone", ("Telepon", "No HP", "Nomor HP", "HP", "No Telepon", "No WA", "Telepon dinas")),
))  # fmt: skip
ROSTER = Kind("roster", "Jadwal piket", "roster.manage", (
    Column("day", ("Tanggal", "Tgl", "Hari/Tanggal", "Hari, tanggal"), True),
    Column("starts", ("Mulai", "Jam mulai", "Dari", "Pukul mulai"), True),
    Column("ends", ("Selesai", "Jam selesai", "Sampai", "s.d", "Pukul selesai"), True),
    Column("user", ("Petugas", "Petugas piket", "Nama petugas", "Nama pengguna", "Nama"), True),
    Column("region", ("Daerah", "Kode daerah", "Kode wilayah", "Kabupaten/Kota", "Kab/Kota", "Wilayah"), True),
))  # fmt: skip
KINDS: dict[str, Kind] = {k.code: k for k in (MEMBERS, ROSTER)}

# How decrees call a post, beside the house's own word for it.
ROLE_WORDS: dict[str, str] = {
    "ketua": "chair", "ketua tim": "chair", "sekretaris": "secretary", "sekretaris tim": "secretary",
    "petugas piket": "duty_officer", "piket": "duty_officer", "kepala bidang": "division_head", "kabid": "division_head",
    "anggota": "agency", "anggota instansi": "agency", "verifikator": "verifier", "pemantau": "observer",
}  # fmt: skip


class Unread(ValueError):
    """A cell that does not say what its column needs; the message is Indonesian, a msgid of this stage."""


def plain(value: Cell) -> str:
    """A cell as one line of text; whole numbers without a trailing `.0`."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = "".join(c if c.isprintable() else " " for c in unicodedata.normalize("NFC", str(value)))
    return " ".join(text.split())


def key(value: Cell) -> str:
    return " ".join(re.sub(r"[^\w/]+", " ", plain(value).casefold().replace("*", "")).split())


def match(head: Sequence[Cell], kind: Kind) -> dict[str, int]:
    """Which column stands where: exact synonyms only, the first of two equals; nothing is guessed."""
    found: dict[str, int] = {}
    for code, place in ((c.code, n) for c in kind.columns for n, word in enumerate(head) if key(word) in _keys(c)):
        if code not in found and place not in found.values():
            found[code] = place
    return found


def _keys(column: Column) -> set[str]:
    return {key(w) for w in column.words}


def find_head(rows: Sequence[Sequence[Cell]], kind: Kind) -> tuple[int, dict[str, int]]:
    """The index of the first row after the head, and where each column stands. One or two rows; an upper word is
    believed where the lower one says nothing known. (0, {}) where no required column is found."""
    best: tuple[int, dict[str, int]] = (0, {})
    for at, row in enumerate(rows[:20]):
        single = match(row, kind)
        if len(single) > len(best[1]):
            best = (at + 1, single)
        if at + 1 < len(rows):
            known = set().union(*(_keys(c) for c in kind.columns))
            lower = list(rows[at + 1]) + [None] * (len(row) - len(rows[at + 1]))
            both = [b if key(b) in known else a for a, b in zip(row, lower, strict=False)]
            double = match(both, kind)
            if len(double) > len(best[1]) and match(lower, kind):
                best = (at + 2, double)
    return best


_TOTAL = re.compile(r"(total|jumlah|sub ?total|rekap\w*|keterangan|mengetahui)\b")


def is_stray(cells: Sequence[Cell]) -> bool:
    """A row that is no data: empty, one word across (a section, a total), or the numbers of the columns."""
    said = [key(c) for c in cells if plain(c)]
    if not said:
        return True
    if len(set(said)) == 1 or _TOTAL.match(said[0]):
        return True
    return len(said) > 2 and said == [str(n) for n in range(1, len(said) + 1)]


def read_region(value: Cell, names: Mapping[str, str]) -> str:
    """`64.71`, 64.71 as a number, 6471, `64,71`, `Kota Balikpapan` → `64.71`. `names`: key of a name → code."""
    if isinstance(value, float) and not value.is_integer():
        value = f"{value:.2f}"  # 64.1 is 64.10 whose zero was lost
    text = plain(value).replace(",", ".")
    said = re.sub(r"^kab( |$)", "kabupaten ", key(value)).strip()
    if found := names.get(said):
        return found
    code = dotted(text)
    if not code:
        raise Unread("daerah tidak dikenal")
    return code


def read_phone(value: Cell) -> str:
    """Digits with the leading zero a number has lost; `+62…` stays."""
    text = plain(value)
    digits = re.sub(r"\D", "", text)
    if not digits:
        if text in {"", "-", "–"}:
            return ""
        raise Unread("nomor telepon tidak terbaca")
    if not 5 <= len(digits) <= 15:
        raise Unread("nomor telepon terlalu pendek atau panjang")
    if text.startswith("+") or digits.startswith("62"):
        return "+" + digits
    lost = not digits.startswith("0") and (isinstance(value, int | float) or digits.startswith("8"))
    return "0" + digits if lost else digits


MONTHS = ("januari", "februari", "maret", "april", "mei", "juni", "juli", "agustus", "september", "oktober", "november", "desember")  # fmt: skip
_SHORT = {m[:3]: n for n, m in enumerate(MONTHS, 1)} | {"agt": 8, "nop": 11, "pebruari"[:3]: 2}
_EPOCH = date(1899, 12, 30)  # Excel's day 0, with its leap year 1900 already in


def read_day(value: Cell) -> date:
    """A date cell, a serial number of 2000 to 2099, `2 Desember 2020`, `Rabu, 02/12/2020`, `2020-12-02`."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, bool):
        raise Unread("tanggal tidak terbaca")
    if isinstance(value, int | float):
        if 36526 <= value < 73051:
            return _EPOCH + timedelta(days=int(value))
        raise Unread("tanggal tidak terbaca")
    text = re.sub(r"^[a-z'’]+,?\s+(?=\d)", "", plain(value).casefold())
    try:
        if found := re.fullmatch(r"(\d{4})-(\d\d?)-(\d\d?)", text):
            return date(*(int(g) for g in found.groups()))
        if found := re.fullmatch(r"(\d\d?)[/.\-](\d\d?)[/.\-](\d{4})", text):
            return date(int(found[3]), int(found[2]), int(found[1]))
        if found := re.fullmatch(r"(\d\d?)[ \-]+([a-z]{3,9})\.?[ \-]+(\d{4})", text):
            month = _SHORT.get(found[2][:3])
            if month:
                return date(int(found[3]), month, int(found[1]))
    except ValueError:
        pass
    raise Unread("tanggal tidak terbaca")


def read_minutes(value: Cell) -> int:
    """Minutes after midnight, 0 to 1440: a time cell, a fraction of a day, `08.00`, `8:30 WITA`, 8.3 (08.30 as a number)."""
    if isinstance(value, datetime | time):
        return value.hour * 60 + value.minute
    if isinstance(value, int | float) and not isinstance(value, bool):
        if 0 < value < 1:
            return round(value * 1440)
        value = f"{value:.2f}" if isinstance(value, float) else str(value)
    text = re.sub(r"^(jam|pukul)\s+|\s*(wib|wita|wit)$", "", plain(value).casefold())
    found = re.fullmatch(r"(\d\d?)(?:[.:](\d\d)(?::00)?)?", text)
    if found:
        minutes = int(found[1]) * 60 + int(found[2] or 0)
        if int(found[2] or 0) < 60 and minutes <= 1440:
            return minutes
    raise Unread("jam tidak terbaca")


def read_role(value: Cell, labels: Mapping[str, str]) -> str:
    """A post by the decree's word, the house's word (`labels`: key → code), or its code."""
    said = key(value)
    found = ROLE_WORDS.get(said) or labels.get(said)
    if not found:
        raise Unread("kedudukan dalam tim tidak dikenal")
    return found


_FRONT = re.compile(r"^(?:(?:drs|dra|dr|ir|h|hj|prof|kh|ust|letkol|kombes|akbp|kol|mayor)\.?\s+)+", re.IGNORECASE)


def bare_name(value: Cell) -> str:
    """`Drs. H. A. B., M.Si.` → `A. B.`: academic and religious titles off, front and back."""
    return _FRONT.sub("", plain(value).partition(",")[0]).strip()
