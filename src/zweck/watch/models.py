"""Sites that are audited again and again, and the looks at them. No person is in either."""

from django.db import models


class Watched(models.Model):
    """A site, how often it is looked at, and who looks at it just now."""

    site = models.CharField(max_length=60, default="")  # ours whose origins hold the address; empty: none
    url = models.CharField(max_length=2000, unique=True)
    every = models.CharField(max_length=10)
    pages = models.PositiveIntegerField()
    allow_private = models.BooleanField()
    language = models.CharField(max_length=3)
    policy = models.TextField(default="")  # as it was given; empty: the active edition of `site`, if any
    key = models.CharField(max_length=64, unique=True)  # opens the feed
    added_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    claim = models.CharField(max_length=300, default="")  # machine and process that look just now
    claimed_until = models.DateTimeField(null=True)  # who has not finished by then has died
    attempts = models.PositiveIntegerField(default=0)  # runs begun since the last look that ended

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="watch_watched_due")]

    def __str__(self) -> str:
        return f"audit {self.pk}: {self.every}"


class Look(models.Model):
    """One look that ended. Its report lies in the data folder, as `audits/<watched>/<report>.html` and `.json`."""

    watched = models.ForeignKey(Watched, on_delete=models.CASCADE, related_name="looks")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    state = models.CharField(max_length=20)
    why = models.CharField(max_length=200, default="")
    findings = models.JSONField(default=list)
    new = models.JSONField(default=list)  # ids of findings
    gone = models.JSONField(default=list)  # findings of an earlier look
    partly = models.JSONField(default=list)
    is_first = models.BooleanField(default=False)
    told = models.BooleanField(default=False)
    report = models.CharField(max_length=32, default="")
    digest = models.CharField(max_length=64, default="")  # SHA-256 of the report as JSON, as the ledger holds it

    class Meta:
        indexes = [models.Index(fields=["watched", "-began_at"], name="watch_look_newest")]

    def __str__(self) -> str:
        return f"look {self.pk}: {self.state}"
