"""The public pages in a real browser: for the eye, the keyboard, the screen reader, the phone and the printer."""

import json
import re
import urllib.request
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.running import Served

pytestmark = pytest.mark.browser
# axe's own tags: the standards, and what its makers hold for good practice.
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}


@pytest.fixture(scope="module")
def listed(served: Served) -> list[dict[str, str]]:
    """The first page of each template in each language."""
    with urllib.request.urlopen(f"{served.url}/z/pages.json", timeout=10) as answer:
        pages = json.load(answer)["pages"]
    first = {(page["template"], page["language"]): page for page in reversed(pages)}
    return list(first.values())


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page in a fresh profile."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def in_language(listed: list[dict[str, str]], template: str) -> dict[str, str]:
    """The path of one template by language."""
    return {page["language"]: page["path"] for page in listed if page["template"] == template}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_template_in_any_language(
    scheme: str, served: Served, listed: list[dict[str, str]], page: Page
) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    found = []

    for one in [*listed, {"path": "/nothing-here"}, {"path": "/staff/log-in"}]:
        page.goto(served.url + one["path"])
        results = Axe().run(page, options=RULES)
        found += [f"{one['path']}: {v['id']}: {v['nodes'][0]['html']}" for v in results.response["violations"]]

    assert found == []


def test_the_first_tab_and_enter_lead_to_the_content(served: Served, listed: list[dict[str, str]], page: Page) -> None:
    for one in listed:
        page.goto(served.url + one["path"])

        page.keyboard.press("Tab")
        page.keyboard.press("Enter")

        assert page.evaluate("document.activeElement.tagName") == "MAIN"


def test_no_page_scrolls_sideways_on_the_smallest_phone(
    served: Served, listed: list[dict[str, str]], page: Page
) -> None:
    page.set_viewport_size({"width": 320, "height": 640})

    for one in listed:
        page.goto(served.url + one["path"])
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, one["path"]


def test_the_language_switch_keeps_the_page(served: Served, listed: list[dict[str, str]], page: Page) -> None:
    for template in {one["template"] for one in listed}:
        paths = in_language(listed, template)
        if template == "evidence" or len(paths) < 2:
            continue
        page.goto(served.url + paths["de"])

        page.get_by_role("link", name="English").click()

        assert page.url == served.url + paths["en"]


def test_a_mark_is_short_and_leads_to_its_evidence_and_back(
    served: Served, listed: list[dict[str, str]], page: Page
) -> None:
    page.goto(served.url + in_language(listed, "statement")["en"])
    marks = page.locator("a.m")
    assert all(len(text.strip()) <= 40 for text in marks.all_inner_texts())

    marks.first.click()
    page.get_by_role("link", name="Back to the sentence").click()

    assert page.locator(":target").count() == 1


def test_no_page_asks_anything_of_anybody_else_or_leaves_a_cookie(
    served: Served, listed: list[dict[str, str]], page: Page
) -> None:
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))

    for one in listed:
        page.goto(served.url + one["path"], wait_until="networkidle")

    assert [url for url in asked if not url.startswith(served.url)] == []
    assert complaints == []
    assert page.context.cookies() == []


def test_on_paper_the_text_stays_and_the_menu_goes(served: Served, listed: list[dict[str, str]], page: Page) -> None:
    page.goto(served.url + in_language(listed, "statement")["de"])

    page.emulate_media(media="print")

    assert not page.locator(".bar nav").first.is_visible()
    assert not page.locator(".toc").is_visible()
    assert page.locator(".s").first.is_visible()
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"


def test_marks_stand_beside_the_text_on_a_desk_and_below_it_on_a_phone(
    served: Served, listed: list[dict[str, str]], page: Page
) -> None:
    page.goto(served.url + in_language(listed, "statement")["de"])

    def is_beside() -> bool:
        text, mark = (page.locator(at).first.bounding_box() for at in (".s > span", ".s > .m"))
        assert text is not None
        assert mark is not None
        return mark["x"] >= text["x"] + text["width"]

    assert is_beside()
    page.set_viewport_size({"width": 390, "height": 844})
    assert not is_beside()


def test_a_mark_without_its_colours_still_tells_its_state(
    served: Served, listed: list[dict[str, str]], page: Page
) -> None:
    page.emulate_media(forced_colors="active")
    page.goto(served.url + in_language(listed, "statement")["en"])

    texts = page.locator("a.m").all_inner_texts()

    assert texts
    assert all(re.match(r"(Kept|Broken|Lapsed|Not proved|Being checked|Unknown|Vouched|Stated|Aim)", t) for t in texts)
