"""Who is asking (actor, domain time) on every request, and refusals turned into pages or problem documents."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from kondusif.clock.queries import now
from kondusif.ledger.actor import CITIZEN
from kondusif.ledger.errors import NotFound, Refusal
from kondusif.teams.exports.gate import ApprovalNeeded
from kondusif.teams.exports.page import needed
from kondusif.teams.models import User
from kondusif.teams.queries import actor_of
from kondusif.teams.web import HouseRequest


class HouseMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        ours = cast(HouseRequest, request)
        ours.at = now()
        ours.actor = actor_of(ours.user, at=ours.at) if isinstance(ours.user, User) else CITIZEN
        if has_null(request):
            return refusal_response(request, NullCharacter())
        response = self.get_response(request)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Http404):
            error = NotFound()
        if isinstance(error, Refusal):
            return refusal_response(request, error)
        return None


class NullCharacter(Refusal):
    code = "null-character"
    status = 422
    what = _("Kiriman memuat karakter kosong (NUL) yang tidak dapat disimpan.")
    do = _("Hapus karakter itu, lalu kirim lagi.")


def has_null(request: HttpRequest) -> bool:
    """PostgreSQL stores no NUL; it is refused at the door, whatever page or field it came by."""
    if "\x00" in request.path or any("\x00" in v for values in request.GET.lists() for v in (values[0], *values[1])):
        return True
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        return False
    if request.content_type == "application/json":
        return b"\\u0000" in request.body or b"\x00" in request.body
    return any("\x00" in v for values in request.POST.lists() for v in (values[0], *values[1]))


def wants_json(request: HttpRequest) -> bool:
    return request.path.startswith("/api/") or "application/json" in request.headers.get("Accept", "")


def refusal_response(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    if wants_json(request):
        return JsonResponse(refusal.problem(), status=refusal.status, content_type="application/problem+json")
    if isinstance(refusal, ApprovalNeeded):
        return needed(request, refusal)  # whatever download it was: the form that asks
    return render(request, "error.html", {"refusal": refusal, "title": refusal.what}, status=refusal.status)


class ServerFault(Refusal):
    code = "server-fault"
    status = 500
    what = _("Terjadi gangguan pada server.")
    kept = _("Yang sudah Anda kirim dan mendapat kode tetap tersimpan.")
    do = _("Coba lagi sebentar lagi. Bila berulang, beri tahu pengelola beserta jamnya.")
