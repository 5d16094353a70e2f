"""A club that writes newsletters and answers enquiries, and what Ben gave it."""

from datetime import datetime
from pathlib import Path

from zweck.editions import acts as editions
from zweck.policy.load import load
from zweck.policy.words import languages
from zweck.vault import acts
from zweck.vault.values import Collected, Collecting

CLUB = """
site = "club"
name = "Rowing Club"
date = 2026-11-01
languages = ["de", "en"]

[controller]
name = "Rowing Club e. V."
country = "DE"
contact = "office@example.org"

[scope]
origins = ["https://www.example.org"]

[data]
email = { name = { de = "E-Mail-Adresse", en = "e-mail address" } }
name = { name = { de = "Name", en = "name" } }
organisation = { name = { de = "Organisation", en = "organisation" } }
message = { name = { de = "Nachricht", en = "message" } }

[purposes.newsletter]
name = { de = "Rundbrief", en = "newsletter" }
basis = "consent"
data = ["email", "name", "organisation"]
opt_in = "double"

[purposes.enquiry]
name = { de = "Anfrage", en = "enquiry" }
basis = "contract"
data = ["email", "name", "message"]

[purposes.accounting]
name = { de = "Buchhaltung", en = "accounting" }
basis = "legal-obligation"
law = { de = "§ 147 AO", en = "section 147 AO" }
data = ["name", "email"]
"""
TEXT = "ab" * 32
BASES = {"newsletter": "consent", "enquiry": "contract", "accounting": "legal-obligation"}
BEN = {"email": "Ben@Example.org", "name": "Ben Beispiel", "organisation": "Example GmbH"}


def activate(folder: Path, now: datetime, source: str = CLUB) -> None:
    """Put the club's policy into force."""
    file = folder / "club.toml"
    file.write_text(source, encoding="utf-8")
    editions.activate(editions.propose(load(file, languages())), now, permitted=True)


def collect(now: datetime, purpose: str = "newsletter", /, **more: object) -> Collected:
    """Ben gives his data, unless told otherwise."""
    given: dict[str, object] = {"data": BEN if purpose == "newsletter" else {"email": BEN["email"]}, **more}
    wanted = Collecting(
        site="club", place="", purpose=purpose, basis=BASES[purpose], edition=1, text_sha256=TEXT, **given  # type: ignore[arg-type]
    )  # fmt: skip
    return acts.collect(wanted, now)
