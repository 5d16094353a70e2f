"""The club in force, and a mail server that takes its mail."""

from datetime import datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.databases import Scratch
from tests.disclosure.conftest import relay
from tests.enquiries import world
from tests.vault.world import activate

__all__ = ["relay"]


@pytest.fixture
def club(db: None, tmp_path: Path, settings: Settings, now: datetime) -> None:
    """The club serves; nothing that is stored stays."""
    settings.DATA = tmp_path
    settings.KEYS = tmp_path / "keys"
    settings.KEYS.mkdir(mode=0o700)
    settings.PLACES = {"": "default"}
    activate(tmp_path, now, world.CLUB)


@pytest.fixture
def lasting_club(scratch_database: Scratch, tmp_path: Path, settings: Settings, now: datetime) -> Scratch:
    """The club serves in two places, on databases in which acts really commit."""
    settings.DATA = tmp_path
    settings.KEYS = tmp_path / "keys"
    settings.KEYS.mkdir(mode=0o700)
    settings.PLACES = {"": "default", "virginia": "default", "ireland": "ireland"}
    activate(tmp_path, now, world.CLUB + world.PLACES)
    return scratch_database
