"""`zweck staff add|reset`: accounts for the staff area."""

import getpass
import sys
from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from zweck.console import acts
from zweck.console.errors import ConsoleError
from zweck.console.models import Staff
from zweck.editions import acts as editions


class Command(BaseCommand):
    """Adds an account, or gives one a new password."""

    help = "Add a staff account, or give one a new password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The two verbs."""
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="add|reset")
        add = verbs.add_parser("add", help="add an account")
        reset = verbs.add_parser("reset", help="take an account's password away and let its person set a new one")
        add.add_argument("--purpose", action="append", default=[], help="a purpose whose data may be read; repeatable")
        add.add_argument("--role", action="append", default=[], help="a role, in your own words; repeatable")
        for verb in (add, reset):
            verb.add_argument("name", help="the name to log in with")
            way = verb.add_mutually_exclusive_group()
            way.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
            way.add_argument(
                "--link", action="store_true", help="print a link for setting the password, even on a terminal"
            )

    def handle(self, *_args: Any, **options: Any) -> None:  # Any: Django's signature
        """Run one verb. The password is asked for on a terminal; otherwise a link is printed that sets it once."""
        # Asked for before the transaction, which would keep everybody waiting while somebody types.
        password = _password(options)
        try:
            with transaction.atomic():
                account = self._account(options)
                if password is not None:
                    acts.set_password(account, password)
        except ConsoleError as failure:
            raise CommandError(str(failure)) from None
        if password is None:
            self._print_link(account)
        else:
            self.stdout.write("The password is set.")

    def _account(self, options: dict[str, Any]) -> Staff:  # Any: what argparse read
        if options["verb"] == "reset":
            account = acts.named(options["name"])
            acts.lock_out(account)
            return account
        for purpose in options["purpose"]:
            self._must_be_declared(purpose)
        return acts.add(options["name"], options["role"], options["purpose"], datetime.now(UTC))

    def _must_be_declared(self, purpose: str) -> None:
        declared = {p for edition in editions.sites() for p in edition.policy.purposes}
        if purpose not in declared:
            known = ", ".join(sorted(declared)) or "none yet"
            raise CommandError(f"no site declares the purpose {purpose!r}; declared: {known}")

    def _print_link(self, account: Staff) -> None:
        origin = next((edition.policy.scope.origins[0] for edition in editions.sites()), "")
        self.stdout.write(f"{origin}{acts.link_to_set(account)}")
        self.stderr.write(
            "This link sets the password once, within three days. Hand it over in person or by a safe way."
        )


def _password(options: dict[str, Any]) -> str | None:  # Any: what argparse read
    if options["password_stdin"]:
        return sys.stdin.readline().rstrip("\n")
    if options["link"] or not sys.stdin.isatty():
        return None
    password = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != password:
        raise CommandError("the two entries differ; nothing was set")
    return password
