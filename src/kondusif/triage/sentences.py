"""What a ledger line says on a page: verb → title, sentence, tone. Nobody's name, no words of a report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from kondusif.intake.rules import CHANNELS
from kondusif.ledger.errors import Text
from kondusif.ledger.queries import Entry
from kondusif.triage import rules


@dataclass(frozen=True)
class Told:
    """One line of a timeline."""

    at: datetime
    title: str
    body: str
    tone: str = ""


Words = tuple[Text, Text, str]
Details = Callable[[Entry], Mapping[str, str]]

REPORT: dict[str, Words] = {
    "report.received": (_("Laporan diterima"), _("lewat %(channel)s."), ""),
    "report.taken": (_("Mulai ditangani"), _("oleh %(actor)s."), "info"),
    "report.released": (_("Dilepas"), _("oleh %(actor)s."), ""),
    "report.graded": (_("Dinilai"), _("%(grade)s %(severity)s oleh %(actor)s."), ""),
    "report.verified": (_("Diverifikasi"), _("%(severity)s oleh %(actor)s%(confirmed)s. Pelapor diberi kabar."), "ok"),
    "report.unproven": (_("Belum terbukti"), _("menurut %(actor)s. Pelapor diberi kabar."), ""),
    "report.refuted": (_("Informasi tidak benar"), _("menurut %(actor)s. Pelapor diberi kabar."), "warn"),
    "report.asked": (_("Pelapor ditanya"), _("oleh %(actor)s."), ""),
    "report.answered": (_("Pelapor menjawab"), "", "info"),
    "report.back": (_("Kembali ke meja"), _("jawaban pelapor menunggu dibaca."), ""),
    "report.reopened": (_("Dibuka kembali"), _("oleh %(actor)s."), "warn"),
    "report.closed": (_("Laporan ditutup"), _("%(kind)s, oleh %(actor)s."), ""),
    "report.linked": (_("Dikaitkan"), _("dengan permasalahan %(incident)s."), "ok"),
    "report.unlinked": (_("Dilepas dari permasalahan"), "%(incident)s.", ""),
    "report.merged": (_("Laporan disatukan"), _("di bawah %(primary)s. Dapat dipisah kembali."), ""),
    "report.unmerged": (_("Dipisah kembali"), _("dari %(primary)s, persis seperti semula."), ""),
    "report.referred": (_("Dirujuk"), _("ke %(to)s, menunggu jawaban. Pemilik dan batas waktu tetap."), ""),
    "report.referral_accepted": (_("Rujukan diterima"), _("oleh %(to)s."), "ok"),
    "report.referral_refused": (_("Rujukan tidak diterima"), _("oleh %(to)s. Kembali kepada piket."), "warn"),
    "report.restricted": (_("Menyangkut aparat"), _("dipindahkan ke sekretariat provinsi."), "warn"),
    "report.unrestricted": (_("Bukan menyangkut aparat"), _("dikembalikan ke daerah."), ""),
    "report.claimed": (_("Menjadi butir isu"), _("%(claim)s. Pelapor diberi kabar."), ""),
    "report.escalated": (_("Belum ditangani"), _("diteruskan ke tingkat %(level)s; pemilik tugas tetap."), "bad"),
}  # fmt: skip


def of(code: str, table: Iterable[tuple[Any, str]]) -> str:
    label = dict(table).get(code, "")
    return translated(label) if label else ""


def report_details(entry: Entry, agencies: Mapping[int, str]) -> dict[str, str]:
    """What the sentences about a report may fill in."""
    detail = entry.detail
    confirmed = of(detail.get("confirmed_by", ""), rules.CONFIRMERS)
    return {
        "actor": entry.actor_label,
        "channel": of(detail.get("channel", ""), CHANNELS).lower(),
        "grade": detail.get("grade", ""),
        "severity": detail.get("severity", ""),
        "confirmed": translated(", dibenarkan %(who)s") % {"who": confirmed} if confirmed else "",
        "kind": of(detail.get("kind", ""), rules.CLOSINGS).lower(),
        "incident": str(detail.get("incident", "")).partition(":")[2],
        "primary": str(detail.get("primary", "")).partition(":")[2],
        "to": agencies.get(detail.get("agency", 0), "") or of(detail.get("body", ""), rules.BODIES),
        "level": str(detail.get("level", "")),
        "claim": str(detail.get("claim", "")).partition(":")[2],
    }


def told(entries: Iterable[Entry], table: Mapping[str, Words], details: Details) -> list[Told]:
    """The lines that have a sentence, in the order given; gaps left by an empty detail are closed."""
    found = []
    for entry in entries:
        if entry.verb not in table:
            continue
        title, body, tone = table[entry.verb]
        words = " ".join((str(body) % details(entry)).split()) if body else ""
        found.append(Told(entry.at, str(title), words, tone))
    return found
