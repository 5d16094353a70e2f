"""What rooms hand to those above and beside them without knowing them: fast paths and the keeper of cookies for the
front, work for the work child, and listeners to an activation. Filled in each room's `ready()`; read by `front`,
`serve` and `editions`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from zweck.policy.model import Policy


@dataclass(frozen=True, slots=True)
class Answer:
    """A finished response of a fast path. `headers` are complete; `body` is sent as it is."""

    status: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


# Gets the WSGI environ, answers or returns None: "not mine, ask Django". Must not block longer than one query.
FastPath = Callable[[Mapping[str, object]], Answer | None]


@dataclass(frozen=True, slots=True)
class Work:
    """Something the work child does again and again. Idempotent: it may be killed at any line and run anew.

    `run(now)` returns how many things it did. `every`: the pause between two runs.
    """

    name: str
    every: timedelta
    run: Callable[[datetime], int]


# Whether an answer for this host and path may set a cookie of this name; without a keeper every cookie may be set.
MaySet = Callable[[str, str, str], bool]

exact_paths: dict[str, FastPath] = {}  # asked first, by the path alone
fast_paths: list[FastPath] = []
cookie_keepers: list[MaySet] = []
works: dict[str, Work] = {}
on_activation: list[Callable[[Policy, datetime], None]] = []


def hand_work(work: Work) -> None:
    """Hand a piece of work to the work child; a name is handed once."""
    works[work.name] = work
