"""The ledger's tables. Triggers on both databases refuse UPDATE, DELETE and TRUNCATE (migration 0002)."""

from __future__ import annotations

from django.db import models


class Line(models.Model):
    """One act. `detail` is canonical JSON text: its bytes are hashed, so the database must not re-write them."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    verb = models.CharField(max_length=40)
    subject = models.CharField(max_length=80)
    region = models.CharField(max_length=20)
    actor = models.CharField(max_length=60)
    actor_label = models.CharField(max_length=120)
    tier = models.CharField(max_length=10, blank=True)
    detail = models.TextField(default="{}")

    class Meta:
        # None by region: a path is asked for by prefix, which no portable index serves, and it cost every act a page.
        indexes = [models.Index(fields=["subject", "id"], name="line_subject")]


class Block(models.Model):
    """A seal over the lines after the previous block's `last_line` up to its own."""

    id = models.BigIntegerField(primary_key=True)
    last_line = models.BigIntegerField()
    count = models.IntegerField()
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)
    sealed_at = models.DateTimeField()


class ReaderCursor(models.Model):
    """How far a later stage has read. Moves in the transaction of what the reader does, so each line counts once."""

    name = models.CharField(max_length=60, primary_key=True)
    line = models.BigIntegerField(default=0)
