"""What devices hand in over the API for a signed receipt, and what they must know before."""

from __future__ import annotations

import datetime as dt
import io
from typing import Literal, cast

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.middleware.csrf import get_token
from ninja import Router, Schema

from kondusif.clock.queries import real_now
from kondusif.intake import deliveries, nil, receipts
from kondusif.intake.attachments import FileRefused
from kondusif.intake.deliveries import Handed, HandedIn
from kondusif.intake.limits import LIMITER
from kondusif.intake.nil_page import regions_seen
from kondusif.ledger.actor import CITIZEN
from kondusif.regions.queries import full_name
from kondusif.teams.web import HouseRequest, client_ip

router = Router(tags=["intake"])


class HandedOut(Schema):
    """`receipt` is signed as it stands, byte for byte. `clock_ahead` is how far the device's clock is ahead of ours, in seconds."""

    receipt: str
    signature: str
    tracking: str
    replay: bool
    clock_ahead: int


class FileOut(Schema):
    """`sha256` of the file as it came in; `token` names it in a delivery within `lives` seconds."""

    sha256: str
    token: str
    lives: int


class KeyOut(Schema):
    """A public key as a JSON Web Key (RFC 8037)."""

    kty: Literal["OKP"]
    crv: Literal["Ed25519"]
    use: Literal["sig"]
    kid: str
    x: str
    since: dt.datetime


class KeysOut(Schema):
    keys: list[KeyOut]


class NilRegion(Schema):
    code: str
    name: str


class MemberOut(Schema):
    id: str
    label: str
    nil_regions: list[NilRegion]


class HelloOut(Schema):
    """Who is signed in on this device, with the token its writes carry; null and '' for a citizen."""

    now: dt.datetime
    member: MemberOut | None
    csrf: str


def handed_out(given: HandedIn, found: Handed) -> HandedOut:
    ahead = given.device_now - real_now()  # an exercise has a time of its own; the device's clock has not
    return HandedOut(
        receipt=found.signed.receipt, signature=found.signed.signature, tracking=found.tracking, replay=found.replay,
        clock_ahead=round(ahead.total_seconds()),
    )  # fmt: skip


@router.get("/hello", response=HelloOut, auth=None, summary="Who is signed in here, and what time it is")
def hello(request: HttpRequest) -> HelloOut:
    ours = cast(HouseRequest, request)
    if not ours.user.is_authenticated:
        return HelloOut(now=ours.at, member=None, csrf="")
    places = [r for r in regions_seen(ours.actor) if ours.actor.permits(nil.FILE, r)]
    regions = [NilRegion(code=code, name=full_name(code)) for code in places]
    return HelloOut(
        now=ours.at,
        member=MemberOut(id=ours.actor.id, label=ours.actor.label, nil_regions=regions),
        csrf=get_token(request),
    )


@router.get("/receipt-keys", response=KeysOut, auth=None, summary="The keys receipts are signed with, newest first")
def receipt_keys(request: HttpRequest) -> KeysOut:
    found = receipts.public_keys(at=cast(HouseRequest, request).at)
    return KeysOut(keys=[KeyOut.model_validate(key) for key in found])


@router.post("/files", response=FileOut, auth=None, summary="Hand in one photo, as the body itself, for a delivery")
def hand_in_file(request: HttpRequest) -> FileOut:
    LIMITER.check(client_ip(request))
    try:
        data = request.body
    except RequestDataTooBig:
        raise FileRefused from None
    raw, token = deliveries.keep_file(data, "foto.jpg", io.BytesIO(data))
    return FileOut(sha256=raw, token=token, lives=deliveries.FILES_LIVE)


@router.post("/deliveries/report", response=HandedOut, auth=None, summary="Hand in a report for a signed receipt")
def hand_in_report(request: HttpRequest, given: HandedIn) -> HandedOut:
    """Send the same again until answered: stored exactly once."""
    LIMITER.check(client_ip(request))
    return handed_out(given, deliveries.hand_in_report(given, by=CITIZEN, at=cast(HouseRequest, request).at))


@router.post("/deliveries/nil", response=HandedOut, summary="Hand in a nil report for a signed receipt")
def hand_in_nil(request: HttpRequest, given: HandedIn) -> HandedOut:
    ours = cast(HouseRequest, request)
    return handed_out(given, deliveries.hand_in_nil(given, by=ours.actor, at=ours.at))
