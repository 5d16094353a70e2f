"""What is wrong, before anybody has looked up its line."""

from dataclasses import dataclass

from zweck.policy.reading.lines import Path


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing wrong, before its line is looked up."""

    path: Path
    wrong: str
    right: str
