"""The staff pages of enquiries, trials, lists and campaigns without a mouse, for screen readers, and on a phone."""

import subprocess
import sys
from collections.abc import Iterator
from os import environ
from typing import Any  # what Playwright keeps of a session

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.keyboard import come_to, walked
from tests.browser.test_public_pages import RULES
from tests.running import ROOT, Served, serving
from zweck.policy.load import loads
from zweck.proof.drill.person import Person
from zweck.proof.drill.sending import send_form
from zweck.proof.drill.through import through

pytestmark = pytest.mark.browser
PASSWORD = "a long enough password of a test"
PURPOSES = ("enquiry", "trial", "newsletter")
POLICY = ROOT / "policies" / "reference.toml"
HOME, ENQUIRIES, TRIALS, MAILING = "/staff/", "/staff/enquiries", "/staff/trials", "/staff/mailing"
LIST = f"{MAILING}/lists/newsletter"
WIDTHS = (320, 1280)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The reference site with Anna's account, an enquiry, a trial and somebody on the list."""
    about = {"ZWECK_PLACE": "virginia", "ZWECK_PROOFS": "by-hand", "ZWECK_CATCHER": "1", "ZWECK_STANDINS": "0"}
    with serving(tmp_path_factory.mktemp("office"), **about) as served:
        given = {**environ, **about, "ZWECK_DATA": str(served.data), "ZWECK_KEYS": str(served.keys)}
        given |= {"PYTHONPATH": str(ROOT / "src"), "ZWECK_POLICY": str(POLICY)}
        wish = [word for purpose in PURPOSES for word in ("--purpose", purpose)]
        words = [sys.executable, "-m", "zweck.cli", "staff", "add", "Anna", *wish, "--password-stdin"]
        subprocess.run(words, input=PASSWORD, text=True, env=given, check=True, stdout=subprocess.DEVNULL)
        with through(served.url) as url:
            for form in ("enquiry", "trial", "newsletter"):
                sent = send_form(Person(url), loads(POLICY.read_bytes(), "reference").policy, form, ASKED[form])
                assert sent.status == 200
        yield served


ASKED = {
    "enquiry": {"email": "ben@example.org", "name": "Ben Beispiel", "message": "How long do you keep what I write?"},
    "trial": {"email": "ben@example.org", "name": "Ben Beispiel", "place": "virginia"},
    "newsletter": {"email": "cora@example.org"},
}


def log_in(page: Page, password: str) -> None:
    """Try to log in as Anna, by keyboard alone."""
    page.goto("/staff/log-in")
    come_to(page, "Name")
    page.keyboard.type("Anna")
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    enter(page)


@pytest.fixture(scope="module")
def session(browser: Browser, office: Served) -> Any:
    """Anna's session, begun by keyboard alone."""
    context = browser.new_context(base_url=office.url, locale="en")
    page = context.new_page()
    log_in(page, PASSWORD)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Anna")
    kept = context.storage_state()
    context.close()
    return kept


@pytest.fixture
def anna(browser: Browser, office: Served, session: Any) -> Iterator[BrowserContext]:
    """Anna's browser, with English."""
    context = browser.new_context(
        base_url=office.url,
        locale="en",
        storage_state=session,
        viewport={"width": 1280, "height": 800},
        reduced_motion="reduce",  # a page that is still scrolling shows nothing where one is
    )
    yield context
    context.close()


@pytest.fixture
def page(anna: BrowserContext) -> Page:
    """A page of it."""
    return anna.new_page()


def draft(page: Page) -> str:
    """Begin a campaign by keyboard; its address."""
    page.goto(MAILING)
    come_to(page, "Write a new e-mail")
    enter(page)
    page.wait_for_url("**/staff/mailing/campaigns/*")
    return page.url


def every_page(page: Page) -> list[str]:
    """The addresses of the staff pages, one of each sort."""
    own = []
    for path, row in ((ENQUIRIES, "ul.rows a"), (TRIALS, "ul.list a")):
        page.goto(path)
        own.append(page.locator(row).first.get_attribute("href") or "")
    return [HOME, ENQUIRIES, TRIALS, MAILING, LIST, f"{MAILING}/questions", *own, draft(page)]


