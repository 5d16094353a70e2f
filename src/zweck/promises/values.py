"""What a proof is, and what it leaves behind."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from zweck.policy.model import Policy
from zweck.policy.sentences import Sentence

Figure = str | int | float | bool | list[str]


class State(StrEnum):
    """How a promise stands, worst first. The worst of several wins; AIM and ABSENT count only alone."""

    BROKEN = "broken"
    LAPSED = "lapsed"
    UNPROVED = "unproved"
    UNKNOWN = "unknown"
    ATTESTED = "attested"
    STATED = "stated"
    KEPT = "kept"
    AIM = "aim"
    ABSENT = "absent"

    @property
    def rank(self) -> int:
        """0 is worst."""
        return _WORST_FIRST.index(self)

    @property
    def is_bad(self) -> bool:
        """Whether the promise is seen not to be kept; everything else is good, or not known."""
        return self in (State.BROKEN, State.LAPSED)


_WORST_FIRST = tuple(State)


def worst(states: "list[State] | tuple[State, ...]") -> State:
    """The state of a whole: the worst of its parts; ABSENT where there is no part.

    AIM and ABSENT say nothing about the others, so they count only when nothing else does.
    """
    telling = [s for s in states if s not in (State.AIM, State.ABSENT)]
    if telling:
        return min(telling, key=lambda s: s.rank)
    return State.AIM if State.AIM in states else State.ABSENT


class Reach(StrEnum):
    """How far a check could see."""

    PROCESS = "this process"
    HOST = "this host"
    OUTSIDE = "from outside"
    VOUCHED = "vouched"


class ControlResult(StrEnum):
    """What the planted violation showed. BIT: the check saw it. MISSED: it did not, the proof is broken."""

    BIT = "bit"
    MISSED = "missed"
    NONE = "none"


class Clock(Protocol):
    """Where a proof takes its time from."""

    def now(self) -> datetime:
        """The current moment, aware, UTC."""
        ...


@dataclass(frozen=True, slots=True)
class Target:
    """What a check looks at. Live or scratch, it is the same kind of thing; a check cannot tell which.

    `base_url` without a trailing slash; `origin` the declared origin it previews; `place` names scratch files,
    databases or module trees a check may need (keys are agreed between a check and its own control).
    """

    policy: Policy
    base_url: str
    origin: str
    place: Mapping[str, object] = field(default_factory=dict)


class CouldNotLook(Exception):  # noqa: N818  (read as a sentence: "raise CouldNotLook")
    """A check could not see its evidence: the promise is unknown, never kept. The message says why."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one look found. `seen` names what was looked at; `figures` are counts and names, never a person."""

    kept: bool
    seen: str
    figures: Mapping[str, Figure] = field(default_factory=dict)
    trouble: tuple[str, ...] = ()  # what was wrong, one line each, at most a screenful


Check = Callable[[Target, Sentence, Clock], Finding]
Plant = Callable[[Target, Sentence], AbstractContextManager[Target]]
Beyond = Callable[[Policy], tuple[str, ...]]


def nowhere(_policy: Policy) -> tuple[str, ...]:
    """Promised only where a sentence of the statement says it."""
    return ()


def once(_policy: Policy) -> tuple[str, ...]:
    """Promised by the house itself, whether or not a sentence of the statement says it."""
    return ("",)


@dataclass(frozen=True, slots=True)
class Proof:
    """A check that can turn a promise red, and the planted violation it must catch.

    `kind` is the promise kind it proves. `check` runs on the live target and, through `plant`, on one with a
    violation, with the same function. `quick` proofs run at start. `max_age`: after it the promise is unknown.
    `needs`: what it cannot do without ("http", "browser", "internet", "tables", "tree", "evidence" for others,
    or "policy": it reads more there than its sentence says, so evidence for another edition does not count).
    `beyond` gives the parameters for which it is promised although no sentence of the statement says so. A check with
    several parts has `more_plants`, one for each further part: a red needs one control that bit, a green all of them.
    `stage` is where violations are planted, without one: what is red there bites for another reason than the planted.
    """

    kind: str
    check: Check
    plant: Plant
    reach: Reach
    quick: bool = True
    max_age: timedelta = timedelta(hours=24)
    needs: tuple[str, ...] = ()
    beyond: Beyond = nowhere
    more_plants: tuple[Plant, ...] = ()
    stage: Plant | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """The dated result of a proof for one promise."""

    promise: str
    state: State
    reach: Reach
    checked_at: datetime
    until: datetime
    control: ControlResult
    seen: str
    figures: Mapping[str, Figure]
    trouble: tuple[str, ...] = ()
