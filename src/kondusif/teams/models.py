"""Users, agencies, teams, duties, rosters, response plans, the outbox."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q

from kondusif.teams.exports.models import Export, ExportRequest
from kondusif.teams.ladders import TARGETS
from kondusif.teams.matters.models import MatterLock
from kondusif.teams.rules import AGENCY_KINDS, ROLES

__all__ = ["Export", "ExportRequest", "MatterLock"]  # models of a noun with a package of its own

ROLE_CHOICES = [(r.code, r.label) for r in ROLES.values()]
KIND_CHOICES = [(code, label) for code, (label, _) in AGENCY_KINDS.items()]
SEVERITIES = [(s, s) for s in ("S1", "S2", "S3", "S4")]


class User(AbstractUser):
    """A member. Known to others by title ("Petugas piket Kesbangpol Balikpapan"), not by private data."""

    title = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=24, blank=True)
    theme = models.CharField(
        max_length=5, choices=[("auto", "auto"), ("light", "light"), ("dark", "dark")], default="auto"
    )
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.title or self.username


class Agency(models.Model):
    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, choices=KIND_CHOICES)
    region = models.CharField(max_length=20, db_index=True)
    vertical = models.BooleanField()
    phone = models.CharField(max_length=24, blank=True)

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    """The integrated team of a region, as its decree (SK) says."""

    region = models.CharField(max_length=20, db_index=True)
    decree_number = models.CharField(max_length=80)
    decree_date = models.DateField()
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")), name="team_period"
            ),
        ]


class Duty(models.Model):
    """A role held by a user in a region, for a time, for an agency where the role needs one."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="duties")
    role = models.CharField(max_length=20, choices=ROLE_CHOICES)
    region = models.CharField(max_length=20)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="duties")
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "role", "region"], condition=Q(valid_until=None), name="duty_once"),
        ]


class Shift(models.Model):
    """A turn of duty in a region: half-open, in UTC."""

    region = models.CharField(max_length=20)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="shifts")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["region", "starts_at"], name="shift_region")]
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="shift_period")]


class SheetDraft(models.Model):
    """An office sheet that was looked at and waits to be applied: one for each member and kind, gone when applied or after a day."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    content = models.BinaryField()
    mark = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="sheet_draft_once")]


class Swap(models.Model):
    """Tukar piket: whose turn it is asks somebody to take it; the turn changes hands when they accept."""

    shift = models.ForeignKey(Shift, on_delete=models.CASCADE, related_name="swaps")
    asked_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    to = models.ForeignKey(User, on_delete=models.CASCADE, related_name="swaps_asked")
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    accepted = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shift"], condition=Q(answered_at=None), name="swap_open_once"),
        ]


class CalendarLink(models.Model):
    """A secret address under which a member's own turns can be subscribed to. Only the digest of its token is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="calendar_links")
    token_digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)


class Delegation(models.Model):
    """Plh or Plt: somebody acts in another's post for a time, by decree. The absent one keeps the duty."""

    kind = models.CharField(max_length=3, choices=[("plh", "Plh."), ("plt", "Plt.")])
    role = models.CharField(max_length=20, choices=ROLE_CHOICES)
    region = models.CharField(max_length=20)
    absent = models.ForeignKey(User, on_delete=models.CASCADE, related_name="delegated")
    acting = models.ForeignKey(User, on_delete=models.CASCADE, related_name="acting_for")
    decree_number = models.CharField(max_length=80)
    decree_date = models.DateField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    set_by = models.CharField(max_length=60)
    set_at = models.DateTimeField()
    ended_by = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes = [models.Index(fields=["role", "region", "ends_at"], name="delegation_post")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gte=F("starts_at")), name="delegation_period"),
            models.CheckConstraint(condition=~Q(absent=F("acting")), name="delegation_two"),
        ]


class ConflictLock(models.Model):
    """Benturan kepentingan: while a head of region or a relative is a candidate, they and their staff are kept out, by dates."""

    GROUNDS = [
        ("candidate", "Calon dalam pemilihan"), ("relative", "Keluarga calon"), ("staff", "Staf kepala daerah yang mencalonkan diri"),
        ("party", "Pihak dalam permasalahan"),
    ]  # fmt: skip

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="conflict_locks")
    region = models.CharField(max_length=20)
    ground = models.CharField(max_length=10, choices=GROUNDS)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    set_by = models.CharField(max_length=60)
    set_at = models.DateTimeField()
    ended_by = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes = [models.Index(fields=["user", "ends_at"], name="conflict_user")]
        constraints = [models.CheckConstraint(condition=Q(ends_at__gte=F("starts_at")), name="conflict_period")]


