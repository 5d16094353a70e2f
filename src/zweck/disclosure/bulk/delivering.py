"""A campaign's mails, up to 200 readers or half a second at a time: asked, recorded, handed over, noted.

While the mail server is spoken to for some, the vault is asked for the next, so that neither waits for the other. What
was asked is handed over within a second of it or asked again, so that whoever leaves meanwhile gets none.
What the mail server did not answer stays *uncertain* and is not sent again, whether the connection was lost or we
were killed: nobody gets an advertisement twice.
"""

import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from zweck.disclosure import sql
from zweck.disclosure.bulk.gating import Turn, Work, begun, gate
from zweck.disclosure.bulk.lanes import Flight, Lanes, Trip
from zweck.disclosure.bulk.throttle import Throttle
from zweck.disclosure.errors import BadLetter, BadSetting
from zweck.disclosure.smtp.relay import Smtp, smtp
from zweck.disclosure.values import Batch, Delivered, Result, State

MOST = 200
SECONDS = 0.5  # of one hand-over
FRESH_SECONDS = 0.95  # from the question to the last mail that goes by its answer
_LEAST_SECONDS = 0.2  # of a hand-over that is worth it; with less left, the vault is asked again
_PAUSE_SECONDS = 60.0  # before a server that wants nothing now is asked again
_BY_VERDICT: Mapping[str, State] = {
    "accepted": "sent",
    "refused": "refused",
    "later": "waiting",
    "uncertain": "uncertain",
}


@dataclass(frozen=True, slots=True)
class Deliverer:
    """The connections to one mail server, and how fast it may be spoken to."""

    lanes: Lanes
    throttle: Throttle


class Run:
    """One after the other, batches are asked for and handed over. See `acts.deliver_each`."""

    def __init__(self, deliverer: Deliverer, batches: Iterable[Batch], now: datetime) -> None:
        self._lanes, self._throttle = deliverer.lanes, deliverer.throttle
        self._source = iter(batches)
        self._now, self._began = now, time.monotonic()
        self._queue: deque[Work] = deque()  # of which no result was given yet
        self._air: tuple[Turn, Flight] | None = None  # what is being handed over
        self._trouble = ""

    def results(self) -> Iterator[Delivered]:
        """One for each batch, in order."""
        try:
            while not self._trouble:
                turn = self._asked()
                if turn is None and self._air is None and not self._trouble:
                    return
                self._change(turn)
                while self._queue and self._queue[0].is_over:
                    yield _delivered(self._queue.popleft())
        finally:
            # Whoever breaks off, or a database that does not answer: what was handed over gets its note all the same.
            self._change(None)

    def _asked(self) -> Turn | None:
        """The next mails that may leave: of what is left of a batch, else of a new one; None where nothing is to do."""
        flying = self._air[0].work if self._air else None
        work = next((one for one in self._queue if one is not flying and not one.is_over), None)
        if work is None:
            batch = next(self._source, None)
            if batch is None:
                return None
            _look(batch)
            work = begun(batch)
            self._queue.append(work)
        at = self._now + timedelta(seconds=time.monotonic() - self._began)
        try:
            return gate(work, self._throttle, at, is_next=flying is not None)
        except BadSetting as trouble:  # a key for signing that is no good
            self._stop(work, str(trouble))
            return None

    def _change(self, turn: Turn | None) -> None:
        """See through what is being handed over and write down what came of it; then hand over the next mails."""
        landing, self._air = self._air, None
        trip = landing[1].land() if landing else None
        if landing and trip and not trip.outcomes:
            self._stop(landing[0].work, trip.trouble)
        left = turn.asked_at + FRESH_SECONDS - time.monotonic() if turn else 0.0
        is_stale = landing is not None and left < _LEAST_SECONDS
        goes = turn if turn and turn.mails and not is_stale and not self._trouble else None
        if landing and trip:
            _settle(landing[0], trip, goes)
        if goes:
            self._air = goes, self._lanes.start(goes.mails, max(_LEAST_SECONDS, min(SECONDS, left)))

    def _stop(self, work: Work, trouble: str) -> None:
        """Nothing moves any more; where no mail can be handed over at all, for the others neither."""
        self._trouble = trouble
        for one in self._queue if trouble else (work,):
            one.stop(trouble)


def _settle(landed: Turn, trip: Trip, following: Turn | None) -> None:
    """Write down what came of mails, and that the fate of the following is uncertain from now on."""
    work, refs = landed.work, landed.work.refs
    settled: dict[State, list[bytes]] = {"waiting": [refs[m.tag] for m in landed.mails if m.tag not in trip.outcomes]}
    for number, outcome in trip.outcomes.items():
        state = _BY_VERDICT[outcome.verdict]
        settled.setdefault(state, []).append(refs[number])
        work.fates[number] = state, outcome.answer
        if state == "waiting":
            work.pause = _PAUSE_SECONDS
    work.left = [number for number in work.left if number not in work.fates]
    marked = [following.work.refs[mail.tag] for mail in following.mails] if following else []
    if following and following.work.using != work.using:
        _write_down(following.work.using, {"uncertain": marked})
    else:
        settled["uncertain"] = [*settled.get("uncertain", []), *marked]
    _write_down(work.using, settled)


def _write_down(using: str, settled: Mapping[State, list[bytes]]) -> None:
    with transaction.atomic(using=using):
        sql.plan_afresh(using)
        sql.settle(using, settled)


def _delivered(work: Work) -> Delivered:
    rest: tuple[State, str] = ("waiting", work.trouble)
    fates = [work.fates.get(number, rest) for number in range(len(work.batch.items))]
    results = tuple(Result(item.grant.id, *fate) for item, fate in zip(work.batch.items, fates, strict=True))
    waits = any(result.state == "waiting" for result in results)
    pause = _PAUSE_SECONDS if work.trouble else work.pause
    return Delivered(results, pause if waits else 0.0, work.trouble)


def _look(batch: Batch) -> None:
    if len(batch.items) > MOST:
        raise BadLetter(f"a batch has at most {MOST} readers")
    for item in batch.items:
        subject, mail = item.grant.subject, item.prepared
        if (subject.site, subject.place, item.grant.purpose) != (batch.site, batch.place, batch.purpose):
            raise BadLetter("a batch is of one site, place and purpose")
        if (mail.site, mail.purpose, mail.stream) != (batch.site, batch.purpose, "marketing"):
            raise BadLetter("a campaign's mail is prepared for its site and purpose, as marketing")
        if not mail.links <= item.links.keys():
            raise BadLetter("a reader lacks a link that the mail has a gap for")


_deliverers: dict[tuple[str, int], Deliverer] = {}


def deliver_each(batches: Iterable[Batch], now: datetime) -> Iterator[Delivered]:
    """See `acts.deliver_each`."""
    try:
        server = smtp("marketing")
    except BadSetting as trouble:
        for batch in batches:
            _look(batch)
            waiting = tuple(Result(item.grant.id, "waiting", "") for item in batch.items)
            yield Delivered(waiting, _PAUSE_SECONDS, str(trouble))
            return
        return
    yield from Run(_deliverer(server), batches, now).results()


def _deliverer(server: Smtp) -> Deliverer:
    where = server.host, server.port
    if where not in _deliverers:
        throttle = Throttle(settings.MAIL_RATE, settings.MAIL_DOMAIN_RATE)
        _deliverers[where] = Deliverer(Lanes(server, settings.SMTP_LANES), throttle)
    return _deliverers[where]


def forget() -> None:
    """Let go of all connections."""
    while _deliverers:
        _deliverers.popitem()[1].lanes.close()
