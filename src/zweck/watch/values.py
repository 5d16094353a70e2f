"""What this room takes and hands out. It holds no person: findings name cookies, hosts and pages."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

from zweck.eye.values import Finding

Pace = Literal["daily", "weekly", "off"]
PACES: tuple[Pace, ...] = get_args(Pace)
PERIODS: dict[Pace, timedelta] = {"daily": timedelta(days=1), "weekly": timedelta(weeks=1)}
MOST_PAGES = 500
# fine: no finding · findings: at least one · could-not-look: the site was not seen · failed: our own trouble
LookState = Literal["fine", "findings", "could-not-look", "failed"]
COMPLETED: tuple[LookState, ...] = ("fine", "findings")


def is_whole(partly: Iterable[str]) -> bool:
    """Whether what a look does not tell of was not there. A limit of pages is the same every time, so it is no lack."""
    return set(partly) <= {"pages"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a site is to be audited. `policy`: the text of a policy file to hold it against; "" = none was given."""

    url: str
    pages: int = 20
    allow_private: bool = False
    language: str = "en"
    policy: str = ""


@dataclass(frozen=True, slots=True)
class Looked:
    """What an audit came to. `why`: what kept it from looking, a word of `watch.why` or plain text; "" = nothing.

    `partly`: why it did not see the whole, as in `Seen.partly`.
    """

    findings: tuple[Finding, ...] = ()
    html: str = ""
    json: str = ""
    why: str = ""
    partly: tuple[str, ...] = ()


# Carries out one audit. Raises eye's errors, and PolicyErrors for a policy that can no longer be read.
Looker = Callable[[Wanted], Looked]


@dataclass(frozen=True, slots=True)
class PastLook:
    """A look that ended. `new` and `gone`: against the last completed look before it; of the first, neither."""

    id: int
    began_at: datetime
    ended_at: datetime
    state: LookState
    why: str
    findings: tuple[Finding, ...]
    new: tuple[Finding, ...]
    gone: tuple[Finding, ...]
    partly: tuple[str, ...]
    is_first: bool
    has_report: bool

    @property
    def count(self) -> int:
        """How many findings, without the notes."""
        return sum(not finding.note for finding in self.findings)

    @property
    def is_whole(self) -> bool:
        """Whether it saw the whole, within its limit of pages."""
        return is_whole(self.partly)

    @property
    def notes(self) -> int:
        """How many notes."""
        return len(self.findings) - self.count


@dataclass(frozen=True, slots=True)
class Watched:
    """A site that is audited again and again.

    `site`: the id of ours whose policy speaks for it, or "". `against`: what it is held against; "statement": the one
    on the site itself. `key`: opens its feed without a log-in. `due_at`: None where no look is to come.
    """

    id: int
    site: str
    every: Pace
    wanted: Wanted
    against: Literal["statement", "file", "edition"]
    key: str
    added_at: datetime
    due_at: datetime | None
    is_looking: bool
    last: PastLook | None
