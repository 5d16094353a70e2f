"""What goes wrong when a policy is read.

PolicyErrors                   everything wrong with one file, or one folder of files
  PolicyError (a value)        one thing wrong: where, what, and what would be right
NewRefused                     a starter policy could not be written
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class PolicyError:
    """One thing wrong with a policy file. `path` is spelt, and empty where the file as a whole is meant."""

    file: str
    line: int
    path: str
    wrong: str
    right: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}: {self.path}: " if self.path else f"{self.file}:{self.line}: "
        return f"{where}{self.wrong}, {self.right}" if self.right else f"{where}{self.wrong}"


class PolicyErrors(Exception):  # noqa: N818  (it holds many errors)
    """All that is wrong with a policy, in the order of the file."""

    def __init__(self, errors: Iterable[PolicyError]) -> None:
        self.errors = tuple(sorted(set(errors)))
        super().__init__("\n".join(str(error) for error in self.errors))


class NewRefused(Exception):  # noqa: N818
    """A starter policy could not be written; the message says why and what would be right."""
