"""Isu, its sightings (butir), evidence, verdicts, objections, counter-messages, letters, links; and the quiet period.

No table here has a place for a sender, an account or a handle: a claim is looked at, never who passed it on.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from kondusif.intake.models import Report
from kondusif.triage.claims.rules import APPELLANTS, CHANNELS, OUTSIDE, REFERRED_TO, STATES, TOPICS, VERDICTS


class Claim(models.Model):
    """What is said. `key` is its title in a form two spellings share; one claim of a key in a region."""

    code = models.CharField(max_length=12, unique=True)
    region = models.CharField(max_length=20)
    topic = models.CharField(max_length=10, choices=TOPICS)
    title = models.CharField(max_length=120)
    key = models.CharField(max_length=120)
    statement = models.TextField()
    state = models.CharField(max_length=10, choices=STATES, default="open")
    verdict = models.CharField(max_length=10, choices=VERDICTS, blank=True)
    rest_reason = models.TextField(blank=True)
    recorded_by = models.CharField(max_length=60)
    recorded_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region", "key"], name="claim_once"),
            models.CheckConstraint(condition=Q(state="open") | ~Q(verdict=""), name="claim_verdict"),
        ]
        indexes = [models.Index(fields=["state", "recorded_at"], name="claim_state")]

    @property
    def subject(self) -> str:
        return f"claim:{self.code}"


class Item(models.Model):
    """Butir: where and when the claim was seen. `digest` makes the same row of a sheet one item however often it comes."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="items")
    report = models.OneToOneField(Report, on_delete=models.PROTECT, null=True, blank=True, related_name="claim_item")
    region = models.CharField(max_length=20)
    seen_on = models.DateField()
    channel = models.CharField(max_length=10, choices=CHANNELS)
    link = models.CharField(max_length=300, blank=True)
    words = models.CharField(max_length=500, blank=True)
    outside = models.CharField(max_length=10, choices=OUTSIDE, blank=True)
    digest = models.CharField(max_length=64)
    by = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["claim", "digest"], name="claim_item_once")]


class Evidence(models.Model):
    """What speaks for or against the claim: a source with its date, or a file kept without metadata."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="evidence")
    source = models.CharField(max_length=160)
    source_date = models.DateField()
    link = models.CharField(max_length=300, blank=True)
    shows = models.CharField(max_length=500)
    digest = models.CharField(max_length=64, blank=True)
    name = models.CharField(max_length=80, blank=True)
    media_type = models.CharField(max_length=60, blank=True)
    by = models.CharField(max_length=60)
    at = models.DateTimeField()


class ClaimVerdict(models.Model):
    """One judgement of a claim, by the role named in `role`; earlier ones stay."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="verdicts")
    kind = models.CharField(max_length=10, choices=VERDICTS)
    reason = models.TextField()
    role = models.CharField(max_length=120)
    by = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="claim_verdict_reason")]


class Appeal(models.Model):
    """Keberatan: somebody, in a capacity and without a name, says that a verdict is wrong. Another person looks again."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="appeals")
    against = models.ForeignKey(ClaimVerdict, on_delete=models.PROTECT, related_name="appeals")
    capacity = models.CharField(max_length=10, choices=APPELLANTS)
    reason = models.TextField()
    by = models.CharField(max_length=60)
    at = models.DateTimeField()
    answer = models.OneToOneField(ClaimVerdict, on_delete=models.PROTECT, null=True, blank=True, related_name="answers")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["claim"], condition=Q(answer=None), name="claim_appeal_waiting"),
            models.CheckConstraint(condition=~Q(reason=""), name="claim_appeal_reason"),
        ]


class Counter(models.Model):
    """Klarifikasi: drafted by one, published by another; withdrawn, never rewritten."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="counters")
    verdict = models.ForeignKey(ClaimVerdict, on_delete=models.PROTECT, related_name="counters")
    title = models.CharField(max_length=120)
    body = models.TextField()
    safety = models.BooleanField(default=False)
    drafted_by = models.CharField(max_length=60)
    drafted_at = models.DateTimeField()
    published_by = models.CharField(max_length=60, blank=True)
    published_role = models.CharField(max_length=120, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=60, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["claim"], condition=Q(published_at=None, withdrawn_at=None), name="claim_counter_draft"
            ),
            models.UniqueConstraint(
                fields=["claim"],
                condition=Q(published_at__isnull=False, withdrawn_at=None),
                name="claim_counter_public",
            ),
            models.CheckConstraint(
                condition=Q(published_at=None) | ~Q(published_by=F("drafted_by")), name="claim_counter_second"
            ),
        ]


class ClaimReferral(models.Model):
    """That a letter about the claim went to a body. The letter itself is made from the claim and holds no sender."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="referrals")
    body = models.CharField(max_length=10, choices=REFERRED_TO)
    by = models.CharField(max_length=60)
    at = models.DateTimeField()


class ClaimLink(models.Model):
    """A claim put beside an incident by hand. The incident belongs to a later stage: only its subject stands here."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="links")
    incident = models.CharField(max_length=80)
    by = models.CharField(max_length=60)
    at = models.DateTimeField()
    ended_by = models.CharField(max_length=60, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["claim", "incident"], condition=Q(ended_at=None), name="claim_link_once")
        ]


class QuietPeriod(models.Model):
    """Masa tenang in a region and all below it: nothing but safety notices is published."""

    region = models.CharField(max_length=20)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    basis = models.CharField(max_length=120)
    set_by = models.CharField(max_length=60)
    set_at = models.DateTimeField()
    ended_by = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(ends_at__gte=F("starts_at")), name="quiet_period_order")]
