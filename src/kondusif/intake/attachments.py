"""Files that come with a report: known by content, stripped of metadata, kept under their SHA-256.

Pictures are decoded and written anew; MP4 family boxes that hold names, places and times are blanked in place.
Whatever is not plainly one of these is refused: an archive, a document with macros, two formats in one file.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import puremagic
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from kondusif.intake.rules import KeptFile, clean
from kondusif.ledger.errors import Refusal

LARGEST = 20 * 1024 * 1024
MOST_FILES = 5
MOST_PIXELS = 60_000_000  # a small file can unfold into gigabytes
LONGEST_SIDE = 2400
PICTURES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
RECORDINGS = {
    b"isom",
    b"iso2",
    b"mp41",
    b"mp42",
    b"3gp4",
    b"3gp5",
    b"3gp6",
    b"M4A ",
    b"M4V ",
    b"qt  ",
    b"avc1",
    b"MSNV",
}
_CONTAINERS = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts", b"dinf", b"moof", b"traf"}
_TELLING = {b"udta", b"meta", b"uuid", b"loci", b"XMP_"}


HOLDERS: dict[str, Callable[[str], bool]] = {}
"""Later stages that keep files here too say so: a file held by none of them and no report is removed after a day."""


class FileRefused(Refusal):
    code = "file-refused"
    status = 422
    what = _("Berkas ini tidak dapat diterima.")
    kept = _("Isian Anda yang lain masih ada di halaman ini.")
    do = _("Kirim foto (JPEG, PNG, WebP) atau rekaman (MP4, 3GP, M4A), masing-masing paling besar 20 MB.")


def keep(upload: IO[bytes], name: str) -> KeptFile:
    """Check, strip and store one file durably; raises FileRefused."""
    data = upload.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise FileRefused(_("Berkas lebih besar dari 20 MB."))
    if not data:
        raise FileRefused(_("Berkas kosong."))
    media_type, stripped = strip(data)
    digest = hashlib.sha256(stripped).hexdigest()
    write(digest, stripped)
    return KeptFile(digest, media_type, len(stripped), plain_name(name))


def plain_name(name: str) -> str:
    """The name as a label: no path, no control characters, never used on disk."""
    last = re.split(r"[/\\]", clean(name))[-1].replace("\n", " ").strip(". ")
    return (last or "berkas")[-80:]


def strip(data: bytes) -> tuple[str, bytes]:
    """Media type by content, and the bytes without metadata."""
    if data[4:8] == b"ftyp" and data[8:12] in RECORDINGS:
        return "video/mp4", _blank_boxes(data)
    return _redrawn(data)


def _redrawn(data: bytes) -> tuple[str, bytes]:
    try:
        media_type = puremagic.from_string(data[:4096], mime=True)
    except (puremagic.PureError, ValueError):
        raise FileRefused from None
    if media_type not in PICTURES:
        raise FileRefused(_("Isi berkas bukan foto atau rekaman yang dikenal, apa pun namanya."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=[PICTURES[media_type]]) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise FileRefused(_("Foto terlalu besar ukurannya (piksel)."))
                upright = ImageOps.exif_transpose(picture)
                upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
                return media_type, _written(upright, media_type)
    except FileRefused:
        raise
    except Exception:  # a broken file can raise nearly anything inside the decoders
        raise FileRefused(_("Foto rusak atau terpotong.")) from None


def _written(picture: Image.Image, media_type: str) -> bytes:
    clean_copy = Image.new("RGB" if media_type == "image/jpeg" else "RGBA", picture.size)
    clean_copy.paste(picture.convert(clean_copy.mode))
    out = io.BytesIO()
    clean_copy.save(out, PICTURES[media_type], quality=88)
    return out.getvalue()


def _boxes(data: bytes | bytearray, start: int, end: int) -> Iterator[tuple[bytes, int, int, int]]:
    """(kind, start, start of the body, end) of each box of an MP4 between two offsets."""
    at = start
    while at + 8 <= end:
        size = int.from_bytes(data[at : at + 4], "big")
        kind, body = bytes(data[at + 4 : at + 8]), at + 8
        if size == 1:
            size, body = int.from_bytes(data[at + 8 : at + 16], "big"), at + 16
        elif size == 0:
            size = end - at
        if size < body - at or at + size > end:
            raise FileRefused(_("Rekaman rusak atau terpotong."))
        yield kind, at, body, at + size
        at += size
    if at != end:
        raise FileRefused(_("Rekaman memuat data lain di belakangnya."))


def _blank_boxes(data: bytes) -> bytes:
    """Turn telling boxes into zeroed `free` ones and zero the times of recording; sizes stay, so the film plays on."""
    out = bytearray(data)

    def walk(start: int, end: int, depth: int) -> None:
        if depth > 12:
            raise FileRefused
        for kind, begin, body, stop in _boxes(out, start, end):
            if kind in _TELLING:
                out[begin + 4 : begin + 8] = b"free"
                out[body:stop] = bytes(stop - body)
            elif kind in {b"mvhd", b"tkhd", b"mdhd"}:
                width = 16 if out[body] == 1 else 8
                out[body + 4 : body + 4 + width] = bytes(width)
            elif kind in _CONTAINERS:
                walk(body, stop, depth + 1)

    walk(0, len(out), 0)
    return bytes(out)


def path_of(digest: str) -> Path:
    if not re.fullmatch(r"[0-9a-f]{64}", digest):
        raise FileRefused
    return Path(settings.ATTACHMENTS) / digest[:2] / digest[2:4] / digest


def write(digest: str, data: bytes) -> None:
    """Durable before the report is: file, then its folder, synced. Writing the same content twice does no harm."""
    path = path_of(digest)
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f".{digest}.{os.getpid()}.{id(data)}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