class Way(models.Model):
    """A way by which a member is reached outside the house, in the order they are tried. `sealed`: an Apprise address,
    encrypted; empty for mail, whose address is the member's own."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="ways")
    kind = models.CharField(max_length=5, choices=[("email", "Surel"), ("other", "Lainnya")])
    label = models.CharField(max_length=40)
    sealed = models.TextField(blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    tested_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(kind="email"), name="way_email_once"),
            models.CheckConstraint(
                condition=Q(kind="email", sealed="") | (Q(kind="other") & ~Q(sealed="")), name="way_sealed"
            ),
        ]


class AlertPeriod(models.Model):
    """Masa siaga of a region by decree: half-open, in UTC. `below`: also of every region below it. Never deleted, only ended."""

    region = models.CharField(max_length=20)
    below = models.BooleanField(default=True)
    decree_number = models.CharField(max_length=80)
    decree_date = models.DateField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    set_by = models.CharField(max_length=60)
    set_at = models.DateTimeField()
    ended_by = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes = [models.Index(fields=["ends_at"], name="alert_until")]
        constraints = [models.CheckConstraint(condition=Q(ends_at__gte=F("starts_at")), name="alert_period")]


class OfficeHours(models.Model):
    """When a region's offices are open, Monday to Friday; where there is no row the next wider region's hold, then 08–16."""

    region = models.CharField(max_length=20, unique=True)
    opens = models.TimeField()
    shuts = models.TimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(shuts__gt=F("opens")), name="office_hours")]


class DayRule(models.Model):
    """A day that differs from the kept calendar of public holidays: joint leave, or a holiday that was moved."""

    day = models.DateField(unique=True)
    works = models.BooleanField(default=False)
    name = models.CharField(max_length=80)
    decree_number = models.CharField(max_length=80)


class ResponsePlan(models.Model):
    """What is done when an incident of a category and severity is opened in a region ('' = any)."""

    region = models.CharField(max_length=20, blank=True)
    category = models.CharField(max_length=20, blank=True)
    severity = models.CharField(max_length=2, choices=SEVERITIES)
    name = models.CharField(max_length=120)
    again_minutes = models.IntegerField(null=True, blank=True)
    override_reason = models.CharField(max_length=300, blank=True)  # why it is in force although its check found holes

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "category", "severity"], name="plan_once")]


class PlanStep(models.Model):
    plan = models.ForeignKey(ResponsePlan, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    agency_kind = models.CharField(max_length=20, choices=KIND_CHOICES)
    title = models.CharField(max_length=160)
    acknowledge_minutes = models.PositiveIntegerField()
    finish_minutes = models.PositiveIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["plan", "position"], name="step_position")]


class PlanRung(models.Model):
    """A step of a plan's ladder (`ladders.Rung`). A plan without any keeps the usual one."""

    plan = models.ForeignKey(ResponsePlan, on_delete=models.CASCADE, related_name="rungs")
    position = models.PositiveSmallIntegerField()
    target = models.CharField(max_length=20, choices=[(code, words) for code, (words, _l, _a) in TARGETS.items()])
    wait_minutes = models.PositiveIntegerField(default=0)
    opens = models.TimeField(null=True, blank=True)
    shuts = models.TimeField(null=True, blank=True)
    workdays = models.BooleanField(default=False)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "position"], name="rung_position"),
            models.CheckConstraint(
                condition=Q(opens=None, shuts=None) | Q(opens__isnull=False, shuts__isnull=False), name="rung_window"
            ),
        ]


class PlanCheck(models.Model):
    """The last check of a region's plans: how many holes, and a mark by which a new set of them is known."""

    region = models.CharField(max_length=20, unique=True)
    checked_at = models.DateTimeField()
    holes = models.PositiveIntegerField()
    mark = models.CharField(max_length=64)


class Invitation(models.Model):
    """A one-time link by which a member takes an account. Only the digest of its token is kept."""

    token_digest = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="invitations")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)


class OutboxMessage(models.Model):
    """A message to members, written once by its key. `audience` is resolved to people when it is sent:
    `user:5`, `agency:12`, `duty:64.71` (who has the watch there), `role:chair@64.71`."""

    key = models.CharField(max_length=160, unique=True)
    audience = models.CharField(max_length=80)
    subject = models.CharField(max_length=160)
    body = models.TextField()
    url = models.CharField(max_length=200, blank=True)
    urgent = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    spread_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="outbox_waiting", condition=Q(spread_at=None))]


class Delivery(models.Model):
    """One message to one person by one way: `app`, `email`, or `w7` for their way 7.

    In-app ones are done when written; the others when the server took them. They wait for `not_before` (quiet hours, bundling);
    `bundle` is the first delivery of those that go out as one.
    """

    message = models.ForeignKey(OutboxMessage, on_delete=models.CASCADE, related_name="deliveries")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="deliveries")
    way = models.CharField(max_length=10)
    not_before = models.DateTimeField(null=True, blank=True)
    bundle = models.BigIntegerField(null=True, blank=True, db_index=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "user", "way"], name="delivery_once")]
        indexes = [
            models.Index(fields=["user", "way", "read_at"], name="delivery_inbox"),
            models.Index(
                fields=["not_before"], name="delivery_waiting", condition=Q(sent_at=None, bundle=None, error="")
            ),
        ]
