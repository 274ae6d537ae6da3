"""One message in, one outcome, once: report, answer, nil, part of a longer one. Durable before the gateway hears of it."""

from __future__ import annotations

import hmac
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import translation

from kondusif.intake import dialogue, nil, privacy, rules
from kondusif.intake.channels import parts, replies, words
from kondusif.intake.channels.gateways import Gateway
from kondusif.intake.channels.inbound import Inbound
from kondusif.intake.channels.storing import receipt_words, store, tell, tracking_of
from kondusif.intake.models import ChannelMessage, ChannelReply, Report
from kondusif.intake.queries import by_tracking
from kondusif.ledger.actor import Actor
from kondusif.ledger.errors import NotFound, NotPermitted
from kondusif.regions.locate import locate_text
from kondusif.regions.queries import short_name
from kondusif.teams.actions import Message, post
from kondusif.teams.models import User
from kondusif.teams.queries import actor_of

NAMESPACE = uuid.UUID("6c1f2f0a-8a57-5be1-9d0e-4d1c1f7a2b64")  # of uuids made from a channel's own ids
AGAIN = timedelta(minutes=10)  # the same words from the same sender within it are the same message sent twice
FOLLOWS = timedelta(minutes=30)  # so long a position without words belongs to the report before it
HOUR = timedelta(hours=1)
MOST_REPORTS = 30  # an hour from one sender; what goes beyond is kept and looked at by a person
MOST_REPLIES = 12  # an hour to one sender: an answering machine must not talk to ours for ever


@dataclass(frozen=True)
class Taken:
    """What became of a message, and the words to say back ('' for none)."""

    outcome: str
    reply: str = ""


def take(message: Inbound, gateway: Gateway, *, at: datetime) -> Taken:
    """Take one message. The same again has the same outcome and the same reply, and changes nothing.

    Raises what the database raises: the gateway is then told to come again.
    """
    with translation.override("en" if message.language.startswith("en") else "id"):
        row = _row(message, gateway, at=at)
        if before := _before(row, at=at):
            return _again(before)
        taken = _handle(row, message, gateway, at=at)
        recent = ChannelMessage.objects.filter(sender=row.sender, received_at__gt=at - HOUR).count()
        return taken if recent <= MOST_REPLIES else Taken(taken.outcome)


def _row(message: Inbound, gateway: Gateway, *, at: datetime) -> ChannelMessage:
    sender = privacy.lookup(message.sender)
    told = f"{sender}\x1f{rules.clean(message.text)}\x1f{message.place}\x1f{[f.digest for f in message.files]}"
    return ChannelMessage(
        key=f"{gateway.name}:{message.id}"[:200], gateway=gateway.name, sender=sender, sealed=privacy.seal(message.sender),
        same=hmac.new(sender.encode(), told.encode("utf-8", "surrogatepass"), "sha256").hexdigest(), received_at=at,
    )  # fmt: skip


def _before(row: ChannelMessage, *, at: datetime) -> ChannelMessage | None:
    """The message as it was taken before: by its id, or the same words from the same sender a moment ago."""
    if known := ChannelMessage.objects.filter(key=row.key).select_related("report").first():
        return known
    lately = ChannelMessage.objects.filter(sender=row.sender, received_at__gt=at - AGAIN, same=row.same)
    return lately.exclude(outcome="nil").select_related("report").first()


def _again(before: ChannelMessage) -> Taken:
    if before.outcome == "report" and before.report is not None:
        return Taken("report", receipt_words(before.report))
    return Taken(before.outcome, replies.answered() if before.outcome == "answer" else "")


def _handle(row: ChannelMessage, message: Inbound, gateway: Gateway, *, at: datetime) -> Taken:
    if message.answers and message.text.strip() and not message.files and (taken := _follows(row, message, at=at)):
        return taken
    if gateway.channel == "sms" and (part := words.part_of(message.text)):
        return Taken("part", parts.keep(row, part, gateway, message, at=at))
    if message.place and not message.text and not message.files and (taken := _position(row, message.place, at=at)):
        return taken
    word = words.read(message.text)
    if message.files or message.place:
        return _report(row, message, gateway, at=at)
    match word.kind:
        case "nil":
            return _nil(row, word.rest, at=at)
        case "help":
            _save(row, "help", text=message.text)
            return Taken("help", replies.help_())
        case "track":
            _save(row, "track")
            return Taken("track", _tracked(word.code))
        case "answer":
            return _answer(row, word.code, word.rest, at=at) or _report(row, message, gateway, at=at)
    return _report(row, message._replace(text=word.rest), gateway, at=at)


def _save(row: ChannelMessage, outcome: str, *, text: str = "", report: Report | None = None) -> None:
    """Write the row; a twin that came at the same moment by another door has written it already."""
    row.outcome, row.text, row.report = outcome, text, report
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        if not ChannelMessage.objects.filter(key=row.key).exists():
            raise


