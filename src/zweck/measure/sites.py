"""What the hit path knows of a host: the policy in force, read once a second at most."""

from dataclasses import dataclass, field
from threading import Lock
from urllib.parse import urlsplit

from django.db import Error

from zweck.doors import Answer
from zweck.editions import acts as editions
from zweck.measure.beacon import host_of
from zweck.measure.clock import LocalDay, day_at, day_numbered
from zweck.policy.model import Policy
from zweck.policy.systems import Measurement

FRESH_MS = 1000
HOSTS = 64  # how many names to remember; anybody may send any name


@dataclass(slots=True)
class Known:
    """What was last read about a host.

    `hosts`: of all declared origins, and the one asked for; `answers`: finished ones, by what they say.
    """

    policy: Policy
    site: str
    measurement: Measurement | None
    cuts_further: bool  # than the front does
    edition: int
    read_at: int
    origins: frozenset[str]
    hosts: frozenset[str]
    events: frozenset[str]
    kept: frozenset[str]
    day: LocalDay
    day_before: LocalDay
    answers: dict[tuple[str, str], Answer] = field(default_factory=dict)

    def today(self, now: int) -> LocalDay:
        """The day where the site is. Worked out anew when it is over, or when the clock was moved."""
        if now not in self.day:
            self.day = day_at(self.policy.time_zone, now)
            self.day_before = day_numbered(self.policy.time_zone, self.day.number - 1)
        return self.day


_known: dict[str, Known] = {}
_lock = Lock()


def find(host: str, now: int) -> Known | None:
    """What is known of a host name; None where no site is served under it."""
    known = _known.get(host)
    # Of many threads one looks, the others go on with what they have for that moment.
    if (known is None or abs(now - known.read_at) >= FRESH_MS) and _lock.acquire(blocking=known is None):
        try:
            known = _read(host, now)
        finally:
            _lock.release()
    return known


def clear() -> None:
    """Forget all hosts; for tests."""
    _known.clear()


def _read(host: str, now: int) -> Known | None:
    before = _known.get(host)
    try:
        edition = editions.site_for(host)
    except Error:  # what was read last still holds
        return before
    if edition is None:
        _known.pop(host, None)
        return None
    if before is not None and (before.site, before.edition) == (edition.site, edition.number):
        before.read_at = now
        return before
    known = _facts(edition.policy, edition.number, host, now)
    if len(_known) >= HOSTS:
        _known.clear()
    _known[host] = known
    return known


def _facts(policy: Policy, edition: int, host: str, now: int) -> Known:
    measurement = policy.systems.measurement
    day = day_at(policy.time_zone, now)
    return Known(
        policy=policy,
        site=policy.site,
        measurement=measurement,
        cuts_further=measurement is not None and (measurement.cut_v4 < 24 or measurement.cut_v6 < 48),
        edition=edition,
        read_at=now,
        origins=frozenset(policy.scope.origins),
        hosts=frozenset(urlsplit(origin).hostname or "" for origin in policy.scope.origins) | {host_of(host)},
        events=frozenset(measurement.events if measurement else ()),
        kept=frozenset(measurement.dimensions if measurement else ()),
        day=day,
        day_before=day_numbered(policy.time_zone, day.number - 1),
    )
