#!/usr/bin/env python3
"""Re-compute every seal of a Kondusif ledger. Stands alone: standard library only, no code of the platform.

    python verify.py kondusif.sqlite3            an SQLite database (opened read-only)
    python verify.py ledger.jsonl                an export: `kondusif ledger export > ledger.jsonl`
    python verify.py kondusif.sqlite3 --head H   also demand that block hash H (from a printed document) is in the chain

Prints what holds and every place where it does not; exits 1 if anything is wrong.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

LINE = ("id", "at", "verb", "subject", "region", "actor", "actor_label", "tier", "detail")
BLOCK = ("id", "last_line", "count", "previous", "hash")
Row = dict[str, object]


def instant(text: str) -> str:
    at = datetime.fromisoformat(text.replace("Z", "+00:00"))
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def line_bytes(row: Row) -> bytes:
    parts = [row[name] if name != "at" else instant(str(row["at"])) for name in LINE]
    return json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def from_sqlite(path: Path) -> tuple[Iterator[Row], list[Row]]:
    base = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    base.execute("BEGIN")  # one snapshot for both tables

    def rows(table: str, names: tuple[str, ...]) -> Iterator[Row]:
        for values in base.execute(f"SELECT {', '.join(names)} FROM {table} ORDER BY id"):  # noqa: S608
            yield dict(zip(names, values, strict=True))

    return rows("ledger_line", LINE), list(rows("ledger_block", BLOCK))


def from_export(path: Path) -> tuple[Iterator[Row], list[Row]]:
    lines: list[Row] = []
    blocks: list[Row] = []
    with path.open(encoding="utf-8") as handle:
        for text in handle:
            row = json.loads(text)
            (blocks if row.pop("kind") == "block" else lines).append(row)
    return iter(sorted(lines, key=lambda r: int(str(r["id"])))), blocks


def check(lines: Iterable[Row], blocks: list[Row]) -> tuple[list[str], int, int]:
    """The faults found, how many lines are sealed, how many wait for their seal."""
    faults: list[str] = []
    waiting = iter(lines)
    current = next(waiting, None)
    previous, sealed = "0" * 64, 0
    for number, block in enumerate(blocks, start=1):
        name = f"block {block['id']}"
        if int(str(block["id"])) != number:
            faults.append(f"{name}: expected block {number}; a block is missing")
        if block["previous"] != previous:
            faults.append(f"{name}: does not follow the block before it")
        total = hashlib.sha256(str(block["previous"]).encode())
        count = 0
        first = last = None
        while current is not None and int(str(current["id"])) <= int(str(block["last_line"])):
            total.update(line_bytes(current))
            count += 1
            first, last = first or current["id"], current["id"]
            current = next(waiting, None)
        sealed += count
        if count != block["count"]:
            faults.append(f"{name}: seals {block['count']} lines, {count} are there (lines {first} to {last})")
        if total.hexdigest() != block["hash"]:
            faults.append(f"{name}: a line between {first} and {last} was altered, added or removed")
        previous = str(block["hash"])
    unsealed = 0
    while current is not None:
        unsealed += 1
        current = next(waiting, None)
    return faults, sealed, unsealed


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path)
    parser.add_argument("--head", help="a block hash that must be in the chain")
    given = parser.parse_args(arguments)
    if not given.source.is_file():
        print(f"there is no file {given.source}")
        return 2
    with given.source.open("rb") as handle:
        is_sqlite = handle.read(15) == b"SQLite format 3"
    lines, blocks = (from_sqlite if is_sqlite else from_export)(given.source)
    faults, sealed, unsealed = check(lines, blocks)
    if given.head and given.head not in {b["hash"] for b in blocks}:
        faults.append(f"the printed head {given.head} is not in the chain: blocks were removed or re-made")
    for fault in faults:
        print(f"FAULT  {fault}")
    head = blocks[-1]["hash"] if blocks else "-"
    print(f"{len(blocks)} blocks, {sealed} lines sealed, {unsealed} not yet sealed, head {head}")
    print("The ledger is whole." if not faults else f"{len(faults)} faults.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
