"""Self-training: one course per role. A lesson counts as done when the trainee's own line with one of its verbs is in the ledger."""

from __future__ import annotations

from dataclasses import dataclass

REPORT, INCIDENT, TASK, REGION, NOTHING = "report", "incident", "task", "region", ""


@dataclass(frozen=True)
class Lesson:
    """`page` is the name of the address where it is done, `about` which prepared thing stands in that address."""

    words: str
    verbs: frozenset[str]
    page: str
    about: str = NOTHING


@dataclass(frozen=True)
class Course:
    """`material` names what is prepared; see `actions.MATERIAL`."""

    role: str
    material: str
    lessons: tuple[Lesson, ...]


def _lesson(words: str, page: str, *verbs: str, about: str = NOTHING) -> Lesson:
    return Lesson(words, frozenset(verbs), page, about)


_COURSES = (
    Course("duty_officer", "report", (
        _lesson("Laporan latihan sudah masuk. Buka, lalu ambil untuk ditangani.", "triage:report", "report.taken", about=REPORT),
        _lesson("Nilai tingkatnya dan verifikasi.", "triage:report", "report.verified", about=REPORT),
        _lesson("Catat sebagai permasalahan, dengan judul yang netral.", "triage:report", "incident.opened", about=REPORT),
        _lesson("Tugaskan satu dinas lagi, atau mohon dukungan.", "response:list", "task.assigned", "task.support_asked"),
        _lesson("Tempel satu pesan dari percakapan dan daftarkan.", "intake:paste", "report.received"),
        _lesson("Kirim laporan nihil daerah Anda.", "intake:nil", "nil.filed", "nil.amended"),
        _lesson("Usulkan status daerah, dengan alasannya.", "situation:region", "status.proposed", about=REGION),
    )),
    Course("division_head", "status", (
        _lesson("Usulan status menunggu. Periksa, atau tolak dengan alasan.", "situation:region", "status.checked", "status.refused", about=REGION),
        _lesson("Tambah catatan perkembangan pada permasalahan latihan.", "response:incident", "incident.noted", about=INCIDENT),
    )),
    Course("secretary", "call", (
        _lesson("Instansi belum menjawab. Telepon, lalu catat hasilnya.", "response:phone", "task.called", about=TASK),
        _lesson("Isi satu giliran piket.", "teams:roster", "shift.set"),
        _lesson("Catat satu Plh dengan tanggalnya.", "teams:delegations", "delegation.set"),
    )),
    Course("chair", "status", (
        _lesson("Usulan status menunggu keputusan Anda. Tetapkan, atau tolak dengan alasan.", "situation:region", "status.set", "status.refused", about=REGION),
        _lesson("Tetapkan masa siaga untuk daerah Anda, dengan nomor SK latihan.", "teams:hours", "alert.set"),
    )),
    Course("verifier", "settled", (
        _lesson("Diusulkan selesai. Konfirmasi tuntas, atau katakan belum.", "response:incident", "incident.confirmed", "incident.turned_down", about=INCIDENT),
    )),
    Course("agency", "task", (
        _lesson("Tugas masuk. Terima.", "response:mine", "task.accepted"),
        _lesson("Kurang tenaga: minta bantuan.", "response:mine", "task.help_asked"),
        _lesson("Sudah ditangani, dengan satu kalimat bukti.", "response:mine", "task.done"),
        _lesson("Kirim uji ke jalur kabar Anda.", "teams:ways", "way.tried"),
    )),
    Course("secretariat", "restricted", (
        _lesson("Laporan menyangkut aparat masuk. Ambil untuk ditangani.", "triage:report", "report.taken", about=REPORT),
        _lesson("Rujuk ke lembaga yang dipilih pelapor.", "triage:report", "report.referred", about=REPORT),
    )),
    Course("data_protection", "identity", (
        _lesson("Kontak pelapor diminta. Setujui atau tolak.", "intake:contact", "identity.approved", "identity.refused", about=REPORT),
    )),
    Course("manager", "", (
        _lesson("Undang satu anggota latihan.", "teams:team", "member.invited"),
        _lesson("Tambah satu instansi.", "teams:team", "agency.added"),
        _lesson("Ubah jam kerja satu daerah.", "teams:hours", "hours.set"),
    )),
)  # fmt: skip
COURSES: dict[str, Course] = {course.role: course for course in _COURSES}


def done(course: Course, verbs: set[str]) -> list[bool]:
    """Which lessons are done, given the verbs of the trainee's own lines since the start."""
    return [bool(lesson.verbs & verbs) for lesson in course.lessons]
