"""New master keys in place of old ones: grants are re-wrapped, indexes made anew, and then the old key is destroyed.

Every step may be interrupted and begun again: what is done is not done twice, and a key is destroyed only when no
database relies on it and every process has long been using the new one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from zweck.ledger import acts as ledger
from zweck.vault import collecting, marks, masters, record, sealing, sql
from zweck.vault.database import sql as database
from zweck.vault.errors import KeyTrouble
from zweck.vault.keys import KeyProvider
from zweck.vault.masters import FRESH_SECONDS, INDEX
from zweck.vault.renewing import sql as renewing
from zweck.vault.sealed import sql as entries
from zweck.vault.terms import known

EPOCH = timedelta(days=35)  # a backup older than this opens no ordinary datum
# How long a process may still use the key it found last, and some for a transaction that is under way.
GRACE = timedelta(seconds=2 * FRESH_SECONDS + 60)
AT_ONCE = 1000

Told = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Standing:
    """A key, and how much relies on it, by database."""

    name: str
    made_at: datetime
    used_by: Mapping[str, int]
    is_newest: bool


@dataclass(frozen=True, slots=True)
class Rotated:
    """What a rotation did. `waiting`: old keys that are not destroyed yet, each with the reason."""

    number: int
    changed: int
    stragglers: int
    destroyed: tuple[str, ...]
    waiting: tuple[str, ...]


def status() -> tuple[Standing, ...]:
    """Every key there is, with its use. Raises KeyTrouble."""
    held = masters.provider()
    grants = {using: renewing.keys_in_use(using) for using in database.databases()}
    indexes = {using: renewing.marks_in_use(using) for using in database.databases()}
    found = []
    for name in sorted(held.names(), key=lambda one: (_family(one), _number(one))):
        family, number = _family(name), _number(name)
        used = {
            using: indexes[using].get(number, 0) if family == INDEX else grants[using].get((family, number), 0)
            for using in grants
        }
        found.append(Standing(name, held.made_at(name), used, number == max(_numbers(held, family), default=0)))
    return tuple(found)


def rotate(family: str, now: datetime, tell: Told, *, anew: bool) -> Rotated:
    """Move everything of a class ("ordinary", "hold") or an index to its newest key. `anew`: make a new one first."""
    held = masters.provider()
    for using in database.databases():
        with transaction.atomic(using=using):
            masters.newest(family, now, using)
    if anew:
        held.make(f"{family}-{max(_numbers(held, family)) + 1}", now)
        masters.reread()
    number = max(_numbers(held, family))
    work = _index_anew if family == INDEX else _rewrap
    changed = sum(work(family, number, now, using, tell) for using in database.databases())
    stragglers = sum(_left(family, number, using) for using in database.databases())
    destroyed, waiting = _destroy(family, number, stragglers, now)
    if anew or changed or destroyed:
        body: dict[str, record.Value] = {
            "family": family,
            "number": number,
            "changed": changed,
            "destroyed": [*destroyed],
        }
        with transaction.atomic():
            ledger.record("keys.rotated", settings.SITE or "installation", {**body, "destroyed": [*destroyed]}, now)
    return Rotated(number, changed, stragglers, destroyed, waiting)


def keep_young(now: datetime) -> int:
    """The work child's: begin a new epoch when the last is over, and finish what a rotation left."""
    held = masters.provider()
    found = _numbers(held, masters.ORDINARY)
    if not found:
        return 0
    is_over = now - held.made_at(f"{masters.ORDINARY}-{max(found)}") >= EPOCH
    if not is_over and len(found) == 1:
        return 0
    done = rotate(masters.ORDINARY, now, lambda _line: None, anew=is_over)
    return done.changed + len(done.destroyed)


def _rewrap(family: str, number: int, now: datetime, using: str, tell: Told) -> int:
    total, after, name = 0, 0, f"{family}-{number}"
    held = masters.provider()
    while True:
        with transaction.atomic(using=using):
            masters.assure(name, now, using)
            rows = renewing.wrapped_otherwise(using, family, number, after, AT_ONCE)
            renewing.rewrap(using, [(number, _moved(held, row, name), row.number, row.wrapped or b"") for row in rows])
        total += len(rows)
        if len(rows) < AT_ONCE:
            return total
        after = rows[-1].number
        tell(f"{using}: {total:,} keys re-wrapped under {name}")


def _moved(held: KeyProvider, row: sql.GrantRow, name: str) -> bytes:
    bound = sealing.bound_to(row.site, row.subject, row.purpose)
    old = f"{row.key_class}-{row.epoch}"
    key = held.unwrap(old, row.wrapped or b"", sealing.key_bound(old, bound))
    return held.wrap(name, key, sealing.key_bound(name, bound))


def _index_anew(family: str, number: int, now: datetime, using: str, tell: Told) -> int:
    total, after = 0, 0
    while True:
        with transaction.atomic(using=using):
            masters.assure(f"{family}-{number}", now, using)
            rows = renewing.unmarked(using, number, after, AT_ONCE)
            for row in rows:
                _mark(row, number, using)
        total += len(rows)
        if len(rows) < AT_ONCE:
            return total
        after = rows[-1].number
        tell(f"{using}: {total:,} grants indexed under {family}-{number}")


def _mark(row: sql.GrantRow, number: int, using: str) -> None:
    lock = collecting.lock_of(row)
    collecting.name_purpose(row, using)
    for one in entries.of_grant(using, row.number, marks.KIND):
        values = lock.open(known.of(using).shape(one.shape), one.entry, one.sealed)
        sql.put_marks(using, row.number, [(marks.mark(number, row.site, values[marks.KIND]), number)])


def _left(family: str, number: int, using: str) -> int:
    if family == INDEX:
        return len(renewing.unmarked(using, number, 0, AT_ONCE))
    return sum(count for (of, epoch), count in renewing.keys_in_use(using).items() if of == family and epoch != number)


def _destroy(family: str, number: int, stragglers: int, now: datetime) -> tuple[tuple[str, ...], tuple[str, ...]]:
    held = masters.provider()
    old = tuple(f"{family}-{one}" for one in _numbers(held, family) if one < number)
    if stragglers:
        return (), tuple(f"{name}: {stragglers:,} still rely on it; run the rotation again" for name in old)
    ready_at = held.made_at(f"{family}-{number}") + GRACE
    if now < ready_at:
        return (), tuple(f"{name}: a process may still use it until {ready_at:%H:%M:%S} UTC" for name in old)
    waiting: list[str] = []
    for name in old:
        for using in database.databases():
            with transaction.atomic(using=using):
                if family == INDEX:
                    renewing.drop_old_marks(using, number)
                renewing.drop_master_key(using, name)
        try:
            held.destroy(name)
        except KeyTrouble as by_hand:  # keys in the environment are removed by whoever set them
            waiting.append(str(by_hand))
    masters.reread()
    return tuple(name for name in old if name not in held.names()), tuple(waiting)


def _numbers(held: KeyProvider, family: str) -> list[int]:
    return sorted(_number(name) for name in held.names() if _family(name) == family and _number(name))


def _family(name: str) -> str:
    return name.rstrip("0123456789").rstrip("-")


def _number(name: str) -> int:
    end = name.rpartition("-")[2]
    return int(end) if end.isdecimal() else 0
