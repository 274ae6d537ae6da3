"""Who is kept out of one matter."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from kondusif.teams.matters.rules import GROUNDS


class MatterLock(models.Model):
    """A member or an agency kept out of one report or incident and all that belongs to it. Holds from its confirmation by a second person."""

    subject = models.CharField(max_length=80)
    region = models.CharField(max_length=20)
    restricted = models.BooleanField(default=False)
    user = models.ForeignKey("teams.User", on_delete=models.CASCADE, null=True, blank=True, related_name="matter_locks")
    agency = models.ForeignKey(
        "teams.Agency", on_delete=models.CASCADE, null=True, blank=True, related_name="matter_locks"
    )
    ground = models.CharField(max_length=10, choices=GROUNDS)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    asked_by = models.CharField(max_length=60)
    asked_label = models.CharField(max_length=120)
    asked_at = models.DateTimeField()
    confirmed_by = models.CharField(max_length=60, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=60, blank=True)

    class Meta:
        app_label = "teams"
        indexes = [
            models.Index(fields=["user", "ends_at"], name="matter_lock_user"),
            models.Index(fields=["agency", "ends_at"], name="matter_lock_agency"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gte=F("starts_at")), name="matter_lock_period"),
            models.CheckConstraint(condition=Q(user=None) ^ Q(agency=None), name="matter_lock_one"),
            models.CheckConstraint(condition=~Q(confirmed_by=F("asked_by")), name="matter_lock_two"),
            models.CheckConstraint(
                condition=Q(confirmed_at=None, confirmed_by="") | (Q(confirmed_at__isnull=False) & ~Q(confirmed_by="")),
                name="matter_lock_pair",
            ),
        ]

    @property
    def whom(self) -> str:
        return str(self.user or self.agency)
