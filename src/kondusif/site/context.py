"""What every page needs: navigation, the viewer, domain time, and the strips across the top."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kondusif import __version__
from kondusif.clock.queries import now, offset
from kondusif.ledger.actor import Actor, within
from kondusif.regions.queries import short_name
from kondusif.teams import marks
from kondusif.teams.conflicts import own
from kondusif.teams.duty_hours import alerts, applies

# (label, url name, permission that opens it anywhere, prefix that marks it active)
NAVIGATION: tuple[tuple[str, str, str, str], ...] = (
    ("Situasi", "situation:board", "situation.read", "/situasi"),
    ("Laporan", "triage:list", "report.read", "/laporan"),
    ("Permasalahan", "response:list", "incident.read", "/permasalahan"),
    ("Tugas saya", "response:mine", "task.answer", "/tugas"),
    ("Tim", "teams:team", "situation.read", "/tim"),
)

# What is opened seldom and stands in the account's menu: (label, url name, permissions of which one opens it).
MEMBERS = frozenset({"situation.read", "identity.notice"})  # every role holds one of them
TOOLS: tuple[tuple[str, str, frozenset[str]], ...] = (
    ("Ruang kendali", "situation:wall", frozenset({"wall.show"})),
    ("Peta potensi", "response:potentials", frozenset({"incident.read", "task.answer"})),
    ("Isu dan hoaks", "triage:claims", frozenset({"claim.read"})),
    ("Mediasi", "response:mediations", frozenset({"incident.read"})),
    ("Laporan singkat", "situation:briefings", frozenset({"incident.read"})),
    ("Rekap dan SIPKS", "situation:recap", frozenset({"incident.read"})),
    ("Ekspor data", "teams:exports", frozenset({"export.approve", "report.read", "team.manage"})),
    ("Saluran", "intake:channels", frozenset({"channel.manage", "report.receive"})),
    ("Evaluasi", "meetings:evaluation", frozenset({"figure.read", "task.answer"})),
    ("Perlengkapan", "publish:kit", MEMBERS),
    ("Latihan mandiri", "drills:training", MEMBERS),
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
    found["strips"] += _alert_strips(actor, at)
    if own_locks := own(actor, at=at):
        until = date_format(timezone.localtime(max(lock.ends_at for lock in own_locks)), "j F Y")
        words = _("Benturan kepentingan sampai %(until)s: laporan dan permasalahan daerah ini tidak terbuka bagi Anda.")
        found["strips"].append({"kind": "siaga", "text": words % {"until": until}})
    found["house_user"] = actor.label
    found["house_mark"] = marks.mark(actor, at)
    found["house_mark_line"] = lambda: marks.line(actor, at)  # asked for by the page alone: it reads the ledger
    found["house_member"] = actor.id
    found["house_stream"] = "/langsung"
    found["house_nav"] = [
        {"label": _(label), "url": url, "active": request.path.startswith(prefix)}
        for label, name, permission, prefix in NAVIGATION
        if actor.anywhere(permission) and (url := _reverse(name))
    ]
    found["house_tools"] = [
        {"label": _(label), "url": url}
        for label, name, permissions in TOOLS
        if any(actor.anywhere(p) for p in permissions) and (url := _reverse(name))
    ]
    return found


def _alert_strips(actor: Actor, at: datetime) -> list[dict[str, str]]:
    """Masa siaga in the viewer's own regions, in one calm line; many are counted, not listed."""
    running = [p for p in alerts(at=at) if p.starts_at <= at]
    mine = [
        p for p in running
        if any(applies(p, scope) or within(p.region, scope) for scope in actor.regions("situation.read"))
    ]  # fmt: skip
    if not mine:
        return []
    until = date_format(timezone.localtime(max(p.ends_at for p in mine)), "j F H.i")
    names = ", ".join(dict.fromkeys(short_name(p.region) for p in mine[:3]))
    if len(mine) > 3:
        names += _(" dan %(n)d lagi") % {"n": len(mine) - 3}
    return [
        {
            "kind": "siaga",
            "text": _("Masa siaga %(names)s sampai %(until)s WITA: piket 24 jam.") % {"names": names, "until": until},
        }
    ]


def _reverse(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
