"""How many random walks the property tests take: few at every test, more when asked."""

from __future__ import annotations

import os

EXAMPLES = int(os.environ.get("KONDUSIF_EXAMPLES", "10"))
