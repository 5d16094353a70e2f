"""Requests for consent are found by what they say and how they are drawn."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.eye.opening import SECRET, Opener, open_browser
from zweck.eye.browser.sight import find_banner

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def opener() -> Iterator[Opener]:
    """The browser."""
    opener = open_browser()
    yield opener
    opener.close()


def banner(opener: Opener, name: str) -> Any:
    return opener.look(f"{name}.html", lambda page: find_banner(page, True, SECRET))


def test_a_pale_refusal_is_told_as_it_is_drawn(opener: Opener) -> None:
    found = banner(opener, "english")

    assert found["accept"]["text"] == "Accept all"
    assert found["accept"]["contrast"] > 7
    assert found["accept"]["fill"] > 7
    assert found["refuse"]["text"] == "Reject all"
    assert found["refuse"]["contrast"] < 2
    assert found["refuse"]["fill"] == 1
    assert found["names_purposes"]
