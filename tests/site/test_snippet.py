"""What the snippet is told of a policy."""

from datetime import UTC, datetime

import pytest

from tests.running import ROOT
from zweck.editions import acts as editions
from zweck.policy.load import loads
from zweck.site import snippet
from zweck.site.frame import Look
from zweck.site.pages import Found

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, 41, tzinfo=UTC)
GOOGLE = """
[recipients.google]
name = "Google Ireland Limited"
role = "processor"
country = "IE"
does = { de = "Statistik", en = "statistics" }
receives = ["usage"]
contract_on = 2026-02-02
"""


def told(measurement: str) -> snippet.Data:
    """What the script is told where the reference policy's measurement says this as well."""
    source = (ROOT / "policies" / "reference.toml").read_text()
    source = source.replace("[mechanisms.dpf]", f"{GOOGLE}\n[mechanisms.dpf]", 1)
    source = source.replace("[systems.measurement]\n", f"[systems.measurement]\n{measurement}\n", 1)
    edition = editions.activate(editions.propose(loads(source.encode(), "policy.toml")), NOW)
    return snippet.data(Look(edition, Found("home", "en"), NOW))


def test_a_declared_google_analytics_tag_reaches_the_snippet_with_its_purpose() -> None:
    found = told('provider = "google"\ntag_id = "G-ABC1234567"')

    assert found["tag"] == {
        "id": "G-ABC1234567",
        "src": "https://www.googletagmanager.com/gtag/js",
        "purpose": "measurement",
    }
    assert found["measures"] == ""


@pytest.mark.parametrize("measurement", ["", 'provider = "google"', 'provider = "google"\ntag_id = "UA-1-1"'])
def test_without_a_provider_and_a_tag_of_this_make_no_foreign_script_is_named(measurement: str) -> None:
    assert told(measurement)["tag"] is None
