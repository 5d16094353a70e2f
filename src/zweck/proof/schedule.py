"""When the proofs run by themselves: at start, after an activation, and well before their evidence is too old.

The work child only looks whether something is due. The proofs run in a process of its own, so that neither a browser
nor a linter weighs on the service, and whatever happens there, the service goes on.
"""

import logging
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings

from zweck.doors import Work, hand_work
from zweck.editions import acts as editions
from zweck.editions.values import Edition
from zweck.promises.values import State
from zweck.proof import keep
from zweck.proof.errors import NoService
from zweck.proof.run import find_service, is_quick, provable, rests_on_others
from zweck.proof.values import Mark, Standing

log = logging.getLogger("zweck.proof")

LOOK_EVERY = timedelta(seconds=2)
AGAIN_AFTER = timedelta(hours=6)
# What could not be seen may be seen soon: a network that comes back, a browser that is installed.
RETRY_AFTER = timedelta(minutes=30)
# A run that came to nothing (killed, overtaken) is not begun anew at once, over and over.
REST_AFTER_FAILURE = timedelta(minutes=2)


@dataclass(slots=True)
class _Begun:
    """Since when this process looks, the run it has started, and when the last one ended in vain."""

    since: datetime | None = None
    process: subprocess.Popen[bytes] | None = None
    give_up_at: datetime | None = None
    rest_until: datetime | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


_begun = _Begun()


def hand_over() -> None:
    """Hand the work to the work child."""
    if settings.PROOFS == "scheduled":
        hand_work(Work("proof.run", LOOK_EVERY, run_due))
    hand_work(Work("proof.stock", timedelta(seconds=20), take_stock))
    hand_work(Work("proof.prune", timedelta(hours=24), keep.prune))


def run_due(now: datetime) -> int:
    """Begin a run if one is due and none is under way; quick proofs come before the others."""
    with _begun.lock:
        # What was proved before this start was perhaps proved of other code.
        _begun.since = _begun.since or now
        if _is_busy(now):
            return 0
        for edition in editions.sites():
            due = _due(edition, now)
            if due is not None and _is_served():
                log.info("proving %s", edition.site)
                _begun.process, _begun.give_up_at = _begin(edition.site, due), now + keep.LONGEST_RUN
                return 1
    return 0


def take_stock(now: datetime) -> int:
    """Note and tell what changed by the mere passing of time; not while proofs are about to say it anew."""
    if _begun.process is not None:
        return 0
    settled = [edition for edition in editions.sites() if not _about_to_run(edition, now)]
    for edition in settled:
        if _has_changed(keep.stand(edition, now), edition.site):
            keep.take_stock(edition, now)
    return len(settled)


def _about_to_run(edition: Edition, now: datetime) -> bool:
    resting = _begun.rest_until is not None and now < _begun.rest_until
    return _due(edition, now) is not None and not resting


def _has_changed(stood: Standing, site: str) -> bool:
    known = keep.stock(site)
    return {m.promise: m.state for m in stood.marks.values()} != known


def _is_busy(now: datetime) -> bool:
    """Whether a run is under way, or the last one failed a moment ago."""
    if _begun.process is not None:
        code = _begun.process.poll()
        if code is None:
            if _begun.give_up_at and now >= _begun.give_up_at:
                _begun.process.kill()  # something it looks at keeps it waiting; it holds up every later run
            return True
        if _begun.process.stdin:
            _begun.process.stdin.close()
        _begun.process = None
        # 0 and 1 are results; anything else came to nothing.
        _begun.rest_until = None if code in (0, 1) else now + REST_AFTER_FAILURE
    return _begun.rest_until is not None and now < _begun.rest_until


def _due(edition: Edition, now: datetime) -> tuple[str, ...] | None:
    """What to prove now: the quick promises that are due, else the others; None when nothing is due."""
    stood = keep.stand(edition, now)
    provable_now = provable(edition)
    due = [p for p in provable_now if _is_due(stood.marks[p.id], now)]
    if not due:
        return None
    begun = [p for p in due if is_quick(p)] or due
    # What rests on the evidence for other promises is looked at anew whenever that is.
    return tuple(p.id for p in provable_now if p in begun or rests_on_others(p))


def _is_due(mark: Mark, now: datetime) -> bool:
    if mark.evidence is None:
        return True
    if _begun.since is not None and mark.evidence.checked_at < _begun.since:
        return True
    after = RETRY_AFTER if mark.evidence.state is State.UNKNOWN else AGAIN_AFTER
    # Evidence from the future was dated by a clock that has been put back since.
    return not mark.evidence.checked_at - LOOK_EVERY * 5 <= now < mark.evidence.checked_at + after


def _is_served() -> bool:
    try:
        find_service()
    except NoService:
        return False
    return True


def _begin(site: str, which: tuple[str, ...]) -> subprocess.Popen[bytes]:
    """Start a run. It ends when its input closes, which happens when this process dies."""
    command = [sys.executable, "-P", "-m", "django", "prove", "--scheduled", "--site", site, *which]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
