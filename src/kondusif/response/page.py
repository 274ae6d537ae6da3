"""What the page of an incident shows: its steps, its checklist, its one next step, the text to share."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kondusif.ledger.actor import Actor
from kondusif.ledger.errors import NotPermitted
from kondusif.regions.queries import full_name, short_name
from kondusif.response import rules, settlement
from kondusif.response.desk import is_office, place_of, side_of
from kondusif.response.models import Incident, Task
from kondusif.response.peace.models import Obligation
from kondusif.response.peace.queries import side_of as side_of_peace
from kondusif.response.potentials.queries import behind
from kondusif.response.queries import Sheet, TaskRow
from kondusif.response.rules import Side
from kondusif.response.sentences import story
from kondusif.teams.sharing import Share, share
from kondusif.triage.categories import PASAL5, SNPK
from kondusif.triage.claims.queries import beside
from kondusif.triage.rules import SEVERITIES

_ORDER = ("open", "assigned", "handling", "proposed", "confirmed", "watched", "closed")


def page_of(sheet: Sheet, actor: Actor, *, at: datetime) -> dict[str, Any]:
    incident = sheet.incident
    place = place_of(incident)
    may = {
        n: actor.permits("report.triage_restricted" if incident.restricted else f"incident.{n}", place)
        for n in ("handle", "assign", "settle", "confirm")
    }
    working = incident.state in rules.AT_WORK
    open_tasks = [r for r in sheet.tasks if r.task.state in rules.TASK_OPEN]
    may_confirm = incident.state == "proposed" and _may_confirm(sheet, actor, may)
    bound = set(Obligation.objects.filter(agreement__incident=incident).values_list("task", flat=True))
    may_propose = working and all(r.task.pk in bound for r in open_tasks) and (may["handle"] or _leads(sheet, actor))
    late = [r for r in open_tasks if r.late(at)]
    return {
        "sheet": sheet,
        "incident": incident,
        "place": full_name(incident.region).split(", ")[::-1],
        "severity_label": dict(SEVERITIES)[incident.severity],
        "stage_label": dict(rules.STAGES)[incident.stage],
        "pasal5_label": dict(PASAL5).get(incident.pasal5, ""),
        "snpk_label": dict(SNPK).get(incident.snpk, ""),
        "steps": steps(incident),
        "checklist": checklist(sheet, at=at),
        "story": story(sheet),
        "tasks": sheet.tasks,
        "open_tasks": open_tasks,
        "late_tasks": late,
        "to_call": _to_call(late, open_tasks, at) if may["handle"] else None,
        "may": may,
        "may_confirm": may_confirm,
        "may_propose": may_propose,
        "may_turn_down": incident.state == "proposed" and (may_confirm or may["handle"] or may["confirm"]),
        "may_close": incident.state == "watched"
        and may["settle"]
        and not settlement.missing(incident, sheet.settlement, at=at),
        "working": working,
        "next": _next(incident, may, may_confirm=may_confirm, may_propose=may_propose, at=at),
        "share": share_of(incident),
        "claims": [] if incident.restricted else beside(incident.subject, actor),
        "peace": side_of_peace(incident, actor),
        "may_peace": not incident.restricted and actor.permits("peace.keep", incident.region),
        "potentials": [] if incident.restricted else behind(incident, actor),
        "may_register": not incident.restricted and actor.permits("potential.keep", incident.region),
    }


def steps(incident: Incident) -> list[dict[str, str]]:
    """The chevrons. What is behind is done, what is now is filled; the watch says how many days."""
    days = rules.CONTRACTS[incident.worst].watch.days
    labels = {
        "open": _("Dicatat"), "assigned": _("Ditugaskan"), "handling": _("Ditangani"), "proposed": _("Diusulkan selesai"),
        "confirmed": _("Dikonfirmasi pihak kedua"), "watched": _("Dipantau %(days)d hari") % {"days": days}, "closed": _("Tuntas"),
    }  # fmt: skip
    if incident.state == "calmed":
        labels["handling"] = _("Diredakan")
    order = [s for s in _ORDER if days or s != "watched"]
    now = order.index("handling" if incident.state == "calmed" else incident.state)
    ended = incident.state == "closed"
    return [
        {"label": labels[s], "state": "done" if n < now or ended else "now" if n == now else "next"}
        for n, s in enumerate(order)
    ]


def checklist(sheet: Sheet, *, at: datetime) -> list[dict[str, Any]]:
    """Sebelum dinyatakan tuntas: what the severity asks for, and what is there."""
    incident, row = sheet.incident, sheet.settlement
    contract = rules.CONTRACTS[incident.worst]
    evidence = _("Hasil yang disepakati dan buktinya") if contract.evidence else _("Hasilnya dicatat")
    who = (
        _("Dipastikan lurah atau camat")
        if incident.worst == "S4"
        else _("Dipastikan instansi lain, lurah/camat, atau pelapor")
    )
    found = [
        {"label": evidence, "done": bool(row and (row.evidence or not contract.evidence))},
        {"label": who, "done": bool(row and row.confirmed_at)},
    ]
    if contract.watch:
        quiet = (
            incident.watch_until is not None and at >= incident.watch_until and not settlement.newly_linked(incident)
        )
        label = _("%(days)d hari tanpa laporan terkait") % {"days": contract.watch.days}
        found.append({"label": label, "done": quiet or incident.state == "closed"})
    return found


def _side(sheet: Sheet, actor: Actor) -> Side | None:
    try:
        return side_of(actor, sheet.incident)
    except NotPermitted:
        return None


def _leads(sheet: Sheet, actor: Actor) -> bool:
    side = _side(sheet, actor)
    return side is not None and side.kind == "agency" and side.agency == sheet.incident.lead_agency_id


def _may_confirm(sheet: Sheet, actor: Actor, may: dict[str, bool]) -> bool:
    side, row, lead = _side(sheet, actor), sheet.settlement, sheet.incident.lead_agency
    if side is None or row is None or (side.kind != "agency" and not may["confirm"]):
        return False
    proposer = Side(row.proposed_by, row.proposer_kind, row.proposer_agency_id)
    return rules.may_confirm(
        sheet.incident.worst,
        proposer=proposer,
        lead_agency=lead.pk if lead else None,
        by=side,
        office_leads=is_office(lead),
    )


def _to_call(late: list[TaskRow], open_tasks: list[TaskRow], at: datetime) -> TaskRow | None:
    """Whom to phone now: the first silent agency, where it left a number."""
    silent = [r for r in (*late, *open_tasks) if r.task.state == "asked" and r.task.agency.phone]
    return next((r for r in silent if r.task.acknowledge_by < at or r.task.incident.severity in {"S1", "S2"}), None)


def _next(incident: Incident, may: dict[str, bool], *, may_confirm: bool, may_propose: bool, at: datetime) -> str:
    """The one filled button of the page."""
    if may_confirm:
        return "confirm"
    if incident.state == "open" and may["assign"]:
        return "assign"
    if may_propose and incident.state != "open":
        return "propose"
    if incident.state == "watched" and may["settle"] and incident.watch_until and at >= incident.watch_until:
        return "close"
    return "note" if incident.state in rules.AT_WORK and may["handle"] else ""


def share_of(incident: Incident) -> Share | None:
    """Bagikan ke WhatsApp; nothing of a matter about officials."""
    if incident.restricted:
        return None
    what = _("permasalahan %(code)s di %(place)s, tingkat %(severity)s, %(state)s") % {
        "code": incident.code, "place": short_name(".".join(incident.region.split(".")[:2])), "severity": incident.severity,
        "state": _(dict(rules.STATES)[incident.state]).lower(),
    }  # fmt: skip
    return share(what, f"/permasalahan/{incident.code}")


def share_of_task(task: Task, due_at: datetime | None) -> Share | None:
    """The same of one task: whose, of which matter, by when; its title may name a place and stays in the house."""
    if task.incident.restricted:
        return None
    words = {
        "agency": task.agency.name, "code": task.incident.code, "place": short_name(".".join(task.incident.region.split(".")[:2])),
        "severity": task.incident.severity,
        "time": date_format(timezone.localtime(due_at), "SHORT_DATETIME_FORMAT") if due_at else "–",
    }  # fmt: skip
    if task.state == "asked":
        what = _(
            "tugas %(agency)s untuk permasalahan %(code)s di %(place)s, tingkat %(severity)s, mohon dijawab sebelum %(time)s WITA"
        )
    else:
        what = _("tugas %(agency)s untuk permasalahan %(code)s di %(place)s, tingkat %(severity)s, batas %(time)s WITA")
    return share(what % words, "/tugas")
