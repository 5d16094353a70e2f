"""The shop's edition, and a room that remembers nothing of another test."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256

import pytest

from tests.consent.declared import source
from zweck.consent import keeping, withdrawn
from zweck.editions.values import Edition


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    keeping.forget()
    withdrawn.forget()
    yield
    keeping.forget()
    withdrawn.forget()


def edition_of(declared: bytes, now: datetime, number: int = 3) -> Edition:
    """An edition in force, without its archive."""
    return Edition("shop", number, sha256(declared).hexdigest(), now - timedelta(days=1), declared, ())


@pytest.fixture
def edition(now: datetime) -> Edition:
    """The shop as it asks today."""
    return edition_of(source(), now)
