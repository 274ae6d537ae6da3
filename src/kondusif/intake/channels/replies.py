"""What a channel says back: a code and what is missing, never the content, never a place. Short enough for one SMS."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from kondusif.intake import rules

STATES = dict(rules.STATES)
EMERGENCY = "110"


def received(tracking: str, *, place_missing: bool) -> str:
    """After a report: the code, and the one question that matters most."""
    if place_missing:
        return _(
            "Diterima. Kode lacak %(code)s. Tempatnya belum jelas: balas %(code)s lalu nama desa/kecamatan. Darurat: 110."
        ) % {"code": tracking}
    return _("Diterima. Kode lacak %(code)s. Menambah keterangan: balas dengan kode itu di depan. Darurat: 110.") % {
        "code": tracking
    }


def answered() -> str:
    return _("Keterangan tambahan diterima.")


def tracked(state: str) -> str:
    return _("Laporan Anda: %(state)s. Darurat: 110.") % {"state": _(STATES[state])}


def code_unknown() -> str:
    return _("Kode lacak itu tidak dikenal. Periksa huruf dan angkanya.")


def closed() -> str:
    return _("Laporan itu sudah diarsipkan. Kirim laporan baru bila ada kejadian lagi.")


def help_() -> str:
    return _(
        "Tulis apa yang terjadi, di mana, kapan; satu pesan untuk satu kejadian. LACAK lalu kode: kabar laporan. Darurat: 110."
    )


def nil_filed(region: str, sources: list[str], *, at: datetime) -> str:
    """Read back: region, hour and sources, so that a slip or a stranger's message is seen by whoever owns the number."""
    words = {
        "region": region, "time": timezone.localtime(at).strftime("%H.%M"),
        "sources": ",".join(str(n) for n, (code, _w) in enumerate(rules.NIL_SOURCES, 1) if code in sources),
    }  # fmt: skip
    return (
        _("NIHIL %(region)s tercatat %(time)s WITA, sumber %(sources)s. Ada sumber lain? Balas NIHIL lalu nomornya.")
        % words
    )


def nil_not(region: str) -> str:
    return _("%(region)s hari ini sudah ada laporan, jadi tidak nihil. Tindak lanjuti laporannya.") % {"region": region}


def nil_which(regions: list[str]) -> str:
    names = ", ".join(regions[:4])
    return _("NIHIL belum tercatat: daerahnya belum jelas. Balas NIHIL lalu salah satu: %(names)s.") % {"names": names}


def nil_stranger() -> str:
    return _("NIHIL belum tercatat: nomor ini tidak terdaftar sebagai petugas piket. Hubungi posko daerah Anda.")


def parts_missing(numbers: list[int], total: int, tracking: str) -> str:
    words = {"numbers": ", ".join(map(str, numbers)), "total": total, "code": tracking}
    return (
        _("Diterima, tetapi bagian %(numbers)s dari %(total)d tidak sampai. Kirim lagi dengan %(code)s di depan.")
        % words
    )


def held() -> str:
    return _("Pesan Anda disimpan; posko memeriksanya. Darurat: 110.")


def news() -> str:
    """The office wrote to the reporter. Only that; the words wait behind the code."""
    return _("Ada pesan dari posko untuk laporan Anda. Buka %(url)s/lacak dengan kode lacak Anda.") % {
        "url": settings.PUBLIC_URL
    }
