"""The peer: a plain Django view that does the same work with the ORM, one transaction a report, SQLite FULL."""

from __future__ import annotations

import json
import secrets
import uuid
from datetime import timedelta

import django

django.setup()

from a2wsgi import WSGIMiddleware
from django.core.handlers.wsgi import WSGIHandler
from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.urls import path

from kondusif.clock.models import Deadline
from kondusif.clock.queries import now
from kondusif.intake import rules, similar
from kondusif.intake.models import Report, Similar
from kondusif.intake.recent import RECENT
from kondusif.ledger.models import Line
from kondusif.regions.locate import locate_point
from kondusif.teams.models import OutboxMessage
from kondusif.teams.queries import kabkota_of


def receive(request: HttpRequest) -> JsonResponse:
    said = json.loads(request.body)
    at = now()
    code = "KDS-" + rules.base32(secrets.randbits(35), 7)
    located = locate_point(said["lat"], said["lon"])
    region = located.code or said["region"]
    with transaction.atomic():
        known = Report.objects.filter(uuid=said["uuid"]).first()
        if known is not None:
            return JsonResponse({"code": known.code})
        cell = rules.cell_of(said["lat"], said["lon"])
        probe = similar.probe(cell, said["lat"], said["lon"], at=at, text=said["text"], restricted=False)
        matches = similar.ranked(probe, RECENT.near([probe], at=at)[0])
        report = Report.objects.create(
            uuid=uuid.UUID(said["uuid"]), code=code, tracking_digest=secrets.token_hex(32), content_digest="x" * 64, channel="api",
            text=said["text"], threatened="no", reported_at=at, received_at=at, region=region, place_precision="point",
            lat=said["lat"], lon=said["lon"], cell=probe.cell,
        )  # fmt: skip
        Similar.objects.bulk_create(
            Similar(report=report, other_id=m.other, metres=m.metres, minutes=m.minutes, likeness=m.likeness)
            for m in matches
        )
        Line.objects.create(
            at=at, verb="report.received", subject=f"report:{code}", region=region, actor="citizen", actor_label="Warga"
        )
        Deadline.objects.create(
            duty=rules.TRIAGE_DUTY,
            subject=f"report:{code}",
            region=kabkota_of(region),
            owner="x",
            set_at=at,
            due_at=at + timedelta(hours=1),
        )
        OutboxMessage.objects.create(
            key=f"received:{code}", audience=f"duty:{kabkota_of(region)}", subject=code, body="x", created_at=at
        )
    return JsonResponse({"code": code}, status=201)


urlpatterns = [path("plain", receive)]


class Handler(WSGIHandler):
    """Django without middleware: nothing but the view."""

    def load_middleware(self, is_async: bool = False) -> None:
        self._middleware_chain = self._get_response
        self._view_middleware, self._template_response_middleware, self._exception_middleware = [], [], []


def _urls(request: HttpRequest) -> None:
    request.urlconf = __name__  # type: ignore[attr-defined]


class Named(Handler):
    def get_response(self, request: HttpRequest):  # type: ignore[no-untyped-def]
        _urls(request)
        response = super().get_response(request)
        response.headers["Content-Length"] = str(len(response.content))
        return response


application = WSGIMiddleware(Named(), workers=8)
