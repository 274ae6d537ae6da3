"""Imbauan damai: neutral words about one matter, approved by a second person, then shared in the name of peace actors or heads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from kondusif.intake.rules import clean
from kondusif.ledger.actor import Actor, check_permitted
from kondusif.ledger.errors import NotFound, Refusal
from kondusif.ledger.queries import region_filter
from kondusif.regions.queries import kabkota_of_province, name_of
from kondusif.response.peace import rules
from kondusif.response.peace.desk import KEEP, Matter, line, matter_to_keep, readable
from kondusif.response.peace.models import Appeal
from kondusif.response.potentials.desk import words
from kondusif.response.queries import READ
from kondusif.teams.queries import kabkota_of
from kondusif.teams.resets import check_two_persons
from kondusif.teams.sharing import Share
from kondusif.triage.claims.bare import bare_text
from kondusif.triage.claims.queries import quiet_in
from kondusif.triage.claims.words import names_candidate, names_person
from kondusif.triage.desk import check_version
from kondusif.triage.title_words import group_words

APPROVE = "appeal.approve"


class AppealNotNeutral(Refusal):
    code = "appeal-not-neutral"
    status = 422
    what = _("Imbauan menyebut orang, calon, kelompok, akun, atau nomor, atau panjangnya tidak wajar.")
    do = _("Tulis ajakan saja (30–1.200 huruf), tanpa nama dan tanpa menyebut salah satu pihak.")


class SecondPersonNeeded(Refusal):
    code = "appeal-second-person"
    status = 409
    what = _("Imbauan disetujui oleh orang kedua, bukan penulisnya, dan hanya selama masih konsep.")
    do = _("Minta sekretaris atau ketua tim menyetujuinya.")


class QuietTime(Refusal):
    code = "appeal-in-masa-tenang"
    status = 409
    what = _("Dalam masa tenang hanya pemberitahuan keselamatan yang diterbitkan.")
    do = _("Bila isinya semata-mata keselamatan warga, tandai demikian; bila tidak, tunggu masa tenang berakhir.")


def appeals_for(actor: Actor) -> QuerySet[Appeal]:
    rows = Appeal.objects.filter(region_filter(actor.regions(READ)), readable(actor))
    return rows.exclude(incident__restricted=True).select_related("incident", "potential")


def appeal_for(pk: int, actor: Actor) -> Appeal:
    row = appeals_for(actor).filter(pk=pk).first()
    if row is None:
        raise NotFound
    return row


def matter_of(row: Appeal) -> Matter:
    return Matter(row.incident, row.potential)


def _checked(text: str, voices: Sequence[str]) -> str:
    text = clean(text)
    if not rules.SHORTEST_APPEAL <= len(text) <= rules.LONGEST_APPEAL or bare_text(text) != text:
        raise AppealNotNeutral(field="text")
    places = [k.short_name for k in kabkota_of_province(settings.PROVINCE)]
    if names_candidate(text, barred=settings.CANDIDATE_NAMES, places=places) or names_person(text) or group_words(text):
        raise AppealNotNeutral(field="text")
    if not voices or not rules.check_codes(voices, rules.VOICES):
        raise AppealNotNeutral(field="voices")
    return text


def draft(code: str, *, text: str, voices: Sequence[str], by: Actor, at: datetime, safety: bool = False) -> Appeal:
    with transaction.atomic():
        matter = matter_to_keep(code, by)
        text = _checked(text, voices)
        row = Appeal.objects.create(
            incident=matter.incident, potential=matter.potential, region=matter.region, text=text, voices=sorted(set(voices)),
            safety=safety, drafted_by=by.id, drafted_label=by.label, drafted_at=at,
        )  # fmt: skip
        line("appeal.drafted", matter, by=by, at=at, detail={"appeal": row.pk, "voices": row.voices})
    return row


def _locked(pk: int, *, by: Actor, permission: str, version: int | None) -> Appeal:
    row = appeals_for(by).select_for_update(of=("self",)).filter(pk=pk).first()
    if row is None:
        raise NotFound
    check_permitted(by, permission, row.region)
    check_version(row.version, version)
    return row


def revise(
    pk: int, *, text: str, voices: Sequence[str], by: Actor, at: datetime, safety: bool = False, version: int | None = None
) -> Appeal:  # fmt: skip
    """Other words: whoever wrote them is the author from now on, and not the second person."""
    with transaction.atomic():
        row = _locked(pk, by=by, permission=KEEP, version=version)
        text = _checked(text, voices)
        if row.state == "approved":
            raise SecondPersonNeeded
        row.text, row.voices, row.safety, row.state = text, sorted(set(voices)), safety, "draft"
        row.drafted_by, row.drafted_label, row.drafted_at = by.id, by.label, at
        row.decided_by, row.decided_label, row.decided_at, row.note = "", "", None, ""
        row.version += 1
        row.save()
        line("appeal.revised", matter_of(row), by=by, at=at, detail={"appeal": row.pk})
    return row


def approve(pk: int, *, by: Actor, at: datetime, version: int | None = None) -> Appeal:
    """Disetujui as it was read (`version`); from now on it can be shared."""
    with transaction.atomic():
        row = _locked(pk, by=by, permission=APPROVE, version=version)
        if not rules.may_approve(row.state, drafter=row.drafted_by, approver=by.id):
            raise SecondPersonNeeded
        check_two_persons(by, row.drafted_by, at=at)
        if not row.safety and quiet_in(row.region, at=at):
            raise QuietTime
        _decide(row, "approved", "", by=by, at=at)
    return row


def refuse(pk: int, *, note: str, by: Actor, at: datetime, version: int | None = None) -> Appeal:
    note = words(note, "note", needed=True)
    with transaction.atomic():
        row = _locked(pk, by=by, permission=APPROVE, version=version)
        if row.state != "draft":
            raise SecondPersonNeeded
        _decide(row, "refused", note, by=by, at=at)
    return row


def _decide(row: Appeal, state: str, note: str, *, by: Actor, at: datetime) -> None:
    row.state, row.note, row.decided_by, row.decided_label, row.decided_at = state, note, by.id, by.label, at
    row.version += 1
    row.save(update_fields=["state", "note", "decided_by", "decided_label", "decided_at", "version"])
    line(f"appeal.{state}", matter_of(row), by=by, at=at, detail={"appeal": row.pk})


def share_of(row: Appeal) -> Share | None:
    """The appeal itself for a chat, once it is approved: no code, no place, no link into the house."""
    if row.state != "approved":
        return None
    spoken = dict(rules.VOICES)
    voices = ", ".join(translated(spoken[v]) for v in row.voices)
    head = translated("IMBAUAN DAMAI %(name)s") % {"name": name_of(kabkota_of(row.region)).upper()}
    return Share(f"{head}\n\n{row.text}\n\n{voices}")
