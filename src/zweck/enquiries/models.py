"""Enquiries and their messages, in the database of the person's place. What was written lies in the vault.

Here stand only who (a random id), when, in which state, and under which entry the vault keeps the words.
"""

from django.db import models


class Thread(models.Model):
    """One enquiry with all that follows. `ident`: makes the tags in its links and reply addresses, see `tags`."""

    number = models.BigAutoField(primary_key=True)
    ident = models.BinaryField(max_length=10, unique=True)
    site = models.CharField(max_length=60)
    place = models.CharField(max_length=60, blank=True)
    subject = models.BinaryField(max_length=16)
    grant = models.BinaryField(max_length=16)
    purpose = models.CharField(max_length=60)
    language = models.CharField(max_length=3)
    way = models.CharField(max_length=10)  # form, mail
    state = models.CharField(max_length=10, default="open")
    asked_at = models.DateTimeField()
    said_at = models.DateTimeField()  # the last word of whoever asked
    answered_at = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)  # from then on its content is gone
    taken_by = models.CharField(max_length=60, blank=True)  # "staff:<account>": who means to answer

    class Meta:
        indexes = [
            models.Index(fields=["site", "state", "said_at"], name="enquiries_waiting"),
            models.Index(fields=["subject"], name="enquiries_of_subject"),
            models.Index(fields=["until"], name="enquiries_until"),
        ]

    def __str__(self) -> str:
        return f"enquiry {self.number}"


class Message(models.Model):
    """One message of an enquiry. `entry`: under which the vault keeps what it says."""

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="messages")
    entry = models.BinaryField(max_length=16)
    by = models.CharField(max_length=60)  # "person", or "staff:<account>"
    way = models.CharField(max_length=10)  # form, page, mail
    at = models.DateTimeField()
    is_elsewhere = models.BooleanField(default=False)  # came by mail from another address than the asker's
    left_out = models.PositiveSmallIntegerField(default=0)  # files that came with it and were not taken
    letter = models.BigIntegerField(null=True)  # of an answer: its number in the outbox

    def __str__(self) -> str:
        return f"message {self.pk}"


class File(models.Model):
    """A file that came with a message. `entry`: under which the vault keeps it, with its name."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="files")
    entry = models.BinaryField(max_length=16)
    kind = models.CharField(max_length=40)  # media type
    bytes = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"file {self.pk}"
