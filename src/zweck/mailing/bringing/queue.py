"""Imports of staff: the page takes the file, the background work its rows, and the page tells how it went.

Rows are taken some at a time, and in the same transaction it is noted how many are done. Whoever is killed half-way
goes on at that row; what had been taken is neither lost nor taken twice.
"""

import io
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice
from time import monotonic
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet

from zweck.editions import acts as editions
from zweck.editions.errors import NoEdition
from zweck.mailing.audience import databases
from zweck.mailing.bringing import importing, lists
from zweck.mailing.bringing.importing import AT_ONCE, AnyRow, Count, Order
from zweck.mailing.errors import BadFile, MailingError
from zweck.mailing.models import Import
from zweck.mailing.purposes import check
from zweck.mailing.values import Brought
from zweck.policy.model import Policy
from zweck.vault import acts as vault
from zweck.vault.errors import KeyTrouble

TURN_SECONDS = 1.0  # of one run; the next begins at once
SHOWN = 5
KEPT = timedelta(days=90)
LATE = "late"
LONGEST_WAIT = timedelta(days=1)  # then nobody takes it any more, and a file full of people goes


def hand_in(content: bytes, order: Order, now: datetime, *, is_shut: bool) -> int:
    """Have a list taken by the background work; gives its number. Raises BadFile, NotMarketing."""
    check(order.edition.policy, order.purpose)
    if not is_shut:
        lists.look(io.BytesIO(content))
    elif not content.strip():
        raise BadFile("empty", "the file is empty", 1)
    place = "" if is_shut else order.place
    using = vault.database_of(place)
    with transaction.atomic(using=using):
        row = Import.objects.using(using).create(
            site=order.edition.site,
            purpose=order.purpose,
            place=place,
            by=order.by,
            is_shut=is_shut,
            lines=max(1, content.count(b"\n")),
            at=now,
        )
        row.content = vault.seal(content, _label(row), now, using)
        row.save(using=using, update_fields=["content"])
    return int(row.pk)


def brought(policy: Policy, purpose: str) -> tuple[Brought, ...]:
    """The newest imports of a list, those under way and those that have ended."""
    found = [
        _told(row)
        for using in dict.fromkeys((*databases(policy, purpose), vault.database_of("")))
        for row in _of(policy.site, purpose, using).order_by("-pk")[:SHOWN]
    ]
    return tuple(sorted(found, key=lambda one: one.at, reverse=True)[:SHOWN])


def _of(site: str, purpose: str, using: str) -> "QuerySet[Import]":
    return Import.objects.using(using).filter(site=site, purpose=purpose).defer("content")


def take_some(now: datetime, using: str) -> int:
    """Take rows of the imports that wait in a database, for a while; gives how many."""
    until, count = monotonic() + TURN_SECONDS, 0
    for row in Import.objects.using(using).filter(ended_at__isnull=True).order_by("pk"):
        if monotonic() < until:
            count += _go_on(row, until, now, using)
    return count


def forget(now: datetime, using: str) -> int:
    """Drop reports whose time is over."""
    gone, _ = Import.objects.using(using).filter(ended_at__lt=now - KEPT).delete()
    return gone


def _go_on(row: Import, until: float, now: datetime, using: str) -> int:
    if row.at < now - LONGEST_WAIT:
        return _end(row, LATE, now, using)
    try:
        order = Order(editions.current(row.site), row.purpose, row.place, row.by)
        check(order.edition.policy, row.purpose)
        content = vault.unseal(bytes(row.content), _label(row))
    except (KeyTrouble, NoEdition):  # a key service may be away, and come back
        return 0
    except MailingError as refused:
        return _end(row, refused.code, now, using)
    stream, count = io.BytesIO(content), 0
    rows = lists.read_shut(stream) if row.is_shut else lists.read(stream, ZoneInfo(order.edition.policy.time_zone), now)
    left = islice(rows, row.done, None)
    while row.ended_at is None and monotonic() < until:
        some = list(islice(left, AT_ONCE))
        if not _take(row, some, order, now, using):
            break
        count += len(some)
    return count


def _take(row: Import, some: Sequence[AnyRow], order: Order, now: datetime, using: str) -> bool:
    """Take these rows and note it, in one transaction; False where somebody else has done so meanwhile."""
    with transaction.atomic(using=using):
        still = Import.objects.using(using).select_for_update().filter(pk=row.pk, done=row.done, ended_at__isnull=True)
        if not still.values_list("pk", flat=True).first():
            return False
        count = _count(row)
        for one in some:
            importing.take(one, order, count, now)
        row.done += len(some)
        row.counts, row.refused, row.refused_count = count.counts, count.refused, count.refused_count
        row.save(using=using, update_fields=["done", "counts", "refused", "refused_count"])
        if len(some) < AT_ONCE:
            _end(row, "", now, using)
            if not row.is_shut:  # of those, each address has its own entry
                importing.record(order, count, now, using)
    return True


def _end(row: Import, trouble: str, now: datetime, using: str) -> int:
    row.content, row.trouble, row.ended_at = b"", trouble, now
    row.save(using=using, update_fields=["content", "trouble", "ended_at"])
    return 0


def _count(row: Import) -> Count:
    return Count(dict(row.counts), {code: list(lines) for code, lines in row.refused.items()}, row.refused_count)


def _told(row: Import) -> Brought:
    return Brought(row.pk, row.is_shut, row.at, row.ended_at, row.lines, _count(row).taken(), row.trouble)


def _label(row: Import) -> str:
    return f"import {row.pk} of {row.site} {row.purpose}"
