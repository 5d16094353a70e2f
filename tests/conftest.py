"""What all tests share: a frozen clock, the world of three people, and the rule that CI skips nothing."""

import os
import shutil
import tempfile
from collections.abc import Generator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings

# A busy machine pauses for longer than any example takes; how long one takes is no promise here.
hypothesis.settings.register_profile("patient", deadline=None)
hypothesis.settings.load_profile("patient")

pytest_plugins = ["tests.databases", "tests.running"]

NOW = datetime(2026, 11, 22, 9, 41, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    """A Sunday morning in November."""
    return NOW


@pytest.fixture
def anna() -> str:
    """A member of staff."""
    return "Anna"


@pytest.fixture
def ben() -> str:
    """A subscriber."""
    return "Ben"


@pytest.fixture
def cora() -> str:
    """A visitor."""
    return "Cora"


# Here and not in running.py: the browser plugin registers its own late, and only a conftest's is stronger.
@pytest.fixture(scope="session")
def base_url() -> None:
    """No address goes before relative ones: a test says which service it looks at."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Under CI a browser or PostgreSQL test that was skipped has failed: a green run must have looked."""
    report = yield
    must_look = any(item.get_closest_marker(name) for name in ("browser", "postgres"))
    if report.skipped and must_look and os.environ.get("CI"):
        report.outcome = "failed"
        report.longrepr = (
            f"{item.nodeid} was skipped, and under CI nothing that must be looked at is: {report.longrepr}"
        )
    return report


@pytest.fixture(autouse=True)
def _forget_the_test_before() -> None:
    """Each test meets keys, policies and archived texts afresh: its databases and folders are its own."""
    from zweck.consent import keeping
    from zweck.vault import declared, masters, reading, sealing

    for room in (keeping, declared, masters, reading, sealing):
        room.forget()


@pytest.fixture(scope="session", autouse=True)
def _leave_no_folder() -> Iterator[None]:
    """Remove the run's data and key folders at its end."""
    yield
    for folder in (settings.DATA, settings.KEYS):
        if Path(tempfile.gettempdir()) in Path(folder).parents:
            shutil.rmtree(folder, ignore_errors=True)
