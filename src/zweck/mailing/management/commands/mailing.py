"""`zweck mailing`: `import` a list with its proofs, `export` one for a reason, `suppress` those who want nothing."""

import sys
import time
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from zweck.editions import acts as editions
from zweck.editions.values import Edition
from zweck.mailing import acts
from zweck.mailing.errors import MailingError
from zweck.mailing.values import Taken
from zweck.policy.words import words

BY = "operator"
QUIET_SECONDS = 2.0
ENGLISH = "en"


class Command(BaseCommand):
    """Brings lists in and hands them out."""

    help = "Bring a list along with the proofs of its consents, hand one out for a reason, or suppress addresses."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The verbs there are."""
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="import|export|suppress")
        bring = verbs.add_parser("import", help="take a CSV file, or what listmonk exports")
        bring.add_argument("file", type=Path, help="with the columns email, consent_at, consent_source, language")
        hand_out = verbs.add_parser("export", help="print a list as CSV; the reason goes on record")
        hand_out.add_argument("--reason", required=True, help="what for, in 15 to 200 characters")
        shut = verbs.add_parser("suppress", help="take addresses, or marks of our own export, that want nothing")
        shut.add_argument("file", type=Path, nargs="?", help="one in a line; without it those there are are printed")
        for verb in (bring, hand_out, shut):
            verb.add_argument("--list", dest="purpose", default="", help="id of the purpose; needless for the only one")
            verb.add_argument("--site", default="", help="the site's id; may be left out where there is only one")

    def handle(self, *_args: Any, **options: Any) -> None:  # Any: Django's signature
        """Do what the verb says."""
        verbs = {"import": self._import, "export": self._export, "suppress": self._suppress}
        try:
            verbs[options["verb"]](_edition(options["site"]), options)
        except MailingError as refused:
            where = f"line {refused.line}: " if refused.line else ""
            raise CommandError(f"{where}{refused}", returncode=2) from None
        except OSError as failure:
            raise CommandError(f"{options['file']}: {failure.strerror}", returncode=2) from None
        except DatabaseError as error:
            raise CommandError(
                f"the database took no more ({type(error).__name__}): see that it can be reached and its disk has room,"
                " then run it again; what was taken is found known",
                returncode=2,
            ) from None

    def _import(self, edition: Edition, options: dict[str, Any]) -> None:  # Any: what argparse read
        progress = _Progress()
        with options["file"].open("rb") as stream:
            self._tell(acts.bring(stream, _order(edition, options), datetime.now(UTC), progress))

    def _suppress(self, edition: Edition, options: dict[str, Any]) -> None:  # Any: what argparse read
        order = _order(edition, options)
        if options["file"] is None:
            for line in acts.export_shut(edition.site, order.purpose):
                self.stdout.write(line, ending="")
            return
        with options["file"].open("rb") as stream:
            self._tell(acts.bring_shut(stream, order, datetime.now(UTC)))

    def _export(self, edition: Edition, options: dict[str, Any]) -> None:  # Any: what argparse read
        purpose = _purpose(edition, options["purpose"])
        for lines in acts.export(acts.Wanted(edition.policy, purpose, BY, options["reason"]), datetime.now(UTC)):
            self.stdout.write(lines, ending="")

    def _tell(self, taken: Taken) -> None:
        said = words(ENGLISH)
        self.stdout.write(said.say("staff.mailing.import.rows", n=taken.rows))
        for name in ("joined", "known", "pending", "away", "left"):
            if count := getattr(taken, name):
                self.stdout.write(f"  {count:>9,} {said.say(f'staff.mailing.import.{name}')}")
        for code, lines in taken.refused.items():
            where = ", ".join(map(str, lines))
            self.stdout.write(f"  not taken: {said.say(f'staff.mailing.trouble.{code}')} Lines {where}")
        if taken.refused_count:
            raise CommandError(f"{taken.refused_count} rows were not taken; the others were", returncode=1)


class _Progress:
    """Tells on standard error how many rows are done, once it takes long."""

    def __init__(self) -> None:
        self._began = self._told = time.monotonic()

    def __call__(self, done: int) -> None:
        now = time.monotonic()
        if now - self._began > QUIET_SECONDS and now - self._told > 1:
            self._told = now
            sys.stderr.write(f"{done:,} rows\n")


def _order(edition: Edition, options: dict[str, Any]) -> acts.Order:  # Any: what argparse read
    purpose = _purpose(edition, options["purpose"])
    places = edition.policy.purposes[purpose].places
    return acts.Order(edition, purpose, places[0] if places else "", BY)


def _edition(wanted: str) -> Edition:
    known = {edition.site: edition for edition in editions.sites()}
    if wanted in known or (not wanted and len(known) == 1):
        return known[wanted or next(iter(known))]
    which = ", ".join(known) or "none yet; start `zweck serve` once"
    raise CommandError(f"say for which site with --site; there are: {which}", returncode=2)


def _purpose(edition: Edition, wanted: str) -> str:
    lists = acts.marketing(edition.policy)
    if wanted in lists or (not wanted and len(lists) == 1):
        return wanted or lists[0]
    raise CommandError(f"say which list with --list; there are: {', '.join(lists) or 'none'}", returncode=2)
