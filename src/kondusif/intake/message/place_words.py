"""Words that begin a place, belong to it, or end it. Indonesian, short forms, Banjar, Kutai, Javanese. Pure tables."""

from __future__ import annotations

# Where something lies relative to a thing: kept with the place, never a place alone.
BESIDE = frozenset(
    """
    depan dpn muka ngarep belakang blkg samping smping sebelah seberang sebrang dekat dkt deket parak cedhak sanding higa
    sekitar arah dalam halaman perbatasan gerbang kawasan area lokasi perairan pinggir tepi
    """.split()  # noqa: SIM905
)
IN = frozenset({"di", "d", "ning", "nang", "ke", "ing"})  # "di bakar", misspelt, is no place: a bare one needs a name
HEADS = frozenset(
    """
    pasar masjid mesjid masigit musholla mushola langgar gereja vihara pura klenteng simpang pertigaan perempatan bundaran
    jembatan jambatan pelabuhan dermaga terminal bandara stasiun kantor balai balaikota gedung gudang pabrik sekolah sd smp sma smk
    smkn sman smpn kampus rs rsud puskesmas lapangan stadion taman alun2 alun-alun jalan jl jln gang gg perumahan perum komplek
    kompleks blok pos posko tps spbu polsek polres warung kedai toko2 ruko kios mall mal plaza hotel tugu hutan kebun sungai pulau
    tpu pondok pesantren site camp tambang halte tower disnaker dprd kpu bawaslu bupati pn rumah omah gardu thm km hajatan
    antrian parkir wisma tepian islamic ruang pdam rt dinas batas
    """.split()  # noqa: SIM905
)
# Ordinary things: a place only behind `di`, `depan` … or before a name.
WEAK = frozenset(
    """
    rumah omah kebun tambang jalan hutan sungai sekolah rs parkir hajatan sd smp kpu bawaslu bupati camp posko kios batas simpang pos antrian toko2
    polsek polres pdam dinas dprd rt warung site pulau kampung kp kmp kota wilayah wil dusun kabupaten provinsi kedai pabrik
    gudang gereja masjid mesjid pn disnaker
    """.split()  # noqa: SIM905
)
AREAS = frozenset(
    """
    kec kecamatan kcmtn kel kelurahan klrhn desa ds kampung kp kmp dusun kab kabupaten kota provinsi rt rw wilayah wil
    """.split()  # noqa: SIM905
)
# May stand inside a place though they are no names: `simpang tiga`, `kantor desa di Long Ikis`, `Jl. MT Haryono`.
INSIDE = frozenset(
    """
    tiga 3 empat 4 lima camat lurah desa kecamatan kelurahan bupati gubernur gub walikota wali kota dprd kpu bawaslu disnaker
    satu raya jami hauling tambang induk inpres pagi malam merdeka ronda kades pak lama baru kembar poros jend jenderal utama partai
    relawan paslon serba guna dinas provinsi kpps kamling kali pengadilan negeri bahasa timses peti kemas pemakaman kosong
    negara sakit umum daerah sawit rakyat agung besar
    """.split()  # noqa: SIM905
)
# End a place written in small letters; nobody's name in the gazetteer is among them by itself.
STOPS = frozenset(
    """
    ada adalah akan aksi aman antar antara anak atau bahwa banyak baru batu bawa bentrok berkelahi bisa buat cekcok dan dari dari dengan dgn dg dgn
    demo di dihakimi diduga diancam dirusak ditolak ditutup diduduki duduk gara gara2 gegara hari hampir ingin ini itu jadi jam juga kami karena
    krn keributan kejadian kemarin kita kmrn korban ku lagi lg lalu lapor luka mau mak massa masalah menolak minta mohon
    namun nih nya oknum oleh org orang pada pagi pak para pd pemuda pelajar perkelahian pihak protes pukul ribut ricuh rusuh saat sama saja salah saling sampai
    sdh sudah sedang segera sejak selasa semalam sempat sekitar sekarang senin siang skrg smp smpt soal sore subuh supaya tadi tawuran td tdk telah
    tentang terjadi tidak tiga dua tolak tolong tuntut untuk unras utk waktu warga wita wib yang yg bapak ibu nanti malam mlm malem tadi rabu
    kamis jumat sabtu minggu ahad resah marah memanas panas makin hadang blokir bakar dibakar tutup nihil diserang terkait terpantau lancar dihadiri
    dilempari dilempar sampe kumpul geruduk datangi batal ricuh vs lawan dr dlm jd ya kok kah ga gak nggak endik ora ono sida mergo podo gara
    disaksikan jamaah pelaku pendukungnya kondusif damai diintimidasi dikeroyok rebutan rebut soalnya muncul beredar lewat bikin hingga bubar
    selesai berakhir tertib situasi jumlah kegiatan uraian ketahuan saya sy sopir sempet cuma lapornya hbs habis abis saya menanyakan berebut
    diamankan disterilkan dibubarkan digusur antri handak malapur melapur urang jar nang wan karo klo kalau beserta bersitegang barusan
    didemo dicegat diusir dipasang dipatok mediasi gagal ketemu dijual terima takut curiga tiap sering pasca usai buruh
    naik menuju menutup baku adu adalah mengaku memeras ramai rame melakukan menginfokan sampaikan info utk minum tampak telat
    """.split()  # noqa: SIM905
)
LONGEST = 9  # words of a place
