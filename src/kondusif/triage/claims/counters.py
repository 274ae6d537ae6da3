"""Klarifikasi: drafted from the table of words, published by a second person, withdrawn; or a reason why there is none."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from kondusif.intake.rules import clean
from kondusif.ledger.actor import Actor
from kondusif.ledger.errors import MoveNotAllowed, NotFound, Refusal
from kondusif.regions.queries import kabkota_of_province
from kondusif.teams.resets import check_two_persons
from kondusif.triage.claims import words
from kondusif.triage.claims.desk import PUBLISH, RECORD, line, locked, move, touch
from kondusif.triage.claims.models import Claim, ClaimVerdict, Counter, Evidence
from kondusif.triage.claims.queries import quiet_in, role_of
from kondusif.triage.desk import said


class CounterNotPossible(Refusal):
    code = "clarification-not-possible"
    status = 422
    what = _("Klarifikasi ini belum dapat disimpan.")
    do = _("Perbaiki seperti disarankan, lalu simpan lagi.")


class NotTheDrafter(Refusal):
    code = "clarification-second-person"
    status = 409
    what = _("Klarifikasi diterbitkan orang lain, bukan yang menyusunnya.")
    do = _("Minta kepala bidang, sekretaris atau ketua tim membaca dan menerbitkannya.")


class QuietTime(Refusal):
    code = "clarification-quiet-time"
    status = 409
    what = _("Masa tenang sedang berlaku: hanya pemberitahuan keselamatan yang diterbitkan.")
    kept = _("Rancangannya tetap tersimpan.")
    do = _("Terbitkan sesudah masa tenang, atau tandai sebagai pemberitahuan keselamatan bila memang demikian.")


def check_words(claim: Claim, title: str, body: str) -> None:
    places = [k.short_name for k in kabkota_of_province(settings.PROVINCE)]
    fault = words.fault(title, body, statement=claim.statement, barred=settings.CANDIDATE_NAMES, places=places)
    if fault:
        raise CounterNotPossible(
            do=_(words.FAULTS[fault]), field="title" if fault in {"label", "repeats", "group"} else "fact"
        )


def draft(
    code: str, *, title: str, fact: str, by: Actor, at: datetime, safety: bool = False, version: int | None = None
) -> Counter:
    """Compose the counter-message: the title is the fact, the body comes from the table. A new draft replaces the old."""
    title, fact = " ".join(clean(title).split()), clean(fact)
    with transaction.atomic():
        claim = locked(code, RECORD, by=by, version=version)
        verdict = ClaimVerdict.objects.filter(claim=claim).order_by("-pk").first()
        if verdict is None or claim.state not in {"judged", "settled"}:
            raise MoveNotAllowed
        if not fact:
            raise CounterNotPossible(do=_(words.FAULTS["length"]), field="fact")
        body = words.draft(verdict.kind, claim.topic, fact, sources(claim))
        check_words(claim, title, body)
        Counter.objects.filter(claim=claim, published_at=None, withdrawn_at=None).update(
            withdrawn_by=by.id, withdrawn_at=at
        )
        row = Counter.objects.create(
            claim=claim, verdict=verdict, title=title, body=body, safety=safety, drafted_by=by.id, drafted_at=at
        )
        touch(claim)
        line("claim.drafted", claim, by=by, at=at, detail={"clarification": row.pk})
    return row


def sources(claim: Claim) -> list[str]:
    """The named sources with their dates, as they stand in the text."""
    rows = Evidence.objects.filter(claim=claim).order_by("pk")
    return [f"{e.source}, {date_format(e.source_date, 'j M Y')}" for e in rows]


def publish(pk: int, *, by: Actor, at: datetime, version: int | None = None, of: str = "") -> Counter:
    """A second person has read it: from now on the public may. In masa tenang only what keeps people safe."""
    with transaction.atomic():
        claim, row = _locked_counter(pk, by=by, version=version, of=of)
        if row.published_at is not None or row.withdrawn_at is not None or claim.state not in {"judged", "settled"}:
            raise MoveNotAllowed
        if row.drafted_by == by.id:
            raise NotTheDrafter
        check_two_persons(by, row.drafted_by, at=at)
        check_words(claim, row.title, row.body)
        if quiet_in(claim.region, at=at) and not row.safety:
            raise QuietTime
        Counter.objects.filter(claim=claim, withdrawn_at=None, published_at__isnull=False).update(
            withdrawn_by=by.id, withdrawn_at=at
        )
        row.published_by, row.published_at = by.id, at
        row.published_role = role_of(by, PUBLISH, claim.region, at=at)
        row.save(update_fields=["published_by", "published_at", "published_role"])
        if claim.state == "judged":
            move(claim, "settled", by=by, at=at)
        else:
            touch(claim)
        line("claim.published", claim, by=by, at=at, detail={"clarification": row.pk, "safety": row.safety})
    return row


def withdraw(pk: int, *, by: Actor, at: datetime, version: int | None = None, of: str = "") -> Counter:
    """Take a draft or a published counter-message back. The public page says for a month that it was withdrawn."""
    with transaction.atomic():
        claim, row = _locked_counter(pk, by=by, version=version, of=of)
        if row.withdrawn_at is not None:
            raise MoveNotAllowed
        row.withdrawn_by, row.withdrawn_at = by.id, at
        row.save(update_fields=["withdrawn_by", "withdrawn_at"])
        touch(claim)
        line("claim.withdrawn", claim, by=by, at=at, detail={"clarification": row.pk})
    return row


def _locked_counter(pk: int, *, by: Actor, version: int | None, of: str) -> tuple[Claim, Counter]:
    """The clarification and its claim, for writing; `of` says which claim it must belong to."""
    found = Counter.objects.filter(pk=pk).select_related("claim").first()
    if found is None or of.upper() not in {"", found.claim.code}:
        raise NotFound
    claim = locked(found.claim.code, PUBLISH, by=by, version=version)
    return claim, Counter.objects.select_for_update().get(pk=pk)


def rest(code: str, *, reason: str, by: Actor, at: datetime, version: int | None = None) -> Claim:
    """No counter-message: to answer what hardly anybody has heard spreads it. The reason stays with the claim."""
    reason = said(reason)
    with transaction.atomic():
        claim = locked(code, PUBLISH, by=by, version=version)
        if claim.state != "judged":
            raise MoveNotAllowed
        move(claim, "settled", by=by, at=at, rest_reason=reason)
        line("claim.rested", claim, by=by, at=at)
    return claim


def effect_from(claim: Claim) -> datetime | None:
    """When the first counter-message came out: what is seen is counted before and after it."""
    first = Counter.objects.filter(claim=claim, published_at__isnull=False).order_by("published_at").first()
    return first.published_at if first else None


def public_text(title: str, body: str, link: str) -> str:
    """The counter-message as it goes into a chat: the fact, the text, where it stands."""
    return f"*{title}*\n\n{body}\n\n{link}"
