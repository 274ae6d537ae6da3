"""Files are known by content, stripped of what tells on people, and refused where they are not what they say."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from kondusif.intake import attachments
from kondusif.intake.attachments import FileRefused, keep, strip


def photo(kind: str = "JPEG", size: tuple[int, int] = (64, 48), **extra: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(out, kind, **extra)
    return out.getvalue()


def with_place() -> bytes:
    picture = Image.new("RGB", (64, 48))
    exif = picture.getexif()
    exif[0x010F] = "PhoneMaker"
    exif.get_ifd(0x8825)[2] = (1.0, 16.0, 0.0)
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif.tobytes(), comment=b"rumah saya")
    return out.getvalue()


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body) + 8) + kind + body


def film() -> bytes:
    place = box(b"udta", box(b"\xa9xyz", b"-01.2654+116.8312/"))
    header = box(b"mvhd", b"\x00\x00\x00\x00" + b"\x11" * 8 + b"\x00" * 80)
    return box(b"ftyp", b"isom\x00\x00\x02\x00isommp41") + box(b"moov", header + place) + box(b"mdat", b"film" * 50)


def test_a_photo_loses_place_and_phone() -> None:
    data = with_place()
    assert b"PhoneMaker" in data
    media_type, kept = strip(data)
    assert media_type == "image/jpeg"
    assert b"PhoneMaker" not in kept and b"rumah" not in kept and b"Exif" not in kept
    assert not Image.open(io.BytesIO(kept)).getexif()


def test_a_film_loses_place_and_time_and_keeps_its_length() -> None:
    data = film()
    media_type, kept = strip(data)
    assert media_type == "video/mp4" and len(kept) == len(data)
    assert b"116.8312" not in kept and b"\x11" * 8 not in kept and b"film" * 50 in kept


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", b"0" * 10_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"", b"hanya teks", b"<html><script>alert(1)</script>", b"%PDF-1.7\n", bomb(), b"MZ\x90\x00", b"GIF89a" + b"\0" * 40,
        photo()[:200], film() + b"PK\x03\x04tail", film()[:-30], b"\x89PNG\r\n\x1a\n" + b"\0" * 50,
    ],
    ids=["empty", "text", "html", "pdf", "zip bomb", "exe", "gif", "cut jpeg", "film with a tail", "cut film", "broken png"],
)  # fmt: skip
def test_what_is_not_a_photo_or_film_is_refused(data: bytes) -> None:
    with pytest.raises(FileRefused):
        keep(io.BytesIO(data), "foto.jpg")


def test_a_polyglot_keeps_only_its_picture() -> None:
    _, kept = strip(photo() + bomb()[:4000])
    assert b"PK\x03\x04" not in kept


def test_a_picture_that_unfolds_into_gigabytes_is_refused() -> None:
    out = io.BytesIO()
    Image.new("1", (9000, 9000)).save(out, "PNG")
    with pytest.raises(FileRefused, match=r"piksel|besar"):
        strip(out.getvalue())


def test_too_large_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachments, "LARGEST", 1000)
    with pytest.raises(FileRefused):
        keep(io.BytesIO(photo(size=(600, 600)) + b"0" * 1000), "x.jpg")


def test_kept_under_its_digest_once() -> None:
    one, two = keep(io.BytesIO(photo()), "../../etc/passwd"), keep(io.BytesIO(photo()), "b.jpg")
    assert one.digest == two.digest and one.name == "passwd"
    path = attachments.path_of(one.digest)
    assert path.stat().st_size == one.size and path.stat().st_mode & 0o077 == 0
    with pytest.raises(FileRefused):
        attachments.path_of("../x")


@settings(max_examples=60)
@given(st.binary(max_size=600))
def test_no_bytes_break_it(data: bytes) -> None:
    for start in (b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"\0\0\0\x14ftypisom\0\0\0\0isom", b"RIFF\0\0\0\0WEBP"):
        try:
            strip(start + data)
        except FileRefused:
            continue
