"""A club that answers enquiries, by form and by mail, and keeps them for ninety days after the last word."""

from collections.abc import Mapping
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from tests.disclosure.receivers import Mailbox
from tests.disclosure.world import SOURCE
from zweck.disclosure import acts as disclosure
from zweck.editions import acts as editions
from zweck.enquiries import acts
from zweck.enquiries.values import Listed, Opened
from zweck.origin.values import Origin
from zweck.vault import acts as vault
from zweck.vault.values import Submission

CLUB = (
    SOURCE.replace('mailbox = "post@example.org"', 'mailbox = "post@example.org"\nenquiries = "enquiry"')
    .replace(
        'data = ["email", "name", "message"]',
        'data = ["email", "name", "message", "attachment"]\nretention = "enquiry"',
    )
    .replace(
        "[purposes.newsletter]", '[data.attachment]\nname = { de = "Datei", en = "file" }\n\n[purposes.newsletter]', 1
    )
    + """
[forms.enquiry]
name = { de = "Anfrage", en = "Ask us" }
kind = "enquiry"
purpose = "enquiry"
asks = ["name", "email", "message"]

[[retention]]
record = "enquiry"
days = 90
starts = { de = "unserer letzten Antwort", en = "our last answer" }
"""
)
PLACES = """
[places.virginia]
name = "Virginia"
country = "US"

[places.ireland]
name = { de = "Irland", en = "Ireland" }
country = "IE"
"""
ASKED = "Is there a boat\nfor two?"
BEN = {"email": "ben@example.org", "name": "Ben Beispiel", "message": ASKED}
ANNA = "staff:1"
CARL = "staff:2"


def asks(now: datetime, data: Mapping[str, str] = BEN, place: str = "", language: str = "en") -> None:
    """Ben sends the form."""
    acts.ask(
        Submission(
            site="club",
            edition=editions.current("club"),
            form="enquiry",
            purpose="enquiry",
            language=language,
            data=data,
            text_sha256="ab" * 32,
            place=place,
            origin=Origin(b""),
            now=now,
        )
    )


def waiting(now: datetime) -> tuple[Listed, ...]:
    """What waits for an answer."""
    return acts.waiting("club", ("enquiry",), now).rows


def read(now: datetime, by: str = ANNA) -> Opened:
    """The one enquiry there is, as staff read it."""
    found = acts.waiting("club", ("enquiry",), now).rows + acts.settled("club", ("enquiry",), now).rows
    assert len(found) == 1
    return acts.read(found[0].where, editions.current("club").policy, by, now)


def sent(relay: Mailbox, now: datetime) -> EmailMessage:
    """The newest mail that has left."""
    for using in vault.databases():
        disclosure.send_letters(now, using)
    return message_from_bytes(relay.data[-1], policy=default)


def text(mail: EmailMessage) -> str:
    """What a mail says."""
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")