def _report(row: ChannelMessage, message: Inbound, gateway: Gateway, *, at: datetime) -> Taken:
    lately = ChannelMessage.objects.filter(sender=row.sender, outcome="report", received_at__gt=at - HOUR)
    if (
        lately.count() >= MOST_REPORTS and not message.files and not message.place
    ):  # only words can be held without loss
        return _hold(row, message, gateway, at=at)
    report = store(message, gateway, uuid.uuid5(NAMESPACE, row.key), at=at)
    _save(row, "report", report=report)
    return Taken("report", receipt_words(report))


def _follows(row: ChannelMessage, message: Inbound, *, at: datetime) -> Taken | None:
    """An answer to what we wrote to the same sender goes under that report; None where it is another's, or none."""
    said = ChannelReply.objects.filter(pk=int(message.answers)).first() if message.answers.isdigit() else None
    told = ChannelMessage.objects.filter(key=said.key, sender=row.sender).first() if said else None
    if told is None or told.report is None:
        return None
    return _answer(row, tracking_of(told.report.uuid), message.text, at=at)


def _position(row: ChannelMessage, place: tuple[float, float], *, at: datetime) -> Taken | None:
    """A position alone belongs to what the sender has just told; None where there is nothing."""
    last = (
        ChannelMessage.objects.filter(sender=row.sender, outcome="report", received_at__gt=at - FOLLOWS)
        .order_by("-pk")
        .first()
    )
    if last is None or last.report is None:
        return None
    return _answer(row, tracking_of(last.report.uuid), f"Titik lokasi: {place[0]:.5f}, {place[1]:.5f}", at=at)


def _hold(row: ChannelMessage, message: Inbound, gateway: Gateway, *, at: datetime) -> Taken:
    with transaction.atomic():
        _save(row, "held", text=message.text)
        post(
            [Message(f"held:{row.sender[:16]}:{at:%Y%m%d%H}", f"duty:{gateway.region or settings.PROVINCE}",
                     "Banyak sekali pesan dari satu nomor",
                     "Pesannya disimpan dan menunggu dilihat di halaman Saluran; belum menjadi laporan.", "/saluran")],
            at=at,
        )  # fmt: skip
    return Taken("held", replies.held())


def _answer(row: ChannelMessage, code: str, text: str, *, at: datetime) -> Taken | None:
    """The reporter adds something under the tracking code; None where nobody has that code."""
    try:
        report = by_tracking(code)
    except NotFound:
        return None
    try:
        with transaction.atomic():
            row.outcome, row.report = "answer", report
            row.save()
            tell(code, rules.clean(text), at=at)
    except IntegrityError:
        return Taken("answer", replies.answered())
    except dialogue.ConversationClosed:
        row.pk = None
        return None  # becomes a report of its own: nothing told is thrown away
    return Taken("answer", replies.answered())


def _tracked(code: str) -> str:
    try:
        return replies.tracked(by_tracking(code).state)
    except NotFound:
        return replies.code_unknown()


def member_of(sender: str) -> User | None:
    """The one active member whose official number the message came from."""
    wanted = privacy.lookup(sender)
    found = [u for u in User.objects.filter(is_active=True).exclude(phone="") if privacy.lookup(u.phone) == wanted]
    return found[0] if len(found) == 1 else None


def _nil(row: ChannelMessage, rest: str, *, at: datetime) -> Taken:
    user = member_of(privacy.unseal(row.sealed))
    actor = actor_of(user, at=at) if user else None
    may = [r for r in actor.regions(nil.FILE) if r.count(".") in {1, 2}] if actor else []
    sources, named = words.nil_sources(rest)
    if actor is None or not (may or actor.anywhere(nil.FILE)):
        _save(row, "help", text=f"NIHIL {rest}")
        return Taken("help", replies.nil_stranger())
    region = _nil_region(named, may, actor)
    if not region:
        _save(row, "help", text=f"NIHIL {rest}")
        return Taken("help", replies.nil_which([short_name(r) for r in may]))
    try:
        filed = nil.file_nil(region, sources or [rules.NIL_SOURCES[0][0]], by=actor, at=at)
    except nil.NotNil:
        _save(row, "nil", text=f"NIHIL {rest}")
        return Taken("nil", replies.nil_not(short_name(region)))
    except NotPermitted:
        _save(row, "help", text=f"NIHIL {rest}")
        return Taken("help", replies.nil_which([short_name(r) for r in may]))
    lately = ChannelMessage.objects.filter(sender=row.sender, outcome="nil", received_at__gt=at - AGAIN, same=row.same)
    if lately.exists():  # five hundred NIHIL in a minute are one, and answered once
        return Taken("nil")
    _save(row, "nil")
    return Taken("nil", replies.nil_filed(short_name(region), list(filed.sources), at=at))


def _nil_region(named: str, may: list[str], actor: Actor) -> str:
    """The region meant: the only one there is, or the one named; '' where that is not clear."""
    if not named:
        return may[0] if len(may) == 1 else ""
    found = locate_text(named, may[0] if may else settings.PROVINCE)
    if not found or found[0].alternatives:
        return ""
    code = found[0].code
    for region in (code, ".".join(code.split(".")[:3]), ".".join(code.split(".")[:2])):
        if region.count(".") in {1, 2} and actor.permits(nil.FILE, region):
            return region
    return ""
