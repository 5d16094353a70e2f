"""Records of decisions and the texts they answered. Append-only by trigger (migration 0002).

No address, no user agent, no account: what ties a record to a person is the random id in that person's own cookie.
"""

from django.db import models


class Shown(models.Model):
    """A question as it was shown: canonical JSON under its hash, with the edition that first asked it."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    site = models.CharField(max_length=60)
    edition = models.PositiveIntegerField()
    language = models.CharField(max_length=3)
    layer = models.CharField(max_length=10)
    body = models.TextField()

    def __str__(self) -> str:
        return f"{self.layer} of {self.site} ({self.language})"


class Record(models.Model):
    """One decision. `answers`: JSON, a list of purpose, what was said, and until when.

    `withdrawn_id`: the choice this decision took back, refused until `withdrawn_until`. `leaf`, `entry`: hash and
    number of the ledger's entry, which holds the digest of all the other fields.
    """

    number = models.BigAutoField(primary_key=True)
    site = models.CharField(max_length=60)
    edition = models.PositiveIntegerField()
    edition_sha256 = models.CharField(max_length=64)
    text_sha256 = models.CharField(max_length=64)
    choice_id = models.BinaryField(max_length=8)
    language = models.CharField(max_length=3)
    layer = models.CharField(max_length=10)
    action = models.CharField(max_length=10)
    answers = models.TextField()
    gpc = models.BooleanField()
    dnt = models.BooleanField()
    at = models.DateTimeField()
    valid_until = models.DateTimeField()
    withdrawn_id = models.BinaryField(max_length=8, null=True)
    withdrawn_until = models.DateTimeField(null=True)
    leaf = models.BinaryField(max_length=32)
    entry = models.BigIntegerField()

    class Meta:
        indexes = (
            models.Index(fields=("site", "at"), name="consent_record_site_at"),
            models.Index(
                fields=("number",), name="consent_record_withdrawn", condition=models.Q(withdrawn_id__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return f"record {self.number} of {self.site}"
