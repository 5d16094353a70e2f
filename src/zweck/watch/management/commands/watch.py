"""`zweck audit --schedule`: order an audit that comes again, stop one, list them; and, for the service, run one."""

import json
import os
import sys
import threading
from argparse import SUPPRESS, ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError

from zweck.ledger.errors import LedgerError
from zweck.policy.errors import PolicyErrors
from zweck.policy.load import load
from zweck.policy.words import languages
from zweck.watch import acts, listing, looking, run
from zweck.watch.errors import BadOrder, NotSetUp, WatchError
from zweck.watch.values import MOST_PAGES, PACES, Pace, Wanted

_COULD_NOT = 2
_LIST = ""


class Command(BaseCommand):
    """Exit codes: 0 done, 2 could not read or carry out."""

    help = "Audit a website again and again while the service runs, and be told what is new."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The options of `zweck audit --schedule`."""
        parser.prog = "zweck audit"
        parser.add_argument("url", nargs="?", metavar="URL", help="The website; without one, all audits are listed.")
        parser.add_argument(
            "--schedule", nargs="?", const=_LIST, default=_LIST, metavar="|".join(PACES), help="How often to look."
        )
        parser.add_argument("--policy", type=Path, metavar="FILE", help="Hold it against this policy.")
        parser.add_argument("--pages", default="20", metavar="N", help="Look at N pages at most; 20 unless told.")
        parser.add_argument("--allow-private", action="store_true", help="Also look at private addresses.")
        parser.add_argument("--lang", metavar="LANGUAGE", help="The language of report, mail and feed; en unless told.")
        parser.add_argument("--json", nargs="?", const="-", metavar="FILE", help="List as JSON; printed unless told.")
        parser.add_argument("--run", type=int, help=SUPPRESS)

    def handle(self, *_args: object, **options: Any) -> None:  # Any: Django's signature
        """Run one, list all, or take an order."""
        try:
            _must_be_set_up()
            if options["run"] is not None:
                threading.Thread(target=_end_with_input, daemon=True).start()
                run.run(options["run"], looking.look, _clock)
            elif options["url"] is None:
                self._list(options)
            else:
                self._order(options)
        except (WatchError, PolicyErrors, LedgerError, OSError) as trouble:
            _stop(str(trouble))
        except DatabaseError as trouble:
            _stop(f"the database cannot be used ({type(trouble).__name__}); `zweck serve` brings it up to date")

    def _order(self, options: dict[str, Any]) -> None:  # Any: what argparse read
        every, now = _pace(options["schedule"]), _clock()
        # What is stopped need not be allowed.
        url = acts.read_address(options["url"], options["allow_private"] or every == "off")
        if every == "off":
            self.stdout.write(listing.ordered(acts.watched(acts.stop(url, now), now)))
            return
        wanted = Wanted(
            url=url,
            pages=_pages(options["pages"]),
            allow_private=options["allow_private"],
            language=_language(options["lang"]),
            policy=load(options["policy"], languages()).source.decode("utf-8-sig") if options["policy"] else "",
        )
        self.stdout.write(listing.ordered(acts.watched(acts.order(wanted, every, now), now)))

    def _list(self, options: dict[str, Any]) -> None:  # Any: what argparse read
        if options["schedule"] != _LIST:
            _pace(options["schedule"])
            raise BadOrder("name the website as well: `zweck audit https://www.example.org/ --schedule daily`")
        now = _clock()
        found = acts.everything(now)
        if options["json"]:
            text = json.dumps([listing.as_json(watched) for watched in found], ensure_ascii=False, indent=2)
            if options["json"] != "-":
                Path(options["json"]).write_text(text + "\n", encoding="utf-8")
                return
            self.stdout.write(text)
        else:
            self.stdout.write(listing.table(found, now))


def _clock() -> datetime:
    return datetime.now(UTC)


def _must_be_set_up() -> None:
    """Raises NotSetUp. Asked before the first connection, which would make an empty database."""
    database = settings.DATABASES["default"]
    if "sqlite3" in str(database["ENGINE"]) and not Path(str(database["NAME"])).exists():
        raise NotSetUp(
            f"{settings.DATA}: no service has run on this folder; start one with `zweck serve`, or set ZWECK_DATA"
        )


def _pace(typed: str) -> Pace:
    for pace in PACES:
        if typed == pace:
            return pace
    said = f"--schedule: {typed!r} is no pace" if typed else "--schedule: how often is missing"
    raise BadOrder(f"{said}; daily, weekly or off would be right")


def _pages(typed: str) -> int:
    if not (typed.isascii() and typed.isdecimal() and 1 <= int(typed) <= MOST_PAGES):
        raise BadOrder(f"--pages: {typed!r} is no whole number from 1 to {MOST_PAGES}")
    return int(typed)


def _language(typed: str | None) -> str:
    if typed and typed not in languages():
        raise BadOrder(f"--lang: there are no texts for {typed!r}; there are {', '.join(languages())}")
    return typed or "en"


def _stop(message: str) -> None:
    sys.stderr.write(f"{message}\n")
    sys.exit(_COULD_NOT)


def _end_with_input() -> None:
    """The service holds the other end: when it is gone, so are we, and the look counts as not made."""
    while os.read(0, 1):  # not through sys.stdin, whose lock would hold up the end of a finished run
        pass
    os._exit(3)
