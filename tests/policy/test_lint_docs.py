"""What the documentation says of the linter is what the linter does."""

import re
from pathlib import Path

import pytest

from zweck.policy.catalogue import markdown, rules_of
from zweck.policy.elements import ELEMENTS
from zweck.policy.rules import RULES

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


def test_the_page_of_rules_is_the_register() -> None:
    written = (REFERENCE / "lint.md").read_text("utf-8")

    assert written == markdown(), "renew it: python -m zweck.policy.catalogue > docs/reference/lint.md"


@pytest.mark.parametrize("profile", ["gdpr13", "dpf", "tdddg"])
def test_the_page_of_a_profile_lists_its_rules_and_no_other(profile: str) -> None:
    written = (REFERENCE / f"profile-{profile}.md").read_text("utf-8")

    listed = set(re.findall(r"`([A-Z][A-Z0-9]+(?:-[A-Z0-9]+)+|IMPRINT)`", written))
    assert {rule.code for rule in rules_of(profile)} <= listed
    assert listed <= {rule.code for rule in RULES}


def test_every_element_names_rules_that_exist() -> None:
    known = {rule.code for rule in RULES}

    for element in ELEMENTS:
        assert element.wanting, element.id
        assert set(element.wanting) <= known, element.id
