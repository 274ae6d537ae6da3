"""The register as an office sheet: the row that is read, the same sheet back, and the yearly map to the ministry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from kondusif.ledger.actions import record
from kondusif.ledger.actor import Actor, check_permitted
from kondusif.ledger.errors import Refusal
from kondusif.ledger.queries import region_filter, sealed_head
from kondusif.regions.queries import exists, full_name, name_of
from kondusif.response.peace.rules import ACTORS
from kondusif.response.potentials import actions, rules
from kondusif.response.potentials.actions import NewPotential
from kondusif.response.potentials.desk import day_of
from kondusif.response.potentials.models import Potential
from kondusif.teams.exports import gate
from kondusif.teams.models import Agency
from kondusif.teams.queries import ancestors
from kondusif.teams.sheets import book, importing
from kondusif.teams.sheets.kinds import House, Outcome, Reading, RowRefused
from kondusif.teams.sheets.rules import Column, Kind, Unread, key, plain, read_day

REPORT = "potential.report"
POTENTIALS = Kind("potentials", "Peta potensi", "potential.keep", (
    Column("code", ("Kode", "Kode potensi")),
    Column("title", ("Potensi", "Nama potensi", "Judul", "Uraian potensi", "Permasalahan"), True),
    Column("kind", ("Jenis", "Jenis potensi", "Bidang", "Sumber konflik"), True),
    Column("region", ("Daerah", "Kode daerah", "Kode wilayah", "Kabupaten/Kota", "Kab/Kota", "Wilayah"), True),
    Column("place", ("Tempat", "Lokasi", "Kecamatan/Desa", "Alamat")),
    Column("level", ("Kualifikasi", "Tingkat", "Tingkat kerawanan", "Status"), True),
    Column("likelihood", ("Kemungkinan",)),
    Column("impact", ("Dampak",)),
    Column("parties", ("Pihak", "Para pihak", "Pihak dan kepentingan", "Pelaku")),
    Column("background", ("Latar belakang", "Sebab", "Uraian", "Sumber sebab")),
    Column("triggers", ("Pemicu", "Tanda-tanda", "Tanda-tanda (indikator)", "Faktor pemicu")),
    Column("signs", ("Tanda pelindung", "Peredam", "Faktor peredam")),
    Column("peace_kinds", ("Pelaku damai", "Unsur damai")),
    Column("owner", ("Penanggung jawab", "Pemilik", "Instansi", "OPD")),
    Column("first_seen", ("Pertama dicatat", "Sejak", "Tanggal pertama")),
    Column("next_review", ("Tinjau berikutnya", "Tinjauan berikutnya", "Jadwal tinjau")),
))  # fmt: skip
_WORDS = ("title", "place", "background", "triggers", "signs")
_LEVELS = {"hijau": "green", "kuning": "yellow", "merah": "red1", "merah 1": "red1", "merah 2": "red2"}


@dataclass(frozen=True)
class Entry:
    """One row: a new latent matter, or the code of the one it changes. The agency by its id, so that a plan can be marked."""

    code: str
    wanted: NewPotential
    agency: int | None


def judge(row: Reading, house: House) -> Outcome:
    region = house.region(row)
    _all(house)
    known = _known(row, house)
    wanted = _wanted(row, region, known, house)
    house.once((key(wanted.title), region), row.line.number, "title")
    try:
        said = actions.checked(wanted, at=house.at)
    except Refusal as refusal:
        field = refusal.field if refusal.field in {c.code for c in POTENTIALS.columns} else "title"
        raise RowRefused(field, refusal.what) from None
    words = f"{wanted.title} · {name_of(region)}"[:120]
    if known is None and any(
        key(p.title) == key(said["title"]) and p.region.startswith(region) for p in _all(house).values()
    ):
        raise RowRefused("title", _("Potensi dengan judul ini sudah ada; tulis kodenya untuk mengubahnya."))
    day = wanted.next_review
    same = (
        known is not None and all(getattr(known, n) == v for n, v in said.items()) and day in {None, known.next_review}
    )
    if same:
        return Outcome(row.line.number, "same", words, row.where("title"))
    thing = Entry(known.code if known else "", wanted, wanted.owner_agency.pk if wanted.owner_agency else None)
    return Outcome(row.line.number, "changed" if known else "new", words, row.where("title"), thing=thing)


def _all(house: House) -> dict[str, Potential]:
    """The register in the actor's regions by code, read once for the whole sheet."""
    if "potentials" not in house.kept:
        rows = Potential.objects.filter(region_filter(house.by.regions(POTENTIALS.permission)), state="standing")
        house.kept["potentials"] = {p.code: p for p in rows.select_related("owner_agency")}
        house.kept["agencies"] = list(Agency.objects.all())
    found: dict[str, Potential] = house.kept["potentials"]
    return found


