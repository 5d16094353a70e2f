"""Questions by mail, proofs of consent, questions about new purposes, and campaigns.

`Ask`, `Told`, `Consent`, `Left`, `Asked` and `Test` lie in the place of the person they are about. They know no
address: `mark` is its keyed hash (`vault.acts.fingerprint`), under a key that never changes, so that the same person is
found again. `Question` and `Campaign` know nobody and lie in the default database, a `Leg` of a campaign beside it.
Consents and their ends are append-only by trigger (migration 0002).
"""

from django.db import models

MARK_BYTES = 32
GRANT_BYTES = 16


class Ask(models.Model):
    """A question by mail that waits for its answer. It goes with the answer, or at its end."""

    site = models.CharField(max_length=60)
    purpose = models.CharField(max_length=60)
    grant = models.BinaryField(max_length=GRANT_BYTES, unique=True)
    mark = models.BinaryField(max_length=MARK_BYTES)
    edition = models.PositiveIntegerField()
    text_sha256 = models.CharField(max_length=64)
    form = models.CharField(max_length=60)
    language = models.CharField(max_length=3)
    asked_at = models.DateTimeField()
    until = models.DateTimeField()
    posted = models.BigIntegerField(null=True)  # number in the outbox; none: nothing was sent (an import)

    def __str__(self) -> str:
        return f"question {self.pk} of {self.site}"


class Told(models.Model):
    """When an address was last written to about a list because somebody typed it in: at most once a day."""

    site = models.CharField(max_length=60)
    purpose = models.CharField(max_length=60)
    mark = models.BinaryField(max_length=MARK_BYTES)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "purpose", "mark"], name="mailing_told_once")]

    def __str__(self) -> str:
        return f"told {self.pk} of {self.site}"


class Consent(models.Model):
    """A consent that was given: what was asked, when, by which mail, and when it was confirmed. Never an IP address.

    `way`: "form" and "preferences" were confirmed by mail, "import" was brought along with its `source` (and then
    `confirmed_at` is when it was given elsewhere), "permission" answers a question of ours. `leaf`, `entry`: hash and
    number of the ledger's entry, which holds the digest of all the other fields.
    """

    number = models.BigAutoField(primary_key=True)
    site = models.CharField(max_length=60)
    purpose = models.CharField(max_length=60)
    grant = models.BinaryField(max_length=GRANT_BYTES)
    mark = models.BinaryField(max_length=MARK_BYTES)
    edition = models.PositiveIntegerField()
    text_sha256 = models.CharField(max_length=64)
    form = models.CharField(max_length=60)
    language = models.CharField(max_length=3)
    way = models.CharField(max_length=12)
    source = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    message_id = models.CharField(max_length=200)
    answer = models.CharField(max_length=200)
    confirmed_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    leaf = models.BinaryField(max_length=32)
    entry = models.BigIntegerField()

    class Meta:
        indexes = (
            models.Index(fields=("grant",), name="mailing_consent_grant"),
            models.Index(fields=("site", "mark"), name="mailing_consent_mark"),
            models.Index(fields=("site", "purpose"), name="mailing_consent_list"),
        )

    def __str__(self) -> str:
        return f"consent {self.number} of {self.site}"


class Left(models.Model):
    """The end of a consent. The consent's bare proof is kept until `keep_until`, and by nobody's choice longer."""

    consent = models.OneToOneField(Consent, models.DO_NOTHING, related_name="end", primary_key=True)
    at = models.DateTimeField()
    how = models.CharField(max_length=12)
    keep_until = models.DateTimeField()
    leaf = models.BinaryField(max_length=32)
    entry = models.BigIntegerField()

    def __str__(self) -> str:
        return f"end of consent {self.consent_id}"


