"""Peace actors by consent, invitations to mediation, agreements with their obligations, appeals for calm."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from kondusif.response.peace.rules import (
    ACTORS,
    ANSWERS,
    APPEAL_STATES,
    CONSENT,
    MEDIATION_STATES,
    RESULTS,
    VENUES,
)


class PeaceActor(models.Model):
    """Somebody who helps to make peace and agreed to be asked. Known by post or institution; name and contact lie sealed."""

    kind = models.CharField(max_length=12, choices=ACTORS)
    region = models.CharField(max_length=20)
    designation = models.CharField(max_length=120)
    languages = models.JSONField(default=list)
    able = models.JSONField(default=list)
    sealed = models.TextField(blank=True)
    consent_at = models.DateField()
    consent_how = models.CharField(max_length=10, choices=CONSENT)
    consent_until = models.DateField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    added_by = models.CharField(max_length=60)
    added_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["kind", "region"], name="peace_actor_kind")]
        constraints = [
            models.CheckConstraint(
                condition=(Q(withdrawn_at=None) & ~Q(sealed="")) | Q(withdrawn_at__isnull=False, sealed=""),
                name="peace_actor_withdrawn_is_empty",
            ),
        ]

    @property
    def subject(self) -> str:
        return f"peace-actor:{self.pk}"


class Mediation(models.Model):
    """Parties of one matter are invited to sit down together. The matter is an incident or a latent one."""

    incident = models.ForeignKey(
        "response.Incident", on_delete=models.CASCADE, null=True, blank=True, related_name="mediations"
    )
    potential = models.ForeignKey(
        "response.Potential", on_delete=models.CASCADE, null=True, blank=True, related_name="mediations"
    )
    region = models.CharField(max_length=20)
    venue = models.CharField(max_length=10, choices=VENUES)
    mediator = models.CharField(max_length=120)
    held_at = models.DateTimeField()
    place = models.CharField(max_length=160)
    number = models.CharField(max_length=60, blank=True)
    letter_date = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=MEDIATION_STATES, default="planned")
    result = models.CharField(max_length=10, choices=RESULTS, blank=True)
    note = models.TextField(blank=True)
    made_by = models.CharField(max_length=60)
    made_label = models.CharField(max_length=120)
    made_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(incident=None, potential__isnull=False) | Q(incident__isnull=False, potential=None),
                name="mediation_one_matter",
            ),
            models.CheckConstraint(
                condition=(Q(state="held") & ~Q(result="")) | (~Q(state="held") & Q(result="")), name="mediation_result"
            ),
        ]

    @property
    def subject(self) -> str:
        return f"mediation:{self.pk}"


class Invited(models.Model):
    """A party by role, or a peace actor by post, and whether they come."""

    mediation = models.ForeignKey(Mediation, on_delete=models.CASCADE, related_name="invited")
    actor = models.ForeignKey(PeaceActor, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    role = models.CharField(max_length=120)
    party = models.BooleanField()
    answer = models.CharField(max_length=10, choices=ANSWERS, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.CharField(max_length=60, blank=True)


class Agreement(models.Model):
    """Berita acara kesepakatan. Names, content and witnesses lie sealed and stand nowhere else (domain.md §5)."""

    incident = models.ForeignKey("response.Incident", on_delete=models.CASCADE, related_name="agreements")
    mediation = models.ForeignKey(
        Mediation, on_delete=models.SET_NULL, null=True, blank=True, related_name="agreements"
    )
    number = models.CharField(max_length=60, blank=True)
    held_on = models.DateField()
    place = models.CharField(max_length=160)
    sealed = models.TextField()
    made_by = models.CharField(max_length=60)
    made_label = models.CharField(max_length=120)
    made_at = models.DateTimeField()


class Obligation(models.Model):
    """What an agreement obliges a party or an agency to, by when; an agency's task keeps it in sight."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="obligations")
    who = models.CharField(max_length=80)
    what = models.CharField(max_length=160)
    due_on = models.DateField()
    task = models.OneToOneField("response.Task", on_delete=models.PROTECT, related_name="obligation")
    unkept_at = models.DateTimeField(null=True, blank=True)
    unkept_by = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(unkept_at=None, unkept_by="") | (Q(unkept_at__isnull=False) & ~Q(unkept_by="")),
                name="obligation_unkept_pair",
            ),
        ]


class Appeal(models.Model):
    """Imbauan damai about one matter: words by one person, approved by another, then shared."""

    incident = models.ForeignKey(
        "response.Incident", on_delete=models.CASCADE, null=True, blank=True, related_name="appeals"
    )
    potential = models.ForeignKey(
        "response.Potential", on_delete=models.CASCADE, null=True, blank=True, related_name="appeals"
    )
    region = models.CharField(max_length=20)
    text = models.TextField()
    voices = models.JSONField(default=list)
    safety = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=APPEAL_STATES, default="draft")
    drafted_by = models.CharField(max_length=60)
    drafted_label = models.CharField(max_length=120)
    drafted_at = models.DateTimeField()
    decided_by = models.CharField(max_length=60, blank=True)
    decided_label = models.CharField(max_length=120, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(incident=None, potential__isnull=False) | Q(incident__isnull=False, potential=None),
                name="appeal_one_matter",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", decided_at=None) | (~Q(state="draft") & Q(decided_at__isnull=False)),
                name="appeal_decided",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved", decided_by=models.F("drafted_by")), name="appeal_two_people"
            ),
        ]
