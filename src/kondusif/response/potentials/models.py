"""Latent matters, their reviews, what became of them, and how often a region looks again."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from kondusif.intake.rules import PRECISIONS
from kondusif.response.potentials.rules import KINDS, LEVELS, OWNERS, SCALE, STATES, TRENDS
from kondusif.teams.models import Agency


class Potential(models.Model):
    """A latent matter. Parties are roles and interests: `[[role, interest], …]`. The peace side by kind, never by person."""

    code = models.CharField(max_length=12, unique=True)
    title = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=KINDS)
    region = models.CharField(max_length=20)
    place = models.CharField(max_length=120, blank=True)
    precision = models.CharField(max_length=12, choices=PRECISIONS, default="unknown")
    level = models.CharField(max_length=8, choices=LEVELS)
    likelihood = models.PositiveSmallIntegerField(choices=SCALE, null=True, blank=True)
    impact = models.PositiveSmallIntegerField(choices=SCALE, null=True, blank=True)
    parties = models.JSONField(default=list, blank=True)
    background = models.TextField(blank=True)
    triggers = models.TextField(blank=True)
    signs = models.TextField(blank=True)
    peace_kinds = models.JSONField(default=list, blank=True)
    owner = models.CharField(max_length=10, choices=OWNERS, default="watch")
    owner_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=10, choices=STATES, default="standing")
    first_seen = models.DateField()
    last_review = models.DateField(null=True, blank=True)
    next_review = models.DateField(null=True, blank=True)
    added_by = models.CharField(max_length=60)
    added_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["region", "state"], name="potential_region")]
        constraints = [
            models.CheckConstraint(
                condition=Q(owner="agency", owner_agency__isnull=False) | (~Q(owner="agency") & Q(owner_agency=None)),
                name="potential_owner",
            ),
            models.CheckConstraint(
                condition=Q(state="over", next_review=None) | Q(state="standing", next_review__isnull=False),
                name="potential_next_review",
            ),
        ]

    @property
    def subject(self) -> str:
        return f"potential:{self.code}"


class Review(models.Model):
    """Somebody looked again: how it stands, why, and when to look next."""

    potential = models.ForeignKey(Potential, on_delete=models.CASCADE, related_name="reviews")
    trend = models.CharField(max_length=8, choices=TRENDS)
    why = models.TextField()
    level = models.CharField(max_length=8, choices=LEVELS)
    next_review = models.DateField(null=True, blank=True)
    by = models.CharField(max_length=60)
    by_label = models.CharField(max_length=120)
    at = models.DateTimeField()


class Became(models.Model):
    """A latent matter was recorded as an incident: seen from both pages, many over the years."""

    potential = models.ForeignKey(Potential, on_delete=models.CASCADE, related_name="became")
    incident = models.ForeignKey("response.Incident", on_delete=models.CASCADE, related_name="came_from")
    by = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["potential", "incident"], name="became_once")]


class ReviewEvery(models.Model):
    """How many days a region lets pass before it looks again at a latent matter of a level."""

    region = models.CharField(max_length=20)
    level = models.CharField(max_length=8, choices=LEVELS)
    days = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region", "level"], name="review_every_once"),
            models.CheckConstraint(condition=Q(days__gte=1, days__lte=365), name="review_every_days"),
        ]
