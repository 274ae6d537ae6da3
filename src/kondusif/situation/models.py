"""Statuses of regions with their approval, assessments side by side, and when a region was last heard of."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from kondusif.situation.rules import LEVELS, VIEWS


class RegionStatus(models.Model):
    """One proposal and what became of it. In force: the newest one set, or raised *sementara* and not refused."""

    region = models.CharField(max_length=20)
    level = models.CharField(max_length=10, choices=LEVELS)
    reason = models.CharField(max_length=400)
    state = models.CharField(
        max_length=10, choices=[(s, s) for s in ("proposed", "checked", "set", "refused", "replaced")]
    )
    temporary = models.BooleanField(default=False)
    proposed_by = models.CharField(max_length=60)
    proposed_label = models.CharField(max_length=120)
    proposed_at = models.DateTimeField()
    checked_by = models.CharField(max_length=60, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=60, blank=True)
    decided_label = models.CharField(max_length=120, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_note = models.CharField(max_length=400, blank=True)
    valid_until = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["region", "-proposed_at"], name="status_region")]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by="", decided_at=None) | (~Q(decided_by="") & Q(decided_at__isnull=False)),
                name="status_decided_pair",
            ),
            models.CheckConstraint(
                condition=Q(checked_by="", checked_at=None) | (~Q(checked_by="") & Q(checked_at__isnull=False)),
                name="status_checked_pair",
            ),
            models.UniqueConstraint(
                fields=["region"], condition=Q(state__in=["proposed", "checked"]), name="one_open_proposal"
            ),
        ]

    @property
    def subject(self) -> str:
        return f"status:{self.pk}"


class Assessment(models.Model):
    """What one body says of a region at a time. Disagreement is shown, never averaged."""

    region = models.CharField(max_length=20)
    view = models.CharField(max_length=10, choices=VIEWS)
    level = models.CharField(max_length=10, choices=LEVELS)
    note = models.CharField(max_length=300, blank=True)
    by = models.CharField(max_length=60)
    by_label = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["region", "view", "-at"], name="assessment_region")]


class Heard(models.Model):
    """When a kab/kota was last heard of: a report, an act of its people. Kept by a ledger reader."""

    region = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()


class Briefing(models.Model):
    """Laporan singkat pimpinan: ten lines of one region for one slot (06.00, 18.00), as known at `made_at`. One a slot."""

    region = models.CharField(max_length=20)
    slot = models.DateTimeField()
    lines = models.JSONField()
    made_at = models.DateTimeField()
    approved_by = models.CharField(max_length=60, blank=True)
    approved_label = models.CharField(max_length=120, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region", "slot"], name="briefing_slot_once"),
            models.CheckConstraint(
                condition=Q(approved_by="", approved_at=None) | (~Q(approved_by="") & Q(approved_at__isnull=False)),
                name="briefing_approved_pair",
            ),
        ]

    @property
    def subject(self) -> str:
        return f"briefing:{self.pk}"


class Directive(models.Model):
    """Arahan: what the leader said to a briefing, as the task it became."""

    briefing = models.ForeignKey(Briefing, on_delete=models.CASCADE, related_name="directives")
    task = models.OneToOneField("response.Task", on_delete=models.CASCADE, related_name="directive")
    entered_by = models.CharField(max_length=60)
    entered_at = models.DateTimeField()


class WallScreen(models.Model):
    """Layar ruang kendali: a screen on a wall that shows one region's picture and nothing else, until a date.

    Its link is opened once, on the screen (`link_digest`); from then on a cookie there is its key (`key_digest`).
    """

    region = models.CharField(max_length=20)
    label = models.CharField(max_length=60)
    phones = models.BooleanField(default=False)
    link_digest = models.CharField(max_length=64, unique=True)
    link_until = models.DateTimeField()
    key_digest = models.CharField(max_length=64, blank=True)
    made_by = models.CharField(max_length=60)
    made_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField()
    ended_by = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key_digest"], condition=~Q(key_digest=""), name="wall_key_once"),
            models.CheckConstraint(
                condition=Q(opened_at=None, key_digest="") | (Q(opened_at__isnull=False) & ~Q(key_digest="")),
                name="wall_opened_pair",
            ),
        ]

    @property
    def subject(self) -> str:
        return f"wall:{self.pk}"


class WallSheet(models.Model):
    """The picture of a region at a full hour, as it was known then. Kept for a month."""

    region = models.CharField(max_length=20)
    hour = models.DateTimeField()
    picture = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "hour"], name="wall_sheet_once")]


class SipksLayout(models.Model):
    """How the SIPKS sheet looks, as the secretariat saved it last: `columns` of [field, heading, heading above]; `above`: lines over the table."""

    columns = models.JSONField()
    above = models.JSONField(default=list)
    saved_by = models.CharField(max_length=60)
    saved_label = models.CharField(max_length=120)
    saved_at = models.DateTimeField()
