"""Starting, confirming, following and ending trials."""

from datetime import datetime

from django.db import models as db
from django.db import transaction

from zweck.trials import models, stepping
from zweck.trials.errors import NoTrial
from zweck.trials.starting import start
from zweck.trials.values import STATES, State, Trial, Where
from zweck.vault import acts as vault
from zweck.vault.values import Subject

__all__ = ["LISTED", "counted", "listed", "one", "retry", "run_due", "start"]

LISTED = 50


def run_due(now: datetime, using: str) -> int:
    """Do what is due in one database; gives how many trials went a step further."""
    return stepping.due(now, using)


def listed(where: Where, before: int | None = None, state: State | None = None) -> tuple[Trial, ...]:
    """At most `LISTED` trials in a place, newest first. `before`: those that are older than the one of this number.

    Who they belong to is asked of the vault, and recorded there.
    """
    rows = _rows(where)
    if state is not None:
        rows = rows.filter(state=state)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return tuple(shown(row) for row in rows.order_by("-pk")[:LISTED])


def counted(where: Where) -> dict[State, int]:
    """How many trials there are in a place, by state."""
    found = _rows(where).values_list("state").annotate(n=db.Count("pk")).order_by()
    return {STATES[state]: n for state, n in found}


def one(where: Where, ident: str) -> Trial:
    """A trial by what the data centre knows it by. Raises NoTrial."""
    row = _rows(where).filter(ident=bytes.fromhex(ident)).first()
    if row is None:
        raise NoTrial(f"there is no trial {ident[:8]} here")
    return shown(row)


def _rows(where: Where) -> db.QuerySet[models.Trial]:
    rows = models.Trial.objects.using(vault.database_of(where.place))
    return rows.filter(site=where.site, place=where.place, purpose__in=where.purposes)


def retry(where: Where, ident: str, now: datetime) -> None:
    """Ask the data centre once more, at once. Raises NoTrial."""
    with transaction.atomic(using=vault.database_of(where.place)):
        found = _rows(where).filter(ident=bytes.fromhex(ident)).exclude(state="pending")
        if not found.exists():
            raise NoTrial(f"trial {ident[:8]} is not to be set up")
        found.filter(state="stuck").update(state="confirmed")
        found.update(due_at=now, claimed_until=None, attempts=0)


def shown(row: models.Trial) -> Trial:
    """A row as others see it."""
    return Trial(
        number=row.pk,
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
