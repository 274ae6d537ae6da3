"""Default response plans: what is done by whom, by severity and category. Every region may replace them."""

from __future__ import annotations

from datetime import datetime

from kondusif.ledger.actor import EVERYWHERE, Actor
from kondusif.teams.actions import NewStep, set_plan
from kondusif.teams.models import ResponsePlan

# (severity, category, name, steps of (agency kind, what, acknowledge minutes, finish minutes)); clocks of domain.md §7.4.
# Stopping violence belongs to the police (UU 7/2012 Ps.13): they are asked, everybody else protects and calms.
PLANS: tuple[tuple[str, str, str, tuple[tuple[str, str, int, int], ...]], ...] = (
    ("S1", "", "Kekerasan sedang terjadi", (
        ("polri", "Hentikan kekerasan dan amankan lokasi", 5, 15),
        ("kecamatan", "Amankan warga dan tokoh, jauhkan dari lokasi", 5, 60),
        ("dinkes", "Siapkan pertolongan korban", 15, 60),
        ("kesbangpol", "Dampingi musyawarah para pihak", 15, 360),
    )),
    ("S2", "", "Massa berkumpul, kekerasan mengancam", (
        ("polri", "Redakan dan amankan lokasi", 15, 60),
        ("kecamatan", "Temui para pihak, ajak menahan diri", 15, 120),
        ("kesbangpol", "Siapkan mediasi", 60, 720),
    )),
    ("S3", "", "Ketegangan", (
        ("kecamatan", "Temui para pihak dan tokoh setempat", 60, 360),
        ("kesbangpol", "Dalami sebab dan siapkan musyawarah", 60, 1440),
    )),
    ("S4", "", "Potensi", (
        ("kecamatan", "Dengar para pihak, catat sebab dan kepentingan", 1440, 10080),
    )),
    ("S2", "election", "Gangguan tahapan pemilihan", (
        ("polri", "Redakan dan amankan lokasi", 15, 60),
        ("bawaslu", "Teliti dugaan pelanggaran", 60, 1440),
        ("satpolpp", "Jaga ketertiban umum di sekitar lokasi", 15, 120),
    )),
    ("S3", "election", "Ketegangan pemilihan", (
        ("bawaslu", "Teliti dugaan pelanggaran", 60, 1440),
        ("kesbangpol", "Temui tim kedua pihak", 60, 720),
    )),
)  # fmt: skip


def load_plans(*, by: Actor, at: datetime) -> int:
    """Put the default plans in force where none of that severity and category stands yet; how many were put."""
    put = 0
    for severity, category, name, steps in PLANS:
        if ResponsePlan.objects.filter(region=EVERYWHERE, severity=severity, category=category).exists():
            continue
        set_plan(
            region=EVERYWHERE,
            category=category,
            severity=severity,
            name=name,
            steps=[NewStep(*s) for s in steps],
            by=by,
            at=at,
        )
        put += 1
    return put
