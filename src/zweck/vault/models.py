"""The vault's tables, in every place. Models serve migrations and checks; acts use the fixed SQL of `sql`.

Times are whole microseconds since 1970 in UTC, the same on both databases. What the driver joins on has no constraint
in the database: the room is the only one that writes here, and a proof looks for strays.
"""

from django.db import models

NEVER_ENDED = ~models.Q(state="ended")


class Subject(models.Model):
    """Somebody. `salt` makes the pseudonym of the ledger and goes with the last grant."""

    ident = models.BinaryField(max_length=16, primary_key=True)
    site = models.CharField(max_length=60)
    place = models.CharField(max_length=60, blank=True)
    salt = models.BinaryField(max_length=16, null=True)

    def __str__(self) -> str:
        return f"subject {bytes(self.ident).hex()[:8]}"


class Grant(models.Model):
    """One permission, with its key. `wrapped` is gone once it has ended, and what it locked with it.

    `alias`: the subject's pseudonym in the ledger, so that a read need not join for it.
    """

    number = models.BigAutoField(primary_key=True)
    ident = models.BinaryField(max_length=16, unique=True)
    site = models.CharField(max_length=60)
    subject = models.BinaryField(max_length=16)
    purpose = models.CharField(max_length=60)
    alias = models.BinaryField(max_length=16, null=True)
    basis = models.CharField(max_length=20)
    edition = models.PositiveIntegerField()
    text_sha256 = models.BinaryField(max_length=32)
    made = models.BigIntegerField()
    since = models.BigIntegerField(null=True)
    until = models.BigIntegerField(null=True)
    ended = models.BigIntegerField(null=True)
    state = models.CharField(max_length=10)
    key_class = models.CharField(max_length=8)
    epoch = models.PositiveIntegerField()
    wrapped = models.BinaryField(max_length=60, null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("subject", "purpose"), condition=NEVER_ENDED, name="vault_grant_one"),
        )
        indexes = (
            models.Index(
                fields=("until",), condition=NEVER_ENDED & models.Q(until__isnull=False), name="vault_grant_until"
            ),
        )

    def __str__(self) -> str:
        return f"grant {bytes(self.ident).hex()[:8]} for {self.purpose}"


class Datum(models.Model):
    """One value under a grant, sealed with its key. `entry`: which submission it belongs to; ids sort by their age."""

    pk = models.CompositePrimaryKey("grant", "entry", "field")
    grant = models.ForeignKey(Grant, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="data")
    entry = models.BinaryField(max_length=16)
    field = models.CharField(max_length=60)
    purpose = models.CharField(max_length=60)
    sealed = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.field} for {self.purpose}"


class Mark(models.Model):
    """A blind index: a keyed hash by which a value can be found by whoever has the key and knows the value."""

    pk = models.CompositePrimaryKey("mark", "grant")
    mark = models.BinaryField(max_length=16)
    grant = models.ForeignKey(Grant, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="marks")
    kind = models.CharField(max_length=10)
    version = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return f"mark of {self.kind}"


class MasterKey(models.Model):
    """A key this database relies on. The key lies elsewhere; `proof` tells it from others of its name."""

    name = models.CharField(max_length=60, primary_key=True)
    proof = models.BinaryField(max_length=8)
    made = models.BigIntegerField()

    def __str__(self) -> str:
        return self.name
