"""How long something is kept, as people write it: "2 years", "session", "30 minutes"."""

import math
import re
from dataclasses import dataclass

_DAYS = {
    "second": 1 / 86_400,
    "sec": 1 / 86_400,
    "minute": 1 / 1440,
    "min": 1 / 1440,
    "hour": 1 / 24,
    "day": 1,
    "week": 7,
    "month": 365 / 12,
    "year": 365,
    "sekunde": 1 / 86_400,
    "stunde": 1 / 24,
    "tag": 1,
    "woche": 7,
    "monat": 365 / 12,
    "jahr": 365,
}
_ENDINGS = ("", "s", "n", "e", "en")
_LONGEST_DAYS = 36_500  # a century; who writes more means "for ever"
_PERIOD = re.compile(r"(\d{1,6}(?:[.,]\d{1,3})?)[ -]?([a-z]+)")
_SESSION = re.compile(r"(end of )?(the )?(browser )?sessions?( cookie)?( \(browser\))?|sitzung|sitzungsende")
_ENDLESS = frozenset(
    {
        *("persistent", "permanent", "forever", "unlimited", "never", "no expiration", "no expiry", "local storage"),
        *("unbegrenzt", "dauerhaft"),
    }
)
# Said after a period, and not part of it.
_AFTERWARDS = re.compile(r" (after last activity|from set/ ?update|by default, modifiable)$")


@dataclass(frozen=True, slots=True)
class Lifetime:
    """`days`: rounded up, 0 = ends with the session, None = no end, or not to be read (`is_read` tells which)."""

    days: int | None
    is_read: bool = True


def lifetime(text: str) -> Lifetime:
    """What a period in words (English or German) means. Several periods, or conditions, are not guessed at."""
    said = _AFTERWARDS.sub("", " ".join(text.lower().split()))
    if _SESSION.fullmatch(said):
        return Lifetime(0)
    if said in _ENDLESS:
        return Lifetime(None)
    found = _PERIOD.fullmatch(said)
    unit = _unit(found[2]) if found else None
    if found is None or unit is None:
        return Lifetime(None, is_read=False)
    # A month is a twelfth of a year; without the rounding, floats make 12 of them 366 days.
    days = math.ceil(round(float(found[1].replace(",", ".")) * unit, 6))
    return Lifetime(days if days <= _LONGEST_DAYS else None)


def _unit(word: str) -> float | None:
    return next((days for unit, days in _DAYS.items() if word in {unit + ending for ending in _ENDINGS}), None)
