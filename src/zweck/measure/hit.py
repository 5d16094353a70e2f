"""The short way of a hit, in front of Django: `POST /z/hit`. Never fails, whatever was sent; keeps no address, no name.

Reads as little as possible before it may say no: who sent it, how often, how long it is; then what it says, and whether
this visitor is measured at all. What is left is one row in the writer's list.
"""

import logging
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import blake2b
from http import HTTPStatus
from typing import Any, NamedTuple

from django.conf import settings
from django.db import Error

from zweck.consent import acts as consent
from zweck.consent.values import NOBODY, Visitor
from zweck.doors import Answer
from zweck.measure import agents, beacon, sites
from zweck.measure.clock import CARRY_MS, LocalDay
from zweck.measure.errors import KeyTrouble
from zweck.measure.guard import Flood, Repeated
from zweck.measure.keys import DayKeys
from zweck.measure.sites import Known
from zweck.measure.sql import Row
from zweck.measure.status import status
from zweck.measure.values import LEAVE
from zweck.measure.writer import Taken, Writer
from zweck.origin import acts as origin

log = logging.getLogger(__name__)

Environ = Mapping[str, Any]  # Any: WSGI puts strings, streams and flags into one dictionary
PATH = "/z/hit"
BODY_LIMIT_BYTES = 4096
READERS = 16  # bodies read at once; a stalled one holds a thread of the server
NO_STORE = ("Cache-Control", "no-store")


class Refused(Exception):  # noqa: N818  (read as a sentence)
    """A hit that is not taken; carries its answer."""

    def __init__(self, status: HTTPStatus, text: str, *more: tuple[str, str]) -> None:
        super().__init__(text)
        self.answer = Answer(
            f"{status.value} {status.phrase}",
            (("Content-Type", "text/plain; charset=utf-8"), NO_STORE, *more),
            f"{text}\n".encode(),
        )


class Hits:
    """All that a process remembers of hits: who floods, what was just sent, open keys, what waits to be written."""

    def __init__(self, keys: DayKeys, writer: Writer) -> None:
        self.keys = keys
        self.writer = writer
        self._flood = Flood()
        self._repeated = Repeated()
        self._readers = [None] * READERS  # popped and given back: a semaphore takes ten times as long
        self._told: set[str] = set()

    def answer(self, environ: Environ, now: int) -> Answer | None:
        """One request. `now`: milliseconds since 1970."""
        known = sites.find(environ.get("HTTP_HOST", ""), now)
        if known is None:
            return None
        try:
            sender = _sender(environ, known)
            if environ["REQUEST_METHOD"] == "OPTIONS":
                return _preflight(sender)
            said = self._take(environ, known, now)
        except Refused as refused:
            return refused.answer
        return known.answers.get((sender, said)) or _finished(known, sender, said)

    def _take(self, environ: Environ, known: Known, now: int) -> str:
        """Take a hit from one of our pages; what its answer says. Raises Refused."""
        if environ["REQUEST_METHOD"] != "POST":
            raise Refused(HTTPStatus.METHOD_NOT_ALLOWED, "Hits are sent by POST.", ("Allow", "OPTIONS, POST"))
        if self._flood.is_over(environ.get("zweck.rate_key", ""), now / 1000):
            raise Refused(HTTPStatus.TOO_MANY_REQUESTS, "Too many hits from one address.", ("Retry-After", "10"))
        body = self._body(environ)
        try:
            sent = beacon.read(body)
            where = beacon.where(sent.u)
        except beacon.Unfit as wrong:
            raise Refused(HTTPStatus.BAD_REQUEST, f"{wrong}.") from None
        _see_that_it_fits(sent, where, known)
        visitor = _visitor(environ, known)
        found = status(known.policy, visitor, where.path, datetime.fromtimestamp(now / 1000, UTC))
        if not found.measured:
            return f"no, {found.because}"
        day = known.today(now)
        name = environ.get("HTTP_USER_AGENT", "")[: agents.LONGEST]
        agent = agents.read(name)
        if robot := "webdriver" if sent.b else agent.robot:
            self._written(self.writer.leave_out(known.site, day.number, robot))
            return "no, robot"
        self._count(_Hit(sent, where, agent, name, body, day), environ, known, now)
        return "yes"

    def _count(self, hit: "_Hit", environ: Environ, known: Known, now: int) -> None:
        day = hit.day
        network = _network(environ, known)
        who = known.site.encode() + b"\0" + bytes((len(network),)) + network + hit.name.encode("latin-1", "replace")
        try:
            key = self.keys.key(known.site, day, now)
            late = self.keys.known(known.site, known.day_before, now) if now - day.starts < CARRY_MS else None
        except (KeyTrouble, Error) as trouble:
            raise self._no_key(trouble) from None
        if key is None:  # the day is closed: the clock was set back
            raise self._no_key(None)
        visitor = pseudonym(key, who)
        if self._repeated.is_it(hash((visitor, hit.body)), now):
            return
        row = _row(hit, known, (self.writer.number(now), now, visitor))
        before = (known.day_before, pseudonym(late, who)) if late is not None else None
        self._written(self.writer.take(Taken(row, day.until, before)))

    def _body(self, environ: Environ) -> bytes:
        announced = environ.get("CONTENT_LENGTH") or ""
        if not announced:
            raise Refused(HTTPStatus.LENGTH_REQUIRED, "A hit says how long it is (Content-Length).")
        if not (announced.isascii() and announced.isdigit()):
            raise Refused(HTTPStatus.BAD_REQUEST, "Content-Length is no number.")
        if len(announced) > 9 or int(announced) > BODY_LIMIT_BYTES:
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"A hit has at most {BODY_LIMIT_BYTES} bytes.")
        try:
            self._readers.pop()
        except IndexError:
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, "Very much is being sent at once.") from None
        try:
            body: bytes = environ["wsgi.input"].read(int(announced))
        except OSError:
            body = b""
        finally:
            self._readers.append(None)
        if len(body) != int(announced):
            raise Refused(HTTPStatus.BAD_REQUEST, "The hit ended before all of it had arrived.")
        return body

    def _no_key(self, trouble: Exception | None) -> Refused:
        told = str(trouble) if isinstance(trouble, KeyTrouble) else type(trouble).__name__
        if trouble is not None and told not in self._told:
            self._told.add(told)
            log.error("hits are not taken: %s", told)
        return Refused(HTTPStatus.SERVICE_UNAVAILABLE, "Nothing can be measured right now.")

    @staticmethod
    def _written(is_taken: bool) -> None:
        if not is_taken:
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, "This could not be written.")


