"""The ways of somebody who fills in a form: by keyboard, on a phone, without scripts, in a hurry, elsewhere."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.browser.keyboard import come_to, from_the_top, walked
from tests.browser.test_public_pages import RULES
from tests.running import Served

pytestmark = pytest.mark.browser
PATHS = ("/neuigkeiten", "/anfrage", "/testzugang", "/newsletter", "/support", "/trial")
ELSEWHERE = "https://www.example.com/our-other-page"
Open = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser, served: Served) -> Iterator[Open]:
    """Opens a form of the running service in a fresh profile."""
    contexts: list[BrowserContext] = []

    def open_page(path: str, width: int = 1280, **more: Any) -> Page:  # Any: as Playwright declares it
        context = browser.new_context(base_url=served.url, viewport={"width": width, "height": 800}, **more)
        contexts.append(context)
        page = context.new_page()
        if path:
            page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()


def send(page: Page) -> None:
    """Press the form's button."""
    page.locator(".fill button.main").click()


def is_clean(page: Page) -> list[str]:
    """What axe finds, by rule."""
    return [one["id"] for one in Axe().run(page, options=RULES).response["violations"]]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("width", [320, 1280])
def test_forms_are_accessible_also_when_something_is_wrong(opened: Open, path: str, width: int) -> None:
    page = opened(path, width)
    fresh = is_clean(page)
    send(page)
    page.wait_for_selector("#trouble")

    assert (fresh, is_clean(page)) == ([], [])
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_an_error_takes_the_focus_and_its_link_leads_to_the_field(opened: Open) -> None:
    page = opened("/newsletter", java_script_enabled=False)
    send(page)

    expect(page.locator("#trouble")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#in-email")).to_be_focused()


def test_a_form_is_sent_by_keyboard_alone_and_without_scripts(opened: Open) -> None:
    page = opened("/newsletter", java_script_enabled=False)
    page.locator("#in-email").focus()

    page.keyboard.type("ben@example.org")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    assert page.context.cookies() == []


def test_the_keyboard_comes_from_field_to_button_without_meeting_the_trap(opened: Open) -> None:
    page = opened("/trial")
    page.locator("#in-name").focus()
    met = []
    for _ in range(12):
        met.append(page.evaluate("document.activeElement.name || document.activeElement.tagName"))
        if page.evaluate("document.activeElement.matches('button.main')"):
            break
        page.keyboard.press("Tab")

    assert met[:3] == ["name", "email", "organisation"]
    assert met[-1] == "BUTTON"
    assert "website-url" not in met


def test_whoever_sends_very_much_waits_while_the_page_works(opened: Open) -> None:
    page = opened("/neuigkeiten")
    for number in range(9):
        page.goto("/neuigkeiten")
        page.locator("#in-email").fill(f"ben{number}@example.org")
        send(page)
        if page.locator("#trouble").count():
            break

    expect(page.locator("[data-zweck-wait]")).to_have_text("Bereit: Sie können jetzt senden.", timeout=20_000)
    send(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Vielen Dank")


def embedded(page: Page, served: Served, inside: str) -> None:
    """Open a page of the company's other site, which has our script."""
    text = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Other</title>'
        f'<script src="{served.url}/z/form.js" async></script></head><body><main><h1>Other page</h1>{inside}</main>'
    )

    def answer(route: Route) -> None:
        route.fulfill(body=text, content_type="text/html")

    page.route("https://www.example.com/**", answer)
    page.goto(ELSEWHERE)


def test_on_another_page_of_the_company_the_form_takes_the_place_of_its_link(opened: Open, served: Served) -> None:
    page = opened("", permissions=["local-network-access"])
    embedded(page, served, '<div data-zweck-form="trial"><a href="/trial">Try it</a></div>')
    form = page.locator("form.zweck-form")

    expect(form.locator("h2")).to_have_text("Start a trial")
    expect(form).to_contain_text("We use what you enter here only for: trial.")
    expect(form).to_contain_text("a contract with you")
    expect(form.get_by_role("link", name="DB-IP")).to_have_attribute("rel", "license")
    assert is_clean(page) == []
    form.get_by_role("button").click()
    expect(form.locator(".zweck-trouble")).to_be_focused()
    expect(form.locator(".zweck-trouble")).to_contain_text("E-mail address: please fill this in.")
    assert is_clean(page) == []
    form.get_by_label("Name").fill("Cora")
    form.get_by_label("E-mail address").fill("cora@example.org")
    form.get_by_role("button").click()
    expect(page.locator(".zweck-thanks h2")).to_have_text("Thank you")
    assert page.context.cookies() == []


def test_on_another_page_the_form_needs_no_mouse(opened: Open, served: Served) -> None:
    page = opened("", permissions=["local-network-access"], reduced_motion="reduce")
    embedded(page, served, '<div data-zweck-form="trial"><a href="/trial">Try it</a></div><a href="/x">After it</a>')
    form = page.locator("form.zweck-form")
    expect(form.get_by_role("button")).to_be_visible()

    walk = walked(page)
    fields = [
        "Name",
        "E-mail address",
        "Organisation",
        "Ireland",
        "US dollar",
        "More in the",
        "Start a trial",
        "IP Geolocation",
    ]
    assert walk.is_whole_and_in_order
    assert [name for name, begin in zip(walk.names, fields, strict=False) if not name.startswith(begin)] == []
    assert (walk.names[-1], walk.unseen) == ("After it", [])
    from_the_top(page)
    come_to(page, "Start a trial")
    page.keyboard.press("Enter")
    expect(form.locator(".zweck-trouble")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(form.get_by_label("Name")).to_be_focused()
    page.keyboard.type("Cora")
    come_to(page, "E-mail address")
    page.keyboard.type("cora@example.org")
    come_to(page, "Ireland")
    page.keyboard.press("ArrowUp")
    expect(form.get_by_label("Virginia")).to_be_checked()
    come_to(page, "Start a trial")
    page.keyboard.press("Enter")

    expect(page.locator(".zweck-thanks")).to_be_focused()
    expect(page.locator(".zweck-thanks h2")).to_have_text("Thank you")


def test_without_our_answer_the_link_stays(opened: Open, served: Served) -> None:
    page = opened("", permissions=["local-network-access"])
    embedded(page, served, '<div data-zweck-form="nothing"><a href="/trial">Try it</a></div>')
    page.wait_for_timeout(500)

    expect(page.get_by_role("link", name="Try it")).to_be_visible()
