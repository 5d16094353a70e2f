"""The statements on segments. Fixed texts; what somebody asks for travels as parameters.

The same SELECTs run on DuckDB over files and on ClickHouse over a table: a dialect only says where the rows are and how
a parameter is written. Words in capitals between `<` and `>` are replaced by texts of this module, never by values.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from zweck.measure.segments.values import COLUMNS
from zweck.measure.values import Dimension

# ── writing ──────────────────────────────────────────────────────────────────────────────────────────────────────────

CREATE = (
    "CREATE TABLE raw (seq BIGINT, moment BIGINT, visitor BIGINT, number INTEGER, name VARCHAR, path VARCHAR,"
    " referrer VARCHAR, utm_source VARCHAR, utm_medium VARCHAR, utm_campaign VARCHAR, device VARCHAR, browser VARCHAR,"
    " seconds UINTEGER)"
)
# One list for each column: 115,000 rows a second; row by row (`executemany`) it would be 1,800.
FILL = "INSERT INTO raw SELECT <LISTS>".replace("<LISTS>", ", ".join(["unnest(?)"] * 13))

# What a visit comes to is worked out as the roll-ups do (`measure/days/sql.py`): a page left begins no visit and ends
# none, and of two lower bounds of its length the larger counts. Visitors and visits are numbered anew, so that not
# even the day's hash is kept.
_FLAT = """
WITH visits AS (
  SELECT visitor, number, min(seq) AS first_seq,
    arg_min(path, seq) FILTER (WHERE name <> 'leave') AS entry,
    arg_max(path, seq) FILTER (WHERE name <> 'leave') AS exit,
    arg_min(referrer, seq) AS referrer, arg_min(utm_source, seq) AS utm_source,
    arg_min(utm_medium, seq) AS utm_medium, arg_min(utm_campaign, seq) AS utm_campaign,
    arg_min(device, seq) AS device, arg_min(browser, seq) AS browser,
    count(*) FILTER (WHERE name = '') AS views,
    greatest(sum(seconds), (max(moment) FILTER (WHERE name <> 'leave') - min(moment)) // 1000) AS stayed,
    count(*) FILTER (WHERE name = '') <= 1 AND count(*) FILTER (WHERE name NOT IN ('', 'leave')) = 0 AS bounced
  FROM raw GROUP BY visitor, number
), numbered AS (
  SELECT *, $day_number * 4294967296 + dense_rank() OVER (ORDER BY visitor) AS visitor_number,
    $day_number * 4294967296 + row_number() OVER (ORDER BY visitor, number) AS visit_number,
    count(*) OVER (PARTITION BY visitor) > 1 AS again
  FROM visits
)
SELECT $site AS site, $day AS day, make_timestamp_ms(raw.moment) AS moment,
  v.visitor_number AS visitor, v.visit_number AS visit, raw.name, raw.path, raw.seconds,
  raw.seq = v.first_seq AS begins,
  row_number() OVER (
    PARTITION BY v.visit_number, raw.name IN ('', 'leave'),
      CASE WHEN raw.name IN ('', 'leave') THEN raw.path ELSE raw.name END ORDER BY raw.seq
  ) = 1 AS fresh,
  min(v.visit_number) OVER same <> max(v.visit_number) OVER same AS returns,
  v.again, v.entry, v.exit, v.referrer, v.utm_source, v.utm_medium, v.utm_campaign, v.device, v.browser,
  CASE WHEN raw.seq = v.first_seq THEN v.views ELSE 0 END AS views,
  CASE WHEN raw.seq = v.first_seq THEN v.stayed ELSE 0 END AS stayed, v.bounced
FROM raw JOIN numbered v ON v.visitor = raw.visitor AND v.number = raw.number
WINDOW same AS (
  PARTITION BY v.visitor_number, raw.name IN ('', 'leave'),
    CASE WHEN raw.name IN ('', 'leave') THEN raw.path ELSE raw.name END
)
ORDER BY visit, raw.seq
"""
# Numbered rows in this order, and the day's few words as dictionaries: a tenth of the bytes of plain text.
WRITE = """
COPY (SELECT <COLUMNS> FROM (<FLAT>)) TO $file
(FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v2, USE_TMP_FILE false, KV_METADATA {zweck_format: $format})
""".replace("<COLUMNS>", ", ".join(f"CAST({one.name} AS {one.stored}) AS {one.name}" for one in COLUMNS)).replace(
    "<FLAT>", _FLAT
)
FORMATS = "SELECT DISTINCT decode(value) FROM parquet_kv_metadata($files) WHERE decode(key) = 'zweck_format'"

# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────────

# Which visits a filter chooses: by what the visit was, or by what happened in it.
_OF_VISIT: tuple[Dimension, ...] = (
    "entry", "exit", "referrer", "utm_source", "utm_medium", "utm_campaign", "device", "browser",
)  # fmt: skip
_HAPPENED = "visit IN (SELECT visit FROM <SOURCE> WHERE <WHAT>)"
_PATH_IS, _EVENT_IS = "name IN ('', 'leave') AND path = :value", "name = :value AND name NOT IN ('', 'leave')"
CHOOSING: Mapping[str, str] = {
    **{dimension: f"{dimension} = :value" for dimension in _OF_VISIT},
    "path": _HAPPENED.replace("<WHAT>", "fresh AND " + _PATH_IS),
    "event": _HAPPENED.replace("<WHAT>", "fresh AND " + _EVENT_IS),
    "path-like": _HAPPENED.replace("<WHAT>", "name = '' AND <MATCHES>(path, :value)"),
}

# Those whom several visits would count again are few, and only they must be told apart; the others are counted.
_VISITORS = "count(*) FILTER (WHERE <ONCE> AND NOT <TWICE>) + count(DISTINCT visitor) FILTER (WHERE <ONCE> AND <TWICE>)"

# `n_rest`: visits that the filter leaves out; `n_rest_people`: at least so many people made them.
DAYS = """
SELECT w.day AS day, coalesce(c.n_views, 0), coalesce(c.n_visits, 0), coalesce(c.n_visitors, 0),
  coalesce(c.n_bounces, 0), coalesce(c.n_seconds, 0),
  w.w_visits - coalesce(c.n_visits, 0) AS n_rest, w.w_once - coalesce(c.n_once, 0) AS n_rest_people
FROM (
  SELECT day, count(*) AS w_visits, count(*) FILTER (WHERE NOT again) AS w_once FROM <SOURCE> WHERE begins GROUP BY day
) AS w LEFT JOIN (
  SELECT day, sum(views) AS n_views, count(*) AS n_visits, <VISITORS> AS n_visitors,
    count(*) FILTER (WHERE bounced) AS n_bounces, sum(stayed) AS n_seconds, count(*) FILTER (WHERE NOT again) AS n_once
  FROM <SOURCE> WHERE begins AND <CHOSEN> GROUP BY day
) AS c ON c.day = w.day
ORDER BY day
""".replace("<VISITORS>", _VISITORS.replace("<ONCE>", "begins").replace("<TWICE>", "again"))
# `n_people`: a least number of different people, since who came once has exactly one row that begins a visit.
_CELL = """
SELECT day, <COLUMN> AS word, <COUNTS>, count(*) FILTER (WHERE begins AND NOT again) AS n_people
FROM <SOURCE> WHERE <ROWS> AND <CHOSEN> GROUP BY day, word
"""
_BY_VISIT = """
  sum(views) AS n_views, count(*) AS n_visits, <VISITORS> AS n_visitors,
  count(*) FILTER (WHERE bounced) AS n_bounces, sum(stayed) AS n_seconds
""".replace("<VISITORS>", _VISITORS.replace("<ONCE>", "begins").replace("<TWICE>", "again"))
_BY_ROW = """
  count(*) FILTER (WHERE name <> 'leave') AS n_views, count(*) FILTER (WHERE <ONCE>) AS n_visits,
  <VISITORS> AS n_visitors, 0 AS n_bounces, sum(seconds) AS n_seconds
""".replace("<VISITORS>", _VISITORS.replace("<TWICE>", "returns")).replace("<ONCE>", "fresh")


def _cell(column: str, counts: str, rows: str) -> str:
    return _CELL.replace("<COLUMN>", column).replace("<COUNTS>", counts).replace("<ROWS>", rows)


ROWS: Mapping[str, str] = {
    **{dimension: _cell(dimension, _BY_VISIT, "begins") for dimension in _OF_VISIT},
    "path": _cell("path", _BY_ROW, "name IN ('', 'leave')"),
    "event": _cell("name", _BY_ROW, "name NOT IN ('', 'leave')"),
}
# Each day is folded for itself, as roll-ups are: two spans that differ by a day tell no more than that day's roll-up.
# What is folded must be people enough itself, or the smallest group that could be told goes with it.
FOLD = """
WITH cells AS (<ROWS>),
weighed AS (
  SELECT *, n_visitors < :least AS small,
    sum(CASE WHEN n_visitors < :least THEN n_people ELSE 0 END) OVER (PARTITION BY day) AS folded_people,
    max(CASE WHEN n_visitors < :least THEN 1 ELSE 0 END) OVER (PARTITION BY day) AS any_small,
    row_number() OVER (
      PARTITION BY day, CASE WHEN n_visitors < :least THEN 1 ELSE 0 END ORDER BY n_visitors, word
    ) AS place
  FROM cells
),
told AS (
  SELECT *, small OR (any_small = 1 AND folded_people < :least AND place = 1) AS folded FROM weighed
)
SELECT folded, CASE WHEN folded THEN '' ELSE word END AS shown, sum(n_views) AS s_views, sum(n_visits) AS s_visits,
  sum(n_visitors) AS s_visitors, sum(n_bounces) AS s_bounces, sum(n_seconds) AS s_seconds
FROM told GROUP BY folded, shown ORDER BY folded DESC, s_visitors DESC, s_views DESC, shown LIMIT :limit
"""


@dataclass(frozen=True, slots=True)
class Dialect:
    """Where a database finds the rows of the days that are asked for, and how it writes a parameter."""

    source: str
    matches: str  # the function that finds a regular expression (RE2)
    write: Callable[[str, str], str]  # a parameter's name and ClickHouse's type of it

    def put(self, statement: str, chosen: str) -> str:
        """A statement for this database."""
        found = statement.replace("<CHOSEN>", chosen).replace("<SOURCE>", self.source)
        found = found.replace("<MATCHES>", self.matches)
        for name, kind in (("value", "String"), ("least", "UInt32"), ("limit", "UInt32")):
            found = found.replace(f":{name}", self.write(name, kind))
        return found


DUCKDB = Dialect("read_parquet($files)", "regexp_matches", lambda name, _kind: f"${name}")
CLICKHOUSE = Dialect(
    "(SELECT * FROM zweck_events WHERE site = {site:String} AND day IN {days:Array(Date)}) AS events",
    "match",
    lambda name, kind: f"{{{name}:{kind}}}",
)


def days(dialect: Dialect, choosing: str) -> str:
    """Counts of each day."""
    return dialect.put(DAYS, CHOOSING[choosing])


def rows(dialect: Dialect, dimension: str, choosing: str) -> str:
    """Counts of each value, folded; a first row with `folded` where any was."""
    return dialect.put(FOLD.replace("<ROWS>", ROWS[dimension]), CHOOSING[choosing])
