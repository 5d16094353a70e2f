"""A small site to judge: a builder for what an audit saw, a catalogue of a few services, a policy."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Any, Literal  # Any: what a policy's table holds

from zweck.eye.judging.judge import judge
from zweck.eye.judging.prose import Prose
from zweck.eye.values import Choice, Finding, Link, Profile, Request, Seen, State, Stored, Visit, Walk
from zweck.policy.model import Policy

HOME = "https://www.example.org/"
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DAY = 86_400
OWED = (Link(f"{HOME}datenschutz", "Datenschutz"), Link(f"{HOME}impressum", "Impressum"))


@dataclass(frozen=True)
class Service:
    id: str
    name: str
    provider: str = ""
    country: str = ""
    category: str = "statistics"
    hosts: tuple[str, ...] = ()
    url: str = ""
    in_union: str = ""


@dataclass(frozen=True)
class Known:
    service: Service
    category: str
    lifetime_days: int | None = None
    operator: bool = False


GAUGE = Service("gauge", "Gauge Analytics", "Gauge, Inc.", "US", "statistics", ("gauge.example.com",))
FONTS = Service("types", "Type Library", "Gauge, Inc.", "US", "cdn", ("fonts.example.com",))
PAY = Service("pay", "Pay Now", "Pay Now GmbH", "DE", "payment", ("pay.example.net",))
TUBE = Service("tube", "Tube", "Tube Ltd", "DE", "media", ("tube.example.net",))
ASKS = Service("asks", "Asks", "", "", "consent")
NAMES = {"_gauge": GAUGE, "_gauge_*": GAUGE, "asks_choice": ASKS}


class Catalogue:
    """Knows a few names, as the real one does."""

    services: Mapping[str, Service] = {s.id: s for s in (GAUGE, FONTS, PAY, TUBE, ASKS)}

    def stored(self, kind: str, name: str, host: str) -> Known | None:
        found = next((s for pattern, s in NAMES.items() if kind == "cookie" and fnmatchcase(name, pattern)), None)
        found = found or self.at(host)
        return Known(found, found.category) if found else None

    def at(self, host: str) -> Service | None:
        return next((s for s in self.services.values() if host in s.hosts), None)


def cookie(name: str, days: float | None = 30.0, **more: Any) -> Stored:  # Any: any field of Stored
    seconds = None if days is None else int(days * DAY)
    return replace(Stored("cookie", name, "www.example.org", lifetime_seconds=seconds), **more)


def asked(host: str, kind: str = "script", **more: Any) -> Request:  # Any: any field of Request
    return replace(Request(f"https://{host}/x.js", kind, status=200, third_party=True), **more)


def page(url: str = HOME, **more: Any) -> Visit:  # Any: any field of Visit
    return replace(Visit(url, 200, {}, (), links=OWED, language="de", landed=url), **more)


_PRESSED: dict[State, Literal["refuse", "accept", "withdraw"]] = {
    "refused": "refuse",
    "accepted": "accept",
    "withdrawn": "withdraw",
}


def walk(
    *visits: Visit,
    state: State = "fresh",
    pressed: tuple[Stored, ...] = (),
    **more: Any,  # Any: any field of Walk
) -> Walk:
    choice = Choice(_PRESSED[state], True, ("x",), stored=pressed) if state in _PRESSED else None
    return replace(Walk(state, Profile(), choice, visits), **more)


def seen(*walks: Walk, url: str = HOME) -> Seen:
    return Seen(url, NOON, NOON, "Chromium", True, walks)


def policy(**more: Any) -> Policy:  # Any: any table of a policy
    least = {
        "site": "example",
        "name": "Example",
        "languages": ["de", "en"],
        "controller": {"name": "Example GmbH", "country": "DE", "contact": "privacy@example.org"},
        "scope": {"origins": ["https://www.example.org"]},
        "purposes": {
            "running": {"name": "running the site", "basis": "legitimate-interest", "consent_mode": "none"},
            "counting": {"name": "counting", "basis": "legitimate-interest", "consent_mode": "opt-out"},
            "statistics": {"name": "statistics", "basis": "consent", "consent_mode": "ask"},
        },
    }
    return Policy.model_validate(least | more)


def findings(seen: Seen, policy: Policy | None = None, prose: Prose | None = None) -> tuple[Finding, ...]:
    """The findings, without notes."""
    return tuple(f for f in judge(seen, policy, Catalogue(), prose) if not f.note)


def notes(seen: Seen, policy: Policy | None = None, prose: Prose | None = None) -> tuple[Finding, ...]:
    return tuple(f for f in judge(seen, policy, Catalogue(), prose) if f.note)


def codes(seen: Seen, policy: Policy | None = None, prose: Prose | None = None) -> list[tuple[str, str, str]]:
    """Code, subject and sureness of each finding."""
    return [(f.code, f.subject, f.sure) for f in findings(seen, policy, prose)]
