"""What a ledger line about a latent matter says on its page."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from kondusif.ledger.queries import Entry
from kondusif.response.peace.sentences import PEACE
from kondusif.response.peace.sentences import details as peace_details
from kondusif.response.potentials import rules
from kondusif.response.potentials.queries import Sheet
from kondusif.triage.sentences import Told, Words, of, told

POTENTIAL: dict[str, Words] = {
    "potential.added": (_("Dicatat"), _("%(level)s, oleh %(actor)s."), "info"),
    "potential.changed": (_("Diubah"), _("oleh %(actor)s."), ""),
    "potential.reviewed": (_("Ditinjau"), _("%(trend)s, %(level)s, oleh %(actor)s. %(why)s"), "ok"),
    "potential.review_missed": (_("Jadwal tinjau lewat"), _("pemilik atau satu tingkat di atasnya diberi tahu."), "bad"),
    "potential.recorded": (_("Dicatat sebagai permasalahan"), "%(incident)s.", "warn"),
}  # fmt: skip


def story(sheet: Sheet) -> list[Told]:
    """The timeline, newest first; the words of a review come from its row, never from the ledger."""
    why = {r.pk: r.why for r in sheet.reviews}

    def details(entry: Entry) -> Mapping[str, str]:
        detail = entry.detail
        return {
            "actor": entry.actor_label,
            "level": of(detail.get("level", ""), rules.LEVELS).lower(),
            "trend": of(detail.get("trend", ""), rules.TRENDS),
            "why": why.get(detail.get("review", 0), ""),
            "incident": str(detail.get("incident", "")).partition(":")[2],
            **peace_details(entry),
        }

    return told(sheet.history, POTENTIAL | PEACE, details)
