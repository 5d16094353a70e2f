"""What figures cost at ten million hits: `python -m bench.figures_speed [HITS]`.

180 days, 2,000 pages, 500 referrers, made up by DuckDB; each day becomes a segment by the statement that a day close
uses, and its groups go through the same fold into the real roll-up tables. Then a dashboard of 30 days is asked of the
roll-ups, and every filter with every breakdown of the segments. Needs the extra `zweck[columns]` and about 200 MB.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.figures import Figure, keep, load_now

HITS, DAYS, RUNS = 10_000_000, 180, 5
FIRST = date(2026, 5, 1)
SITE = "example"
SPREAD = 3  # how much more often the first words occur than the last
# One page in two is the only one of its visit, one visitor in six comes again; 2.3 hits a visit.
VISITS = """
CREATE OR REPLACE TABLE visits AS
SELECT v, (hash(v // 6 * 5 + least(v % 6, 4), $day) >> 1)::BIGINT AS visitor,
  CASE WHEN v % 6 = 5 THEN 2 ELSE 1 END AS number,
  CASE WHEN hash(v, $day, 1) % 100 < 50 THEN 1 ELSE 2 + (hash(v, $day, 2) % 4)::INTEGER END AS hits,
  CASE WHEN hash(v, $day, 3) % 100 < 45 THEN '' ELSE
    'site' || floor(500 * pow((hash(v, $day, 4) % 1000000) / 1e6, 3))::INTEGER || '.example' END AS referrer,
  CASE WHEN hash(v, $day, 5) % 100 < 10 THEN 'letter' || (hash(v, $day, 6) % 12) ELSE '' END AS campaign,
  list_extract(['desktop', 'desktop', 'mobile', 'mobile', 'tablet'], 1 + (hash(visitor) % 5)::INTEGER) AS device,
  list_extract(['Chrome', 'Chrome', 'Safari', 'Firefox', 'Edge', 'Opera'], 1 + (hash(visitor, 1) % 6)::INTEGER)
    AS browser,
  $midnight + (hash(v, $day, 7) % 80000000)::BIGINT AS begins
FROM range($count) AS numbers(v)
"""
HAPPENED = """
INSERT INTO raw
SELECT row_number() OVER (ORDER BY visitor, number, place), begins + place * 45000, visitor, number,
  CASE WHEN place > 0 AND hash(v, place, $day, 8) % 40 = 0 THEN 'download' ELSE '' END,
  '/page/' || floor(2000 * pow((hash(v, place, $day, 9) % 1000000) / 1e6, 3))::INTEGER,
  referrer, CASE WHEN campaign <> '' THEN 'mail' ELSE '' END, CASE WHEN campaign <> '' THEN 'letter' ELSE '' END,
  campaign, device, browser, 0
FROM visits, range(6) AS places(place) WHERE place < hits
"""
GROUPS = """
SELECT day, <WORD> AS word, sum(views), count(*), count(DISTINCT visitor), count(*) FILTER (WHERE bounced), sum(stayed),
  (list(DISTINCT visitor))[1:5]
FROM read_parquet($file) WHERE begins GROUP BY day, word
"""
ROW_GROUPS = """
SELECT day, <WORD> AS word, count(*), count(DISTINCT visit), count(DISTINCT visitor), 0, sum(seconds),
  (list(DISTINCT visitor))[1:5]
FROM read_parquet($file) WHERE name IN ('', 'leave') = <VIEWS> GROUP BY day, word
"""
ASKED = {
    "device": "desktop", "browser": "Chrome", "referrer": "", "utm_campaign": "letter3", "entry": "/page/0",
    "exit": "/page/9", "path": "/page/0", "event": "download",
}  # fmt: skip


def set_up(folder: Path) -> None:
    """An empty service's database."""
    os.environ |= {"ZWECK_DATA": str(folder), "ZWECK_KEYS": str(folder / "keys")}
    os.environ["DJANGO_SETTINGS_MODULE"] = "zweck.settings"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def make_segments(folder: Path, hits: int) -> float:
    """All days' files, by the statement of a day close; the seconds it took."""
    from zweck.measure.segments import sql
    from zweck.measure.segments.engine import Bounds, opened
    from zweck.measure.segments.writing import EPOCH

    folder.mkdir(parents=True)
    start = time.perf_counter()
    with opened(folder, Bounds(1024, 2, 600)) as connection:
        connection.execute(sql.CREATE)
        for number in range(DAYS):
            day = FIRST + timedelta(days=number)
            midnight = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1000
            connection.execute("TRUNCATE raw")
            connection.execute(VISITS, {"day": number, "midnight": midnight, "count": round(hits / DAYS / 2.25)})
            connection.execute(HAPPENED, {"day": number})
            given = {"site": SITE, "day": day, "day_number": day.toordinal() - EPOCH, "format": "1"}
            connection.execute(sql.WRITE, given | {"file": str(folder / f"{day}.parquet")})
    return time.perf_counter() - start


def roll_up(folder: Path) -> float:
    """All days' groups through the product's fold into its tables; the seconds it took."""
    from django.db import transaction

    from zweck.measure.days import sql
    from zweck.measure.segments.engine import Bounds, opened
    from zweck.measure.segments.shelf import days_in

    start, now = time.perf_counter(), datetime.now(UTC)
    with opened(folder, Bounds(1024, 2, 600)) as connection:
        for day, path in days_in(folder).items():
            told = told_of(connection, path)
            with transaction.atomic():
                sql.replace(SITE, day.toordinal(), told)
                sql.note_day(SITE, day.toordinal(), now, is_closed=True)
    return time.perf_counter() - start


def told_of(connection: Any, path: Path) -> "dict[tuple[int, str], Any]":  # Any: DuckDB's, and our figures
    """A day's roll-ups, as `measure.days.making.make` tells them."""
    from zweck.measure.days.folding import Group, folded
    from zweck.measure.values import CODES, Figures

    told = {}
    words = dict.fromkeys(("entry", "exit", "referrer", "device", "browser"), GROUPS)
    words |= {f"utm_{name}": GROUPS for name in ("source", "medium", "campaign")}
    words |= {"path": ROW_GROUPS.replace("<VIEWS>", "true"), "event": ROW_GROUPS.replace("<VIEWS>", "false")}
    for name, statement in ({"": GROUPS} | words).items():
        word = {"": "''", "event": "name"}.get(name, name)
        groups = [
            Group(word, Figures(*(int(count) for count in counts[:5])), frozenset(counts[5]))  # type: ignore[arg-type]
            for _, word, *counts in connection.execute(
                statement.replace("<WORD>", word), {"file": str(path)}
            ).fetchall()
        ]
        for row in folded(name, groups, 5):  # type: ignore[arg-type]
            told[CODES[name], row.value] = row.figures  # type: ignore[index]
    return told


def dashboard_ms() -> tuple[float, float, int]:
    """A report of 30 days in all dimensions: the median's wall and CPU milliseconds, and how many views it tells of."""
    from zweck.measure.reading.report import report
    from zweck.measure.values import DIMENSIONS, Span

    last = FIRST + timedelta(days=DAYS - 1)
    span, now = Span(last - timedelta(days=29), last), datetime.now(UTC)
    taken = [timed(lambda: report(SITE, span, DIMENSIONS, 10, now)) for _ in range(4 * RUNS)]
    views = report(SITE, span, DIMENSIONS, 10, now).total.views
    return statistics.median(wall for wall, _ in taken) * 1e3, statistics.median(cpu for _, cpu in taken) * 1e3, views


def timed(do: Callable[[], object]) -> tuple[float, float]:
    """Seconds, and seconds of a processor."""
    cpu, wall = time.process_time(), time.perf_counter()
    do()
    return time.perf_counter() - wall, time.process_time() - cpu


def filters(folder: Path) -> dict[str, dict[str, tuple[float, float]]]:
    """Every filter over all days, with the rows of two dimensions: the better of two runs in seconds, wall and CPU."""
    from zweck.measure.segments import reading
    from zweck.measure.segments.engine import Bounds
    from zweck.measure.segments.reading import Question, answer
    from zweck.measure.values import Span

    reading.BOUNDS = Bounds(reading.BOUNDS.memory_mb, reading.BOUNDS.threads, 60)  # a busy machine is no reason to stop
    span = Span(FIRST, FIRST + timedelta(days=DAYS))
    found: dict[str, dict[str, tuple[float, float]]] = {}
    for chosen, value in ASKED.items():
        for shown in ("path", "referrer"):
            question = Question(chosen, value, 5)
            taken = [timed(lambda: answer(folder, span, question, (shown,), 100)) for _ in range(2)]  # type: ignore[arg-type]  # noqa: B023
            found.setdefault(chosen, {})[shown] = (round(min(taken)[0], 3), round(min(cpu for _, cpu in taken), 3))
    return found


def rolled_bytes() -> int:
    """What the roll-ups and their words take in the database, with their indexes."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
        try:
            cursor.execute(
                "SELECT sum(pgsize) FROM dbstat WHERE name LIKE '%measure_rollup%' OR name LIKE '%measure_term%'"
            )
            return int(cursor.fetchone()[0])
        except Exception as failure:  # noqa: BLE001  (a SQLite without dbstat: the whole file is an upper bound)
            print(f"no dbstat ({failure}); the whole file is counted")
            cursor.execute("PRAGMA page_count")
            pages = int(cursor.fetchone()[0])
            cursor.execute("PRAGMA page_size")
            return pages * int(cursor.fetchone()[0])


def main() -> int:
    """Make, measure and keep."""
    load = load_now()
    hits = int(sys.argv[1]) if len(sys.argv) > 1 else HITS
    with tempfile.TemporaryDirectory(prefix="zweck-bench-") as made:
        set_up(Path(made))
        folder = Path(made) / "segments" / SITE
        writing = make_segments(folder, hits)
        rolling = roll_up(folder)
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM measure_rollup")
            rows = cursor.fetchone()[0]
        segments = sum(path.stat().st_size for path in folder.iterdir())
        size = rolled_bytes()
        wall, cpu, views = dashboard_ms()
        print(f"written {writing:.0f} s, rolled up {rolling:.0f} s; {rows:,} rows, {size / 1e6:.1f} MB", flush=True)
        print(f"dashboard {wall:.1f} ms, CPU {cpu:.1f} ms; segments {segments / 1e6:.0f} MB", flush=True)
        asked = filters(folder)
    (slowest, cpu_s), what = max((took, f"{one} by {by}") for one, each in asked.items() for by, took in each.items())
    middle = statistics.median(took for each in asked.values() for took, _ in each.values())
    beside = f"{what}, CPU {cpu_s:.2f} s; the median {middle:.2f} s"
    many = f"{hits / 1e6:g} M hits in {DAYS} days"
    found = [
        Figure("dashboard of 30 days, from roll-ups", round(wall, 1), "ms", 50, f"CPU {cpu:.1f} ms; {many}"),
        Figure(
            "roll-ups of single dimensions",
            round(size / 1e6, 1),
            "MB",
            15,
            f"{rows:,} rows; segments {segments / 1e6:.0f} MB",
        ),
        Figure("one filter over all kept events, the slowest", slowest, "s", 1, beside),
    ]
    details = {"hits": hits, "views_in_30_days": views, "filters": asked}
    return keep("figures_speed", found, load, writing_s=round(writing, 1), rolling_s=round(rolling, 1), **details)


if __name__ == "__main__":
    sys.exit(main())
