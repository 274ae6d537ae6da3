"""Isu: what is said, how it is weighed, by whom and by when. Pure tables.

Who detects does not judge (the pipeline of 2020: the ministry found 38 issues in 217 items, the election supervisor judged and
found 77 to be violations). A verdict is about the claim, never about who passed it on (practice.md, safeguard 7).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from kondusif.teams.hours import Hours

TOPICS = [
    ("election", "Pemilihan"), ("officials", "Pemerintah atau aparat"), ("groups", "Antarkelompok warga"),
    ("health", "Kesehatan"), ("disaster", "Bencana atau keselamatan"), ("aid", "Bantuan dan layanan"), ("other", "Lainnya"),
]  # fmt: skip
# Where a mistake or an interest weighs most, whoever wrote the claim down does not judge it.
TWO_PERSONS = frozenset({"election", "officials", "groups"})

CHANNELS = [
    ("facebook", "Facebook"), ("instagram", "Instagram"), ("tiktok", "TikTok"), ("x", "X (Twitter)"), ("youtube", "YouTube"),
    ("whatsapp", "Pesan berantai WhatsApp"), ("telegram", "Telegram"), ("sms", "SMS"), ("site", "Situs atau blog"),
    ("print", "Selebaran atau spanduk"), ("spoken", "Dari mulut ke mulut"), ("other", "Lainnya"),
]  # fmt: skip
# What another body says of an item. Never this team's verdict.
OUTSIDE = [
    ("", "Belum ada"), ("confirmed", "Dinyatakan melanggar"), ("processing", "Masih diproses"), ("removed", "Sudah diturunkan"),
]  # fmt: skip

VERDICTS = [
    ("true", "Benar"), ("false", "Salah"), ("misleading", "Menyesatkan"), ("unproven", "Belum terbukti"),
]  # fmt: skip
NEEDS_EVIDENCE = frozenset({"true", "false", "misleading"})
NEEDS_WORD = frozenset({"false", "misleading"})  # owes a counter-message, or a reason why there is none

STATES = [("open", "Sedang diperiksa"), ("judged", "Sudah dinilai"), ("appealed", "Keberatan"), ("settled", "Selesai")]
OPEN = frozenset({"open", "judged", "appealed"})
MOVES: dict[str, frozenset[str]] = {
    "open": frozenset({"judged", "settled"}),
    "judged": frozenset({"settled", "appealed"}),
    "appealed": frozenset({"judged", "settled"}),
    "settled": frozenset({"appealed"}),
}

# What becomes of a report that only told the claim. The desk itself weighs the rest.
REPORT_FATE = {"false": "refuted", "unproven": "unproven"}

# States of a report in which it may become an item: whatever nobody has confirmed.
RUMOURS = frozenset({"received", "in_review", "needs_info", "unproven", "refuted"})

# Who says that a verdict is wrong; a capacity, never a name.
APPELLANTS = [
    ("citizen", "Warga"), ("named", "Pihak yang disebut"), ("agency", "Instansi"), ("media", "Media"), ("member", "Anggota tim"),
]  # fmt: skip

REFERRED_TO = [("bawaslu", "Bawaslu"), ("kominfo", "Kementerian Kominfo"), ("polri", "Polri")]

CHECK, VERDICT, COUNTER, APPEAL = "claims.check", "claims.verdict", "claims.counter", "claims.appeal"
DUTIES = (CHECK, VERDICT, COUNTER, APPEAL)
OWED: dict[str, tuple[str, ...]] = {
    "open": (CHECK, VERDICT),
    "judged": (COUNTER,),
    "appealed": (APPEAL,),
    "settled": (),
}
SEVERITY = "S3"  # hoax spreading (domain.md §7.4): look 1 h, act 6 h, report 24 h, one level up after 12 h
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
WITHIN = {CHECK: _HOUR, VERDICT: 6 * _HOUR, COUNTER: _DAY, APPEAL: _DAY}
AGAIN = 12 * _HOUR

SHORTEST_TITLE, LONGEST_TITLE, LONGEST = 8, 120, 2000
WINDOW = 7  # days looked at before and after a counter-message


def may_move(state: str, to: str) -> bool:
    return to in MOVES.get(state, frozenset())


def due_at(duty: str, at: datetime, hours: Hours) -> datetime:
    return hours.after(at, WITHIN[duty])


def again_at(at: datetime, hours: Hours) -> datetime:
    return hours.after(at, AGAIN)


def judge_fault(topic: str, *, judge: str, recorder: str, earlier: Iterable[str] = (), appellant: str = "") -> str:
    """Why somebody may not judge: "recorder", "appellant", "earlier" (who judged before an appeal), or ''.

    `earlier` and `appellant` are given where the verdict answers an appeal.
    """
    if topic in TWO_PERSONS and judge == recorder:
        return "recorder"
    if judge == appellant:
        return "appellant"
    return "earlier" if judge in set(earlier) else ""


def may_judge(topic: str, *, judge: str, recorder: str, earlier: Iterable[str] = (), appellant: str = "") -> bool:
    return not judge_fault(topic, judge=judge, recorder=recorder, earlier=earlier, appellant=appellant)


def verdict_fault(verdict: str, *, evidence: int) -> str:
    """ "unknown", "evidence" or ''. Only "belum terbukti" can be said without evidence."""
    if verdict not in dict(VERDICTS):
        return "unknown"
    return "evidence" if verdict in NEEDS_EVIDENCE and not evidence else ""


def after_verdict(verdict: str) -> str:
    return "judged" if verdict in NEEDS_WORD else "settled"


def common_region(regions: Iterable[str]) -> str:
    """The narrowest region path in which all lie: 64.71.01 and 64.72 → 64."""
    paths = [r.split(".") for r in regions]
    shared: list[str] = []
    for parts in zip(*paths, strict=False):
        if len(set(parts)) > 1:
            break
        shared.append(parts[0])
    return ".".join(shared)
