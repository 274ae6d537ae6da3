"""What happens in the exercise: a plausible week, told as a table and played through the real actions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.utils.text import slugify

from kondusif.intake import nil
from kondusif.intake.actions import receive
from kondusif.intake.rules import Draft
from kondusif.ledger.actor import CITIZEN
from kondusif.regions.locate import locate_text
from kondusif.regions.queries import kabkota_of_province, short_name
from kondusif.response import actions as response
from kondusif.response import settlement, tasks
from kondusif.response.actions import NewIncident
from kondusif.response.models import Incident, Task
from kondusif.site import exercise_peace
from kondusif.site.exercise_cast import Cast
from kondusif.site.exercise_rumours import rumours
from kondusif.situation import actions as situation
from kondusif.triage import actions as triage
from kondusif.triage import merging

_SPACE = UUID("6b1f6a4e-9a43-4c0e-8d57-20201209aaaa")


@dataclass(frozen=True)
class Told:
    """A report: hours before now, region, place, words, how it came, and what the desk made of it."""

    hours: float
    region: str
    place: str
    words: str
    fate: str = "wait"  # wait, verify, refute, unproven, ask
    channel: str = "web"
    threatened: str = "no"
    restricted: bool = False
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True)
class Matter:
    """An incident opened from reports (by their place in REPORTS), and how far it has come."""

    reports: tuple[int, ...]
    title: str
    severity: str
    snpk: str
    ends: str  # open, accepted, handled, proposed, watched, closed
    after: float = 0.4  # hours from the first report to the opening


REPORTS = (
    Told(50, "64.02", "Loa Kulu", "Dua kelompok pemuda berselisih soal lahan parkir pasar, sudah saling dorong.", "verify", "phone", lat=-0.5180, lon=117.0290),
    Told(49.5, "64.02", "Loa Kulu", "Ribut parkir di pasar Loa Kulu, pemuda saling dorong", "merge:0", lat=-0.5192, lon=117.0301),
    Told(47, "64.72", "Sungai Kunjang", "Spanduk salah satu pasangan calon dirobek orang tidak dikenal tadi malam.", "verify", lat=-0.5070, lon=117.1060),
    Told(44, "64.08", "Sangatta Utara", "Warga dan perusahaan berselisih jalan angkut, rencana tutup jalan besok pagi.", "verify", "walk_in"),
    Told(40, "64.74", "Bontang Utara", "Antrean panjang rapid test petugas, sebagian warga mengeluh keras.", "verify"),
    Told(31, "64.11", "Long Bagun", "Perahu logistik pemilihan terlambat, belum ada masalah di kampung.", "verify", "phone"),
    Told(28, "64.03", "Tanjung Redeb", "Katanya ada pemindahan tempat pemungutan suara tanpa pemberitahuan.", "unproven"),
    Told(26, "64.72", "Samarinda Ulu", "Beredar pesan berantai TPS dipindah, warga bingung.", "refute"),
    Told(20.5, "64.07", "Melak", "Sengketa batas kebun dua kampung muncul lagi, belum ada bentrokan.", "verify"),
    Told(23, "64.01", "Tanah Grogot", "Pertemuan warga membahas plasma kebun berlangsung tegang tetapi damai.", "verify", "walk_in"),
    Told(20, "64.09", "Penajam", "Nelayan berselisih dengan pemilik tongkang soal jaring yang rusak.", "verify"),
    Told(8, "64.02", "Tenggarong", "Pertemuan terbatas dihadiri lebih dari lima puluh orang di dalam gedung.", "verify"),
    Told(1.3, "64.71", "Gunung Bahagia", "Ada sekelompok orang merusak spanduk dekat pos ronda, sempat ribut dengan warga.",
         "verify", lat=-1.2445, lon=116.8760),
    Told(1.0, "64.71", "Gunung Bahagia", "Spanduk dirusak dekat pos ronda, dua kelompok pendukung ribut", "merge:12", lat=-1.2449, lon=116.8768),
    Told(0.75, "64.71", "Sepinggan", "Rombongan pendukung berkumpul di lapangan, ada ancaman lewat pengeras suara.",
         "verify", threatened="yes", lat=-1.2610, lon=116.8990),
    Told(1.4, "64.72", "Sambutan", "Warga menolak lokasi karantina di gedung serbaguna, sudah berkumpul sekitar lima puluh orang.",
         "wait", lat=-0.5100, lon=117.2010),
    Told(0.9, "64.08", "Bengalon", "Truk perusahaan dihadang warga, belum ada kekerasan.", "wait", "phone"),
    Told(1.1, "64.71", "Klandasan Ilir", "Petugas lapangan meminta uang untuk memasang alat peraga.", "wait", restricted=True),
    Told(0.7, "64.74", "Loktuan", "Suara ledakan kecil dekat pelabuhan, warga keluar rumah, belum tahu sebabnya.", "wait", threatened="unknown"),
    Told(0.4, "64.72", "Samarinda Seberang", "Antrean sembako berdesakan tanpa masker di halaman kantor.", "wait", lat=-0.5290, lon=117.1390),
    Told(0.2, "64.03", "Gunung Tabur", "Dua perahu bertabrakan lalu pemiliknya adu mulut, keluarga mulai berdatangan.", "wait", "phone"),
)  # fmt: skip

MATTERS = (
    Matter((0,), "Perselisihan lahan parkir pasar Loa Kulu", "S3", "sumber_daya", "watched"),
    Matter((2,), "Perusakan alat peraga di Sungai Kunjang", "S3", "pemilihan", "closed"),
    Matter((3,), "Perselisihan jalan angkut di Sangatta Utara", "S3", "sumber_daya", "handled"),
    Matter((8,), "Sengketa batas kebun dua kampung di Melak", "S4", "sumber_daya", "accepted"),
    Matter((9,), "Perselisihan plasma kebun di Tanah Grogot", "S4", "sumber_daya", "accepted"),
    Matter((4,), "Antrean pemeriksaan petugas di Bontang Utara", "S4", "tata_kelola", "accepted"),
    Matter((5,), "Keterlambatan logistik di Long Bagun", "S4", "tata_kelola", "accepted"),
    Matter((10,), "Perselisihan nelayan dan pemilik tongkang di Penajam", "S4", "sumber_daya", "accepted"),
    Matter((11,), "Kerumunan pertemuan terbatas di Tenggarong", "S3", "pemilihan", "handled"),
    Matter((12,), "Perusakan alat peraga dan perselisihan dua kelompok pendukung", "S2", "pemilihan", "accepted"),
    Matter((14,), "Massa berkumpul di lapangan Sepinggan", "S2", "pemilihan", "open", 0.2),
)


def play(cast: Cast, now: datetime) -> None:
    _statuses(cast, now)
    codes = [_tell(n, told, cast, now) for n, told in enumerate(REPORTS)]
    for matter in MATTERS:
        _handle(matter, codes, cast, now)
    _balikpapan_raised(cast, now)
    _spoken(cast, now)
    exercise_peace.play(cast, now)
    rumours(cast, now)


def _spoken(cast: Cast, now: datetime) -> None:
    """This morning's nil reports: two regions looked and found nothing; others reported, some have not spoken yet."""
    for region, sources, hours in (
        ("64.01", ("watch", "subdistricts", "forums"), 2.2),
        ("64.09", ("watch", "media"), 1.5),
    ):
        nil.file_nil(region, sources, by=cast.actor(f"piket-{_slug(region)}"), at=now - timedelta(hours=hours))


