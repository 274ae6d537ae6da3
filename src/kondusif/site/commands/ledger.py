"""`kondusif ledger verify | export | tail`."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from typing import IO

HELP = "Verify, export or follow the ledger."


def add(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", required=True)
    verify = acts.add_parser("verify", help="re-compute every seal")
    verify.add_argument("--head", help="a printed block hash that must be in the chain")
    acts.add_parser("export", help="write lines and blocks as JSON lines to standard output")
    tail = acts.add_parser("tail", help="print the newest lines")
    tail.add_argument("-n", type=int, default=20)


def run(given: argparse.Namespace) -> int:
    from kondusif.site.commands._ready import ready

    ready()
    if given.act == "export":
        _taken()
        export(sys.stdout)
        return 0
    if given.act == "tail":
        return _tail(given.n)
    from kondusif.ledger import verify

    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as out:
        export(out)
        out.flush()
        return verify.main([out.name, *(["--head", given.head] if given.head else [])])


def _taken() -> None:
    """That the ledger was taken out stands in it, too; the newest seal in the file is its mark."""
    from django.conf import settings

    from kondusif.clock.queries import now
    from kondusif.ledger.models import Line
    from kondusif.teams.exports.gate import release
    from kondusif.teams.queries import OPERATOR

    release("ledger", region=str(settings.PROVINCE), rows=Line.objects.count(), by=OPERATOR, at=now())


def export(out: IO[str]) -> None:
    """Everything the stand-alone verifier needs, from either database, in one snapshot."""
    from django.db import connection, transaction

    from kondusif.ledger.models import Block, Line
    from kondusif.ledger.rules import instant
    from kondusif.ledger.verify import BLOCK, LINE

    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        for line in Line.objects.order_by("pk").values(*LINE).iterator(2000):
            out.write(json.dumps({"kind": "line", **line, "at": instant(line["at"])}, ensure_ascii=False) + "\n")
        for block in Block.objects.order_by("pk").values(*BLOCK).iterator(2000):
            out.write(json.dumps({"kind": "block", **block}) + "\n")


def _tail(count: int) -> int:
    from kondusif.ledger.models import Line

    for line in reversed(Line.objects.order_by("-pk")[:count]):
        print(
            f"{line.id:>8} {line.at:%Y-%m-%d %H:%M:%S} {line.region:<14} {line.verb:<24} {line.subject:<24} {line.actor_label}"
        )
    return 0
