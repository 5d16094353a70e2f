"""Finished statement pages, kept until something they show changes."""

import gzip
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from threading import Lock
from zoneinfo import ZoneInfo

from zweck.doors import Answer
from zweck.editions import acts as editions
from zweck.site import made
from zweck.site.frame import Look
from zweck.site.guests import Guest

LEAVES = 256  # some 70 kB each; more sites, languages and variants than that are rendered anew now and then

# Site, edition, revision, language, publish level, variant.
Key = tuple[str, int, int, str, str, Guest]


@dataclass(frozen=True, slots=True)
class Leaf:
    """One finished page. From `until` on it would look different."""

    body: bytes
    zipped: bytes
    tag: str
    until: datetime


_shelf: OrderedDict[Key, Leaf] = OrderedDict()
_lock = Lock()


def key_of(look: Look, revision: int) -> Key:
    """What a page depends on, but for the passing of time."""
    edition = look.edition
    return edition.site, edition.number, revision, look.here.language, edition.policy.publish, look.guest


def kept(key: Key, now: datetime) -> Leaf | None:
    """The finished page, unless it has to be made anew."""
    leaf = _shelf.get(key)
    if leaf is None or now >= leaf.until:
        return None
    with _lock:
        # A rare variant makes room before one that many see; it may be gone by now.
        if key in _shelf:
            _shelf.move_to_end(key)
    return leaf


def statement(look: Look) -> Leaf:
    """The finished statement page, made now if need be."""
    # Read before the page is made: a change in between makes the page newer than its key, never older.
    key = key_of(look, editions.revision(look.edition.site))
    leaf = kept(key, look.now)
    if leaf is None:
        leaf = _make(look)
        with _lock:
            _shelf[key] = leaf
            while len(_shelf) > LEAVES:
                _shelf.popitem(last=False)
    return leaf


def clear() -> None:
    """Empty the shelf; for tests, whose databases roll back under the revision."""
    with _lock:
        _shelf.clear()


def answer(leaf: Leaf, accepts: str, has: str, more: Iterable[tuple[str, str]] = ()) -> Answer:
    """The response with a leaf: compressed for who takes it, 304 for who has it. `more`: headers for this visitor.

    `accepts` and `has` are header values.
    """
    is_zipped = takes_gzip(accepts)
    tag = f'"{leaf.tag}-gzip"' if is_zipped else f'"{leaf.tag}"'
    headers = [("ETag", tag), *more]
    if tag in [one.strip().removeprefix("W/") for one in has.split(",")]:
        return Answer("304 Not Modified", tuple(headers), b"")
    headers.append(("Content-Type", "text/html; charset=utf-8"))
    if is_zipped:
        headers.append(("Content-Encoding", "gzip"))
    return Answer("200 OK", tuple(headers), leaf.zipped if is_zipped else leaf.body)


def takes_gzip(accepts: str) -> bool:
    """Whether an Accept-Encoding header takes gzip."""
    for part in accepts.lower().split(","):
        name, _, weight = part.partition(";")
        if name.strip() == "gzip":
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def _make(look: Look) -> Leaf:
    page, changes_at = made.statement_page(look, look.edition.policy.publish)
    body = page.encode()
    # "checked 09:41" means today: past midnight the same mark needs its day.
    midnight = next_midnight(look.now, look.edition.policy.time_zone)
    until = min(midnight, changes_at) if changes_at else midnight
    return Leaf(body, gzip.compress(body, 5, mtime=0), sha256(body).hexdigest()[:24], until)


def next_midnight(now: datetime, time_zone: str) -> datetime:
    """The next midnight where the site is."""
    there = now.astimezone(ZoneInfo(time_zone))
    return (there + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
