"""Reports, their attachments, the reporter's sealed contact, the conversation, and near duplicates."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from kondusif.intake.message.matters import KIND_NAMES, SOURCES
from kondusif.intake.rules import CHANNELS, PRECISIONS, REASONS, STATES, THREAT, WHEN


class Report(models.Model):
    """One report as it came in. Facts never change; `state`, `severity` and handling belong to triage."""

    uuid = models.UUIDField(unique=True)
    code = models.CharField(max_length=12, unique=True)
    tracking_digest = models.CharField(max_length=64, unique=True)
    content_digest = models.CharField(max_length=64)
    channel = models.CharField(max_length=10, choices=CHANNELS)
    taken_by = models.CharField(max_length=60, blank=True)
    text = models.TextField()
    threatened = models.CharField(max_length=8, choices=THREAT)
    restricted = models.BooleanField(default=False)  # menyangkut aparat/pejabat
    refer_to = models.CharField(max_length=20, blank=True)  # where a restricted report should go, as the reporter chose
    language = models.CharField(max_length=2, default="id")

    occurred_at = models.DateTimeField(null=True, blank=True)
    occurred_precision = models.CharField(max_length=8, choices=WHEN, default="unknown")
    observed_at = models.DateTimeField(null=True, blank=True)
    reported_at = models.DateTimeField()
    received_at = models.DateTimeField(db_index=True)

    region = models.CharField(max_length=20)
    place_text = models.CharField(max_length=200, blank=True)
    place_precision = models.CharField(max_length=12, choices=PRECISIONS)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    cell = models.BigIntegerField(null=True, blank=True)

    state = models.CharField(max_length=12, choices=STATES, default="received")
    severity = models.CharField(max_length=2, blank=True)
    version = models.PositiveIntegerField(default=1)
    handler = models.CharField(max_length=60, blank=True)
    handler_label = models.CharField(max_length=120, blank=True)
    handler_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "-received_at"], name="report_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(lat=None, lon=None, cell=None)
                | Q(lat__isnull=False, lon__isnull=False, cell__isnull=False),
                name="report_point_whole",
            ),
            models.CheckConstraint(
                condition=Q(handler="", handler_until=None) | (~Q(handler="") & Q(handler_until__isnull=False)),
                name="report_handler_pair",
            ),
        ]

    @property
    def subject(self) -> str:
        return f"report:{self.code}"


class Attachment(models.Model):
    """A file by its content: `digest` is the SHA-256 of what is kept, after metadata was taken out."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="attachments")
    digest = models.CharField(max_length=64)
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    name = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "digest"], name="attachment_once")]


class Told(models.Model):
    """What the message told beside its story, as the officer let it stand: nobody has verified it."""

    report = models.OneToOneField(Report, on_delete=models.CASCADE, related_name="told")
    kind = models.CharField(max_length=20, blank=True, choices=KIND_NAMES)
    people = models.PositiveIntegerField(null=True, blank=True)
    dead = models.PositiveIntegerField(null=True, blank=True)
    injured = models.PositiveIntegerField(null=True, blank=True)
    source = models.CharField(max_length=12, blank=True, choices=SOURCES)


class Contact(models.Model):
    """How to reach the reporter: ciphertext, and a keyed index that only the gate can search."""

    report = models.OneToOneField(Report, on_delete=models.CASCADE, related_name="contact")
    sealed = models.TextField()
    lookup = models.CharField(max_length=64, db_index=True)
    erased_at = models.DateTimeField(null=True, blank=True)


