"""Tempel pesan: one message pasted, a draft with its words marked, one tap to record it. Nothing is kept before that tap.

What was pasted travels in the pages themselves, so that a refusal, a lost session or a stale token gives all of it back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import render
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from kondusif.intake import rules
from kondusif.intake.actions import Receipt
from kondusif.intake.dates import wrong_weekdays
from kondusif.intake.message import chat
from kondusif.intake.message.matters import KIND_NAMES, SOURCES
from kondusif.intake.message.reading import QUESTIONS, Reading, read
from kondusif.intake.message.words import Finding
from kondusif.intake.message_form import LONGEST_PASTE, DraftForm, PasteForm, initial_of
from kondusif.intake.views import best_place
from kondusif.intake.writer import WRITER
from kondusif.ledger.actor import Actor
from kondusif.ledger.errors import NotPermitted, Refusal
from kondusif.regions.locate import locate_text
from kondusif.teams.web import HouseRequest

MAY = "report.receive"
MOST_SHOWN = 200  # messages of a chat; a form has at most 400 fields
# What a marked word is called; the draft's field that asks about it.
MARKS = {
    "when": "waktu", "place": "tempat", "region": "daerah", "kind": "jenis", "people": "jumlah", "dead": "meninggal", "injured": "luka",
    "source": "asal", "threatened": "terancam", "nil": "nihil",
}  # fmt: skip
_FIELD = {"when": "date", "place": "place_text"}


@dataclass(frozen=True)
class Piece:
    """A stretch of the message; `marked` where something was read from it, `ends` names what ends with it."""

    text: str
    marked: bool
    ends: tuple[str, ...]


def desk_of(actor: Actor) -> str:
    """The one kab/kota (or kecamatan) the actor's desk serves; '' for a province's desk or several."""
    regions = actor.regions(MAY)
    return regions[0] if len(regions) == 1 and "." in regions[0] else ""


def reading_of(text: str, *, by: Actor, received_at: datetime) -> Reading:
    return read(
        text, at=received_at, zone=timezone.get_current_timezone(), locate=lambda words: locate_text(words, settings.PROVINCE),
        desk=desk_of(by),
    )  # fmt: skip


def cleaned(pasted: str) -> str:
    """The message as it will be kept: nobody addressed by name, no hidden characters, otherwise word for word."""
    return rules.clean(chat.without_names(pasted))


class _Csrf(CsrfViewMiddleware):
    """The house's own check, asked here by hand: its usual answer is a page on which the message would be gone."""

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        return HttpResponse(reason, status=403)


