"""A foreign site beside a stand-in of Zweck, and a page in a fresh profile."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.client.stand import Stand, standing


@pytest.fixture
def stand() -> Iterator[Stand]:
    """Both on ports of their own: cookies do not see ports, so this is one host."""
    with standing() as made:
        yield made


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page in a fresh profile, which raises what its scripts throw."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(5000)
    page, thrown = context.new_page(), []
    page.on("pageerror", lambda error: thrown.append(str(error)))
    yield page
    context.close()
    assert thrown == []
