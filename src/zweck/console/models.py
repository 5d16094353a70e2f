"""Staff accounts, what opens figures beside them, and the bare count of failed log-ins. None knows an address."""

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


class Token(models.Model):
    """A key to the API. `digest`: of the key, which is shown once. It may read what its account may, at each use."""

    digest = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=60)
    site = models.CharField(max_length=60)
    account = models.ForeignKey(Staff, on_delete=models.CASCADE)
    added_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class Share(models.Model):
    """A link that shows figures without a log-in. `ranges`: which ones it may show; `digest`: of the link's key."""

    digest = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=60)
    site = models.CharField(max_length=60)
    ranges = models.JSONField(default=list)
    account = models.ForeignKey(Staff, on_delete=models.CASCADE)
    added_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name
