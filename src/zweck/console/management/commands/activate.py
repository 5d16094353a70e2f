"""`zweck activate`: show what a policy file changes, and put it into force."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from zweck.editions import acts
from zweck.editions.errors import EditionError
from zweck.policy.errors import PolicyErrors
from zweck.policy.load import load
from zweck.policy.words import languages


class Command(BaseCommand):
    """Put a policy into force after its changes were seen."""

    help = "Show what the policy file changes for people, and put it into force."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what the command takes."""
        parser.add_argument("policy", nargs="?", type=Path, help="the policy file (default: ZWECK_POLICY)")
        parser.add_argument("--yes", action="store_true", help="do not ask: the changes were seen elsewhere")

    def handle(self, *_args: Any, **options: Any) -> None:  # Any: Django's own signature
        """Propose, show, ask, activate."""
        try:
            for file in [options["policy"]] if options["policy"] else acts.policy_files():
                self._activate(file, asked=not options["yes"])
        except (PolicyErrors, EditionError) as error:
            raise CommandError(str(error), returncode=2) from error
        except DatabaseError as error:
            wrong = f"the database took nothing ({type(error).__name__}); the edition in force stays"
            right = "see that its disk has room and that it can be reached, then activate again"
            raise CommandError(f"{wrong}: {right}", returncode=2) from error

    def _activate(self, file: Path, *, asked: bool) -> None:
        proposal = acts.propose(load(file, languages()))
        if proposal.changes_nothing:
            edition = acts.activate(proposal, datetime.now(UTC))
            self.stdout.write(f"{file}: nothing to do, edition {edition.number} says the same")
            return
        for change in proposal.diff.changes if proposal.diff else ():
            self.stdout.write(f"  {change.sentence}")
        if proposal.diff and proposal.needs_a_person:
            self.stdout.write(proposal.diff.summary)
            if asked and not _agreed():
                raise CommandError("not activated, the edition in force stays", returncode=1)
        edition = acts.activate(proposal, datetime.now(UTC), permitted=True)
        self.stdout.write(f"{file}: edition {edition.number} of {edition.site} is in force")
        new = edition.policy.places.keys() - (proposal.against.policy.places.keys() if proposal.against else ())
        if proposal.against and new:
            self.stdout.write(
                f"new: {', '.join(sorted(new))}. A running service opens the database of a place when it starts: "
                "start it anew, or whatever belongs there is refused"
            )


def _agreed() -> bool:
    """Ask whoever sits there. Raises CommandError where nobody does."""
    try:
        return input("Put this policy into force? [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        raise CommandError("nobody is there to answer; `--yes` puts it into force unasked", returncode=1) from None
