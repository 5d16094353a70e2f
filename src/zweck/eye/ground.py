"""What all visitors of one audit share: the browser, the site's patience, the time, and the pictures."""

import threading
import time
from dataclasses import replace

from zweck.eye.browsing import Eye
from zweck.eye.errors import Crashed
from zweck.eye.values import Choice, Visit

_MOST_CRASHES = 3


class Over(Exception):  # noqa: N818  (read as a sentence: "raise Over")
    """Time is up, or nobody waits any more."""


class Ground:
    """Opens another browser when one dies, and gives turns, so that a site is not asked faster than it likes."""

    def __init__(self, allow_private: bool, pause_seconds: float, minutes: float) -> None:
        """Raises CannotLook."""
        self.pause_seconds = pause_seconds
        self.is_late = False
        self.is_stopped = False
        self._allow_private = allow_private
        self._deadline = time.monotonic() + minutes * 60
        self._lock = threading.RLock()
        self._next_at = 0.0
        self._crashes = 0
        self._pictures: dict[str, bytes] = {}
        self._eye = Eye(allow_private=allow_private)
        self.browser, self.sandboxed = self._eye.browser, self._eye.sandboxed

    def eye(self) -> Eye:
        """The browser of the moment."""
        with self._lock:
            return self._eye

    def wait_for_turn(self) -> None:
        """Wait until the next page may be asked for. Raises Over."""
        with self._lock:
            at = max(self._next_at, time.monotonic())
            self._next_at = at + self.pause_seconds
        if at > self._deadline:
            self.is_late = True
        if self.is_stopped or self.is_late:
            raise Over
        time.sleep(max(0.0, at - time.monotonic()))

    def replace(self, dead: Eye) -> None:
        """Put another browser in place of a dead one, once for all who noticed. Raises Over, CannotLook."""
        with self._lock:
            if self.is_stopped:
                raise Over
            if self._eye is not dead:
                return
            self._crashes += 1
            self._pictures = self.pictures()
            dead.close()
            if self._crashes > _MOST_CRASHES:
                raise Crashed("the browser died again and again")
            self._eye = Eye(allow_private=self._allow_private)

    def pictures(self) -> dict[str, bytes]:
        """All pictures so far, by the keys under which `kept_visit` and `kept_choice` name them."""
        with self._lock:
            return self._pictures | {_key(self._eye, key): image for key, image in dict(self._eye.pictures).items()}

    def stop(self) -> None:
        """End it: whoever is still looking is told at once that there is nothing more to see."""
        self.is_stopped = True
        with self._lock:
            self._pictures = self.pictures()
            self._eye.pictures = {}
        self._eye.close()


def kept_visit(visit: Visit, eye: Eye) -> Visit:
    """A visit whose picture has a key of its own among those of several browsers."""
    return replace(visit, picture=_key(eye, visit.picture)) if visit.picture else visit


def kept_choice(choice: Choice, eye: Eye) -> Choice:
    """A choice whose picture has a key of its own among those of several browsers."""
    return replace(choice, picture=_key(eye, choice.picture)) if choice.picture else choice


def _key(eye: Eye, key: str) -> str:
    return f"{id(eye):x}-{key}"
