"""The tables of figures. None has a field for an address, a user agent or anything that outlives its day but counts.

Days are whole numbers (`date.toordinal()`) where the site is; moments are milliseconds since 1970 (UTC), so that both
databases subtract them alike.
"""

from django.db import models


class Event(models.Model):
    """One view or declared event, until its day is closed. `name`: empty for a view, "leave" for a page left.

    `visitor`: keyed hash, 8 bytes as a signed number; its key dies with the day. A dimension that the policy does not
    declare stays empty. `seconds`: for "leave", how long the page was seen.
    """

    site = models.CharField(max_length=60)
    day = models.IntegerField()
    at = models.BigIntegerField()
    visitor = models.BigIntegerField()
    name = models.CharField(max_length=60)
    path = models.CharField(max_length=500)
    referrer = models.CharField(max_length=253)
    utm_source = models.CharField(max_length=100)
    utm_medium = models.CharField(max_length=100)
    utm_campaign = models.CharField(max_length=100)
    device = models.CharField(max_length=10)
    browser = models.CharField(max_length=20)
    seconds = models.IntegerField()

    class Meta:
        indexes = (models.Index(fields=("site", "at"), name="measure_event_at"),)

    def __str__(self) -> str:
        return f"event of day {self.day}"


class DayKey(models.Model):
    """The random key under which one day's visitors are told apart, wrapped by the key file.

    `until`: when it is destroyed: 30 minutes after the day ends where the site is.
    """

    site = models.CharField(max_length=60)
    day = models.IntegerField()
    wrapped = models.BinaryField(max_length=60)
    until = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("site", "day"), name="measure_daykey_one"),)

    def __str__(self) -> str:
        return f"key of day {self.day}"


class Day(models.Model):
    """A day that has figures. `is_closed`: they are final, events and key are gone. `is_imported`: brought in."""

    site = models.CharField(max_length=60)
    day = models.IntegerField()
    made_at = models.DateTimeField()
    is_closed = models.BooleanField()
    is_imported = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("site", "day"), name="measure_day_one"),)

    def __str__(self) -> str:
        return f"day {self.day}"


class Term(models.Model):
    """The dictionary of the roll-ups: a site's id, or a value that enough visitors share."""

    text = models.CharField(max_length=500, unique=True)

    def __str__(self) -> str:
        return self.text


class RollUp(models.Model):
    """Counts of one group on one day. `site`, `value`: ids of terms. `dimension`: `values.CODES`; 0 is the whole.

    No row tells of fewer visitors than the policy's least group: such are folded into `values.OTHER`. `masked`: its
    counts are withheld and stand as 0.
    """

    pk = models.CompositePrimaryKey("site", "dimension", "day", "value")
    site = models.IntegerField()
    dimension = models.SmallIntegerField()
    day = models.IntegerField()
    value = models.IntegerField()
    views = models.IntegerField()
    visits = models.IntegerField()
    visitors = models.IntegerField()
    bounces = models.IntegerField()
    seconds = models.BigIntegerField()
    masked = models.BooleanField()

    def __str__(self) -> str:
        return f"counts of day {self.day}"


class Step(models.Model):
    """How many visits came how far in a funnel on one day. `visits`: empty where it is withheld."""

    site = models.CharField(max_length=60)
    day = models.IntegerField()
    funnel = models.CharField(max_length=60)
    number = models.SmallIntegerField()
    goal = models.CharField(max_length=60)
    visits = models.IntegerField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("site", "day", "funnel", "number"), name="measure_step_one"),)

    def __str__(self) -> str:
        return f"step {self.number} of {self.funnel}"


class LeftOut(models.Model):
    """How many hits of robots were left out on one day, by the reason; nothing else of them is known."""

    site = models.CharField(max_length=60)
    day = models.IntegerField()
    reason = models.CharField(max_length=20)
    hits = models.IntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("site", "day", "reason"), name="measure_leftout_one"),)

    def __str__(self) -> str:
        return f"{self.reason} on day {self.day}"
