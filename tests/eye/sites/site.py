"""A site of ours, and what an audit has to say about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal

from zweck.eye.values import STATES, Finding, Seen, State

HERE = Path(__file__).parent
Group = Literal["hostile", "honest", "troubled"]


@dataclass(frozen=True, slots=True)
class Site:
    """One fixture: `{group}/{name}.http`, and what an audit of it has to say.

    `finds` and `may_find`: findings as "code kind subject", with `*`; what is in neither must not be found. `troubles`:
    what must have been in the way of a page (`|`: either). `never`: paths nobody may ask for, `asked`: paths somebody
    must. `glances`: also looked at on a phone, under Global Privacy Control and as a robot. `slow`: has to be given
    time. `foreign`: the country in which the other party is known to sit.
    """

    name: str
    group: Group
    finds: tuple[str, ...] = ()
    may_find: tuple[str, ...] = ()
    troubles: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    states: tuple[State, ...] = STATES
    pages: int = 2
    minutes: float = 2.0
    glances: bool = False
    tls: bool = False
    slow: bool = False
    foreign: str = ""

    @property
    def policy(self) -> Path | None:
        """What the site declares; None = nothing."""
        path = HERE / self.group / f"{self.name}.toml"
        return path if path.exists() else None

    def missed(self, findings: Iterable[Finding]) -> list[str]:
        """What should have been found, and was not."""
        found = [_spelt(finding) for finding in findings]
        return [wanted for wanted in self.finds if not any(_is(said, wanted) for said in found)]

    def invented(self, findings: Iterable[Finding]) -> list[str]:
        """What was found, and should not have been. Notes are no findings."""
        fine = (*self.finds, *self.may_find)
        found = [_spelt(finding) for finding in findings if not finding.note]
        return [said for said in found if not any(_is(said, wanted) for wanted in fine)]

    def without(self, seen: Seen) -> list[str]:
        """Troubles that should have been met, and were not."""
        met = {visit.trouble for walk in seen.walks for visit in walk.visits}
        return [trouble for trouble in self.troubles if not met & set(trouble.split("|"))]


def _spelt(finding: Finding) -> str:
    return f"{finding.code} {finding.kind or '-'} {finding.subject or '-'}"


def _is(said: str, wanted: str) -> bool:
    return fnmatchcase(said.lower(), wanted.lower())
