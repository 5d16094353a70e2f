"""Starting, confirming, following and ending trials."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from zweck.trials import models, stepping
from zweck.trials.errors import NoTrial
from zweck.trials.starting import start
from zweck.trials.values import STATES, Trial
from zweck.vault import acts as vault
from zweck.vault.values import Subject

__all__ = ["all_of", "retry", "run_due", "start"]


def run_due(now: datetime, using: str) -> int:
    """Do what is due in one database; gives how many trials went a step further."""
    return stepping.due(now, using)


def all_of(site: str, place: str) -> Iterator[Trial]:
    """The trials of a site in a place, newest first. Who they belong to is asked of the vault, and recorded there."""
    rows = models.Trial.objects.using(vault.database_of(place)).filter(site=site, place=place)
    for row in rows.order_by("-made_at", "-pk"):
        yield shown(row)


def retry(site: str, place: str, ident: str, now: datetime) -> None:
    """Ask the data centre once more, at once. Raises NoTrial."""
    using = vault.database_of(place)
    with transaction.atomic(using=using):
        found = models.Trial.objects.using(using).filter(site=site, ident=bytes.fromhex(ident))
        row = found.exclude(state="pending").first()
        if row is None:
            raise NoTrial(f"trial {ident[:8]} is not to be set up")
        found.filter(state="stuck").update(state="confirmed")
        found.update(due_at=now, claimed_until=None, attempts=0)


def shown(row: models.Trial) -> Trial:
    """A row as others see it."""
    return Trial(
        ident=bytes(row.ident).hex(),
        subject=Subject(row.site, row.place, bytes(row.subject)),
        purpose=row.purpose,
        currency=row.currency,
        state=STATES[row.state],
        made_at=row.made_at,
        ends_at=row.ends_at,
        deletes_at=row.deletes_at,
        attempts=row.attempts,
        trouble=row.trouble,
        room=row.room,
    )
