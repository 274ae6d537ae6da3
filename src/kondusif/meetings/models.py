"""Printed figures. Meetings, minutes and decisions will join them here."""

from __future__ import annotations

from django.db import models


class PrintedFigure(models.Model):
    """A figure's birth certificate: enough to compute it again from the ledger, and to notice when it no longer comes out.

    `head_line` and `head_hash`: the sealed block up to which the ledger was read; `known_at`: when that block was sealed (real
    time). `value` is seconds for a duration, kept ones for a share, a count for a count; null where nothing could be said.
    """

    code = models.CharField(max_length=12, unique=True)
    definition = models.CharField(max_length=30)
    version = models.PositiveSmallIntegerField()
    region = models.CharField(max_length=20, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    towns = models.JSONField(default=list)
    agency = models.PositiveIntegerField(default=0)  # 0: of no one agency
    severity = models.CharField(max_length=2, blank=True)
    kind = models.CharField(max_length=16, blank=True)
    channel = models.CharField(max_length=16, blank=True)
    head_line = models.BigIntegerField()
    head_hash = models.CharField(max_length=64)
    known_at = models.DateTimeField()
    value = models.BigIntegerField(null=True, blank=True)
    n = models.PositiveIntegerField()
    of = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    made_by = models.CharField(max_length=60)
    made_label = models.CharField(max_length=120)
    made_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["region", "-made_at"], name="figure_region")]
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="figure_period"),
            models.UniqueConstraint(
                fields=[
                    "definition",
                    "version",
                    "region",
                    "starts_at",
                    "ends_at",
                    "agency",
                    "severity",
                    "kind",
                    "channel",
                    "head_line",
                ],
                name="figure_once",
            ),
        ]

    @property
    def subject(self) -> str:
        return f"figure:{self.code}"
