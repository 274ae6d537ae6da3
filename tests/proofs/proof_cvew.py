"""The import of the CVEW 2021 incidents, twice, on both databases."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

from tests.proofs.house import ROOT, Verdict, both, house

TITLE = "Real incidents: the CVEW 2021 import"


def source() -> Path:
    folder = Path(os.environ.get("KONDUSIF_SHARED", ROOT.parent / "shared"))
    return folder / "data" / "conflict" / "cvew" / "cvew_2021_v1.csv.gz"


def prove(reduced: bool) -> Verdict:
    if not source().exists():
        verdict = Verdict()
        verdict.demand(False, f"REAL DATA ABSENT: {source()}")
        return verdict
    return both("cvew", reduced)


def run(kind: str, reduced: bool) -> Verdict:
    verdict = Verdict()
    with house(kind, web=False, worker=False) as found:
        words = ("incidents", "import", str(source()), "--profile", "cvew-2021")
        dry = found.command(*words, "--dry-run").stdout.splitlines()
        from kondusif.response.models import Incident, Relation

        verdict.demand(Incident.objects.count() == 0, "the dry run kept something")
        first = found.command(*words).stdout.splitlines()
        again = found.command(*words).stdout.splitlines()
        for line in first[1:]:
            name, _, rest = line.strip().partition(" " if line.startswith("rows") else ":")
            verdict.figure(
                "import" if line.startswith("rows") else name[:40],
                rest.strip() if not line.startswith("rows") else line,
            )
        verdict.figure("a second time", next(x for x in again if x.startswith("rows")))
        verdict.demand(dry[1:2] == first[1:2], "the dry run promised something else")
        verdict.figure("relations kept", Relation.objects.count())
        provinces = Counter(r[:2] for r in Incident.objects.values_list("region", flat=True))
        verdict.figure("in East Kalimantan", provinces["64"])
        cited = Incident.objects.exclude(citation="").count()
        verdict.figure("carry citation and original codes", f"{cited} of {Incident.objects.count()}")
        verdict.demand(cited == Incident.objects.count(), "an incident without its citation")
        verdict.demand(not Incident.objects.filter(origin_codes={}).exists(), "an incident without its original codes")
        verify = found.command("ledger", "verify", check=False)
        verdict.demand(verify.returncode == 0, "the ledger does not verify")
    return verdict