def _slug(region: str) -> str:
    return slugify(short_name(region[:5]))


def _statuses(cast: Cast, now: datetime) -> None:
    """Every region begins calm, set two days ago by its own people; Mahakam Ulu has been silent since yesterday."""
    for place in kabkota_of_province("64"):
        slug = slugify(place.short_name)
        at = now - timedelta(hours=52)
        row = situation.propose(
            place.code,
            level="kondusif",
            reason="Tidak ada gangguan, seluruh piket melapor.",
            by=cast.actor(f"piket-{slug}"),
            at=at,
        )
        situation.check(row.pk, by=cast.actor(f"kabid-{slug}"), at=at + timedelta(minutes=20))
        situation.decide(row.pk, by=cast.actor(f"ketua-{slug}"), at=at + timedelta(minutes=45))


def _tell(n: int, told: Told, cast: Cast, now: datetime) -> str:
    at = now - timedelta(hours=told.hours)
    officer = cast.actor(f"piket-{_slug(told.region)}")
    found = locate_text(told.place, within=told.region)
    region = found[0].code if found else told.region
    draft = Draft(
        uuid=uuid5(_SPACE, str(n)), text=told.words, channel=told.channel, threatened=told.threatened, restricted=told.restricted,
        occurred_at=at - timedelta(minutes=20), occurred_precision="hour", region=region, place_text=told.place,
        lat=told.lat, lon=told.lon,
    )  # fmt: skip
    code = receive(draft, by=officer if told.channel != "web" else CITIZEN, at=at).code
    soon = at + timedelta(minutes=8)
    if told.fate == "verify":
        triage.take(code, by=officer, at=soon)
        triage.verify(code, by=officer, at=soon + timedelta(minutes=9))
    elif told.fate == "refute":
        triage.refute(code, reason="KPU membenarkan tidak ada pemindahan TPS.", by=officer, at=soon)
        triage.close(
            code, kind="refuted", reason="Klarifikasi sudah disiarkan.", by=officer, at=soon + timedelta(hours=1)
        )
    elif told.fate == "unproven":
        triage.mark_unproven(code, reason="Dua sumber setempat tidak membenarkan.", by=officer, at=soon)
    _CODES[n] = code
    if told.fate.startswith("merge:"):
        merging.merge(_CODES[int(told.fate[6:])], code, by=officer, at=soon)
    return code


