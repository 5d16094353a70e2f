"""The work on days: provisional figures of today, and the close of those that are over.

A close has three steps, each of which may be killed and is begun anew: the key is destroyed, whatever else fails; the
events are handed to those who keep them longer, where the policy says so; the final figures are written and the events
deleted, in one transaction. Nothing here needs the clock to be right: a day is over when its key is.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import date, datetime
from time import monotonic

from django.db import transaction

from zweck.editions import acts as editions
from zweck.measure.clock import OVERLAP_MS, day_at, milliseconds
from zweck.measure.closing import on_day_close
from zweck.measure.days import sql
from zweck.measure.days.making import keep, make
from zweck.policy.model import Policy
from zweck.policy.systems import Measurement

LONGEST_MS = 26 * 3_600_000 + OVERLAP_MS  # of a key; a day has 25 hours at most
EVERY_MS = 10_000  # between two provisional figures
SHARE = 20  # making them takes at most one part in so many of the time


class Days:
    """What the work child remembers between two runs."""

    def __init__(self) -> None:
        self._newest: dict[str, int] = {}
        self._next_at: dict[str, float] = {}
        self._has_emptied = True

    def run(self, now: datetime) -> int:
        """Destroy, close, and bring today's figures up to date; how many things were done."""
        moment = milliseconds(now)
        policies = {edition.site: edition.policy for edition in editions.sites()}
        done = [sql.end_keys(moment, LONGEST_MS, now)]
        self._has_emptied = self._has_emptied and not done[0]
        # All of it is done, last in first out, whatever fails on the way; the failure is raised at the end.
        with ExitStack() as work:
            for policy in policies.values():
                work.callback(lambda policy: done.append(self._today(policy, moment, now)), policy)
            work.callback(self._empty_log)
            # Those that must be handed on first come last: what keeps them must not keep the others.
            for site, days in sorted(_owed().items(), key=lambda one: not _is_kept(policies.get(one[0]))):
                work.callback(
                    lambda site, days: done.append(self._close(site, days, policies.get(site), now)), site, days
                )
        return sum(done)

    def _close(self, site: str, days: Sequence[int], policy: Policy | None, now: datetime) -> int:
        """Close a site's days in their order: with a day's events those of earlier days go."""
        for day in days:
            close(site, day, policy, now)
            self._has_emptied = False
        return len(days)

    def _empty_log(self) -> None:
        if not self._has_emptied:
            self._has_emptied = sql.empty_log()

    def _today(self, policy: Policy, moment: int, now: datetime) -> int:
        site, started = policy.site, monotonic()
        if _measurement(policy) is None or started < self._next_at.get(site, 0.0):
            return 0
        newest = sql.newest(site)
        if newest == self._newest.get(site, 0):
            return 0
        today = day_at(policy.time_zone, moment)
        days = sql.running(site, today.number - 1, today.number)
        for day in days:
            keep(site, day, make(site, day, _measurement(policy)), now)
        self._newest[site] = newest
        took = monotonic() - started
        self._next_at[site] = started + max(EVERY_MS / 1000, SHARE * took)
        return len(days)


def close(site: str, day: int, policy: Policy | None, now: datetime) -> None:
    """Make a day's figures final and delete its events. `policy`: None where the site is no longer served."""
    if _is_kept(policy):
        for listener in on_day_close:
            listener(site, date.fromordinal(day), sql.happenings(site, day))
    made = make(site, day, _measurement(policy))
    with transaction.atomic():
        sql.replace(site, day, made.figures)
        sql.replace_steps(site, day, made.steps)
        sql.delete_events(site, day)
        sql.note_day(site, day, now, is_closed=True)


def _owed() -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for site, day in sql.owed():
        found.setdefault(site, []).append(day)
    return found


def _measurement(policy: Policy | None) -> Measurement | None:
    return policy.systems.measurement if policy else None


def _is_kept(policy: Policy | None) -> bool:
    measurement = _measurement(policy)
    return measurement is not None and measurement.keeps_events_days > 1
