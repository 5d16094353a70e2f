"""Brings hits into the database: a list in memory, and a thread that commits it every half second.

A hit is no act. By default a kill loses what was taken within the last half second; with `ZWECK_HITS=durable` a hit is
answered when its batch is committed. Either way nothing is written twice.
"""

import logging
import multiprocessing.util
import secrets
import threading
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import NamedTuple

from django.db import DatabaseError

from zweck.measure import sql
from zweck.measure.clock import CARRY_MS, LocalDay
from zweck.measure.values import VISIT_MS

log = logging.getLogger(__name__)

PAUSE_SECONDS = 0.5
WAIT_SECONDS = 10.0  # how long a durable hit waits for its commit
MOST = 50_000  # hits held while the database is away: some 30 MB; then the oldest go
_COUNTER_BITS, _PROCESS_BITS = 12, 10
_EPOCH = 1_577_836_800_000  # 2020; an id has 63 bits, and so lasts until 2089


class Taken(NamedTuple):
    """A hit on its way. `until`: when its day is closed; what comes later is dropped.

    `before`: within half an hour of midnight, the day before and the visitor under that day's key. Where such a visit
    still goes on, the hit belongs to it; which of the two is decided in the writer, and the other id is never written.
    """

    row: sql.Row
    until: int
    before: tuple[LocalDay, int] | None = None


@dataclass(slots=True)
class Batch:
    """What is committed together."""

    hits: deque[Taken] = field(default_factory=deque)
    robots: Counter[tuple[str, int, str]] = field(default_factory=Counter)
    done: threading.Event = field(default_factory=threading.Event)
    failed: bool = False


class Writer:
    """The list and its thread, begun in the process that takes the first hit. `clock`: milliseconds since 1970."""

    def __init__(self, clock: Callable[[], int], tidy: Callable[[int], None], *, is_durable: bool) -> None:
        self._clock = clock
        self._tidy = tidy
        self._is_durable = is_durable
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._stopping = False
        self._thread: threading.Thread | None = None
        self._batch = Batch()
        self._writing = threading.Lock()
        self._counted = count().__next__
        self._process = secrets.randbits(_PROCESS_BITS)
        self._failing = ""
        self.dropped = 0

    def number(self, at: int) -> int:
        """An id for an event: its moment, this process, and a count, so that no two are alike."""
        low = self._counted() % (1 << _COUNTER_BITS)
        return ((at - _EPOCH) << _PROCESS_BITS | self._process) << _COUNTER_BITS | low

    def take(self, hit: Taken) -> bool:
        """Take a hit; False where it was to be durable and could not be committed."""
        with self._lock:
            batch = self._batch
            batch.hits.append(hit)
            if len(batch.hits) > MOST:
                batch.hits.popleft()
                self.dropped += 1
        return self._taken(batch)

    def leave_out(self, site: str, day: int, reason: str) -> bool:
        """Count a robot's hit."""
        with self._lock:
            batch = self._batch
            batch.robots[site, day, reason] += 1
        return self._taken(batch)

    def _taken(self, batch: Batch) -> bool:
        if self._thread is None:
            self._begin()
        if not self._is_durable:
            return True
        self._wake.set()
        return batch.done.wait(WAIT_SECONDS) and not batch.failed

    def _begin(self) -> None:
        with self._lock:
            if self._thread is not None:
                return
            self._thread = threading.Thread(target=self._run, name="hits", daemon=True)
            self._thread.start()
            # The server's workers are children of multiprocessing: `atexit` does not run in them, this does.
            multiprocessing.util.Finalize(None, self.stop, exitpriority=10)

    def _run(self) -> None:
        try:
            while not self._stopping:
                self._wake.wait(PAUSE_SECONDS)
                self._wake.clear()
                self._tidy(self._clock())
                self.flush()
        finally:
            sql.close_here()

    def stop(self) -> None:
        """Commit what is there, and end."""
        self._stopping = True
        self._wake.set()
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(WAIT_SECONDS / 2)
        self.flush()

    def flush(self) -> None:
        """Commit what was taken. What fails is kept for the next time, unless somebody waits for it."""
        with self._writing:
            with self._lock:
                batch = self._batch
                if not batch.hits and not batch.robots:
                    return
                self._batch = Batch()
            try:
                sql.write(self._rows(batch.hits), batch.robots)
            except DatabaseError as failure:
                self._keep(batch, failure)
            else:
                self._tell("")
            batch.done.set()

    def _keep(self, batch: Batch, failure: DatabaseError) -> None:
        sql.close_here()
        self._tell(type(failure).__name__)
        if self._is_durable:
            batch.failed = True
            return
        with self._lock:
            batch.robots.update(self._batch.robots)
            batch.hits.extend(self._batch.hits)
            while len(batch.hits) > MOST:
                batch.hits.popleft()
                self.dropped += 1
            self._batch = Batch(batch.hits, batch.robots)

    def _tell(self, trouble: str) -> None:
        """A trouble is told once, and its end too."""
        if trouble and not self._failing:
            log.error("hits cannot be written (%s); they are held in memory and tried again", trouble)
        elif self._failing and not trouble:
            log.info("hits are written again; %s were dropped meanwhile", self.dropped)
        self._failing = trouble

    def _rows(self, hits: Sequence[Taken]) -> list[sql.Row]:
        """The rows to write: each on the day to whose visit it belongs, without those whose day is over."""
        now = self._clock()
        going_on = self._going_on(hits)
        rows = []
        for hit in hits:
            if hit.before is not None and (hit.row.site, hit.before[1]) in going_on:
                day, visitor = hit.before
                moved = hit.row._replace(day=day.number, visitor=visitor)
                rows.append(moved)
            elif now < hit.until:
                rows.append(hit.row)
        return rows

    def _going_on(self, hits: Sequence[Taken]) -> set[tuple[str, int]]:
        """Visits of the day before that go on: those seen within half an hour before the first of these hits."""
        crossing: dict[tuple[str, int], list[Taken]] = {}
        for hit in hits:
            if hit.before is not None and hit.row.at - hit.before[0].ends < CARRY_MS:
                crossing.setdefault((hit.row.site, hit.before[0].number), []).append(hit)
        found = set()
        for (site, day), some in crossing.items():
            since = min(hit.row.at for hit in some) - VISIT_MS
            visitors = (hit.before[1] for hit in some if hit.before is not None)
            found |= {(site, visitor) for visitor in sql.seen(site, day, since, visitors)}
        return found
