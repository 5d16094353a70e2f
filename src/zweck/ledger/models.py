"""The log's tables. All are append-only by trigger (migration 0002) and hold no personal data.

An act is written beside what it records; the sequencer later gives it a position, in a table of its own, so that the
row of the act itself is never touched again.
"""

from django.db import models


class Log(models.Model):
    """This database's log: one row, made once. The origin names it in every checkpoint."""

    id = models.SmallIntegerField(primary_key=True)
    origin = models.CharField(max_length=120)

    def __str__(self) -> str:
        return self.origin


class Act(models.Model):
    """What was done: canonical JSON, with its time, and its leaf hash.

    PostgreSQL adds `tx`, the writing transaction (migration 0002).
    """

    site = models.CharField(max_length=60)
    leaf = models.BinaryField(max_length=32)
    body = models.TextField()

    def __str__(self) -> str:
        return f"act {self.pk} of {self.site}"


class Position(models.Model):
    """Where an act stands in the tree; gapless from 0."""

    position = models.BigIntegerField(primary_key=True)
    act = models.OneToOneField(Act, models.PROTECT, related_name="place")

    def __str__(self) -> str:
        return str(self.position)


class Checkpoint(models.Model):
    """A signed tree head, with the frontier from which the tree grows on.

    `settled`: transactions before this one have nothing left to sequence (PostgreSQL; 0 elsewhere).
    """

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)
    frontier = models.BinaryField()
    note = models.TextField()
    at = models.DateTimeField()
    settled = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"checkpoint at {self.size}"


class Testimony(models.Model):
    """What an outsider said about a checkpoint: a C2SP cosignature line, or an RFC 3161 token in base64."""

    checkpoint = models.ForeignKey(Checkpoint, models.PROTECT, related_name="testimonies")
    kind = models.CharField(max_length=12, choices=[("cosignature", "cosignature"), ("timestamp", "timestamp")])
    content = models.TextField()

    def __str__(self) -> str:
        return f"{self.kind} of {self.checkpoint_id}"
