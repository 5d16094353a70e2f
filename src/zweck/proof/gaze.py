"""One browser for a whole run: each target is looked at once, however many proofs ask."""

from collections.abc import Callable
from dataclasses import replace
from types import TracebackType
from typing import NoReturn, Self, TypeVar, cast
from urllib.parse import urljoin, urlsplit

from zweck.eye.acts import Eye
from zweck.eye.errors import CannotLook
from zweck.eye.values import Looks, Wish
from zweck.promises.values import CouldNotLook, Target
from zweck.proof.pages import NOWHERE, pages_of
from zweck.proof.scratch import relay

# Our pages are done when they have loaded; a planted request is asked for before that.
_SETTLE_MS = 50
# The first keys of whoever has no mouse, pressed on every page once all else has been seen.
_KEYS = ("Tab", "Enter")
T = TypeVar("T")


class Gaze:
    """Looks at one page of each template of a target. Opens its browser at the first look, and closes at the end.

    The browser finds this machine and the site's own host, and nothing else in the world: a foreign address shows
    as a request that was wanted, and nobody outside learns of it.
    """

    def __init__(self, base_url: str) -> None:
        self._host = urlsplit(base_url).hostname or ""
        self._eye: Eye | None = None
        self._blind = ""
        self._looks: dict[str, Looks] = {}
        self._went: dict[tuple[str, ...], object] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._eye:
            self._eye.close()

    def look(self, target: Target) -> Looks:
        """What a fresh browser sees there. Raises CouldNotLook."""
        if target.base_url not in self._looks:
            self._looks[target.base_url] = self._look(target)
        return self._looks[target.base_url]

    def eye(self) -> Eye:
        """The browser, opened now unless it is open. Raises CouldNotLook, again each time."""
        if self._blind:
            raise CouldNotLook(self._blind)
        try:
            self._eye = self._eye or Eye(reach=("127.0.0.1", self._host))
        except CannotLook as blind:
            self.give_up(blind)
        return self._eye

    def give_up(self, why: CannotLook) -> NoReturn:
        """The browser is gone, and no other is opened: whoever looks later is told why. Raises CouldNotLook."""
        self._blind, self._eye = str(why), None
        raise CouldNotLook(self._blind) from why

    def once(self, key: tuple[str, ...], go: Callable[[], T]) -> T:
        """What somebody saw who went this way; nobody goes it twice. Raises CouldNotLook."""
        if key not in self._went:
            self._went[key] = go()
        return cast(T, self._went[key])

    def _look(self, target: Target) -> Looks:
        if target.place.get("host"):
            # A browser writes its own Host header; the relay asks for the site by its name.
            with relay(target, lambda answer: answer) as by_name:
                return _moved(self._look(by_name), by_name.base_url, target.base_url)
        paths = [page.path for page in pages_of(target).one_per_template()]
        usual = [404 if path == NOWHERE else 200 for path in paths]
        try:
            looks = self.eye().look(
                Wish(tuple(urljoin(f"{target.base_url}/", path) for path in paths), _KEYS, _SETTLE_MS)
            )
        except CannotLook as blind:
            self.give_up(blind)
        for visit, status in zip(looks.visits, usual, strict=True):
            if visit.status != status:
                raise CouldNotLook(f"the browser was answered {visit.status} at {urlsplit(visit.url).path}")
        return looks


def _moved(looks: Looks, there: str, here: str) -> Looks:
    """A look through a relay, told as if there had been none: what the site asks of itself is not foreign."""

    def told(url: str) -> str:
        return here + url.removeprefix(there) if url == there or url.startswith(f"{there}/") else url

    visits = tuple(
        replace(visit, url=told(visit.url), requests=tuple(replace(r, url=told(r.url)) for r in visit.requests))
        for visit in looks.visits
    )
    return replace(looks, visits=visits)


def gaze_of(target: Target) -> Gaze:
    """The run's browser. Raises CouldNotLook where there is none."""
    gaze = target.place.get("gaze")
    if not isinstance(gaze, Gaze):
        raise CouldNotLook("no browser was given to look through")
    return gaze


def look_at(target: Target) -> Looks:
    """The shared look of a run through a browser. Raises CouldNotLook."""
    return gaze_of(target).look(target)
