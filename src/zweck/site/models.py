"""What the public pages write: that a form was sent, so that a second sending of the same is known."""

from django.db import models


class Sent(models.Model):
    """A form that was sent. `key`: a hash under a number that stood only in the page itself: it leads to nobody."""

    key = models.BinaryField(max_length=16, primary_key=True)
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("at",), name="site_sent_at"),)

    def __str__(self) -> str:
        return f"sent at {self.at}"
