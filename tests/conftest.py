"""What all tests share: a data folder of their own, a frozen clock, and the world of three people."""

import os
import tempfile
from datetime import UTC, datetime

import pytest

os.environ.setdefault("ZWECK_DATA", tempfile.mkdtemp(prefix="zweck-test-"))
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # sync Playwright runs a loop in the test's thread

NOW = datetime(2026, 11, 22, 9, 41, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    """A Sunday morning in November."""
    return NOW
