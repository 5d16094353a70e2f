"""When audits run: at their pace, one at a time, each in a process of its own.

The work child only looks whether something is due. A browser weighs on nothing but that process, and whatever happens
there, the service goes on.
"""

import logging
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from zweck.doors import Work, hand_work
from zweck.watch import keep, orders

log = logging.getLogger("zweck.watch")

LOOK_EVERY = timedelta(seconds=2)
# A run that came to nothing (killed, crashed) is not begun anew at once, over and over.
REST_AFTER_FAILURE = timedelta(minutes=2)
MOST_ATTEMPTS = 3


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
    hand_work(Work("watch.run", LOOK_EVERY, run_due))
    hand_work(Work("watch.prune", timedelta(hours=24), keep.prune))


def run_due(now: datetime) -> int:
    """Begin an audit if one is due and none is under way."""
    with _begun.lock:
        if _begun.since is None:
            keep.release_all_here()
            _begun.since = now
        if _is_busy(now) or keep.is_anyone_looking(now):
            return 0
        for row in orders.due(now):
            if row.attempts >= MOST_ATTEMPTS:
                log.warning("audit %d ended in vain %d times; it rests until its next time", row.pk, row.attempts)
                keep.give_up(row.pk, now)
                continue
            keep.note_attempt(row.pk)
            log.info("audit %d begins", row.pk)
            _begun.process, _begun.give_up_at = _begin(row.pk), now + keep.LONGEST_RUN
            return 1
    return 0


def _is_busy(now: datetime) -> bool:
    """Whether a run is under way, or the last one failed a moment ago."""
    if _begun.process is not None:
        code = _begun.process.poll()
        if code is None:
            if _begun.give_up_at and now >= _begun.give_up_at:
                _begun.process.kill()  # something it looks at keeps it waiting; it holds up every later audit
            return True
        if _begun.process.stdin:
            _begun.process.stdin.close()
        keep.release(keep.process(_begun.process.pid))
        _begun.process = None
        _begun.rest_until = None if code == 0 else now + REST_AFTER_FAILURE
    return _begun.rest_until is not None and now < _begun.rest_until


def _begin(watched: int) -> subprocess.Popen[bytes]:
    """Start a run. It ends when its input closes, which happens when this process dies."""
    command = [sys.executable, "-P", "-m", "django", "watch", "--run", str(watched)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
