"""Looks at a whole site as its visitors do: before a choice, after a refusal, after consent and after its withdrawal.

Every state is a visitor with a profile of its own. The fresh one finds the pages; the others follow it through them.
Only where a banner asks are there choices to make.
"""

import re
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import urljoin, urlsplit

from zweck.eye.errors import CannotLook
from zweck.eye.frontier import Frontier, Robots
from zweck.eye.ground import Ground, Over
from zweck.eye.guest import Guest
from zweck.eye.parties import site_of
from zweck.eye.values import DESKTOP, NOTHING_TO_SEE, STATES, Choice, Profile, Seen, State, Stop, Stored, Visit, Walk

# What fires late (timers, lazy tags) is waited for where a site is entered; elsewhere a moment is enough.
_ENTRY_MS = 3000
_PAGE_MS = 600
# Three visitors at a time keep two cores busy, and no site is burdened by them.
_AT_ONCE = 3
# Beside the entry page as everybody meets it: on a phone, under Global Privacy Control, as a robot that says so.
_GLANCES = (Profile(device="phone"), Profile(gpc=True), Profile(robot=True))
_ABOUT_DATA = re.compile(r"datenschutz|privacy|cookie|data.?protection", re.IGNORECASE)

Told = Literal["began", "page", "choice"]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to look at, and how long at most. `pause_seconds` between two pages; robots.txt may ask for more."""

    url: str
    pages: int = 20
    minutes: float = 15.0
    states: tuple[State, ...] = STATES
    allow_private: bool = False
    pause_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Step:
    """Something that just happened, and all that was seen by then. `number` of `of` pages of one visitor's way."""

    kind: Told
    seen: Seen
    url: str = ""
    state: State = "fresh"
    profile: Profile = DESKTOP
    number: int = 0
    of: int = 0
    choice: Choice | None = None


def crawl(plan: Plan, tell: Callable[[Step], None]) -> Seen:
    """Look at a site. An interrupt (Ctrl-C) ends it with what was seen so far. Raises CannotLook.

    `tell` is called by one thread at a time.
    """
    under_way = _Crawl(plan, tell)
    try:
        return under_way.run()
    finally:
        under_way.ground.stop()


@dataclass(slots=True)
class _Way:
    """One visitor's way while it is walked."""

    state: State
    profile: Profile
    choice: Choice | None = None
    visits: list[Visit] = field(default_factory=list)
    kept: tuple[Stored, ...] = ()

    def told(self) -> Walk:
        return Walk(self.state, self.profile, self.choice, tuple(self.visits), self.kept)


