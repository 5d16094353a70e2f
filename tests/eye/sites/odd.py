"""Answers that no text file can hold: endless, enormous, slow."""

import time
from collections.abc import Callable, Iterator

from tests.eye.sites.book import Asked

# Bytes of a body as they are to go out; the server writes one after the other.
Pieces = Iterator[bytes]
FLOOD_MB = 100
NODES = 500_000
_HEAD = b"<!doctype html><html lang='en'><title>Odd</title><link rel=icon href='data:,'><p>Text</p>"
_FOOT = b"<footer><a href='/imprint'>Imprint</a> <a href='/privacy'>Privacy policy</a></footer>"


def flood(asked: Asked) -> Pieces:
    """A page of a hundred megabytes of text."""
    yield _HEAD + _FOOT
    piece = b"<!-- " + b"x" * (1024 * 1024 - 10) + b" -->\n"
    for _ in range(FLOOD_MB):
        yield piece


def drip(asked: Asked) -> Pieces:
    """A page that arrives at a byte a second, and never as a whole."""
    yield _HEAD + _FOOT
    for _ in range(600):
        time.sleep(1)
        yield b" "


def nodes(asked: Asked) -> Pieces:
    """Half a million elements."""
    yield _HEAD + _FOOT
    for _ in range(NODES // 1000):
        yield b"<i>x</i>" * 1000


def calendar(asked: Asked) -> Pieces:
    """A month, with links to the months beside it and to each of its days; there is no end of months."""
    month = int(asked.path.rpartition("/")[2] or 0) if asked.path.startswith("/month/") else 0
    days = "".join(f"<a href='/month/{month}?day={day}'>{day}</a> " for day in range(1, 32))
    beside = f"<a href='/month/{month - 1}'>Previous</a> <a href='/month/{month + 1}'>Next</a>"
    yield _HEAD + f"<h1>Month {month}</h1>{beside}<main>{days}</main>".encode() + _FOOT


ODD: dict[str, Callable[[Asked], Pieces]] = {
    "/flood": flood,
    "/drip": drip,
    "/nodes": nodes,
    "/month": calendar,
}
