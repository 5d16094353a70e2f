"""What is to be audited and how often: orders are given, changed and stopped here."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction

from zweck.editions import acts as editions
from zweck.editions.values import Edition
from zweck.ledger import acts as ledger
from zweck.watch import models
from zweck.watch.address import origin_of
from zweck.watch.errors import NotSetUp, NotWatched
from zweck.watch.values import PACES, PERIODS, Pace, Wanted

_LONGEST_PERIOD = max(PERIODS.values())


def order(wanted: Wanted, every: Pace, now: datetime) -> int:
    """Audit a site at this pace from now on; the audit's number. An address stands in the list once. Raises NotSetUp.

    The first look is due at once, and so is the next one where what is looked at, or held against it, has changed.
    """
    here = site_of(wanted.url)
    with transaction.atomic():
        row = models.Watched.objects.select_for_update().filter(url=wanted.url).first()
        is_same = row is not None and wanted_of(row) == wanted
        row = row or models.Watched(url=wanted.url, added_at=now, key=secrets.token_urlsafe(32))
        row.site = here.site if here else ""
        row.pages, row.allow_private = wanted.pages, wanted.allow_private
        row.language, row.policy = wanted.language, wanted.policy
        _set_pace(row, every, now, at_once=not is_same)
        row.save()
        record("audit.ordered", row, {"every": every, "policy": digest_of(wanted.policy)}, now)
    return row.pk


def pace(watched: int, every: Pace, now: datetime) -> None:
    """Audit a site at another pace, or no longer. Its history stays. Raises NotWatched, NotSetUp."""
    with transaction.atomic():
        row = locked(watched)
        _set_pace(row, every, now, at_once=False)
        row.save()
        record("audit.paced", row, {"every": every}, now)


def stop(url: str, now: datetime) -> int:
    """Audit an address no longer; the audit's number. Raises NotWatched, NotSetUp."""
    number = models.Watched.objects.filter(url=url).values_list("pk", flat=True).first()
    if number is None:
        raise NotWatched(f"{url}: is not audited; `zweck audit --schedule` lists what is")
    pace(number, "off", now)
    return number


def look_now(watched: int, now: datetime) -> None:
    """Make a look due at once, whatever the pace. Raises NotWatched."""
    with transaction.atomic():
        row = locked(watched)
        row.due_at, row.attempts = now, 0
        row.save()


def due(now: datetime) -> list[models.Watched]:
    """What is due, the oldest first. What lies further ahead than any pace was put there by a clock since put back."""
    waiting = models.Watched.objects.filter(due_at__isnull=False).order_by("due_at", "pk")
    return [row for row in waiting if row.due_at and not now < row.due_at <= now + _LONGEST_PERIOD + timedelta(days=1)]


def locked(watched: int) -> models.Watched:
    """A row that nobody else changes until the transaction ends. Raises NotWatched."""
    row = models.Watched.objects.select_for_update().filter(pk=watched).first()
    if row is None:
        raise NotWatched(f"there is no audit {watched}")
    return row


def wanted_of(row: models.Watched) -> Wanted:
    """How a site is to be audited, as it was ordered."""
    return Wanted(row.url, row.pages, row.allow_private, row.language, row.policy)


def pace_of(row: models.Watched) -> Pace:
    """The pace of an audit."""
    return next(pace for pace in PACES if pace == row.every)


def site_of(url: str, sites: tuple[Edition, ...] | None = None) -> Edition | None:
    """The edition in force that speaks for an address, among all sites unless told."""
    among = editions.sites() if sites is None else sites
    return next((e for e in among if origin_of(url) in e.policy.scope.origins), None)


def speaker(site: str) -> Edition:
    """In whose name an audit is kept and told: the site's own, else the first one's here. Raises NotSetUp."""
    sites = editions.sites()
    found = next((edition for edition in sites if edition.site == site), next(iter(sites), None))
    if found is None:
        raise NotSetUp("no policy is in force yet; start the service once with `zweck serve`")
    return found


def record(act: str, row: models.Watched, body: dict[str, str | int], now: datetime) -> None:
    """Write an act into the ledger. The address goes in as a digest: it may be that of a machine."""
    about: dict[str, str | int] = {"audit": row.pk, "address": digest_of(row.url)}
    ledger.record(act, speaker(row.site).site, about | body, now)


def digest_of(text: str) -> str:
    """SHA-256 of a text; empty for an empty one."""
    return sha256(text.encode()).hexdigest() if text else ""


def _set_pace(row: models.Watched, every: Pace, now: datetime, *, at_once: bool) -> None:
    row.every, row.attempts = every, 0
    if every == "off":
        row.due_at, row.stopped_at = None, row.stopped_at or now
        return
    last = None if at_once else row.looks.order_by("-began_at").first()
    row.due_at = max(now, last.began_at + PERIODS[every]) if last else now
    row.stopped_at = None