def _known(row: Reading, house: House) -> Potential | None:
    code = plain(row.get("code")).upper()
    if not code:
        return None
    found = _all(house).get(code)
    if found is None:
        raise RowRefused(
            "code", _("Kode ini tidak ada di daerah Anda atau sudah selesai; kosongkan untuk potensi baru.")
        )
    return found


def _wanted(row: Reading, region: str, known: Potential | None, house: House) -> NewPotential:
    """What the row says; a column the sheet has not keeps what is known."""

    def cell(code: str, otherwise: object) -> object:
        return row.get(code) if code in row.places else otherwise

    text = {n: _text(cell(n, getattr(known, n) if known else ""), getattr(known, n) if known else "") for n in _WORDS}
    parties = (
        rules.parties(str(row.get("parties") or ""))
        if "parties" in row.places
        else list(known.parties)
        if known
        else []
    )
    owner, agency = _owner(row, region, known, house)
    said = row.get("next_review")
    day = known.next_review if known else None
    if plain(said) not in {"", "-", "–"}:
        day = read_day(said)
    if day is not None and known is not None and day == known.next_review:
        day = None  # nothing new is said: an overdue review stays overdue
    row.column = "first_seen"
    first = known.first_seen if known else day_of(house.at)
    if plain(row.get("first_seen")) not in {"", "-", "–"}:
        first = read_day(row.get("first_seen"))
    return NewPotential(
        kind=_coded(row, "kind", rules.KINDS), region=_deeper(region, known), level=_level(row), first_seen=first, parties=parties,
        likelihood=_scale(row, "likelihood", known), impact=_scale(row, "impact", known), peace_kinds=_peace(row, known), owner=owner,
        owner_agency=agency, next_review=day, **text,
    )  # fmt: skip


def _text(said: object, known: str) -> str:
    """A cell holds no lines: words that are the same but for their lines are the same."""
    text = str(said or "")
    return known if " ".join(text.split()) == " ".join(known.split()) else text


def _deeper(region: str, known: Potential | None) -> str:
    """A sheet that names only the kab/kota does not forget the kecamatan."""
    return known.region if known and known.region.startswith(region) else region


def _coded(row: Reading, code: str, table: Sequence[tuple[str, str]]) -> str:
    said = key(row.get(code))
    found = {key(word): c for c, word in table} | {key(c): c for c, _word in table}
    if said not in found:
        raise Unread("tidak ada di daftar")
    return found[said]


def _level(row: Reading) -> str:
    said = key(plain(row.get("level")).partition(":")[0])
    if said in _LEVELS:
        return _LEVELS[said]
    return _coded(row, "level", rules.LEVELS)


def _scale(row: Reading, code: str, known: Potential | None) -> int | None:
    if code not in row.places:
        return getattr(known, code) if known else None
    said = key(row.get(code))
    if said in {"", "-"}:
        return None
    found = {key(w): n for n, w in rules.SCALE} | {str(n): n for n, _w in rules.SCALE}
    if said not in found:
        raise Unread("tidak ada di daftar")
    return found[said]


