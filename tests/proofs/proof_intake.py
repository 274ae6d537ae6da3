"""Intake speed against its floor and a plain view, as ratios of one run (benchmarks/intake)."""

from __future__ import annotations

import os
from pathlib import Path

from tests.proofs.house import ROOT, Verdict

TITLE = "Intake: near the floor, and the tail short"


def prove(reduced: bool) -> Verdict:
    from benchmarks import intake

    folder = Path(os.environ.get("KONDUSIF_SHARED", ROOT.parent / "shared"))
    boundaries = folder / "data" / "kaltim-regions" / "kecamatan.geojson.gz"
    return intake.run(1.5 if reduced else 5, 1 if reduced else 5, boundaries if boundaries.exists() else None)
