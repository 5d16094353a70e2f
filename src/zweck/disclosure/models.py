"""What is to leave and what has left."""

from django.db import models


class Outgoing(models.Model):
    """One message on its way out. Where it goes is read from the settings when it is sent, so no address lies here.

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
