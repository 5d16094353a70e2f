"""Every code a finding can have. `python -m zweck.eye.report.codes` prints their part of `docs/reference/audit.md`."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from zweck.policy.words import Words, words

# What a code is judged against, besides what was seen.
Need = Literal["", "policy", "prose"]
_NEEDS = {"": "–", "policy": "a policy", "prose": "a statement"}


@dataclass(frozen=True, slots=True)
class Code:
    """A code, and what it cannot be judged without. `note`: it is told as a note, never as a finding."""

    id: str
    needs: Need = ""
    note: bool = False

    def wanting(self, has_policy: bool, has_prose: bool) -> Need:
        """What is missing to judge it, or ""."""
        has = {"": True, "policy": has_policy, "prose": has_prose}
        return "" if has[self.needs] else self.needs


CODES = (
    Code("before-choice"),
    Code("after-refusal"),
    Code("after-withdrawal"),
    Code("no-refusal"),
    Code("refusal-harder"),
    Code("no-withdrawal"),
    Code("withdrawal-harder"),
    Code("pre-ticked"),
    Code("banner-covers"),
    Code("banner-says-nothing"),
    Code("form-no-purpose"),
    Code("no-statement"),
    Code("no-imprint"),
    Code("fingerprinting"),
    Code("third-country"),
    Code("certificate"),
    Code("no-tls"),
    Code("insecure-form"),
    Code("robots-see-otherwise"),
    Code("gpc-ignored"),
    Code("undeclared", "policy"),
    Code("lifetime", "policy"),
    Code("form-undeclared", "policy"),
    Code("absent", "policy", note=True),
    Code("unnamed", "prose"),
)
# What one page lets suspect and a later one may clear up; told only when all has been seen.
UNSETTLED = frozenset({"absent", "gpc-ignored", "no-imprint", "no-statement", "robots-see-otherwise", "unnamed"})


def markdown() -> str:
    """What each code means, with its law and remedy."""
    english = words("en")
    return "\n".join(_lines(english))


def _lines(said: Words) -> Iterator[str]:
    for code in CODES:
        key = f"audit.finding.{code.id}"
        yield f"### {code.id}\n"
        yield f"{said.say(f'{key}.name')}. {said.fitting(f'{key}.what', {})[0]}\n"
        yield f"- Needs: {_NEEDS[code.needs]}.{' A note, no finding.' if code.note else ''}"
        yield f"- Law: {said.say(f'{key}.law')}"
        yield f"- Remedy: {said.say(f'{key}.remedy')}\n"


if __name__ == "__main__":
    sys.stdout.write(markdown())