class IdentityRequest(models.Model):
    """A request to open a contact. Opened only when two people of different agencies agreed."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="identity_requests")
    reason = models.CharField(max_length=20, choices=REASONS)
    note = models.CharField(max_length=300, blank=True)
    asked_by = models.CharField(max_length=60)
    asked_label = models.CharField(max_length=120)
    asked_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)


class IdentityApproval(models.Model):
    request = models.ForeignKey(IdentityRequest, on_delete=models.CASCADE, related_name="approvals")
    by = models.CharField(max_length=60)
    agency = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "by"], name="approval_person_once"),
            models.UniqueConstraint(fields=["request", "agency"], name="approval_agency_once"),
        ]


class Letter(models.Model):
    """One message of the conversation between office and reporter, under the report's code."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="letters")
    from_reporter = models.BooleanField()
    author = models.CharField(max_length=60, blank=True)
    text = models.TextField()
    at = models.DateTimeField()


class Similar(models.Model):
    """A pair that may tell of the same matter: how far apart, how long apart, how alike the words (0–100)."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="similar")
    other = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="similar_to_it")
    metres = models.PositiveIntegerField(null=True, blank=True)
    minutes = models.IntegerField()
    likeness = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "other"], name="similar_once")]


class NilReport(models.Model):
    """A region's word for a day that nothing happened, and which sources were asked. One a day and region."""

    region = models.CharField(max_length=20)
    day = models.DateField()
    sources = models.JSONField()
    filed_by = models.CharField(max_length=60)
    filed_label = models.CharField(max_length=120)
    filed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "day"], name="nil_once_a_day")]
        indexes = [models.Index(fields=["day"], name="nil_day")]


class ChannelMessage(models.Model):
    """A message that came by a channel, once by the gateway's own id. The sender is sealed like a contact (`privacy`).

    `text` is kept where no report holds it: help, parts of a longer message, messages held back from a flood.
    """

    OUTCOMES = [
        ("report", "Laporan"), ("answer", "Jawaban pelapor"), ("nil", "Nihil"), ("track", "Lacak"), ("help", "Bantuan"),
        ("part", "Bagian"), ("held", "Tertahan"), ("ignored", "Diabaikan"),
    ]  # fmt: skip

    key = models.CharField(max_length=200, unique=True)
    gateway = models.CharField(max_length=40)
    sender = models.CharField(max_length=64)
    sealed = models.TextField(blank=True)
    same = models.CharField(max_length=64)
    outcome = models.CharField(max_length=8, choices=OUTCOMES)
    report = models.ForeignKey(Report, on_delete=models.SET_NULL, null=True, related_name="channel_messages")
    text = models.TextField(blank=True)
    group = models.UUIDField(null=True)
    part = models.PositiveSmallIntegerField(null=True)
    total = models.PositiveSmallIntegerField(null=True)
    received_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["sender", "received_at"], name="channel_sender"),
            models.Index(fields=["gateway", "received_at"], name="channel_gateway"),
            models.Index(fields=["group"], name="channel_group", condition=Q(outcome="part", report=None)),
        ]
        constraints = [models.UniqueConstraint(fields=["group", "part"], name="channel_part_once")]


class ChannelReply(models.Model):
    """What is said back, once by its key. Address and words are wiped when it is gone: a tracking code is said once."""

    key = models.CharField(max_length=210, unique=True)
    gateway = models.CharField(max_length=40)
    sealed = models.TextField(blank=True)
    thread = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["created_at"], name="channel_reply_waiting", condition=Q(sent_at=None, error=""))
        ]


class ChannelCursor(models.Model):
    """How far a channel that is asked (Telegram's getUpdates) has been read."""

    gateway = models.CharField(max_length=40, unique=True)
    position = models.BigIntegerField(default=0)


class Delivery(models.Model):
    """What a device handed in for a signed receipt: one row a UUID, written with the act itself.

    `digest` is of the content as received, `subject` what became of it, `written_at` when it was written by our clock (empty where
    the device could not know).
    """

    uuid = models.UUIDField(unique=True)
    kind = models.CharField(max_length=8)
    subject = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    by = models.CharField(max_length=60)
    received_at = models.DateTimeField()
    written_at = models.DateTimeField(null=True, blank=True)
