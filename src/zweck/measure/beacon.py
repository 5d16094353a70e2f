"""What a page may send: read strictly, and reduced to what the policy lets us take down. Pure."""

import re
from collections.abc import Collection
from functools import lru_cache
from typing import Annotated, NamedTuple
from urllib.parse import unquote_plus

import msgspec
from msgspec import Meta

LONGEST_PATH, LONGEST_TAG, LONGEST_HOST = 500, 100, 253
_HOST = re.compile(r"[a-z0-9._-]{1,253}|\[[0-9a-f:.]{2,45}\]")
# Controls, and what turns the direction of writing round: a table of figures must show what was sent.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_TAGS = ("utm_source", "utm_medium", "utm_campaign")
_NO_TAGS = ("", "", "")


class Unfit(Exception):  # noqa: N818  (read as a sentence)
    """A hit that cannot be taken; the message says what would be right."""


_QUOTED = re.compile(r"`([^`]*)`")
_OURS = re.compile(r"\$(\.[ursewb])?|str|int|float|bool|null|object|array")


class Sent(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """The body of a hit: URL, referrer, event, seconds seen, width of the window, whether a program drives it."""

    u: Annotated[str, Meta(max_length=2000)]
    r: Annotated[str, Meta(max_length=2000)] = ""
    e: Annotated[str, Meta(max_length=60)] = ""
    s: Annotated[int, Meta(ge=0, le=86_400)] = 0
    w: Annotated[int, Meta(ge=0, le=100_000)] = 0
    b: Annotated[int, Meta(ge=0, le=1)] = 0


class Where(NamedTuple):
    """What is left of a URL: host without port, path without query, and the three campaign tags."""

    host: str
    path: str
    tags: tuple[str, str, str]


_decode = msgspec.json.Decoder(Sent).decode


def read(body: bytes) -> Sent:
    """The fields of a body. Raises Unfit."""
    try:
        return _decode(body)
    except (msgspec.MsgspecError, UnicodeError) as failure:
        raise Unfit(
            f"not a hit ({_without_quotes(failure)}); "
            '{"u": URL, "r": referrer, "e": event, "s": seconds, "w": width, "b": 0 or 1} would be right'
        ) from None


def _without_quotes(failure: Exception) -> str:
    """What a decoder found wrong and where, without any piece of the body that it quotes."""
    if not isinstance(failure, msgspec.MsgspecError):
        return "not UTF-8"
    return _QUOTED.sub(lambda found: found[1] if _OURS.fullmatch(found[1]) else "…", str(failure))[:120]


def where(url: str) -> Where:
    """Takes a URL apart. Raises Unfit."""
    scheme, mark, rest = url.partition("://")
    if not mark or scheme.lower() not in ("http", "https"):
        raise Unfit("u is no URL of a page; https://www.example.com/page would be right")
    rest, _, _ = rest.partition("#")
    rest, _, query = rest.partition("?")
    authority, _, path = rest.partition("/")
    path = f"/{path}"
    if len(path) > LONGEST_PATH or (not path.isprintable() and _UNSEEN.search(path)):
        raise Unfit(f"the path in u is longer than {LONGEST_PATH} signs, or holds signs that nobody sees")
    return Where(host_of(authority), path, _tags(query) if "utm_" in query else _NO_TAGS)


@lru_cache(maxsize=2048)
def host_of(authority: str) -> str:
    """The host of `host:port`, in small letters; empty where it is none, or names somebody (`user@host`)."""
    host = authority.lower()
    if host and not host.endswith("]"):
        head, colon, port = host.rpartition(":")
        host = head if colon and port.isdigit() else host
    return host if _HOST.fullmatch(host) else ""


def referrer_of(url: str, own: Collection[str]) -> str:
    """The host somebody came from, without `www.`; empty where it is one of ours, or told nothing."""
    if not url:
        return ""
    rest = url.partition("://")[2].partition("/")[0].partition("?")[0].partition("#")[0]
    host = host_of(rest)
    return "" if host in own else host.removeprefix("www.")


def _tags(query: str) -> tuple[str, str, str]:
    found = dict.fromkeys(_TAGS, "")
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        if name in found and not found[name]:
            if "%" in value or "+" in value:
                value = unquote_plus(value)
            value = value[:LONGEST_TAG].strip()
            if _UNSEEN.search(value):
                raise Unfit(f"{name} in u holds signs that nobody sees")
            found[name] = value
    return found["utm_source"], found["utm_medium"], found["utm_campaign"]
