"""One port, two doors: Starlette for intake, live stream and map data; Django as WSGI for everything a person clicks."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kondusif.site.settings")

import django

django.setup()

from a2wsgi import WSGIMiddleware
from django.core.wsgi import get_wsgi_application
from django.db import connection
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.types import Receive, Scope, Send

from kondusif.clock.queries import now
from kondusif.intake.door import report_door
from kondusif.intake.recent import RECENT
from kondusif.intake.writer import WRITER
from kondusif.ledger.errors import NotFound
from kondusif.regions.locate import warm
from kondusif.site.sqlite.checkpoint import Checkpointer
from kondusif.situation.live import HUB, stream
from kondusif.situation.map import incidents, regions

THREADS = 8
REPORTS = "/api/v1/reports"
# The two type their shared protocol differently; the journeys run it.
django_door: Any = WSGIMiddleware(get_wsgi_application(), workers=THREADS)  # type: ignore[arg-type]


def _warm() -> None:
    """Build the grids of the boundaries before the first report needs them."""
    try:
        warm()
        RECENT.warm(at=now())
    finally:
        connection.close()
    # What is loaded by now stays: keep the collector from walking it again and again between reports.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 25, 50)
    # The intake writer leaves the interpreter at each row SQLite stores; it must not wait 5 ms to come back.
    sys.setswitchinterval(0.0005)


async def missing(request: Request, error: Exception) -> Response:
    """An address neither door knows (a line break in it, say): the same problem document as everywhere."""
    body = json.dumps(NotFound().problem(), ensure_ascii=False)
    return Response(body, status_code=404, media_type="application/problem+json")


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    await asyncio.to_thread(_warm)
    checkpointer = Checkpointer(str(connection.settings_dict["NAME"])) if connection.vendor == "sqlite" else None
    if checkpointer:
        checkpointer.start()
    yield
    HUB.close()
    WRITER.stop()  # what was queued is still stored and answered
    if checkpointer:
        checkpointer.stop()


starlette_door = Starlette(
    routes=[
        Route(REPORTS, report_door, methods=["POST"]),
        Route("/langsung", stream, methods=["GET"]),
        Route("/api/v1/map/regions", regions, methods=["GET"]),
        Route("/api/v1/map/incidents", incidents, methods=["GET"]),
        Mount("/", django_door),
    ],
    lifespan=lifespan,
    exception_handlers={404: missing, 405: missing},
)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Reports go straight to their door; the route above says the same for whoever reads the table."""
    if scope["type"] == "http" and scope["path"] == REPORTS and scope["method"] == "POST":
        await report_door(scope, receive, send)
    else:
        await starlette_door(scope, receive, send)
