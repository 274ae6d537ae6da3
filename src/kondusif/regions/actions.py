"""Every write of the areas: base data, other codes, former codes, landmarks. Boundaries: `boundaries.py`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from kondusif.ledger.actions import record
from kondusif.ledger.actor import EVERYWHERE, Actor, check_permitted
from kondusif.ledger.errors import Refusal
from kondusif.regions import crosswalk, gazetteer, memory, rules
from kondusif.regions.boundaries import IMPORT, CodeSystemUnknown, import_boundaries
from kondusif.regions.crosswalk import CodedName, Crosswalk
from kondusif.regions.gazetteer import Named
from kondusif.regions.locate import check_point
from kondusif.regions.memory import AREAS, LANDMARKS
from kondusif.regions.models import Area, Edition, Landmark, Neighbour, OtherCode, Succession

__all__ = ["add_former_codes", "add_landmark", "add_other_codes", "import_boundaries", "load_base", "remove_landmark"]

NAME_PLACES = "report.triage"  # whoever handles reports of a region may name its landmarks


class GazetteerMissing(Refusal):
    code = "gazetteer-missing"
    status = 503
    what = _("Daftar nama wilayah tidak ada di server ini.")
    do = _("Jalankan ./kondusif start sekali; daftar itu disiapkan waktu pemasangan.")


class AreaUnknown(Refusal):
    code = "area-unknown"
    what = _("Tidak ada wilayah dengan kode itu.")
    do = _("Periksa kodenya.")


class ChangeNotPossible(Refusal):
    code = "area-change-not-possible"
    what = _("Perubahan kode wilayah itu tidak mungkin.")
    do = _("Kode lama harus sudah tidak berlaku, dan kode penggantinya harus ada.")


@dataclass(frozen=True)
class Loaded:
    """What a load of the base data changed."""

    added: int = 0
    renamed: int = 0
    ended: int = 0


def load_base(*, by: Actor, at: datetime, provinces: Collection[str] = ()) -> Loaded:
    """Bring the areas to the state of the lists that came with this version; nothing where they are in it.

    `provinces` limits the lists to some provinces. Areas no longer listed end today; nothing is deleted.
    """
    check_permitted(by, IMPORT, EVERYWHERE)
    if absent := gazetteer.missing():
        raise GazetteerMissing(_("Daftar nama wilayah tidak ada: %(files)s") % {"files": ", ".join(absent)})
    mark = gazetteer.mark(provinces)
    if Edition.objects.filter(of=AREAS, mark=mark).exists():
        return Loaded()
    with transaction.atomic():
        done = _bring_names(gazetteer.names(provinces), at.date(), provinces)
        _bring_facts()
        memory.changed(AREAS, mark)
        detail = {"added": done.added, "renamed": done.renamed, "ended": done.ended, "checksum": mark}
        record("regions.base_loaded", subject="regions:base", region=EVERYWHERE, by=by, at=at, detail=detail)
    return done


def _bring_names(listed: Iterable[Named], today: date, provinces: Collection[str]) -> Loaded:
    held: dict[str, str] = dict(Area.objects.filter(valid_until=None).values_list("code", "name"))
    if provinces:
        held = {code: name for code, name in held.items() if rules.province_of(code) in provinces}
    listed_before = {rules.province_of(code) for code in held}
    new: list[Named] = []
    renamed = 0
    for one in listed:
        name = held.pop(one.code, None)
        if name is None:
            new.append(one)
        elif name != one.name:
            Area.objects.filter(code=one.code, valid_until=None).update(name=one.name, kind=one.kind)
            renamed += 1
    gone = list(held)
    for start in range(0, len(gone), 500):
        Area.objects.filter(code__in=gone[start : start + 500], valid_until=None).update(valid_until=today)
    _insert(new, today, listed_before)
    return Loaded(len(new), renamed, len(gone))


_COLUMNS = (
    "code", "code_system", "level", "name", "kind", "parent", "valid_from", "population_date", "population_source",
)  # fmt: skip


def _insert(new: Sequence[Named], today: date, listed_before: Collection[str]) -> None:
    """91,000 rows: plain SQL, by COPY where there is one.

    An area that comes to a province already listed is new since today; the first list says nothing of a beginning.
    """
    began = connection.ops.adapt_datefield_value(today)
    rows = (
        (n.code, rules.KEMENDAGRI, n.level, n.name, n.kind, n.parent, began if rules.province_of(n.code) in listed_before else None, "", "")
        for n in new
    )  # fmt: skip
    names = ", ".join(f'"{name}"' for name in _COLUMNS)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY regions_area ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(_COLUMNS))
        cursor.executemany(f"INSERT INTO regions_area ({names}) VALUES ({marks})", list(rows))  # noqa: S608


def _bring_facts() -> None:
    pairs: set[tuple[str, str]] = set()
    for one in gazetteer.facts():
        Area.objects.filter(code=one.code, valid_until=None).update(
            lat=one.lat, lon=one.lon, area_km2=one.area_km2, population=one.population, col=one.column, row=one.row,
            population_date=one.population_date, population_source=one.population_source,
        )  # fmt: skip
        pairs |= {(min(one.code, other), max(one.code, other)) for other in one.neighbours}
    Neighbour.objects.bulk_create([Neighbour(a=a, b=b) for a, b in sorted(pairs)], ignore_conflicts=True)


def add_other_codes(
    rows: Iterable[CodedName], *, system: str, source: str, by: Actor, at: datetime, dry_run: bool = False
) -> Crosswalk:
    """Learn the codes of another system by the names that stand beside them; what cannot be matched is told with
    its reason. A name decides only within the area above it, never by itself."""
    check_permitted(by, IMPORT, EVERYWHERE)
    if system not in rules.CODE_SYSTEMS or system == rules.KEMENDAGRI:
        raise CodeSystemUnknown
    areas = [crosswalk.Candidate(*row) for row in memory.current_areas().values_list("code", "name", "kind", "pk")]
    known = dict(OtherCode.objects.filter(system=system).values_list("code", "area__code"))
    found = crosswalk.match(rows, areas, known)
    if dry_run or not found.matched:
        return found
    with transaction.atomic():
        OtherCode.objects.bulk_create(
            [OtherCode(area_id=m.area_id, system=system, code=m.code) for m in found.matched], batch_size=1000
        )
        memory.changed(AREAS, _mark_of_areas())
        detail = {"system": system, "source": source, "matched": len(found.matched), "refused": len(found.refused)}
        record("regions.codes_added", subject=f"codes:{system}", region=EVERYWHERE, by=by, at=at, detail=detail)
    return found


def _mark_of_areas() -> str:
    return Edition.objects.filter(of=AREAS).values_list("mark", flat=True).first() or ""


@dataclass(frozen=True)
class Former:
    """A code that no longer holds, and the codes that took over (none where that is not known)."""

    code: str
    name: str
    successors: tuple[str, ...] = ()


def add_former_codes(rows: Sequence[Former], *, until: date, by: Actor, at: datetime) -> int:
    """Enter areas whose codes ended at `until`, so that old data can still be read; how many were new."""
    check_permitted(by, IMPORT, EVERYWHERE)
    wanted = {s for row in rows for s in row.successors}
    new = {a.code: a for a in memory.current_areas().filter(code__in=wanted)}
    still = set(memory.current_areas().filter(code__in=[r.code for r in rows]).values_list("code", flat=True))
    for row in rows:
        if not rules.is_path(row.code) or row.code in still or any(s not in new for s in row.successors):
            raise ChangeNotPossible(
                _("Perubahan kode %(code)s (%(name)s) tidak mungkin.") % {"code": row.code, "name": row.name}
            )
    added = 0
    with transaction.atomic():
        for row in rows:
            level, kind = rules.level_of(row.code), rules.kind_of(row.code, row.name)
            facts = {"name": row.name, "level": level, "kind": kind, "parent": rules.parent_of(row.code)}
            old, made = Area.objects.get_or_create(code=row.code, valid_until=until, defaults=facts)
            added += made
            for successor in row.successors:
                Succession.objects.get_or_create(old=old, new=new[successor])
        memory.changed(AREAS, _mark_of_areas())
        detail = {"codes": [r.code for r in rows], "until": until.isoformat()}
        record("regions.former_added", subject="regions:former", region=EVERYWHERE, by=by, at=at, detail=detail)
    return added


def add_landmark(*, name: str, area_code: str, lat: float, lon: float, by: Actor, at: datetime) -> Landmark:
    """Enter a place that people of a region name; the same name in the same area moves."""
    check_permitted(by, NAME_PLACES, area_code)
    check_point(lat, lon)
    if not memory.province(area_code).areas.get(area_code):
        raise AreaUnknown(field="area_code")
    with transaction.atomic():
        found, _made = Landmark.objects.update_or_create(
            name=" ".join(name.split())[:120], area_code=area_code, defaults={"lat": lat, "lon": lon}
        )
        memory.changed(LANDMARKS)
        record("landmark.set", subject=f"landmark:{found.pk}", region=area_code, by=by, at=at)
    return found


def remove_landmark(landmark: Landmark, *, by: Actor, at: datetime) -> None:
    check_permitted(by, NAME_PLACES, landmark.area_code)
    with transaction.atomic():
        subject = f"landmark:{landmark.pk}"
        if Landmark.objects.filter(pk=landmark.pk).delete()[0]:
            memory.changed(LANDMARKS)
            record("landmark.removed", subject=subject, region=landmark.area_code, by=by, at=at)
