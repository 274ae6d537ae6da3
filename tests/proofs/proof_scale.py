"""With 100,000 incidents and 100,000 reports loaded: queries per page stay constant, pages stay quick and light."""

from __future__ import annotations

import gzip
import random
import statistics
import time
import uuid
from datetime import timedelta

from tests.proofs.house import Verdict, both, house, session

TITLE = "A hundred thousand incidents: constant queries, quick and light pages"
PAGES = (
    "/situasi",
    "/situasi?peta=tabel",
    "/situasi/64.71",
    "/laporan",
    "/laporan?words=pasar",
    "/permasalahan",
    "/permasalahan?words=pasar",
    "/api/v1/map/incidents",
)
WEIGHTS = {"/lapor": 60_000, "/situasi": 150_000, "/laporan": 150_000, "/permasalahan": 150_000}

ONCE_A_SECOND = ("clock_domainclock", "regions_edition")
FEW = 2_000  # enough for every part of a page to have rows


def prove(reduced: bool) -> Verdict:
    return both("scale", reduced)


def run(kind: str, reduced: bool) -> Verdict:
    from django.db import connection

    count = 3_000 if reduced else 100_000
    verdict = Verdict()
    with house(kind, worker=False) as found:
        cookie = session("piket-skala", "duty_officer", "64")
        _fill(FEW)
        few = {page: _queries(page, cookie) for page in PAGES if not page.startswith("/api")}
        began = time.monotonic()
        _fill(count)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        verdict.figure("loaded", f"{count:,} incidents and as many reports in {time.monotonic() - began:.0f} s")
        many = {page: _queries(page, cookie) for page in few}
        for page, queries in few.items():
            verdict.figure(f"queries of {page}", f"{queries} with {FEW:,}, {many[page]} with {count:,}")
            verdict.demand(many[page] <= queries, f"{page} needs more queries when there is more")
        for page in PAGES:
            took, weight = _visits(found.url, page, cookie, 10 if reduced else 40)
            p95 = sorted(took)[int(len(took) * 0.95)]
            verdict.figure(
                f"{page}",
                f"p50 {statistics.median(took) * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms, {weight / 1000:.1f} kB gz",
            )
        for page, limit in WEIGHTS.items():
            total = _first_load(found.url, page, cookie)
            verdict.figure(
                f"first load of {page} with styles, scripts and font", f"{total / 1000:.1f} kB (limit {limit // 1000})"
            )
            verdict.demand(total <= limit, f"{page} weighs {total / 1000:.0f} kB")
    return verdict


def _fill(count: int) -> None:
    """Rows as the actions leave them, written in bulk; one in fifty still open."""
    from kondusif.clock.actions import NewDeadline, set_deadlines
    from kondusif.clock.queries import now
    from kondusif.intake.models import Report
    from kondusif.intake.rules import base32, cell_of
    from kondusif.regions.queries import children
    from kondusif.response.models import Incident

    chance, at = random.Random(count), now()
    codes = [d.code for k in children("64") for d in children(k.code)]
    for start in range(0, count, 5000):
        reports, incidents, deadlines = [], [], []
        for n in range(start, min(start + 5000, count)):
            when = at - timedelta(minutes=n % 500_000)
            lat, lon = chance.uniform(-2, 2), chance.uniform(114.5, 118.5)
            region, is_open = chance.choice(codes), n % 50 == 0
            code = base32(chance.getrandbits(35), 7)
            reports.append(Report(uuid=uuid.UUID(int=chance.getrandbits(128)), code=f"KDS-{code}", tracking_digest=f"{chance.getrandbits(256):064x}", content_digest="0" * 64, channel="web", text=f"Ribut di pasar nomor {n}, warga berkumpul", threatened="no", reported_at=when, received_at=when, region=region, place_precision="point", lat=lat, lon=lon, cell=cell_of(lat, lon), state="received" if is_open else "archived"))  # fmt: skip  # noqa: E501
            closed = {} if is_open else {"closed_at": when, "closed_by": "user:1"}
            incidents.append(Incident(code=f"PMS-{code}", title=f"Perselisihan dua kelompok di pasar {n}", region=region, stage="peristiwa", severity="S3", worst="S3", state="open" if is_open else "closed", opened_at=when, opened_by="user:1", lat=lat, lon=lon, precision="point", **closed))  # fmt: skip  # noqa: E501
            if is_open:
                due = at + timedelta(minutes=chance.randint(-60, 600))
                kab = region[:5]
                deadlines += [NewDeadline("triage.first_look", f"report:KDS-{code}", kab, f"duty:{kab}", due), NewDeadline("response.assign", f"incident:PMS-{code}", kab, f"duty:{kab}", due)]  # fmt: skip  # noqa: E501
        Report.objects.bulk_create(reports, batch_size=1000, ignore_conflicts=True)
        Incident.objects.bulk_create(incidents, batch_size=1000, ignore_conflicts=True)
        set_deadlines(deadlines, at=at - timedelta(hours=2))


def _queries(path: str, cookie: str) -> int:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(HTTP_HOST="localhost")
    client.cookies["kondusif"] = cookie
    client.get(path)
    with CaptureQueriesContext(connection, ) as caught:  # fmt: skip
        answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    # What a process reads at most once a second, whatever the page, falls into a visit by chance.
    return sum(not any(name in query["sql"] for name in ONCE_A_SECOND) for query in caught.captured_queries)


def _get(url: str, cookie: str) -> tuple[float, bytes, int]:
    import http.client
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    link = http.client.HTTPConnection(parts.netloc, timeout=60)
    began = time.perf_counter()
    link.request("GET", f"{parts.path}?{parts.query}" if parts.query else parts.path, headers={"Cookie": f"kondusif={cookie}" if cookie else "", "Accept-Encoding": "gzip"})  # fmt: skip  # noqa: E501
    answer = link.getresponse()
    raw = answer.read()
    took = time.perf_counter() - began
    assert answer.status == 200, (url, answer.status)
    packed = answer.headers.get("Content-Encoding") == "gzip"
    link.close()
    return took, gzip.decompress(raw) if packed else raw, len(raw) if packed else len(gzip.compress(raw, 6))


def _visits(url: str, path: str, cookie: str, times: int) -> tuple[list[float], int]:
    _get(url + path, cookie)
    found = [_get(url + path, cookie) for _ in range(times)]
    return [f[0] for f in found], found[-1][2]


def _first_load(url: str, path: str, cookie: str) -> int:
    """Bytes on the wire for the page and everything its head and body ask for, as compressed by the server."""
    import re

    _, page, total = _get(url + path, "" if path == "/lapor" else cookie)
    wanted = set(re.findall(r'(?:src|href)="(/static/[^"]+\.(?:css|js|woff2|mjs))"', page.decode()))
    for one in wanted:
        _, body, size = _get(url + one, "")
        total += len(body) if one.endswith("woff2") else size
    return total
