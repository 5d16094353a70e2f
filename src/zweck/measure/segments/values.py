"""What a segment holds: the same columns in the file, in DuckDB and in ClickHouse."""

from dataclasses import dataclass
from datetime import date

FORMAT = 1  # grows when a column changes its meaning; readers refuse what is newer


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its type in the file (DuckDB's words) and in ClickHouse, and what it holds."""

    name: str
    stored: str
    clickhouse: str
    holds: str


_WORD, _COUNT, _TRUTH = ("VARCHAR", "LowCardinality(String)"), ("UINTEGER", "UInt32"), ("BOOLEAN", "Bool")
COLUMNS = (
    Column("site", *_WORD, "id of the site"),
    Column("day", "DATE", "Date", "the day where the site is"),
    Column("moment", "TIMESTAMP_MS", "DateTime64(3, 'UTC')", "when, UTC"),
    Column("visitor", "BIGINT", "Int64", "a number of this day; no hash, and nothing leads from it to another day"),
    Column("visit", "BIGINT", "Int64", "number of the visit, the same in no other day of the site"),
    Column("name", *_WORD, "empty for a view, `leave` for a page left, else the event"),
    Column("path", "VARCHAR", "String", "the page"),
    Column("seconds", *_COUNT, "how long the page was seen, for `leave`"),
    Column("begins", *_TRUTH, "the first row of its visit; it alone carries what the visit amounts to"),
    Column("fresh", *_TRUTH, "the first of its visit on this page, or of this event"),
    Column("returns", *_TRUTH, "its visitor was on this page, or did this, in several visits of this day"),
    Column("again", *_TRUTH, "its visitor made several visits on this day"),
    Column("entry", "VARCHAR", "String", "first page of the visit"),
    Column("exit", "VARCHAR", "String", "last page of the visit"),
    Column("referrer", *_WORD, "the host the visit came from"),
    Column("utm_source", *_WORD, "of the visit"),
    Column("utm_medium", *_WORD, "of the visit"),
    Column("utm_campaign", *_WORD, "of the visit"),
    Column("device", *_WORD, "of the visit"),
    Column("browser", *_WORD, "of the visit"),
    Column("views", *_COUNT, "of the visit; 0 where `begins` is not"),
    Column("stayed", *_COUNT, "seconds of the visit; 0 where `begins` is not"),
    Column("bounced", *_TRUTH, "the visit was one view and no event"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Segment:
    """A day's file."""

    site: str
    day: date
    size_bytes: int
