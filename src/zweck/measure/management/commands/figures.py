"""`zweck figures`: `import` what another product counted, `ask` or `ship` single events that are kept."""

from argparse import ArgumentParser
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from zweck.editions import acts as editions
from zweck.measure.errors import MeasureError
from zweck.measure.imports.files import sources
from zweck.measure.imports.taking import Taken, into, take
from zweck.measure.segments.clickhouse import ship
from zweck.measure.segments.keeping import kept_days
from zweck.measure.segments.reading import filtered
from zweck.measure.segments.shelf import folder
from zweck.measure.segments.telling import lines
from zweck.measure.values import Filter, Span

MOST_DAYS = 3700


class Command(BaseCommand):
    """Brings figures in, and asks or ships kept events."""

    help = (
        "Bring in figures that another product counted (whole days, as Plausible exports them or in our own CSV);"
        " filter the events that are kept, or print them as statements for ClickHouse."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The verbs there are."""
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="import|ask|ship")
        ask = verbs.add_parser(
            "ask", help="figures of those visits alone that a filter chooses; the events must be kept"
        )
        ask.add_argument("filter", metavar="DIMENSION=VALUE", help="such as device=mobile, path=/pricing, goal=sign-up")
        ask.add_argument("--by", action="append", default=[], metavar="DIMENSION", help="a breakdown; may be repeated")
        ask.add_argument("--days", type=int, default=30, metavar="N", help="the last N closed days; 30 unless told")
        ask.add_argument("--limit", type=int, default=20, metavar="N", help="rows of a breakdown; 20 unless told")
        ask.add_argument("--site", default="", help="the site's id; may be left out where there is only one")
        out = verbs.add_parser("ship", help="print what clickhouse-client carries out to hold the days that are kept")
        out.add_argument("--site", default="", help="the site's id; may be left out where there is only one")
        out.add_argument("--since", type=date.fromisoformat, metavar="DAY", help="bring only this day and later ones")
        bring = verbs.add_parser("import", help="take days from a CSV file, a folder or a zip of CSV files")
        bring.add_argument("file", type=Path, help="Plausible's export (zip or folder), or CSV in our own format")
        bring.add_argument("--site", default="", help="the site's id; may be left out where there is only one")
        bring.add_argument(
            "--dry-run", action="store_true", help="read everything, tell what would be taken, take nothing"
        )

    def handle(self, *_args: Any, **options: Any) -> None:  # Any: Django's signature
        """Do what the verb says."""
        {"import": self._import, "ask": self._ask, "ship": self._ship}[options["verb"]](options)

    def _ask(self, options: dict[str, Any]) -> None:  # Any: what argparse read
        policy = editions.current(_site(options["site"])).policy
        dimension, equals, value = options["filter"].partition("=")
        if not equals or options["days"] < 1:
            wrong = "--days: 1 or more" if equals else f"{options['filter']}: DIMENSION=VALUE"
            raise CommandError(f"{wrong} would be right", returncode=2)
        yesterday = datetime.now(ZoneInfo(policy.time_zone)).date() - timedelta(days=1)
        span = Span(yesterday - timedelta(days=min(options["days"], MOST_DAYS) - 1), yesterday)
        try:
            found = filtered(policy.site, span, [Filter(dimension, value)], options["by"], options["limit"])
        except MeasureError as refused:
            raise CommandError(str(refused), returncode=2) from None
        least = policy.systems.measurement.least_group if policy.systems.measurement else 0
        for line in lines(found, least):
            self.stdout.write(line)

    def _ship(self, options: dict[str, Any]) -> None:  # Any: what argparse read
        policy = editions.current(_site(options["site"])).policy
        kept = kept_days(policy)
        if not kept:
            raise CommandError(f"{policy.site}: the policy keeps no single events (`keeps_events_days`)", returncode=2)
        today = datetime.now(ZoneInfo(policy.time_zone)).date()
        for statement in ship(folder(policy.site), policy.site, kept, today, options["since"]):
            self.stdout.write(statement)

    def _import(self, options: dict[str, Any]) -> None:  # Any: what argparse read
        """Read all, then take all or nothing."""
        now, dry = datetime.now(UTC), bool(options["dry_run"])
        try:
            taken = take(sources(options["file"]), into(_site(options["site"]), now), now, dry=dry)
        except MeasureError as refused:
            raise CommandError(str(refused), returncode=2) from None
        except DatabaseError as error:
            raise CommandError(
                f"the database took nothing ({type(error).__name__}): see that it can be reached and its disk has room",
                returncode=2,
            ) from None
        for line in _told(taken, dry=dry):
            self.stdout.write(line)


def _site(wanted: str) -> str:
    known = [edition.site for edition in editions.sites()]
    if wanted in known or (not wanted and len(known) == 1):
        return wanted or known[0]
    which = ", ".join(known) or "none yet; start `zweck serve` once"
    raise CommandError(f"say for which site with --site; there are: {which}", returncode=2)


def _told(taken: Taken, *, dry: bool) -> list[str]:
    did = "would be taken in" if dry else "taken in"
    counts = f"{_many(taken.groups, 'group')}, {taken.folded} folded into others"
    told = [f"{_many(len(taken.days), 'day')} {did}{_span(taken.days)}, {counts}."]
    if taken.measured:
        told.append(f"{_many(len(taken.measured), 'day')}{_span(taken.measured)} stay as measured here.")
    return told + [f"Left out: {reason}" for reason in taken.left_out]


def _span(days: tuple[date, ...]) -> str:
    return f" ({days[0]} to {days[-1]})" if days else ""


def _many(n: int, what: str) -> str:
    return f"{n} {what}{'' if n == 1 else 's'}"
