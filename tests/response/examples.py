"""How many runs the machines make: few in the fast suite, `./kondusif prove machine` asks for thousands.

PostgreSQL makes a fifth of them: the rules under test know no database, and each step there costs twice as much.
"""

from __future__ import annotations

import os

SHARE = {"sqlite": 1, "postgresql": 5}
ASKED = int(os.environ.get("KONDUSIF_EXAMPLES", "10"))
EXAMPLES = max(ASKED // SHARE["postgresql" if os.environ.get("KONDUSIF_DATABASE_URL") else "sqlite"], min(ASKED, 8))
STEPS = 40
