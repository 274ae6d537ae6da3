"""`kondusif kit FOLDER [--language en]`: role cards, bimtek slides and empty office sheets, for the first week."""

from __future__ import annotations

import argparse
from pathlib import Path

HELP = "Write the first-week kit into a folder: role cards (PDF), slides (PPTX), empty sheets (XLSX)."


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path)
    parser.add_argument("--language", choices=("id", "en"), default="id")


def run(given: argparse.Namespace) -> int:
    from kondusif.site.commands._ready import ready

    ready()
    from django.utils.translation import override

    from kondusif.clock.queries import now
    from kondusif.publish.kit import papers, slides
    from kondusif.teams.queries import OPERATOR
    from kondusif.teams.sheets import importing
    from kondusif.teams.sheets.rules import KINDS

    at = now()
    try:
        given.folder.mkdir(parents=True, exist_ok=True)
        with override(given.language):
            files = {"kartu-peran.pdf": papers.role_cards(at=at), "bimtek.pptx": slides.bimtek()}
            files |= {f"{k}-kosong.xlsx": importing.export(v, by=OPERATOR, at=at, empty=True) for k, v in KINDS.items()}
        for name, data in files.items():
            (given.folder / name).write_bytes(data)
            print(f"  {len(data) // 1024 + 1:>5} kB  {given.folder / name}")
    except OSError as error:
        print(f"{given.folder}: {error.strerror}.")
        return 2
    return 0
