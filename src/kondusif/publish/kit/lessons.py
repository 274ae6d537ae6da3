"""The bimtek of thirty minutes, slide by slide: what stands on it and what the trainer says. Pure tables."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Slide:
    """`shape` says how `parts` are drawn: list, ladder, steps, clocks, pairs, table or exercise. Parts are (head, words)."""

    title: str
    shape: str
    parts: tuple[tuple[str, str], ...] = ()
    notes: str = ""


SLIDES: tuple[Slide, ...] = (
    Slide("Kondusif dalam 30 menit", "opening", (("", "Bimbingan teknis anggota Tim Terpadu Penanganan Konflik Sosial"),),
          "Minta setiap orang membuka ponselnya sekarang. Semua yang ditunjukkan nanti langsung dicoba di latihan."),
    Slide("Janji kita", "steps", (
        ("Didengar", "Setiap tanda, sekecil apa pun, dari siapa pun."),
        ("Bersama", "Semua instansi tahu pada saat yang sama."),
        ("Tuntas", "Selesai bila orang kedua mengonfirmasi, bukan bila waktunya habis."),
        ("Ditagih", "Yang dijanjikan dibuka lagi di rapat berikutnya."),
    ), "Tanyakan: kabar mana yang minggu lalu hilang di grup? Tulis satu contoh di papan; kembali ke sana di akhir."),
    Slide("Grup percakapan tetap dipakai", "pairs", (
        ("Di grup saja", "Pesan tenggelam. Siapa yang mengerjakan? Sampai kapan? Sudah selesai?"),
        ("Dengan Kondusif", "Tempel pesan itu. Ada penerima, batas waktu, bukti, dan hasil untuk dibagikan kembali ke grup."),
    ), "Tidak ada yang diketik dua kali. Tunjukkan Tempel pesan, lalu Bagikan ke WhatsApp. Nama dan alamat tidak ikut."),
    Slide("Satu tangga status", "ladder", (
        ("Kondusif", "dicermati"), ("Waspada", "pendekatan"), ("Siaga", "penanganan segera"), ("Awas", "pengamanan"),
    ), "Ini status Tim; Polri punya Siaga I sendiri. Tidak ada laporan bukan berarti kondusif: tertulis “tidak ada data”."),
    Slide("Tiga tombol", "steps", (
        ("Lapor", "Apa, di mana, kapan. Hanya itu yang wajib."),
        ("Tugas saya", "Apa yang harus saya kerjakan, paling lambat kapan."),
        ("Nihil", "Tidak ada apa-apa? Satu ketukan, sebelum 18.00."),
    ), "Setiap peserta menekan Nihil sekali di latihan. Hitung bersama berapa ketukan."),
    Slide("Perjalanan satu laporan", "steps", (
        ("Diterima", "Pelapor mendapat kode lacak."),
        ("Ditimbang", "Petugas piket: benar, baru, seberapa berat?"),
        ("Permasalahan", "Dinas ditugaskan; instansi vertikal dimohon dukungannya."),
        ("Diusulkan selesai", "Hasil, siapa yang sepakat, bukti."),
        ("Dikonfirmasi", "Orang kedua: camat, lurah, pelapor, atau instansi lain."),
        ("Dipantau", "S1 dan S2 empat belas hari, S3 tujuh hari. Muncul lagi: terbuka kembali."),
    ), "Ikuti satu laporan nyata dari latihan pada layar. Berhenti pada setiap langkah: siapa yang bertindak?"),
    Slide("Nihil, ada laporan, belum melapor", "table", (
        ("Nihil", "Daerah sudah melihat dan mengatakan tidak ada."),
        ("Ada laporan", "Daerah sudah menyampaikan."),
        ("Belum melapor", "Kita tidak tahu. Ini bukan aman."),
    ), "Tiga hal yang berbeda. Pukul 18.00 tampak siapa yang belum melapor; yang diam ditelepon, bukan dimarahi."),
    Slide("Batas waktu", "clocks", (),
          "S1 dan S2 berjalan siang dan malam. S3 dan S4 berjalan pada jam kerja, kecuali dalam masa siaga."),
    Slide("Diminta, bukan diperintah", "pairs", (
        ("Dinas daerah", "Tugaskan. Jam berjalan sampai ada jawaban."),
        ("Polri, TNI, Kejaksaan, BIN, KPU, Bawaslu", "Mohon dukungan. Lewat batas: ketua atau sekretaris menelepon. Tidak pernah tampil “terlambat”."),
    ), "Jawaban mereka: Diterima, Diteruskan, atau Tidak dapat dengan alasan."),
    Slide("Selalu orang kedua", "table", (
        ("Menurunkan status", "bukan yang mengusulkan"),
        ("Mengonfirmasi tuntas", "bukan penanggung jawabnya"),
        ("Membuka kontak pelapor", "dua orang dari dua instansi"),
        ("Klarifikasi dan ekspor besar", "disetujui orang lain"),
    ), "Bukan karena tidak percaya. Orang kedua melindungi orang pertama."),
    Slide("Melindungi pelapor", "list", (
        ("", "Nama dan nomor pelapor disandikan. Petugas tidak melihatnya."),
        ("", "Bertanya lewat Lacak, bukan mencari orangnya."),
        ("", "Laporan menyangkut aparat langsung ke sekretariat provinsi."),
        ("", "Tidak ada nama, suku, agama, atau alamat rumah di judul dan di grup."),
    ), "UU 14/2008 Ps. 17 dan UU 31/2014 Ps. 5: identitas pelapor dikecualikan dari informasi publik dan dilindungi."),
    Slide("Yang tidak boleh terjadi", "list", (
        ("", "Unjuk rasa damai dihitung sebagai ancaman."),
        ("", "Catatan tentang orang: tidak ada NIK, wajah, akun, atau pencarian nama."),
        ("", "Kabar bohong ditempelkan pada pengirimnya. Putusan hanya tentang kabarnya."),
        ("", "Calon yang sedang menjabat membuka data pemilihan."),
        ("", "Produk intelijen diunggah."),
    ), "Setiap butir dijaga program dan diuji. Tanyakan mana yang paling sulit dijaga di kantor ini."),
    Slide("Tidak ada sinyal", "list", (
        ("", "Isi saja. Laporan, Nihil, dan jawaban tugas menunggu di ponsel."),
        ("", "Terkirim sendiri, satu kali, saat sinyal kembali."),
        ("", "“Yang sudah diterima posko” adalah bukti Anda."),
        ("", "SMS NIHIL atau SMS laporan juga sampai."),
    ), "Minta dua orang mematikan data, mengirim laporan latihan, lalu menyalakan data lagi."),
    Slide("Latihan mandiri", "exercise", (
        ("1", "Buka alamat latihan pada ponsel atau komputer."),
        ("2", "Masuk dengan peran Anda dan sandi latihan."),
        ("3", "Buka Latihan mandiri, tekan Mulai."),
        ("4", "Kerjakan langkahnya. Tandanya muncul sendiri."),
    ), "Tiga puluh menit. Data latihan terpisah dari data sungguhan; tidak ada yang dapat rusak."),
    Slide("Minggu pertama", "table", (
        ("Hari 1", "Setiap orang masuk, memasang faktor kedua, mengirim uji."),
        ("Hari 2", "Jadwal piket dan rencana tanggap diisi; lubangnya ditutup."),
        ("Hari 3", "Nihil dari semua daerah sebelum 18.00."),
        ("Hari 4–5", "Grup tetap jalan; pesannya ditempel."),
        ("Hari 6–7", "Buka bersama: apa yang terlambat, apa yang mengganggu."),
    ), "Hari ketiga adalah hari orang kembali ke grup. Datangi yang belum melapor, tanyakan apa yang menyulitkan."),
    Slide("Kalau macet", "list", (
        ("", "Ponsel hilang, lupa sandi: telepon sekretariat. Dua menit."),
        ("", "Laporan tidak terkirim: tidak hilang. Buka Antrean."),
        ("", "Salah menekan: hampir semua dapat dibuka kembali, dan tercatat siapa yang membuka."),
        ("", "Bahaya: telepon dahulu, catat kemudian."),
    ), "Kembali ke contoh di papan: di mana sekarang kabar itu berada?"),
)  # fmt: skip
