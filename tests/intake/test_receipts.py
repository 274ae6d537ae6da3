"""Signed receipts: they hold without us, and nothing else does."""

from __future__ import annotations

import hashlib
import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kondusif.intake import receipts, rules
from kondusif.site.commands import receipt as command

AT = datetime(2020, 12, 2, 1, 0, tzinfo=UTC)
NUMBER = UUID("6f1c0b8e-3d2a-4c55-9a3e-0a1b2c3d4e5f")


@pytest.fixture(autouse=True)
def own_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "secrets" / "receipt.keys"
    monkeypatch.setattr(receipts, "_path", lambda: path)
    return path


def signed(**other: object) -> receipts.Signed:
    said = {"uuid": NUMBER, "kind": "report", "subject": "report:KDS-00000000", "digest": "ab" * 32, "tracking_digest": "cd" * 32,
            "received_at": AT, "at": AT} | other  # fmt: skip
    return receipts.sign(**said)  # type: ignore[arg-type]


def test_the_key_is_made_once_and_its_owners_alone(own_keys: Path) -> None:
    one = receipts.public_keys(at=AT)
    assert stat.S_IMODE(own_keys.stat().st_mode) == 0o600
    assert receipts.public_keys(at=AT + timedelta(days=1)) == one and "d" not in one[0]
    receipts._write([receipts._fresh_key(AT)], first=True)  # another process, a moment later
    assert receipts.public_keys(at=AT) == one


def test_a_receipt_says_the_same_each_time_and_holds_no_code() -> None:
    one = signed()
    assert one == signed() and receipts.fault(one.receipt, one.signature, receipts.public_keys(at=AT)) == ""
    assert json.loads(one.receipt)["received_at"] == "2020-12-02T01:00:00.000000Z"
    assert one.receipt == receipts.canonical(json.loads(one.receipt))


@given(where=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_one_changed_bit_is_found(where: int, bit: int) -> None:
    one, keys = signed(), receipts.public_keys(at=AT)
    raw = bytearray(one.receipt.encode())
    raw[where % len(raw)] ^= 1 << bit
    assert receipts.fault(raw.decode("latin-1"), one.signature, keys) in {"forged", "unreadable", "unknown-key"}
    mark = bytearray(receipts.unb64(one.signature))
    mark[where % 64] ^= 1 << bit
    assert receipts.fault(one.receipt, receipts.b64(bytes(mark)), keys) == "forged"


@pytest.mark.parametrize("receipt", [None, 7, "", "[]", "{}", '{"key":["x"]}', "null", "[" * 100_000, "\x00"])
def test_rubbish_is_no_receipt(receipt: object) -> None:
    assert receipts.fault(receipt, "AA", receipts.public_keys(at=AT)) in {"unreadable", "unknown-key"}


def test_old_receipts_outlive_a_new_key(own_keys: Path) -> None:
    one = signed()
    name = receipts.rotate(at=AT + timedelta(days=1))
    two = signed()
    keys = receipts.public_keys(at=AT)
    assert keys[0]["kid"] == name == json.loads(two.receipt)["key"] != json.loads(one.receipt)["key"]
    assert not receipts.fault(one.receipt, one.signature, keys) and not receipts.fault(two.receipt, two.signature, keys)
    assert ["d" in key for key in json.loads(own_keys.read_text())] == [True, False], "an old key signs nothing more"


def test_the_command_checks_an_exported_list(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = '{"text":"Ribut di pasar"}'
    one = signed(digest=hashlib.sha256(content.encode()).hexdigest())
    good = {"receipt": one.receipt, "signature": one.signature}
    keys, path = tmp_path / "keys.json", tmp_path / "bukti.json"
    keys.write_text(json.dumps({"keys": receipts.public_keys(at=AT)}))
    for said, code, word in (
        ({"receipts": [good, good | {"content": content}]}, 0, "2 of 2"),
        (good, 0, "1 of 1"),
        ([good | {"content": content + " "}], 1, "OTHER CONTENT"),
        ([good | {"signature": good["signature"][:-4] + "AAAA"}], 1, "FORGED"),
        ([good | {"receipt": good["receipt"].replace(json.loads(one.receipt)["key"], "x")}], 1, "UNKNOWN KEY"),
        ([], 1, "0 of 0"),
        ("teks", 2, "cannot be read"),
    ):
        path.write_text(json.dumps(said))
        assert command._verify(path, keys) == code
        assert word in capsys.readouterr().out
    path.write_bytes(b"\xff\x00{")
    assert command._verify(path, keys) == 2
    assert command._verify(tmp_path / "none", keys) == 2


HOURS = timedelta(hours=1)


@pytest.mark.parametrize(("now", "written", "age", "expected"), [
    (AT, AT - 2 * HOURS, None, AT - 2 * HOURS),
    (AT + 3 * HOURS, AT + HOURS, None, AT - 2 * HOURS),  # three hours fast, in both readings
    (AT - 900 * HOURS, AT - 902 * HOURS, None, AT - 2 * HOURS),
    (AT - 5 * HOURS, AT, None, None),  # set back while it waited
    (AT - 5 * HOURS, AT, 2 * HOURS, AT - 2 * HOURS),  # the monotonic clock knows better
    (AT + timedelta(days=400), AT, None, None),
])  # fmt: skip
def test_a_wrong_clock_cancels_out(
    now: datetime, written: datetime, age: timedelta | None, expected: datetime | None
) -> None:
    assert rules.written_at(received=AT, device_now=now, device_written=written, age=age) == expected
