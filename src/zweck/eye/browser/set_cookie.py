"""Reads what a cookie asks for, before the browser caps it (RFC 6265, 5.1.1 and 5.2), and never keeps its value."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import unquote

_TIME = re.compile(r"(?<!\d)(\d{1,2}):(\d{1,2}):(\d{1,2})(?!\d)")
_DAY = re.compile(r"(?<!\d)(\d{1,2})(?![\d:])")
_YEAR = re.compile(r"(?<![\d:])(\d{4}|\d{2})(?![\d:])")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = re.compile(rf"\b({'|'.join(_MONTHS)})", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z][A-Za-z_-]{0,15}")
_NUMBER = re.compile(r"-?\d{1,7}(\.\d{1,4})?|1\d{9}(\.\d{1,3})?|1\d{12}")
_ID = re.compile(r"(?=.*\d)[A-Za-z0-9+/=_.:|~-]{8,}")
_NAME_CHARS = 200
_CENTURY = 10**11  # seconds; more than any clock tells


@dataclass(frozen=True, slots=True)
class SetCookie:
    """What a cookie asks for. `lifetime_seconds` None = the session, <= 0 = it is to be deleted."""

    name: str
    domain: str
    shape: str
    lifetime_seconds: int | None
    http_only: bool
    secure: bool
    same_site: str


def parse(line: str, now: datetime) -> SetCookie | None:
    """Read a Set-Cookie line, received now; None where it sets nothing."""
    pair, _, attributes = line.partition(";")
    name, equals, value = pair.partition("=")
    if not equals:  # "a cookie without a name": browsers keep it, under an empty one
        name, value = "", pair
    if not name.strip() and not value.strip():
        return None
    return with_attributes(name.strip()[:_NAME_CHARS], shape_of(value.strip()), attributes, now)


def with_attributes(name: str, shape: str, attributes: str, now: datetime) -> SetCookie:
    """A cookie whose attributes are told apart from its value."""
    told: dict[str, str] = {}
    for part in attributes.split(";"):
        key, _, value = part.partition("=")
        told[key.strip().lower()] = value.strip()
    return SetCookie(
        name=name,
        domain=told.get("domain", "").lstrip(".").lower(),
        shape=shape,
        lifetime_seconds=_lifetime(told, now),
        http_only="httponly" in told,
        secure="secure" in told,
        same_site=told.get("samesite", "").capitalize()[:10],
    )


def shape_of(value: str) -> str:
    """How a value looks. The same rules as in record.js."""
    text = unquote(value.strip('"')).strip()
    if not text:
        return "empty"
    if text[0] in "{[":
        return "json" if _is_json(text) else "text"
    if _WORD.fullmatch(text):
        return "word"
    if _NUMBER.fullmatch(text):
        return "number"
    return "id" if _ID.fullmatch(text) else "text"


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _lifetime(told: dict[str, str], now: datetime) -> int | None:
    """Max-Age wins over Expires; what cannot be read counts as not said."""
    age = told.get("max-age", "")
    if re.fullmatch(r"-?\d+", age):
        return max(-1, min(int(age[:20]), _CENTURY))
    until = _moment(told["expires"]) if "expires" in told else None
    return None if until is None else max(-1, round((until - now).total_seconds()))


def _moment(text: str) -> datetime | None:
    """A cookie's date, as leniently as browsers read it."""
    clock, month = _TIME.search(text), _MONTH.search(text)
    rest = _TIME.sub(" ", text)
    day = _DAY.search(rest)
    year = _YEAR.search(rest, day.end()) if day else None
    if not (clock and month and day and year):
        return None
    number = int(year[1])
    number += 0 if number > 99 else 1900 if number >= 70 else 2000
    try:
        hour, minute, second = (int(part) for part in clock.groups())
        return datetime(number, _MONTHS.index(month[1].lower()) + 1, int(day[1]), hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
