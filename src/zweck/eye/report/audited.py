"""What a report is made of."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zweck.eye.values import NOTHING_TO_SEE, Finding, Seen, Visit

if TYPE_CHECKING:
    from zweck.eye.catalogue.lookup import Catalogue


@dataclass(frozen=True, slots=True)
class Audited:
    """What was seen and what was found, worst first, with the names of the policy and the statement it was held
    against. `catalogue`: tells in tables whose a cookie or a host is; without one they stay unknown.
    """

    seen: Seen
    findings: tuple[Finding, ...]
    policy_name: str | None = None
    statement_name: str | None = None
    catalogue: "Catalogue | None" = None

    @property
    def found(self) -> tuple[Finding, ...]:
        """What a person should look at."""
        return tuple(one for one in self.findings if not one.note)

    @property
    def notes(self) -> tuple[Finding, ...]:
        """What is worth knowing, and no finding."""
        return tuple(one for one in self.findings if one.note)

    @property
    def entry(self) -> Visit | None:
        """The first page that was opened."""
        return next((visit for walk in self.seen.walks for visit in walk.visits), None)

    @property
    def is_blind(self) -> bool:
        """Whether not one page could be looked at."""
        visits = [visit for walk in self.seen.walks for visit in walk.visits]
        return all(visit.trouble in NOTHING_TO_SEE for visit in visits)
