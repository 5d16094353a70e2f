"""A small site in a small world: one policy, two editions, and promises that stand in every possible way."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from hashlib import sha256

import pytest

from zweck.editions import acts as editions
from zweck.editions.errors import NoEdition
from zweck.editions.values import Edition, Trouble
from zweck.policy.load import loads
from zweck.policy.render import as_json
from zweck.policy.sentences import Sentence, Statement
from zweck.policy.statement import statement
from zweck.promises.values import ControlResult, Evidence, Reach, State
from zweck.proof import acts as proof
from zweck.proof.values import Changed, Mark, Standing
from zweck.site import answers, choosing, fast, shelf, views

NOW = datetime(2026, 11, 22, 9, 41, tzinfo=UTC)
POLICY = """
site = "club"
name = "Rowing Club"
languages = ["de", "en"]
time_zone = "Europe/Berlin"
publish = "{publish}"

[controller]
name = "Rowing Club e. V."
country = "DE"
contact = "office@example.org"
register_court = "AG Example"
register_number = "VR 1"
address = {{ street = "Am Ufer 1", postcode = "12345", city = "Beispielstadt", country = "DE" }}

[scope]
origins = ["https://www.example.org"]

[data.email]
name = {{ de = "E-Mail-Adresse", en = "e-mail address" }}

[purposes.newsletter]
name = {{ de = "Rundbrief", en = "newsletter" }}
basis = "consent"
data = ["email"]
opt_in = "double"
{purposes}
[technologies.choice]
name = "choice"
kind = "cookie"
purpose = "newsletter"
lifetime_days = 180
essential = true
why_essential = {{ de = "merkt sich Ihre Wahl", en = "remembers your choice" }}
"""
MEMBERS = """
[purposes.members]
name = { de = "Mitglieder", en = "members" }
basis = "contract"
data = ["email"]
"""


@dataclass
class World:
    """What the rooms below say; tests change it before they look."""

    editions: list[Edition]
    states: dict[str, State] = field(default_factory=dict)
    changes: tuple[Changed, ...] = ()
    trouble: Trouble | None = None
    revision: int = 1
    asked: int = 0  # how often the standing was worked out
    next_change: datetime | None = None
    archive: dict[int, Statement] = field(default_factory=dict)

    def publish(self, level: str) -> None:
        """Let the edition in force publish at a level."""
        last = self.editions[-1]
        self.editions[-1] = replace(
            last, source=last.source.replace(b'publish = "full"', f'publish = "{level}"'.encode())
        )

    def declare(self, more: str) -> None:
        """Let the edition in force declare a further table."""
        last = self.editions[-1]
        self.editions[-1] = replace(last, source=last.source + more.encode())

    def sentences(self, language: str = "de") -> tuple[Sentence, ...]:
        """What the edition in force says."""
        return self.statement_of(self.editions[-1], language).sentences()

    def site_for(self, host: str) -> Edition | None:
        """The club for its own names."""
        return self.editions[-1] if host.split(":")[0] in ("www.example.org", "testserver", "localhost") else None

    def statement_of(self, edition: Edition, language: str) -> Statement:
        """As the archive would say it."""
        return self.archive.get(edition.number) or statement(edition.policy, language)

    def numbered(self, site: str, number: int) -> tuple[Edition, Edition | None]:
        """An edition and the one after it."""
        found = {edition.number: edition for edition in self.editions}
        if number not in found:
            raise NoEdition(site)
        return found[number], found.get(number + 1)

    def text_of(self, digest: str) -> str:
        """The archived text of this hash."""
        told = (
            (edition, language) for edition in self.editions for language, hashed in edition.texts if hashed == digest
        )
        return as_json(self.statement_of(*next(told)))

    def standing(self, edition: Edition, now: datetime) -> Standing:
        """All sentences kept, but for those a test says otherwise of."""
        self.asked += 1
        marks = {s.promise: self._mark(s) for s in self.sentences()}
        tally = Counter(mark.state for mark in marks.values())
        return Standing(edition.site, edition.number, marks, {}, tally, {}, self.next_change, NOW, False)

    def _mark(self, sentence: Sentence) -> Mark:
        state = self.states.get(sentence.promise, State.KEPT)
        found = Evidence(
            promise=sentence.promise,
            state=state,
            reach=Reach.PROCESS,
            checked_at=NOW - timedelta(minutes=4),
            until=NOW + timedelta(hours=20),
            control=ControlResult.MISSED if state is State.BROKEN else ControlResult.BIT,
            seen="14 pages in a fresh browser",
            figures={"left": 0, "pages": 14},
            trouble=("a cookie before the choice",) if state is State.BROKEN else (),
        )
        evidence = None if state in (State.UNPROVED, State.STATED, State.AIM) else found
        return Mark(sentence.promise, sentence.rows, state, evidence, since=NOW - timedelta(days=5))


def edition(number: int, *, purposes: str = "", publish: str = "full") -> Edition:
    """An edition of the club's policy."""
    loaded = loads(POLICY.format(publish=publish, purposes=purposes).encode(), "club.toml")
    day = NOW - timedelta(days=30 - number)
    texts = tuple(
        (language, sha256(f"{number} {language}".encode()).hexdigest()) for language in loaded.policy.languages
    )
    return Edition("club", number, f"{number}" * 64, day, loaded.source, texts)


class Stopped(datetime):
    """A clock that stands: marks say "today" and "yesterday"."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> "Stopped":
        """The world's moment."""
        return cls.fromtimestamp(NOW.timestamp(), tz)


@pytest.fixture
def club(monkeypatch: pytest.MonkeyPatch) -> World:
    """The club, with two editions: the second has members."""
    world = World([edition(1), edition(2, purposes=MEMBERS)])
    monkeypatch.setattr(editions, "site_for", world.site_for)
    monkeypatch.setattr(editions, "sites", lambda: (world.editions[-1],))
    monkeypatch.setattr(editions, "editions_of", lambda site: tuple(reversed(world.editions)))
    monkeypatch.setattr(editions, "numbered", world.numbered)
    monkeypatch.setattr(editions, "statement_of", world.statement_of)
    monkeypatch.setattr(editions, "text_of", world.text_of)
    monkeypatch.setattr(editions, "trouble", lambda site: world.trouble)
    monkeypatch.setattr(editions, "revision", lambda site: world.revision)
    monkeypatch.setattr(proof, "standing", world.standing)
    monkeypatch.setattr(proof, "changes", lambda site, limit: world.changes)
    for module in (answers, views, choosing):
        monkeypatch.setattr(module, "datetime", Stopped)
    shelf.clear()
    fast.clear()
    return world
