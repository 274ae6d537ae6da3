"""Perlengkapan minggu pertama: role cards and slides, for every member."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from kondusif.ledger.errors import NotFound, NotPermitted
from kondusif.publish.kit import papers, slides
from kondusif.publish.kit.cards import BY_ROLE, CARDS
from kondusif.teams.models import Duty
from kondusif.teams.queries import current
from kondusif.teams.web import HouseRequest

PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


def _check(request: HouseRequest) -> None:
    """For whoever holds a duty; nothing in it is secret, and nothing of it is for strangers."""
    if not request.actor.grants:
        raise NotPermitted


@never_cache
@require_GET
def kit(request: HouseRequest) -> HttpResponse:
    _check(request)
    held = Duty.objects.filter(current(request.at), user_id=request.actor.user_id or 0).values_list("role", flat=True)
    own = set(held)
    context = {
        "own": [c for c in CARDS if c.role in own],
        "others": [c for c in CARDS if c.role not in own],
        "training": settings.TRAINING_URL,
    }
    return render(request, "publish/kit.html", context)


@never_cache
@require_GET
def cards(request: HouseRequest) -> HttpResponse:
    """The card of one role (`?peran=agency`), or all."""
    _check(request)
    role = request.GET.get("peran", "")
    if role and role not in BY_ROLE:
        raise NotFound
    data = papers.role_cards([role] if role else None, at=request.at)
    return _file(data, "application/pdf", f"kartu-peran{'-' + role if role else ''}.pdf")


@never_cache
@require_GET
def bimtek(request: HouseRequest) -> HttpResponse:
    _check(request)
    return _file(slides.bimtek(), PPTX, "bimtek.pptx")


def _file(data: bytes, media_type: str, name: str) -> HttpResponse:
    answer = HttpResponse(data, content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
