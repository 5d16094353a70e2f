"""The ways of a visitor who is asked: refusing, agreeing, changing, resetting, opting out, and a browser that says no.

Each is walked in German and English, on a phone, a tablet and a desk; once without a mouse, once without scripts.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.test_public_pages import RULES
from tests.running import Served

pytestmark = pytest.mark.browser
WIDTHS = (320, 768, 1280)
# What a page sends while it is left is told to no other listener.
NOTES_BEACONS = """
    const send = navigator.sendBeacon.bind(navigator);
    navigator.sendBeacon = (url, data) => {
        sessionStorage.beacons = (sessionStorage.beacons ?? "") + new URL(url, location.href).pathname;
        return send(url, data);
    };
"""
Open = Callable[..., Page]


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language's addresses, and the words on its controls."""

    home: str
    statement: str
    choices: str
    refuse: str
    accept: str
    each: str
    save: str
    change: str
    reset: str
    opt_out: str


TONGUES = {
    "de": Tongue(
        "/de", "/datenschutz", "/datenschutz/wahl", "Ablehnen", "Zustimmen", "Einzeln festlegen", "Auswahl speichern",
        "Cookie-Einstellungen ändern", "Cookie-Einstellungen zurücksetzen", "Dieses Gerät nicht messen",
    ),
    "en": Tongue(
        "/en", "/privacy", "/privacy/choices", "Refuse", "Agree", "Set individually", "Save selection",
        "Change cookie settings", "Reset cookie settings", "Do not measure this device",
    ),
}  # fmt: skip


@pytest.fixture(params=["de", "en"])
def tongue(request: pytest.FixtureRequest) -> Tongue:
    """A visitor's language."""
    return TONGUES[request.param]


@pytest.fixture
def opened(browser: Browser, served: Served) -> Iterator[Open]:
    """Opens a page of the running service in a fresh profile: `opened(path, width, **of the context)`."""
    contexts: list[BrowserContext] = []

    def open_page(path: str, width: int = 1280, **more: Any) -> Page:  # Any: as Playwright declares it
        context = browser.new_context(base_url=served.url, viewport={"width": width, "height": 800}, **more)
        contexts.append(context)
        page = context.new_page()
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()


def jar(page: Page) -> list[str]:
    """Names of the cookies on the device."""
    return [cookie["name"] for cookie in page.context.cookies()]


def press(page: Page, name: str) -> None:
    """Press a button of this name and wait for what comes."""
    page.get_by_role("button", name=name, exact=True).first.click()


def status(page: Page, tongue: Tongue) -> str:
    """The live status in the statement."""
    page.goto(tongue.statement)
    return page.locator("output.live").inner_text()


@pytest.mark.parametrize("width", WIDTHS)
def test_v1_one_press_refuses_and_only_the_necessary_stays(width: int, tongue: Tongue, opened: Open) -> None:
    page = opened(tongue.home, width)
    assert jar(page) == []

    press(page, tongue.refuse)

    assert page.url.endswith(tongue.home)
    assert page.locator("section.ask").count() == 0
    assert jar(page) == ["zweck-choice"]
    for path in (tongue.statement, tongue.choices, "/imprint"):
        page.goto(path)
        assert page.locator("section.ask").count() == 0
    assert page.locator("script").count() == 0


@pytest.mark.parametrize("width", WIDTHS)
def test_v2_agreed_changed_and_reset(width: int, tongue: Tongue, opened: Open) -> None:
    page = opened(tongue.statement, width)
    press(page, tongue.accept)
    assert page.locator("section.ask").count() == 0

    page.get_by_role("contentinfo").get_by_role("link", name=tongue.change).click()
    assert page.url.endswith(tongue.choices)
    assert page.get_by_role("radio").first.is_checked()
    page.get_by_role("radio").nth(1).check()
    press(page, tongue.save)
    assert page.locator("section.done h2").is_visible()

    page.goto(tongue.statement)
    press(page, tongue.reset)
    assert jar(page) == []
    assert page.locator("section.done code", has_text="zweck-choice").is_visible()
    page.goto(tongue.home)
    assert page.locator("section.ask").is_visible()


@pytest.mark.parametrize("width", WIDTHS)
def test_v4_opting_out_sets_nothing_before_the_press_and_is_told_live(width: int, tongue: Tongue, opened: Open) -> None:
    page = opened(tongue.statement, width)
    before = status(page, tongue)
    assert jar(page) == []

    press(page, tongue.opt_out)

    assert page.url.endswith(f"{tongue.statement}#measurement.opt-out")
    assert jar(page) == ["zweck-choice"]
    assert status(page, tongue) != before
    assert "2027" in status(page, tongue)


