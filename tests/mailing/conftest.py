"""The club in force, and a mail server that takes its mail."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from tests.databases import Scratch
from tests.disclosure.receivers import Mailbox, mailbox
from tests.mailing import world
from tests.vault.world import activate
from zweck.ledger import acts as ledger
from zweck.mailing import acts


@pytest.fixture
def relay(settings: Settings) -> Iterator[Mailbox]:
    """The mail server that is set up."""
    with mailbox() as box:
        settings.SMTP_URL = box.url
        settings.SMTP_MARKETING_URL = ""
        yield box


@pytest.fixture
def client() -> Client:
    """Somebody's browser on the club's website."""
    return Client(SERVER_NAME=world.HOST)


@pytest.fixture
def club(db: None, tmp_path: Path, settings: Settings, now: datetime) -> None:
    """The club serves; nothing that is stored stays."""
    _serve(tmp_path, settings, now)


@pytest.fixture
def lasting_club(scratch_database: Scratch, tmp_path: Path, settings: Settings, now: datetime) -> Scratch:
    """The club serves on a database in which acts really commit."""
    _serve(tmp_path, settings, now)
    return scratch_database


@pytest.fixture
def wide_club(scratch_database: Scratch, tmp_path: Path, settings: Settings, now: datetime) -> Scratch:
    """The club serves in two places, on databases in which acts really commit."""
    _serve(tmp_path, settings, now)
    settings.PLACES = {"": "default", "virginia": "default", "ireland": "ireland"}
    activate(tmp_path, now, world.POLICY + world.PLACES)
    return scratch_database


def _serve(folder: Path, settings: Settings, now: datetime) -> None:
    settings.DATA = folder
    settings.KEYS = folder / "keys"
    settings.KEYS.mkdir(mode=0o700)
    settings.PLACES = {"": "default"}
    activate(folder, now, world.POLICY)


@pytest.fixture
def lasting_receipt(lasting_club: Scratch) -> bytes:
    """The receipt of Ben's consent, from a database in which acts really commit."""
    today = datetime.now(UTC)
    grant = world.subscribed(world.BEN, today)
    number = acts.proofs(grant.id, "default")[0].number
    ledger.sequence(datetime.now(UTC))
    return acts.receipt(number, datetime.now(UTC), "default")
