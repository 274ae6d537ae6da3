"""What every page needs: navigation, the viewer, domain time, and the strips across the top."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kondusif import __version__
from kondusif.clock.queries import now, offset

# (label, url name, permission that opens it anywhere, prefix that marks it active)
NAVIGATION: tuple[tuple[str, str, str, str], ...] = (
    ("Situasi", "situation:board", "situation.read", "/situasi"),
    ("Laporan", "triage:list", "report.read", "/laporan"),
    ("Permasalahan", "response:list", "incident.read", "/permasalahan"),
    ("Tugas saya", "response:mine", "task.answer", "/tugas"),
    ("Tim", "teams:team", "situation.read", "/tim"),
)


def house(request: HttpRequest) -> dict[str, Any]:
    at = getattr(request, "at", None) or now()
    actor = getattr(request, "actor", None)
    shift = offset()
    found: dict[str, Any] = {"now": at, "house_version": __version__, "strips": [], "house_nav": []}
    if shift > timedelta(minutes=1) or shift < -timedelta(minutes=1):
        text = (
            _("LATIHAN – BUKAN KEJADIAN NYATA")
            + " · "
            + _("jam latihan %(time)s WITA") % {"time": date_format(timezone.localtime(at), "DATETIME_FORMAT")}
        )
        found["strips"].append({"kind": "latihan", "text": text})
    if actor is None or not actor.user_id:
        return found
    found["house_user"] = actor.label
    found["house_stream"] = "/langsung"
    found["house_nav"] = [
        {"label": _(label), "url": url, "active": request.path.startswith(prefix)}
        for label, name, permission, prefix in NAVIGATION
        if actor.anywhere(permission) and (url := _reverse(name))
    ]
    return found


def _reverse(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
