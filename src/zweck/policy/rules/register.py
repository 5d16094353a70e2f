"""What a rule is: a function that sees one policy and the law of one day, and tells what is wrong."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from zweck.policy.claims import Claim, ClaimName
from zweck.policy.model import Policy, Recipient
from zweck.policy.reading.lines import Lines
from zweck.policy.rules.lawbook import Lawbook
from zweck.policy.texts import say


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a rule found, at the path of the key that should change."""

    path: str
    message: str


@dataclass(frozen=True, slots=True)
class Case:
    """One policy before the law of one day."""

    policy: Policy
    lines: Lines
    on: date
    law: Lawbook

    def at(self, path: str) -> str:
        """A place as a message names it: the path and its line."""
        return f"`{path}` (line {self.lines.of(path)})"

    def says(self, name: ClaimName) -> Iterator[tuple[str, Claim]]:
        """The claims of one kind, each with its path."""
        for place, claim in enumerate(self.policy.claims):
            if claim.says == name:
                yield f"claims[{place}]", claim

    def receiving(self) -> Iterator[tuple[str, str, Recipient]]:
        """The recipients outside that really receive data: id, path, recipient. Authorities receive by law."""
        for name, recipient in self.policy.recipients.items():
            if recipient.receives and recipient.role != "authority":
                yield name, f"recipients.{name}", recipient

    def named(self, text: str | dict[str, str] | None) -> str:
        """A text in the first language of the site."""
        return "" if text is None else say(text, self.policy.languages[0])

    @property
    def is_settled_in_the_union(self) -> bool:
        """Whether the controller has a seat or branch in the European Economic Area."""
        seats = (self.policy.controller.country, *self.policy.controller.establishments)
        return any(self.law.is_member(country) for country in seats)

    @property
    def asks_for_consent(self) -> bool:
        """Whether any purpose rests on consent, for the data or for the device."""
        based = any(purpose.basis == "consent" for purpose in self.policy.purposes.values())
        return based or bool(self.policy.needing_consent())


Look = Callable[[Case], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule with its name, its law and what to do about it.

    `law` are ids of norms; a rule none of whose norms is in force on the day is silent. `profile`: the rule speaks
    only for policies that chose it ("" = all).
    """

    code: str
    law: tuple[str, ...]
    finds: str
    remedy: str
    look: Look
    profile: str = ""


def rule(code: str, law: str, finds: str, remedy: str, profile: str = "") -> Callable[[Look], Rule]:
    """Make a rule of a function. `law`: ids of norms, separated by blanks."""
    return lambda look: Rule(code, tuple(law.split()), finds, remedy, look, profile)
