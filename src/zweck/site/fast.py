"""The statement straight from the shelf, in front of Django: one dictionary, no query but one a second."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock

from django.db import Error

from zweck.doors import Answer
from zweck.editions import acts as editions
from zweck.editions.values import Edition
from zweck.site import shelf
from zweck.site.frame import Look
from zweck.site.guests import guest_of, headers_for, visitor_of
from zweck.site.pages import find

FRESH = timedelta(seconds=1)
HOSTS = 64  # how many names to remember; anybody may send any name


@dataclass(frozen=True, slots=True)
class Known:
    """What was last read about a host name."""

    edition: Edition
    revision: int
    read_at: datetime


_known: dict[str, Known] = {}
_lock = Lock()


def statement(environ: Mapping[str, object]) -> Answer | None:
    """The fast path: the cached statement, or None for anything else and for a page still to be made."""
    return at(environ, datetime.now(UTC))


def at(environ: Mapping[str, object], now: datetime) -> Answer | None:
    """As `statement`, at a given moment."""
    if environ.get("REQUEST_METHOD") != "GET" or environ.get("QUERY_STRING"):
        return None
    known = look_up(str(environ.get("HTTP_HOST", "")), now)
    if known is None:
        return None
    found = find(tuple(known.edition.policy.languages), str(environ.get("PATH_INFO", ""))[1:])
    if found is None or found.page != "statement" or found.form:
        return None
    visitor = visitor_of(known.edition.policy, environ)
    guest = guest_of(known.edition, visitor, str(environ["PATH_INFO"]), now)
    leaf = shelf.kept(shelf.key_of(Look(known.edition, found, now, guest=guest), known.revision), now)
    if leaf is None:
        return None
    more = headers_for(known.edition, visitor, str(environ["HTTP_HOST"]), now)
    accepts, has = str(environ.get("HTTP_ACCEPT_ENCODING", "")), str(environ.get("HTTP_IF_NONE_MATCH", ""))
    return shelf.answer(leaf, accepts, has, more)


def clear() -> None:
    """Forget all hosts; for tests."""
    _known.clear()


def look_up(host: str, now: datetime) -> Known | None:
    """What is known of a host name, at most a second old; None where no site of ours answers to it."""
    known = _known.get(host)
    # Of many threads one looks, the others go on with what they have for that moment.
    if (known is None or abs(now - known.read_at) >= FRESH) and _lock.acquire(blocking=known is None):
        try:
            known = _read(host, now)
        finally:
            _lock.release()
    return known


def _read(host: str, now: datetime) -> Known | None:
    try:
        edition = editions.site_for(host)
        if edition is None:
            return None
        known = Known(edition, editions.revision(edition.site), now)
    except Error:  # Django's own page says so
        return None
    if len(_known) >= HOSTS:
        _known.clear()
    _known[host] = known
    return known
