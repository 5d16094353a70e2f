"""What the room hands out: how the promises of a site stand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from zweck.policy.sentences import Sentence
from zweck.promises.values import Evidence, State


@dataclass(frozen=True, slots=True)
class Promised:
    """A promise that is to be proved: its sentence and what that says in every language, as a hash.

    `beyond`: no sentence of the statement says it. `missing`: languages in which its sentence is absent.
    """

    sentence: Sentence
    says: str
    beyond: bool = False
    missing: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """`kind[:parameter]`."""
        return self.sentence.promise


@dataclass(frozen=True, slots=True)
class Mark:
    """How one promise stands now.

    `evidence` is the newest there is and may be too old to count; `until` is when the state ends by itself;
    `since` is when it began, as far as stock was taken.
    """

    promise: str
    rows: tuple[str, ...]
    state: State
    evidence: Evidence | None = None
    until: datetime | None = None
    since: datetime | None = None
    being_checked: bool = False
    beyond: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """How all promises of one edition stand at one moment.

    `tally` counts what the statement says, `tally_beyond` what the house promises besides. `next_change` is the
    next moment at which a state ends by itself; `checked_at` that of the newest evidence that counts.
    """

    site: str
    edition: int
    marks: Mapping[str, Mark]
    rows: Mapping[str, State]
    tally: Mapping[State, int]
    tally_beyond: Mapping[State, int]
    next_change: datetime | None
    checked_at: datetime | None
    being_checked: bool


@dataclass(frozen=True, slots=True)
class Changed:
    """A promise went from one state to another."""

    promise: str
    before: State
    after: State
    at: datetime
    edition: int
