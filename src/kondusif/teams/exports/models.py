"""Requests for an export in bulk, and everything that left."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from kondusif.teams.exports.rules import KINDS, REASONS


class ExportRequest(models.Model):
    """An export in bulk that somebody asks for: `rows` as there were, a reason from the list, a yes by a second person for a day."""

    kind = models.CharField(max_length=20)  # rules.KINDS
    region = models.CharField(max_length=20)
    rows = models.PositiveIntegerField()
    restricted = models.BooleanField(default=False)
    reason = models.CharField(max_length=10, choices=REASONS)
    asked_by = models.CharField(max_length=60)
    asked_label = models.CharField(max_length=120)
    asked_at = models.DateTimeField()
    approved = models.BooleanField(null=True)
    decided_by = models.CharField(max_length=60, blank=True)
    decided_label = models.CharField(max_length=120, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    valid_until = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "teams"
        indexes = [models.Index(fields=["asked_by", "kind"], name="export_request_by")]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by="", approved=None)
                | (Q(decided_at__isnull=False, approved__isnull=False) & ~Q(decided_by="")),
                name="export_decided_pair",
            ),
            models.CheckConstraint(condition=~Q(decided_by=F("asked_by")), name="export_two_people"),
            models.UniqueConstraint(
                fields=["asked_by", "kind", "region"], condition=Q(approved=None), name="export_asked_once"
            ),
        ]

    @property
    def subject(self) -> str:
        return f"export:{self.pk}"

    @property
    def words(self) -> str:
        return dict(KINDS).get(self.kind, self.kind)

    def state(self, at: datetime) -> str:
        """One of `rules.STATES`."""
        if self.approved is None:
            return "waiting"
        if not self.approved:
            return "refused"
        if self.used_at is not None:
            return "used"
        return "approved" if self.valid_until is not None and at < self.valid_until else "over"


class Export(models.Model):
    """Something that left the house: what, how many rows, by whom, when; `request` where it needed a yes."""

    kind = models.CharField(max_length=20)  # rules.KINDS
    region = models.CharField(max_length=20)
    rows = models.PositiveIntegerField()
    restricted = models.BooleanField(default=False)
    by = models.CharField(max_length=60)
    by_label = models.CharField(max_length=120)
    at = models.DateTimeField()
    request = models.ForeignKey(ExportRequest, on_delete=models.PROTECT, null=True, blank=True, related_name="taken")

    class Meta:
        app_label = "teams"
        indexes = [models.Index(fields=["by", "kind", "-at"], name="export_by")]

    @property
    def words(self) -> str:
        return dict(KINDS).get(self.kind, self.kind)
