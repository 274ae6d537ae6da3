"""Words of time as people of East Kalimantan write them: Indonesian, short forms, Banjar, Kutai, Javanese. Pure tables."""

from __future__ import annotations

import re

from kondusif.intake.message.words import NUMBER, NUMBERS, any_of

# Parts of the day: (from hour, to hour, the moment that stands for it in minutes after midnight, precision).
PARTS: dict[str, tuple[int, int, int, str]] = {
    "subuh": (3, 6, 300, "hour"), "pagi": (0, 11, 480, "day"), "siang": (10, 15, 780, "day"), "sore": (13, 19, 960, "day"),
    "zuhur": (11, 14, 750, "hour"), "asar": (14, 17, 945, "hour"), "magrib": (17, 19, 1095, "hour"), "isya": (18, 21, 1170, "hour"),
    "malam": (18, 30, 1200, "day"), "dini": (0, 5, 120, "day"),
}  # fmt: skip
AFTER = 30  # minutes: "habis magrib" is half an hour later
_PART_WORDS: dict[str, tuple[str, ...]] = {
    "subuh": ("subuh", "subuh2", "sbuh", "shubuh"),
    "pagi": ("pagi", "pgi", "pagi2", "baisukan", "esuk", "pagi buta", "pagi hari"),
    "siang": ("siang", "siang bolong", "siang hari", "tengah hari"),
    "sore": ("sore", "sore hari", "kamarian", "petang", "sonten"),
    "zuhur": ("zuhur", "dzuhur", "dhuhur", "lohor", "duhur"), "asar": ("asar", "ashar", "ashr"),
    "magrib": ("magrib", "maghrib", "mgrib", "mahrib"), "isya": ("isya", "isa", "isyak"),
    "malam": ("malam", "mlm", "malem", "mlam", "bengi", "mlem", "malam hari"),
    "dini": ("dini hari", "dinihari", "tengah malam"),
}  # fmt: skip
PART_OF = {word: part for part, words in _PART_WORDS.items() for word in words}

WEEKDAY_OF: dict[str, int] = {
    "senin": 0, "snin": 0, "senen": 0, "selasa": 1, "slasa": 1, "rabu": 2, "rebo": 2, "kamis": 3, "kemis": 3, "jumat": 4, "jum'at": 4,
    "jum’at": 4, "sabtu": 5, "setu": 5, "minggu": 6, "ahad": 6,
}  # fmt: skip
MONTH_OF: dict[str, int] = {
    "januari": 1, "jan": 1, "februari": 2, "feb": 2, "pebruari": 2, "maret": 3, "mar": 3, "april": 4, "apr": 4, "mei": 5, "juni": 6,
    "jun": 6, "juli": 7, "jul": 7, "agustus": 8, "agu": 8, "agt": 8, "ags": 8, "september": 9, "sep": 9, "sept": 9, "oktober": 10,
    "okt": 10, "november": 11, "nov": 11, "nopember": 11, "nop": 11, "desember": 12, "des": 12,
}  # fmt: skip
LATELY = ("tadi", "td", "tdi", "tadinya", "wau", "ini", "td ini")
YESTERDAY = ("kemarin", "kmrn", "kmrin", "kmarin", "kemaren", "kmren", "kemrin", "wingi", "kmrn2")
LAST_NIGHT = (
    "semalam", "smlm", "semalem", "samalam", "smalam", "smalem", "tadi malam", "td mlm", "td malam", "tadi mlm", "tadi malem", "td malem",
    "malam tadi", "mlm tadi", "mlm td", "malam td", "mau bengi", "wau bengi", "kemarin malam", "kmrn malam", "kmrn mlm", "kemarin mlm",
    "kemaren malam", "malam kemarin", "mlm kmrn", "wingi bengi",
)  # fmt: skip
DAY_BEFORE = ("kemarin dulu", "kemarin lusa", "kmrn lusa", "selumbari")
TOMORROW = ("isuk", "besok", "bsk", "besuk", "sesuk", "esok", "besok2")
LATER = (
    "nanti",
    "nti",
    "ntar",
    "ntr",
    "lusa",
    "akan datang",
    "mendatang",
    "minggu depan",
    "bulan depan",
    "malam nanti",
)
NOW = (
    "barusan", "brusan", "baru saja", "baru sj", "baru aja", "barusan sj", "sekarang", "skrg", "skrang", "skarang", "saat ini", "hanyar haja",
    "hanyar tadi", "lagi tas wae", "tas wae", "saiki", "wahini", "sedang", "lg", "sementara ini", "detik ini", "lagi", "msh kumpul",
)  # fmt: skip
WEAK_NOW = frozenset(
    {"lagi", "lg", "sedang"}
)  # "sekali lagi" is no time: they say now only at the head of a sentence or before a verb
TODAY: dict[str, str] = {  # and the part of the day they name
    "hari ini": "", "hr ini": "", "hri ini": "", "dina iki": "", "pagi ini": "pagi", "siang ini": "siang", "sore ini": "sore",
    "malam ini": "malam", "mlm ini": "malam", "mau isuk": "pagi", "wau isuk": "pagi", "mau esuk": "pagi", "wau esuk": "pagi", "mau awan": "siang",
}  # fmt: skip

