"""The club in force, and a mail server that takes its mail."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.databases import Scratch
from tests.disclosure import world
from tests.disclosure.receivers import Mailbox, mailbox
from tests.vault.world import activate


@pytest.fixture
def _words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "words"
    folder.mkdir()
    world.lay_words(folder)
    monkeypatch.setenv("ZWECK_WORDS", str(folder))


@pytest.fixture
def relay(settings: Settings) -> Iterator[Mailbox]:
    """The mail server that is set up."""
    with mailbox() as box:
        settings.SMTP_URL = box.url
        settings.SMTP_MARKETING_URL = ""
        yield box


@pytest.fixture
def club(db: None, _words: None, tmp_path: Path, settings: Settings, now: datetime) -> None:
    """The club serves; nothing that is stored stays."""
    _serve(tmp_path, settings, now)


@pytest.fixture
def lasting_club(scratch_database: Scratch, _words: None, tmp_path: Path, settings: Settings, now: datetime) -> Scratch:
    """The club serves on a database in which acts really commit."""
    _serve(tmp_path, settings, now)
    return scratch_database


def _serve(folder: Path, settings: Settings, now: datetime) -> None:
    settings.DATA = folder
    settings.KEYS = folder / "keys"
    settings.KEYS.mkdir(mode=0o700)
    settings.PLACES = {"": "default"}
    activate(folder, now, world.SOURCE)