class Question(models.Model):
    """A new purpose that people of others are asked about. `concerned`: those other purposes."""

    site = models.CharField(max_length=60)
    purpose = models.CharField(max_length=60)
    edition = models.PositiveIntegerField()
    concerned = models.JSONField(default=list)
    state = models.CharField(max_length=10, default="asking")
    asked_at = models.DateTimeField()
    until = models.DateTimeField()
    cursors = models.JSONField(default=dict)  # "place purpose": the last grant asked, in hex; "": all were

    def __str__(self) -> str:
        return f"question about {self.purpose} of {self.site}"


class Asked(models.Model):
    """Somebody who was asked about a new purpose. One row for each person and purpose, for good: nobody is asked twice.

    `grant`: of the purpose under which the question was sent.
    """

    site = models.CharField(max_length=60)
    purpose = models.CharField(max_length=60)
    mark = models.BinaryField(max_length=MARK_BYTES)
    grant = models.BinaryField(max_length=GRANT_BYTES)
    question = models.BigIntegerField()
    edition = models.PositiveIntegerField()
    text_sha256 = models.CharField(max_length=64)
    language = models.CharField(max_length=3)
    posted = models.BigIntegerField()
    at = models.DateTimeField()
    answer = models.CharField(max_length=3, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "purpose", "mark"], name="mailing_asked_once")]
        indexes = (models.Index(fields=("question", "answer"), name="mailing_asked_answer"),)

    def __str__(self) -> str:
        return f"asked {self.pk} of {self.site}"


class Campaign(models.Model):
    """A mail to everybody on one list. `texts`: language to subject and Markdown. `revision` grows with each change."""

    site = models.CharField(max_length=60)
    purpose = models.CharField(max_length=60)
    state = models.CharField(max_length=10, default="draft")
    texts = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=0)
    made_by = models.BigIntegerField()
    made_at = models.DateTimeField()
    starts_at = models.DateTimeField(null=True)
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=40, default="", blank=True)  # why it was stopped

    class Meta:
        indexes = (models.Index(fields=("state",), name="mailing_campaign_state"),)

    def __str__(self) -> str:
        return f"campaign {self.pk} of {self.site}"


class Leg(models.Model):
    """A campaign in one place. `cursor`: the last grant that had a turn; those after it are still due.

    `held`: grants before it that the mail server or the throttle put off, in hex; not due before `held_due_at`.
    `due_at`: nobody is due before this moment.
    `trouble`: why no mail leaves at all.
    """

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="legs")
    place = models.CharField(max_length=60, blank=True)
    cursor = models.BinaryField(max_length=GRANT_BYTES, default=b"")
    expected = models.PositiveIntegerField(default=0)  # when it began
    accepted = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    uncertain = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)  # stopped at the moment of sending: left, suppressed
    held = models.JSONField(default=list)
    held_due_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=200, blank=True)
    is_done = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "place"], name="mailing_leg_once")]

    def __str__(self) -> str:
        return f"campaign {self.campaign_id} in {self.place}"


class Import(models.Model):
    """A list on its way in, in the place of its people; when it has been taken, its content goes and its report stays.

    `content` is sealed by the vault. `done` rows are taken; they are counted in `counts` in the same transaction.
    `place`: its people's; a list of those who want nothing has none.
    """

    site = models.CharField(max_length=60)
    purpose = models.CharField(max_length=60)
    place = models.CharField(max_length=60, blank=True)
    by = models.CharField(max_length=60)
    is_shut = models.BooleanField(default=False)
    content = models.BinaryField(default=b"")
    lines = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    refused = models.JSONField(default=dict)
    refused_count = models.PositiveIntegerField(default=0)
    trouble = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=("at",), condition=models.Q(ended_at__isnull=True), name="mailing_import_open"),)

    def __str__(self) -> str:
        return f"import {self.pk} of {self.site}"


class Test(models.Model):
    """A campaign on its way to one address of its own list, before it goes to all."""

    campaign = models.BigIntegerField()
    site = models.CharField(max_length=60)
    place = models.CharField(max_length=60, blank=True)
    grant = models.BinaryField(max_length=GRANT_BYTES)
    key = models.CharField(max_length=60)
    language = models.CharField(max_length=3)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"test of campaign {self.campaign}"
