"""What triage writes down beside a report: its assessment, verdicts, joins that can be undone, and referrals."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from kondusif.intake.models import Report
from kondusif.teams.models import Agency
from kondusif.triage.categories import ACLED, PASAL5, SNPK
from kondusif.triage.claims import models as claims  # noqa: F401  (the tables of isu belong to this app)
from kondusif.triage.rules import BODIES, CLOSINGS, CONFIRMERS, CREDIBILITY, SOURCES, STAGES, VERDICTS


class Assessment(models.Model):
    """How a report was weighed: who confirmed it (a role, never a person), how credible, of what kind."""

    report = models.OneToOneField(Report, on_delete=models.CASCADE, related_name="assessment")
    source = models.CharField(max_length=1, choices=SOURCES, default="F")
    confirmed_by = models.CharField(max_length=16, choices=CONFIRMERS, blank=True)
    credibility = models.PositiveSmallIntegerField(choices=CREDIBILITY, default=6)
    pasal5 = models.CharField(max_length=1, choices=PASAL5, blank=True)
    snpk = models.CharField(max_length=16, choices=SNPK, blank=True)
    acled = models.CharField(max_length=24, choices=ACLED, blank=True)
    stage = models.CharField(max_length=10, choices=STAGES, blank=True)
    reasons = models.TextField(blank=True)
    by = models.CharField(max_length=60)
    by_label = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(source="F") | ~Q(confirmed_by=""), name="assessment_source_role"),
            models.CheckConstraint(condition=Q(credibility__range=(1, 6)), name="assessment_credibility"),
        ]


class Verdict(models.Model):
    """One judgement with its reason; earlier ones stay. A verdict is about the claim, never about its sender."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="verdicts")
    kind = models.CharField(max_length=10, choices=VERDICTS)
    closing = models.CharField(max_length=10, choices=CLOSINGS, blank=True)
    reason = models.TextField(blank=True)
    by = models.CharField(max_length=60)
    by_label = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="closed") & ~Q(closing="") | ~Q(kind="closed") & Q(closing=""), name="verdict_closing"
            ),
            models.CheckConstraint(condition=Q(kind="verified") | ~Q(reason=""), name="verdict_reason"),
        ]


class Merge(models.Model):
    """Report `joined` stands under `primary`. `before` holds every touched row as it was, for taking it apart again."""

    primary = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="joined_here")
    joined = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="joins")
    before = models.TextField()
    by = models.CharField(max_length=60)
    at = models.DateTimeField()
    undone_by = models.CharField(max_length=60, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["joined"], condition=Q(undone_at=None), name="merge_once"),
            models.CheckConstraint(condition=~Q(primary=F("joined")), name="merge_two"),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by="") | (~Q(undone_at=None) & ~Q(undone_by="")),
                name="merge_undone_pair",
            ),
        ]


class Referral(models.Model):
    """A report offered to an agency or an outside body. While it waits, the report keeps its owner and its deadline."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="referrals")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="referrals")
    body = models.CharField(max_length=16, choices=BODIES, blank=True)
    reason = models.TextField()
    by = models.CharField(max_length=60)
    at = models.DateTimeField()
    accepted = models.BooleanField(null=True)
    answer = models.TextField(blank=True)
    answered_by = models.CharField(max_length=60, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report"], condition=Q(answered_at=None), name="referral_once"),
            models.CheckConstraint(
                condition=Q(agency=None) & ~Q(body="") | ~Q(agency=None) & Q(body=""), name="referral_one_way"
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by="", accepted=None)
                | (Q(answered_at__isnull=False, accepted__isnull=False) & ~Q(answered_by="")),
                name="referral_answer_whole",
            ),
            models.CheckConstraint(condition=~Q(accepted=False) | ~Q(answer=""), name="referral_refusal_reason"),
        ]

    @property
    def to(self) -> str:
        return self.agency.name if self.agency else self.get_body_display()
