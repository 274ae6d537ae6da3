"""One screen for one task, from a link: accept, cannot, done with a note and a photo. And Telepon sekarang for the team."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kondusif.clock.queries import waiting
from kondusif.intake import attachments
from kondusif.intake.limits import Limiter
from kondusif.intake.rules import clean
from kondusif.ledger.errors import NotFound, Refusal
from kondusif.response import calling, links, queries
from kondusif.response.models import Task
from kondusif.teams.models import User
from kondusif.teams.queries import current
from kondusif.teams.sharing import share
from kondusif.teams.web import HouseRequest, client_ip

LIMITER = Limiter(30)
COOKIE, COOKIE_LIVES = "tautan", 60 * 60 * 24


@never_cache
@require_http_methods(["GET", "POST"])
def opened(request: HouseRequest, token: str) -> HttpResponse:
    device = request.COOKIES.get(COOKIE, "")[:64]
    refusal: Refusal | None = None
    done = ""
    LIMITER.check(client_ip(request))
    try:
        if request.method == "POST":
            links.open_link(token, device=device, at=request.at)  # before a photo is taken in
            device = device or secrets.token_urlsafe(24)
            done = clean(request.POST.get("act", ""))
            photos = tuple(_photos(request)) if done == "finish" else ()
            links.answer(token, done, text=request.POST.get("text", ""), photos=photos, device=device, at=request.at)
            if done == "accept":
                response: HttpResponse = redirect("response:link", token=token)
            else:
                response = render(request, "response/link_done.html", {"done": done})
            return _bound(response, device)
        found = links.open_link(token, device=device, at=request.at)
    except (links.LinkUnknown, links.LinkExpired, links.LinkTaken, links.LinkNotYours, links.LinkOver) as over:
        return _private(render(request, "response/link_over.html", {"refusal": over}, status=over.status))
    except Refusal as error:
        refusal = error
        try:
            found = links.open_link(token, device=device, at=request.at)
        except Refusal as over:
            return _private(render(request, "response/link_over.html", {"refusal": over}, status=over.status))
    context = {
        "task": found.task, "member": found.link.user, "due": waiting([found.task.subject]).get(found.task.subject), "token": token,
        "refusal": refusal, "act": done, "text": request.POST.get("text", ""),
    }  # fmt: skip
    return _private(render(request, "response/link.html", context, status=refusal.status if refusal else 200))


def _photos(request: HouseRequest) -> list[str]:
    found = []
    for upload in request.FILES.getlist("photo")[:1]:
        assert upload.file is not None
        found.append(attachments.keep(upload.file, upload.name or "").digest)
    return found


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["Referrer-Policy"] = "no-referrer"  # the address is the key
    return response


def _bound(response: HttpResponse, device: str) -> HttpResponse:
    response.set_cookie(
        COOKIE, device, max_age=COOKIE_LIVES, samesite="Lax", httponly=True, secure=settings.SESSION_COOKIE_SECURE, path="/t/"
    )  # fmt: skip
    return _private(response)


@never_cache
@require_http_methods(["GET", "POST"])
def phone(request: HouseRequest, pk: int) -> HttpResponse:
    """Telepon sekarang: the numbers in order, one press for what came of it."""
    refusal = None
    if request.method == "POST":
        person = None
        given = request.POST.get("person", "")
        _task, found = calling.phones(pk, by=request.actor, at=request.at)
        if given:
            person = next((p.user for p in found if p.user is not None and str(p.user.pk) == given), None)
            if person is None:
                raise NotFound
        result = clean(request.POST.get("result", ""))
        try:
            calling.log_call(
                pk,
                "answered" if result == "accepts" else result,
                person=person,
                accepts=result == "accepts",
                by=request.actor,
                at=request.at,
            )
        except Refusal as error:
            refusal = error
        else:
            messages.success(request, _("Telepon tercatat."))
            return redirect("response:phone", pk=pk)
    task, rows = calling.phones(pk, by=request.actor, at=request.at)
    due = waiting([task.subject]).get(task.subject)
    context = {"task": task, "rows": rows, "due": due, "refusal": refusal, "members": _members(task, request)}
    return render(request, "response/phone.html", context, status=refusal.status if refusal else 200)


def _members(task: Task, request: HouseRequest) -> list[User]:
    if task.incident.restricted:
        return []
    users = task.agency.duties.filter(current(request.at)).values("user")
    return list(User.objects.filter(is_active=True, pk__in=users).order_by("title"))


@never_cache
@require_POST
def make(request: HouseRequest, pk: int) -> HttpResponse:
    """A link for a member, shown once, ready for the chat they have."""
    given = request.POST.get("to", "")
    to = User.objects.filter(pk=int(given)).first() if given.isdecimal() and len(given) < 10 else None
    if to is None:
        queries.task_for(pk, request.actor)
        raise links.LinkNotPossible(field="to")
    token = links.make(pk, to=to, by=request.actor, at=request.at)
    task = queries.task_for(pk, request.actor).task
    link = f"/t/{token}"
    what = _("mohon jawaban atas tugas %(code)s tingkat %(severity)s sebelum 24 jam") % {
        "code": task.incident.code,
        "severity": task.incident.severity,
    }
    context: dict[str, Any] = {
        "task": task,
        "member": to,
        "link": settings.PUBLIC_URL + link,
        "share": share(what, link),
    }
    return _private(render(request, "response/link_made.html", context, status=201))


@never_cache
@require_GET
def photo(request: HouseRequest, pk: int, digest: str) -> HttpResponseBase:
    """A picture that came with the answer to a task, for whoever may see the task."""
    task = queries.task_for(pk, request.actor).task
    path = attachments.path_of(digest) if digest in task.attachments else None
    if path is None or not path.exists():
        raise NotFound
    response = FileResponse(path.open("rb"), as_attachment=True, filename=f"tugas-{pk}")
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
