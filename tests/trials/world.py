"""A company that offers trials in two places, and Ben, who wants one."""

import email
import re
from datetime import datetime
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from tests.disclosure.receivers import Mailbox
from zweck.disclosure import acts as disclosure
from zweck.doors import PageContent, Press, Visit
from zweck.editions import acts as editions
from zweck.origin.acts import NOWHERE
from zweck.policy.load import load
from zweck.policy.words import languages
from zweck.trials import acts, page
from zweck.trials.models import Trial
from zweck.trials.values import Where
from zweck.vault.values import Submission

SECRET = "a secret of a test"
TEXT = "cd" * 32
BEN = {"email": "ben@example.org", "name": "Ben Beispiel"}
POLICY = """
site = "meetings"
name = "Example Meetings"
date = 2026-11-01
languages = ["de", "en"]
time_zone = "Europe/Berlin"

[controller]
name = "Example Meetings, Inc."
country = "US"
contact = "privacy@example.com"

[scope]
origins = ["https://www.example.com"]

[places.virginia]
name = "Virginia"
country = "US"

[places.ireland]
name = { de = "Irland", en = "Ireland" }
country = "IE"

[data]
email = { name = { de = "E-Mail-Adresse", en = "e-mail address" } }
name = { name = { de = "Name", en = "name" } }

[purposes.trial]
name = { de = "Testzugang", en = "trial" }
basis = "contract"
data = ["name", "email"]
places = ["virginia", "ireland"]
retention = "trial"

[[retention]]
record = "trial"
days = 30

[forms.trial]
name = { de = "Testzugang anlegen", en = "Start a trial" }
purpose = "trial"
asks = ["name", "email"]
kind = "trial"

[systems.trials]
days = 14
notice_days = 3

[systems.geolocation]
chooses = ["currency", "place"]
precision = "country-and-us-state"
place = { otherwise = "ireland", where = { virginia = ["americas"] } }

[systems.mail]
matters = ["trial"]

[systems.mail.sender]
name = "Example Meetings"
address = "meetings@example.com"
"""


def activate(folder: Path, now: datetime, more: str = "") -> None:
    """Put the policy into force, with something more."""
    file = folder / "meetings.toml"
    file.write_text(POLICY + more, encoding="utf-8")
    editions.activate(editions.propose(load(file, languages())), now, permitted=True)


def asks(now: datetime, place: str = "ireland", who: dict[str, str] | None = None, currency: str = "EUR") -> None:
    """Ben sends the form."""
    edition = editions.current("meetings")
    taken = acts.start(
        Submission(
            site="meetings",
            edition=edition,
            form="trial",
            purpose="trial",
            language="en",
            data=who or BEN,
            text_sha256=TEXT,
            place=place,
            origin=NOWHERE,
            now=now,
            choices={"currency": currency},
        )
    )
    assert taken.mails


def works(now: datetime, rounds: int = 3) -> None:
    """The work child has its turns: what is due for trials, and what is due as mail."""
    for _ in range(rounds):
        for using in ("default", "ireland"):
            acts.run_due(now, using)
            disclosure.send_letters(now, using)


def mails(box: Mailbox) -> list[EmailMessage]:
    """What arrived."""
    return [email.message_from_string(text, policy=default) for text in box.mails]


def subjects(box: Mailbox) -> list[str]:
    """The subjects of what arrived."""
    return [str(one["subject"]) for one in mails(box)]


def text_of(mail: EmailMessage) -> str:
    """A mail's text part."""
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def token_in(mail: EmailMessage) -> str:
    """The token of the trial's page that a mail links to."""
    found = re.search(r"https://www\.example\.com/z/trial/(\S+)", text_of(mail))
    assert found is not None
    token, _, query = found[1].rstrip(")").partition("?")
    assert query == "lang=en"
    return token


def looks(token: str, now: datetime) -> PageContent:
    """Somebody opens the link."""
    return page.look(Visit("meetings", token, "en", now))


def presses(token: str, action: str, now: datetime) -> PageContent:
    """Somebody presses a button."""
    return page.press(Visit("meetings", token, "en", now), Press(action, {}))


def trials() -> list[Trial]:
    """All rows, in both places."""
    return [row for using in ("default", "ireland") for row in Trial.objects.using(using).all()]


def trial() -> Trial:
    """The only one."""
    (row,) = trials()
    return row


def in_(place: str) -> Where:
    """The trials of a place."""
    return Where("meetings", place, ("trial",))