def test_tab_comes_to_every_control_in_order_and_is_seen_there(page: Page) -> None:
    found = []
    for path in every_page(page):
        page.goto(path)
        walk = walked(page)
        found += [f"{path}: not seen at {name}" for name in walk.unseen]
        if not walk.is_whole_and_in_order:
            found.append(f"{path}: {walk.stops} of {walk.reachable}")

    assert found == []


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(page: Page, width: int, scheme: str) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    found = []
    for path in every_page(page):
        page.goto(path)
        found += [f"{path}: {one}" for one in is_clean(page)]
        if not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
            found.append(f"{path}: scrolls sideways")

    assert found == []


def test_a_wrong_password_is_said_where_the_focus_is(browser: Browser, office: Served) -> None:
    context = browser.new_context(base_url=office.url, locale="en")
    page = context.new_page()
    log_in(page, "not the password")

    is_told(page, "do not match")
    assert page.get_by_label("Name").input_value() == "Anna"
    assert is_clean(page) == []
    context.close()


def test_an_enquiry_is_found_read_and_answered_by_keyboard(page: Page) -> None:
    page.goto(ENQUIRIES)
    come_to(page, "E-mail address")
    page.keyboard.type("nobody")
    enter(page)
    is_told(page, "e-mail address")
    assert is_clean(page) == []
    come_to(page, "E-mail address")
    page.keyboard.press("Control+A")
    page.keyboard.type("ben@example.org")
    enter(page)
    come_to(page, "Enquiry 1")
    enter(page)

    come_to(page, "Your answer")
    page.keyboard.type("Card 4111 1111 1111 1111")
    come_to(page, "Send the answer")
    enter(page)
    is_told(page, "card")
    assert is_clean(page) == []
    come_to(page, "Your answer")
    page.keyboard.press("Control+A")
    page.keyboard.type("As long as the statement says.")
    come_to(page, "Send the answer")
    enter(page)

    expect(page.locator("[role=status]").first).to_be_focused()
    assert is_clean(page) == []


def test_a_trial_is_opened_by_keyboard(page: Page) -> None:
    page.goto(TRIALS)
    href = page.locator("ul.list a").first
    come_to(page, href.inner_text())
    enter(page)

    expect(page.get_by_role("heading", level=1)).to_contain_text("Trial ")


def test_a_list_says_where_the_focus_is_what_was_done_and_what_was_not(page: Page) -> None:
    page.goto(LIST)
    come_to(page, "E-mail address")
    page.keyboard.type("ben@localhost")  # what a browser lets through
    enter(page)
    is_told(page, "")
    assert is_clean(page) == []
    come_to(page, "E-mail address")
    page.keyboard.type("cora@example.org")
    enter(page)

    expect(page.locator("[role=status]").first).to_be_focused()
    assert is_clean(page) == []


def test_a_campaign_is_written_and_its_troubles_are_met_by_keyboard(page: Page) -> None:
    draft(page)
    come_to(page, "Save and send")
    enter(page)
    is_told(page, "")
    assert is_clean(page) == []
    come_to(page, "Subject")
    page.keyboard.type("News of November")
    come_to(page, "Save and preview")
    enter(page)

    expect(page.get_by_role("heading", name="Preview")).to_be_focused()
    assert is_clean(page) == []
    assert page.get_by_label("Subject").first.input_value() == "News of November"


def enter(page: Page) -> None:
    """Press Enter, and wait for where it leads."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def is_told(page: Page, words: str) -> None:
    """What went wrong is said aloud, and the focus is there."""
    trouble = page.locator("[role=alert]").first
    expect(trouble).to_be_focused()
    expect(trouble).to_contain_text(words)


def is_clean(page: Page) -> list[str]:
    """What axe finds, by rule."""
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in Axe().run(page, options=RULES).response["violations"]]
