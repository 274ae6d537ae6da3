"""Place names as people write them: one spelling for comparing, abbreviations, words that are no names. Pure."""

from __future__ import annotations

import re
import unicodedata

from kondusif.regions.rules import DESA, KABKOTA, KECAMATAN, PROVINCE

# A word before a name that says what it is the name of.
MARKERS: dict[str, str] = {
    "provinsi": PROVINCE, "prov": PROVINCE, "propinsi": PROVINCE,
    "kabupaten": KABKOTA, "kab": KABKOTA, "kota": KABKOTA, "kotamadya": KABKOTA, "kodya": KABKOTA,
    "kecamatan": KECAMATAN, "kec": KECAMATAN, "kcmtn": KECAMATAN, "distrik": KECAMATAN,
    "kelurahan": DESA, "kel": DESA, "klrhn": DESA, "desa": DESA, "ds": DESA, "kampung": DESA, "kp": DESA, "kmp": DESA,
}  # fmt: skip

# Short forms in daily use in East Kalimantan, and of words that many names begin with.
SHORT: dict[str, str] = {
    "kukar": "kutai kartanegara", "kutim": "kutai timur", "kubar": "kutai barat",
    "mahulu": "mahakam ulu", "mahakamulu": "mahakam ulu", "ppu": "penajam paser utara",
    "bpn": "balikpapan", "bppn": "balikpapan", "blkpn": "balikpapan", "balpap": "balikpapan", "bpp": "balikpapan",
    "smd": "samarinda", "smr": "samarinda", "smrd": "samarinda", "smrnd": "samarinda", "samrinda": "samarinda",
    "btg": "bontang", "bntg": "bontang", "bru": "berau",
    "tgr": "tenggarong", "trg": "tenggarong", "sgt": "sangatta", "sangata": "sangatta", "sengata": "sangatta",
    "balsel": "balikpapan selatan", "balut": "balikpapan utara", "baltim": "balikpapan timur",
    "balbar": "balikpapan barat", "balteng": "balikpapan tengah",
    "kaltim": "kalimantan timur",
    "sei": "sungai", "sungei": "sungai", "sgi": "sungai", "s": "sungai",
    "gn": "gunung", "gng": "gunung", "tj": "tanjung", "tjg": "tanjung", "tg": "tanjung", "tanjong": "tanjung",
    "ma": "muara", "lh": "loa", "bt": "bukit", "tlk": "teluk",
    "ut": "utara", "utr": "utara", "sel": "selatan", "slt": "selatan", "tmr": "timur",
    "brt": "barat", "tgh": "tengah", "sebrang": "seberang", "sbr": "seberang",
    "1": "i", "2": "ii", "3": "iii", "4": "iv", "5": "v", "6": "vi", "7": "vii",
    "satu": "i", "dua": "ii", "tiga": "iii", "empat": "iv", "lima": "v", "enam": "vi", "tujuh": "vii",
    "dki": "daerah khusus ibukota", "diy": "daerah istimewa yogyakarta",
}  # fmt: skip

# Words of ordinary speech that are also names of desa or kecamatan. Inside a sentence they name a place only
# behind a marker ("kel. Damai") or beside the name of the area around them ("Damai Balikpapan").
ORDINARY: frozenset[str] = frozenset(
    """
    damai aman minta merasa dingin pendingin mendung kerang pelabuhan bandara pelita perdana sepakat jawa bugis melayu
    lombok random asa telaga prapatan gemuruh pelawan sambung sambutan belimbing waru lori mesjid masjid pasar baru lama
    maju jaya makmur sejahtera bersama bersatu bersih indah harapan sentosa subur mulia mulya bahagia rukun setia karya
    tani nelayan pemuda merdeka pahlawan pancasila kemuning melati mawar cempaka kenanga anggrek gading mutiara intan
    permata pusat tengah utara selatan timur barat hilir hulu ulu darat laut pantai pulau gunung bukit sungai danau
    lapangan kebun sawah ladang hutan batu pasir tanah air api angin bambu jati kelapa mangga nangka pisang durian
    rotan padang rawa lubuk muara teluk tanjung simpang jalan raya kota desa kampung dusun rumah sekolah kantor
    jembatan terminal stasiun benteng keraton candi gereja pura wihara kuburan makam sambutan mekar segar i ii iii iv v vi vii
    sembilan sepuluh banjar madura dayak kutai batak cina arab papua bali aceh sunda minang
    tenang tentram tenteram waspada siaga bangun bakti budi suka duka cinta kasih raja ratu pangeran sultan bandar
    """.split()  # noqa: SIM905
)

# Never part of a place's name in a report; a misspelt name is not looked for in them.
FILLERS: frozenset[str] = frozenset(
    """
    di ke dari pada dekat depan belakang samping sebelah seberang sekitar arah menuju antara dan atau yang itu ini ada
    jl jln jalan gang gg blok rt rw no nomor km simpang perempatan pertigaan persimpangan dalam luar atas bawah
    masjid mesjid musholla mushola langgar gereja pura vihara klenteng pasar toko ruko warung kantor gedung rumah sakit
    sekolah sd smp sma smk sman kampus universitas lapangan taman jembatan terminal pelabuhan bandara spbu polsek polres
    puskesmas balai hotel mall mal plaza perumahan perum komplek kompleks tps warga massa orang polisi aksi demo
    kelompok pemuda pihak tadi malam pagi siang sore kemarin hari wib wita dengan oleh untuk akan sudah telah sedang
    bentrok bentrokan keributan tawuran ricuh rusuh konflik sengketa lahan tanah tambang perusahaan kebun sawit raya
    """.split()  # noqa: SIM905
)

# A name behind one of these is a street's: streets bear the names of places far away.
STREETS = frozenset({"jl", "jln", "jalan", "gang", "gg"})

_ANYTHING_ELSE = re.compile(r"[^a-z0-9,;()/\n]+")
_BREAK = re.compile(r"[,;()/\n]+")


def plain(text: str) -> str:
    """Small letters without accents; apostrophes inside words dropped (`Mu'ut` → `muut`)."""
    text = unicodedata.normalize("NFKD", text)
    text = "".join(c for c in text if not unicodedata.combining(c)).lower()
    return re.sub(r"['’`ʼʻ‘]", "", text)


def segments(text: str) -> list[list[str]]:
    """The words of a text, broken where a comma, bracket, slash or line end separates names; short forms spelt out."""
    found = []
    for part in _BREAK.split(_ANYTHING_ELSE.sub(" ", plain(text))):
        words: list[str] = []
        for word in part.split():
            words += [word] if word in MARKERS else SHORT.get(word, word).split()
        if words:
            found.append(words)
    return found


def normal(name: str) -> str:
    """A name in the one spelling in which names are compared. Normalising twice changes nothing."""
    return " ".join(word for words in segments(name) for word in words)


def unmarked(name: str) -> str:
    """`normal` without the leading word that says the kind: `KAB. KUTAI BARAT` → `kutai barat`."""
    words = normal(name).split()
    if len(words) > 1 and words[0] in MARKERS:
        # Jakarta's are `Kota Administrasi …`; other lists leave that word out.
        words = words[2:] if words[1] == "administrasi" and len(words) > 2 else words[1:]
    return " ".join(words)


# Provinces under the names other lists give them.
ALSO_CALLED = {"diyogyakarta": "daerahistimewayogyakarta", "jakarta": "daerahkhususibukotajakarta"}


def squeezed(name: str) -> str:
    """`normal` without spaces: lists differ in `Sungainangka` and `Sungai Nangka`."""
    return normal(name).replace(" ", "")
