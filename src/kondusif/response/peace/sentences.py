"""What a ledger line of the peace side says on the timeline of its matter."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from kondusif.ledger.queries import Entry
from kondusif.response.peace import rules
from kondusif.triage.sentences import Words, of

PEACE: dict[str, Words] = {
    "mediation.invited": (_("Mediasi diundang"), _("%(venue)s, oleh %(actor)s."), "info"),
    "mediation.answered": (_("Undangan dijawab"), "%(answer)s.", ""),
    "mediation.moved": (_("Mediasi dipindah"), _("oleh %(actor)s."), ""),
    "mediation.cancelled": (_("Mediasi dibatalkan"), _("oleh %(actor)s."), "warn"),
    "mediation.result": (_("Hasil mediasi"), "%(result)s.", "ok"),
    "mediation.result_missed": (_("Hasil mediasi belum dicatat"), _("pemiliknya diingatkan."), "bad"),
    "agreement.written": (_("Berita acara kesepakatan"), _("tersegel, oleh %(actor)s."), "ok"),
    "agreement.opened": (_("Berita acara dibuka"), _("oleh %(actor)s: %(reason)s."), ""),
    "obligation.set": (_("Kewajiban dicatat"), _("menjadi tugas dengan batas waktu."), "info"),
    "obligation.entrusted": (_("Kewajiban dikawal instansi lain"), _("oleh %(actor)s."), ""),
    "obligation.unkept": (_("Kewajiban tidak ditepati"), _("para pihak perlu ditemui lagi."), "bad"),
    "appeal.drafted": (_("Imbauan damai"), _("konsep oleh %(actor)s."), ""),
    "appeal.revised": (_("Imbauan damai"), _("diubah oleh %(actor)s."), ""),
    "appeal.approved": (_("Imbauan damai"), _("disetujui %(actor)s."), "ok"),
    "appeal.refused": (_("Imbauan damai"), _("dikembalikan oleh %(actor)s."), "warn"),
}  # fmt: skip


def details(entry: Entry) -> Mapping[str, str]:
    detail = entry.detail
    return {
        "venue": of(detail.get("venue", ""), rules.VENUES),
        "answer": of(detail.get("answer", ""), rules.ANSWERS),
        "result": of(detail.get("result", ""), rules.RESULTS),
        "reason": of(detail.get("reason", ""), rules.OPEN_REASONS).lower(),
    }
