"""A page is read as its visitors see it."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.async_api import Page

from tests.eye.opening import SECRET, SITE, open_browser
from zweck.eye.browser.sight import read

pytestmark = pytest.mark.browser

MANY = """() => {
  const rows = "<p><a href='/x'>Row</a></p>".repeat(1000);
  for (let i = 0; i < 40; i += 1) document.body.insertAdjacentHTML("beforeend", rows);
}"""


@pytest.fixture(scope="module")
def said() -> Iterator[Any]:
    """What is read from the page of forms."""
    opener = open_browser()
    yield opener.look("forms.html", lambda page: read(page, SECRET))
    opener.close()


def test_every_field_is_told_but_hidden_ones_and_buttons(said: Any) -> None:
    fields = said["forms"][0]["fields"]

    assert [(field["name"], field["kind"], field["label"]) for field in fields] == [
        ("name", "text", "Ihr Name"),
        ("email", "email", "E-Mail"),
        ("phone", "tel", "Telefon"),
        ("website", "text", ""),
        ("topic", "select", "Thema"),
        ("text", "textarea", "Nachricht"),
        ("letter", "checkbox", "Rundbrief bestellen"),
    ]


def test_a_trap_for_robots_is_told_as_hidden(said: Any) -> None:
    fields = said["forms"][0]["fields"]

    assert [field["name"] for field in fields if field["hidden"]] == ["website"]
    assert [field["name"] for field in fields if field["checked"]] == ["letter"]
    assert [field["name"] for field in fields if field["required"]] == ["name"]


def test_a_form_tells_what_is_said_around_it(said: Any) -> None:
    form = said["forms"][0]

    assert (form["action"], form["method"]) == (f"{SITE}/send", "POST")
    assert (form["heading"], form["button"]) == ("Kontakt", "Absenden")
    assert "nur, um zu antworten" in form["text"]
    assert form["links_statement"]


def test_a_form_that_sends_to_another_site_says_so(said: Any) -> None:
    assert [form["third_party"] for form in said["forms"]] == [False, True, False]


def test_fields_without_a_form_make_one(said: Any) -> None:
    form = said["forms"][-1]

    assert (form["heading"], form["button"], form["action"]) == ("Rundbrief", "Bestellen", "")
    assert not form["links_statement"]


def test_a_form_in_a_closed_shadow_root_is_read(said: Any) -> None:
    assert [form["heading"] for form in said["forms"]] == ["Kontakt", "Suche", "Rundbrief"]
    assert "Im Schatten" in said["text"]


def test_links_lead_somewhere_and_have_a_region(said: Any) -> None:
    links = {link["url"].removeprefix(SITE): (link["text"], link["region"]) for link in said["links"]}

    assert links["/a.html?page=2#x"] == ("Seite", "nav")
    assert links["/bild.html"] == ("Bild", "nav")
    assert links["/impressum.html"] == ("Impressum", "footer")
    assert all(link["url"].startswith("http") for link in said["links"])


def test_a_link_under_something_else_is_covered(said: Any) -> None:
    assert [link["text"] for link in said["links"] if link["covered"]] == ["Verdeckt"]


def test_boxes_are_told_as_they_were_loaded(said: Any) -> None:
    assert [(box["label"], box["checked"]) for box in said["boxes"]] == [
        ("Rundbrief bestellen", True),
        ("Dunkel", True),
    ]


def test_title_and_language_are_the_pages_own(said: Any) -> None:
    assert (said["title"], said["language"]) == ("Formulare", "de")


def test_a_page_of_any_size_is_read_within_bounds() -> None:
    async def enlarged(page: Page) -> Any:
        await page.evaluate(MANY)
        return await read(page, SECRET)

    opener = open_browser()
    said = opener.look("forms.html", enlarged)
    opener.close()

    assert len(said["text"]) <= 100_000
    assert len(said["links"]) <= 400
    assert said["forms"]
