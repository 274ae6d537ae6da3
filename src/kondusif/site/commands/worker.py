"""`kondusif worker`: deadlines, messages, seals, jobs."""

from __future__ import annotations

import argparse

HELP = "Run a worker (deadlines, messages, seals)."


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--parent", type=int, help=argparse.SUPPRESS)


def run(given: argparse.Namespace) -> int:
    from kondusif.site.commands._ready import ready, set_up

    if given.parent:
        set_up()  # the parent has migrated
        _end_with(given.parent)
    else:
        ready()
    from kondusif.clock.jobs import Worker

    Worker().run()
    return 0


def _end_with(parent: int) -> None:
    """End when the process that started us ends, however it ended."""
    import os
    import threading
    import time

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()
