"""Segments for a ClickHouse server, as statements that `clickhouse-client` carries out.

Zweck itself never connects to it: `zweck figures ship` prints, the operator pipes (docs/decisions/0120).
"""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from zweck.measure.segments.shelf import days_in
from zweck.measure.segments.values import COLUMNS

# A day of a site is a part of its own, so that it goes at once and as a whole.
_CREATE = """CREATE TABLE IF NOT EXISTS zweck_events (
{columns}
) ENGINE = MergeTree PARTITION BY (site, day) ORDER BY (visit, moment)
TTL day + INTERVAL {days} DAY DELETE SETTINGS ttl_only_drop_parts = 1;"""
_KEEP_TO_IT = "ALTER TABLE zweck_events MODIFY TTL day + INTERVAL {days} DAY DELETE;"
_ERASE = "DELETE FROM zweck_events WHERE site = {site} AND day <= {day};"
_DROP = "ALTER TABLE zweck_events DROP PARTITION ({site}, {day});"
_BRING = "INSERT INTO zweck_events FROM INFILE {file} FORMAT Parquet;"


def ship(folder: Path, site: str, kept_days: int, today: date, since: date | None = None) -> Iterator[str]:
    """The statements that bring a server up to date: make the table, erase what is over, bring each day anew.

    The same statements may be carried out again. `kept_days`: as the policy says. `today`: where the site is.
    """
    yield _CREATE.format(columns=",\n".join(f"  {one.name} {one.clickhouse}" for one in COLUMNS), days=kept_days)
    yield _KEEP_TO_IT.format(days=kept_days)
    yield _ERASE.format(site=_text(site), day=_text(f"{today - timedelta(days=kept_days)}"))
    for day, path in days_in(folder).items():
        if (today - day).days < kept_days and (since is None or day >= since):
            yield _DROP.format(site=_text(site), day=_text(f"{day}"))
            yield _BRING.format(file=_text(str(path)))


def _text(value: str) -> str:
    """A text as ClickHouse reads it."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
