"""`kondusif receipt verify FILE | keys | rotate`: proofs of receipt, checked without the server."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HELP = "Check receipts off line, print the public keys, or sign with a new key."
LARGEST = 20_000_000
WORDS = {
    "": "ok      ",
    "unreadable": "UNREADABLE",
    "unknown-key": "UNKNOWN KEY",
    "forged": "FORGED  ",
    "other-content": "OTHER CONTENT",
}


def add(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", required=True)
    verify = acts.add_parser("verify", help="check a receipt or an exported list; needs no server and no database")
    verify.add_argument("file", type=Path)
    verify.add_argument("--keys", type=Path, help="the public keys (JSON Web Key Set) instead of this house's own")
    acts.add_parser("keys", help="print the public keys as a JSON Web Key Set")
    acts.add_parser("rotate", help="sign with a new key; receipts signed before stay good")


def run(given: argparse.Namespace) -> int:
    if given.act == "rotate":
        return _rotate()
    from kondusif.site.commands._ready import set_up

    set_up()
    if given.act == "keys":
        print(json.dumps({"keys": _own_keys()}, indent=1))
        return 0
    return _verify(given.file, given.keys)


def _own_keys() -> list[dict[str, str]]:
    from kondusif.clock.queries import real_now
    from kondusif.intake.receipts import public_keys

    return public_keys(at=real_now())


def _rotate() -> int:
    from kondusif.site.commands._ready import ready

    ready()
    from kondusif.clock.queries import now
    from kondusif.intake.deliveries import rotate_key
    from kondusif.teams.queries import OPERATOR

    print(f"Signing with key {rotate_key(by=OPERATOR, at=now())} from now on. Receipts signed before stay good.")
    return 0


def _verify(path: Path, keys_file: Path | None) -> int:
    from kondusif.intake.receipts import fault

    try:
        keys = _load(keys_file)["keys"] if keys_file else _own_keys()
        found = list(_receipts(_load(path)))
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        print(f"kondusif: {path} cannot be read as receipts ({type(error).__name__}). Nothing was checked.")
        return 2
    wrong = 0
    for one in found:
        verdict = fault(one.get("receipt"), one.get("signature"), keys, one.get("content"))
        wrong += bool(verdict)
        print(f"{WORDS[verdict]} {_told(one.get('receipt'))}")
    print(f"{len(found) - wrong} of {len(found)} receipts hold.")
    return 1 if wrong or not found else 0


def _load(path: Path) -> Any:
    if path.stat().st_size > LARGEST:
        raise ValueError("too large")
    return json.loads(path.read_text(encoding="utf-8"))


def _receipts(said: Any) -> Iterator[dict[str, Any]]:
    """One receipt, a list of them, or an export with `receipts`."""
    if isinstance(said, dict) and "receipts" in said:
        said = said["receipts"]
    for one in said if isinstance(said, list) else [said]:
        if not isinstance(one, dict):
            raise TypeError("not a receipt")
        yield one


def _told(receipt: object) -> str:
    try:
        body = json.loads(str(receipt))
        return f"{body['kind']:<7} {body['subject']:<24} received {body['received_at']}  {body['uuid']}"
    except (ValueError, KeyError, TypeError, RecursionError):
        return "(no receipt)"
