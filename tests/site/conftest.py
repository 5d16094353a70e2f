"""The small world of the public pages."""

from collections.abc import Iterator

import pytest

from tests.site.asking import ASKING
from tests.site.world import World, club
from zweck.consent import keeping, withdrawn

__all__ = ["asking", "club"]


@pytest.fixture(autouse=True)
def _forget_choices() -> Iterator[None]:
    """No test knows what was taken back in another."""
    keeping.forget()
    withdrawn.forget()
    yield
    keeping.forget()
    withdrawn.forget()


@pytest.fixture
def asking(club: World) -> World:
    """The club, now that it asks for two purposes and offers an opt-out."""
    club.declare(ASKING)
    return club
