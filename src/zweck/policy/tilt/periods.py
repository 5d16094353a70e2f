"""How long data are kept, as TILT says it: spans of ISO 8601, several of them put together by a function."""

import math
import re
from collections.abc import Sequence

_SPAN = re.compile(
    r"(?P<start>\d{4}-\d{2}-\d{2}(?:T[\d:.]+Z?)?)?/?"
    r"P(?:(?P<years>\d{1,4})Y)?(?:(?P<months>\d{1,5})M)?(?:(?P<weeks>\d{1,5})W)?(?:(?P<days>\d{1,6})D)?"
    r"(?:T(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,8})M)?(?:(?P<seconds>\d{1,9})S)?)?"
)
_DAYS = {
    "years": 365.0,
    "months": 365 / 12,
    "weeks": 7.0,
    "days": 1.0,
    "hours": 1 / 24,
    "minutes": 1 / 1440,
    "seconds": 1 / 86_400,
}


def days_of(span: str) -> float | None:
    """The days of a span, e.g. "P3Y6M4DT12H"; None where it is none. A day from which it runs is left aside."""
    found = _SPAN.fullmatch(span.strip())
    if found is None:
        return None
    said = {key: int(found[key]) for key in _DAYS if found[key]}
    return sum(number * _DAYS[key] for key, number in said.items()) if said else None


def together(spans: Sequence[float], function: str) -> float:
    """Several spans as one: `min`, `max`, `sum` or `avg`; anything else counts as `max`, the longest that data stay."""
    if function == "min":
        return min(spans)
    if function == "sum":
        return sum(spans)
    return sum(spans) / len(spans) if function == "avg" else max(spans)


def period(days: float) -> tuple[str, int]:
    """A number of days as a policy says it: whole years, else days, rounded up."""
    whole = math.ceil(round(days, 6))
    return ("years", whole // 365) if whole and whole % 365 == 0 else ("days", whole)
