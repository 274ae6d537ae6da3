"""The long lines of the exercise: latent matters, some reviewed, one overdue. Invented."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils.text import slugify

from kondusif.regions.queries import short_name
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


def play(cast: Cast, now: datetime) -> None:
    for wanted, days, review in POTENTIALS:
        slug = slugify(short_name(wanted.region))
        row = potentials.add(wanted, by=cast.actor(f"piket-{slug}"), at=now - timedelta(days=days))
        if review is not None:
            ago, trend, why = review
            potentials.review(
                row.code, trend=trend, why=why, by=cast.actor(f"kabid-{slug}"), at=now - timedelta(days=ago)
            )
