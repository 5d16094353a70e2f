"""The club's policy in force, on a database that rolls back or on a throw-away one."""

from datetime import datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.databases import Scratch
from tests.vault import world


@pytest.fixture
def club(db: None, tmp_path: Path, settings: Settings, now: datetime) -> None:
    """The club serves; nothing that is stored stays."""
    settings.DATA = settings.KEYS = tmp_path
    (tmp_path / "keys").mkdir(mode=0o700)
    settings.KEYS = tmp_path / "keys"
    world.activate(tmp_path, now)


@pytest.fixture
def lasting_club(scratch_database: Scratch, tmp_path: Path, settings: Settings, now: datetime) -> Scratch:
    """The club serves on a database in which acts really commit."""
    settings.DATA = tmp_path
    settings.KEYS = tmp_path / "keys"
    settings.KEYS.mkdir(mode=0o700)
    world.activate(tmp_path, now)
    return scratch_database
