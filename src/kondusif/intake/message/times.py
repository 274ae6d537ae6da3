"""When it happened, as a message says it: relative to the moment it came in, in the zone of the house. Pure.

"tadi subuh", "habis magrib kemarin", "Selasa malam", "pukul 21.30 wita", "24/11". What cannot be one instant in the past is
not made into one: the finding then has no value and a reason.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import pairwise

from kondusif.intake.message import moments
from kondusif.intake.message.moments import Moment
from kondusif.intake.message.time_words import PART_OF, SIGNS, WEAK_NOW
from kondusif.intake.message.words import Finding, Span

_GAP = re.compile(
    r"[\s,.:;()/–-]*(?:(?:sekitar|sktr|sekira|kira2|kira-kira|kurang lebih|±|\+-|pada|pd|yang|yg|hari|tanggal|tgl|waktu|wkt|pas|tepat|pukul|jam|"
    r"wita|antara|atau|itu|sudah|sdh|selepas)[\s,.:;()/–-]*){0,3}"
)
_ABOUT = re.compile(r"(?:sekitar|sktr|sekira|kira2|kira-kira|kurang lebih|±|\+-)\W*(?:pukul|jam|pkl)?\W*$")
_TO = re.compile(r"(?:sampai|smp|hingga|s/d|s\.d\.?|sd)\W*(?:dgn|dengan)?\W*(?:pukul|jam)?\W*$|[0-9]\s?[-–]\s?$")
_ENDED = re.compile(r"(?:selesai|bubar|berakhir|pulang|padam|diamankan)\W+(?:pada\W+|pukul\W+|jam\W+)?$")
_TOLD = re.compile(
    r"(?:lapor|dilaporkan|melapor|laporan|update|diteruskan|kirim|baru lapor|ditemukan|ketahuan)\W+(?:pada\W+)?$"
)
_HABIT = re.compile(r"(?:tiap|setiap|tiap2|kalau|klo|kl|kalo|sering|biasanya)\W+(?:hari\W+)?$")
_GREETING = re.compile(r"(?:selamat|slmt|met|selamt)\W+$")
_VERB = re.compile(r"\s+(?:me|ber|di|ada|rame|ribut|terjadi)\w*")
LATE = timedelta(minutes=10)  # a clock that runs ahead


@dataclass
class Sign:
    """A word of time in the text."""

    kind: str
    start: int
    end: int
    said: re.Match[str]


@dataclass
class Group:
    """Signs that stand together, and what stands before them."""

    signs: list[Sign] = field(default_factory=list)
    about: bool = False
    role: str = ""  # to, ended, told, habit

    @property
    def spans(self) -> tuple[Span, ...]:
        return ((self.signs[0].start, self.signs[-1].end),)


def scan(low: str) -> list[Sign]:
    """The signs of a lowered text, in their order; none overlaps another."""
    signs: list[Sign] = []
    taken = bytearray(len(low))
    for kind, pattern in SIGNS:
        for said in pattern.finditer(low):
            start, end = said.span()
            if not any(taken[start:end]) and _meant(low, kind, said):
                taken[start:end] = b"1" * (end - start)
                signs.append(Sign(kind, start, end, said))
    return sorted(signs, key=lambda s: s.start)


def _meant(low: str, kind: str, said: re.Match[str]) -> bool:
    """Whether the words are of time here: `selamat pagi` and `sekali lagi` are not."""
    before = low[max(0, said.start() - 16) : said.start()]
    if kind == "now" and said[0] in WEAK_NOW:
        head = not before.strip() or before.rstrip()[-1:] in ".!?,\n:"
        return bool(_VERB.match(low, said.end())) and (head or said[0] == "sedang")
    if kind in {"part", "lately"} and _GREETING.search(before):
        return False
    if kind == "part" and before.endswith("pasar "):
        return False  # Pasar Pagi, pasar malam
    if kind == "part" and said["p"] in {"pagi", "pgi"} and not low[: said.start()].strip(" *_"):
        return bool(re.match(r"\W{1,2}(?:tadi|td|ini|jam|pukul|[0-9])", low[said.end() :]))  # "Pagi ndan, …"
    if kind == "lately" and said[0] == "ini":
        return any(before.rstrip().endswith(word) for word in PART_OF)
    return True


def groups(low: str) -> list[Group]:
    """The signs that belong together, with the part they play."""
    found: list[Group] = []
    for sign in scan(low):
        last = found[-1].signs[-1] if found else None
        gap = low[last.end : sign.start] if last else ""
        if last and len(gap) < 30 and _GAP.fullmatch(gap) and not _is_range(gap, last, sign):
            found[-1].signs.append(sign)
        else:
            found.append(Group([sign]))
        if _ABOUT.search(low[max(0, sign.start - 24) : sign.start]):
            found[-1].about = True
    for group in found:
        group.role = _role(low[max(0, group.signs[0].start - 32) : group.signs[0].start])
    return found


def _is_range(gap: str, last: Sign, sign: Sign) -> bool:
    return last.kind == "clock" and sign.kind in {"clock", "bare"} and bool(re.search(r"[-–]", gap))


def _role(before: str) -> str:
    for role, pattern in (("to", _TO), ("ended", _ENDED), ("told", _TOLD), ("habit", _HABIT)):
        if pattern.search(before):
            return role
    return ""


def when(
    low: str, *, at: datetime, zone: tzinfo, day_h: date | None = None, found: Sequence[Group] | None = None
) -> Finding:
    """The one time the message tells of, or why there is none.

    `day_h`: the day that H-1 counts from, if there is one. `found`: the groups of the text, where they are known.
    """
    here = at.astimezone(zone)
    told = [(g, moments.resolve(g, here=here, day_h=day_h)) for g in (groups(low) if found is None else found)]
    if not told:
        return Finding("when", reason="when-unsaid")
    spans = tuple(span for g, _ in told for span in g.spans)
    for g, moment in told:
        if moment.reason in {"time-contradiction", "date-impossible", "clock-impossible", "wrong-weekday"}:
            return Finding("when", reason=moment.reason, spans=g.spans)
    kept = _kept(told)
    if not kept:
        return Finding("when", reason="when-unsaid")
    past = [(g, m) for g, m in kept if not m.future and not m.reason]
    if not past:
        reasons = [m.reason for _, m in kept if m.reason]
        return Finding("when", reason=reasons[0] if reasons else "time-to-come", spans=spans)
    if _torn(low, told):
        return Finding("when", reason="time-contradiction", spans=spans)
    return _settled(past, vague=any(m.reason for _, m in kept), here=here)


def _kept(told: Sequence[tuple[Group, Moment]]) -> list[tuple[Group, Moment]]:
    """Without the ends of ranges, habits, and the times of telling, where something else is said."""
    told = [(g, m) for g, m in told if g.role != "habit"]
    for role in ("to", "told", "ended"):
        others = [(g, m) for g, m in told if g.role != role]
        if any(not m.future for _, m in others):
            told = others
    others = [(g, m) for g, m in told if not m.now]
    return others if any(not m.future for _, m in others) else list(told)


def _torn(low: str, told: Sequence[tuple[Group, Moment]]) -> bool:
    """Whether a time to come stands right beside a past one: `besok kemarin`."""
    for (g, one), (h, other) in pairwise(told):
        if one.future != other.future and not (one.reason or other.reason):
            gap = low[g.signs[-1].end : h.signs[0].start]
            if len(gap) <= 8 and not re.search(r"[.;\n]", gap):
                return True
    return False


def _settled(past: Sequence[tuple[Group, Moment]], *, vague: bool, here: datetime) -> Finding:
    """One instant out of the groups that are left: a day from one and a clock from another, or the first of several."""
    spans = tuple(span for g, _ in past for span in g.spans)
    dated = [m for _, m in past if m.day is not None and not m.now]
    dated = [m for m in dated if m.strong] or dated
    timed = [m for _, m in past if m.minutes is not None and not m.now]
    days = list(dict.fromkeys(m.day for m in dated if m.day))
    if not dated and not timed:
        return _finding(past[0][1], past[0][1].confidence, spans[:1], here)
    if len(days) > 1:
        said = tuple(datetime.combine(d, time(12), tzinfo=here.tzinfo) for d in days)
        return Finding("when", reason="several-times", spans=spans, alternatives=said)
    clocks = [m for m in timed if m.exactness < 2] or timed
    clock = clocks[0] if clocks else None
    if clock is None:
        return _finding(dated[0], dated[0].confidence * (0.8 if vague else 1), spans, here)
    whole = clock if clock.day and clock.strong else moments.joined(dated, clock, here=here)
    confidence = whole.confidence * (0.85 if len({m.minutes for m in clocks}) > 1 else 1) * (0.8 if vague else 1)
    return _finding(whole, confidence, spans, here)


def _finding(moment: Moment, confidence: float, spans: tuple[Span, ...], here: datetime) -> Finding:
    instant = moment.instant(here)
    if instant is None:
        return Finding("when", reason=moment.reason or "time-unclear", spans=spans)
    if instant > here + LATE:
        if moment.precision == "day" and instant.date() == here.date():
            instant = here
        else:
            return Finding("when", reason="time-to-come", spans=spans)
    reason = "" if confidence >= 0.7 else moment.reason or "time-unclear"
    return Finding("when", (instant, moment.precision), round(confidence, 2), spans, reason)
