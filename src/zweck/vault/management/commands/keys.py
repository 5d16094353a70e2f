"""`zweck keys status|rotate|escrow`: the master keys of personal data."""

import json
import os
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from zweck.ledger import acts as ledger
from zweck.vault import keycheck, masters
from zweck.vault.database import sql as database
from zweck.vault.errors import KeyTrouble
from zweck.vault.renewing import rotation

_WARNING = """\
Whoever has this file reads every record that the law makes you keep, for as long as the law says. Without these keys
those records are lost. Carry the file to a place of its own (a safe, paper), and remove it from this machine and its
backups."""


class Command(BaseCommand):
    """Shows, renews and copies keys."""

    help = "The master keys of personal data: what they are, new ones in place of old, a copy of those for records."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The three verbs."""
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="status|rotate|escrow")
        status = verbs.add_parser("status", help="which keys there are, how old, and how much relies on each")
        status.add_argument("--json", metavar="FILE|-", help="write it as JSON; `-` prints that instead")
        rotate = verbs.add_parser("rotate", help="make a new key, move everything to it, and destroy the old one")
        rotate.add_argument(
            "family", nargs="?", default=masters.ORDINARY, choices=(masters.ORDINARY, masters.HOLD, masters.INDEX),
            help="ordinary (unless told), hold, or index-email",
        )  # fmt: skip
        rotate.add_argument("--finish", action="store_true", help="make no new key; go on with a rotation begun before")
        escrow = verbs.add_parser("escrow", help="copy the keys of statutory records into a file, to be kept offline")
        escrow.add_argument("file", type=Path, help="a file that does not exist yet, outside the data folder")

    def handle(self, *_args: Any, **options: Any) -> None:  # Any: Django's signature
        """Run one verb."""
        now = datetime.now(UTC)
        try:
            if options["verb"] == "status":
                self._status(options["json"], now)
            elif options["verb"] == "rotate":
                self._rotate(options["family"], now, anew=not options["finish"])
            else:
                self._escrow(options["file"], now)
        except KeyTrouble as trouble:
            raise CommandError(str(trouble)) from None

    def _status(self, target: str | None, now: datetime) -> None:
        wrong = [message for using in database.databases() for message in keycheck.troubles(using)]
        found = rotation.status()
        if target:
            rows = [
                {"name": one.name, "made_at": one.made_at.isoformat(), "used_by": dict(one.used_by),
                 "is_newest": one.is_newest}
                for one in found
            ]  # fmt: skip
            text = json.dumps({"keys": rows, "wrong": wrong}, indent=2) + "\n"
            if target == "-":
                self.stdout.write(text, ending="")
            else:
                Path(target).write_text(text, encoding="utf-8")
        if target != "-":
            self.stdout.write(f"Kept by: {settings.KEY_PROVIDER}. Ordinary keys live {rotation.EPOCH.days} days.")
            for one in found:
                days = (now - one.made_at).days
                uses = ", ".join(f"{using}: {count:,}" for using, count in one.used_by.items() if count)
                old = "" if one.is_newest or not one.name[-1].isdigit() else ", old"
                self.stdout.write(f"{one.name}: {days} days{old}{f', relied on by {uses}' if uses else ''}")
        if wrong:
            raise CommandError("\n".join(wrong))

    def _rotate(self, family: str, now: datetime, *, anew: bool) -> None:
        done = rotation.rotate(family, now, self.stdout.write, anew=anew)
        self.stdout.write(
            f"{family}-{done.number}: {done.changed:,} moved to it, {done.stragglers:,} left under an older key."
        )
        for name in done.destroyed:
            self.stdout.write(f"{name}: destroyed. What a backup holds under it can no longer be opened.")
        for line in done.waiting:
            self.stdout.write(f"{line}. The service finishes by itself, or `zweck keys rotate {family} --finish`.")

    def _escrow(self, file: Path, now: datetime) -> None:
        held = masters.provider()
        if not hasattr(held, "written"):
            raise CommandError("the keys lie in a key service, which has its own ways to keep them for long")
        path = file.absolute()
        if settings.DATA in path.parents or settings.KEYS in path.parents:
            raise CommandError(f"{path}: lies in a folder of the service, and so in its backup; choose a place offline")
        names = [name for name in held.names() if name.startswith(f"{masters.HOLD}-")]
        if not names:
            raise CommandError("there is no key for statutory records yet, so there is nothing to copy")
        text = "\n".join(held.written(name) for name in names)
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as out:
                out.write(text)
        except OSError as failure:
            raise CommandError(f"{path}: cannot be written ({failure.strerror})") from None
        with transaction.atomic():
            ledger.record("keys.escrowed", settings.SITE or "installation", {"keys": [*names]}, now)
        self.stdout.write(f"{path}: {', '.join(names)}.\n{_WARNING}")