class _Hit(NamedTuple):
    """What is known of one hit; gone with its request."""

    sent: beacon.Sent
    where: beacon.Where
    agent: agents.Agent
    name: str
    body: bytes
    day: LocalDay


def _sender(environ: Environ, known: Known) -> str:
    """The origin of another site of ours that sent this; empty for the site's own pages. Raises Refused for others."""
    said = environ.get("HTTP_ORIGIN", "")
    if said:
        if said == f"{environ['wsgi.url_scheme']}://{environ.get('HTTP_HOST', '')}":
            return ""
        if said in known.origins:
            return str(said)
    elif environ.get("HTTP_SEC_FETCH_SITE") in ("same-origin", "none"):
        return ""
    raise Refused(HTTPStatus.FORBIDDEN, "Only pages of this site may send hits; the policy declares its origins.")


def _see_that_it_fits(sent: beacon.Sent, where: beacon.Where, known: Known) -> None:
    """The URL is one of our pages, the event a declared one. Raises Refused."""
    if not where.host or where.host not in known.hosts:
        raise Refused(HTTPStatus.BAD_REQUEST, "u is no page of an origin that the policy declares.")
    if sent.e and sent.e != LEAVE and sent.e not in known.events:
        declared = ", ".join(sorted(known.events)) or "none"
        raise Refused(HTTPStatus.BAD_REQUEST, f"e is no event that the policy declares; declared: {declared}.")


def _visitor(environ: Environ, known: Known) -> Visitor:
    read = environ.get
    cookies, gpc, dnt = read("HTTP_COOKIE", ""), read("HTTP_SEC_GPC", ""), read("HTTP_DNT", "")
    return consent.visitor_of(known.policy, cookies, gpc, dnt) if cookies or gpc or dnt else NOBODY


def _network(environ: Environ, known: Known) -> bytes:
    measurement = known.measurement
    network: bytes = environ["zweck.origin"].network
    if measurement is None or not known.cuts_further:
        return network
    return origin.cut_further(network, measurement.cut_v4, measurement.cut_v6)


def pseudonym(key: bytearray, who: bytes) -> int:
    """Tells visitors apart for one day, and on no other: keyed BLAKE2b, 8 bytes, as the signed number of the table."""
    return int.from_bytes(blake2b(who, key=key, digest_size=8).digest(), signed=True)


def _row(hit: _Hit, known: Known, told: tuple[int, int, int]) -> Row:
    """What is written: no more than the policy declares. `told`: id, moment, visitor."""
    number, now, visitor = told
    kept = known.kept
    tags = hit.where.tags if "utm" in kept else ("", "", "")
    is_view = hit.sent.e == ""
    refers = is_view and "referrer" in kept and hit.sent.r
    return Row(
        number,
        known.site,
        hit.day.number,
        now,
        visitor,
        hit.sent.e,
        hit.where.path,
        beacon.referrer_of(hit.sent.r, known.hosts) if refers else "",
        *tags,
        hit.agent.device if "device" in kept else "",
        hit.agent.browser if "browser" in kept else "",
        hit.sent.s if hit.sent.e == LEAVE else 0,
    )


def _finished(known: Known, sender: str, said: str) -> Answer:
    """The answer that says whether the hit was measured, made once for each sender and each thing to say."""
    shared = _shared_with(sender, ("Access-Control-Expose-Headers", "Zweck-Measured")) if sender else ()
    headers = (("Zweck-Measured", said), NO_STORE, *shared, ("Content-Length", "0"))
    answer = known.answers[sender, said] = Answer("202 Accepted", headers, b"")
    return answer


def _preflight(sender: str) -> Answer:
    allowed = (("Access-Control-Allow-Methods", "POST"), ("Access-Control-Allow-Headers", "Content-Type"))
    shared = _shared_with(sender, *allowed, ("Access-Control-Max-Age", "86400")) if sender else ()
    return Answer("204 No Content", (("Allow", "OPTIONS, POST"), *shared), b"")


def _shared_with(sender: str, *more: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return (
        ("Access-Control-Allow-Origin", sender),
        ("Access-Control-Allow-Credentials", "true"),  # the choice cookie of a shared domain
        ("Vary", "Origin"),
        ("Cross-Origin-Resource-Policy", "cross-origin"),
        *more,
    )


def milliseconds_now() -> int:
    """The only clock on the way of a hit; everything below is handed the moment."""
    return time.time_ns() // 1_000_000


_keys = DayKeys(settings.KEYS)
_hits = Hits(_keys, Writer(milliseconds_now, _keys.forget, is_durable=settings.HITS == "durable"))


def hit(environ: Mapping[str, object]) -> Answer | None:
    """The fast path of `/z/hit`."""
    return _hits.answer(environ, milliseconds_now())