_CODES: dict[int, str] = {}


def _handle(matter: Matter, codes: list[str], cast: Cast, now: datetime) -> None:
    told = REPORTS[matter.reports[0]]
    at = now - timedelta(hours=told.hours - matter.after)
    slug = _slug(told.region)
    officer = cast.actor(f"piket-{slug}")
    wanted = NewIncident(matter.title, severity=matter.severity, snpk=matter.snpk)
    incident = response.open_from([codes[n] for n in matter.reports], wanted, by=officer, at=at)
    if matter.ends == "open":
        return
    work = list(Task.objects.filter(incident=incident).select_related("agency").order_by("pk"))
    if matter.ends == "accepted":
        work = work[:2]
    for n, task in enumerate(work):
        _answer(task, matter, cast, slug, at + timedelta(minutes=4 + 3 * n))
    if matter.ends in {"watched", "closed"}:
        _settle(incident, matter, cast, slug, at + timedelta(hours=6))


def _answer(task: Task, matter: Matter, cast: Cast, slug: str, at: datetime) -> None:
    username = f"{task.agency.kind}-{slug}"
    if username not in cast.users:
        tasks.cancel(task.pk, reason="Ditangani langsung oleh sekretariat.", by=cast.actor(f"piket-{slug}"), at=at)
        return
    actor = cast.actor(username)
    tasks.accept(task.pk, by=actor, at=at)
    if matter.ends != "accepted":
        tasks.finish(
            task.pk,
            proof="Para pihak ditemui, keadaan tenang, dicatat bersama lurah.",
            by=actor,
            at=at + timedelta(hours=2),
        )


def _settle(incident: Incident, matter: Matter, cast: Cast, slug: str, at: datetime) -> None:
    settlement.propose(
        incident.code, outcome="agreement", evidence="Kesepakatan lisan disaksikan lurah dan tokoh pemuda; tidak ada korban.",
        agreed_by=["pihak_1", "pihak_2", "lurah"], by=cast.actor(f"piket-{slug}"), at=at,
    )  # fmt: skip
    settlement.confirm(incident.code, by=cast.actor(f"camat-{slug}"), at=at + timedelta(hours=1))


def _balikpapan_raised(cast: Cast, now: datetime) -> None:
    at = now - timedelta(minutes=36)
    row = situation.propose(
        "64.71", level="waspada", reason="Perselisihan dua kelompok pendukung di dua tempat; massa masih berkumpul.", temporary=True,
        by=cast.actor("piket-balikpapan"), at=at,
    )  # fmt: skip
    situation.check(row.pk, by=cast.actor("kabid-balikpapan"), at=at + timedelta(minutes=5))
    situation.decide(row.pk, by=cast.actor("ketua-balikpapan"), at=at + timedelta(minutes=8))
