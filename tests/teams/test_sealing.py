"""Key files: two processes at first need, and a key added while another runs, lose nothing that was sealed."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from kondusif.teams.sealing import KeyFile, Unreadable

pytestmark = pytest.mark.each_once


@pytest.fixture
def two(settings: object, tmp_path: Path) -> tuple[KeyFile, KeyFile]:
    """The same file as two processes know it: each with its own memory."""
    settings.HOME = tmp_path  # type: ignore[attr-defined]
    return KeyFile("uji.keys"), KeyFile("uji.keys")


def test_of_two_that_make_the_first_key_at_once_both_seal_with_one(
    two: tuple[KeyFile, KeyFile], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = two
    with monkeypatch.context() as patch:
        patch.setattr(Path, "exists", lambda _path: False)  # both looked before either wrote
        sealed = [one.seal("nomor satu"), other.seal("nomor dua")]
    later = KeyFile("uji.keys")
    assert [later.unseal(s) for s in sealed] == ["nomor satu", "nomor dua"]
    assert stat.S_IMODE(one.path().stat().st_mode) == 0o600 and len(list(one.path().parent.iterdir())) == 1


def test_a_key_added_by_another_process_opens_here_without_a_restart(two: tuple[KeyFile, KeyFile]) -> None:
    running, command = two
    old = running.seal("lama")
    command.add()
    new = command.seal("baru")
    assert running.unseal(new) == "baru" and running.unseal(old) == "lama"
    assert command.unseal(old) == "lama" and len(command.keys()) == 2
    running.add()
    assert len(KeyFile("uji.keys").keys()) == 3, "a key added meanwhile is not lost"


def test_what_no_key_opens_is_said(two: tuple[KeyFile, KeyFile], tmp_path: Path) -> None:
    sealed = two[0].seal("x")
    two[0].path().unlink()
    with pytest.raises(Unreadable):
        KeyFile("uji.keys").unseal(sealed)
