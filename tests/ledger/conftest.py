"""Acts that really committed, and their log."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from pytest_django import Settings

from tests.databases import Scratch
from zweck.ledger import acts
from zweck.ledger.values import Receipt


class Ledger:
    """A log on a throw-away database, with its key and its checkpoints in folders of the test."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def record(self, count: int = 1, **body: str | int) -> list[Receipt]:
        """Record and commit, one transaction each."""
        made = []
        for number in range(count):
            with transaction.atomic():
                made.append(acts.record("collect", "example", {"number": number, **body}, self.now))
        return made

    def sequence(self, after: timedelta = timedelta(seconds=1)) -> int:
        """Let the clock go on and the sequencer run."""
        self.now += after
        return acts.sequence(self.now)

    def grow(self, *batches: int) -> list[Receipt]:
        """Record and sequence, one checkpoint per batch."""
        made = []
        for count in batches:
            made += self.record(count)
            self.sequence()
        return made

    def export(self, path: Path, start: int = 0) -> Path:
        """The exported log."""
        acts.export(path, start=start)
        return path


@pytest.fixture
def ledger(scratch_database: Scratch, settings: Settings, tmp_path: Path, now: datetime) -> Ledger:
    """An empty log that really commits."""
    settings.KEYS = tmp_path / "keys"
    settings.DATA = tmp_path / "data"
    return Ledger(now)
