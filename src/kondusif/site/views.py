"""The house's own pages: door, health, invitation, about, and the pages for what goes wrong."""

from __future__ import annotations

import importlib.util
from datetime import timedelta
from typing import cast

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.forms import SetPasswordForm
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from kondusif.clock.queries import last_heartbeat, now, real_now
from kondusif.ledger.errors import NotFound, NotPermitted, Refusal
from kondusif.regions.gazetteer import NOTICE
from kondusif.response.models import Incident
from kondusif.site.middleware import ServerFault, refusal_response
from kondusif.situation.brief import COOKIE, MODES, is_brief
from kondusif.teams.actions import accept_invitation, open_invitation
from kondusif.teams.web import HouseRequest, way_back

WORKER_SILENT_AFTER = timedelta(seconds=30)


def stage_urls() -> list[URLPattern | URLResolver]:
    """Each stage with pages has a urls.py; the stages are wired in the order of the river."""
    found: list[URLPattern | URLResolver] = []
    for stage in settings.STAGES:
        if stage in settings.INSTALLED_APPS and importlib.util.find_spec(f"{stage}.urls"):
            found.append(path("", include(f"{stage}.urls")))
    return found


@require_GET
def home(request: HouseRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return redirect("intake:report")
    if is_brief(request.actor, request.COOKIES.get(COOKIE, "")):
        return redirect("situation:brief")
    return redirect("situation:board" if request.actor.anywhere("situation.read") else "response:mine")


@require_POST
def mode(request: HouseRequest) -> HttpResponse:
    """Which home the member wants on this device: ringkas or analis."""
    wanted = request.POST.get("mode", "")
    response = redirect("home")
    if wanted in MODES:
        _remember(response, COOKIE, wanted)
    return response


def _remember(response: HttpResponse, name: str, wanted: str) -> None:
    """A choice of this device, for a year."""
    response.set_cookie(
        name,
        wanted,
        max_age=60 * 60 * 24 * 365,
        samesite="Lax",
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
    )


@require_GET
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


@require_GET
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Ready means: the database answers, no migration waits, a worker has been heard of lately."""
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    beat = last_heartbeat()
    worker = beat is not None and real_now() - beat < WORKER_SILENT_AFTER
    ready = not waiting and worker
    facts = {"ready": ready, "migrations_waiting": len(waiting), "worker": worker}
    return JsonResponse(facts, status=200 if ready else 503)


@require_POST
def theme(request: HouseRequest) -> HttpResponse:
    wanted = request.POST.get("theme", "auto")
    if wanted not in {"auto", "light", "dark"}:
        wanted = "auto"
    response = redirect(way_back(request, "/"))
    _remember(response, "tampilan", wanted)
    return response


@never_cache
def invitation(request: HouseRequest, token: str) -> HttpResponse:
    """A one-time link: choose a password, be signed in."""
    row = open_invitation(token, at=now())
    form = SetPasswordForm(row.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = accept_invitation(token, password=form.cleaned_data["new_password1"], at=now())
        login(cast(HttpRequest, request), user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return redirect("home")
    return render(request, "invitation.html", {"form": form, "member": row.user})


def citations() -> list[str]:
    """What must be cited of the data sets this server holds."""
    return list(
        Incident.objects.exclude(citation="").values_list("citation", flat=True).distinct().order_by("citation")
    )


@require_GET
def about(request: HttpRequest) -> HttpResponse:
    return render(
        request, "about.html", {"gazetteer_notice": NOTICE, "citations": citations(), "source_url": settings.SOURCE_URL}
    )


def _failed(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return refusal_response(request, refusal)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _failed(request, Refusal())


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _failed(request, NotPermitted())


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _failed(request, NotFound())


def server_fault(request: HttpRequest) -> HttpResponse:
    return _failed(request, ServerFault())
