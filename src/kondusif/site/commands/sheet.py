"""`kondusif sheet read KIND FILE [--apply]`, `kondusif sheet write KIND FILE [--empty]`."""

from __future__ import annotations

import argparse
from pathlib import Path

HELP = "Office sheets (.xlsx): members of the team, rosters and latent matters, in and out."


def add(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", required=True)
    read = acts.add_parser("read", help="say what a sheet would do; with --apply do it")
    read.add_argument("--apply", action="store_true")
    write = acts.add_parser("write", help="write the sheet as the house holds it, in the layout that read accepts")
    write.add_argument("--empty", action="store_true", help="only its heads")
    for act in (read, write):
        act.add_argument("kind", choices=("members", "roster", "potentials"))
        act.add_argument("file", type=Path)


def run(given: argparse.Namespace) -> int:
    from kondusif.site.commands._ready import ready

    ready()
    import kondusif.response.potentials.sheet  # noqa: F401  it registers its kind
    from kondusif.clock.queries import now
    from kondusif.ledger.errors import Refusal
    from kondusif.teams.queries import OPERATOR
    from kondusif.teams.sheets import importing
    from kondusif.teams.sheets.rules import KINDS

    kind = KINDS[given.kind]
    try:
        if given.act == "write":
            given.file.touch(mode=0o600)  # it holds telephone numbers
            given.file.write_bytes(importing.export(kind, by=OPERATOR, at=now(), empty=given.empty))
            print(f"Written: {given.file}")
            return 0
        act = importing.apply_at_once if given.apply else importing.look
        found = act(kind, given.file.read_bytes(), by=OPERATOR, at=now())
    except OSError as error:
        print(f"{given.file}: {error.strerror}. Nothing was changed.")
        return 2
    except Refusal as refusal:
        print(f"{refusal.what} {refusal.kept} {refusal.do}")
        return 1
    print(f"sheet {found.sheet}{'' if given.apply else ' (dry run, nothing was kept)'}")
    for ours, theirs, cell in found.matched:
        print(f"  {cell:<6} {theirs} = {ours}")
    print(", ".join(f"{state} {count}" for state, count in found.counts().items()))
    for row in found.outcomes:
        if row.state == "refused":
            print(f"  {row.where:<6} {row.reason}")
    return 0
