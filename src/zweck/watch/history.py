"""Reads back what is audited and what the looks came to."""

import secrets
from collections.abc import Iterable
from datetime import datetime

from django.db.models import OuterRef, Subquery

from zweck.editions import acts as editions
from zweck.editions.values import Edition
from zweck.watch import models, orders, shelf
from zweck.watch.errors import NotWatched
from zweck.watch.rows import value_of
from zweck.watch.values import PastLook, Watched

FEED_ENTRIES = 30


def everything(now: datetime) -> tuple[Watched, ...]:
    """All audits, those that go on first, by their address. Three queries, however many there are."""
    newest = models.Look.objects.filter(watched=OuterRef("pk")).order_by("-began_at", "-pk").values("pk")[:1]
    rows = list(models.Watched.objects.order_by("url"))
    last = models.Look.objects.filter(pk__in=models.Watched.objects.values(newest=Subquery(newest)))
    lasts, sites = {look.watched_id: look for look in last}, editions.sites()
    found = (_value(row, lasts.get(row.pk), sites, now) for row in rows)
    return tuple(sorted(found, key=lambda watched: watched.every == "off"))


def watched(number: int, now: datetime) -> Watched:
    """One audit by its number. Raises NotWatched."""
    row = models.Watched.objects.filter(pk=number).first()
    if row is None:
        raise NotWatched(f"there is no audit {number}")
    return _alone(row, now)


def by_key(key: str, now: datetime) -> Watched | None:
    """The audit whose feed a key opens. Every key is compared, each in the same time, so that none can be felt out."""
    given, found = key.encode(), None
    for row in models.Watched.objects.order_by("pk"):
        if secrets.compare_digest(row.key.encode(), given):
            found = row
    return _alone(found, now) if found else None


def looks(number: int) -> tuple[PastLook, ...]:
    """The looks of an audit, newest first."""
    return _values(models.Look.objects.filter(watched_id=number).order_by("-began_at", "-pk"))


def told(number: int) -> tuple[PastLook, ...]:
    """The looks that were worth a message, newest first, as a feed tells them."""
    rows = models.Look.objects.filter(watched_id=number, told=True).order_by("-began_at", "-pk")
    return _values(rows[:FEED_ENTRIES])


def report(number: int, look: int, kind: str) -> str:
    """The report of a look as it was written. Raises NotWatched where there is none."""
    row = models.Look.objects.filter(watched_id=number, pk=look).exclude(report="").first()
    found = shelf.read(number, row.report, kind) if row else None
    if found is None:
        raise NotWatched(f"audit {number} has no report of look {look} here")
    return found


def _values(rows: Iterable[models.Look]) -> tuple[PastLook, ...]:
    return tuple(map(value_of, rows))


def _alone(row: models.Watched, now: datetime) -> Watched:
    return _value(row, row.looks.order_by("-began_at", "-pk").first(), editions.sites(), now)


def _value(row: models.Watched, last: models.Look | None, sites: tuple[Edition, ...], now: datetime) -> Watched:
    return Watched(
        id=row.pk,
        site=row.site,
        every=orders.pace_of(row),
        wanted=orders.wanted_of(row),
        against="file" if row.policy else "edition" if orders.site_of(row.url, sites) else "statement",
        key=row.key,
        added_at=row.added_at,
        due_at=row.due_at,
        is_looking=bool(row.claim and row.claimed_until and row.claimed_until > now),
        last=value_of(last) if last else None,
    )
