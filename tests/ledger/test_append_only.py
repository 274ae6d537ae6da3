"""Lines cannot be changed, seals cannot be fooled, and a reader never passes over a late line."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from kondusif.ledger import verify
from kondusif.ledger.actions import bytes_of, record, seal
from kondusif.ledger.actor import Actor
from kondusif.ledger.models import Block, Line
from kondusif.ledger.rules import line_bytes
from kondusif.ledger.tail import Tail

pytestmark = pytest.mark.django_db(transaction=True)  # what is sealed is committed


def write(operator: Actor, at: datetime, n: int = 1) -> None:
    with transaction.atomic():
        for i in range(n):
            record("test.done", subject=f"test:{i}", region="64", by=operator, at=at, detail={"angka": i, "kata": "é—"})


def sealed(at: datetime) -> None:
    """Seal what was written. PostgreSQL's own housekeeping may hold a transaction for a moment; the sealer then waits."""
    for _ in range(500):
        if seal(Tail(), at=at):
            return
        time.sleep(0.01)
    raise AssertionError("nothing was sealed")


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE ledger_line SET verb = 'x'",
        "DELETE FROM ledger_line",
        "UPDATE ledger_block SET hash = 'x'",
        "DELETE FROM ledger_block",
    ],
)
def test_the_database_refuses_changes(operator: Actor, at: datetime, sql: str) -> None:
    write(operator, at)
    sealed(at)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert Line.objects.get().verb == "test.done"


def test_replace_and_truncate_are_refused(operator: Actor, at: datetime) -> None:
    write(operator, at)
    sql = (
        "TRUNCATE ledger_line CASCADE"
        if connection.vendor == "postgresql"
        else "INSERT OR REPLACE INTO ledger_line SELECT * FROM ledger_line"
    )
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_a_line_belongs_in_a_transaction(operator: Actor, at: datetime) -> None:
    with pytest.raises(transaction.TransactionManagementError):
        record("test.done", subject="test:1", region="64", by=operator, at=at)


def export(path: Path) -> Path:
    rows = [
        {"kind": "line", **{n: (getattr(x, n) if n != "at" else x.at.isoformat()) for n in verify.LINE}}
        for x in Line.objects.order_by("pk")
    ]
    rows += [{"kind": "block", **{n: getattr(b, n) for n in verify.BLOCK}} for b in Block.objects.order_by("pk")]
    path.write_text("\n".join(json.dumps(r) for r in rows))
    return path


def test_the_verifier_agrees_with_the_platform(operator: Actor, at: datetime, tmp_path: Path) -> None:
    for n in (1, 3, 2):
        write(operator, at, n)
        sealed(at)
    write(operator, at)
    assert verify.main([str(export(tmp_path / "l.jsonl"))]) == 0
    line = Line.objects.order_by("pk").first()
    assert line is not None
    row: verify.Row = {n: getattr(line, n) for n in verify.LINE} | {"at": line.at.isoformat()}
    assert verify.line_bytes(row) == bytes_of(line)


@pytest.mark.parametrize("change", ["alter", "remove", "add", "swap blocks", "drop last block"])
def test_the_verifier_finds_every_kind_of_tampering(operator: Actor, at: datetime, tmp_path: Path, change: str) -> None:
    for n in (2, 3):
        write(operator, at, n)
        sealed(at)
    head = Block.objects.order_by("-pk").values_list("hash", flat=True)[0]
    path = export(tmp_path / "l.jsonl")
    rows = [json.loads(x) for x in path.read_text().splitlines()]
    if change == "alter":
        rows[1]["region"] = "64.71"
    elif change == "remove":
        del rows[1]
    elif change == "add":
        rows.insert(2, rows[1] | {"subject": "test:false"})
    elif change == "swap blocks":
        rows[-1]["hash"], rows[-2]["hash"] = rows[-2]["hash"], rows[-1]["hash"]
    else:
        del rows[-1]
    path.write_text("\n".join(json.dumps(r) for r in rows))
    done = subprocess.run([sys.executable, verify.__file__, str(path), "--head", head], capture_output=True, text=True)
    assert done.returncode == 1
    assert "FAULT" in done.stdout


def test_equal_instants_are_equal_bytes_in_any_zone(at: datetime) -> None:
    from zoneinfo import ZoneInfo

    there = at.astimezone(ZoneInfo("Asia/Makassar"))
    assert line_bytes(1, at, "a.b", "s:1", "64", "x", "X", "", "{}") == line_bytes(
        1, there, "a.b", "s:1", "64", "x", "X", "", "{}"
    )


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="one writer: ids commit in order on SQLite")
def test_a_reader_waits_for_a_late_line(operator: Actor) -> None:
    """A transaction takes its line id first and commits last: the tail must stop before the gap, then read both."""
    at = datetime(2020, 12, 2, tzinfo=UTC)
    wrote, may_end = threading.Event(), threading.Event()

    def late() -> None:
        try:
            with transaction.atomic():
                record("test.late", subject="test:late", region="64", by=operator, at=at)
                wrote.set()
                may_end.wait(10)
        finally:
            connection.close()

    thread = threading.Thread(target=late)
    thread.start()
    assert wrote.wait(10)
    write(operator, at)
    tail = Tail(cursor=(Line.objects.order_by("pk").values_list("pk", flat=True)[0]) - 2)
    assert tail.read() == []
    may_end.set()
    thread.join()
    found = next(lines for _ in range(500) if (lines := tail.read()) or time.sleep(0.01))
    assert [x.verb for x in found] == ["test.late", "test.done"]


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite gives a rolled-back id again")
def test_a_reader_passes_a_gap_nobody_will_fill(operator: Actor) -> None:
    at = datetime(2020, 12, 2, tzinfo=UTC)
    write(operator, at)
    first = Line.objects.get().pk
    with transaction.atomic():
        record("test.undone", subject="test:x", region="64", by=operator, at=at)
        transaction.set_rollback(True)
    write(operator, at)
    tail = Tail(cursor=first)
    found = next(lines for _ in range(500) if (lines := tail.read()) or time.sleep(0.01))
    assert [x.verb for x in found] == ["test.done"]
