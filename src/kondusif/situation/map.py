"""Map data: boundaries with status, incident points, and the server-made drawing. Hot GeoJSON goes by Starlette."""

from __future__ import annotations

import gzip
import json
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import close_old_connections
from starlette.requests import Request
from starlette.responses import Response

from kondusif.clock.queries import now
from kondusif.ledger.actor import Actor
from kondusif.regions.queries import boundaries_geojson, svg_paths
from kondusif.situation import queries
from kondusif.situation.incidents import open_to
from kondusif.teams.web import actor_of_session

MOST_POINTS = 100_000


def drawing(levels: dict[str, str]) -> dict[str, Any]:
    """The server's own drawing of the kab/kota, each with its shown level: for old browsers and for print."""
    found = svg_paths("kabkota", within=settings.PROVINCE)
    paths = [
        {"code": p.code, "name": p.name, "d": p.d, "level": levels[p.code]} for p in found.paths if p.code in levels
    ]
    return {"view_box": found.view_box, "paths": paths}


def regions_geojson(actor: Actor) -> dict[str, Any]:
    """Kab/kota polygons the actor may see, each with its shown status."""
    at = now()
    codes = queries.visible_regions(actor, settings.PROVINCE)
    shown = queries.shown(codes, at=at)
    found = boundaries_geojson("kabkota", within=settings.PROVINCE)
    features = []
    for feature in found["features"]:
        code = feature["properties"]["code"]
        if code in shown:
            feature["properties"] |= {"level": shown[code].level, "url": f"/situasi/{code}"}
            features.append(feature)
    return {"type": "FeatureCollection", "features": features}


def points_geojson(actor: Actor) -> dict[str, Any]:
    """Open and watched incidents with a place; the rest are counted, not hidden."""
    rows = open_to(actor).values_list("code", "title", "severity", "state", "lat", "lon", "region", "precision")[
        :MOST_POINTS
    ]
    features = []
    unlocated = 0
    for code, title, severity, state, lat, lon, region, precision in rows:
        if lat is None or lon is None:
            unlocated += 1
            continue
        properties = {
            "code": code,
            "title": title,
            "severity": severity,
            "state": state,
            "region": region,
            "precision": precision,
            "url": f"/permasalahan/{code}",
        }
        features.append(
            {
                "type": "Feature",
                "properties": properties,
                "geometry": {"type": "Point", "coordinates": [round(lon, 5), round(lat, 5)]},
            }
        )
    return {"type": "FeatureCollection", "features": features, "unlocated": unlocated}


def _answer(key: str, which: str) -> bytes | None:
    close_old_connections()
    actor = actor_of_session(key, at=now())
    if actor is None or not actor.anywhere(queries.READ):
        return None
    found = regions_geojson(actor) if which == "regions" else points_geojson(actor)
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()


async def _route(request: Request, which: str) -> Response:
    body = await sync_to_async(_answer, thread_sensitive=False)(
        request.cookies.get(settings.SESSION_COOKIE_NAME, ""), which
    )
    if body is None:
        problem = {
            "type": "urn:kondusif:not-permitted",
            "title": "Masuk dahulu.",
            "status": 401,
            "code": "not-signed-in",
        }
        return Response(json.dumps(problem), status_code=401, media_type="application/problem+json")
    headers = {"Cache-Control": "private, no-cache", "Vary": "Cookie, Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", "") and len(body) > 2000:
        body = gzip.compress(body, 5)
        headers["Content-Encoding"] = "gzip"
    return Response(body, media_type="application/geo+json", headers=headers)


async def regions(request: Request) -> Response:
    """`GET /api/v1/map/regions`"""
    return await _route(request, "regions")


async def incidents(request: Request) -> Response:
    """`GET /api/v1/map/incidents`"""
    return await _route(request, "incidents")
