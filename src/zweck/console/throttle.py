"""Slows guessing without knowing who guesses: counts failures by account name, under a key, and over all.

Nothing tells one visitor from another here. A name that is being guessed at rests for a quarter of an hour; so does
the whole log-in when guesses go over all names.
"""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F

from zweck.console.models import Failures

WINDOW = timedelta(minutes=15)
PER_NAME = 8
OVER_ALL = 200
ALL = "all"


def is_open(name: str, now: datetime) -> bool:
    """Whether another attempt at this name may be made."""
    window = window_of(now)
    counts = dict(Failures.objects.filter(window=window, key__in=(ALL, key_of(name))).values_list("key", "count"))
    return counts.get(ALL, 0) < OVER_ALL and counts.get(key_of(name), 0) < PER_NAME


def failed(name: str, now: datetime) -> None:
    """Count a failed attempt, and drop the windows that are over."""
    window = window_of(now)
    with transaction.atomic():
        Failures.objects.filter(window__lt=window).delete()
        for key in (ALL, key_of(name)):
            row, _ = Failures.objects.get_or_create(key=key, window=window)
            Failures.objects.filter(pk=row.pk).update(count=F("count") + 1)


def key_of(name: str) -> str:
    """A keyed hash of a name somebody typed: it may be anything, even a password in the wrong field."""
    return hmac.new(settings.SECRET_KEY.encode(), f"log-in {name}".encode(), hashlib.sha256).hexdigest()


def window_of(now: datetime) -> datetime:
    """The start of the quarter of an hour."""
    return datetime.fromtimestamp(now.timestamp() // WINDOW.total_seconds() * WINDOW.total_seconds(), UTC)
