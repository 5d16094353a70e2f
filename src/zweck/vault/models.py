"""The vault's tables, in every place. Models serve migrations and checks; acts use the fixed SQL of `sql`.

Times are whole microseconds since 1970 in UTC, the same on both databases. What the driver joins on has no constraint
in the database: the room is the only one that writes here, and a proof looks for strays.
"""

from django.db import models

ENDED = models.Q(state=0)
NEVER_ENDED = ~ENDED


class Purpose(models.Model):
    """A purpose of a site for which a grant was made, by the number that rows name it with."""

    number = models.SmallAutoField(primary_key=True)
    site = models.CharField(max_length=60)
    name = models.CharField(max_length=60)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("site", "name"), name="vault_purpose_one"),)

    def __str__(self) -> str:
        return f"{self.name} of {self.site}"


class Terms(models.Model):
    """What grants rest on, kept once for all that rest on the same: where, on which basis, after which text."""

    number = models.AutoField(primary_key=True)
    place = models.CharField(max_length=60, blank=True)
    basis = models.CharField(max_length=20)
    edition = models.PositiveIntegerField()
    text_sha256 = models.BinaryField(max_length=32)
    key_class = models.CharField(max_length=8)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("place", "basis", "edition", "text_sha256", "key_class"), name="vault_terms_one"
            ),
        )

    def __str__(self) -> str:
        return f"{self.basis}, edition {self.edition}"


class Shape(models.Model):
    """The names of the values in an entry, sorted, with commas between them."""

    number = models.AutoField(primary_key=True)
    fields = models.TextField(unique=True)

    def __str__(self) -> str:
        return self.fields


class Grant(models.Model):
    """One permission, with its key. `wrapped` is gone once it has ended, and what it locked with it.

    `subject`: a person's random id, the same in all their grants. `alias`: their pseudonym in the ledger, also the
    same, until all grants have ended. `since`: nothing where it was in force from the start, 0 while it is not yet.
    `state`: a place in `sql.STATES`.
    """

    number = models.AutoField(primary_key=True)
    made = models.BigIntegerField()
    since = models.BigIntegerField(null=True)
    until = models.BigIntegerField(null=True)
    ended = models.BigIntegerField(null=True)
    epoch = models.PositiveIntegerField()
    terms = models.ForeignKey(Terms, models.DO_NOTHING, db_column="terms", db_constraint=False, db_index=False)
    purpose = models.ForeignKey(Purpose, models.DO_NOTHING, db_column="purpose", db_constraint=False, db_index=False)
    state = models.PositiveSmallIntegerField()
    ident = models.BinaryField(max_length=16)
    subject = models.BinaryField(max_length=16)
    alias = models.BinaryField(max_length=16, null=True)
    wrapped = models.BinaryField(max_length=60, null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("purpose", "ident"), name="vault_grant_ident"),
            models.UniqueConstraint(fields=("subject", "purpose"), condition=NEVER_ENDED, name="vault_grant_one"),
        )
        indexes = (
            models.Index(
                fields=("until",), condition=NEVER_ENDED & models.Q(until__isnull=False), name="vault_grant_until"
            ),
            models.Index(fields=("subject",), condition=ENDED, name="vault_grant_ended"),
        )

    def __str__(self) -> str:
        return f"grant {bytes(self.ident).hex()[:8]}"


class Entry(models.Model):
    """What was given at once under a grant, sealed as one with its key. Ids sort by their age."""

    pk = models.CompositePrimaryKey("grant", "entry")
    grant = models.ForeignKey(Grant, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="entries")
    shape = models.ForeignKey(Shape, models.DO_NOTHING, db_column="shape", db_constraint=False, db_index=False)
    purpose = models.ForeignKey(Purpose, models.DO_NOTHING, db_column="purpose", db_constraint=False, db_index=False)
    entry = models.BinaryField(max_length=16)
    sealed = models.BinaryField()

    def __str__(self) -> str:
        return f"entry {bytes(self.entry).hex()[:8]}"


class Mark(models.Model):
    """A blind index: a keyed hash by which an address can be found by whoever has the key and knows the address."""

    pk = models.CompositePrimaryKey("mark", "grant")
    grant = models.ForeignKey(Grant, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="marks")
    version = models.PositiveSmallIntegerField()
    mark = models.BinaryField(max_length=16)

    def __str__(self) -> str:
        return f"mark of version {self.version}"


class MasterKey(models.Model):
    """A key this database relies on. The key lies elsewhere; `proof` tells it from others of its name."""

    name = models.CharField(max_length=60, primary_key=True)
    proof = models.BinaryField(max_length=8)
    made = models.BigIntegerField()

    def __str__(self) -> str:
        return self.name
