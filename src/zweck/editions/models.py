"""Activated policies and their archived texts. No person in any of these tables."""

from django.db import models


class Site(models.Model):
    """A site this installation serves, and how its policy file stands.

    `revision` grows whenever something its pages show has changed; caches compare it.
    """

    site = models.CharField(max_length=60, unique=True)
    position = models.PositiveIntegerField()
    served = models.BooleanField(default=True)
    file = models.CharField(max_length=255)
    revision = models.PositiveBigIntegerField(default=0)
    trouble = models.CharField(max_length=10, default="")
    trouble_since = models.DateTimeField(null=True)
    trouble_reason = models.TextField(default="")

    class Meta:
        ordering = ("position", "site")

    def __str__(self) -> str:
        return self.site


class Edition(models.Model):
    """One activated version of a site's policy, with the bytes it was read from."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    source = models.BinaryField()
    activated_at = models.DateTimeField()

    class Meta:
        ordering = ("-number",)
        constraints = (models.UniqueConstraint(fields=("site", "number"), name="edition_number_once_per_site"),)

    def __str__(self) -> str:
        return f"{self.site} {self.number}"


class EditionText(models.Model):
    """The statement of one edition in one language, as it was served: canonical JSON and its hash."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="texts")
    language = models.CharField(max_length=3)
    sha256 = models.CharField(max_length=64, db_index=True)
    body = models.TextField()

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("edition", "language"), name="one_text_per_language"),)

    def __str__(self) -> str:
        return f"{self.edition} {self.language}"
