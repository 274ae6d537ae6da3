"""The long lines of the exercise: latent matters, peace actors, a mediation and what it agreed. Invented; initials are nobody's."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils.text import slugify

from kondusif.ledger.actor import Actor
from kondusif.regions.queries import short_name
from kondusif.response.models import Incident
from kondusif.response.peace import actors, agreement, appeal, mediation
from kondusif.response.peace.actors import NewActor
from kondusif.response.peace.agreement import NewAgreement, NewObligation
from kondusif.response.peace.mediation import NewMediation
from kondusif.response.peace.rules import DRAFTS
from kondusif.response.potentials import actions as potentials
from kondusif.response.potentials.actions import NewPotential
from kondusif.site.exercise_cast import Cast

# (what is entered, days before now, days before now of its review with trend and why)
POTENTIALS: tuple[tuple[NewPotential, int, tuple[int, str, str] | None], ...] = (
    (NewPotential(
        "Sengketa batas kebun dua kampung", "boundary", "64.07", "yellow", date(2017, 8, 14), place="Melak",
        parties=[["Warga kampung hulu", "batas kebun lama"], ["Warga kampung hilir", "kebun baru"]],
        triggers="Panen dan pemasangan patok", signs="Kedua petinggi masih bertemu tiap bulan", peace_kinds=["customary", "fkub"],
        likelihood=3, impact=2,
    ), 31, (20, "steady", "Kedua petinggi ditemui; patok belum dipindahkan.")),
    (NewPotential(
        "Debu dan jalan angkut dekat permukiman", "mining", "64.08", "red1", date(2019, 5, 2), place="Bengalon",
        parties=[["Warga tepi jalan", "debu dan keselamatan"], ["Perusahaan tambang", "jalan angkut"]],
        triggers="Kecelakaan atau musim kering", signs="Ada pos pengaduan bersama", peace_kinds=["community"], likelihood=3, impact=3,
        next_review=None,
    ), 31, None),
    (NewPotential(
        "Izin pendirian rumah ibadah belum selesai", "worship", "64.72", "green", date(2018, 11, 20),
        parties=[["Panitia pembangunan", "kepastian izin"], ["Warga sekitar", "parkir dan pengeras suara"]],
        signs="Forum kerukunan sudah memediasi dua kali", peace_kinds=["fkub", "religious"], likelihood=1, impact=2,
    ), 30, (10, "better", "Syarat dukungan warga sudah lengkap menurut forum kerukunan.")),
    (NewPotential(
        "Keberatan atas daftar pemilih di pulau terluar", "election", "64.03", "yellow", date(2020, 9, 20),
        parties=[["Pekerja musiman", "terdaftar sebagai pemilih"], ["Penyelenggara", "ketertiban daftar"]],
        triggers="Pemungutan suara", peace_kinds=["fkdm"], likelihood=2, impact=2,
    ), 31, (12, "steady", "Panitia pemilihan kecamatan sudah menjelaskan; sebagian belum menerima.")),
    (NewPotential(
        "Ganti rugi lahan jalan pendekat", "land", "64.71", "green", date(2019, 2, 11),
        parties=[["Pemilik lahan", "nilai ganti rugi"], ["Pemerintah daerah", "penyelesaian jalan"]], likelihood=2, impact=1,
    ), 28, None),
)  # fmt: skip


# kind, region, post, languages, what they can do
ACTORS: tuple[tuple[str, str, str, list[str], list[str]], ...] = (
    ("fkub", "64.07", "Ketua FKUB kabupaten", ["id", "day"], ["mediate", "dialogue", "appeal"]),
    ("customary", "64.07", "Kepala adat kecamatan", ["day", "vkt"], ["mediate"]),
    ("women", "64.07", "Ketua kelompok perempuan kampung", ["day", "id"], ["accompany", "dialogue"]),
    ("youth", "64.02", "Ketua karang taruna", ["vkt", "bjn", "id"], ["dialogue", "appeal"]),
    ("fkdm", "64.02", "Anggota FKDM kecamatan", ["bjn", "jav"], ["mediate"]),
    ("religious", "64.71", "Ketua majelis kerukunan kelurahan", ["bug", "bjn", "id"], ["appeal", "mediate"]),
)


def play(cast: Cast, now: datetime) -> None:
    _potentials(cast, now)
    for kind, region, post, tongues, able in ACTORS:
        consent = (now - timedelta(days=60)).date()
        wanted = NewActor(
            kind, region, post, "A. B.", "0541-000000", consent, "written", consent + timedelta(days=730), tongues, able
        )
        actors.add(wanted, by=_officer(cast, region, now), at=now - timedelta(days=30))
    _settled(cast, now)
    _invited(cast, now)


def _officer(cast: Cast, region: str, at: datetime) -> Actor:
    return cast.actor(f"piket-{slugify(short_name(region))}", at)


def _invited(cast: Cast, now: datetime) -> None:
    """A mediation for tomorrow about the boundary of gardens, and an appeal that waits for a second person."""
    officer = _officer(cast, "64.07", now)
    incident = Incident.objects.filter(region__startswith="64.07").earliest("pk")
    able = [a.pk for a in actors.near(officer, "64.07")][:2]
    wanted = NewMediation(
        now + timedelta(hours=23),
        "Balai adat kecamatan",
        "Kepala adat kecamatan",
        ["Warga kampung hulu", "Warga kampung hilir"],
        invited=able,
    )
    row = mediation.invite(incident.code, wanted, by=officer, at=now - timedelta(hours=3))
    mediation.answer(row.pk, row.invited.earliest("pk").pk, "will", by=officer, at=now - timedelta(hours=1))
    appeal.draft(
        incident.code, text=DRAFTS[0][2], voices=["customary", "head"], by=officer, at=now - timedelta(minutes=40)
    )


def _settled(cast: Cast, now: datetime) -> None:
    """Loa Kulu came to an agreement; one obligation still runs."""
    officer = _officer(cast, "64.02", now)
    incident = Incident.objects.filter(region__startswith="64.02").earliest("pk")
    sides = ["Pemuda pasar", "Pemuda dusun"]
    row = mediation.invite(
        incident.code,
        NewMediation(now - timedelta(hours=40), "Kantor desa", "Camat", sides),
        by=officer,
        at=now - timedelta(hours=44),
    )
    mediation.conclude(
        row.pk, result="agreement", note="Lahan parkir dibagi menurut hari.", by=officer, at=now - timedelta(hours=37)
    )
    owed = [
        NewObligation(
            "Pemuda pasar",
            "Memasang tanda batas lahan parkir",
            cast.agencies["kecamatan", "64.02"],
            (now + timedelta(days=12)).date(),
        )
    ]
    wanted = NewAgreement(
        (now - timedelta(hours=38)).date(), "Kantor desa", [["Pihak pertama", "A. B."], ["Pihak kedua", "C. D."]],
        "Lahan parkir dipakai bergantian menurut hari. Hasil parkir dicatat bersama.", [["Kepala desa", "E. F."]], owed, mediation=row.pk,
    )  # fmt: skip
    agreement.write(incident.code, wanted, by=officer, at=now - timedelta(hours=36))


def _potentials(cast: Cast, now: datetime) -> None:
    for wanted, days, review in POTENTIALS:
        slug = slugify(short_name(wanted.region))
        row = potentials.add(wanted, by=cast.actor(f"piket-{slug}"), at=now - timedelta(days=days))
        if review is not None:
            ago, trend, why = review
            potentials.review(
                row.code, trend=trend, why=why, by=cast.actor(f"kabid-{slug}"), at=now - timedelta(days=ago)
            )
