"""measurement.small-groups: the figures as they lie, and a day that is closed before our eyes: only groups are left."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from zweck.measure import sql as taking
from zweck.measure.clock import LocalDay, day_at, day_numbered, milliseconds
from zweck.measure.days import sql as days
from zweck.measure.days.closing import LONGEST_MS, close
from zweck.measure.hit import pseudonym
from zweck.measure.keys import DayKeys
from zweck.measure.models import Day, DayKey, Event, RollUp
from zweck.measure.proving.figures import grouping, least_of, own, small, with_cell
from zweck.measure.proving.scratch import installed, scratch_day
from zweck.measure.proving.sql import LAX
from zweck.policy.model import Policy
from zweck.policy.sentences import Sentence
from zweck.promises.values import Clock, CouldNotLook, Figure, Finding, Plant, Proof, Reach, Target

_MARGIN_MS = 3_600_000
Close = Callable[[Policy, LocalDay, datetime], None]


@dataclass(frozen=True, slots=True)
class _Open:
    """A day before its close. `secret`: what may be found nowhere after it."""

    day: LocalDay
    secret: dict[str, bytes]


def check(target: Target, _sentence: Sentence, clock: Clock) -> Finding:
    """No row of the roll-ups tells of fewer visitors than the least group; and after a close nothing else is left.

    Yesterday is closed in a SQLite file of its own, set up as this installation's is, with a group of one in it.
    """
    least = own(target).least_group
    rows, trouble = small(target, least)
    given = target.place.get("deletes")
    how = given if isinstance(given, str) else installed()
    trouble += scratch_day(lambda alias, folder: tuple(_closed(target, alias, folder, clock.now())), how)
    figures: dict[str, Figure] = {"cells": rows, "least_group": least}
    return Finding(not trouble, "every row of the figures, and a day closed on a scratch database", figures, trouble)


def _closed(target: Target, alias: str, folder: Path, now: datetime) -> Iterator[str]:
    """What is wrong after yesterday's close."""
    policy = _until_closed(target.policy)
    opened = _fill(policy, folder, now)
    found = target.place.get("close")
    (found if callable(found) else _close)(policy, opened.day, now)
    days.empty_log()
    if DayKey.objects.using(alias).exists():
        yield "yesterday's key outlives the close of its day"
    if Event.objects.using(alias).exists():
        yield "events outlive the close of their day"
    if not Day.objects.using(alias).filter(is_closed=True, day=opened.day.number).exists():
        yield "the day is over and not closed"
    if not RollUp.objects.using(alias).exists():
        yield "a day with enough visitors is closed without figures"
    yield from small(replace(target, place={**target.place, "figures": alias}), least_of(target))[1]
    yield from (f"after the close {what} stands in {name}" for name, what in _found(folder, opened.secret))


def _until_closed(policy: Policy) -> Policy:
    """The policy without those who keep events for longer: what they get is theirs, and lies elsewhere."""
    return grouping(policy, keeps_events_days=1)


def _fill(policy: Policy, folder: Path, now: datetime) -> _Open:
    """A yesterday with a crowd on one page, and one visitor alone on another. Raises CouldNotLook."""
    least = policy.systems.measurement.least_group if policy.systems.measurement else 1
    yesterday = day_numbered(policy.time_zone, day_at(policy.time_zone, milliseconds(now)).number - 1)
    at = yesterday.starts + _MARGIN_MS
    key = DayKeys(folder).key(policy.site, yesterday, at)
    wrapped = taking.key_of(policy.site, yesterday.number)
    if key is None or wrapped is None:
        raise CouldNotLook("a day on a scratch database got no key")
    who = [pseudonym(key, secrets.token_bytes(16)) for _ in range(least + 1)]
    rows = [_row(policy, yesterday, at + number, visitor, "/") for number, visitor in enumerate(who)]
    taking.write([*rows, _row(policy, yesterday, at + len(who), who[0], "/planted-alone")], {})
    secret = {
        "its key": bytes(key),
        "its wrapped key": wrapped[0],
        "a visitor's number": who[0].to_bytes(8, signed=True),
    }
    days.empty_log()
    seen = {what for _, what in _found(folder, secret)}
    if not {"its wrapped key", "a visitor's number"} <= seen:
        raise CouldNotLook("what should be gone after the close is not to be found before it")
    return _Open(yesterday, secret)


def _row(policy: Policy, day: LocalDay, at: int, visitor: int, path: str) -> taking.Row:
    return taking.Row(at, policy.site, day.number, at, visitor, "", path, "", "", "", "", "", "", 0)


def _found(folder: Path, secret: dict[str, bytes]) -> Iterator[tuple[str, str]]:
    """Where which of the secrets stands, in the file or beside it."""
    for file in sorted(folder.glob("*.sqlite3*")):
        content = file.read_bytes()
        yield from ((file.name, what) for what, value in secret.items() if value in content)


def _close(policy: Policy, day: LocalDay, now: datetime) -> None:
    """The end of a day, by the steps of the work child."""
    _end_keys(day, now)
    for site, number in days.owed():
        close(site, number, policy, now)


def _end_keys(day: LocalDay, now: datetime) -> None:
    days.end_keys(max(milliseconds(now), day.until), LONGEST_MS, now)


def _keeping_the_key(policy: Policy, day: LocalDay, now: datetime) -> None:
    close(policy.site, day.number, policy, now)


def _telling_all(policy: Policy, day: LocalDay, now: datetime) -> None:
    _close(grouping(policy, least_group=1), day, now)


def _with(least: int = 0, **place: object) -> Plant:
    """A day that ends otherwise. `least`: at least so large a group."""

    @contextmanager
    def plant(target: Target, _sentence: Sentence) -> Iterator[Target]:
        policy = grouping(target.policy, least_group=max(least, least_of(target)))
        yield replace(target, policy=policy, place={**target.place, **place})

    return plant


PROOF = Proof(
    "measurement.small-groups",
    check,
    with_cell(dimension=0, fewer=1),
    Reach.PROCESS,
    needs=("tables", "policy"),
    more_plants=(
        with_cell(dimension=0, fewer=0, masked=True),
        _with(close=_keeping_the_key),
        _with(close=_telling_all, least=2),
        _with(deletes=LAX),
    ),
)
