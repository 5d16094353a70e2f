"""Meetings with two places, a mail server, and a data centre for each place."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.databases import Scratch
from tests.disclosure.receivers import Mailbox, mailbox
from tests.trials import world
from zweck.trials.standin.centre import Centre
from zweck.trials.standin.server import serve


@contextmanager
def running(name: str) -> Iterator[Centre]:
    """A stand-in that answers."""
    server = serve(Centre(name, world.SECRET, tolerance_seconds=1e9))  # these tests have a clock of their own
    server.slow_seconds = 0.2
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.centre
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class Meetings:
    """The world of these tests."""

    relay: Mailbox
    virginia: Centre
    ireland: Centre
    database: Scratch


@pytest.fixture
def meetings(scratch_database: Scratch, tmp_path: Path, settings: Settings, now: datetime) -> Iterator[Meetings]:
    """The policy in force, on a database in which acts really commit; Ireland has one of its own."""
    settings.DATA, settings.KEYS = tmp_path, tmp_path / "keys"
    settings.KEYS.mkdir(mode=0o700)
    settings.PLACES = {"": "default", "virginia": "default", "ireland": "ireland"}
    with mailbox() as box, running("Virginia") as virginia, running("Ireland") as ireland:
        settings.SMTP_URL, settings.SMTP_MARKETING_URL = box.url, ""
        settings.TRIALS = {
            "virginia": (virginia.base_url, world.SECRET),
            "ireland": (ireland.base_url, world.SECRET),
        }
        world.activate(tmp_path, now)
        yield Meetings(box, virginia, ireland, scratch_database)
