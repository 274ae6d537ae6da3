"""What a device hands in after waiting for a signal: done once for its UUID, answered with a signed receipt.

The content is one JSON text that the device made, kept, and sends unchanged until it holds the receipt; the receipt's digest is
of exactly that text. An answer that was lost is given again from the stored row, whatever has happened meanwhile.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO, Annotated, Literal, TypeVar
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from kondusif.intake import attachments, nil, receipts, rules
from kondusif.intake.actions import UuidReused
from kondusif.intake.forms import WhatForm, WhereForm, WhoForm
from kondusif.intake.models import Delivery
from kondusif.intake.receipts import Signed
from kondusif.intake.rules import Draft, KeptFile
from kondusif.intake.views import best_place
from kondusif.intake.writer import WRITER
from kondusif.ledger.actions import record
from kondusif.ledger.actor import Actor
from kondusif.ledger.errors import Refusal

FILES_SALT = "kondusif.intake.handed-in-files"
FILES_LIVE = 6 * 3600
RELATIVE_DAYS = frozenset({"now", "today", "yesterday"})


class ContentNotUnderstood(Refusal):
    code = "content-not-understood"
    status = 422
    what = _("Isi kiriman dari perangkat tidak dapat dibaca.")
    kept = _("Kiriman ini tetap ada di perangkat; belum ada yang tersimpan di server.")
    do = _("Muat ulang halaman antrean, lalu perbaiki kiriman ini.")


class SaidFieldWrong(Refusal):
    code = "said-field-wrong"
    status = 422
    what = _("Ada isian yang perlu diperbaiki.")
    kept = _("Kiriman ini tetap ada di perangkat; belum ada yang tersimpan di server.")
    do = _("Perbaiki, lalu simpan lagi.")


class FilesMissing(Refusal):
    code = "files-missing"
    status = 409
    what = _("Foto kiriman ini belum sampai atau sudah terlalu lama menunggu.")
    kept = _("Kiriman ini tetap ada di perangkat.")
    do = _("Perangkat mengirim fotonya sekali lagi dengan sendirinya.")


class OfAnotherMember(Refusal):
    code = "of-another-member"
    status = 409
    what = _("Kiriman ini ditulis anggota lain di perangkat ini.")
    kept = _("Kiriman itu tetap menunggu di perangkat.")
    do = _("Kiriman terkirim begitu penulisnya masuk kembali.")


class TimeUnknown(Refusal):
    code = "time-unknown"
    status = 422
    what = _("Jam perangkat berubah selagi kiriman menunggu, sehingga harinya tidak dapat dipastikan.")
    kept = _("Kiriman ini tetap ada di perangkat.")
    do = _("Laporkan nihil sekali lagi untuk hari ini.")


class HandedIn(BaseModel):
    """A delivery: the content as one text, and what the device says about its clock at the moment of sending."""

    model_config = ConfigDict(extra="forbid")
    content: Annotated[str, Field(min_length=2, max_length=60_000)]
    device_now: AwareDatetime
    age_ms: Annotated[int, Field(ge=0, le=2**53)] | None = Field(
        None, description="How long it waited by the device's monotonic clock; null where the app was closed meanwhile."
    )
    files: Annotated[list[str], Field(max_length=attachments.MOST_FILES)] = []

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content.encode("utf-8", "surrogatepass")).hexdigest()


class Content(BaseModel):
    """What every content has. `salt` keeps a digest from being matched with a guess by whoever finds the receipt."""

    model_config = ConfigDict(extra="forbid", str_max_length=20_000)
    uuid: UUID
    written_at: AwareDatetime
    salt: Annotated[str, Field(max_length=64)] = ""


class ReportContent(Content):
    kind: Literal["report"]
    text: str
    threatened: str
    region: str
    place_text: str = ""
    lat: str | float | None = None
    lon: str | float | None = None
    day: str = "unknown"
    date: str = ""
    hour: str = ""
    contact: str = ""
    about_official: bool = False
    refer_to: str = ""
    language: Literal["id", "en"] = "id"
    files: Annotated[list[str], Field(max_length=attachments.MOST_FILES)] = []


class NilContent(Content):
    kind: Literal["nil"]
    by: str
    region: Annotated[str, Field(max_length=20)]
    sources: Annotated[list[str], Field(max_length=20)]


@dataclass(frozen=True)
class Handed:
    """What a device gets: the receipt, and the tracking code of a report."""

    signed: Signed
    tracking: str
    replay: bool


AnyContent = TypeVar("AnyContent", bound=Content)


def content_of(kind: type[AnyContent], given: HandedIn) -> AnyContent:
    try:
        return kind.model_validate_json(given.content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        raise ContentNotUnderstood(field=".".join(str(p) for p in first["loc"])) from None


def said_at(given: HandedIn, content: Content, *, at: datetime) -> datetime | None:
    age = timedelta(milliseconds=given.age_ms) if given.age_ms is not None else None
    return rules.written_at(received=at, device_now=given.device_now, device_written=content.written_at, age=age)


def once(given: HandedIn, content: Content, kind: str, act: Callable[[], str], *, by: Actor, at: datetime) -> Handed:
    """Do `act`, which returns its subject, for this UUID once; afterwards give the stored answer again.

    The row is written first: of two copies that come together the second waits for the first and then finds its answer.
    """
    if known := _known(given, content, by=by, at=at):
        return known
    try:
        with transaction.atomic():
            row = Delivery.objects.create(
                uuid=content.uuid, kind=kind, digest=given.digest, by=by.id, received_at=at, written_at=said_at(given, content, at=at)
            )  # fmt: skip
            row.subject = act()
            row.save(update_fields=["subject"])
    except IntegrityError:
        if again := _known(given, content, by=by, at=at):
            return again
        raise
    return _answer(row, at=at, replay=False)


def hand_in_report(given: HandedIn, *, by: Actor, at: datetime) -> Handed:
    """A citizen's report with its photos."""
    content = content_of(ReportContent, given)
    if known := _known(given, content, by=by, at=at):
        return known
    outcome = WRITER.submit(_draft(given, content, at=at), by=by)
    if isinstance(outcome, Refusal):
        if again := _known(given, content, by=by, at=at):  # its twin came in while this one was on its way
            return again
        raise outcome
    row, _made = Delivery.objects.get_or_create(  # only a report that came by another door before has no row yet
        uuid=content.uuid,
        defaults={"kind": "report", "subject": f"report:{outcome.code}", "digest": given.digest, "by": by.id,
                  "received_at": outcome.received_at},
    )  # fmt: skip
    if row.digest != given.digest:
        raise UuidReused
    return _answer(row, at=at, replay=outcome.replay)


