"""What this room hands out."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Literal

from zweck.policy.load import loads
from zweck.policy.model import Policy


@dataclass(frozen=True, slots=True)
class Edition:
    """An activated policy. `number` counts from 1 per site; `texts`: pairs of language and SHA-256 of its statement."""

    site: str
    number: int
    sha256: str
    activated_at: datetime
    source: bytes
    texts: tuple[tuple[str, str], ...]

    @property
    def policy(self) -> Policy:
        """The declaration, read when asked for: an edition of long ago may be in a form this version cannot read."""
        return _declared(self.source)

    def text_hash(self, language: str) -> str:
        """SHA-256 (hex) of the archived statement in this language. Raises KeyError for a language it lacks."""
        return dict(self.texts)[language]


@dataclass(frozen=True, slots=True)
class Trouble:
    """A newer policy file that is not in force. `broken`: it cannot be read; `waiting`: a person must activate it."""

    kind: Literal["broken", "waiting"]
    since: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class TakenUp:
    """What start-up did with one policy file."""

    site: str
    outcome: Literal["activated", "unchanged", "waiting", "broken"]
    number: int
    reason: str = ""


@lru_cache(maxsize=64)
def _declared(source: bytes) -> Policy:
    return loads(source, "edition").policy