class _Crawl:
    def __init__(self, plan: Plan, tell: Callable[[Step], None]) -> None:
        self.ground = Ground(plan.allow_private, plan.pause_seconds, plan.minutes)
        self._plan, self._tell = plan, tell
        self._began_at = datetime.now(UTC)
        self._lock = threading.RLock()
        self._robots = Robots()
        self._frontier: Frontier | None = None
        self._fresh = _Way("fresh", DESKTOP)
        self._ways: list[_Way] = []
        self._entered = threading.Event()
        self._partly: set[str] = set()

    def run(self) -> Seen:
        pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="visitor")
        try:
            self._say(Step("began", self._seen()))
            self._look(pool)
        except KeyboardInterrupt:
            self._partly.add("interrupted")
            self.ground.stop()
        finally:
            self.ground.is_stopped = True
            pool.shutdown(wait=True, cancel_futures=True)
        if self.ground.is_late:
            self._partly.add("time")
        if self._frontier and self._frontier.is_waiting:
            self._partly.add("pages")
        return self._seen()

    def _look(self, pool: ThreadPoolExecutor) -> None:
        first = self._begin(pool, self._fresh, self._explore)
        first.add_done_callback(lambda _: self._entered.set())
        self._entered.wait()
        begun = [first]
        if self._is_there():
            begun += [self._begin(pool, _Way("fresh", profile), self._glance) for profile in _GLANCES]
        wait([first])
        if any(visit.banner for visit in self._fresh.visits):
            chosen = (state for state in self._plan.states if state != "fresh")
            begun += [self._begin(pool, _Way(state, DESKTOP), self._choose) for state in chosen]
        wait(begun)
        for future in begun:
            future.result()

    def _begin(self, pool: ThreadPoolExecutor, way: _Way, walk: Callable[[_Way], None]) -> Future[None]:
        with self._lock:
            self._ways.append(way)
        return pool.submit(self._walk, way, walk)

    def _walk(self, way: _Way, walk: Callable[[_Way], None]) -> None:
        """Walk a way. A browser that cannot go on ends this way, not the audit."""
        try:
            walk(way)
        except Over:
            return
        except CannotLook:
            self._partly.add("crash")

    # ── ways ──

    def _explore(self, way: _Way) -> None:
        """The first way: find the pages."""
        self._read_robots()
        if not self._robots.lets(self._plan.url):
            way.visits.append(Visit(self._plan.url, 0, {}, (), trouble="robots"))
            return
        with Guest(self.ground, "fresh", way.profile) as guest:
            entry = guest.visit(_stop(self._plan.url, is_entry=True, is_first_look=True))
            home = entry.landed or entry.url
            self._frontier = Frontier(home, self._robots)
            self._frontier.add(home, entry.links)
            self._note(way, entry)
            self._entered.set()
            if self._is_there():
                self._explore_further(way, guest, site_of(home))
            way.kept = guest.kept()

    def _explore_further(self, way: _Way, guest: Guest, site: str) -> None:
        frontier = self._frontier
        while frontier and len(way.visits) < self._plan.pages and (url := frontier.next()):
            visit = guest.visit(_stop(url, is_first_look=True))
            landed = visit.landed or url
            if landed != url and (site_of(landed) != site or frontier.reached(landed)):
                continue
            frontier.add(landed, visit.links)
            self._note(way, visit)

    def _glance(self, way: _Way) -> None:
        """The entry page alone."""
        with Guest(self.ground, "fresh", way.profile) as guest:
            self._note(way, guest.visit(_stop(self._plan.url, is_entry=True, is_first_look=True)), of=1)
            way.kept = guest.kept()

    def _choose(self, way: _Way) -> None:
        """Choose on the first page that asks, and then read on through all pages."""
        seen = [v for v in self._fresh.visits if v.trouble not in NOTHING_TO_SEE]
        pages = [v.landed or v.url for v in seen]
        asked_at = next(v.landed or v.url for v in seen if v.banner)
        about_data = tuple(page for page in pages if _ABOUT_DATA.search(urlsplit(page).path))
        with Guest(self.ground, way.state, way.profile, asked_at) as guest:
            way.choice = guest.choose(about_data[:2])
            self._say(Step("choice", self._seen(), asked_at, way.state, way.profile, choice=way.choice))
            for url in pages if way.choice.done else ():
                self._note(way, guest.visit(_stop(url, is_entry=url == pages[0])), of=len(pages))
            way.kept = guest.kept()

    # ── on the way ──

    def _read_robots(self) -> None:
        """Ask for robots.txt as a stranger, so that nothing it sets clings to a visitor."""
        with Guest(self.ground, "fresh", DESKTOP) as stranger:
            answer = stranger.visit(Stop(urljoin(self._plan.url, "/robots.txt"), settle_ms=0, reads="all"))
        self._robots = Robots.read(answer.status, answer.text)
        self.ground.pause_seconds = max(self._plan.pause_seconds, self._robots.pause_seconds)

    def _is_there(self) -> bool:
        """Whether the entry page gave anything to look at."""
        return bool(self._fresh.visits) and self._fresh.visits[0].trouble not in NOTHING_TO_SEE

    def _note(self, way: _Way, visit: Visit, of: int = 0) -> None:
        with self._lock:
            way.visits.append(visit)
            number = len(way.visits)
        self._say(Step("page", self._seen(), visit.url, way.state, way.profile, number, of or self._plan.pages))

    def _say(self, step: Step) -> None:
        with self._lock:
            self._tell(step)

    def _seen(self) -> Seen:
        with self._lock:
            return Seen(
                url=self._plan.url,
                began_at=self._began_at,
                ended_at=datetime.now(UTC),
                browser=self.ground.browser,
                sandboxed=self.ground.sandboxed,
                walks=tuple(way.told() for way in self._ways),
                skipped=self._frontier.rest("limit") if self._frontier else (),
                partly=tuple(sorted(self._partly)),
                pictures=self.ground.pictures(),
            )


def _stop(url: str, is_entry: bool = False, is_first_look: bool = False) -> Stop:
    return Stop(
        url,
        settle_ms=_ENTRY_MS if is_entry else _PAGE_MS,
        scroll=is_entry,
        reads="all" if is_first_look else "record",
        picture=is_entry or is_first_look,
    )