HOUR_OF = {word: n for word, n in NUMBERS.items() if 1 <= n <= 12}
MONTHS = any_of(MONTH_OF)
SIGNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(rf"(?<![\w])(?:{pattern})(?![\w])"))
    for kind, pattern in (
        ("iso", r"(?P<y>20[0-9]{2})-(?P<mo>[0-9]{1,2})-(?P<d>[0-9]{1,2})"),
        ("date", r"(?P<d>[0-9]{1,2})\s?(?P<s>[/.-])\s?(?P<mo>[0-9]{1,2})\s?(?P=s)\s?(?P<y>20[0-9]{2}|[0-9]{2})"),
        ("date", rf"(?P<d>[0-9]{{1,2}})[\s.-]{{0,2}}(?P<mon>{MONTHS})(?:[\s.,-]{{0,2}}(?P<y>20[0-9]{{2}}))?"),
        ("ago", rf"(?P<n>{NUMBER}|setengah|stgh|sejam|seharian|se)\s?(?P<u>jam|menit|mnt|mnit|hari|hr)\s*(?:yang|yg)?\s*(?:lalu|lewat|kepungkur)"),
        ("duration", r"(?:sudah|sdh|udah|sejak|sdh)\s(?:[0-9]{1,2}|\w+)\s(?:hari|minggu|bulan)(?:\s(?:ini|terakhir|yg lalu|yang lalu))?"),
        ("eve", rf"(?:malam|mlm|malem)\s(?P<w>{any_of(WEEKDAY_OF)})(?!\s(?:lalu|depan))"),
        ("vague", r"(?:[0-9]{1,2}\s)?(?:se)?(?:minggu|bulan|tahun|thn)\s(?:yang\s|yg\s)?(?:lalu|kemarin|kmrn|lewat)"
         r"|tempo hari|beberapa hari|thn\s?[0-9]{4}|tahun\s[0-9]{4}"),
        ("clock", rf"(?:jam|pukul|pkl|pk|jm|jam2|pukul2|j)\.?\s{{0,2}}:?\s{{0,2}}(?P<about>sekitar\s|kira2\s|\+-\s?|±\s?)?"
                  rf"(?P<half>setengah\s|stgh\s|satangah\s)?(?P<h>[0-9]{{1,2}}|{any_of(HOUR_OF)})"
                  r"(?:\s?[.:]\s?(?P<m>[0-9]{2})(?![0-9]))?(?P<an>\s?-?an)?(?:\s(?:lewat|lebih)\s(?P<past>[0-9]{1,2})(?:\s?(?:menit|mnt))?)?(?:\s?(?P<zone>wita|wib|wit))?"),
        ("date", r"(?P<d>[0-9]{1,2})\s?[/-]\s?(?P<mo>1[0-2]|0?[1-9])(?![/.-]?[0-9])"),
        ("dom", r"(?:tanggal|tgl|tg)\.?\s?(?P<d>[0-9]{1,2})(?![/.:-]?[0-9])"),
        ("weekday", rf"(?:hari\s|hr\s)?(?P<w>{any_of(WEEKDAY_OF)})(?P<last>\s(?:lalu|kemarin|kemaren|kmrn|yg lalu))?"),
        ("clock", r"(?P<h>[01][0-9]|2[0-4])\s?[.:]\s?(?P<m>[0-5][0-9])(?:\s?(?P<zone>wita|wib|wit))?(?![.,]?[0-9])"),
        ("bare", rf"(?P<h>[0-9]{{1,2}})(?=\s(?:{any_of(PART_OF)})\b)"),
        ("hday", r"h\s?(?P<sign>[-+])\s?(?P<n>[0-9]{1,3})"),
        ("before", any_of(DAY_BEFORE)), ("night", any_of(LAST_NIGHT)), ("today", any_of(TODAY)), ("tomorrow", any_of(TOMORROW)),
        ("later", any_of(LATER)), ("yesterday", any_of(YESTERDAY)), ("now", any_of(NOW)),
        ("part", rf"(?P<after>(?:habis|hbs|abis|ba'da|bada|bakda|ba’da|selepas|stlh|setelah|sehabis|rampung)\s"
                 rf"(?:sholat\s|solat\s|shalat\s)?)?(?P<p>{any_of(PART_OF)})"),
        ("lately", any_of(LATELY)),
    )
)  # fmt: skip
