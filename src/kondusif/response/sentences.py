"""What a ledger line about an incident says on its page. Verb → title, sentence, tone."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from kondusif.ledger.errors import Text
from kondusif.ledger.queries import Entry
from kondusif.response import rules
from kondusif.response.peace.sentences import PEACE
from kondusif.response.peace.sentences import details as peace_details
from kondusif.response.queries import Sheet
from kondusif.triage.sentences import REPORT, Told, Words, of, report_details, told

INCIDENT: dict[str, Words] = {
    "incident.opened": (_("Dicatat sebagai permasalahan"), _("%(severity)s, %(stage)s, oleh %(actor)s."), "info"),
    "incident.imported": (_("Diimpor"), _("dari himpunan data lain."), ""),
    "incident.report_linked": (_("Laporan dikaitkan"), "%(report)s.", ""),
    "incident.report_unlinked": (_("Laporan dilepas"), "%(report)s.", ""),
    "incident.severity": (_("Tingkat diubah"), _("dari %(from)s ke %(to)s oleh %(actor)s."), "warn"),
    "incident.stage": (_("Tahap diubah"), _("dari %(from)s ke %(to)s oleh %(actor)s."), ""),
    "incident.renamed": (_("Judul diubah"), _("oleh %(actor)s."), ""),
    "incident.noted": (_("Perkembangan:"), "%(note)s", ""),
    "incident.calmed": (_("Diredakan"), _("menurut %(actor)s."), "ok"),
    "incident.flared_up": (_("Memanas kembali"), _("menurut %(actor)s."), "bad"),
    "incident.party_named": (_("Pihak dicatat"), _("menurut peran dan kepentingan."), ""),
    "incident.claim_linked": (_("Dikaitkan dengan isu"), "%(claim)s.", ""),
    "incident.claim_unlinked": (_("Dilepas dari isu"), "%(claim)s.", ""),
    "incident.related": (_("Berkaitan"), _("dengan %(other)s."), ""),
    "incident.proposed": (_("Diusulkan selesai"), _("%(outcome)s, oleh %(actor)s."), "info"),
    "incident.confirmed": (_("Dikonfirmasi"), _("oleh pihak kedua: %(kind)s."), "ok"),
    "incident.turned_down": (_("Usul selesai ditolak"), _("oleh %(actor)s. Kembali ditangani."), "warn"),
    "incident.hastened": (_("Batas waktu dimajukan"), _("Masa siaga: jam berjalan siang dan malam."), "info"),
    "incident.closed": (_("Tuntas"), _("dinyatakan oleh %(actor)s."), "ok"),
    "incident.reopened": (_("Dibuka kembali"), "%(why)s", "bad"),
    "incident.escalated": ("%(what)s", _("%(about)s Diteruskan satu tingkat ke atas; pemilik tugas tetap."), "bad"),
    "task.assigned": (_("Ditugaskan"), "%(agency)s, “%(task)s”.", "info"),
    "task.support_asked": (_("Dukungan dimohon"), _("dari %(agency)s, “%(task)s”."), "info"),
    "task.accepted": ("%(agency)s", _("menerima “%(task)s”%(noted)s."), "info"),
    "task.done": ("%(agency)s", _("menyelesaikan “%(task)s”%(noted)s."), "ok"),
    "task.declined": ("%(agency)s", _("tidak dapat menjalankan “%(task)s”%(noted)s."), "warn"),
    "task.forwarded": ("%(agency)s", _("meneruskan “%(task)s” kepada %(to)s."), ""),
    "task.cancelled": (_("Tugas dibatalkan"), "%(agency)s, “%(task)s”.", ""),
    "task.help_asked": ("%(agency)s", _("butuh bantuan untuk “%(task)s”."), "warn"),
    "task.called": (_("Ditelepon"), _("%(agency)s: %(result)s."), ""),
    "task.limit_passed": (_("Batas koordinasi lewat"), _("%(agency)s, “%(task)s”. Sekretaris tim diminta menghubungi."), "warn"),
}  # fmt: skip
WHY: dict[str, Text] = {
    "report": _("Laporan terkait masuk."),
    "duplicate": _("Laporan serupa disatukan."),
    "officer": _("Menurut petugas."),
    "obligation": _("Satu kewajiban kesepakatan tidak ditepati."),
}
DUE: dict[str, Text] = {
    rules.ASSIGN: _("Belum ditugaskan"),
    rules.PROGRESS: _("Belum ada perkembangan"),
    rules.CONFIRM: _("Belum dikonfirmasi"),
    rules.CLOSE: _("Masa pantau selesai"),
    rules.ACKNOWLEDGE: _("Belum ditanggapi"),
    rules.FINISH: _("Belum selesai"),
}
ALL: dict[str, Words] = {**REPORT, **INCIDENT, **PEACE}


def story(sheet: Sheet) -> list[Told]:
    """The incident's timeline, newest first, with the reports the reader may see."""
    agencies = {a.pk: a.name for a in sheet.agencies} | {r.task.agency_id: r.task.agency.name for r in sheet.tasks}
    tasks = {r.task.pk: r.task.title for r in sheet.tasks}

    def details(entry: Entry) -> Mapping[str, str]:
        if entry.verb.startswith("report."):
            return report_details(entry, agencies)
        return {**_details(entry, agencies, tasks, sheet), **(peace_details(entry) if entry.verb in PEACE else {})}

    found = []
    for one in sheet.history:
        for line in told([one], ALL, details):
            title = line.title % details(one) if "%(" in line.title else line.title
            found.append(Told(line.at, title, line.body, line.tone))
    return found


def _details(entry: Entry, agencies: Mapping[int, str], tasks: Mapping[int, str], sheet: Sheet) -> dict[str, str]:
    detail = entry.detail
    task, agency = tasks.get(detail.get("task", 0), ""), agencies.get(detail.get("agency", 0), "")
    note = sheet.notes.get(detail.get("note", 0))
    to = detail.get("to", "")
    return {
        "actor": entry.actor_label,
        "severity": detail.get("severity", ""),
        "stage": of(detail.get("stage", ""), rules.STAGES).lower(),
        "report": str(detail.get("report", "")).partition(":")[2],
        "from": of(detail.get("from", ""), rules.STAGES).lower() or str(detail.get("from", "")),
        "to": agencies.get(to, "") if isinstance(to, int) else of(to, rules.STAGES).lower() or str(to),
        "note": note.text if note else "",
        "other": str(detail.get("other", "")).partition(":")[2],
        "claim": str(detail.get("claim", "")).partition(":")[2],
        "outcome": of(detail.get("outcome", ""), rules.OUTCOMES),
        "kind": of(detail.get("kind", ""), rules.CONFIRMERS).lower(),
        "why": str(WHY.get(detail.get("why", ""), "")),
        "what": str(DUE.get(detail.get("duty", ""), "")),
        "about": f"{agency}, “{task}”." if task else "",
        "agency": agency,
        "task": task,
        "result": of(detail.get("result", ""), rules.CALLS).lower(),
        "noted": translated(" (dicatat tim lewat telepon)") if detail.get("noted_by_team") else "",
    }
