"""Incidents (permasalahan), the reports under them, tasks, settlements, parties and relations."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from kondusif.intake.models import Report
from kondusif.intake.rules import PRECISIONS
from kondusif.response.rules import (
    CALLS,
    CONFIRMERS,
    KINDS,
    ORIGINS,
    OUTCOMES,
    PURPOSES,
    RELATIONS,
    STAGES,
    STATES,
    TASK_STATES,
)
from kondusif.teams.models import SEVERITIES, Agency, User
from kondusif.triage.categories import ACLED, PASAL5, SNPK


def _pair(one: str, other: str) -> Q:
    """Both or neither: an instant and who."""
    return Q(**{f"{one}__isnull": True, other: ""}) | (Q(**{f"{one}__isnull": False}) & ~Q(**{other: ""}))


class Incident(models.Model):
    """One matter from its opening to its end. `worst` is the gravest severity since it was (re)opened: closing answers to it."""

    code = models.CharField(max_length=12, unique=True)
    title = models.CharField(max_length=120)
    region = models.CharField(max_length=20)
    stage = models.CharField(max_length=10, choices=STAGES)
    severity = models.CharField(max_length=2, choices=SEVERITIES)
    worst = models.CharField(max_length=2, choices=SEVERITIES)
    pasal5 = models.CharField(max_length=1, choices=PASAL5, blank=True)
    snpk = models.CharField(max_length=16, choices=SNPK, blank=True)
    acled = models.CharField(max_length=24, choices=ACLED, blank=True)
    restricted = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=STATES, default="open")
    lead_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="leads")
    version = models.PositiveIntegerField(default=1)

    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=60)
    occurred_at = models.DateTimeField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    precision = models.CharField(max_length=12, choices=PRECISIONS, default="unknown")
    watch_from = models.DateTimeField(null=True, blank=True)
    watch_until = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=60, blank=True)
    reopened_count = models.PositiveSmallIntegerField(default=0)

    origin = models.CharField(max_length=10, choices=ORIGINS, default="report")
    origin_dataset = models.CharField(max_length=60, blank=True)
    origin_id = models.CharField(max_length=80, blank=True)
    origin_codes = models.JSONField(default=dict, blank=True)
    citation = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["region", "-opened_at"], name="incident_region"),
            models.Index(fields=["state", "-opened_at"], name="incident_state"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["origin_dataset", "origin_id"], condition=~Q(origin_id=""), name="incident_origin_once"
            ),
            models.CheckConstraint(condition=_pair("closed_at", "closed_by"), name="incident_closed_pair"),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False) | (~Q(state="closed") & Q(closed_at=None)),
                name="incident_closed_state",
            ),
            models.CheckConstraint(
                condition=Q(watch_from=None, watch_until=None) | Q(watch_until__gt=F("watch_from")),
                name="incident_watch_pair",
            ),
            models.CheckConstraint(
                condition=~Q(state="watched") | Q(watch_until__isnull=False), name="incident_watched_until"
            ),
            models.CheckConstraint(condition=Q(worst__lte=F("severity")), name="incident_worst"),
            models.CheckConstraint(
                condition=Q(lat=None, lon=None) | Q(lat__isnull=False, lon__isnull=False), name="incident_point_whole"
            ),
        ]

    @property
    def subject(self) -> str:
        return f"incident:{self.code}"


class IncidentReport(models.Model):
    """A report under an incident, for a time; many to many."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="links")
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="incident_links")
    linked_by = models.CharField(max_length=60)
    linked_at = models.DateTimeField()
    unlinked_by = models.CharField(max_length=60, blank=True)
    unlinked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "report"], condition=Q(unlinked_at=None), name="incident_report_once"
            ),
            models.CheckConstraint(condition=_pair("unlinked_at", "unlinked_by"), name="incident_report_pair"),
        ]


