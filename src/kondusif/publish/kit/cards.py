"""One laminated page per role: what is mine, what each day holds, what to do, what never. Pure tables.

Words come from how such an office works; a step that needs a permission names it, so that no card can promise what its role
may not do. Clocks are not written here: they are printed from `teams.rules.SEVERITY_MINUTES`.
"""

from __future__ import annotations

from dataclasses import dataclass

CITIZEN = "citizen"  # the one card that is not for a member: the poster at the kelurahan


@dataclass(frozen=True)
class Step:
    """One thing to do. `when` stands before it in the list of the day; `permission` is what the role needs for it."""

    words: str
    permission: str = ""
    when: str = ""


@dataclass(frozen=True)
class Card:
    """A page. `clocks`: whether the table of deadlines is printed on it."""

    role: str
    title: str
    purpose: str
    situation: str
    daily: tuple[Step, ...]
    steps: tuple[Step, ...]
    never: tuple[str, ...]
    clocks: bool = True


NO_NAMES = "Menyebut pelapor, nama warga, atau alamat rumah di grup, telepon, atau rapat."
NO_SOURCE = "Mencari siapa pelapornya. Yang belum jelas ditanyakan lewat Lacak."
NO_TIMER = "Menganggap tuntas karena waktunya habis. Tuntas selalu dikonfirmasi orang kedua."
NO_PROTEST = "Menghitung unjuk rasa damai sebagai ancaman. Tugas kita melindungi pesertanya."
NO_SHARE = "Meminjamkan akun atau meneruskan tautan tugas: tautan itu hanya untuk Anda."
NO_ETHNIC = "Menulis suku atau agama dalam judul. Tulis: “Perselisihan dua kelompok warga”."
NO_INTEL = "Mengunggah produk intelijen. Polri dan TNI cukup mengisi Penilaian ringkas."

_HANDING = Step("Serah terima: sebutkan yang masih berjalan dan yang terlambat kepada pengganti.", when="Akhir piket")
_OPENING = Step(
    "Buka Situasi dan Laporan singkat: apa yang berubah, apa yang terlambat.", "situation.read", "Mulai piket"
)

