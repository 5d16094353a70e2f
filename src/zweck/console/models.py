"""Staff accounts, and the bare count of failed log-ins. Neither knows an address."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models


class Accounts(BaseUserManager["Staff"]):
    """Finds accounts by their name."""


class Staff(AbstractBaseUser):
    """A member of staff. `purposes`: ids of the purposes whose data this account may read."""

    name = models.CharField(max_length=60, unique=True)
    language = models.CharField(max_length=3, blank=True)  # of the staff pages; empty: as the browser asks
    roles = models.JSONField(default=list)
    purposes = models.JSONField(default=list)
    is_active = models.BooleanField(default=True)
    added_at = models.DateTimeField()

    objects = Accounts()

    USERNAME_FIELD = "name"
    REQUIRED_FIELDS = []

    def __str__(self) -> str:
        return self.name


class Failures(models.Model):
    """How often a log-in failed within a window. `key`: a keyed hash of the name tried, or "all"."""

    key = models.CharField(max_length=64)
    window = models.DateTimeField()  # its start
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "window"], name="console_failures_once")]

    def __str__(self) -> str:
        return f"{self.count} failed log-ins since {self.window.isoformat()}"
