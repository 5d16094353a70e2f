"""The room's one table, in every place: how far each trial is. Who it belongs to stands in the vault."""

from django.db import models

OPEN = ("pending", "confirmed", "running", "stuck", "ended", "closing")


class Trial(models.Model):
    """A trial, from the form to the last trace. The row goes with the person's data.

    `ident` is what the data centre knows it by. `state`: see `values.State`. `room`: the address that the data centre
    answered. `due_at`: when something is to be done next; nothing while somebody has to look at it.
    """

    ident = models.BinaryField(max_length=16, unique=True)
    site = models.CharField(max_length=60)
    place = models.CharField(max_length=60, blank=True)
    subject = models.BinaryField(max_length=16)
    grant = models.BinaryField(max_length=16, unique=True)
    purpose = models.CharField(max_length=60)
    language = models.CharField(max_length=8)
    currency = models.CharField(max_length=3, blank=True)
    state = models.CharField(max_length=10, default="pending")
    made_at = models.DateTimeField()
    asked = models.PositiveIntegerField(default=1)  # how often the form was sent before it was confirmed
    ready_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    deletes_at = models.DateTimeField(null=True)
    noticed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)  # the data centre has closed it
    due_at = models.DateTimeField(null=True)
    claimed_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    trouble = models.CharField(max_length=120, default="")
    room = models.CharField(max_length=200, default="")

    class Meta:
        indexes = [models.Index(fields=["due_at"], condition=models.Q(due_at__isnull=False), name="trials_due")]

    def __str__(self) -> str:
        return f"trial {bytes(self.ident).hex()[:8]}"

    @property
    def using(self) -> str:
        """The database it lies in."""
        return self._state.db or "default"
