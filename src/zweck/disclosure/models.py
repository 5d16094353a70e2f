"""What is to leave and what has left. No address lies in any of these tables."""

from django.db import models


class Outgoing(models.Model):
    """One alert on its way out. Where it goes is read from the settings when it is sent.

    `key` stays the same across all attempts: it becomes the Message-ID or the idempotency key.
    """

    kind = models.CharField(max_length=10)  # mail, webhook
    site = models.CharField(max_length=60)
    key = models.CharField(max_length=64, unique=True)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)  # a sender has it in hand; after this it died with it
    attempts = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=120, default="")  # the kind of the last error

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(sent_at__isnull=True, given_up_at__isnull=True),
                name="disclosure_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key[:8]}"


class Letter(models.Model):
    """One mail to a person, in the database of the person's place. The vault is asked for the address when it is sent.

    `links` hold tokens and are emptied as soon as they are no longer needed. `state`: see `values.State`.
    """

    site = models.CharField(max_length=60)
    place = models.CharField(max_length=60)
    subject = models.BinaryField(max_length=16)
    grant = models.BinaryField(max_length=16)
    purpose = models.CharField(max_length=60)
    stream = models.CharField(max_length=13)
    template = models.CharField(max_length=60)
    language = models.CharField(max_length=8)
    key = models.CharField(max_length=100)  # becomes the Message-ID: a second attempt is the same mail
    says = models.JSONField(default=dict)
    links = models.JSONField(default=dict)
    fields = models.JSONField(default=list)  # names of data read when it is sent
    entry = models.BinaryField(max_length=16, null=True)
    reply_to = models.CharField(max_length=64, default="")
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=13, default="waiting")
    trouble = models.CharField(max_length=200, default="")
    message_id = models.CharField(max_length=200, default="")
    answer = models.CharField(max_length=200, default="")  # the mail server's last line, without any address
    accepted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "key"], name="disclosure_letter_key")]
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(state="waiting"), name="disclosure_letter_due"),
            models.Index(fields=["subject"], name="disclosure_letter_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.key[:8]}"

    @property
    def using(self) -> str:
        """The database it lies in."""
        return self._state.db or "default"


class Disclosure(models.Model):
    """Who was told what, when, under which purpose, through whom: written before anything leaves.

    `ref` is made of site, key and grant, so that nothing is disclosed twice under one key by accident; mails carry it
    where their bounces come back. `act`: the ledger entry it was recorded with.
    """

    ref = models.BinaryField(max_length=16, unique=True)
    site = models.CharField(max_length=60)
    subject = models.BinaryField(max_length=16)
    grant = models.BinaryField(max_length=16)
    purpose = models.CharField(max_length=60)
    data = models.CharField(max_length=200)  # names of the data that left, with commas between
    recipient = models.CharField(max_length=60, default="")  # who carried or got it; empty: our own mail server
    way = models.CharField(max_length=10)  # mail, campaign, webhook
    key = models.CharField(max_length=100)  # the letter's or the campaign's
    at = models.DateTimeField()
    act = models.BigIntegerField()
    state = models.CharField(max_length=13)

    class Meta:
        indexes = [
            models.Index(fields=["subject"], name="disclosure_of_subject"),
            models.Index(fields=["site", "key"], name="disclosure_under_key"),
        ]

    def __str__(self) -> str:
        return f"{self.way} {self.key[:8]}"


class Suppression(models.Model):
    """An address that gets no advertising, under a keyed fingerprint. Survives the erasure of whoever it belongs to."""

    site = models.CharField(max_length=60)
    purpose = models.CharField(max_length=60)  # `*`: every purpose
    fingerprint = models.BinaryField(max_length=32)
    reason = models.CharField(max_length=40)
    at = models.DateTimeField()
    by = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "fingerprint", "purpose"], name="disclosure_suppressed_once")
        ]

    def __str__(self) -> str:
        return f"{self.purpose}: {self.reason}"