CARDS: tuple[Card, ...] = (
    Card(
        "duty_officer", "Petugas piket",
        "Anda telinga tim. Setiap tanda, sekecil apa pun, didengar, dicatat, dan sampai kepada yang harus bertindak.",
        "Ada laporan atau kabar masuk",
        (
            _OPENING,
            Step("Buka Laporan setiap ada tanda baru. Yang paling mendesak selalu di atas.", "report.read", "Selama piket"),
            Step("Kirim Nihil dengan satu ketukan, atau SMS NIHIL, bila memang tidak ada apa-apa.", "nil.file", "Sebelum 18.00"),
            _HANDING,
        ),
        (
            Step("Kabar dari percakapan? Tempel pesan, periksa tempat dan waktunya, lalu daftarkan.", "report.receive"),
            Step("Nyawa terancam? Pilih S1, lalu Telepon sekarang. Jangan menunggu lengkap.", "report.triage"),
            Step("Serupa dengan yang sudah ada? Satukan laporan.", "report.merge"),
            Step("Kurang jelas? Tanyakan lewat Lacak, bukan dengan mencari orangnya.", "report.ask"),
            Step("Catat sebagai permasalahan, dengan judul yang netral.", "incident.open"),
            Step("Tugaskan dinas. Kepada Polri, TNI, KPU, dan Bawaslu: Mohon dukungan.", "incident.assign"),
            Step("Sudah reda? Usulkan selesai dengan hasil, siapa yang sepakat, dan bukti.", "incident.handle"),
        ),
        (NO_NAMES, NO_SOURCE, NO_TIMER, NO_PROTEST),
    ),
    Card(
        "division_head", "Kepala bidang",
        "Anda mata kedua piket: menimbang usulan status dan memastikan yang tertahan berjalan lagi.",
        "Piket mengusulkan perubahan status",
        (
            _OPENING,
            Step("Lihat yang terlambat. Tanyakan hambatannya sebelum menegur.", "incident.read", "Pagi"),
            Step("Periksa siapa yang belum melapor, dan hubungi.", "situation.read", "18.00"),
        ),
        (
            Step("Baca alasan dan buktinya. Kurang? Tanyakan pada petugas piket."),
            Step("Bandingkan dengan penilaian Polres, Bawaslu, dan Satgas yang berdampingan.", "situation.read"),
            Step("Setuju: Periksa. Tidak setuju: tolak dengan alasan; usulan tetap terlihat oleh provinsi.", "status.check"),
            Step("S1 dan S2 berjalan terus; persetujuan tidak menahan tindakan.", "incident.assign"),
        ),
        (NO_NAMES, NO_TIMER, NO_PROTEST, NO_ETHNIC),
    ),
    Card(
        "secretary", "Sekretaris tim",
        "Anda penjaga janji tim: jadwal piket terisi, rencana tanggap sampai ke orang, yang vertikal dihubungi dengan hormat.",
        "Batas koordinasi instansi vertikal lewat",
        (
            Step("Setujui Laporan singkat pimpinan agar terkirim tepat waktu.", "briefing.approve", "06.00 dan 18.00"),
            Step("Lihat lubang jadwal dan rencana 14 hari ke depan, lalu isi.", "roster.manage", "Pagi"),
            Step("Lihat siapa yang belum melapor dan minta satu ketukan Nihil.", "situation.read", "18.00"),
        ),
        (
            Step("Telepon atau surati pimpinan instansi itu. Catat hasilnya pada tugas.", "incident.handle"),
            Step("Jangan menampilkan instansi itu terlambat kepada pihak lain."),
            Step("Tidak terjawab juga? Minta ketua tim yang menghubungi."),
            Step("Konfirmasi tuntas hanya untuk yang bukan Anda usulkan.", "incident.confirm"),
            Step("Pejabat berhalangan? Catat Plh/Plt dengan tanggalnya.", "delegation.set"),
        ),
        (NO_NAMES, NO_TIMER, NO_PROTEST, NO_INTEL),
    ),
    Card(
        "chair", "Ketua tim",
        "Anda menetapkan dan memutus. Sepuluh detik cukup untuk melihat: kondusif atau belum, di mana, apa yang menunggu Anda.",
        "Status daerah diusulkan naik atau turun",
        (
            Step("Baca Laporan singkat. Yang memerlukan keputusan Anda ada dalam satu kotak.", "situation.read", "06.00 dan 18.00"),
            Step("Setujui dengan satu ketukan, atau kembalikan dengan alasan.", "briefing.approve", "06.00 dan 18.00"),
        ),
        (
            Step("Baca alasan, bukti, dan penilaian instansi lain yang berdampingan.", "situation.read"),
            Step("Naik: boleh berlaku sementara, lalu dikonfirmasi dalam 2 jam.", "status.set"),
            Step("Turun: selalu orang kedua, bukan yang mengusulkan.", "status.set"),
            Step("Arahan Anda dicatat staf dan menjadi tugas dengan batas waktu."),
            Step("Sedang mencalonkan diri, atau keluarga calon? Kewenangan beralih kepada yang ditunjuk."),
        ),
        (NO_NAMES, NO_SOURCE, NO_PROTEST),
    ),
    Card(
        "verifier", "Verifikator (camat, lurah)",
        "Anda pihak kedua. Tuntas berarti Anda sendiri sudah melihat atau bertanya.",
        "Diminta mengonfirmasi tuntas",
        (
            Step("Buka yang menunggu konfirmasi Anda.", "incident.read", "Setiap hari"),
            Step("Untuk S4, konfirmasi dapat sekaligus dalam rapat bulanan.", "incident.confirm", "Setiap bulan"),
        ),
        (
            Step("Datangi atau telepon kedua pihak. Tanyakan apakah sudah selesai."),
            Step("Sudah: Konfirmasi tuntas, dengan satu kalimat apa yang Anda lihat.", "incident.confirm"),
            Step("Belum: katakan belum, dan apa yang masih mengganjal.", "incident.confirm"),
            Step("Muncul lagi? Kirim Lapor; permasalahan terbuka kembali."),
        ),
        (NO_NAMES, NO_TIMER, NO_ETHNIC),
    ),
    Card(
        "agency", "Anggota instansi",
        "Anda hanya perlu tahu satu hal: apa yang harus saya kerjakan, paling lambat kapan.",
        "Tugas masuk di ponsel",
        (
            Step("Buka Tugas saya. Yang paling dekat batasnya ada di atas.", "task.answer", "Setiap hari"),
            Step("Pastikan nomor dan jalur kabar Anda benar: kirim uji.", when="Awal bulan"),
        ),
        (
            Step("Buka tautannya. Tidak perlu kata sandi; berlaku 24 jam dan hanya untuk Anda.", "task.answer"),
            Step("Terima, supaya jam tanggap berhenti.", "task.answer"),
            Step("Bukan bagian Anda? Teruskan atau Tidak dapat, dengan alasan.", "task.answer"),
            Step("Kurang tenaga? Butuh bantuan.", "task.answer"),
            Step("Selesai? Sudah ditangani, dengan satu kalimat bukti atau foto.", "task.answer"),
            Step("Mendengar hal lain di lapangan? Lapor, tiga ketukan."),
        ),
        (NO_NAMES, NO_SHARE, NO_INTEL),
    ),
    Card(
        "secretariat", "Sekretariat provinsi",
        "Anda menerima yang tidak boleh dilihat daerah: laporan yang menyangkut aparat atau pejabat.",
        "Laporan menyangkut aparat atau pejabat masuk",
        (
            _OPENING,
            Step("Buka laporan terbatas. Hanya Anda yang melihatnya.", "report.read_restricted", "Pagi dan sore"),
            Step("Lihat daerah yang diam dan yang belum melapor.", "situation.read", "18.00"),
        ),
        (
            Step("Baca apa yang dipilih pelapor: Inspektorat, Ombudsman, Komnas HAM, Propam, atau LPSK.", "report.read_restricted"),
            Step("Rujuk ke sana tanpa identitas pelapor.", "report.refer"),
            Step("Perlu keterangan? Tanyakan lewat Lacak.", "report.triage_restricted"),
            Step("Membuka kontak hanya dengan orang kedua dari instansi lain, dan alasan dari daftar.", "identity.approve"),
            Step("Ponsel anggota hilang? Telepon balik ke nomor di SK, lalu Setel ulang akun.", "member.reset"),
        ),
        (NO_NAMES, NO_SOURCE, "Meneruskan laporan terbatas kepada instansi atau daerah yang dilaporkan."),
    ),
    Card(
        "data_protection", "Petugas pelindungan data",
        "Anda memastikan identitas pelapor hanya dibuka bila benar-benar perlu, dan setiap pembukaan tercatat.",
        "Ada permintaan membuka kontak pelapor",
        (
            Step("Baca pemberitahuan permintaan dan pembukaan kontak.", "identity.notice", "Setiap hari"),
            Step("Periksa keutuhan buku besar.", "ledger.verify", "Setiap bulan"),
        ),
        (
            Step("Periksa alasannya: cukupkah bertanya lewat Lacak?", "identity.notice"),
            Step("Dua orang, dua instansi. Polisi dan kepala daerah tidak membukanya sendiri.", "identity.approve"),
            Step("Tidak perlu: tolak. Penolakan juga tercatat.", "identity.approve"),
            Step("Bocor? Pemberitahuan tertulis paling lambat 3 × 24 jam (UU 27/2022 Ps. 46)."),
        ),
        (NO_NAMES, NO_SOURCE, NO_SHARE),
        clocks=False,
    ),
    Card(
        "manager", "Pengelola",
        "Anda menjaga agar orang yang tepat dapat masuk, dan yang sudah pindah tidak lagi.",
        "Anggota kehilangan ponsel atau kata sandi",
        (
            Step("Buka Jangkauan: setiap anggota punya jalur kabar yang berhasil diuji.", "roster.manage", "Setiap minggu"),
            Step("Akhiri tugas yang sudah berganti. Ingat tanggal SK tim.", "team.manage", "Awal bulan"),
            Step("Cadangkan, dan coba pulihkan sekali setiap triwulan.", when="Setiap hari"),
        ),
        (
            Step("Telepon balik ke nomor di SK. Jangan percaya nomor yang menelepon."),
            Step("Tim → Setel ulang akun. Sandi, sesi, dan tautan lama langsung mati.", "member.reset"),
            Step("Serahkan tautan langsung. Sekali pakai, satu jam."),
            Step("Pastikan ia dapat masuk, dan memasang faktor kedua yang baru."),
        ),
        (NO_SHARE, "Membuat akun bersama. Satu orang, satu akun, satu jabatan.", "Memberi satu orang dua kunci: sekretariat dan pelindungan data."),
        clocks=False,
    ),
    Card(
        "observer", "Pemantau",
        "Anda melihat gambaran daerah tanpa mengubah apa pun.",
        "Anda melihat yang perlu ditindaklanjuti",
        (Step("Buka Situasi.", "situation.read", "Kapan saja"),),
        (
            Step("Tidak ada data bukan berarti aman. Lihat siapa yang belum melapor.", "situation.read"),
            Step("Lihat umur setiap angka sebelum menyebutkannya.", "situation.read"),
            Step("Mendengar sesuatu? Lapor seperti warga, tiga langkah."),
        ),
        (NO_NAMES, NO_PROTEST),
        clocks=False,
    ),
    Card(
        CITIZEN, "Warga",
        "Lihat atau dengar tanda perselisihan? Sampaikan. Tidak perlu akun, tidak perlu nama.",
        "Begini caranya",
        (),
        (
            Step("Buka alamat di bawah, atau pindai kodenya."),
            Step("Tulis apa, di mana, kapan. Hanya itu yang wajib."),
            Step("Simpan kode lacak. Kode hanya ditunjukkan satu kali."),
            Step("Buka Lacak untuk melihat kabar dan menjawab pertanyaan tanpa memberi nama."),
            Step("Nyawa terancam sekarang? Telepon 110 (polisi) atau 112 (darurat)."),
        ),
        ("Mendatangi lokasi sendirian.", "Menyebarkan foto korban atau kabar yang belum jelas.", "Menyebut nama orang yang Anda curigai di grup."),
        clocks=False,
    ),
)  # fmt: skip
BY_ROLE: dict[str, Card] = {card.role: card for card in CARDS}
