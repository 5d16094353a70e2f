"""The walk through a site, with a browser that is only told about."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Literal, Self

import pytest

from zweck.eye import ground
from zweck.eye.crawl import Plan, Step, crawl
from zweck.eye.errors import CannotLook, Crashed
from zweck.eye.values import Banner, Button, Choice, Link, Profile, Seen, Stop, Stored, Visit, Walk

HOME = "http://127.0.0.1:8000/"
BANNER = Banner("", "page", "We use cookies", accept=Button("Accept", "button"), refuse=Button("Refuse", "button"))


def _page(url: str, *links: str, **more: Any) -> Visit:  # Any: any of a visit's fields
    return Visit(url, 200, {}, (), landed=url, links=tuple(Link(link, "") for link in links), **more)


@dataclass
class World:
    """A site, and what its browser does."""

    pages: dict[str, Visit]
    withdraws_at: str = ""
    dies_at: set[str] = field(default_factory=set)
    dies_for_ever: bool = False
    opened: list[tuple[str, str]] = field(default_factory=list)  # what happened: a visitor's device, an address or act
    on_visit: Callable[[str], None] = lambda _url: None


class FakeEye:
    """Answers as `zweck.eye.browsing.Eye` does, from a world."""

    world: ClassVar[World]
    browser, sandboxed = "Chromium 1", True

    def __init__(self, reach: Iterable[str] | None = None, allow_private: bool = True) -> None:
        self.pictures: dict[str, bytes] = {"p1": b"picture"}

    def visitor(self, profile: Profile) -> "FakeVisitor":
        return FakeVisitor(self.world, profile)

    def close(self) -> None:
        self.pictures = {}


class FakeVisitor:
    def __init__(self, world: World, profile: Profile) -> None:
        self._world, self._at = world, ""
        self._name = "robot" if profile.robot else "gpc" if profile.gpc else profile.device

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...

    def visit(self, stop: Stop) -> Visit:
        self._world.opened.append((self._name, stop.url))
        self._world.on_visit(stop.url)
        if stop.url in self._world.dies_at:
            if not self._world.dies_for_ever:
                self._world.dies_at.discard(stop.url)
            raise Crashed("dead")
        self._at = stop.url
        found = self._world.pages.get(stop.url, Visit(stop.url, 404, {}, (), trouble="failed"))
        return replace(found, picture="p1" if stop.picture else "")

    def choose(self, wanted: Literal["refuse", "accept", "withdraw"]) -> Choice:
        self._world.opened.append((self._name, wanted))
        return Choice(wanted, done=wanted != "withdraw" or self._at == self._world.withdraws_at, path=(wanted,))

    def kept(self) -> tuple[Stored, ...]:
        return (Stored("cookie", "a", "127.0.0.1"),)

    def close(self) -> None: ...


@pytest.fixture
def look(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Seen]:
    def looked(world: World, **plan: Any) -> Seen:  # Any: any of a plan's fields
        FakeEye.world = world
        monkeypatch.setattr(ground, "Eye", FakeEye)
        tell = plan.pop("tell", lambda _step: None)
        return crawl(Plan(HOME, **plan), tell)

    return looked


def _walk(seen: Seen, state: str) -> Walk:
    return next(walk for walk in seen.walks if walk.state == state and walk.profile == Profile())


def _site(**more: Any) -> dict[str, Visit]:  # Any: fields of the entry page
    pages = (_page(HOME, HOME + "a", HOME + "privacy", **more), _page(HOME + "a"), _page(HOME + "privacy"))
    return {page.url: page for page in pages}


def test_without_a_banner_there_is_nothing_to_choose(look: Callable[..., Seen]) -> None:
    seen = look(World(_site()))

    assert {walk.state for walk in seen.walks} == {"fresh"}
    assert len(_walk(seen, "fresh").visits) == 3
    assert seen.partly == ()


def test_the_entry_page_is_also_seen_on_a_phone_under_gpc_and_as_a_robot(look: Callable[..., Seen]) -> None:
    seen = look(World(_site()))

    others = [walk for walk in seen.walks if walk.profile != Profile()]
    assert {(w.profile.device, w.profile.gpc, w.profile.robot) for w in others} == {
        ("phone", False, False),
        ("desktop", True, False),
        ("desktop", False, True),
    }
    assert all(len(walk.visits) == 1 for walk in others)


def test_each_choice_is_made_once_and_then_all_pages_are_read(look: Callable[..., Seen]) -> None:
    seen = look(World(_site(banner=BANNER), withdraws_at=HOME))

    for state in ("refused", "accepted", "withdrawn"):
        walk = _walk(seen, state)
        assert walk.choice is not None
        assert walk.choice.done
        assert [visit.url for visit in walk.visits] == [HOME, HOME + "privacy", HOME + "a"]


def test_a_control_to_withdraw_is_also_sought_on_the_page_about_data(look: Callable[..., Seen]) -> None:
    seen = look(World(_site(banner=BANNER), withdraws_at=HOME + "privacy"), states=("fresh", "withdrawn"))

    choice = _walk(seen, "withdrawn").choice
    assert choice is not None
    assert choice.done


def test_where_nothing_can_be_withdrawn_the_way_ends_and_says_so(look: Callable[..., Seen]) -> None:
    seen = look(World(_site(banner=BANNER)), states=("fresh", "withdrawn"))

    walk = _walk(seen, "withdrawn")
    assert walk.choice is not None
    assert not walk.choice.done
    assert walk.visits == ()


def test_a_dead_browser_is_replaced_and_the_way_goes_on(look: Callable[..., Seen]) -> None:
    seen = look(World(_site(), dies_at={HOME + "a"}))

    assert [visit.url for visit in _walk(seen, "fresh").visits] == [HOME, HOME + "privacy", HOME + "a"]
    assert "crash" not in seen.partly


def test_after_a_crash_the_choice_is_made_again(look: Callable[..., Seen]) -> None:
    world = World(_site(banner=BANNER))
    died: list[str] = []

    def die_once_after_refusal(url: str) -> None:
        if url == HOME + "a" and ("desktop", "refuse") in world.opened and not died:
            died.append(url)
            raise Crashed("dead")

    world.on_visit = die_once_after_refusal
    seen = look(world, states=("fresh", "refused"))

    assert world.opened.count(("desktop", "refuse")) == 2
    assert [visit.url for visit in _walk(seen, "refused").visits] == [HOME, HOME + "privacy", HOME + "a"]


def test_a_page_that_kills_every_browser_is_named_and_passed(look: Callable[..., Seen]) -> None:
    seen = look(World(_site(), dies_at={HOME + "a"}, dies_for_ever=True))

    assert {visit.url: visit.trouble for visit in _walk(seen, "fresh").visits} == {
        HOME: "",
        HOME + "privacy": "",
        HOME + "a": "crash",
    }


def test_a_browser_that_dies_on_everything_leaves_a_partial_report(look: Callable[..., Seen]) -> None:
    seen = look(World(_site(), dies_at={HOME, HOME + "robots.txt"}, dies_for_ever=True))

    assert "crash" in seen.partly or seen.walks[0].visits[0].trouble == "crash"


def test_the_limit_of_pages_is_kept_and_told(look: Callable[..., Seen]) -> None:
    seen = look(World(_site()), pages=2)

    assert len(_walk(seen, "fresh").visits) == 2
    assert seen.partly == ("pages",)
    assert [(s.url, s.why) for s in seen.skipped] == [(HOME + "a", "limit")]


def test_no_time_left_ends_the_audit_with_what_was_seen(look: Callable[..., Seen]) -> None:
    seen = look(World(_site()), minutes=0.0)

    assert seen.partly == ("time",)


def test_an_interrupt_ends_the_audit_with_what_was_seen(look: Callable[..., Seen]) -> None:
    world = World(_site())

    def interrupt(step: Step) -> None:
        if step.kind == "began":
            raise KeyboardInterrupt

    FakeEye.world = world
    seen = look(world, tell=interrupt)

    assert seen.partly == ("interrupted",)


def test_a_forbidding_robots_txt_is_obeyed(look: Callable[..., Seen]) -> None:
    forbids = Visit(HOME + "robots.txt", 200, {}, (), text="User-agent: *\nDisallow: /")
    world = World(_site() | {forbids.url: forbids})

    seen = look(world)

    assert [visit.trouble for visit in _walk(seen, "fresh").visits] == ["robots"]
    assert {url for _, url in world.opened} == {HOME + "robots.txt"}


def test_an_entry_that_cannot_be_seen_is_the_whole_audit(look: Callable[..., Seen]) -> None:
    seen = look(World({HOME: Visit(HOME, 0, {}, (), trouble="no-host")}))

    assert [len(walk.visits) for walk in seen.walks] == [1]


def test_no_browser_at_all_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def blind(**_: object) -> FakeEye:
        raise CannotLook("no browser on this machine")

    monkeypatch.setattr(ground, "Eye", blind)

    with pytest.raises(CannotLook, match="no browser"):
        crawl(Plan(HOME), lambda _step: None)


def test_every_step_tells_what_was_seen_so_far(look: Callable[..., Seen]) -> None:
    steps: list[Step] = []

    look(World(_site(banner=BANNER)), states=("fresh", "refused"), tell=steps.append)

    assert steps[0].kind == "began"
    assert {step.state for step in steps if step.kind == "choice"} == {"refused"}
    assert steps[1].seen.walks[0].visits[0].picture in steps[1].seen.pictures
