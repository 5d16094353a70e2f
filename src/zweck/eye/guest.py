"""A visitor who outlives the browser: when it dies, the way goes on in another, after the same choice."""

from collections.abc import Callable
from dataclasses import replace
from types import TracebackType
from typing import Self

from zweck.eye.browsing import Eye, Visitor
from zweck.eye.errors import Crashed
from zweck.eye.ground import Ground, kept_choice, kept_visit
from zweck.eye.values import Choice, Profile, State, Stop, Stored, Visit

# What was chosen is left to do its work before the next page.
_AFTER_CHOICE_MS = 1200


class Guest:
    """Opens pages one after the other, in a profile of its own, and makes the choice its state is about."""

    def __init__(self, ground: Ground, state: State, profile: Profile, asked_at: str = "") -> None:
        """`asked_at`: the page on which the choice is made, unless the state is fresh."""
        self.choice: Choice | None = None
        self._ground, self._state, self._profile, self._asked_at = ground, state, profile, asked_at
        self._elsewhere: tuple[str, ...] = ()
        self._eye: Eye = ground.eye()
        self._visitor: Visitor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._visitor:
            self._visitor.close()

    def choose(self, elsewhere: tuple[str, ...]) -> Choice:
        """Make the choice. `elsewhere`: further pages on which a control to withdraw may be found. Raises Over."""
        self._elsewhere = elsewhere
        self._alive(self._open)
        return self.choice or Choice("refuse", False)

    def visit(self, stop: Stop) -> Visit:
        """Open a page. On one that kills the browser twice, the visit says so. Raises Over, CannotLook."""
        self._ground.wait_for_turn()
        for _ in range(2):
            try:
                return kept_visit(self._open().visit(stop), self._eye)
            except Crashed:
                self._reopen()
        return Visit(stop.url, 0, {}, (), trouble="crash")

    def kept(self) -> tuple[Stored, ...]:
        """What lies on the device now; nothing when the browser has died just now."""
        try:
            return self._visitor.kept() if self._visitor else ()
        except Crashed:
            return ()

    def _alive(self, act: Callable[[], Visitor]) -> None:
        for _ in range(2):
            try:
                act()
            except Crashed:
                self._reopen()
            else:
                return
        act()

    def _reopen(self) -> None:
        self._visitor = None
        self._ground.replace(self._eye)

    def _open(self) -> Visitor:
        if self._visitor is None:
            self._eye = self._ground.eye()
            visitor = self._eye.visitor(self._profile)
            if self._state != "fresh":
                self.choice = kept_choice(self._chosen(visitor), self._eye)
            self._visitor = visitor
        return self._visitor

    def _chosen(self, visitor: Visitor) -> Choice:
        self._come(visitor, self._asked_at)
        if self._state == "refused":
            return visitor.choose("refuse")
        accepted = visitor.choose("accept")
        if self._state == "accepted":
            return accepted
        if not accepted.done:
            return Choice("withdraw", False, accepted.path, "nothing could be accepted")
        return self._withdrawn(visitor)

    def _withdrawn(self, visitor: Visitor) -> Choice:
        """Take it back: on the same page, or on one that speaks of it."""
        choice = Choice("withdraw", False)
        for url in (self._asked_at, *self._elsewhere):
            self._come(visitor, url)
            choice = visitor.choose("withdraw")
            if choice.done:
                return choice
        return replace(choice, why_not=choice.why_not or "no control to withdraw was found")

    def _come(self, visitor: Visitor, url: str) -> None:
        self._ground.wait_for_turn()
        visitor.visit(Stop(url, settle_ms=_AFTER_CHOICE_MS))
