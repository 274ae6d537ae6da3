"""How the API is asked about what others may change too: the version seen (If-Match), plain texts, codes."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from kondusif.ledger.errors import Refusal, Stale

BIGGEST = 2**53 - 1
# PostgreSQL keeps no NUL in a text: what holds one is refused at the door.
Plain = Annotated[str, Field(pattern=r"^[^\x00]*$", max_length=4000)]
Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,20}$")]


class VersionNeeded(Refusal):
    code = "version-needed"
    status = 428
    what = _("Permintaan ini harus menyebut versi yang Anda lihat.")
    do = _("Kirim header If-Match dengan ETag dari bacaan terakhir.")


def etag(version: int) -> str:
    return f'"{version}"'


def seen_version(request: HttpRequest) -> int:
    """The version in If-Match. A header that is no version of ours was never current."""
    given = request.headers.get("If-Match", "").strip()
    if not given:
        raise VersionNeeded
    text = given.removeprefix("W/").strip('"')
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise Stale
    return int(text)
