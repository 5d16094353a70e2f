"""Lanes: connections to the mail server that many mails share, as many at a time as its pace asks for.

A server that answers at once is fed by one lane, since more would only wait for each other here. One that takes 30 ms
for each mail gets as many as make up for it, up to a limit.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from zweck.disclosure.errors import BadSetting, NotDelivered
from zweck.disclosure.smtp.relay import Smtp
from zweck.disclosure.smtp.session import UNTOUCHED, Outcome, Ready, Session

_IDLE_SECONDS = 30.0  # shorter than any server's patience
_WORTH_SECONDS = 0.0005  # of waiting for each mail that make another lane worth its while


@dataclass(slots=True)
class Trip:
    """What came of a hand-over. What has no outcome was not touched."""

    outcomes: dict[int, Outcome] = field(default_factory=dict)
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Flight:
    """A hand-over that is under way in threads of its own."""

    trip: Trip
    lanes: Sequence[Future[float]]
    learn: Callable[[Trip, float], None]

    def land(self) -> Trip:
        """What came of it, once it is over."""
        busy = sum(lane.result() for lane in self.lanes)
        self.learn(self.trip, busy)
        return self.trip


class Lanes:
    """Connections to one server, kept between batches. Safe to use from one thread; its lanes are threads."""

    def __init__(self, server: Smtp, limit: int) -> None:
        self._server = server
        self._limit = limit
        self._idle: deque[tuple[float, Session]] = deque()
        self._lock = threading.Lock()
        self._wanted = 1
        self._threads = ThreadPoolExecutor(limit, thread_name_prefix="lane")

    def start(self, mails: Sequence[Ready], seconds: float) -> "Flight":
        """Begin to hand over as many of the mails as go in this time; their answers are at `Flight.land`."""
        trip, waiting = Trip(), deque(mails)
        until = time.monotonic() + seconds
        lanes = [self._threads.submit(self._lane, waiting, trip, until) for _ in range(min(self._wanted, len(mails)))]
        return Flight(trip, lanes, self._learn)

    def _learn(self, trip: Trip, busy: float) -> None:
        """How many lanes the server's pace asks for."""
        if trip.outcomes:
            self._wanted = max(1, min(self._limit, round(busy / len(trip.outcomes) / _WORTH_SECONDS)))

    def close(self) -> None:
        """Say goodbye on all of them."""
        self._threads.shutdown()
        while self._idle:
            self._idle.pop()[1].close()

    def _lane(self, waiting: deque[Ready], trip: Trip, until: float) -> float:
        """Work through what waits; the seconds it took. A connection that went stale is replaced, once."""
        began = time.monotonic()

        def source() -> Ready | None:
            try:
                return waiting.popleft() if time.monotonic() < until else None
            except IndexError:
                return None

        def report(mail: Ready, outcome: Outcome) -> None:
            if outcome is UNTOUCHED:
                waiting.appendleft(mail)
            else:
                trip.outcomes[mail.tag] = outcome

        for _ in range(2):
            try:
                session = self._session()
            except (NotDelivered, BadSetting) as trouble:
                trip.trouble = str(trouble)
                break
            session.run(source, report)
            if not session.is_lost:
                with self._lock:
                    self._idle.append((time.monotonic(), session))
                break
        return time.monotonic() - began

    def _session(self) -> Session:
        while True:
            with self._lock:
                if not self._idle:
                    break
                since, session = self._idle.pop()
            if time.monotonic() - since < _IDLE_SECONDS:
                return session
            session.close()
        return Session(self._server)
