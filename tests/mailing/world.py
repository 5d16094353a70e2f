"""A club with two lists and a trial, and Ben, who reads mail."""

import re
from datetime import datetime
from email import message_from_bytes
from email.policy import default

from django.test import Client

from tests.disclosure.receivers import Mailbox
from zweck.disclosure import acts as disclosure
from zweck.editions import acts as editions
from zweck.editions.values import Edition
from zweck.mailing import acts, proving
from zweck.origin.acts import cut
from zweck.vault import acts as vault
from zweck.vault.values import Collecting, Grant, Submission

SITE, HOST, BEN, CORA = "club", "www.example.org", "ben@example.org", "cora@example.org"
POLICY = """
site = "club"
name = "Rowing Club"
date = 2026-11-01
languages = ["de", "en"]
time_zone = "Europe/Berlin"

[controller]
name = "Rowing Club e. V."
country = "DE"
contact = "office@example.org"

[scope]
origins = ["https://www.example.org"]

[data]
email = { name = { de = "E-Mail-Adresse", en = "e-mail address" } }

[purposes.newsletter]
name = { de = "Rundbrief", en = "the newsletter" }
basis = "consent"
data = ["email"]
mandatory = false
opt_in = "double"

[purposes.events]
name = { de = "Einladungen", en = "invitations" }
basis = "consent"
data = ["email"]
mandatory = false
opt_in = "double"

[purposes.trial]
name = { de = "Probemonat", en = "a month on trial" }
basis = "contract"
data = ["email"]

[forms.newsletter]
kind = "newsletter"
name = { de = "Rundbrief bestellen", en = "Subscribe" }
purpose = "newsletter"
asks = ["email"]

[forms.events]
kind = "newsletter"
path = { de = "/einladungen", en = "/invitations" }
name = { de = "Einladungen bestellen", en = "Be invited" }
purpose = "events"
asks = ["email"]

[systems.mail]
matters = ["trial"]
marketing = "newsletter"
mailbox = "post@example.org"

[systems.mail.sender]
name = "Rowing Club"
address = "club@example.org"

[[retention]]
record = "choice"
years = 3
counted_from = "end-of-year"
"""
PLACES = """
[places.virginia]
name = "Virginia"
country = "US"

[places.ireland]
name = { de = "Irland", en = "Ireland" }
country = "IE"
"""
TEXT = ("What you enter serves the purpose “the newsletter”.",)
LINK = re.compile(r"https://www\.example\.org(/z/[a-z]+/[\w.-]+)")


def edition() -> Edition:
    """The club's edition in force."""
    return editions.current(SITE)


def submission(email: str, now: datetime, purpose: str = "newsletter") -> Submission:
    """What the form brings when somebody types this address."""
    here = edition()
    return Submission(
        site=SITE,
        edition=here,
        form="newsletter",
        purpose=purpose,
        language="en",
        data={"email": email},
        text_sha256=proving.archive(here, "en", TEXT),
        place="",
        origin=cut(b"\xc0\x00\x02\x01"),
        now=now,
    )


def deliver(now: datetime) -> int:
    """Let everything leave that is due."""
    return disclosure.send_letters(now)


def read(relay: Mailbox, at: int = -1) -> str:
    """The text of a mail that arrived."""
    part = message_from_bytes(relay.data[at], policy=default).get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def links(relay: Mailbox, at: int = -1) -> dict[str, str]:
    """The links of a mail that arrived, by the word in their path."""
    return {path.split("/")[2]: path for path in LINK.findall(read(relay, at).replace("?lang=en", ""))}


def subscribed(email: str, now: datetime, purpose: str = "newsletter") -> Grant:
    """Somebody who has confirmed."""
    acts.subscribe(submission(email, now, purpose))
    grant = held(email, purpose)
    assert acts.confirm(grant, now)
    return held(email, purpose)


def held(email: str, purpose: str = "newsletter") -> Grant:
    """The grant somebody has."""
    grants = [one for found in vault.find(SITE, "email", email) for one in found.grants if one.purpose == purpose]
    assert len(grants) == 1
    return grants[0]


def states(email: str) -> dict[str, str]:
    """How somebody stands to each purpose they have a grant for."""
    return {one.purpose: one.state for found in vault.find(SITE, "email", email) for one in found.grants}


def on_trial(email: str, now: datetime) -> Grant:
    """Somebody on trial, who has asked for no mail."""
    wanted = Collecting(SITE, "", "trial", "contract", 1, "ab" * 32, {"email": email})
    return vault.collect(wanted, now).grant


def press(client: Client, path: str, action: str) -> str:
    """Press a button of a page; gives the next page."""
    answer = client.post(path, {"action": action}, headers={"Origin": "null", "Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 200, (answer.status_code, answer.content)
    return answer.content.decode()
