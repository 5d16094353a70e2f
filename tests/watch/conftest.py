"""A site that is audited, a looker that sees what a test says, a quiet ledger, and what was told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.conftest import NOW
from zweck.disclosure import acts as disclosure
from zweck.disclosure.values import Alert
from zweck.editions import acts as editions
from zweck.editions.values import Edition
from zweck.eye.values import Finding
from zweck.ledger import acts as ledger
from zweck.watch import models, orders, run, schedule
from zweck.watch.values import Looked, Pace, Wanted

TELL, RECORD = disclosure.tell_operator, ledger.record
SOURCE = b"""
site = "club"
name = "Rowing Club"
languages = ["de", "en"]
time_zone = "Europe/Berlin"

[controller]
name = "Rowing Club e. V."
country = "DE"
contact = "office@example.org"

[scope]
origins = ["https://www.example.org"]
"""
ELSEWHERE = "https://shop.example.net/"
EARLY = Finding("before-choice", "_early", "cookie")
LATE = Finding("after-refusal", "_late", "cookie")
NOTE = Finding("absent", "_declared", "cookie", note=True)


def looked(*findings: Finding, partly: tuple[str, ...] = (), why: str = "") -> Looked:
    """What an audit came to that found this."""
    return Looked(findings, "" if why else "<!doctype html><p>report", "" if why else '{"report": 1}', why, partly)


class Killed(Exception):  # noqa: N818
    """Stands for the end of a process in the middle of its work."""


@dataclass
class World:
    """The clock, what the next audit sees, and what it led to."""

    now: datetime = NOW
    sees: Looked | Exception = field(default_factory=looked)
    asked: list[Wanted] = field(default_factory=list)
    told: list[Alert] = field(default_factory=list)
    recorded: list[tuple[str, Mapping[str, object]]] = field(default_factory=list)
    edition: Edition = field(default_factory=lambda: Edition("club", 1, "1" * 64, NOW, SOURCE, ()))

    def clock(self) -> datetime:
        """The time."""
        return self.now

    def move(self, **by: float) -> datetime:
        """Let time pass."""
        self.now += timedelta(**by)
        return self.now

    def order(self, url: str = ELSEWHERE, every: Pace = "daily", **more: object) -> int:
        """Order an audit."""
        return orders.order(Wanted(url, **more), every, self.now)  # type: ignore[arg-type]  # (the fields of an order)

    def look(self, number: int, *findings: Finding, partly: tuple[str, ...] = (), why: str = "") -> models.Look:
        """One look that finds this, a day after what was before."""
        self.move(days=1)
        self.sees = looked(*findings, partly=partly, why=why)
        return run.run(number, self.looker, self.clock)

    def looker(self, wanted: Wanted) -> Looked:
        """Sees what the test says."""
        self.asked.append(wanted)
        if isinstance(self.sees, Exception):
            raise self.sees
        return self.sees

    def tell(self, alert: Alert, now: datetime) -> int:
        """In place of the outbox."""
        self.told.append(alert)
        return 1

    def record(self, act: str, site: str, body: Mapping[str, object], now: datetime) -> None:
        """In place of the ledger."""
        self.recorded.append((act, body))


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> World:
    """An installation with one site, and nothing audited yet."""
    world = World()
    settings.DATA = tmp_path
    monkeypatch.setattr(editions, "sites", lambda: (world.edition,))
    monkeypatch.setattr(editions, "site_for", lambda _host: world.edition)
    monkeypatch.setattr(disclosure, "tell_operator", world.tell)
    monkeypatch.setattr(ledger, "record", world.record)
    monkeypatch.setattr(schedule, "_begun", schedule._Begun())
    return world