def _no_page(_request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def _trouble(request: HouseRequest) -> tuple[str, str]:
    """Why this request may change nothing (a code for the page and a sentence), ('', '') where it may."""
    if not request.user.is_authenticated:
        return "sign-in", _("Sesi Anda sudah berakhir. Pesan masih ada di halaman ini; belum ada yang tersimpan.")
    if not request.actor.anywhere(MAY):
        return "forbidden", str(NotPermitted().what)
    if _Csrf(_no_page).process_view(request, _no_page, (), {}) is not None:
        return "stale", _("Halaman ini dibuka sebelum Anda masuk. Periksa isinya, lalu tekan sekali lagi.")
    return "", ""


@csrf_exempt  # checked in `_trouble`
@never_cache
@require_http_methods(["GET", "POST"])
def paste(request: HouseRequest) -> HttpResponse:
    """One page in three steps: paste, (choose from a chat,) look over and record."""
    if request.method == "GET":
        if not request.actor.anywhere(MAY):
            raise NotPermitted
        return _paste(request, PasteForm(auto_id="tempel_%s"))
    code, sentence = _trouble(request)
    step = request.POST.get("step", "read")
    if code:
        return _given_back(request, step, code, sentence)
    if "back" in request.POST:
        text = request.POST.get("whole") or request.POST.get("text", "")
        return _paste(request, PasteForm(initial={"text": text[:LONGEST_PASTE]}, auto_id="tempel_%s"))
    if step == "save":
        return _save(request)
    form = PasteForm(request.POST, auto_id="tempel_%s")
    if not form.is_valid():
        return _paste(request, form, status=422)
    return _read(request, form, picked=step == "pick")


def _given_back(request: HouseRequest, step: str, code: str, sentence: str) -> HttpResponse:
    """The same page again, with everything that was on it."""
    notice = {"code": code, "sentence": sentence}
    status = 403
    if step == "save" and code != "forbidden":
        form = DraftForm(request.POST, at=request.at)
        form.is_valid()
        reading = _reading_again(request, form) if code == "stale" else None
        return _draft(request, form, reading, notice=notice, status=status)
    text = request.POST.get("whole") or request.POST.get("text", "")
    return _paste(request, PasteForm(initial={"text": text}, auto_id="tempel_%s"), notice=notice, status=status)


def _paste(
    request: HouseRequest, form: PasteForm, *, notice: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    return render(request, "intake/paste.html", {"form": form, "notice": notice}, status=status)


def _read(request: HouseRequest, form: PasteForm, *, picked: bool) -> HttpResponse:
    text, received_at = cleaned(form.cleaned_data["text"]), form.received_at(at=request.at)
    found = chat.split(text, at=request.at, zone=timezone.get_current_timezone())
    said = [m for m in found if m.kind == "text"]
    whole = ""
    if len(said) > 1:
        whole = chat.together(said[-MOST_SHOWN:])
        wanted = set(request.POST.getlist("pick")) if picked else set()
        said = [m for n, m in enumerate(said[-MOST_SHOWN:]) if str(n) in wanted]
        if not said:
            return _chat(request, whole, len(found), asked=picked)
    if said:
        text, received_at = chat.together(said), min(said[-1].sent_at, request.at)
    elif found:
        form.add_error("text", _("Di sini hanya ada foto atau baris sistem, tanpa kata-kata."))
    if not form.errors and len(text) > rules.LONGEST_TEXT:
        form.add_error("text", _("Pesan ini lebih dari 5.000 huruf. Tempel bagian yang memuat kejadiannya saja."))
    if not form.errors and not text:
        form.add_error("text", _("Tempel pesannya di sini."))
    if form.errors:
        return (
            _chat(request, whole, len(found), asked=True, too_long=True) if whole else _paste(request, form, status=422)
        )
    reading = reading_of(text, by=request.actor, received_at=received_at)
    draft = DraftForm(initial=initial_of(reading, received_at), at=request.at, likely=_likely(reading))
    return _draft(request, draft, reading, whole=whole)


def _chat(request: HouseRequest, whole: str, total: int, *, asked: bool, too_long: bool = False) -> HttpResponse:
    rows = chat.split(whole, at=request.at, zone=timezone.get_current_timezone())
    context = {"rows": list(enumerate(rows)), "whole": whole, "left_out": total - len(rows), "asked": asked, "too_long": too_long,
               "ticked": set(request.POST.getlist("pick"))}  # fmt: skip
    return render(request, "intake/paste_chat.html", context, status=422 if asked else 200)


def _likely(reading: Reading) -> list[str]:
    """The areas the message may mean, likeliest first."""
    region = reading["region"]
    return [c for c in (region.value, *region.alternatives) if c]


def _reading_again(request: HouseRequest, form: DraftForm) -> Reading:
    text = rules.clean(request.POST.get("text", ""))
    received_at = form.cleaned_data.get("reported_at") if hasattr(form, "cleaned_data") else None
    return reading_of(text, by=request.actor, received_at=received_at or request.at)


def _save(request: HouseRequest) -> HttpResponse:
    form = DraftForm(request.POST, at=request.at)
    status = 422
    if form.is_valid():
        try:
            outcome: Receipt | Refusal = WRITER.submit(form.draft(best_place), by=request.actor)
        except Refusal as refusal:
            outcome = refusal
        if isinstance(outcome, Receipt):
            wrong = wrong_weekdays(form.cleaned_data["text"], today=timezone.localtime(request.at).date())
            return render(
                request, "intake/desk_receipt.html", {"receipt": outcome, "wrong": wrong, "pasted": True}, status=201
            )
        field = {"occurred_at": "date"}.get(outcome.field, outcome.field)
        form.add_error(field if field in form.fields and field != "text" else None, f"{outcome.what} {outcome.do}")
        status = outcome.status
    return _draft(request, form, _reading_again(request, form), whole=request.POST.get("whole", ""), status=status)


def _draft(
    request: HouseRequest, form: DraftForm, reading: Reading | None, *, whole: str = "", notice: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    if reading is not None:
        for field, finding in reading.findings.items():
            name = _FIELD.get(field, field)
            if name in form.fields:
                form[name].help_text = hint(finding, reading.text)
    more = ("kind", "people", "dead", "injured", "source", "channel", "contact", "about_official")
    context: dict[str, Any] = {
        "form": form, "reading": reading, "pieces": pieces(reading) if reading else [], "whole": whole, "notice": notice,
        "main": [form[n] for n in ("region", "place_text", "date", "hour", "clock", "threatened")],
        "more": [form[n] for n in more], "text": form["text"].value() or "",
        "brief": in_brief(form), "open": any(n in form.errors or (reading and _asks(reading, n)) for n in more),
        "received_at": reading.received_at if reading else None,
    }  # fmt: skip
    return render(request, "intake/paste_draft.html", context, status=status)


def _asks(reading: Reading, name: str) -> bool:
    """Whether the message has words about a field that are not sure enough to fill it in."""
    found = reading.findings.get(name)
    return found is not None and bool(found.spans) and found.sure is None


def in_brief(form: DraftForm) -> list[str]:
    """The folded part of the draft in a few words."""
    said = {name: form[name].value() for name in ("kind", "people", "dead", "injured", "source")}
    words = [_(dict(KIND_NAMES).get(str(said["kind"] or ""), ""))] if said["kind"] else []
    for name, text in (("people", _("%s orang")), ("dead", _("%s meninggal")), ("injured", _("%s luka"))):
        if said[name] not in (None, ""):
            words.append(text % said[name])
    if said["source"]:
        words.append(_(dict(SOURCES).get(str(said["source"]), "")))
    return [w for w in words if w]


def hint(found: Finding, text: str) -> str:
    """Where a value comes from and how sure it is, or what is asked in its place."""
    said = " … ".join(text[a:b] for a, b in found.spans)[:120]
    tenths = int(found.confidence * 10)  # 10 of 10 is said of nothing
    question = _(QUESTIONS[found.reason]) if found.reason and QUESTIONS[found.reason] else ""
    words = format_html("“{}”", said) if said else ""
    if found.sure is None and said:
        return format_html('<span class="ask">{} {}</span>', question, words)
    if found.sure is None or not said:
        return question
    sure = _("dari %(words)s, yakin %(n)d dari 10") % {"words": words, "n": tenths}
    return format_html("{} {}", sure, question) if question else format_html("{}", sure)


def pieces(reading: Reading) -> list[Piece]:
    """The whole message, cut where something was read; joined together it is the message again."""
    marked = [(a, b, MARKS[field]) for field, found in reading.findings.items() for a, b in found.spans if a < b]
    edges = sorted({0, len(reading.text), *(a for a, _, _ in marked), *(b for _, b, _ in marked)})
    found = []
    for start, end in pairwise(edges):
        within = [(b, name) for a, b, name in marked if a <= start and end <= b]
        ends = tuple(dict.fromkeys(name for b, name in within if b == end))
        found.append(Piece(reading.text[start:end], bool(within), ends))
    return found
