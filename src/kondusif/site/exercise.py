"""The exercise of `start --demo`: East Kalimantan, Wednesday 2 December 2020, a week before the vote.

Roles instead of people, invented matters, real places. Everything goes through the same actions as real work, and the
domain clock is set there, so that every page says it is an exercise.
"""

from __future__ import annotations

import os
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils.text import slugify

from kondusif.clock.queries import real_now
from kondusif.ledger.actions import shift_clock
from kondusif.ledger.actor import EVERYWHERE
from kondusif.ledger.jobs import read_lines, seal_lines
from kondusif.regions.queries import KabKota, kabkota_of_province, name_of
from kondusif.site.exercise_cast import BEGAN, NOW, Cast
from kondusif.site.exercise_week import play
from kondusif.teams.actions import add_agency
from kondusif.teams.jobs import spread_outbox
from kondusif.teams.models import Team, User
from kondusif.teams.queries import OPERATOR
from kondusif.teams.rosters import roster

PROVINCE = "64"
LOCAL_ROLES = (
    ("duty_officer", "piket", "Petugas piket"),
    ("division_head", "kabid", "Kepala bidang"),
    ("secretary", "sekretaris", "Sekretaris tim"),
    ("chair", "ketua", "Ketua tim a.n."),
)
LOCAL_AGENCIES = ("kesbangpol", "satpolpp", "polri", "bawaslu", "dinkes", "kecamatan", "tni")
WITH_MEMBERS = ("kesbangpol", "satpolpp", "polri", "bawaslu", "dinkes", "kecamatan")


def load() -> list[str]:
    """Build the exercise once; later starts only say how to sign in."""
    key = Path(settings.HOME) / "demo-password"
    if not User.objects.filter(username="piket-kaltim").exists():
        password = f"latihan-{secrets.token_hex(3)}"
        with os.fdopen(os.open(key, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as handle:
            handle.write(password)
        _build(make_password(password))
    return _how_to_sign_in(key.read_text())


def _build(password: str) -> None:
    shift_clock(NOW - real_now(), by=OPERATOR, at=NOW)
    cast = Cast(password)
    _province(cast)
    for place in kabkota_of_province(PROVINCE):
        _town(cast, place)
    play(cast, NOW)
    read_lines()
    spread_outbox()
    seal_lines()


def _province(cast: Cast) -> None:
    for role, word, title in LOCAL_ROLES:
        cast.member(
            f"{word}-kaltim",
            f"{title} Kesbangpol Kaltim" if word != "ketua" else "Ketua Tim Terpadu Kaltim a.n.",
            role,
            PROVINCE,
        )
    cast.member("sekretariat-kaltim", "Sekretariat Tim Terpadu Kaltim", "secretariat", PROVINCE)
    cast.member("pdp-kaltim", "Petugas pelindungan data", "data_protection", PROVINCE)
    cast.member("pengelola", "Pengelola", "manager", EVERYWHERE)
    _decree(PROVINCE, "Provinsi")
    inspectorate = add_agency(
        code="inspektorat-kaltim", name="Inspektorat Kaltim", kind="inspektorat", region=PROVINCE, by=OPERATOR, at=BEGAN
    )
    cast.member("inspektorat-kaltim", "Inspektorat Kaltim", "agency", PROVINCE, inspectorate)


def _town(cast: Cast, place: KabKota) -> None:
    slug = slugify(place.short_name)
    for role, word, title in LOCAL_ROLES:
        cast.member(
            f"{word}-{slug}",
            f"{title} {place.short_name}" if word != "piket" else f"Petugas piket Kesbangpol {place.short_name}",
            role,
            place.code,
        )
    cast.member(f"camat-{slug}", f"Camat di {place.short_name}", "verifier", place.code)
    for kind in LOCAL_AGENCIES:
        agency = cast.agency(kind, place)
        if kind in WITH_MEMBERS:
            cast.member(f"{kind}-{slug}", agency.name, "agency", place.code, agency)
    for day in range(-1, 8):
        start = datetime(2020, 12, 2, tzinfo=UTC) + timedelta(days=day)
        roster(
            cast.users[f"piket-{slug}"],
            region=place.code,
            starts_at=start,
            ends_at=start + timedelta(days=1),
            by=OPERATOR,
            at=BEGAN,
        )
    _decree(place.code, place.short_name)


def _decree(region: str, where: str) -> None:
    Team.objects.create(
        region=region,
        decree_number=f"SK latihan/{region}/2020",
        decree_date=BEGAN.date(),
        valid_from=BEGAN.date(),
        valid_until=datetime(2021, 1, 1, tzinfo=UTC).date(),
    )


def _how_to_sign_in(password: str) -> list[str]:
    names = {"piket-kaltim": "provincial duty officer", "piket-balikpapan": "duty officer of Balikpapan", "satpolpp-balikpapan": "an agency",
             "camat-balikpapan": "verifier", "ketua-balikpapan": "chair", "sekretariat-kaltim": "provincial secretariat", "pengelola": "manager"}  # fmt: skip
    lines = [f"  {name:<22} {what}" for name, what in names.items()]
    return [
        f"The exercise ({name_of(PROVINCE)}, 2 Dec 2020). Sign in at /akun/login/ with one of these and the password {password}",
        *lines,
        "A citizen needs no account: /lapor",
    ]
