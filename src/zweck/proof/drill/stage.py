"""Where journeys take place: the drill behind a relay. A check cannot tell whether the relay lies."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar, cast

from zweck.policy.sentences import Sentence
from zweck.promises.values import CouldNotLook, Plant, Target
from zweck.proof.drill.calls import Watch
from zweck.proof.drill.instance import Drill
from zweck.proof.drill.through import Ask, Reply, as_answered, as_asked, through

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Stage:
    """A service on which everything may be tried. `url`: through the relay. `folder`: where it writes.

    `database`: its default one; `databases`: each, as Django calls it. `watches`: see what its processes reach.
    `done`: what was done there already, by address and name, so that several proofs share it.
    """

    url: str
    folder: Path
    database: Path
    databases: dict[str, Path] = field(default_factory=dict)
    watches: tuple[Watch, ...] = ()
    done: dict[tuple[str, str], object] = field(default_factory=dict)

    def once(self, name: str, go: Callable[[], T]) -> T:
        """What came of something that needs to be done once at this address. Raises what `go` raises, each time."""
        if (self.url, name) not in self.done:
            self.done[self.url, name] = go()
        return cast(T, self.done[self.url, name])


class Stages:
    """The run's one drill, behind a relay that alters nothing, so that the counter-check costs nothing."""

    def __init__(self, policy: bytes) -> None:
        self._drill = Drill(policy)
        self._relays = ExitStack()
        self._plain: Stage | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._relays.close()
        self._drill.close()

    def plain(self) -> Stage:
        """The stage without a violation. Raises CouldNotLook."""
        if self._plain is None:
            url = self._relays.enter_context(through(self._drill.url))
            there = self._drill
            self._plain = Stage(url, there.folder, there.database, there.databases, (there.watch,))
        return self._plain


def stage_of(target: Target) -> Stage:
    """Where a check may act: the drill, or one with a violation. Raises CouldNotLook."""
    found = target.place.get("drill")
    if isinstance(found, Stages):
        return found.plain()
    if isinstance(found, Stage):
        return found
    raise CouldNotLook("no scratch instance was given to act on")


def planted(ask: Ask = as_asked, reply: Reply = as_answered) -> Plant:
    """A plant: the drill behind a relay that alters requests or answers."""

    @contextmanager
    def plant(target: Target, _sentence: Sentence) -> Iterator[Target]:
        stage = stage_of(target)
        with through(stage.url, ask, reply) as url:
            yield at(target, replace(stage, url=url))

    return plant


def at(target: Target, stage: Stage) -> Target:
    """The same target with another stage."""
    return replace(target, place={**target.place, "drill": stage})
