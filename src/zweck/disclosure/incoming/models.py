"""Which mails were taken, how far a mailbox was looked through, and how many mails had which outcome.

No address, no subject and no Message-ID lies here: a mail is known by a keyed hash.
"""

from django.db import models


class Taken(models.Model):
    """A mail that was taken, in the database of what it led to and in the same transaction."""

    mark = models.BinaryField(max_length=32, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"mail {bytes(self.mark).hex()[:8]}"


class Looked(models.Model):
    """How far a mailbox was looked through: everything up to `uid` has been decided on."""

    mailbox = models.CharField(max_length=64, unique=True)  # a hash of server, user and folder
    validity = models.BigIntegerField()  # RFC 9051: with another one the numbers mean other mails
    uid = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"mailbox {self.mailbox[:8]} up to {self.uid}"


class Tally(models.Model):
    """How many mails of a day had an outcome."""

    day = models.DateField()
    outcome = models.CharField(max_length=10)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "outcome"], name="incoming_tally_once")]

    def __str__(self) -> str:
        return f"{self.day}: {self.count} {self.outcome}"


class SoftBounce(models.Model):
    """A mail that could not be delivered for now, under the keyed fingerprint of its address."""

    site = models.CharField(max_length=60)
    fingerprint = models.BinaryField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["site", "fingerprint", "at"], name="incoming_soft_bounces")]

    def __str__(self) -> str:
        return f"{self.site}: {self.at:%Y-%m-%d}"
