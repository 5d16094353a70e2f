"""The ways of a visitor with a real browser: at several widths before any answer; on the drill, after each."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from zweck.eye.errors import CannotLook
from zweck.eye.values import Banner, Choice, Form, Profile, State, Stop, Stored, Visit
from zweck.promises.values import CouldNotLook, Target
from zweck.proof.drill.stage import stage_of
from zweck.proof.gaze import gaze_of
from zweck.proof.pages import Pages, pages_of
from zweck.proof.scratch import relay

# What a page loads later than itself is asked for at once; a beacon waits for the load.
_SETTLE_MS = 250
_BANNER_MS = 50
_WIDE = 1280


@dataclass(frozen=True, slots=True)
class Went:
    """One visitor's way in one state. `kept`: all that lay on the device at its end. `pressed`: what that caused."""

    browser: str
    state: State
    visits: tuple[Visit, ...]
    kept: tuple[Stored, ...]
    pressed: tuple[Choice, ...] = ()


def went(target: Target, state: State) -> Went:
    """How it looks to somebody who has answered so, on the stage of a target. Raises CouldNotLook."""
    stage, gaze = stage_of(target), gaze_of(target)
    return gaze.once((stage.url, state), lambda: _go(target, stage.url, state))


def question_at(target: Target, path: str, width: int) -> Banner | None:
    """The request for consent as a fresh visitor meets it in a window of that width. Raises CouldNotLook."""
    with _by_name(target) as seen:
        key = (seen.base_url, path, str(width))
        return gaze_of(target).once(key, lambda: _meet(seen, path, width))


def forms_at(target: Target, path: str) -> tuple[Form, ...]:
    """The forms of a page as a browser shows them: only what can be seen of it. Raises CouldNotLook."""
    with _by_name(target) as seen:
        return gaze_of(target).once((seen.base_url, path, "forms"), lambda: _read_all(seen, path).forms)


def first_visits(target: Target) -> tuple[Visit, ...]:
    """What a fresh browser meets on a few pages, which is cheaper than one of each kind. Raises CouldNotLook."""
    with _by_name(target) as seen:
        return gaze_of(target).once((seen.base_url, "first"), lambda: _few(seen))


def _few(target: Target) -> tuple[Visit, ...]:
    gaze = gaze_of(target)
    try:
        with gaze.eye().visitor(Profile()) as visitor:
            urls = [f"{target.base_url}{path}" for path in ways(pages_of(target))]
            return tuple(visitor.visit(Stop(url, _SETTLE_MS)) for url in urls)
    except CannotLook as blind:
        gaze.give_up(blind)


@contextmanager
def _by_name(target: Target) -> Iterator[Target]:
    """A browser writes its own Host header; where the site goes by a name, a relay asks for it by that."""
    if target.place.get("host"):
        with relay(target, lambda answer: answer) as named:
            yield named
    else:
        yield target


def _meet(target: Target, path: str, width: int) -> Banner | None:
    return _read_all(target, path, width).banner


def _read_all(target: Target, path: str, width: int = _WIDE) -> Visit:
    gaze = gaze_of(target)
    try:
        with gaze.eye().visitor(Profile(width=width)) as visitor:
            visit = visitor.visit(Stop(f"{target.base_url}{path}", _BANNER_MS, reads="all"))
    except CannotLook as blind:
        gaze.give_up(blind)
    if visit.status != 200:
        raise CouldNotLook(f"the browser was answered {visit.status or 'nothing'} at {path}")
    return visit


def _go(target: Target, url: str, state: State) -> Went:
    gaze, pages = gaze_of(target), ways(Pages(url))
    try:
        with gaze.eye().visitor(Profile()) as visitor:
            pressed: list[Choice] = []
            if state != "fresh":
                visitor.visit(Stop(f"{url}{pages[0]}", _SETTLE_MS))
                pressed.append(visitor.choose("refuse" if state == "refused" else "accept"))
            visits = [visitor.visit(Stop(f"{url}{path}", _SETTLE_MS)) for path in pages]
            if state == "withdrawn":
                pressed.append(visitor.choose("withdraw"))
                visits = [visitor.visit(Stop(f"{url}{path}", _SETTLE_MS)) for path in pages]
            kept = visitor.kept()
            browser = gaze.eye().browser
    except CannotLook as blind:
        gaze.give_up(blind)
    for choice in pressed:
        if not choice.done:
            raise CouldNotLook(f"nothing to press was found to {choice.wanted} ({choice.why_not or 'no control'})")
    if any(visit.status != 200 for visit in visits):
        wrong = next(visit for visit in visits if visit.status != 200)
        raise CouldNotLook(f"the browser was answered {wrong.status or 'nothing'} at {urlsplit(wrong.url).path}")
    return Went(browser, state, tuple(visits), kept, tuple(pressed))


def ways(pages: Pages) -> tuple[str, ...]:
    """A few pages to walk: one of each of the main kinds, the page of all choices last."""
    order = ("home", "statement", "choices")
    found = {page.template: page.path for page in reversed(pages.listed()) if page.template in order}
    return tuple(found[template] for template in order if template in found)
