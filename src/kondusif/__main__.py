"""The console command: `kondusif <word>`."""

from __future__ import annotations

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kondusif.site.settings")
    from kondusif.site.commands import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
