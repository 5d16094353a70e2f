"""`zweck prove`: check every promise of the running site and print the evidence."""

import os
import sys
import threading
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError

from zweck.editions import acts as editions
from zweck.editions.errors import EditionError
from zweck.promises.values import Evidence
from zweck.proof import acts, report
from zweck.proof.errors import AlreadyRunning, ProofError
from zweck.proof.examine import WallClock

_WAIT_SECONDS = 300
_COULD_NOT_RUN = 2


class Command(BaseCommand):
    """Exit codes: 0 nothing is broken, 1 something is, 2 the proofs could not be run or could not see."""

    help = (
        "Check the promises of the running site: each proof first sees a planted violation, then the live system. "
        "Exit codes: 0 nothing is broken or lapsed, 1 something is, 2 the proofs could not be run, or could not see "
        "what was asked for by name, or saw nothing at all."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The options of `zweck prove`."""
        parser.prog = "zweck prove"
        parser.add_argument("promises", nargs="*", metavar="PROMISE", help="Ids or kinds; all unless told.")
        parser.add_argument("--quick", action="store_true", help="Only the proofs that take a moment; no browser.")
        parser.add_argument("--json", metavar="FILE", help="Write the result as JSON; - is the standard output.")
        parser.add_argument("--junit", metavar="FILE", help="Write the result as JUnit XML.")
        parser.add_argument("--site", metavar="ID", help="The site to prove; the first one unless told.")
        parser.add_argument("--url", help="Where the service answers; the running one's own note unless told.")
        parser.add_argument("--scheduled", action="store_true", help="As the service runs it: quietly, ends with it.")

    def handle(self, *_args: object, **options: Any) -> None:  # Any: Django's signature
        """Run, print, and end with the exit code."""
        if options["scheduled"]:
            threading.Thread(target=_end_with_input, daemon=True).start()
        try:
            ran = _run(options)
            _write(ran, options)
        except (ProofError, EditionError, OSError) as trouble:
            sys.stderr.write(f"zweck prove: {trouble}\n")
            sys.exit(_COULD_NOT_RUN)
        except DatabaseError as trouble:
            sys.stderr.write(f"zweck prove: the database cannot be used ({type(trouble).__name__})\n")
            sys.exit(_COULD_NOT_RUN)
        code = report.exit_code(ran)
        # To the service a run that could not see is a result like any other: it comes again in its time.
        sys.exit(int(code == 1) if options["scheduled"] else code)


def _run(options: dict[str, Any]) -> acts.Ran:  # Any: Django's signature
    """Run once nobody else does; a scheduled run leaves at once, since its time comes again."""
    url = (options["url"] or acts.find_service()).rstrip("/")
    order = acts.Order(options["site"] or _first_site(), url, options["quick"], tuple(options["promises"]))
    give_up_at = time.monotonic() + _WAIT_SECONDS
    is_told = False
    while True:
        try:
            return acts.run(order, WallClock(), _tell if not options["scheduled"] else lambda _: None)
        except AlreadyRunning as busy:
            if options["scheduled"] or time.monotonic() > give_up_at:
                raise
            if not is_told:
                sys.stderr.write(f"{busy}; waiting for it\n")
            is_told = True
            time.sleep(1)


def _first_site() -> str:
    sites = editions.sites()
    if not sites:
        raise ProofError("no edition of a policy is active; `zweck serve` activates the first one")
    return sites[0].site


def _tell(evidence: Evidence) -> None:
    """Progress, on the standard error so that results can be piped."""
    sys.stderr.write(f"  {evidence.state:<9} {evidence.promise}\n")
    sys.stderr.flush()


def _write(ran: acts.Ran, options: dict[str, Any]) -> None:  # Any: Django's signature
    if options["json"] == "-":
        sys.stdout.write(report.as_json(ran) + "\n")
    elif not options["scheduled"]:
        sys.stdout.write(report.table(ran) + "\n")
    if options["json"] not in (None, "-"):
        Path(options["json"]).write_text(report.as_json(ran) + "\n", encoding="utf-8")
    if options["junit"]:
        Path(options["junit"]).write_text(report.as_junit(ran) + "\n", encoding="utf-8")


def _end_with_input() -> None:
    """The service holds the other end: when it is gone, so are we, and the run counts as died."""
    while os.read(0, 1):  # not through sys.stdin, whose lock would hold up the end of a finished run
        pass
    os._exit(3)
