"""Write a claim down, its sightings and its evidence; make a report one of them; put it beside an incident. One verb each."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kondusif.clock.actions import meet
from kondusif.intake.models import Report
from kondusif.intake.rules import KeptFile, clean
from kondusif.ledger.actor import Actor, check_permitted, within
from kondusif.ledger.errors import NotFound, Refusal
from kondusif.regions.queries import exists
from kondusif.triage import desk as report_desk
from kondusif.triage.claims import rules
from kondusif.triage.claims.bare import bare_link, bare_text, channel_of
from kondusif.triage.claims.desk import (
    JUDGE,
    RECORD,
    ClaimWordsNeeded,
    fresh_code,
    key_of,
    line,
    locked,
    neutral,
    owe,
    said,
    touch,
)
from kondusif.triage.claims.models import Claim, ClaimLink, Evidence, Item

LONGEST_ITEM = 500
EARLIEST = date(2000, 1, 1)


class ClaimKnown(Refusal):
    code = "claim-known"
    status = 409
    what = _("Isu dengan judul itu sudah ada di daerah ini.")
    do = _("Buka isu itu dan tambahkan butir.")


class ItemKnown(Refusal):
    code = "claim-item-known"
    status = 409
    what = _("Butir yang sama sudah tercatat pada isu ini.")
    do = _("Tidak perlu dicatat dua kali.")


class ItemNotPossible(Refusal):
    code = "claim-item-not-possible"
    status = 422
    what = _("Butir ini belum lengkap atau tidak mungkin.")
    do = _("Isi kanal, hari antara 2000 dan hari ini, daerah di dalam daerah isu, dan tautan atau uraian.")


class ReportNotARumour(Refusal):
    code = "report-not-a-rumour"
    status = 409
    what = _("Laporan ini tidak dapat menjadi butir isu.")
    do = _(
        "Laporan menyangkut aparat, yang sudah terverifikasi, sudah disatukan, atau sudah menjadi butir tetap di meja laporan."
    )


class EvidenceNotPossible(Refusal):
    code = "claim-evidence-not-possible"
    status = 422
    what = _("Bukti ini belum lengkap.")
    do = _(
        "Sebutkan sumbernya, tanggalnya (paling lambat hari ini), apa yang ditunjukkannya, dan alamat yang diawali https:// bila ada."
    )


@dataclass(frozen=True)
class NewItem:
    """A sighting: where, when and by which kind of channel. No account, handle or sender has a place here."""

    region: str
    seen_on: date
    channel: str = ""
    link: str = ""
    words: str = ""
    outside: str = ""
    number: str = ""  # the source's own number of it, where it has one


def record(*, region: str, topic: str, title: str, statement: str, by: Actor, at: datetime, report: str = "") -> Claim:
    """Write a claim down, with a report as its first item where one is given. It is no incident and raises nothing."""
    check_permitted(by, RECORD, region)
    if not region or not exists(region):
        raise NotFound
    if topic not in dict(rules.TOPICS):
        raise ClaimWordsNeeded(field="topic")
    title, statement = neutral(title), said(statement, "statement")
    with transaction.atomic():
        if Claim.objects.filter(region=region, key=key_of(title)).exists():
            raise ClaimKnown(field="title")
        try:
            with transaction.atomic():
                claim = Claim.objects.create(
                    code=fresh_code(), region=region, topic=topic, title=title, key=key_of(title), statement=statement,
                    recorded_by=by.id, recorded_at=at,
                )  # fmt: skip
        except IntegrityError:  # somebody wrote the same one down this moment
            raise ClaimKnown(field="title") from None
        owe(claim, at=at)
        line("claim.recorded", claim, by=by, at=at, detail={"topic": topic})
        if report:
            add_report(claim.code, report, by=by, at=at)
            claim.refresh_from_db()
    return claim


def item_fields(new: NewItem, claim_region: str, *, today: date) -> dict[str, object]:
    """An item as it will be kept, bare of accounts, with the digest by which it is known again; or a refusal."""
    link = bare_link(new.link) if new.link.strip() else ""
    if new.link.strip() and not link:
        raise ItemNotPossible(field="link")
    words = " ".join(bare_text(clean(new.words)).split())[:LONGEST_ITEM]
    channel = new.channel or channel_of(link)
    if channel not in dict(rules.CHANNELS) or new.outside not in dict(rules.OUTSIDE):
        raise ItemNotPossible(field="channel")
    if not EARLIEST <= new.seen_on <= today:
        raise ItemNotPossible(field="seen_on")
    if not within(new.region, claim_region) or not exists(new.region):
        raise ItemNotPossible(field="region")
    if not link and not words:
        raise ItemNotPossible(field="words")
    mark = "\x1f".join([new.region, new.seen_on.isoformat(), channel, link, words.casefold(), new.number.strip()])
    return {
        "region": new.region, "seen_on": new.seen_on, "channel": channel, "link": link, "words": words, "outside": new.outside,
        "digest": hashlib.sha256(mark.encode()).hexdigest(),
    }  # fmt: skip


def add_item(code: str, new: NewItem, *, by: Actor, at: datetime, version: int | None = None) -> Item:
    """One more sighting. Items come in after a verdict too: that is how its effect is seen."""
    with transaction.atomic():
        claim = locked(code, RECORD, by=by, version=version)
        fields = item_fields(new, claim.region, today=timezone.localtime(at).date())
        if Item.objects.filter(claim=claim, digest=str(fields["digest"])).exists():
            raise ItemKnown
        item = Item.objects.create(claim=claim, by=by.id, at=at, **fields)
        touch(claim)
        line("claim.item_added", claim, by=by, at=at, detail={"channel": item.channel, "items": 1})
    return item


def add_report(code: str, report_code: str, *, by: Actor, at: datetime, channel: str = "", words: str = "") -> Item:
    """A report that only tells the claim becomes one of its items. Its reporter is told through Lacak, and again at the verdict."""
    with transaction.atomic():
        claim = locked(code, RECORD, by=by)
        report = report_desk.locked(report_code, "report.triage", by=by)
        if (
            report.restricted
            or report.state not in rules.RUMOURS
            or report_desk.joined_under(report) is not None
            or Item.objects.filter(report=report).exists()
        ):
            raise ReportNotARumour
        seen = timezone.localtime(min(report.occurred_at or report.reported_at, at)).date()
        told = NewItem(
            report.region or claim.region,
            max(seen, EARLIEST),
            channel or "other",
            words=words or claim.title,
            number=report.code,
        )
        fields = item_fields(told, claim.region, today=timezone.localtime(at).date())
        item = Item.objects.create(claim=claim, report=report, by=by.id, at=at, **fields)
        touch(claim)
        if report.state == "received":
            report_desk.move(report, "in_review", by=by, at=at)
        report_desk.line("report.claimed", report, by=by, at=at, detail={"claim": claim.subject})
        report_desk.tell_reporters(report, "claim_taken", at=at)
        line("claim.item_added", claim, by=by, at=at, detail={"channel": item.channel, "items": 1})
        if claim.verdict and claim.state in {"judged", "settled"}:
            tell_fate(report, claim.verdict, by=by, at=at)
    return item


def tell_fate(report: Report, verdict: str, *, by: Actor, at: datetime) -> None:
    """The verdict on its claim reaches a report: its reporter is told, and where it said nothing else the report follows."""
    report_desk.tell_reporters(report, f"claim_{verdict}", at=at)
    to = rules.REPORT_FATE.get(verdict, "")
    if to and report.state in {"received", "in_review", "needs_info"} and report_desk.joined_under(report) is None:
        report_desk.move(report, to, by=by, at=at, **report_desk.nobody())
        reason = "Menurut hasil pemeriksaan isu."
        report_desk.judge(report, to, reason=reason, by=by, at=at)
        report_desk.line(f"report.{to}", report, by=by, at=at)


def forget_report(report: Report) -> None:
    """The report turned out to be about officials: its item stays a number and tells nothing of it."""
    Item.objects.filter(report=report).update(report=None, words="", link="", outside="")


def add_evidence(
    code: str, *, source: str, source_date: date, shows: str, by: Actor, at: datetime, link: str = "", file: KeptFile | None = None,
    version: int | None = None,
) -> Evidence:  # fmt: skip
    """A source with its date, or a file. The first one meets the duty to look."""
    source, shows, link = " ".join(bare_text(clean(source)).split()), bare_text(clean(shows)), clean(link)
    official = not link or (
        link.startswith(("https://", "http://")) and bare_link(link) and "@" not in link and " " not in link
    )
    if not source or not shows or len(source) > 160 or len(shows) > LONGEST_ITEM or len(link) > 300 or not official:
        raise EvidenceNotPossible(field="source")
    if not EARLIEST <= source_date <= timezone.localtime(at).date():
        raise EvidenceNotPossible(field="source_date")
    with transaction.atomic():
        claim = locked(code, RECORD if by.anywhere(RECORD) else JUDGE, by=by, version=version)
        kept = {"digest": file.digest, "name": file.name, "media_type": file.media_type} if file else {}
        row = Evidence.objects.create(
            claim=claim, source=source, source_date=source_date, shows=shows, link=link, by=by.id, at=at, **kept
        )
        meet(claim.subject, by=by.id, at=at, duty=rules.CHECK)
        touch(claim)
        line("claim.evidence_added", claim, by=by, at=at, detail={"file": bool(file)})
    return row


def link(code: str, incident: str, *, by: Actor, at: datetime) -> tuple[ClaimLink, bool]:
    """Put a claim beside an incident. For `response`, inside its act, which has checked the incident."""
    with transaction.atomic():
        claim = locked(code, RECORD, by=by)
        row, made = ClaimLink.objects.get_or_create(
            claim=claim, incident=incident, ended_at=None, defaults={"by": by.id, "at": at}
        )
        if made:
            line("claim.linked", claim, by=by, at=at, detail={"incident": incident})
    return row, made


def unlink(code: str, incident: str, *, by: Actor, at: datetime) -> ClaimLink:
    with transaction.atomic():
        claim = locked(code, RECORD, by=by)
        row = ClaimLink.objects.select_for_update().filter(claim=claim, incident=incident, ended_at=None).first()
        if row is None:
            raise NotFound
        row.ended_by, row.ended_at = by.id, at
        row.save(update_fields=["ended_by", "ended_at"])
        line("claim.unlinked", claim, by=by, at=at, detail={"incident": incident})
    return row
