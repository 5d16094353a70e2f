"""Runs of the proofs, the evidence they left, and how each promise stood when somebody last took stock."""

from django.db import models


class Run(models.Model):
    """One run of the proofs of one site. Without `finished_at` it is under way, until `dead_at`."""

    site = models.CharField(max_length=60)
    edition = models.PositiveIntegerField()
    quick = models.BooleanField()
    host = models.CharField(max_length=255)  # the machine that ran it
    started_at = models.DateTimeField()
    dead_at = models.DateTimeField()  # a run that has not finished by then never will
    finished_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, default="running")  # running, finished, died, superseded
    counts = models.JSONField(default=dict)  # state -> number of promises
    digest = models.CharField(max_length=64, default="")  # SHA-256 over the evidence, as the ledger holds it

    class Meta:
        indexes = [models.Index(fields=["site", "finished_at"], name="proof_run_site_finished")]

    def __str__(self) -> str:
        return f"run {self.pk} of {self.site}: {self.outcome}"


class Evidence(models.Model):
    """What one run found for one promise. Never changed, but for `current` when something newer takes its place."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="evidence")
    site = models.CharField(max_length=60)
    edition = models.PositiveIntegerField()
    promise = models.CharField(max_length=130)
    says = models.CharField(max_length=64)  # hash of the sentence it was checked for, in all languages
    state = models.CharField(max_length=10)
    reach = models.CharField(max_length=20)
    checked_at = models.DateTimeField()
    until = models.DateTimeField()
    control = models.CharField(max_length=10)
    seen = models.TextField()
    figures = models.JSONField(default=dict)
    trouble = models.JSONField(default=list)
    current = models.BooleanField(default=True)

    class Meta:
        indexes = [models.Index(fields=["site", "promise", "-checked_at"], name="proof_evidence_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "promise"], condition=models.Q(current=True), name="proof_evidence_one_current"
            )
        ]

    def __str__(self) -> str:
        return f"{self.promise} {self.state} at {self.checked_at.isoformat()}"


class Stand(models.Model):
    """How a promise stood when stock was last taken, and since when."""

    site = models.CharField(max_length=60)
    promise = models.CharField(max_length=130)
    state = models.CharField(max_length=10)
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "promise"], name="proof_stand_once")]

    def __str__(self) -> str:
        return f"{self.promise} {self.state} since {self.since.isoformat()}"


class Change(models.Model):
    """A promise went from one state to another. The feed and the alerts read these."""

    site = models.CharField(max_length=60)
    edition = models.PositiveIntegerField()
    promise = models.CharField(max_length=130)
    before = models.CharField(max_length=10)
    after = models.CharField(max_length=10)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["site", "-at"], name="proof_change_newest")]

    def __str__(self) -> str:
        return f"{self.promise}: {self.before} -> {self.after}"
