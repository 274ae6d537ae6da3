"""Judge a claim, object to a verdict, look at it again. Earlier verdicts stay; nobody is judged but the claim."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kondusif.intake.models import Report
from kondusif.ledger.actor import Actor
from kondusif.ledger.errors import MoveNotAllowed, Refusal
from kondusif.teams.actions import Message, post
from kondusif.triage.claims import rules
from kondusif.triage.claims.actions import tell_fate
from kondusif.triage.claims.bare import bare_text
from kondusif.triage.claims.desk import JUDGE, RECORD, ClaimWordsNeeded, line, locked, move, watch_of
from kondusif.triage.claims.models import Appeal, Claim, ClaimVerdict, Counter
from kondusif.triage.claims.queries import role_of
from kondusif.triage.desk import said


class NotTheJudge(Refusal):
    code = "claim-not-the-judge"
    status = 409
    what = _("Putusan ini harus diberikan orang lain.")
    do = _("Minta verifikator, kepala bidang atau sekretaris yang lain.")


WHY_NOT = {
    "recorder": _("Anda mencatat isu ini. Isu tentang pemilihan, pemerintah atau kelompok warga dinilai orang lain."),
    "appellant": _("Anda mencatat keberatan ini. Keberatan dilihat orang lain."),
    "earlier": _("Anda yang memberi putusan sebelumnya. Keberatan dilihat orang lain."),
}


# What the watch reads after a verdict. A claim that is true is no longer a rumour: it needs a report, and is none by itself.
NEXT = {
    "false": "Siapkan klarifikasi, atau catat mengapa tidak perlu.",
    "misleading": "Siapkan klarifikasi, atau catat mengapa tidak perlu.",
    "true": "Isu ini ternyata benar. Bila perlu ditangani, catat sebagai laporan.",
}


class EvidenceMissing(Refusal):
    code = "claim-evidence-missing"
    status = 422
    what = _("Belum ada bukti pada isu ini.")
    do = _("Tambahkan sumber dengan tanggalnya atau berkas, atau nyatakan belum terbukti.")


def check_judge(claim: Claim, appeal: Appeal | None, *, by: Actor) -> None:
    """Refuse whoever recorded a delicate claim, gave an earlier verdict, or recorded the objection."""
    if fault := judge_fault(claim, appeal, by=by):
        raise NotTheJudge(WHY_NOT[fault])


def judge_fault(claim: Claim, appeal: Appeal | None, *, by: Actor) -> str:
    earlier = list(ClaimVerdict.objects.filter(claim=claim).values_list("by", flat=True)) if appeal else []
    return rules.judge_fault(
        claim.topic, judge=by.id, recorder=claim.recorded_by, earlier=earlier, appellant=appeal.by if appeal else ""
    )


def judge(code: str, *, verdict: str, reason: str, by: Actor, at: datetime, version: int | None = None) -> ClaimVerdict:
    """Say what the evidence says of the claim, with its reason, in a named role. On an objection this is the second look."""
    reason = bare_text(said(reason))
    with transaction.atomic():
        claim = locked(code, JUDGE, by=by, version=version)
        if claim.state not in {"open", "appealed"}:
            raise MoveNotAllowed
        appeal = waiting_appeal(claim)
        check_judge(claim, appeal, by=by)
        fault = rules.verdict_fault(verdict, evidence=claim.evidence.count())
        if fault == "unknown":
            raise ClaimWordsNeeded(field="verdict")
        if fault:
            raise EvidenceMissing(field="verdict")
        row = ClaimVerdict.objects.create(
            claim=claim, kind=verdict, reason=reason, role=role_of(by, JUDGE, claim.region, at=at), by=by.id, at=at
        )
        if appeal:
            appeal.answer = row
            appeal.save(update_fields=["answer"])
        _settle(claim, row, by=by, at=at)
        line("claim.judged", claim, by=by, at=at, detail={"verdict": verdict, "on_appeal": appeal is not None})
    return row


def _settle(claim: Claim, row: ClaimVerdict, *, by: Actor, at: datetime) -> None:
    """What follows: a counter-message that says otherwise is withdrawn, reporters are told, the next duty begins."""
    first = not claim.verdict
    changed = not first and claim.verdict != row.kind
    if changed:
        Counter.objects.filter(claim=claim, withdrawn_at=None).update(withdrawn_by=by.id, withdrawn_at=at)
    standing = Counter.objects.filter(claim=claim, withdrawn_at=None, published_at__isnull=False).exists()
    move(claim, "settled" if standing else rules.after_verdict(row.kind), by=by, at=at, verdict=row.kind)
    if first or changed:
        for report in (
            Report.objects.select_for_update().filter(claim_item__claim=claim, restricted=False).order_by("pk")
        ):
            tell_fate(report, row.kind, by=by, at=at)
    if (first or changed) and row.kind in NEXT:
        post([Message(f"claim-judged:{row.pk}", watch_of(claim), f"Isu {claim.code} sudah dinilai", NEXT[row.kind],
                      f"/isu/{claim.code}")], at=at)  # fmt: skip


def waiting_appeal(claim: Claim) -> Appeal | None:
    return Appeal.objects.filter(claim=claim, answer=None).first()


def appeal(code: str, *, capacity: str, reason: str, by: Actor, at: datetime, version: int | None = None) -> Appeal:
    """Keberatan: note that somebody, in a capacity and without a name, says the verdict is wrong. It owes a second look."""
    reason = bare_text(said(reason))
    if capacity not in dict(rules.APPELLANTS):
        raise ClaimWordsNeeded(field="capacity")
    with transaction.atomic():
        claim = locked(code, RECORD, by=by, version=version)
        against = ClaimVerdict.objects.filter(claim=claim).order_by("-pk").first()
        if against is None or claim.state not in {"judged", "settled"}:
            raise MoveNotAllowed
        row = Appeal.objects.create(claim=claim, against=against, capacity=capacity, reason=reason, by=by.id, at=at)
        move(claim, "appealed", by=by, at=at)
        line("claim.appealed", claim, by=by, at=at, detail={"capacity": capacity})
    return row
