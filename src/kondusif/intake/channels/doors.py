"""The doors gateways call: `/saluran/<name>`. 200 only after the message is durable; anything else means: come again."""

from __future__ import annotations

import hashlib
import json
import logging
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from kondusif.clock.queries import now, real_now
from kondusif.intake.channels import gateways, telegram
from kondusif.intake.channels.gateways import Gateway, pick
from kondusif.intake.channels.inbound import Inbound
from kondusif.intake.channels.outgoing import say
from kondusif.intake.channels.reception import Taken, take
from kondusif.ledger.errors import NotFound, Refusal

log = logging.getLogger("kondusif.channels")
LARGEST = 256 * 1024


class CallNotUnderstood(Refusal):
    code = "call-not-understood"
    status = 422
    what = _("Kiriman gerbang ini tidak memuat pengirim atau isi pesan.")
    do = _("Samakan nama isian (fields) di channels.toml dengan yang dikirim gerbang.")


class NotNow(Refusal):
    code = "not-now"
    status = 503
    what = _("Pesan belum dapat disimpan.")
    kept = _("Tidak ada yang disimpan.")
    do = _("Kirim lagi; pesan yang sama tidak akan tercatat dua kali.")


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def called(request: HttpRequest, name: str) -> HttpResponse:
    """One call of one gateway. Refusals are problem documents: machines read them."""
    try:
        gateway = gateways.all_gateways().get(name)
        if gateway is None or gateway.kind not in _DOORS:
            raise NotFound
        gateways.check_address(gateway, address(request))
        return _DOORS[gateway.kind](request, gateway)
    except Refusal as refusal:
        answer = JsonResponse(refusal.problem(), status=refusal.status, json_dumps_params={"ensure_ascii": False})
        answer["Content-Type"] = "application/problem+json"
        return answer


def address(request: HttpRequest) -> str:
    peer = str(request.META.get("REMOTE_ADDR", ""))
    if peer in settings.TRUSTED_PROXIES:
        return str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")[-1].strip() or peer
    return peer


def _take(message: Inbound, gateway: Gateway) -> Taken:
    try:
        return take(message, gateway, at=now())
    except DatabaseError:
        log.exception("a message of %s could not be stored; the gateway was told to come again", gateway.name)
        raise NotNow from None


def _kannel(request: HttpRequest, gateway: Gateway) -> HttpResponse:
    """Kannel's sms-service with get-url: the words of the answer are what Kannel sends back to the phone."""
    gateways.check_token(gateway, request.GET.get("secret", ""))
    message = _message({k: v for k, v in request.GET.items() if isinstance(v, str)}, gateway, b"")
    return HttpResponse(_take(message, gateway).reply, content_type="text/plain; charset=utf-8")


def _android(request: HttpRequest, gateway: Gateway) -> HttpResponse:
    """A phone or USB stick that posts JSON, signed over the raw bytes."""
    body = _body(request)
    gateways.check_signature(
        gateway, body, signature=request.headers.get(gateway.fields["signature"], ""),
        timestamp=request.headers.get(gateway.fields["timestamp"], ""), real=real_now().timestamp(),
    )  # fmt: skip
    message = _message(_parsed(body), gateway, body)
    taken = _take(message, gateway)
    say(f"{gateway.name}:{message.id}", gateway, message.sender, taken.reply, at=now())
    return JsonResponse({"outcome": taken.outcome})


def _telegram(request: HttpRequest, gateway: Gateway) -> HttpResponse:
    gateways.check_token(gateway, request.headers.get("X-Telegram-Bot-Api-Secret-Token", ""))
    update = _parsed(_body(request))
    try:
        telegram.take_update(update, gateway, at=now())
    except DatabaseError:
        log.exception("an update of %s could not be stored; Telegram was told to come again", gateway.name)
        raise NotNow from None
    return JsonResponse({"ok": True})


_DOORS = {"kannel": _kannel, "android": _android, "telegram": _telegram}


def _body(request: HttpRequest) -> bytes:
    if int(request.headers.get("Content-Length") or 0) > LARGEST:
        raise CallNotUnderstood(_("Kiriman gerbang terlalu besar."))
    return request.body


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        raise CallNotUnderstood(_("Isi kiriman bukan JSON.")) from None


def _message(data: Any, gateway: Gateway, raw: bytes) -> Inbound:
    """The message by the names of `fields`. Without an id of its own the content and the moment are its id."""
    names = gateway.fields
    sender, text = pick(data, names["sender"]).strip(), pick(data, names["text"])
    if not sender or len(sender) > 120 or not text.strip():
        raise CallNotUnderstood
    sent = pick(data, names.get("time", ""))
    own = (
        pick(data, names.get("id", ""))
        or hashlib.sha256(f"{sender}\x1f{text}\x1f{sent}".encode(errors="replace") + raw).hexdigest()
    )
    return Inbound(own[:150], sender, text, moment(sent))


def moment(given: str) -> datetime | None:
    """A gateway's own time: epoch seconds or milliseconds, or ISO 8601 with offset; None for anything else."""
    try:
        number = float(given)
        return datetime.fromtimestamp(number / 1000 if number > 1e11 else number, UTC)
    except (ValueError, OverflowError, OSError):
        pass
    try:
        found = datetime.fromisoformat(given)
    except ValueError:
        return None
    return found if found.tzinfo else None
