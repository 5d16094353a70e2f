"""A site with one edition whose statement a test writes itself, a quiet ledger, and a clock that stands still."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256

import pytest

from tests.proof.small_site import SmallSite, page, served
from zweck.editions import acts as editions
from zweck.editions.values import Edition
from zweck.eye.acts import find_browser
from zweck.eye.errors import CannotLook
from zweck.ledger import acts as ledger
from zweck.policy.load import loads
from zweck.policy.render import as_json
from zweck.policy.sentences import Nature, Section, Sentence, Span, Statement
from zweck.promises.values import Target
from zweck.proof import identity, keep
from zweck.proof import promised as promised_room
from zweck.proof.gaze import Gaze
from zweck.proof.pages import Pages
from zweck.proof.stand import Known, standing
from zweck.proof.values import Standing

SOURCE = b"""
site = "example"
name = "Example"
languages = ["en", "de"]
time_zone = "Europe/Berlin"

[controller]
name = "Example Ltd"
country = "DE"
contact = "privacy@example.org"

[scope]
origins = ["https://www.example.org"]
"""
POLICY = loads(SOURCE, "example").policy


ACTIVATED = datetime(2026, 11, 1, tzinfo=UTC)


def says(promise: str, nature: Nature = "checked", rows: tuple[str, ...] = (), until: str = "") -> Sentence:
    """A sentence that names its own promise."""
    return Sentence(promise, nature, rows, (Span(f"We promise {promise}."),), until)


@dataclass
class World:
    """One site whose edition and sentences a test may change, and what reached the ledger."""

    edition: Edition
    sentences: dict[str, list[Sentence]] = field(default_factory=lambda: {"en": [], "de": []})
    recorded: list[tuple[str, Mapping[str, str | int]]] = field(default_factory=list)
    revision: int = 0

    def say(self, *sentences: Sentence, number: int = 1) -> Edition:
        """Activate an edition that says this in both languages."""
        self.sentences = {"en": list(sentences), "de": list(sentences)}
        texts = tuple((language, sha256(self.body(language).encode()).hexdigest()) for language in self.sentences)
        self.edition = Edition("example", number, f"{number:064d}", ACTIVATED, SOURCE, texts)
        promised_room.forget()
        self.bump("example")
        return self.edition

    def statement(self, edition: Edition, language: str) -> Statement:
        return Statement(edition.site, language, "Privacy", (Section("a", "A", tuple(self.sentences[language])),))

    def body(self, language: str) -> str:
        """The statement as the archive holds it."""
        return as_json(self.statement(self.edition, language))

    def bump(self, _site: str) -> None:
        self.revision += 1

    def record(self, act: str, site: str, body: Mapping[str, str | int], now: datetime, using: str = "default") -> None:
        self.recorded.append((act, body))


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A site with one edition."""
    world = World(Edition("example", 1, "1" * 64, ACTIVATED, SOURCE, ()))
    monkeypatch.setattr(editions, "current", lambda _site: world.edition)
    monkeypatch.setattr(editions, "sites", lambda: (world.edition,))
    monkeypatch.setattr(editions, "site_for", lambda _host: world.edition)
    monkeypatch.setattr(editions, "statement_of", world.statement)
    monkeypatch.setattr(editions, "editions_of", lambda _site: (world.edition,))
    monkeypatch.setattr(editions, "revision", lambda _site: world.revision)
    monkeypatch.setattr(editions, "bump", world.bump)
    monkeypatch.setattr(ledger, "record", world.record)
    monkeypatch.setattr(identity, "make_sure", lambda _edition, _url, _host="": None)
    promised_room.forget()
    keep.forget()
    yield world
    promised_room.forget()
    keep.forget()


class StillClock:
    """A clock that stands until it is moved."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def move(self, by: timedelta) -> datetime:
        self.at += by
        return self.at


@pytest.fixture
def clock(now: datetime) -> StillClock:
    """A clock that stands still."""
    return StillClock(now)


@pytest.fixture
def site() -> Iterator[SmallSite]:
    """A small site that keeps all its promises."""
    with served(SmallSite()) as site:
        yield site


def unlooked_at(edition: Edition, now: datetime) -> Standing:
    """How an edition stands of which nothing is on file."""
    return standing(edition.site, edition.number, promised_room.promised(edition), Known(), (now, "Europe/Berlin"))


def marked(sentences: list[Sentence]) -> str:
    """A statement with a mark beside each sentence, none of which was looked at yet."""
    marks = [f'<a class="m unknown" href="/evidence/{sentence.promise}">unknown</a>' for sentence in sentences]
    lines = [f"<p>{sentence.text} {mark}</p>" for sentence, mark in zip(sentences, marks, strict=True)]
    count = f'<ul><li class="unknown"><b>{len(sentences)}</b> unknown</li></ul>'
    return f'{count}<div class="text"><section><h2>A</h2>{"".join(lines)}</section></div>'


@pytest.fixture
def live(site: SmallSite, world: World) -> Target:
    """The small site as a check sees it, saying what its edition says."""
    world.say(says("page.skip-link"), says("page.languages"))
    for language, path in (("en", "/privacy"), ("de", "/datenschutz")):
        text = marked(world.sentences[language])
        site.pages[path] = page(language, "Privacy", text)
        site.files[f"{path}.json"] = ("application/json", world.body(language))
    site.answers_to = partial(identity.answer_to, edition=world.edition)
    place = {"pages": Pages(site.url), "edition": world.edition, "stand": partial(unlooked_at, world.edition)}
    return Target(POLICY, site.url, "https://www.example.org", place)


@pytest.fixture(scope="session")
def gaze() -> Iterator[Gaze]:
    """A browser for all tests; each target has an address of its own, and so a look of its own."""
    try:
        find_browser()
    except CannotLook as missing:
        pytest.skip(str(missing))
    with Gaze("http://127.0.0.1") as gaze:
        yield gaze