def _peace(row: Reading, known: Potential | None) -> list[str]:
    if "peace_kinds" not in row.places:
        return list(known.peace_kinds) if known else []
    found = {key(w): c for c, w in ACTORS}
    named = [key(p) for p in plain(row.get("peace_kinds")).replace(";", ",").split(",")]
    if unknown := [n for n in named if n and n not in found]:
        raise RowRefused("peace_kinds", _("Tidak dikenal: %(words)s.") % {"words": ", ".join(unknown)})
    return sorted({found[n] for n in named if n})


def _owner(row: Reading, region: str, known: Potential | None, house: House) -> tuple[str, Agency | None]:
    said = key(row.get("owner"))
    if not said:
        return (known.owner, known.owner_agency) if known else ("watch", None)
    for code, word in rules.OWNERS:
        if said == key(word) and code != "agency":
            return code, None
    levels = ancestors(region)
    near = [a for a in house.kept["agencies"] if a.region in levels and said in {key(a.name), key(a.code)}]
    if not near:
        raise RowRefused("owner", _("Penanggung jawab ini belum terdaftar; tulis jabatannya atau kode instansi."))
    return "agency", min(near, key=lambda a: levels.index(a.region))


def write(things: Sequence[object], by: Actor, at: datetime) -> None:
    for thing in things:
        if isinstance(thing, Entry):
            if thing.code:
                actions.change(thing.code, thing.wanted, by=by, at=at)
            else:
                actions.add(thing.wanted, by=by, at=at)


def _cells(row: Potential) -> list[str]:
    words, peace = dict(rules.KINDS), dict(ACTORS)
    levels, scale, owners = dict(rules.LEVELS), dict(rules.SCALE), dict(rules.OWNERS)
    return [
        row.code, row.title, words[row.kind], row.region, row.place, levels[row.level].partition(":")[0],
        scale.get(row.likelihood or 0, ""), scale.get(row.impact or 0, ""), rules.parties_text(row.parties).replace("\n", "; "),
        *(" ".join(t.split()) for t in (row.background, row.triggers, row.signs)), ", ".join(peace[k] for k in row.peace_kinds),
        row.owner_agency.name if row.owner_agency else owners[row.owner], _day(row.first_seen), _day(row.next_review),
    ]  # fmt: skip


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


def rows(kind: Kind, by: Actor, at: datetime) -> list[list[str]]:
    found = Potential.objects.filter(region_filter(by.regions(kind.permission)), state="standing")
    return [_cells(r) for r in found.select_related("owner_agency").order_by("region", "code")]


def ministry(region: str, *, by: Actor, at: datetime) -> bytes:
    """The conflict map a region hands to the Minister of Home Affairs (PP 2/2015 Ps. 6(5)), with date and ledger head."""
    check_permitted(by, REPORT, region)
    if not exists(region):
        raise actions.PotentialUnknown(field="region")
    found = list(
        Potential.objects.filter(region_filter((region,)), state="standing")
        .select_related("owner_agency")
        .order_by("region", "code")
    )
    head = sealed_head()
    local = timezone.localtime(at)
    above = [
        "PETA POTENSI KONFLIK SOSIAL " + full_name(region).upper(),
        "Disampaikan kepada Menteri Dalam Negeri c.q. Direktorat Jenderal Politik dan Pemerintahan Umum (PP 2/2015 Pasal 6 ayat (5))",
        f"Keadaan {date_format(local, 'j F Y')} pukul {local:%H.%M} WITA, {len(found)} potensi, diunduh oleh {by.label}",
        f"Kepala buku besar: {head.hash if head else 'belum ada'}",
    ]  # fmt: skip
    heads = [c.words[0] for c in POTENTIALS.columns[1:]] + ["Tinjau terakhir"]
    cells = [[*_cells(r)[1:], _day(r.last_review)] for r in found]
    with transaction.atomic():
        mark = gate.release("ministry-map", region=region, rows=len(cells), by=by, at=at)
        data = book.write("Peta potensi", heads, cells, above=above, mark=mark)
        record(
            "potential.exported", subject=f"region:{region}", region=region, by=by, at=at, detail={"rows": len(found)}
        )
    return data


importing.register(POTENTIALS, judge, write, rows)
