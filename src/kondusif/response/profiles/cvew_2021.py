"""CVEW 2021 (CSIS Indonesia): collective violence, BPS codes, dd/mm/yy, `;` between columns.

Kept: every coded column under its own name. Left out on purpose: the story (`inc_desc`, `notes`), which holds initials of
persons, and the names of actors. The citation stands wherever these incidents are shown (codebook, attribution policy).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from kondusif.response.profiles.rows import ImportRow, Parsed, Profile, RefusedRow

CITATION = (
    'Lina Alexandra, Fitriani, Alif Satria, "Collective Violence Early Warning (CVEW) Dataset", '
    "CSIS Indonesia (2022), violence.csis.or.id"
)
FIRST, LAST = date(2017, 1, 1), date(2022, 12, 31)
_NEEDED = (
    "incident_id",
    "date",
    "province",
    "province_id",
    "district_city",
    "district_city_id",
    "violence_form1",
    "issue_type1",
)
_CODED = (
    "actor1a_t", "actor1b_t", "actor1_tot", "actor2a_t", "actor2b_t", "actor2_tot", "violence_form1", "violence_form2",
    "weapon_type1", "weapon_type2", "issue_type1", "issue_type2", "covid_rel", "num_death", "num_injured", "fem_death",
    "fem_injured", "child_death", "child_injured", "infra_damage", "infra_destroyed", "intervene", "intervene_actor_type1",
    "intervene_actor_type2", "intervene_result", "province_id", "district_city_id", "sub_district_id", "village_id", "incident_rel",
)  # fmt: skip

# The data set's issue → (SNPK category, Pasal 5 source, neutral words for a title). Codebook, "Type of issue".
ISSUES: dict[str, tuple[str, str, str]] = {
    "ISU SUMBER DAYA": ("sumber_daya", "d", "Sengketa sumber daya"),
    "ISU TATA KELOLA PEMERINTAH": ("tata_kelola", "a", "Perselisihan tata kelola"),
    "ISU PEMILIHAN DAN JABATAN": ("pemilihan", "a", "Perselisihan pemilihan atau jabatan"),
    "ISU IDENTITAS": ("identitas", "b", "Perselisihan dua kelompok warga"),
    "ISU MAIN HAKIM SENDIRI": ("main_hakim", "a", "Main hakim sendiri"),
    "ISU SEPARATISME": ("separatisme", "a", "Kekerasan bersenjata"),
    "ISU TERORISME": ("lainnya", "a", "Serangan teror"),
    "ISU PENEGAKAN HUKUM": ("penegakan", "", "Kekerasan dalam penegakan hukum"),
    "ISU KRIMINAL": ("kriminalitas", "", "Kekerasan dalam kejahatan"),
    "ISU KEKERASAN SEKSUAL": ("kriminalitas", "", "Kekerasan terhadap orang"),
    "LAINNYA": ("lainnya", "", "Kekerasan"),
    "TIDAK JELAS": ("lainnya", "", "Kekerasan, sebab tidak jelas"),
}
# The data set's form → ACLED sub-event. Codebook, "Form of violence".
FORMS: dict[str, str] = {
    "SERANGAN TANPA SENJATA": "mob_violence",
    "SERANGAN BERSENJATA": "attack",
    "PENGEBOMAN/LEDAKAN": "attack",
    "SERANGAN INFRASTRUKTUR/PENUTUPAN PAKSA": "looting",
    "PENCULIKAN/PENGURUNGAN": "attack",
    "KEKERASAN SEKSUAL": "attack",
    "PENGGUSURAN/PEMINDAHAN PAKSA": "attack",
    "INTIMIDASI MASSA/PUBLIK": "mob_violence",
    "PESAN ULTIMATUM": "attack",
    "TIDAK JELAS": "",
}
_ONLY_WORDS = frozenset({"PESAN ULTIMATUM"})


def _clean(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("\u00a0", " ")).strip()


def parse(lines: Iterable[Sequence[str]]) -> Parsed:
    """Read header and rows; every row becomes an incident or a refusal with its reason."""
    source = iter(lines)
    head = [_clean(h) for h in next(source, [])]
    if missing := [n for n in _NEEDED if n not in head]:
        return Parsed(notes=(f"not a CVEW 2021 file: columns missing: {', '.join(missing)}",))
    records = [(n, {h: _clean(v) for h, v in zip(head, row, strict=False)}) for n, row in enumerate(source, start=2)]
    counts = Counter(r["incident_id"] for _, r in records)
    rows: list[ImportRow] = []
    refused: list[RefusedRow] = []
    seen: Counter[str] = Counter()
    for line, record in records:
        seen[record["incident_id"]] += 1
        found = _row(line, record, shared=counts[record["incident_id"]] > 1, nth=seen[record["incident_id"]])
        (rows if isinstance(found, ImportRow) else refused).append(found)  # type: ignore[arg-type]
    return Parsed(tuple(rows), tuple(refused), _places(r for _, r in records), _notes(counts))


def _notes(counts: Counter[str]) -> tuple[str, ...]:
    shared = [i for i, n in counts.items() if n > 1]
    return (
        (f"{sum(counts[i] for i in shared)} rows share {len(shared)} incident ids; they are told apart by a suffix",)
        if shared
        else ()
    )


def _places(records: Iterable[dict[str, str]]) -> tuple[tuple[str, str], ...]:
    levels = (
        ("province_id", "province"),
        ("district_city_id", "district_city"),
        ("sub_district_id", "sub_district"),
        ("village_id", "village"),
    )
    return tuple(
        sorted(
            {
                (r.get(code, ""), r.get(name, ""))
                for r in records
                for code, name in levels
                if r.get(code) and r.get(name)
            }
        )
    )


def _row(line: int, record: dict[str, str], *, shared: bool, nth: int) -> ImportRow | RefusedRow:
    number = record["incident_id"]
    if not number:
        return RefusedRow(line, "", "no incident id")
    try:
        occurred = datetime.strptime(record["date"], "%d/%m/%y").date()  # noqa: DTZ007 - a day, without a zone
    except ValueError:
        return RefusedRow(line, number, f"date not understood: {record['date'][:20]}")
    if not FIRST <= occurred <= LAST:
        return RefusedRow(line, number, f"date outside {FIRST.year}–{LAST.year}: {occurred}")
    if record["issue_type1"] not in ISSUES:
        return RefusedRow(line, number, f"issue not in the codebook: {record['issue_type1'][:40]}")
    if record["violence_form1"] not in FORMS:
        return RefusedRow(line, number, f"form not in the codebook: {record['violence_form1'][:40]}")
    snpk, pasal5, words = ISSUES[record["issue_type1"]]
    codes = tuple(record.get(c, "") for c in ("village_id", "sub_district_id", "district_city_id") if record.get(c))
    return ImportRow(
        origin_id=f"{number}#{nth}" if shared else number, line=line, occurred=occurred, area_codes=codes, title=words,
        stage="peristiwa", severity=_severity(record), pasal5=pasal5, snpk=snpk, acled=FORMS[record["violence_form1"]],
        codes={k: record[k] for k in _CODED if record.get(k)}, related_to=record.get("incident_rel", ""),
    )  # fmt: skip


def _severity(record: dict[str, str]) -> str:
    """Everything here is violence that happened: S1; a mere ultimatum is S2 (domain.md §7.4)."""
    return "S2" if record["violence_form1"] in _ONLY_WORDS and not record.get("violence_form2") else "S1"


PROFILE = Profile("cvew-2021", "CVEW 2021", "bps", CITATION, parse, delimiter=";")
