"""What a sheet says row by row, set against what the house holds: new, changed, the same, refused, passed over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from kondusif.ledger.actor import Actor
from kondusif.ledger.errors import Refusal, Text
from kondusif.regions.queries import exists, name_of
from kondusif.teams.forms import region_choices
from kondusif.teams.models import Agency, Duty, Shift, User
from kondusif.teams.queries import ancestors, current
from kondusif.teams.rosters import LONGEST
from kondusif.teams.rules import ROLES, may_hold
from kondusif.teams.sheets import rules
from kondusif.teams.sheets.book import Line, Sheet, address
from kondusif.teams.sheets.rules import Kind, Unread

STATES = (
    ("new", _("baru")),
    ("changed", _("berubah")),
    ("same", _("sama")),
    ("refused", _("ditolak")),
    ("skipped", _("dilewati")),
)


class ColumnsMissing(Refusal):
    code = "sheet-columns"
    status = 422
    what = _("Kepala tabel lembar ini tidak dikenali.")
    do = _("Unduh contoh lembar, samakan judul kolomnya, lalu unggah lagi.")


@dataclass(frozen=True)
class Member:
    username: str
    said: Mapping[str, str]  # title, email, phone: those the sheet has
    role: str
    region: str
    agency: int | None


@dataclass(frozen=True)
class Turn:
    user: int
    region: str
    starts_at: datetime
    ends_at: datetime
    shift: int | None = None  # the turn whose end it changes


@dataclass(frozen=True)
class Outcome:
    """One row. `where`: the cell that decided it. `thing`: what will be written, for new and changed rows."""

    line: int
    state: str
    words: str
    where: str = ""
    reason: Text = ""
    thing: object = None


@dataclass(frozen=True)
class Plan:
    kind: Kind
    sheet: str
    passed: tuple[str, ...]
    matched: tuple[tuple[str, str, str], ...]  # the house's word, the sheet's word, the cell
    outcomes: tuple[Outcome, ...]

    def counts(self) -> dict[str, int]:
        found = Counter(o.state for o in self.outcomes)
        return {state: found[state] for state, _words in STATES}

    def mark(self) -> tuple[object, ...]:
        """What an apply must find again: what would be written."""
        return tuple((o.line, o.state, o.thing) for o in self.outcomes if o.thing)


class RowRefused(Exception):
    def __init__(self, column: str, reason: Text) -> None:
        self.column, self.reason = column, reason


@dataclass
class Reading:
    """One row being read: its cells by column, and where they stand."""

    line: Line
    places: Mapping[str, int]
    column: str = ""

    def get(self, code: str) -> rules.Cell:
        self.column = code
        place = self.places.get(code)
        return None if place is None or place >= len(self.line.cells) else self.line.cells[place]

    def where(self, code: str) -> str:
        return address(self.places.get(code, min(self.places.values())), self.line.number)


@dataclass
class House:
    """What rows are set against, read once."""

    by: Actor
    at: datetime
    kind: Kind
    names: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    titles: dict[str, list[User]] = field(default_factory=dict)
    agencies: dict[str, list[Agency]] = field(default_factory=dict)
    duties: dict[int, list[Duty]] = field(default_factory=dict)
    shifts: dict[tuple[int, str, datetime], Shift] = field(default_factory=dict)
    seen: dict[tuple[object, ...], int] = field(default_factory=dict)
    kept: dict[str, Any] = field(default_factory=dict)  # what a later stage's judge reads once

    def __post_init__(self) -> None:
        for code, short in region_choices(("",), settings.PROVINCE):
            self.names |= {rules.key(short): code, rules.key(name_of(code)): code}
        self.labels = {rules.key(r.label): r.code for r in ROLES.values()} | {rules.key(c): c for c in ROLES}
        for user in User.objects.all():
            self.users[user.username.casefold()] = user
            if user.is_active:
                self.titles.setdefault(rules.key(str(user)), []).append(user)
        for agency in Agency.objects.all():
            for word in {rules.key(agency.name), rules.key(agency.code)}:
                self.agencies.setdefault(word, []).append(agency)
        if self.kind is rules.MEMBERS:
            for duty in Duty.objects.filter(current(self.at)):
                self.duties.setdefault(duty.user_id, []).append(duty)
        else:
            for shift in Shift.objects.filter(ends_at__gt=self.at):
                self.shifts[shift.user_id, shift.region, shift.starts_at] = shift

    def once(self, key: tuple[object, ...], line: int, column: str) -> None:
        if (first := self.seen.setdefault(key, line)) != line:
            raise RowRefused(column, _("Sudah disebut di baris %(line)d.") % {"line": first})

    def region(self, row: Reading) -> str:
        code = rules.read_region(row.get("region"), self.names)
        if not exists(code):
            raise RowRefused("region", _("Daerah tidak dikenal."))
        if not self.by.permits(self.kind.permission, code):
            raise RowRefused("region", _("Anda tidak berwenang di daerah ini."))
        return code


def plan(kind: Kind, sheet: Sheet, *, by: Actor, at: datetime) -> Plan:
    """Set every row against the house; writes nothing."""
    start, places = rules.find_head([x.cells for x in sheet.lines[:21]], kind)
    missing = [c.words[0] for c in kind.columns if c.required and c.code not in places]
    if missing:
        raise ColumnsMissing(_("Kolom tidak ditemukan: %(names)s.") % {"names": ", ".join(missing)})
    house = House(by, at, kind)
    judge = JUDGES[kind.code]
    outcomes = tuple(_outcomes(sheet.lines[start:], places, house, judge))
    heads = sheet.lines[:start]
    matched = tuple(
        (c.words[0], _head_words(heads, places[c.code]), address(places[c.code], heads[-1].number))
        for c in kind.columns if c.code in places
    )  # fmt: skip
    return Plan(kind, sheet.name, sheet.passed, matched, outcomes)


def _head_words(heads: Sequence[Line], place: int) -> str:
    return next((rules.plain(h.cells[place]) for h in reversed(heads) if rules.plain(h.cells[place])), "")


def _outcomes(
    lines: Sequence[Line], places: Mapping[str, int], house: House, judge: Callable[[Reading, House], Outcome]
) -> Iterator[Outcome]:
    for line in lines:
        if all(c is None for c in line.cells):
            continue
        row = Reading(line, places)
        words = " · ".join(rules.plain(line.cells[p]) for p in places.values() if p < len(line.cells))[:120]
        if rules.is_stray(line.cells):
            yield Outcome(line.number, "skipped", words, reason=_("Judul bagian, jumlah, atau nomor kolom."))
        elif line.hidden:
            yield Outcome(
                line.number, "refused", words, address(0, line.number), _("Baris ini disembunyikan di Excel.")
            )
        else:
            try:
                yield judge(row, house)
            except Unread as fault:
                yield Outcome(line.number, "refused", words, row.where(row.column), _(str(fault)))
            except RowRefused as fault:
                yield Outcome(line.number, "refused", words, row.where(fault.column), fault.reason)


# --- members of the team ----------------------------------------------------------------------------------------------


def _member(row: Reading, house: House) -> Outcome:
    region = house.region(row)
    role = rules.read_role(row.get("role"), house.labels)
    title = rules.plain(row.get("title"))
    if not 2 <= len(title) <= 120:
        raise RowRefused("title", _("Jabatan kosong atau lebih panjang dari 120 huruf."))
    username = _username(row, title)
    said = {"title": title}
    if "email" in row.places:
        said["email"] = _email(row)
    if "phone" in row.places:
        said["phone"] = rules.read_phone(row.get("phone"))
    agency = _agency(row, role, region, house)
    if not may_hold(role, region):
        raise RowRefused("role", _("Peran ini hanya untuk provinsi."))
    house.once((username, role, region), row.line.number, "role")
    thing = Member(username, said, role, region, agency)
    user = house.users.get(username)
    state = "new" if user is None else _against(user, thing, house)
    words = f"{title} · {name_of(region)}"
    return Outcome(row.line.number, state, words, row.where("title"), thing=None if state == "same" else thing)


def _username(row: Reading, title: str) -> str:
    given = rules.plain(row.get("username"))
    found = given.casefold() if given else slugify(rules.bare_name(row.get("name")) or title)[:60]
    if not found or slugify(found) != found or len(found) > 60:
        raise RowRefused("username", _("Nama pengguna hanya huruf kecil, angka, dan tanda hubung."))
    return found


def _email(row: Reading) -> str:
    text = rules.plain(row.get("email"))
    if text in {"", "-", "–"}:
        return ""
    try:
        validate_email(text)
    except ValidationError:
        raise RowRefused("email", _("Alamat surel tidak benar.")) from None
    return text


def _agency(row: Reading, role: str, region: str, house: House) -> int | None:
    if not ROLES[role].needs_agency:
        return None
    levels = ancestors(region)
    near = [a for a in house.agencies.get(rules.key(row.get("agency")), []) if a.region in levels]
    if not near:
        raise RowRefused("agency", _("Instansi ini belum ada di daerah itu; tambahkan dahulu di halaman Tim."))
    return min(near, key=lambda a: levels.index(a.region)).pk


def _against(user: User, thing: Member, house: House) -> str:
    duties = house.duties.get(user.pk, [])
    if user.is_superuser or not all(house.by.permits(house.kind.permission, d.region) for d in duties):
        raise RowRefused("title", _("Anggota ini juga bertugas di daerah lain; pengelola di sana yang mengubahnya."))
    held = next((d for d in duties if (d.role, d.region) == (thing.role, thing.region)), None)
    if held is not None and held.agency_id != thing.agency:
        raise RowRefused("agency", _("Instansinya lain dari yang tercatat; akhiri dahulu tugas lamanya."))
    changed = held is None or any(getattr(user, name) != value for name, value in thing.said.items())
    return "changed" if changed else "same"


# --- turns of duty ----------------------------------------------------------------------------------------------------


def _turn(row: Reading, house: House) -> Outcome:
    region = house.region(row)
    day = rules.read_day(row.get("day"))
    opens, shuts = rules.read_minutes(row.get("starts")), rules.read_minutes(row.get("ends"))
    midnight = datetime.combine(day, time(), timezone.get_default_timezone())
    starts_at = midnight + timedelta(minutes=opens)
    ends_at = midnight + timedelta(minutes=shuts + (1440 if shuts <= opens else 0))
    user = _officer(row, house)
    house.once((user.pk, region, starts_at), row.line.number, "user")
    known = house.shifts.get((user.pk, region, starts_at))
    words = f"{user} · {name_of(region)} · {timezone.localtime(starts_at):%d.%m.%Y %H.%M}"
    if known is not None and known.ends_at == ends_at:
        return Outcome(row.line.number, "same", words, row.where("day"))
    if ends_at <= house.at or ends_at - starts_at > LONGEST:
        raise RowRefused("day", _("Giliran ini sudah lewat."))
    thing = Turn(user.pk, region, starts_at, ends_at, known.pk if known else None)
    return Outcome(row.line.number, "changed" if known else "new", words, row.where("day"), thing=thing)


def _officer(row: Reading, house: House) -> User:
    cell = row.get("user")
    named = house.users.get(rules.plain(cell).casefold())
    found = [named] if named is not None and named.is_active else house.titles.get(rules.key(cell), [])
    if len(found) != 1:
        unknown = _("Petugas ini belum terdaftar; tulis nama pengguna atau jabatannya.")
        raise RowRefused(
            "user", unknown if not found else _("Jabatan ini dipegang lebih dari satu orang; tulis nama penggunanya.")
        )
    return found[0]


Judge = Callable[[Reading, House], Outcome]
JUDGES: dict[str, Judge] = {"members": _member, "roster": _turn}
"""What reads a row of each kind. A later stage that keeps a register adds its own (`importing.register`)."""
