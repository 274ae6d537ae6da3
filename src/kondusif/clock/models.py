"""What is stored about time: the offset, deadlines, jobs, periodic work and worker heartbeats."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class DomainClock(models.Model):
    """One row: how far domain time is from real time, zero except in drills and the demo."""

    offset = models.DurationField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_domain_clock")]


class Deadline(models.Model):
    """A duty with an instant. `subject` is `kind:id`; `owner` says who must act (`region:64.71`, `agency:12`)."""

    duty = models.CharField(max_length=40)
    subject = models.CharField(max_length=80)
    region = models.CharField(max_length=20)
    owner = models.CharField(max_length=80)
    level = models.PositiveSmallIntegerField(default=0)
    set_at = models.DateTimeField()
    due_at = models.DateTimeField()
    met_at = models.DateTimeField(null=True, blank=True)
    met_by = models.CharField(max_length=60, blank=True)
    fired_at = models.DateTimeField(null=True, blank=True)
    retry_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], name="deadline_waiting", condition=Q(met_at=None, fired_at=None)),
            models.Index(fields=["subject", "duty"], name="deadline_subject"),
            models.Index(fields=["due_at"], name="deadline_open", condition=Q(met_at=None)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(met_at=None, met_by="") | (~Q(met_at=None) & ~Q(met_by="")), name="deadline_met_pair"
            ),
            models.CheckConstraint(condition=Q(due_at__gte=F("set_at")), name="deadline_after_set"),
        ]


class Job(models.Model):
    """Work for a worker. Real time throughout: a lease must not jump with the exercise clock."""

    name = models.CharField(max_length=60)
    key = models.CharField(max_length=160, unique=True)
    payload = models.JSONField(default=dict)
    run_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    leased_by = models.CharField(max_length=60, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["run_at"], name="job_waiting", condition=Q(done_at=None, failed_at=None))]


class Periodic(models.Model):
    name = models.CharField(max_length=60, primary_key=True)
    next_run = models.DateTimeField()


class WorkerBeat(models.Model):
    worker = models.CharField(max_length=60, primary_key=True)
    seen_at = models.DateTimeField()
