"""A shop that asks for two purposes and offers an opt-out, and what its visitors may have answered."""

from datetime import datetime
from functools import cache

from zweck.consent.choice import until, written
from zweck.consent.facts import facts
from zweck.consent.values import Answer, Choice, Said, Visitor
from zweck.policy.load import loads
from zweck.policy.model import Policy

ID = b"\x00\x01\x02\x03\x04\x05\x06\xff"
SHOP = """
site = "shop"
name = "Example Shop"
date = 2026-11-01
languages = ["de", "en"]

[controller]
name = "Example Shop"
country = "DE"
contact = "office@example.org"

[scope]
origins = ["https://www.example.org"]
SHARED

[data.usage]
name = { de = "Seitenaufrufe", en = "page views" }
source = "device"

[purposes.measurement]
name = { de = "Reichweite messen", en = "measuring reach" }
basis = "consent"
data = ["usage"]
recipients = ["numbers"]
consent_mode = "ASK"

[purposes.films]
name = { de = "Filme zeigen", en = "showing films" }
basis = "consent"
data = ["usage"]
recipients = ["films"]
consent_mode = "ask"

[purposes.basket]
name = { de = "Warenkorb", en = "basket" }
basis = "contract"
consent_mode = "none"

[recipients.numbers]
name = "Example Numbers"
role = "processor"
country = "US"
receives = ["usage"]

[recipients.films]
name = "Example Films"
role = "controller"
country = "IE"
receives = ["usage"]

[technologies.choice]
name = "zweck-choice"
kind = "cookie"
purpose = "basket"
lifetime_days = 400
essential = true

[technologies.basket]
name = "basket"
kind = "cookie"
purpose = "basket"
essential = true

[technologies.numbers]
name = "_num*"
kind = "cookie"
purpose = "measurement"
lifetime_days = 180
TECHNOLOGIES

[systems.measurement]
purpose = "measurement"
permission = "PERMISSION"
opt_out_days = 365
"""
FILMS = """
[technologies.watched]
name = "watched"
kind = "local-storage"
purpose = "films"

[technologies.player]
name = "player-id"
kind = "cookie"
purpose = "films"
provider = "films"
"""


@cache
def source(permission: str = "consent", *, shared: bool = False) -> bytes:
    """The shop's file."""
    filled = SHOP.replace("PERMISSION", permission).replace("ASK", "ask" if permission == "consent" else "opt-out")
    filled = filled.replace("TECHNOLOGIES", FILMS)
    return filled.replace("SHARED", 'shared_domain = "example.org"' if shared else "").encode()


@cache
def shop(permission: str = "consent", *, shared: bool = False) -> Policy:
    """The shop, measuring by consent or until somebody opts out."""
    return loads(source(permission, shared=shared), "shop.toml").policy


def chosen(now: datetime, **said: Said) -> Choice:
    """A choice made at this moment."""
    known = facts(shop())
    return Choice(ID, {purpose: Answer(each, until(each, now, known)) for purpose, each in said.items()})


def visitor(now: datetime, **said: Said) -> Visitor:
    """A visitor who made that choice."""
    return Visitor(chosen(now, **said))


def cookie(choice: Choice, policy: Policy | None = None) -> str:
    """A Cookie header with that choice in it."""
    return f"a=b; zweck-choice={written(choice, facts(policy or shop()))}; c=d"
