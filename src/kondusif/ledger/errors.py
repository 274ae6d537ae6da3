"""Foreseen refusals: each has a stable code and says what happened, what was kept and what to do."""

from __future__ import annotations

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise

CATALOGUE: dict[str, type[Refusal]] = {}


class Refusal(Exception):
    """A request that is refused for a reason a person can read. Defined beside the function that raises it.

    `what` happened, what was `kept`, what to `do`; `status` is the HTTP status of problem+json (RFC 9457).
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 400
    what: Text = _("Permintaan ini tidak dapat diterima.")
    kept: Text = _("Tidak ada yang diubah.")
    do: Text = _("Periksa kembali isian Anda.")

    def __init_subclass__(cls) -> None:
        other = CATALOGUE.setdefault(cls.code, cls)
        if (other.__module__, other.__qualname__) != (cls.__module__, cls.__qualname__):
            raise TypeError(f"error code {cls.code!r} is taken by {other.__qualname__}")

    def __init__(
        self, what: Text | None = None, *, kept: Text | None = None, do: Text | None = None, field: str = ""
    ) -> None:
        self.what = what if what is not None else type(self).what
        self.kept = kept if kept is not None else type(self).kept
        self.do = do if do is not None else type(self).do
        self.field = field
        super().__init__(str(self.what))

    def problem(self) -> dict[str, object]:
        """The refusal as an RFC 9457 problem document."""
        found: dict[str, object] = {
            "type": f"urn:kondusif:{self.code}",
            "title": str(self.what),
            "status": self.status,
            "detail": f"{self.kept} {self.do}".strip(),
            "code": self.code,
        }
        if self.field:
            found["field"] = self.field
        return found


class NotPermitted(Refusal):
    code = "not-permitted"
    status = 403
    what = _("Anda tidak berwenang melakukan ini di daerah tersebut.")
    do = _("Hubungi sekretariat tim daerah itu bila Anda seharusnya berwenang.")


class NotFound(Refusal):
    code = "not-found"
    status = 404
    what = _("Yang Anda cari tidak ada, atau tidak dapat Anda lihat.")
    do = _("Periksa alamat atau kodenya.")


class Stale(Refusal):
    """Somebody changed the record since it was read (ETag, If-Match)."""

    code = "stale"
    status = 412
    what = _("Data ini sudah diubah orang lain sejak Anda membukanya.")
    kept = _("Perubahan Anda belum disimpan; isian Anda masih ada di halaman ini.")
    do = _("Muat ulang, lihat perubahannya, lalu ulangi.")


class MoveNotAllowed(Refusal):
    code = "move-not-allowed"
    status = 409
    what = _("Langkah ini tidak mungkin dari keadaan sekarang.")
    do = _("Muat ulang untuk melihat keadaan terbaru dan langkah yang tersedia.")
