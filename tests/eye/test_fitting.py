"""What a page answers has the shape it was asked for, whatever the page has done to its scripts."""

import pytest

from tests.eye.tiny import page, serving
from zweck.eye.browser.fitting import fitted
from zweck.eye.browsing import Eye
from zweck.eye.values import Profile, Stop, Visit

_FAKE = '{what: "cookie", name: 5, shape: [], attributes: 9, url: null, visible: true}'


@pytest.mark.parametrize(
    ("said", "shape", "kept"),
    [
        ("abcdef", 3, "abc"),
        (["a"], 3, ""),
        (1, bool, False),
        (float("nan"), int, 0),
        (10**40, float, 0.0),
        ("a", [5, 9], []),
        (["a", 2, "c"], [5, 2], ["a", ""]),
        ([], ({"a": 1},), None),
        ({"a": {}, "z": 1}, {"a": 1, "b": int}, {"a": "", "b": 0}),
    ],
)
def test_an_answer_gets_the_shape_it_was_asked_for(said: object, shape: object, kept: object) -> None:
    assert fitted(said, shape) == kept


def met(eye: Eye, text: str) -> Visit:
    """What a fresh visitor meets on a page that changes what scripts stand on."""
    body = f"<p>Hello</p><script>{text}</script><a href=/on>On</a><form><input name=mail></form>"
    with serving({"/": page(body)}) as tiny, eye.visitor(Profile()) as visitor:
        return visitor.visit(Stop(f"{tiny.url}/", reads="all"))


@pytest.mark.browser
@pytest.mark.parametrize("lie", ["{}", _FAKE])
def test_a_page_cannot_change_what_is_told_of_its_cookies(eye: Eye, lie: str) -> None:
    seen = met(eye, f'Object.prototype.toJSON = () => ({lie}); document.cookie = "id=1; max-age=1000"')

    (cookie,) = seen.stored
    assert (cookie.name, cookie.how, cookie.shape, cookie.lifetime_seconds) == ("id", "script", "number", 1000)


@pytest.mark.browser
@pytest.mark.parametrize(
    "harm",
    [
        "Object.keys = () => { throw 1 }; indexedDB.databases = () => 5",
        "Object.keys = () => [{}, 5]; Array.prototype.push = function () { this[0] = 7; return 1 }",
        "Array.prototype.map = () => [{ evil: 1 }]",
        "String.prototype.slice = () => ({ a: 1 })",
        "Document.prototype.querySelectorAll = () => 5",
        "Object.freeze(Object.prototype); Object.freeze(document); Object.freeze(window)",
    ],
)
def test_a_page_that_breaks_its_scripts_is_looked_at_all_the_same(eye: Eye, harm: str) -> None:
    seen = met(eye, harm)

    assert seen.trouble == ""
    assert seen.status == 200
    assert isinstance(seen.title, str)
