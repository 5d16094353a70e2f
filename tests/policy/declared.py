"""A small declaration to begin from, and one sentence to say what is wrong with a changed one."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from zweck.policy.errors import PolicyError, PolicyErrors
from zweck.policy.load import load, loads
from zweck.policy.model import Policy
from zweck.policy.writing.new import new

SMALL = """\
site = "club"
name = "Rowing Club"
languages = ["de", "en"]

[controller]
name = "Rowing Club e.V."
country = "DE"
contact = "privacy@example.com"

[scope]
origins = ["https://club.example.com"]

[places.home]
name = "Home"
country = "DE"

[data.email]
name = { de = "E-Mail-Adresse", en = "e-mail address" }

[data.phone]
name = "Phone"

[recipients.post]
name = "Post Ltd"
role = "processor"
country = "DE"

[recipients.ads]
name = "Ads Inc."
role = "controller"
country = "US"

[purposes.news]
name = "News"
basis = "consent"
data = ["email"]
places = ["home"]
retention = "address"
opt_in = "double"

[purposes.answer]
name = "Answer"
basis = "contract"
data = ["email"]

[forms.join]
name = "Join"
purpose = "news"
asks = ["email"]

[[retention]]
record = "address"
days = 30

[[retention]]
record = "invoice"
jurisdiction = "DE"
years = 8

[rights.granted]
access = {}
objection = {}
"""


def changed(old: str = "", new: str = "", more: str = "") -> str:
    """The small declaration with one passage replaced, and more at its end."""
    assert not old or SMALL.count(old) == 1, f"{old!r} must stand once in the small declaration"
    return (SMALL.replace(old, new) if old else SMALL) + more


def policy(old: str = "", new: str = "", more: str = "") -> Policy:
    """The small declaration, changed and loaded."""
    return loads(changed(old, new, more).encode(), "policy.toml").policy


def answered() -> str:
    """The starter with every question answered."""
    rows = [row.removeprefix("# ? ").replace("…", "x") for row in new("shop", "The Shop", ["en"]).splitlines()]
    return "\n".join(rows).replace('"https://x"', '"https://a.example"')


def refused(source: str | bytes, languages: Sequence[str] = ()) -> tuple[PolicyError, ...]:
    """What is wrong with a source."""
    with pytest.raises(PolicyErrors) as caught:
        loads(source if isinstance(source, bytes) else source.encode(), "policy.toml", languages)
    return caught.value.errors


def said(source: str | bytes, languages: Sequence[str] = ()) -> list[str]:
    """What is wrong with a source, as a person reads it."""
    return [str(error) for error in refused(source, languages)]


def unreadable(path: Path) -> str:
    """What is wrong with a file, as a person reads it."""
    with pytest.raises(PolicyErrors) as caught:
        load(path)
    return str(caught.value)
