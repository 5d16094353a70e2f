"""What this room hands out: whether a visitor is measured, and figures."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, NamedTuple

# Why this device is measured or not. yes: allowed · lawful: no consent is needed, and nobody objected.
Because = Literal[
    "yes", "lawful", "unasked", "no", "out", "expired", "withdrawn", "gpc", "dnt", "path", "provider", "nothing"
]
# What figures can be broken down by. "" is the whole.
Dimension = Literal[
    "", "path", "entry", "exit", "referrer", "utm_source", "utm_medium", "utm_campaign", "device", "browser",
    "event", "goal", "bot",
]  # fmt: skip
DIMENSIONS: tuple[Dimension, ...] = (
    "path", "entry", "exit", "referrer", "utm_source", "utm_medium", "utm_campaign", "device", "browser",
    "event", "goal", "bot",
)  # fmt: skip
# How roll-ups write a dimension down: 0 is the whole.
CODES: Mapping[Dimension, int] = {dimension: code for code, dimension in enumerate(("", *DIMENSIONS))}
LEAVE = "leave"  # the built-in event of a page that is left
VISIT_MS = 30 * 60 * 1000  # so long a rest, and the next view begins a new visit
# The value under which groups smaller than the policy's least are folded, and the one for "none" (a direct visit).
OTHER = "\x1fother"  # with a sign that no value may hold, and that both databases take
NONE = ""


@dataclass(frozen=True, slots=True)
class Status:
    """Whether this request is measured, and why; `until` is the end of the choice that decides it."""

    measured: bool
    because: Because
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of one group. `seconds`: of all its visits together. `bounces`: visits of one view and no event.

    `masked`: folded from groups smaller than the least one, so that the counts are bounds, not figures.
    """

    views: int = 0
    visits: int = 0
    visitors: int = 0
    bounces: int = 0
    seconds: int = 0
    masked: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """Whole days where the site is, both ends included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Row:
    """One value of a dimension and its figures."""

    value: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Funnel:
    """A declared funnel: for each step its name and how many visits came so far. Masked steps are None.

    `bounded`: steps that were withheld on some days, so that their count is the least it can be.
    """

    id: str
    steps: tuple[tuple[str, int | None], ...]
    bounded: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Report:
    """Everything a dashboard shows of one span. `bots`: left-out hits by reason. `updated_at`: of today's figures."""

    span: Span
    total: Figures
    days: tuple[tuple[date, Figures], ...]
    rows: Mapping[Dimension, tuple[Row, ...]] = field(default_factory=dict)
    funnels: tuple[Funnel, ...] = ()
    updated_at: datetime | None = None
    imported: bool = False  # some of it was brought in from another product
    imported_days: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Filter:
    """Only visits with this value of a dimension; for "path", "event" and "goal": in which it occurred."""

    dimension: Dimension
    value: str


@dataclass(frozen=True, slots=True)
class Now:
    """The last five minutes. None: fewer visitors than the least group."""

    visitors: int | None
    views: int | None


class Happening(NamedTuple):
    """One view or event of a day that is being closed, as listeners get it; in the order of visitors and time.

    `at`: milliseconds since 1970, UTC. `visitor`: bound to this day. `visit`: counts from 1 in each visitor's day.
    `name`: empty for a view. `seconds`: how long the page was seen, for "leave".
    """

    at: int
    visitor: int
    visit: int
    name: str
    path: str
    referrer: str
    utm_source: str
    utm_medium: str
    utm_campaign: str
    device: str
    browser: str
    seconds: int
