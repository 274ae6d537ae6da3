"""The words `kondusif` understands. Each is one module here with `HELP`, `add(parser)` and `run(given) -> int`."""

from __future__ import annotations

import argparse
import importlib
import pkgutil


def run(arguments: list[str]) -> int:
    if arguments[:1] == ["manage"]:
        from django.core.management import execute_from_command_line

        execute_from_command_line(["kondusif manage", *arguments[1:]])
        return 0
    parser = argparse.ArgumentParser(prog="kondusif", description="Kondusif: every sign heard, coordinated, settled.")
    words = parser.add_subparsers(dest="word", required=True, metavar="word")
    for found in sorted(pkgutil.iter_modules(__path__), key=lambda m: m.name):
        if found.name.startswith("_"):
            continue
        module = importlib.import_module(f"{__name__}.{found.name}")
        sub = words.add_parser(found.name, help=module.HELP, description=module.HELP)
        module.add(sub)
        sub.set_defaults(run=module.run)
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    given = parser.parse_args(arguments[:cut])
    if cut < len(arguments):
        if not hasattr(given, "rest"):
            parser.error(f"not understood: {' '.join(arguments[cut:])}")
        given.rest = [*given.rest, *arguments[cut + 1 :]]  # for pytest
    return int(given.run(given) or 0)
