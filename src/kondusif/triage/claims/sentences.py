"""What a ledger line about a claim says on its page. Nobody's name, no words of the claim."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kondusif.ledger.queries import Entry
from kondusif.triage.claims import rules
from kondusif.triage.sentences import Words, of

CLAIM: dict[str, Words] = {
    "claim.recorded": (_("Isu dicatat"), _("oleh %(actor)s."), ""),
    "claim.item_added": (_("Butir ditambahkan"), _("%(channel)s, oleh %(actor)s."), ""),
    "claim.imported": (_("Butir diimpor"), _("%(items)s butir, oleh %(actor)s."), ""),
    "claim.evidence_added": (_("Bukti ditambahkan"), _("oleh %(actor)s."), ""),
    "claim.judged": (_("Isu dinilai"), _("%(verdict)s, oleh %(actor)s."), "info"),
    "claim.appealed": (_("Keberatan dicatat"), _("dari %(capacity)s. Dilihat orang lain."), "warn"),
    "claim.drafted": (_("Klarifikasi disusun"), _("oleh %(actor)s."), ""),
    "claim.published": (_("Klarifikasi terbit"), _("oleh %(actor)s."), "ok"),
    "claim.withdrawn": (_("Klarifikasi ditarik"), _("oleh %(actor)s."), "warn"),
    "claim.rested": (_("Tidak diklarifikasi"), _("menurut %(actor)s."), ""),
    "claim.referred": (_("Dirujuk"), _("ke %(to)s, tanpa identitas siapa pun."), ""),
    "claim.linked": (_("Dikaitkan"), _("dengan sebuah permasalahan, oleh %(actor)s."), ""),
    "claim.unlinked": (_("Dilepas dari permasalahan"), _("oleh %(actor)s."), ""),
    "claim.escalated": (_("Belum ditangani"), _("diteruskan satu tingkat ke atas; pemilik tugas tetap."), "bad"),
}  # fmt: skip


def details(entry: Entry) -> dict[str, str]:
    """What the sentences about a claim may fill in."""
    said = entry.detail
    return {
        "actor": entry.actor_label,
        "channel": of(said.get("channel", ""), rules.CHANNELS),
        "items": str(said.get("items", "")),
        "verdict": of(said.get("verdict", ""), rules.VERDICTS).lower(),
        "capacity": of(said.get("capacity", ""), rules.APPELLANTS).lower(),
        "to": of(said.get("body", ""), rules.REFERRED_TO),
    }
