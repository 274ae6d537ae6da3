"""Baru saja: the newest acts in the viewer's regions as one sentence each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kondusif.ledger.actor import Actor
from kondusif.ledger.queries import Entry, latest
from kondusif.regions.queries import short_name
from kondusif.situation.incidents import Named, named

# verb → what happened, without names or words of the report. What is not here does not show in the feed.
SENTENCES = {
    "report.received": gettext_lazy("Laporan baru diterima"),
    "report.answered": gettext_lazy("Pelapor menjawab"),
    "report.verified": gettext_lazy("Laporan diverifikasi"),
    "report.refuted": gettext_lazy("Laporan dinyatakan tidak benar"),
    "report.merged": gettext_lazy("Laporan disatukan"),
    "report.referred": gettext_lazy("Laporan dirujuk"),
    "report.escalated": gettext_lazy("Laporan belum ditangani, diteruskan satu tingkat ke atas"),
    "incident.opened": gettext_lazy("Dicatat sebagai permasalahan"),
    "incident.escalated": gettext_lazy("Belum ada tindakan, diteruskan satu tingkat ke atas"),
    "incident.proposed": gettext_lazy("Diusulkan selesai"),
    "incident.confirmed": gettext_lazy("Penyelesaian dikonfirmasi pihak kedua"),
    "incident.closed": gettext_lazy("Tuntas"),
    "incident.reopened": gettext_lazy("Dibuka kembali"),
    "task.assigned": gettext_lazy("Instansi ditugaskan"),
    "task.support_asked": gettext_lazy("Dukungan dimohon"),
    "task.accepted": gettext_lazy("Tugas diterima"),
    "task.done": gettext_lazy("Tugas sudah ditangani"),
    "task.escalated": gettext_lazy("Tugas belum dijawab, diteruskan"),
    "potential.added": gettext_lazy("Potensi dicatat"),
    "potential.reviewed": gettext_lazy("Potensi ditinjau"),
    "status.proposed": gettext_lazy("Status daerah diusulkan"),
    "status.set": gettext_lazy("Status daerah ditetapkan"),
    "status.refused": gettext_lazy("Usulan status ditolak"),
    "assessment.written": gettext_lazy("Penilaian instansi masuk"),
}


@dataclass(frozen=True)
class Act:
    at: datetime
    words: str
    what: str
    url: str
    region: str


HIDEABLE = ("report:", "incident:", "task:", "potential:")
SPARE = 4  # how many times more lines are read than shown, so that the feed stays full


def feed(actor: Actor, limit: int) -> list[Act]:
    """A line was open when it was written; its subject may have been hidden since, and then nothing of it is shown."""
    entries = latest(actor, limit * SPARE, tuple(SENTENCES))
    known = named(actor, {e.subject for e in entries})
    seen = [e for e in entries if e.subject in known or not e.subject.startswith(HIDEABLE)]
    return [_act(e, known.get(e.subject)) for e in seen[:limit]]


def _act(entry: Entry, subject: Named | None) -> Act:
    where = short_name(".".join(entry.region.split(".")[:2])) if entry.region else _("Semua daerah")
    return Act(
        entry.at, str(SENTENCES[entry.verb]), subject.title if subject else "", subject.url if subject else "", where
    )
