"""A sender in a process of its own, to be killed: `python -m tests.disclosure.killed prepare|letter|campaign`."""

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django

NOW = datetime(2026, 11, 22, 9, 41, tzinfo=UTC)
LINKS = {"leave": "/z/leave/abc", "mine": "/z/mine/abc"}


def prepare() -> None:
    """A club, a letter in its outbox, three readers of its newsletter."""
    from django.core.management import call_command

    from tests.disclosure.world import SOURCE, letter
    from tests.vault.world import BEN, activate, collect
    from zweck.disclosure import acts
    from zweck.ledger import acts as ledger

    call_command("migrate", verbosity=0)
    ledger.verifier()
    activate(Path(os.environ["ZWECK_DATA"]), NOW, SOURCE)
    asked = collect(NOW, "enquiry", data={"email": "ben@example.org", "name": "Ben", "message": "Hello"})
    acts.post(letter(asked.grant), NOW)
    for number in range(3):
        collect(NOW, data={**BEN, "email": f"r{number}@example.org"})


def campaign() -> list[str]:
    """Hand the campaign over; what came of each."""
    from zweck.disclosure import acts
    from zweck.disclosure.values import Batch, Item
    from zweck.vault import acts as vault

    mail = acts.prepare("club", "News", "<p>Hello</p>", "Hello", "en", "newsletter")
    items = tuple(Item(grant, mail, LINKS) for grant in vault.holders("club", "", "newsletter", b"", 200))
    done = acts.deliver(Batch("club", "", "newsletter", "spring", items), NOW)
    return [result.state for result in done.results]


def letters(minutes: int) -> int:
    """Send what is due."""
    from zweck.disclosure import acts

    return acts.send_letters(NOW + timedelta(minutes=minutes))


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "zweck.settings"
    django.setup()
    if sys.argv[1] == "prepare":
        prepare()
    elif sys.argv[1] == "letter":
        print(letters(int(sys.argv[2])))  # noqa: T201  (its answer)
    else:
        print(",".join(campaign()))  # noqa: T201  (its answer)
