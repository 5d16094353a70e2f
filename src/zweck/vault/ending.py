"""What becomes of a grant: confirmed, extended, restricted, withdrawn, expired. Each with its entry."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from zweck.vault import collecting, places, record, sql
from zweck.vault.database import sql as database
from zweck.vault.errors import NoGrant, NotPermitted
from zweck.vault.masters import HOLD
from zweck.vault.moments import micros, micros_or_none
from zweck.vault.sealed import sql as entries
from zweck.vault.values import Grant, Subject

_AT_ONCE = 500  # grants ended in one transaction


def confirm(grant: Grant, until: datetime | None, now: datetime) -> Grant:
    """See `acts.confirm`."""
    using = places.database_of(grant.subject.place)
    with transaction.atomic(using=using):
        row = _usable(grant, now, using)
        if row.state != "pending":
            return places.grant_of(row)
        row = row._replace(state="active", since=micros(now), until=micros_or_none(until))
        return _changed("confirmed", row, now, using)


def extend(grant: Grant, until: datetime | None, now: datetime) -> Grant:
    """See `acts.extend`."""
    using = places.database_of(grant.subject.place)
    with transaction.atomic(using=using):
        row = _usable(grant, now, using)
        return _changed("extended", row._replace(until=micros_or_none(until)), now, using)


def restrict(subject: Subject, purpose: str, why: str, now: datetime, *, lift: bool) -> Grant:
    """See `acts.restrict` and `acts.lift_restriction`."""
    using = places.database_of(subject.place)
    with transaction.atomic(using=using):
        row = sql.live_grant(using, subject.site, subject.id, purpose, lock=True)
        if row is None:
            raise NoGrant(f"{purpose}: no grant that could be restricted")
        if row.state == "pending":
            raise NotPermitted("pending", f"{purpose}: a grant that nobody confirmed is withdrawn, not restricted")
        row = row._replace(state="active" if lift else "restricted")
        return _changed("released" if lift else "restricted", row, now, using, why)


def withdraw(subject: Subject, purpose: str, why: str, now: datetime) -> bool:
    """See `acts.withdraw`."""
    return withdraw_in(places.database_of(subject.place), subject, purpose, why, now)


def withdraw_in(using: str, subject: Subject, purpose: str, why: str, now: datetime) -> bool:
    """The same in a database."""
    with transaction.atomic(using=using):
        row = sql.live_grant(using, subject.site, subject.id, purpose, lock=True)
        if row is None:
            return False
        if row.key_class == HOLD and row.state != "pending":
            raise NotPermitted(
                "held", f"{purpose}: is kept because the law says so; it can be restricted until it ends"
            )
        _end(row, "withdrawn", {"why": why}, now, using)
    return True


def expire(now: datetime, using: str) -> int:
    """See `acts.expire`."""
    total = 0
    while True:
        with transaction.atomic(using=using):
            rows = sql.due(using, micros(now), _AT_ONCE)
            for row in rows:
                _end(row, "expired", {}, now, using)
        total += len(rows)
        if len(rows) < _AT_ONCE:
            return total


def leave_nothing(now: datetime, using: str) -> int:
    """Take what ended out of the files as well; gives whether that could be done.

    Keys and data of an ended grant are overwritten in their pages, which a log keeps as they were until it is emptied.
    Somebody who reads meanwhile keeps it busy; then the next turn tries again.
    """
    return int(database.checkpoint(using))


def _end(row: sql.GrantRow, act: str, more: Mapping[str, record.Value], now: datetime, using: str) -> None:
    """Destroy a grant's key and all under it; with the last grant the subject's pseudonym goes too."""
    record.of_grant(act, row, more, now, using)
    collecting.shred(row, now, using)
    sql.forget_alias(using, row.subject)


def _usable(grant: Grant, now: datetime, using: str) -> sql.GrantRow:
    row = sql.grant(using, grant.subject.site, grant.id, lock=True)
    if row is None or row.wrapped is None or is_over(row, now):
        raise NoGrant(f"{grant.purpose}: this grant has ended")
    return row


def is_over(row: sql.GrantRow | entries.OpenRow, now: datetime) -> bool:
    """Whether a grant's time is over, though nobody has ended it yet."""
    return row.until is not None and row.until <= micros(now)


def _changed(act: str, row: sql.GrantRow, now: datetime, using: str, why: str = "") -> Grant:
    sql.set_state(using, row)
    more: dict[str, record.Value] = {"state": row.state, "until": row.until}
    record.of_grant(act, row, {**more, "why": why} if why else more, now, using)
    return places.grant_of(row)
