"""Isu of the exercise: three invented ones, each at another step, through the real actions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.text import slugify

from kondusif.regions.queries import short_name
from kondusif.site.exercise_cast import Cast
from kondusif.triage.claims import actions, counters, verdicts
from kondusif.triage.claims.actions import NewItem


@dataclass(frozen=True)
class Rumour:
    """`seen`: days before now × channel × how often. `ends`: open, drafted, published."""

    region: str
    topic: str
    title: str
    said: str
    seen: tuple[tuple[int, str, int], ...]
    hours: float
    source: str = ""
    shows: str = ""
    verdict: str = ""
    fact_title: str = ""
    fact: str = ""
    ends: str = "open"
    words_on: int = 0  # days before now on which the clarification came out


RUMOURS = (
    Rumour("64.72", "election", "Isu pemindahan TPS", "Semua TPS di satu kelurahan dipindah ke kantor camat tanpa pemberitahuan.",
           ((9, "whatsapp", 1), (8, "whatsapp", 3), (8, "facebook", 1), (7, "facebook", 4), (6, "whatsapp", 5), (6, "x", 2), (5, "facebook", 3),
            (4, "facebook", 2), (3, "whatsapp", 1), (1, "x", 1)), 24 * 7,
           "KPU Kota Samarinda", "Daftar lokasi TPS tidak berubah sejak penetapan.", "false", "Lokasi TPS di Samarinda tetap",
           "KPU Kota Samarinda menyatakan daftar lokasi TPS tidak berubah. Daftarnya terpasang di setiap kelurahan.", "published", 5),
    Rumour("64.02", "aid", "Isu bantuan hanya untuk pendukung", "Bantuan sembako hanya dibagikan kepada pendukung tertentu.",
           ((3, "spoken", 2), (2, "facebook", 3), (1, "whatsapp", 2)), 26,
           "Dinas Sosial Kutai Kartanegara", "Pembagian tahap kedua ditunda untuk semua penerima.", "misleading",
           "Pembagian bantuan tahap kedua ditunda untuk semua penerima",
           "Dinas Sosial menunda pembagian tahap kedua sampai 14 Desember karena pendataan ulang.", "drafted"),
    Rumour("64.71", "disaster", "Isu kebocoran tangki di pelabuhan", "Tangki di pelabuhan bocor dan warga diminta mengungsi.",
           ((0, "whatsapp", 2), (0, "tiktok", 1)), 0.6),
)  # fmt: skip


def rumours(cast: Cast, now: datetime) -> None:
    for rumour in RUMOURS:
        _tell(rumour, cast, now)


def _tell(rumour: Rumour, cast: Cast, now: datetime) -> None:
    slug = slugify(short_name(rumour.region))
    officer, at = cast.actor(f"piket-{slug}"), now - timedelta(hours=rumour.hours)
    claim = actions.record(
        region=rumour.region, topic=rumour.topic, title=rumour.title, statement=rumour.said, by=officer, at=at
    )
    for days, channel, times in rumour.seen:
        then = max(at, now - timedelta(days=days))
        for n in range(times):
            day = timezone.localtime(now - timedelta(days=days)).date()
            item = NewItem(rumour.region, day, channel, words=f"Kiriman serupa {n + 1}", number=f"{channel}-{n}")
            actions.add_item(claim.code, item, by=officer, at=then)
    if not rumour.verdict:
        return
    told = now - timedelta(days=rumour.words_on) - timedelta(hours=3) if rumour.words_on else at + timedelta(hours=3)
    day = timezone.localtime(told).date()
    actions.add_evidence(claim.code, source=rumour.source, source_date=day, shows=rumour.shows, by=officer, at=told)
    verdicts.judge(claim.code, verdict=rumour.verdict, reason=rumour.shows, by=cast.actor(f"camat-{slug}"), at=told)
    row = counters.draft(
        claim.code, title=rumour.fact_title, fact=rumour.fact, by=officer, at=told + timedelta(minutes=40)
    )
    if rumour.ends == "published":
        counters.publish(row.pk, by=cast.actor(f"kabid-{slug}"), at=told + timedelta(hours=1))
