"""Which days are asked for, and which ones they are held against."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from zweck.measure.errors import BadQuestion
from zweck.measure.values import DIMENSIONS, Filter, Span

RANGES = ("today", "yesterday", "7", "30", "month")
SHARED = RANGES[1:]  # a published figure is final
OWN = "own"
USUAL = "30"
EARLIEST = date(2000, 1, 1)
LONGEST = timedelta(days=3700)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A range by its name, its days, and the same number of days before. `compares`: they are wanted beside it."""

    name: str
    span: Span
    before: Span
    compares: bool = False
    only: Filter | None = None

    def query(self) -> str:
        """The same question as the query of an address."""
        own = {"first": str(self.span.first), "last": str(self.span.last)} if self.name == OWN else {}
        only = {"by": self.only.dimension, "value": self.only.value} if self.only else {}
        return urlencode({"range": self.name, **own, **({"compare": "1"} if self.compares else {}), **only})


def chosen(asked: Mapping[str, str], today: date) -> Chosen:
    """The range that a query asks for, the last 30 days unless told. Raises BadQuestion."""
    first, last = asked.get("first", ""), asked.get("last", "")
    name = asked.get("range", "") or (OWN if first or last else USUAL)
    span = Span(_day(first, "first"), _day(last, "last")) if name == OWN else named(name, today)
    if span.first > span.last:
        raise BadQuestion(f"the range begins on {span.first} and ends before, on {span.last}; turn the days round")
    if not EARLIEST <= span.first <= today:
        raise BadQuestion(f"the range begins on {span.first}; a day from {EARLIEST} to {today} would be right")
    span = Span(span.first, min(span.last, today))
    if span.last - span.first > LONGEST:
        raise BadQuestion(f"the range has more than {LONGEST.days} days; ask for a part of it")
    return Chosen(name, span, _before(span), asked.get("compare", "") == "1", _only(asked))


def named(name: str, today: date) -> Span:
    """The days of a named range: each ends today, but for yesterday. Raises BadQuestion."""
    if name == "yesterday":
        return Span(today - timedelta(days=1), today - timedelta(days=1))
    firsts = {
        "today": today,
        "7": today - timedelta(days=6),
        "30": today - timedelta(days=29),
        "month": today.replace(day=1),
    }
    if name not in firsts:
        raise BadQuestion(f"there is no range {name[:20]!r}; {', '.join((*RANGES, OWN))} would be right")
    return Span(firsts[name], today)


def published(name: str, last: date) -> Span:
    """The days of a shared link's range, which ends with the last closed day. Raises BadQuestion."""
    return Span(last, last) if name == "yesterday" else named(name, last)


def _only(asked: Mapping[str, str]) -> Filter | None:
    by = asked.get("by", "")
    if not by:
        return None
    dimension = next((each for each in DIMENSIONS if each == by), None)
    if dimension is None:
        raise BadQuestion(f"nothing can be filtered by {by[:20]!r}; {', '.join(DIMENSIONS)} would be right")
    return Filter(dimension, asked.get("value", ""))


def _before(span: Span) -> Span:
    return Span(span.first - (span.last - span.first) - timedelta(days=1), span.first - timedelta(days=1))


def _day(text: str, name: str) -> date:
    try:
        return date.fromisoformat(text) if len(text) == len("2026-11-22") else _refuse(text, name)
    except ValueError:
        return _refuse(text, name)


def _refuse(text: str, name: str) -> date:
    raise BadQuestion(f"{name} is {text[:20]!r}; a day such as 2026-11-22 would be right")
