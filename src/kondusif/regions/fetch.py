"""Download a file from a public https address: to no private one, not past a size, only with the content promised."""

from __future__ import annotations

import hashlib
import http.client
import ipaddress
import re
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, urljoin, urlsplit

from django.utils.translation import gettext_lazy as _

from kondusif.ledger.errors import Refusal
from kondusif.regions.boundaries import ChecksumWrong

MOST_BYTES = 300_000_000
MOST_HOPS = 4
TIMEOUT = 30.0
_CHUNK = 1 << 16


class AddressRefused(Refusal):
    code = "address-refused"
    what = _("Alamat itu tidak diambil.")
    do = _("Hanya alamat https publik dengan checksum SHA-256; atau unduh sendiri berkasnya dan impor dari cakram.")


class DownloadFailed(Refusal):
    code = "download-failed"
    status = 502
    what = _("Berkas itu tidak dapat diunduh.")
    do = _("Coba lagi, atau unduh sendiri berkasnya dan impor dari cakram.")


class Answer(Protocol):
    status: int

    def getheader(self, name: str) -> str | None: ...
    def read(self, amt: int) -> bytes: ...


Resolve = Callable[[str, int], list[str]]
Asker = Callable[[SplitResult], AbstractContextManager[Answer]]


def resolve(host: str, port: int) -> list[str]:
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def public_address(host: str, port: int, resolver: Resolve = resolve) -> str:
    """The address to connect to. Refused where any address of the host is not public: the next look-up may differ."""
    try:
        found = [ipaddress.ip_address(a.partition("%")[0]) for a in resolver(host, port)]
    except (OSError, ValueError, UnicodeError) as error:
        raise DownloadFailed(_("Nama %(host)s tidak ditemukan.") % {"host": host}) from error
    for address in found:
        inner = getattr(address, "ipv4_mapped", None) or address
        if not inner.is_global or inner.is_multicast:
            raise AddressRefused(_("%(host)s bukan alamat publik.") % {"host": host})
    if not found:
        raise DownloadFailed
    return str(found[0])


class _Pinned(http.client.HTTPSConnection):
    """Connects to the address that was checked; the certificate is still that of the name."""

    def __init__(self, host: str, port: int, address: str, context: ssl.SSLContext) -> None:
        super().__init__(host, port, timeout=TIMEOUT, context=context)
        self._address, self._tls = address, context

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), timeout=TIMEOUT)
        self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)


@contextmanager
def ask(parts: SplitResult) -> Iterator[Answer]:
    host, port = parts.hostname or "", parts.port or 443
    connection = _Pinned(host, port, public_address(host, port), ssl.create_default_context())
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("GET", target, headers={"User-Agent": "kondusif", "Accept-Encoding": "identity"})
        yield connection.getresponse()
    except (OSError, http.client.HTTPException) as error:
        raise DownloadFailed from error
    finally:
        connection.close()


def checked(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _port = parts.port
    except ValueError as error:
        raise AddressRefused from error
    if parts.scheme != "https" or not parts.hostname or parts.username is not None or parts.password is not None:
        raise AddressRefused
    return parts


def download(url: str, target: Path, *, checksum: str, most: int = MOST_BYTES, asker: Asker = ask) -> None:
    """Fetch `url` into `target`; refused unless the content has the SHA-256 that was announced."""
    if not re.fullmatch(r"[0-9a-fA-F]{64}", checksum.strip()):
        raise AddressRefused(_("Alamat internet hanya diambil dengan checksum SHA-256."))
    for _hop in range(MOST_HOPS):
        with asker(checked(url)) as answer:
            if answer.status in (301, 302, 303, 307, 308):
                url = urljoin(url, answer.getheader("Location") or "")
                continue
            if answer.status != 200:
                raise DownloadFailed(_("Server menjawab %(status)d.") % {"status": answer.status})
            digest = _save(answer, target, most)
        if digest != checksum.strip().lower():
            target.unlink(missing_ok=True)
            raise ChecksumWrong
        return
    raise DownloadFailed(_("Alamat itu berpindah terlalu sering."))


def _save(answer: Answer, target: Path, most: int) -> str:
    total, digest = 0, hashlib.sha256()
    with target.open("wb") as out:
        while piece := answer.read(_CHUNK):
            total += len(piece)
            if total > most:
                out.close()
                target.unlink(missing_ok=True)
                raise DownloadFailed(_("Berkas itu lebih besar dari %(most)d MB.") % {"most": most // 1_000_000})
            digest.update(piece)
            out.write(piece)
    return digest.hexdigest()
