"""Requests for consent are found by what they say and how they are drawn."""

from collections.abc import Iterator
from time import monotonic
from typing import Any

import pytest
from playwright.async_api import Page

from tests.eye.opening import SECRET, Opener, open_browser
from zweck.eye.browser.sight import find_banner

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def opener() -> Iterator[Opener]:
    """The browser."""
    opener = open_browser()
    yield opener
    opener.close()


def banner(opener: Opener, name: str) -> Any:
    return opener.look(f"{name}.html", lambda page: find_banner(page, True, SECRET))


def test_a_pale_refusal_is_told_as_it_is_drawn(opener: Opener) -> None:
    found = banner(opener, "english")

    assert found["accept"]["text"] == "Accept all"
    assert found["accept"]["contrast"] > 7
    assert found["accept"]["fill"] > 7
    assert found["refuse"]["text"] == "Reject all"
    assert found["refuse"]["contrast"] < 2
    assert found["refuse"]["fill"] == 1
    assert found["names_purposes"]


@pytest.mark.parametrize("name", ["shadow-open", "shadow-closed"])
def test_a_banner_in_a_shadow_root_is_found(opener: Opener, name: str) -> None:
    found = banner(opener, name)

    assert found["inside"] == "shadow"
    assert found["accept"]["text"] == "Einverstanden"
    assert found["refuse"]["text"] == "Ohne Einwilligung fortfahren"
    assert found["links"] == ["http://www.example.org/datenschutz.html"]


def test_a_banner_in_the_frame_of_another_site_is_found(opener: Opener) -> None:
    found = banner(opener, "framed")

    assert found["inside"] == "frame"
    assert found["accept"]["text"] == "I agree"
    assert found["refuse"]["text"] == "I do not agree"
    assert found["refuse"]["in_view"]


def test_a_refusal_by_link_is_told_as_a_link(opener: Opener) -> None:
    found = banner(opener, "link-refusal")

    assert found["accept"]["tag"] == "button"
    assert (found["refuse"]["tag"], found["refuse"]["text"]) == ("a", "ohne Zustimmung fortfahren")


def test_a_notice_is_a_banner_without_refusal_and_purposes(opener: Opener) -> None:
    found = banner(opener, "notice")

    assert found["accept"]["text"] == "OK"
    assert found["refuse"] is None
    assert not found["names_purposes"]


def test_boxes_of_the_second_layer_are_told_as_they_were_set(opener: Opener) -> None:
    found = banner(opener, "second-layer")

    assert [(box["label"], box["checked"], box["disabled"]) for box in found["boxes"]] == [
        ("Notwendig", True, True),
        ("Statistik", True, False),
        ("Marketing", True, False),
    ]


def test_a_refusal_in_the_second_layer_counts_every_click(opener: Opener) -> None:
    found = banner(opener, "second-layer")

    assert found["accept"]["layer"] == 1
    assert found["refuse"]["text"] == "Auswahl speichern"
    assert (found["refuse"]["layer"], found["refuse"]["clicks"]) == (2, 4)


def test_a_form_without_script_that_stands_first_is_a_banner(opener: Opener) -> None:
    found = banner(opener, "plain-form")

    assert found["inside"] == "page"
    assert found["refuse"]["text"] == "Ablehnen"
    assert "Waren" not in found["text"]
    assert not found["covers"]


def test_plain_elements_that_listen_count_as_buttons(opener: Opener) -> None:
    found = banner(opener, "plain-divs")

    assert [found[kind]["text"] for kind in ("accept", "refuse", "settings")] == [
        "Allow all",
        "Only essential",
        "Manage",
    ]
    assert found["settings"]["tag"] == "input"


def test_a_banner_that_slides_in_late_is_waited_for(opener: Opener) -> None:
    found = banner(opener, "late")

    assert found["refuse"]["in_view"]


def test_a_banner_over_imprint_and_statement_covers_them(opener: Opener) -> None:
    found = banner(opener, "covering")

    assert found["covers"]


def test_a_banner_beside_imprint_and_statement_does_not_cover_them(opener: Opener) -> None:
    found = banner(opener, "link-refusal")

    assert not found["covers"]


@pytest.mark.parametrize(
    "name",
    [
        "newsletter",
        "age",
        "cookie-policy",
        "recipe",
        "placeholder",
        "terms",
        "chat",
        "after",
        "choices",
        "forms",
        "empty",
    ],
)
def test_what_asks_for_something_else_is_no_banner(opener: Opener, name: str) -> None:
    assert banner(opener, name) is None


def test_a_product_is_known_and_its_renamed_buttons_are_found(opener: Opener) -> None:
    found = banner(opener, "known-product")

    assert found["product"] == "onetrust"
    assert [found[kind]["text"] for kind in ("accept", "refuse", "settings")] == [
        "Sounds good",
        "Rather not, reject",
        "Let me choose",
    ]


def test_a_page_without_a_banner_is_left_soon(opener: Opener) -> None:
    async def timed(page: Page) -> float:
        began = monotonic()
        await find_banner(page, True, SECRET)
        return monotonic() - began

    seconds = opener.look("empty.html", timed)

    assert seconds < 2  # 0.6 on a machine at rest
