"""The hot door for reports: `POST /api/v1/reports`, a Starlette route. 201 only after the commit is durable."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from django.conf import settings
from django.utils import translation
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from starlette.types import Receive, Scope, Send

from kondusif.intake.actions import Outcome, Receipt
from kondusif.intake.limits import LIMITER, TooMany
from kondusif.intake.rules import Draft
from kondusif.intake.writer import WRITER, Waiting
from kondusif.ledger.actor import CITIZEN
from kondusif.ledger.errors import Refusal

LARGEST_BODY = 64 * 1024
TRUSTED = frozenset(settings.TRUSTED_PROXIES)  # read once: a look into the settings costs as much as a route


class ReportIn(BaseModel):
    """A report as a machine or an app sends it. `uuid` makes it exactly-once: send again until answered."""

    model_config = ConfigDict(extra="forbid")

    uuid: UUID
    text: Annotated[str, Field(min_length=1, max_length=20_000, description="What happened, in the reporter's words.")]
    threatened: Literal["yes", "no", "unknown"] = "unknown"
    about_official: bool = Field(
        False, description="Menyangkut aparat/pejabat: seen by the provincial secretariat alone."
    )
    refer_to: Literal["", "inspektorat", "ombudsman", "komnasham", "propam", "lpsk"] = ""
    occurred_at: AwareDatetime | None = None
    occurred_precision: Literal["minute", "hour", "day", "unknown"] = "unknown"
    observed_at: AwareDatetime | None = None
    reported_at: AwareDatetime | None = None
    region: Annotated[str, Field(pattern=r"^(\d{2}(\.\d{2}(\.\d{2}(\.\d{4})?)?)?)?$")] = ""
    place_text: Annotated[str, Field(max_length=400)] = ""
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None
    lon: Annotated[float, Field(ge=-180, le=180)] | None = None
    contact: Annotated[str, Field(max_length=200)] = ""
    language: Literal["id", "en"] = "id"

    def draft(self) -> Draft:
        return Draft(
            uuid=self.uuid, text=self.text, channel="api", reported_at=self.reported_at, threatened=self.threatened,
            restricted=self.about_official, refer_to=self.refer_to, language=self.language, occurred_at=self.occurred_at,
            occurred_precision=self.occurred_precision, observed_at=self.observed_at, region=self.region,
            place_text=self.place_text, lat=self.lat, lon=self.lon, contact=self.contact,
        )  # fmt: skip


class ReceiptOut(BaseModel):
    """`tracking` is shown this once: it lets the reporter follow and answer."""

    code: str
    tracking: str
    received_at: datetime
    replay: bool


class BodyNotUnderstood(Refusal):
    code = "body-not-understood"
    status = 422
    what = translation.gettext_lazy("Isi kiriman tidak dapat dibaca.")
    kept = translation.gettext_lazy("Tidak ada yang tersimpan.")
    do = translation.gettext_lazy("Kirim JSON UTF-8 menurut skema di /api/v1/openapi.json.")


class BodyTooLarge(Refusal):
    code = "body-too-large"
    status = 413
    what = translation.gettext_lazy("Isi kiriman terlalu besar (paling besar 64 kB).")
    kept = translation.gettext_lazy("Tidak ada yang tersimpan.")
    do = translation.gettext_lazy("Persingkat laporan; foto dikirim lewat formulir.")


class WrongMediaType(Refusal):
    code = "wrong-media-type"
    status = 415
    what = translation.gettext_lazy("Kiriman harus berjenis application/json.")
    do = translation.gettext_lazy("Setel Content-Type: application/json.")


def _answer(waiting: list[tuple[Waiting, Outcome]]) -> None:
    """In the writer's thread: wake each event loop once per batch, not once per report."""
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Outcome], Outcome]]] = defaultdict(list)
    for item, outcome in waiting:
        future = item.token
        assert isinstance(future, asyncio.Future)
        by_loop[future.get_loop()].append((future, outcome))
    for loop, answers in by_loop.items():
        loop.call_soon_threadsafe(_set_all, answers)


def _set_all(answers: list[tuple[asyncio.Future[Outcome], Outcome]]) -> None:
    for future, outcome in answers:
        if not future.done():  # the sender may have gone; its report is stored all the same
            future.set_result(outcome)


Headers = dict[bytes, bytes]


class ReportDoor:
    """The route as a bare ASGI application: every report passes here, and Starlette's request objects cost a third."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers: Headers = dict(scope["headers"])
        more: tuple[tuple[bytes, bytes], ...] = ()
        try:
            outcome = await self._receive(scope, headers, receive)
            if isinstance(outcome, Refusal):
                raise outcome
            status, body, media = 200 if outcome.replay else 201, _receipt(outcome), b"application/json"
        except Refusal as refusal:
            status, body, media = refusal.status, _problem(refusal, headers), b"application/problem+json"
            more = _hints(refusal)
        head = [
            (b"content-type", media),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-store"),
            *more,
        ]
        await send({"type": "http.response.start", "status": status, "headers": head})
        await send({"type": "http.response.body", "body": body})

    async def _receive(self, scope: Scope, headers: Headers, receive: Receive) -> Outcome:
        LIMITER.check(address(scope, headers))
        if headers.get(b"content-type", b"").partition(b";")[0].strip().lower() != b"application/json":
            raise WrongMediaType
        try:
            wanted = ReportIn.model_validate_json(await _body(receive))
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False, include_context=False)[0]
            raise BodyNotUnderstood(field=".".join(str(p) for p in first["loc"])) from None
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        WRITER.put(wanted.draft(), by=CITIZEN, done=_answer, token=future)
        return await future


async def _body(receive: Receive) -> bytes:
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body"):
        message = await receive()
        body += message.get("body", b"")
        if len(body) > LARGEST_BODY:
            break
    if len(body) > LARGEST_BODY:
        raise BodyTooLarge
    return body


def _receipt(receipt: Receipt) -> bytes:
    replay = "true" if receipt.replay else "false"
    return (
        f'{{"code":"{receipt.code}","tracking":"{receipt.tracking}",'
        f'"received_at":"{receipt.received_at.isoformat()}","replay":{replay}}}'
    ).encode()


def address(scope: Scope, headers: Headers) -> str:
    """The sender's address; X-Forwarded-For is believed only from the proxies the operator named."""
    peer: str = scope["client"][0] if scope.get("client") else ""
    if peer in TRUSTED:
        return headers.get(b"x-forwarded-for", b"").decode("latin-1").split(",")[-1].strip() or peer
    return peer


def _problem(refusal: Refusal, headers: Headers) -> bytes:
    language = "en" if headers.get(b"accept-language", b"").lower().startswith(b"en") else "id"
    with translation.override(language):
        return json.dumps(refusal.problem(), ensure_ascii=False).encode()


def _hints(refusal: Refusal) -> tuple[tuple[bytes, bytes], ...]:
    return ((b"retry-after", str(refusal.retry_after).encode()),) if isinstance(refusal, TooMany) else ()


report_door = ReportDoor()
