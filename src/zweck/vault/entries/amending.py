"""Values put in place of others: under one grant, or the same under many."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from zweck.vault import collecting, declared, marks, places, record, sealing
from zweck.vault.bulk import sql as bulk
from zweck.vault.database import sql as database
from zweck.vault.ending import is_over
from zweck.vault.errors import NoGrant, NotPermitted
from zweck.vault.moments import micros
from zweck.vault.sealed import sql as entries
from zweck.vault.terms import known
from zweck.vault.values import Grant, Subject

PAGE = 500  # grants amended by one SELECT
_AT_ONCE = 200  # subjects named in one entry of the ledger

Opened = tuple[int, str, sealing.Lock]  # a grant's number, its site, its key


def amend(  # noqa: PLR0913  (as its act)
    subject: Subject, purpose: str, data: Mapping[str, str], *, by: str, now: datetime, entry: bytes | None
) -> bytes:
    """See `acts.amend`."""
    using = places.database_of(subject.place)
    values = _admitted(subject.site, (purpose,), data)
    with transaction.atomic(using=using):
        here, line = known.of(using), database.Line(using)
        number = here.purpose_number(subject.site, purpose)
        row = None if number is None else entries.opened(here, line, subject.id, number, entry)
        if number is None or row is None or row.wrapped is None or is_over(row, now):
            raise NoGrant(f"{purpose}: no grant under which anything could be amended")
        if entry is not None and row.entry is None:
            raise NotPermitted("no-entry", f"{purpose}: it has no such entry")
        bound = sealing.bound_to(subject.site, subject.id, purpose)
        lock = sealing.lock_of(bound, here.terms(row.terms).key_class, row.epoch, row.wrapped)
        moved = [(row.number, subject.site, lock)] if marks.KIND in values else []
        _unmark(moved, now, using)
        if row.entry:
            kept = _changed(lock, row.entry, values, here)
            entries.put(line, row.number, kept)
        else:
            kept = collecting.sealed(lock, collecting.new_entry(now), values, here)
            entries.add(line, row.number, kept, number)
        _mark(moved, now, using)
        more: dict[str, record.Value] = {"by": by, "fields": [*sorted(values)]}
        record.of_subject("amended", subject.site, purpose, row.alias, more, (now, using))
    return kept.entry


def amend_purpose(  # noqa: PLR0913  (as its act)
    site: str, place: str, purpose: str, data: Mapping[str, str], by: str, now: datetime
) -> int:
    """See `acts.amend_purpose`."""
    using, values, total, after = places.database_of(place), _admitted(site, (purpose,), data), 0, b""
    with transaction.atomic(using=using):
        if (number := known.of(using).purpose_number(site, purpose)) is None:
            return 0
        database.bind(using, number)
        while rows := bulk.newest_of_purpose(using, bulk.Page(number, place, after, PAGE)):
            total += _amended(rows, values, by, now, using)
            after = bytes(rows[-1].grant[1])
            if len(rows) < PAGE:
                break
    return total


def amend_grants(grants: Sequence[Grant], data: Mapping[str, str], by: str, now: datetime) -> int:
    """See `acts.amend_grants`."""
    if not grants:
        return 0
    (site, using), *others = dict.fromkeys((one.subject.site, places.database_of(one.subject.place)) for one in grants)
    if others:
        raise NotPermitted("other-place", "these grants are of several sites or places; amend those of one at a time")
    names = tuple(dict.fromkeys(one.purpose for one in grants))
    values = _admitted(site, names, data)
    with transaction.atomic(using=using):
        numbers = [number for name in names if (number := known.of(using).purpose_number(site, name)) is not None]
        if not numbers:
            return 0
        database.bind(using, ",".join(map(str, numbers)))
        rows = bulk.newest_of_these(using, numbers, [one.id for one in grants])
        return _amended(rows, values, by, now, using)


def _admitted(site: str, purposes: Sequence[str], data: Mapping[str, str]) -> dict[str, str]:
    policy = declared.policy_of(site)
    for purpose in purposes:
        declared.see_data(policy, purpose, tuple(data))
    return collecting.checked(data)


def _amended(rows: list[bulk.Lying], values: dict[str, str], by: str, now: datetime, using: str) -> int:
    """Amend the grants among these that are in force, and record it; gives how many."""
    changed: list[tuple[int, entries.Entry]] = []
    opened: list[Opened] = []
    aliases: dict[tuple[str, str], list[str]] = defaultdict(list)
    here, over = known.of(using), micros(now)
    for (number, _, subject, purpose, alias, terms, _, _, until, _, _, epoch, wrapped), own in rows:
        if wrapped is None or (until is not None and until <= over):
            continue
        site, name = here.purpose(purpose)
        bound = sealing.bound_to(site, bytes(subject), name)
        lock = sealing.lock_of(bound, here.terms(terms).key_class, epoch, bytes(wrapped))
        opened.append((number, site, lock))
        aliases[site, name].append(bytes(alias).hex())
        if own:
            entry = entries.Entry(bytes(own[0][0]), own[0][1], bytes(own[0][2]))
            changed.append((number, _changed(lock, entry, values, here)))
        else:
            entries.add(using, number, collecting.sealed(lock, collecting.new_entry(now), values, here), purpose)
    moved = opened if marks.KIND in values else []
    _unmark(moved, now, using)
    entries.put_each(using, changed)
    _mark(moved, now, using)
    for (site, name), those in aliases.items():
        for start in range(0, len(those), _AT_ONCE):
            more: dict[str, record.Value] = {"by": by, "fields": [*sorted(values)]}
            record.of_many("amended", site, name, those[start : start + _AT_ONCE], more, (now, using))
    return len(opened)


def _changed(lock: sealing.Lock, entry: entries.Entry, values: dict[str, str], here: known.Known) -> entries.Entry:
    """An entry with these values in place of its own."""
    names = here.shape(entry.shape)
    data = lock.open(names, entry.entry, entry.sealed) | values
    shape = entry.shape if len(data) == len(names) else here.made("shape", tuple(sorted(data)))
    return entries.Entry(entry.entry, shape, lock.seal(data, entry.entry))


def _unmark(moved: Sequence[Opened], now: datetime, using: str) -> None:
    """Forget the marks of grants whose address changes."""
    for number, site, lock in moved:
        collecting.unmark(number, site, lock, now, using)


def _mark(moved: Sequence[Opened], now: datetime, using: str) -> None:
    """Make those of the new address."""
    for number, site, lock in moved:
        collecting.mark(number, site, lock, now, using)
