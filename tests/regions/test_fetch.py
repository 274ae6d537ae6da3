"""Downloads: only from public https addresses, only what was promised, never more than allowed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from urllib.parse import SplitResult

import pytest

from kondusif.regions import fetch
from kondusif.regions.boundaries import ChecksumWrong
from kondusif.regions.fetch import AddressRefused, DownloadFailed, checked, download, public_address

CONTENT = b'{"type": "FeatureCollection"}' * 5000
SUM = hashlib.sha256(CONTENT).hexdigest()


class Prepared:
    def __init__(self, status: int = 200, content: bytes = CONTENT, location: str | None = None) -> None:
        self.status, self._left, self._location = status, content, location

    def getheader(self, name: str) -> str | None:
        return self._location if name == "Location" else None

    def read(self, amt: int) -> bytes:
        piece, self._left = self._left[:amt], self._left[amt:]
        return piece


def answering(*answers: Prepared) -> tuple[Callable[[SplitResult], AbstractContextManager[Prepared]], list[str]]:
    asked: list[str] = []
    waiting = list(answers)

    @contextmanager
    def ask(parts: SplitResult) -> Iterator[Prepared]:
        asked.append(parts.geturl())
        yield waiting.pop(0)

    return ask, asked


def test_what_was_promised(tmp_path: Path) -> None:
    ask, asked = answering(Prepared(302, location="/b.json"), Prepared())
    download("https://contoh.id/a.json", tmp_path / "x", checksum=SUM.upper(), asker=ask)
    assert (tmp_path / "x").read_bytes() == CONTENT
    assert asked == ["https://contoh.id/a.json", "https://contoh.id/b.json"]


def test_other_content_is_thrown_away(tmp_path: Path) -> None:
    ask, _ = answering(Prepared(content=CONTENT + b" "))
    with pytest.raises(ChecksumWrong):
        download("https://contoh.id/a.json", tmp_path / "x", checksum=SUM, asker=ask)
    assert not (tmp_path / "x").exists()


def test_too_much(tmp_path: Path) -> None:
    ask, _ = answering(Prepared())
    with pytest.raises(DownloadFailed):
        download("https://contoh.id/a.json", tmp_path / "x", checksum=SUM, most=100_000, asker=ask)
    assert not (tmp_path / "x").exists()


def test_failures(tmp_path: Path) -> None:
    ask, _ = answering(Prepared(404))
    with pytest.raises(DownloadFailed, match="404"):
        download("https://contoh.id/a.json", tmp_path / "x", checksum=SUM, asker=ask)
    ask, _ = answering(*(Prepared(301, location="/again") for _ in range(9)))
    with pytest.raises(DownloadFailed):
        download("https://contoh.id/a.json", tmp_path / "x", checksum=SUM, asker=ask)


@pytest.mark.parametrize("checksum", ["", "abc", "g" * 64])
def test_a_checksum_is_required(tmp_path: Path, checksum: str) -> None:
    ask, asked = answering(Prepared())
    with pytest.raises(AddressRefused):
        download("https://contoh.id/a.json", tmp_path / "x", checksum=checksum, asker=ask)
    assert not asked


@pytest.mark.parametrize(
    "to", ["http://contoh.id/b", "file:///etc/passwd", "ftp://contoh.id/b", "https://a:b@contoh.id/"]
)
def test_redirects_stay_on_https(tmp_path: Path, to: str) -> None:
    ask, asked = answering(Prepared(302, location=to), Prepared())
    with pytest.raises(AddressRefused):
        download("https://contoh.id/a.json", tmp_path / "x", checksum=SUM, asker=ask)
    assert len(asked) == 1


@pytest.mark.parametrize(
    "url", ["http://contoh.id/", "file:///etc/passwd", "https://", "https://u:p@contoh.id/", "https://x:99999/", "x"]
)
def test_only_https(url: str) -> None:
    with pytest.raises(AddressRefused):
        checked(url)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.5.4", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1", "::1",
     "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1"],
)  # fmt: skip
def test_private_addresses(address: str) -> None:
    with pytest.raises(AddressRefused):
        public_address("contoh.id", 443, lambda *_: [address])
    with pytest.raises(AddressRefused):
        public_address("contoh.id", 443, lambda *_: ["8.8.8.8", address])


def test_public_addresses() -> None:
    assert public_address("contoh.id", 443, lambda *_: ["8.8.8.8", "2001:4860:4860::8888"]) == "8.8.8.8"

    def unknown(*_: object) -> list[str]:
        raise OSError

    with pytest.raises(DownloadFailed):
        public_address("contoh.id", 443, unknown)
    with pytest.raises(DownloadFailed):
        public_address("contoh.id", 443, lambda *_: [])


def test_a_private_host_is_not_even_connected_to(tmp_path: Path) -> None:
    for url in ("https://127.0.0.1/a", "https://localhost/a", "https://[::1]/a"):
        with pytest.raises(AddressRefused), fetch.ask(checked(url)):
            pytest.fail("connected")
