"""What makes the club ask: a purpose that needs a yes, a measurement with an opt-out, and the controls for both."""

import re
from datetime import datetime

from zweck.consent.choice import until, written
from zweck.consent.facts import facts
from zweck.consent.values import Answer, Choice, Said
from zweck.policy.model import Policy

ASKING = """
[data.usage]
name = { de = "Seitenaufrufe", en = "page views" }

[recipients.host]
name = "Example Hosting"
role = "processor"
country = "IE"

[purposes.measurement]
name = { de = "verstehen, was gelesen wird", en = "understanding what is read" }
basis = "consent"
law = "§ 25 Abs. 1 TDDDG"
data = ["usage"]
recipients = ["host"]
retention = "usage"
consent_mode = "ask"

[purposes.regatta]
name = { de = "Filme von Regatten", en = "films of regattas" }
basis = "consent"
consent_mode = "ask"

[technologies.film]
name = "film-place"
kind = "local-storage"
purpose = "regatta"
lifetime_days = 30

[[retention]]
record = "usage"
name = { de = "Messwerte", en = "measurements" }
days = 1
starts = { de = "ihrer Erhebung", en = "their collection" }

[controls.change]
named = { de = "Wahl ändern", en = "Change choice" }
labelled = { de = "Wahl ändern", en = "Change choice" }

[controls.reset]
named = { de = "Wahl zurücksetzen", en = "Reset choice" }
labelled = { de = "Wahl zurücksetzen", en = "Reset choice" }

[controls.opt_out]
named = { de = "Nicht messen", en = "Do not measure" }
labelled = { de = "Nicht messen", en = "Do not measure" }

[systems.measurement]
purpose = "measurement"
permission = "consent"
opt_out_days = 365
opt_out_status = "live"
excluded_paths = ["/imprint"]
"""
TOKEN = re.compile(r'name="token" value="([^"]+)"')
ID = bytes(range(8))


def token_in(page: str) -> str:
    """The token of the first form of a page."""
    found = TOKEN.search(page)
    assert found is not None
    return found[1]


def cookie(policy: Policy, now: datetime, **answers: Said) -> str:
    """The cookie of a visitor who answered so at a moment."""
    known = facts(policy)
    given = {purpose: Answer(said, until(said, now, known)) for purpose, said in answers.items()}
    return written(Choice(ID, given), known)
