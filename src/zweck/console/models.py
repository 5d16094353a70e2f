"""Staff accounts."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models


class Accounts(BaseUserManager["Staff"]):
    """Finds accounts by their name."""


class Staff(AbstractBaseUser):
    """A member of staff. `purposes`: ids of the purposes whose data this account may read."""

    name = models.CharField(max_length=60, unique=True)
    roles = models.JSONField(default=list)
    purposes = models.JSONField(default=list)
    is_active = models.BooleanField(default=True)
    added_at = models.DateTimeField()

    objects = Accounts()

    USERNAME_FIELD = "name"
    REQUIRED_FIELDS = []

    def __str__(self) -> str:
        return self.name
