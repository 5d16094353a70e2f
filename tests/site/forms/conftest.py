"""The reference site with its forms, and a browser on its pages."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any  # what a test client gives

import pytest
from django.test import Client
from pytest_django import Settings

from tests.running import ROOT
from zweck import doors
from zweck.editions import acts as editions
from zweck.editions.values import Edition
from zweck.site import fast, shelf
from zweck.site.forms import generic, pace
from zweck.vault.values import Submission, Taken

HOST = "www.example.com"
HERE = f"https://{HOST}"
BEN = {"name": "Ben", "email": "ben@example.org", "message": "Guten Tag\nund danke"}
KINDS = ("newsletter", "trial", "enquiry")


@dataclass
class Room:
    """A room that takes forms as the vault does, and remembers what it got. `fails` is raised in place of it."""

    got: list[Submission]
    fails: Exception | None = None

    def take(self, submission: Submission) -> Taken:
        """Take one."""
        if self.fails:
            raise self.fails
        self.got.append(submission)
        return generic.take(submission)


@dataclass
class Visitor:
    """A browser that looks at a form and sends it as it is."""

    client: Client
    sender: str = "ben"

    def slip(self, path: str) -> str:
        """The slip of a fresh page."""
        return slip_in(self.client.get(path, secure=True).content.decode())

    def send(self, path: str, data: Mapping[str, str], **more: str) -> Any:
        """Fill in a fresh page and send it."""
        fields = {"slip": self.slip(path), **data, **more}
        return self.post(path, {name: value for name, value in fields.items() if value != "-"})

    def post(self, path: str, fields: Mapping[str, str], **headers: str) -> Any:
        """Send these fields."""
        extra: dict[str, Any] = {"zweck.rate_key": self.sender}
        return self.client.post(path, fields, secure=True, headers=headers or None, **extra)


def slip_in(text: str) -> str:
    """The slip in a page."""
    found = re.search(r'name="slip" value="([^"]+)"', text)
    assert found, "the page has no slip"
    return found[1]


@pytest.fixture
def site(db: None, tmp_path: Path, settings: Settings) -> Edition:
    """The reference site in force."""
    (tmp_path / "policy.toml").write_bytes((ROOT / "policies" / "reference.toml").read_bytes())
    settings.POLICY, settings.SITE, settings.DATA = tmp_path / "policy.toml", "", tmp_path
    settings.KEYS = tmp_path / "keys"
    settings.KEYS.mkdir(mode=0o700)
    editions.take_up(datetime.now(UTC))
    shelf.clear()
    fast.clear()
    pace.clear()
    return editions.current("example-meetings")


@pytest.fixture
def room(site: Edition, monkeypatch: pytest.MonkeyPatch) -> Iterator[Room]:
    """A room that takes every kind of form."""
    found = Room([])
    for kind in KINDS:
        monkeypatch.setitem(doors.takers, kind, found.take)
        monkeypatch.delitem(doors.offers, kind, raising=False)
    yield found


@pytest.fixture
def visitor(room: Room) -> Visitor:
    """A browser at one of our own pages."""
    return Visitor(Client(headers={"Host": HOST, "Origin": HERE}))
