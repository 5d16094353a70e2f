"""What a cookie asks for is read as browsers read it; how its value looks is told alike by header and by script."""

import json
from datetime import UTC, datetime

import pytest

from tests.eye.tiny import page, serving
from zweck.eye.browser.set_cookie import parse, shape_of
from zweck.eye.browsing import Eye
from zweck.eye.values import Profile, Stop

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SHAPES = {
    "": "empty",
    "accepted": "word",
    "de-DE": "word",
    "1": "number",
    "0.25": "number",
    "1763812800": "number",
    "1763812800123": "number",
    '{"ads":false}': "json",
    "%7B%22ads%22%3Afalse%7D": "json",
    "{broken": "text",
    "GA1.1.1234567890.1763812800": "id",
    "0f8fad5b-d9cb-469f-a165-70867728950e": "id",
    "aGVsbG8gd29ybGQ4": "id",
    "ads no, statistics yes": "text",
    "100%": "text",
}


@pytest.mark.parametrize(
    ("line", "lifetime"),
    [
        ("a=1", None),
        ("a=1; Max-Age=60", 60),
        ("a=1; max-age=060", 60),
        ("a=1; Max-Age=-5", -1),
        ("a=1; Max-Age=99999999999999999999999", 10**11),
        ("a=1; Max-Age=soon", None),
        ("a=1; Max-Age=10; Expires=Sun, 22 Nov 2026 12:01:00 GMT", 10),
        ("a=1; Expires=Sun, 22 Nov 2026 12:01:00 GMT", 60),
        ("a=1; Expires=Sunday, 22-Nov-26 12:01:00 GMT", 60),
        ("a=1; expires=Sun Nov 22 12:01:00 2026", 60),
        ("a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT", -1),
        ("a=1; Expires=22 Foo 2026 12:01:00", None),
        ("a=1; Expires=31 Feb 2027 12:01:00", None),
        ("a=1; Expires=", None),
    ],
)
def test_lifetimes_are_read_as_asked_for(line: str, lifetime: int | None) -> None:
    read = parse(line, NOW)

    assert read
    assert read.lifetime_seconds == lifetime


def test_attributes_are_read_in_any_case_and_order() -> None:
    read = parse("__Host-id = x ; SECURE; samesite=NONE;HttpOnly; Domain=.Example.ORG; Partitioned", NOW)

    assert read
    assert (read.name, read.domain, read.secure, read.http_only, read.same_site) == (
        "__Host-id",
        "example.org",
        True,
        True,
        "None",
    )


@pytest.mark.parametrize("line", ["", ";", "=", "=; Max-Age=5", " ; Secure"])
def test_what_sets_nothing_is_nothing(line: str) -> None:
    assert parse(line, NOW) is None


def test_a_hostile_name_is_cut() -> None:
    read = parse("<script>" + "x" * 5000 + "=1", NOW)

    assert read
    assert len(read.name) == 200


@pytest.mark.parametrize(("value", "shape"), SHAPES.items())
def test_the_look_of_a_value_by_header(value: str, shape: str) -> None:
    assert shape_of(value) == shape


@pytest.mark.browser
def test_the_look_of_a_value_by_script_is_the_same(eye: Eye) -> None:
    values = dict(enumerate(SHAPES))
    code = f"for (const [name, value] of Object.entries({json.dumps(values)})) localStorage.setItem(name, value);"

    with serving({"/": page(f"<script>{code}</script>")}) as site, eye.visitor(Profile()) as visitor:
        seen = visitor.visit(Stop(f"{site.url}/"))

    assert {values[int(one.name)]: one.shape for one in seen.stored} == SHAPES