class Task(models.Model):
    """What one agency is asked or assigned to do. Vertical ones are asked for support."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="tasks")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="tasks")
    kind = models.CharField(max_length=8, choices=KINDS)
    purpose = models.CharField(max_length=14, choices=PURPOSES, default="other")
    title = models.CharField(max_length=160)
    state = models.CharField(max_length=10, choices=TASK_STATES, default="asked")
    reason = models.TextField(blank=True)
    proof = models.TextField(blank=True)
    attachments = models.JSONField(default=list, blank=True)
    forwarded_from = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="forwarded_to"
    )
    version = models.PositiveIntegerField(default=1)
    asked_by = models.CharField(max_length=60)
    asked_at = models.DateTimeField()
    acknowledge_by = models.DateTimeField()
    finish_by = models.DateTimeField()
    accepted_by = models.CharField(max_length=60, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=60, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["agency", "state"], name="task_agency")]
        constraints = [
            models.CheckConstraint(condition=_pair("accepted_at", "accepted_by"), name="task_accepted_pair"),
            models.CheckConstraint(condition=_pair("ended_at", "ended_by"), name="task_ended_pair"),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "accepted"], ended_at=None)
                | (~Q(state__in=["asked", "accepted"]) & Q(ended_at__isnull=False)),
                name="task_ended_state",
            ),
            models.CheckConstraint(condition=~Q(state="declined") | ~Q(reason=""), name="task_declined_reason"),
            models.CheckConstraint(condition=~Q(state="done") | ~Q(proof=""), name="task_done_proof"),
        ]

    @property
    def subject(self) -> str:
        return f"task:{self.pk}"


class Call(models.Model):
    """A phone call about a task, with its result. An answered one meets the acknowledgement clock."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="calls")
    person = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    result = models.CharField(max_length=12, choices=CALLS)
    by = models.CharField(max_length=60)
    at = models.DateTimeField()


class TaskLink(models.Model):
    """Tautan tugas: one task opened for one member without a password, for a day. Only the digest of its token is kept.

    The first answer binds it to the device that gave it (`device` is the digest of a cookie there).
    """

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="links")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    token_digest = models.CharField(max_length=64, unique=True)
    made_by = models.CharField(max_length=60)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    device = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(used_at=None, device="") | (Q(used_at__isnull=False) & ~Q(device="")), name="link_used_pair"
            )
        ]


class Settlement(models.Model):
    """A proposed end: outcome and evidence, who agreed by role; confirmed by a second party, or set aside."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="settlements")
    outcome = models.CharField(max_length=14, choices=OUTCOMES)
    agreed_by = models.JSONField(default=list, blank=True)
    evidence = models.TextField(blank=True)
    attachments = models.JSONField(default=list, blank=True)
    proposed_by = models.CharField(max_length=60)
    proposed_at = models.DateTimeField()
    proposer_kind = models.CharField(max_length=10, choices=CONFIRMERS)
    proposer_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_by = models.CharField(max_length=60, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmer_kind = models.CharField(max_length=10, choices=CONFIRMERS, blank=True)
    confirmer_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    set_aside_by = models.CharField(max_length=60, blank=True)
    set_aside_at = models.DateTimeField(null=True, blank=True)
    set_aside_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident"], condition=Q(set_aside_at=None), name="settlement_once"),
            models.CheckConstraint(condition=_pair("confirmed_at", "confirmed_by"), name="settlement_confirmed_pair"),
            models.CheckConstraint(condition=_pair("confirmed_at", "confirmer_kind"), name="settlement_confirmer_pair"),
            models.CheckConstraint(condition=_pair("set_aside_at", "set_aside_by"), name="settlement_aside_pair"),
            models.CheckConstraint(condition=~Q(confirmed_by=F("proposed_by")), name="settlement_two_people"),
            models.CheckConstraint(
                condition=Q(confirmer_agency=None)
                | Q(proposer_agency=None)
                | ~Q(confirmer_agency=F("proposer_agency")),
                name="settlement_two_agencies",
            ),
        ]


class Party(models.Model):
    """A side of the matter: a role and an interest, never a person (practice.md, safeguard 2)."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="parties")
    role = models.CharField(max_length=80)
    interest = models.CharField(max_length=200, blank=True)


class Relation(models.Model):
    """How one incident bears on another: causes it, spills over into it, is related."""

    source = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="relations")
    target = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="related_to_it")
    kind = models.CharField(max_length=10, choices=RELATIONS)
    by = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "target", "kind"], name="relation_once"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="relation_two"),
        ]


class Note(models.Model):
    """A development written down by the team (perkembangan). Its words stay out of the ledger."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="notes")
    text = models.TextField()
    by = models.CharField(max_length=60)
    by_label = models.CharField(max_length=120)
    at = models.DateTimeField()


# The nouns with a package of their own; Django looks for tables here.
from kondusif.response.peace import models as _peace  # noqa: E402, F401
from kondusif.response.potentials import models as _potentials  # noqa: E402, F401
