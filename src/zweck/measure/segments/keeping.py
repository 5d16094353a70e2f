"""Keep a closed day's events where the policy says so, and erase them when their time is over."""

import logging
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.timezone import now as wall_clock

from zweck.disclosure import acts as disclosure
from zweck.disclosure.values import Alert
from zweck.doors import Work, hand_work
from zweck.editions import acts as editions
from zweck.measure.closing import on_day_close
from zweck.measure.segments import shelf
from zweck.measure.segments.engine import REMEDY, is_installed
from zweck.measure.segments.errors import SegmentTrouble
from zweck.measure.segments.writing import write
from zweck.measure.values import Happening
from zweck.policy.model import Policy

log = logging.getLogger("zweck.measure")

LOOK_EVERY = timedelta(minutes=5)
TELL_AGAIN_AFTER = timedelta(hours=24)
_told_at: dict[str, datetime] = {}


def hand_over() -> None:
    """Ask for each day's events at its close, and hand the erasure to the work child."""
    if keep not in on_day_close:
        on_day_close.append(keep)
    hand_work(Work("measure.segments", LOOK_EVERY, sweep))


def kept_days(policy: Policy) -> int:
    """How many days single events outlive: 0 where they die at the close of their day."""
    measurement = policy.systems.measurement
    if measurement is None or measurement.provider is not None or measurement.keeps_events_days <= 1:
        return 0
    return measurement.keeps_events_days


def keep(site: str, day: date, happenings: Iterator[Happening]) -> None:
    """Write the day's file, where the policy keeps events. Raises SegmentTrouble, and then the events stay for now.

    Without DuckDB they go as in strict mode: the statement names the longest time, and to keep less breaks nothing.
    """
    policy = editions.current(site).policy
    if not kept_days(policy):
        return
    if not is_installed():
        log.error("%s: the events of %s were not kept, as DuckDB is not installed; %s", site, day, REMEDY)
        return
    try:
        write(shelf.folder(site), site, day, happenings)
    except SegmentTrouble as trouble:
        if _age(day, policy, wall_clock()) < kept_days(policy):
            raise
        log.error("%s: the events of %s could not be kept, and now their time is over: %s", site, day, trouble)


def sweep(now: datetime) -> int:
    """Erase every day whose time is over; how many went. Raises SegmentTrouble, and tells the operator once a day."""
    gone, troubles = 0, []
    for edition in editions.sites():
        for day in overdue(edition.policy, now):
            try:
                shelf.erase(shelf.folder(edition.site), day)
                gone += 1
            except SegmentTrouble as trouble:
                troubles.append(str(trouble))
                _tell(edition.site, trouble, now)
    if troubles:
        raise SegmentTrouble("; ".join(troubles))
    return gone


def overdue(policy: Policy, now: datetime) -> tuple[date, ...]:
    """Days whose events are kept longer than the policy says: the first of them is as old as it may get."""
    kept = kept_days(policy)
    return tuple(day for day in shelf.days_on_disk(shelf.folder(policy.site)) if _age(day, policy, now) >= kept)


def _age(day: date, policy: Policy, now: datetime) -> int:
    """How many days ago it began, where the site is."""
    return (now.astimezone(ZoneInfo(policy.time_zone)).date() - day).days


def _tell(site: str, trouble: SegmentTrouble, now: datetime) -> None:
    last = _told_at.get(site)
    if last is not None and now - last < TELL_AGAIN_AFTER:
        return
    _told_at[site] = now
    text = f"Single measurements are kept longer than the statement says, because they cannot be erased. {trouble}"
    disclosure.tell_operator(Alert(site, f"{site}: measurements are not erased", text, {"trouble": str(trouble)}), now)
