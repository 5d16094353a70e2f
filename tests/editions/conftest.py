"""A club with one purpose, as small as a policy can be."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django import Settings

CLUB = """
site = "club"
name = "Example Rowing Club"
date = 2026-11-01
languages = ["de", "en"]
time_zone = "Europe/Berlin"

[controller]
name = "Example Rowing Club"
country = "DE"
contact = "office@example.org"
address = { street = "Example Street 1", postcode = "00000", city = "Example", country = "DE" }

[scope]
origins = ["https://club.example.org"]

[data.email]
name = { de = "E-Mail-Adresse", en = "e-mail address" }

[purposes.enquiry]
name = { de = "Beantwortung Ihrer Anfrage", en = "answering your enquiry" }
basis = "contract"
law = "GDPR Art. 6(1)(b)"
data = ["email"]
"""

NEWSLETTER = """
[purposes.newsletter]
name = { de = "Newsletter", en = "newsletter" }
basis = "consent"
law = "GDPR Art. 6(1)(a)"
data = ["email"]
"""

WritePolicy = Callable[[str], Path]


@pytest.fixture
def write_policy(tmp_path: Path, settings: Settings) -> WritePolicy:
    """Writes the policy file that the installation reads at start."""
    settings.POLICY, settings.SITE, settings.DATA = tmp_path / "policy.toml", "", tmp_path / "data"

    def write(text: str) -> Path:
        (tmp_path / "policy.toml").write_text(text)
        return tmp_path / "policy.toml"

    return write
