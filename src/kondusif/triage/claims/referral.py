"""Rujukan: a letter about a claim to Bawaslu, Kominfo or Polri. It holds the claim, its evidence and where it was seen;
never a reporter, a report, an account or who passed it on (practice.md, safeguard 7)."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from kondusif.ledger.actor import Actor
from kondusif.ledger.errors import MoveNotAllowed, Refusal
from kondusif.regions.queries import full_name
from kondusif.teams.queries import kabkota_of
from kondusif.triage.claims import rules
from kondusif.triage.claims.desk import RECORD, line, locked, touch
from kondusif.triage.claims.models import Claim, ClaimReferral, ClaimVerdict, Evidence, Item

MOST_LINKS = 40
REFER = RECORD

ASKED = {
    "bawaslu": "Mohon ditelaah apakah terdapat dugaan pelanggaran pemilihan sesuai kewenangan Bawaslu.",
    "kominfo": "Mohon ditelaah dan, bila memenuhi ketentuan, dimintakan penurunan konten kepada penyelenggara.",
    "polri": "Mohon ditelaah dampaknya terhadap ketertiban umum sesuai kewenangan Polri.",
}
NO_IDENTITY = "Surat ini memuat isu, bukan orang. Identitas pelapor, pengirim dan pemilik akun tidak dihimpun oleh tim dan tidak disertakan."


class NoSuchBody(Refusal):
    code = "claim-nowhere-to-refer"
    status = 422
    what = _("Tujuan rujukan tidak dikenal.")
    do = _("Pilih Bawaslu, Kementerian Kominfo atau Polri.")


def letter(claim: Claim, body: str) -> str:
    """The text of the letter, in office style; number, date and signature are left to the office."""
    if body not in dict(rules.REFERRED_TO):
        raise NoSuchBody(field="body")
    verdict = ClaimVerdict.objects.filter(claim=claim).order_by("-pk").first()
    items = list(Item.objects.filter(claim=claim).order_by("seen_on", "pk"))
    words = dict(rules.CHANNELS)
    seen = Counter(words[i.channel] for i in items)
    parts = [
        f"Yth. {dict(rules.REFERRED_TO)[body]}",
        f"Perihal: Rujukan isu {claim.code}",
        f"Dengan hormat, Tim Terpadu {full_name(kabkota_of(claim.region))} mencatat isu berikut.",
        f"Isu: {claim.title}\nYang disebarkan: {claim.statement}",
    ]
    if verdict is not None:
        kind = dict(rules.VERDICTS)[verdict.kind].lower()
        parts.append(f"Hasil pemeriksaan: {kind}, oleh {verdict.role}, {_day(verdict.at)}.\nAlasan: {verdict.reason}")
    if items:
        where = ", ".join(f"{name} {n}" for name, n in seen.most_common())
        first, last = date_format(items[0].seen_on, "j M Y"), date_format(items[-1].seen_on, "j M Y")
        parts.append(f"Terlihat {len(items)} kali ({where}), {first} sampai {last}.")
    if links := list(dict.fromkeys(i.link for i in items if i.link))[:MOST_LINKS]:
        parts.append("Alamat kiriman:\n" + "\n".join(links))
    if evidence := list(Evidence.objects.filter(claim=claim).order_by("pk")):
        told = [
            f"{e.source}, {date_format(e.source_date, 'j M Y')}: {e.shows}" + (f" {e.link}" if e.link else "")
            for e in evidence
        ]
        parts.append("Bukti:\n" + "\n".join(told))
    return "\n\n".join(
        [*parts, ASKED[body], NO_IDENTITY, "Demikian disampaikan, atas perhatiannya diucapkan terima kasih."]
    )


def _day(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "j M Y")


def refer(code: str, *, body: str, by: Actor, at: datetime, version: int | None = None) -> ClaimReferral:
    """Note that the letter went out. The claim stays here, with its duties."""
    if body not in dict(rules.REFERRED_TO):
        raise NoSuchBody(field="body")
    with transaction.atomic():
        claim = locked(code, REFER, by=by, version=version)
        if ClaimReferral.objects.filter(claim=claim, body=body).exists():
            raise MoveNotAllowed(_("Isu ini sudah dirujuk ke sana."))
        row = ClaimReferral.objects.create(claim=claim, body=body, by=by.id, at=at)
        touch(claim)
        line("claim.referred", claim, by=by, at=at, detail={"body": body})
    return row
