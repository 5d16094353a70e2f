"""One audit, from claiming it to keeping what it came to."""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from zweck.eye.errors import EyeError
from zweck.policy.errors import PolicyErrors
from zweck.watch import keep, models, orders
from zweck.watch.values import Looked, Looker, Wanted


def run(watched: int, looker: Looker, clock: Callable[[], datetime]) -> models.Look:
    """Look at a site and keep what came of it. Raises AlreadyLooking, NotWatched and Overtaken."""
    began_at = clock()
    claimed = keep.claim(watched, keep.process(os.getpid()), began_at)
    try:
        looked = _look(looker, _now_wanted(claimed))
        return keep.finish(claimed, looked, began_at, clock())
    finally:
        keep.release(claimed.claim)  # after a look that was kept there is nothing left to let go


def _look(looker: Looker, wanted: Wanted) -> Looked:
    try:
        return looker(wanted)
    except EyeError as trouble:
        return Looked(why=str(trouble))
    except PolicyErrors as refused:
        return Looked(why=str(refused.errors[0]))


def _now_wanted(row: models.Watched) -> Wanted:
    """What was ordered, held against the edition in force today where no policy was given."""
    wanted, here = orders.wanted_of(row), orders.site_of(row.url)
    return replace(wanted, policy=here.source.decode()) if here and not wanted.policy else wanted
