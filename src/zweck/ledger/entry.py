"""What an entry is made of: canonical JSON (RFC 8785) of plain values, and never a person. Free of Django."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any

from zweck.ledger.errors import BadBody, PersonInBody

Plain = str | int | bool | None
Value = Plain | list[Plain]

_OWN = frozenset({"act", "at", "id", "site"})
_KEY = re.compile(r"[a-z][a-z0-9_]{0,59}")
_LARGEST = 2**53 - 1  # beyond it JSON readers differ (RFC 8785, 3.2.2.3)
_EMAIL = re.compile(r"[^\s@]+(?:@|%40)[^\s@]+")
_IPV4 = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?!\.?\d)")
_IPV6 = re.compile(r"(?<![\w:])(?=[0-9a-fA-F:]*[0-9a-fA-F])[0-9a-fA-F]{0,4}:[0-9a-fA-F:]*:[0-9a-fA-F:.]*(?!\w)")

# Keys, names of acts, reasons and the like come again and again, and were looked through before.
_keys: set[str] = set()
_harmless: set[str] = set()
_SHORT, _MANY = 80, 2_000

# For str, int, bool and None under ASCII keys json's C encoder writes exactly what RFC 8785 asks for, at a tenth of
# the cost of a general canonicalizer; a test holds it against one. `encode` would make it anew for each entry.
_encoder = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
_make: Any = getattr(json.encoder, "c_make_encoder", None)  # Any: written in C; other Pythons have none
_chunks = _make and _make(None, _encoder.default, json.encoder.encode_basestring, None, ":", ",", True, False, False)


def compose(act: str, site: str, body: Mapping[str, Value], entry_id: str, now: datetime) -> bytes:
    """The canonical bytes of an entry. Raises BadBody; PersonInBody when a value holds an address."""
    for key, value in body.items():
        if key not in _keys:
            _admit_key(key)
        # Hex, ids and single words are nearly all values, and cannot be an address.
        if not (type(value) is str and value.isalnum()):
            _admit(key, value)
    for own in (act, site):
        if not own.isalnum():
            _admit("act or site", own)
    try:
        return _encode({**body, "act": act, "at": stamp(now), "id": entry_id, "site": site}).encode()
    except UnicodeEncodeError:
        raise BadBody("a text is not valid Unicode: it holds half of a surrogate pair") from None


def canonical(entry: object) -> str:
    """The canonical form of a read entry."""
    return _encode(entry)


def _encode(entry: object) -> str:
    return "".join(_chunks(entry, 0)) if _chunks else _encoder.encode(entry)


def _admit_key(key: str) -> None:
    if not _KEY.fullmatch(key):
        raise BadBody("a key has lower-case letters, digits and underscores only")
    if key in _OWN:
        raise BadBody(f"the ledger itself writes {key}; choose another name")
    if len(_keys) < _MANY:
        _keys.add(key)


def stamp(now: datetime) -> str:
    """RFC 3339 in UTC, microseconds always written, so that stamps sort as they follow. Raises BadBody."""
    if now.utcoffset() is None:
        raise BadBody("the time has no time zone; pass an aware datetime in UTC")
    found = now if now.tzinfo is UTC else now.astimezone(UTC)
    return found.isoformat(timespec="microseconds")[:-6] + "Z"


def moment(text: str) -> datetime:
    """The time that `stamp` wrote. Raises ValueError."""
    return datetime.fromisoformat(text)


def _admit(key: str, value: object) -> None:
    if isinstance(value, str):
        if not value.isalnum() and _names_a_person(value):
            raise PersonInBody(f"{key} holds an e-mail or network address; the ledger takes a pseudonym instead")
    elif isinstance(value, list):
        for item in value:
            if isinstance(item, list):
                raise BadBody(f"{key} is a list in a list; an entry stays flat")
            _admit(key, item)
    elif isinstance(value, int):
        if abs(value) > _LARGEST:
            raise BadBody(f"{key} is beyond 2^53-1; write it as text")
    elif value is not None:
        raise BadBody(f"{key} is a {type(value).__name__}; an entry takes text, whole numbers, true, false and null")


def _names_a_person(value: str) -> bool:
    if value in _harmless:
        return False
    if _looks_like_one(value):
        return True
    if len(value) <= _SHORT and len(_harmless) < _MANY:
        _harmless.add(value)
    return False


def _looks_like_one(value: str) -> bool:
    if _EMAIL.search(value):
        return True
    found = [*_IPV4.findall(value), *_IPV6.findall(value)]
    return any(_is_address(text.rstrip(".")) for text in found)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
