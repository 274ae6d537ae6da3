"""Klarifikasi hoaks: what a second person has published, for everybody, without sign-in and without JavaScript; and its feed."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from kondusif.clock.queries import offset
from kondusif.ledger.errors import NotFound
from kondusif.teams.sharing import Share
from kondusif.teams.web import HouseRequest
from kondusif.triage.claims import counters, queries, rules
from kondusif.triage.claims.models import Claim, Counter

EXERCISE = "LATIHAN – BUKAN KEJADIAN NYATA"


def in_exercise() -> bool:
    return abs(offset()) > timedelta(minutes=1)


def chat_text(row: Counter | queries.Clarification, claim: Claim | None = None) -> str:
    """The counter-message for a chat; in an exercise it says so, wherever it is passed on to."""
    code = claim.code if claim is not None else getattr(row, "code", "")
    text = counters.public_text(row.title, row.body, f"{settings.PUBLIC_URL}/klarifikasi/{code}")
    return f"{EXERCISE}\n\n{text}" if in_exercise() else text


@never_cache
@require_GET
def clarifications(request: HouseRequest) -> HttpResponse:
    rows = queries.published(at=request.at)
    return _page(request, rows, one=False)


@never_cache
@require_GET
def clarification(request: HouseRequest, code: str) -> HttpResponse:
    """One of them, for whoever was sent its link."""
    rows = queries.published(at=request.at, code=code)
    if not rows:
        raise NotFound
    return _page(request, rows, one=True)


def _page(request: HouseRequest, rows: list[queries.Clarification], *, one: bool) -> HttpResponse:
    words = dict(rules.VERDICTS)
    shown = [(r, words[r.verdict], None if r.withdrawn else Share(chat_text(r))) for r in rows]
    context = {"rows": shown, "one": one, "quiet": queries.quiet_in(settings.PROVINCE, at=request.at)}
    return render(request, "triage/clarifications.html", context)


@never_cache
@require_GET
def feed(request: HttpRequest) -> HttpResponse:
    """The same as Atom (RFC 4287), the newest first."""
    at = getattr(request, "at")  # noqa: B009  (set by the middleware)
    mark = f"{EXERCISE} · " if in_exercise() else ""
    base = settings.PUBLIC_URL
    found = Atom1Feed(
        title=mark + _("Klarifikasi hoaks"), link=f"{base}/klarifikasi", description="", language="id",
        feed_url=f"{base}/klarifikasi/atom.xml",
    )  # fmt: skip
    for row in queries.published(at=at):
        body = _("Klarifikasi ini ditarik setelah ditinjau kembali.") if row.withdrawn else row.body
        link = f"{base}/klarifikasi/{row.code}"
        found.add_item(
            title=mark + row.title, link=link, description=body, unique_id=link, pubdate=row.published_at, updateddate=row.changed_at,
            author_name=row.role,
        )  # fmt: skip
    return HttpResponse(found.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")