def hand_in_nil(given: HandedIn, *, by: Actor, at: datetime) -> Handed:
    """A nil report, for the day on which it was said."""
    content = content_of(NilContent, given)
    check_writer(content.by, by)

    def act() -> str:
        when = said_at(given, content, at=at)
        if when is None:
            raise TimeUnknown
        row = nil.file_nil(rules.clean(content.region), content.sources, by=by, at=at, said_at=when)
        return f"nil:{row.region}:{row.day.isoformat()}"

    return once(given, content, "nil", act, by=by, at=at)


def check_writer(written_by: str, by: Actor) -> None:
    """On a shared device one member's word is never sent in the name of the next."""
    if written_by != by.id:
        raise OfAnotherMember


def _known(given: HandedIn, content: Content, *, by: Actor, at: datetime) -> Handed | None:
    row = Delivery.objects.filter(uuid=content.uuid).first()
    if row is None:
        return None
    if row.digest != given.digest or row.by != by.id:
        raise UuidReused
    return _answer(row, at=at, replay=True)


def _answer(row: Delivery, *, at: datetime, replay: bool) -> Handed:
    tracking = rules.tracking_code(settings.TRACKING_SECRET, row.uuid) if row.kind == "report" else ""
    signed = receipts.sign(
        uuid=row.uuid, kind=row.kind, subject=row.subject, digest=row.digest, received_at=row.received_at, at=at,
        tracking_digest=rules.tracking_digest(tracking) if tracking else "",
    )  # fmt: skip
    return Handed(signed, tracking, replay)


def keep_file(data: bytes, name: str, upload: IO[bytes]) -> tuple[str, str]:
    """Store one photo; the SHA-256 of what came in, and a token that a delivery names it by for six hours."""
    raw = hashlib.sha256(data).hexdigest()
    kept = attachments.keep(upload, name)
    return raw, signing.dumps([raw, kept.digest, kept.media_type, kept.size, kept.name], salt=FILES_SALT)


def _files(given: HandedIn, content: ReportContent) -> tuple[KeptFile, ...]:
    """The files the content names, found among the tokens that came with it."""
    found: dict[str, KeptFile] = {}
    for token in given.files:
        try:
            raw, *rest = signing.loads(token, salt=FILES_SALT, max_age=FILES_LIVE)
        except signing.BadSignature:
            continue
        found[raw] = KeptFile(*rest)
    if missing := set(content.files) - set(found):
        raise FilesMissing(field=sorted(missing)[0][:64])
    by_digest = {found[raw].digest: found[raw] for raw in content.files}  # two may be one picture once stripped
    for one in by_digest.values():
        if not attachments.path_of(one.digest).exists():
            raise FilesMissing
    return tuple(by_digest.values())


def _draft(given: HandedIn, content: ReportContent, *, at: datetime) -> Draft:
    """The same checks as the form's, at the instant the report was written."""
    written = said_at(given, content, at=at)
    said = content.model_dump(mode="json", exclude={"uuid", "kind", "written_at", "salt", "files"}, exclude_none=True)
    if written is None and content.day in RELATIVE_DAYS:
        said["day"] = "unknown"  # "today" by a clock nobody knows
    forms = [WhatForm(said), WhereForm(said, at=written or at), WhoForm(said)]
    for form in forms:
        if not form.is_valid():
            field, errors = next(iter(form.errors.items()))
            raise SaidFieldWrong(str(errors[0]), field=field)
    what, where, who = (form.cleaned_data for form in forms)
    return Draft(
        uuid=content.uuid, text=what["text"], channel="web", reported_at=written, threatened=what["threatened"],
        restricted=who["about_official"], refer_to=who["refer_to"] if who["about_official"] else "", language=content.language,
        occurred_at=where["occurred_at"], occurred_precision=where["occurred_precision"],
        region=best_place(where["region"], where["place_text"]), place_text=where["place_text"], lat=where["lat"], lon=where["lon"],
        contact=who["contact"], attachments=_files(given, content), handed_in=given.digest,
    )  # fmt: skip


def rotate_key(*, by: Actor, at: datetime) -> str:
    """Sign with a new key from now on; the name of it."""
    name = receipts.rotate(at=at)
    with transaction.atomic():
        record("receipt.key_changed", subject=f"receipt-key:{name[:16]}", region=settings.PROVINCE, by=by, at=at)
    return name
