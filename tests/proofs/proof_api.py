"""The one OpenAPI of both doors under schemathesis, all phases: no 5xx, no breach of the schema."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.proofs.house import ROOT, Verdict, both, house, session

TITLE = "The API keeps its own schema"
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance"


def prove(reduced: bool) -> Verdict:
    return both("api", reduced)


def run(kind: str, reduced: bool) -> Verdict:
    verdict = Verdict()
    with house(kind, KONDUSIF_PUBLIC_URL="http://localhost") as found:
        _people()
        for who, role in (("petugas", "duty_officer"), ("sekretaris", "secretary")):
            cookie = session(f"{who}-api", role, "64")
            _fuzz(found.url, cookie, who, 8 if reduced else 60, verdict)
        log = (found.home / "web.log").read_text(errors="replace")
        faults = re.findall(r"^(?:\w+Error|\w+Exception).*$", log, re.M)
        verdict.figure("tracebacks in the server's log", len(faults))
        verdict.demand(not faults, f"the server raised: {faults[:3]}")
    return verdict


def _people() -> None:
    """Something to find: reports and an incident, so that reads answer with rows."""
    import uuid

    from kondusif.clock.queries import now
    from kondusif.intake.actions import receive
    from kondusif.intake.rules import Draft
    from kondusif.ledger.actor import CITIZEN

    for n in range(12):
        receive(
            Draft(uuid=uuid.uuid4(), text=f"Ribut di pasar nomor {n}", channel="web", region="64.71"),
            by=CITIZEN,
            at=now(),
        )


def _fuzz(url: str, cookie: str, who: str, examples: int, verdict: Verdict) -> None:
    token = "a" * 32
    words = [
        str(Path(sys.executable).parent / "schemathesis"), "run", f"{url}/api/v1/openapi.json", "--checks", CHECKS,
        "--phases", "examples,coverage,fuzzing,stateful",
        "--max-examples", str(examples), "--header", f"Cookie: kondusif={cookie}; csrftoken={token}", "--header", f"X-CSRFToken: {token}",
        "--continue-on-failure", "--seed", "20201209", "--no-color", "--workers", "1",
    ]  # fmt: skip
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    cases = re.search(r"(\d+) generated.*", done.stdout)
    operations = re.search(r"Operations:\s+(.*)", done.stdout) or re.search(r"Selected: (\S+)", done.stdout)
    verdict.figure(
        f"as {who}",
        f"{operations[1] if operations else '?'} operations; {cases[0] if cases else done.stdout.strip()[-120:]}",
    )
    if done.returncode:
        start = done.stdout.find("FAILURES")
        verdict.demand(False, f"{who}: {done.stdout[max(start, 0) :][:2500]}{done.stderr[-300:]}")