@pytest.mark.parametrize("width", WIDTHS)
def test_v5_a_browser_that_says_no_is_asked_nothing(width: int, tongue: Tongue, opened: Open) -> None:
    page = opened(tongue.home, width, extra_http_headers={"Sec-GPC": "1"})

    assert page.locator("section.ask").count() == 0
    assert page.locator("section.signal").is_visible()
    assert jar(page) == []
    assert "Global Privacy Control" in status(page, tongue)

    page.locator("section.signal a").click()
    page.get_by_role("radio").first.check()
    press(page, tongue.save)
    assert page.locator("section.signal").count() == 0


def test_v6_without_a_mouse(tongue: Tongue, opened: Open) -> None:
    page = opened(tongue.home)
    names = []

    for _ in range(4):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.textContent.trim()"))
    assert names[1:] == [tongue.refuse, tongue.accept, tongue.each]

    page.keyboard.press("Enter")
    page.wait_for_url(f"**{tongue.choices}")
    page.get_by_role("radio").nth(1).focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name=tongue.save).focus()
    page.keyboard.press("Enter")
    page.locator("section.done").wait_for()
    assert jar(page) == ["zweck-choice"]


def test_v6_without_scripts(tongue: Tongue, opened: Open) -> None:
    page = opened(tongue.home, 320, java_script_enabled=False)

    press(page, tongue.accept)
    first = status(page, tongue)
    press(page, tongue.opt_out)

    assert status(page, tongue) != first
    press(page, tongue.reset)
    assert jar(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_refuse_and_accept_look_the_same_and_are_both_in_sight(
    width: int, scheme: str, tongue: Tongue, opened: Open
) -> None:
    page = opened(tongue.home, width, color_scheme=scheme)

    looks = page.evaluate(
        """() => [...document.querySelectorAll("section.ask button")].map((button) => {
            const { width, height, top, bottom, left, right } = button.getBoundingClientRect();
            const style = getComputedStyle(button);
            const seen = top >= 0 && bottom <= innerHeight && left >= 0 && right <= innerWidth;
            const size = [Math.round(width), Math.round(height), Math.round(top)];
            return JSON.stringify([seen, size, style.color, style.backgroundColor, style.border, style.font,
                style.padding, style.opacity, style.animationName, style.boxShadow, style.textDecoration]);
        })"""
    )

    assert len(looks) == 2
    assert looks[0] == looks[1]
    assert looks[0].startswith("[true")


@pytest.mark.parametrize("width", WIDTHS)
def test_the_banner_covers_nothing_and_lets_everything_be_reached(width: int, tongue: Tongue, opened: Open) -> None:
    page = opened(tongue.home, width)

    page.get_by_role("contentinfo").get_by_role("link").first.click()

    assert page.locator("section.ask").is_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('section.ask')).position") == "static"
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_any_state(scheme: str, tongue: Tongue, opened: Open) -> None:
    page = opened(tongue.choices, 320, color_scheme=scheme)
    found = []

    def look(where: str) -> None:
        for one in Axe().run(page, options=RULES).response["violations"]:
            found.append(f"{where}: {one['id']}: {one['nodes'][0]['html']}")

    look("not answered")
    press(page, tongue.reset)
    look("reset")
    page.goto(tongue.statement)
    press(page, tongue.accept)
    look("the statement after a yes")
    page.goto(tongue.choices)
    look("answered")
    page.context.set_extra_http_headers({"Sec-GPC": "1"})
    page.context.clear_cookies()
    page.goto(tongue.home)
    look("signalled")

    assert found == []


@pytest.mark.parametrize("way", ["refuse", "reset", "opt_out"])
def test_a_page_that_sends_a_withdrawal_sends_nothing_more(way: str, opened: Open) -> None:
    tongue = TONGUES["en"]
    page = opened(tongue.home)
    page.add_init_script(NOTES_BEACONS)
    press(page, tongue.accept)
    page.goto(tongue.choices if way == "refuse" else tongue.statement)
    page.wait_for_timeout(1500)  # long enough that leaving would be told
    assert "/z/hit" in page.evaluate("sessionStorage.beacons")
    page.evaluate("sessionStorage.removeItem('beacons')")

    press(page, "Refuse all" if way == "refuse" else getattr(tongue, way))
    page.goto(tongue.home)

    assert page.evaluate("sessionStorage.beacons ?? ''") == ""
