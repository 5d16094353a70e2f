"""Our integrations on software that people really run: the audit finds nothing, before a choice and after each."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.client.real import sites
from tests.client.real.one_origin import one_origin
from tests.client.test_snippet import press
from tests.eye.real import next as plain_next
from tests.eye.real import wordpress as plain_wordpress
from tests.running import ROOT, serving
from zweck.eye import crawl
from zweck.eye.catalogue.lookup import load
from zweck.eye.judging.judge import judge

pytestmark = [pytest.mark.real, pytest.mark.browser]
OURS = 'origins = ["https://www.example.com"'
# What the held script of the WordPress site leaves; the snippet and the server take it away.
COUNTED = """
[technologies.counted]
name = "counted"
kind = "cookie"
purpose = "measurement"
lifetime_days = 0
"""
SiteAt = Callable[[Path, str], AbstractContextManager[str]]


def standing(site: SiteAt, lacks: str, factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site and a Zweck whose policy names it, behind one origin: its address."""
    if lacks:
        assert not os.environ.get("CI"), f"CI has to try it: {lacks}"
        pytest.skip(lacks)
    folder = factory.mktemp("zweck")
    policy, reference = folder / "policy.toml", (ROOT / "policies" / "reference.toml").read_text()
    with ExitStack() as stack:
        between = stack.enter_context(one_origin())
        policy.write_text(reference.replace(OURS, f'{OURS}, "{between.url}"') + COUNTED)
        between.zweck = stack.enter_context(serving(folder, ZWECK_POLICY=str(policy))).url
        between.site = stack.enter_context(site(folder / "site", between.url))
        yield between.url


@pytest.fixture(scope="module")
def wordpress(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """WordPress with the plugin."""
    yield from standing(sites.wordpress, plain_wordpress.lacks() or plain_next.lacks(), tmp_path_factory)


@pytest.fixture(scope="module")
def next_site(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Next.js with the component."""
    yield from standing(sites.next_site, plain_next.lacks(), tmp_path_factory)


@pytest.fixture(scope="module")
def django_site(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Django with the middleware and the tags."""
    yield from standing(sites.django_site, "", tmp_path_factory)


def audit(url: str) -> tuple[list[str], dict[str, bool]]:
    """What the audit finds in all four states, and which of them it reached."""
    seen = crawl.crawl(crawl.Plan(url, pages=3, minutes=4, allow_private=True), lambda step: None)
    found = [f"{f.code} {f.subject} {f.params}" for f in judge(seen, None, load(Path("/nowhere")), None)]
    return found, {walk.state: walk.choice is None or walk.choice.done for walk in seen.walks}


@pytest.mark.parametrize("name", ["wordpress", "next_site", "django_site"])
def test_the_audit_finds_nothing_in_any_state(name: str, request: pytest.FixtureRequest) -> None:
    url = request.getfixturevalue(name)

    found, reached = audit(url)

    assert found == []
    assert {"fresh", "refused", "accepted", "withdrawn"} <= {state for state, done in reached.items() if done}


def test_a_script_held_by_the_plugin_runs_after_a_yes_with_its_inline_part(wordpress: str, page: Page) -> None:
    page.goto(wordpress)
    expect(page.get_by_role("region")).to_be_visible()
    assert page.evaluate("window.ran ?? null") is None

    press(page, "Agree")

    page.wait_for_function("window.ran?.join() === 'counting,inline'")


def test_the_shortcodes_show_the_status_and_open_the_layer(wordpress: str, page: Page) -> None:
    page.goto(f"{wordpress}/measured/")

    expect(page.get_by_role("status")).to_contain_text("you have not agreed")
    page.get_by_role("link", name="Change cookie settings").click()

    expect(page.get_by_role("dialog")).to_be_visible()


def test_react_shows_and_hides_with_the_choice_and_survives_its_own_navigation(next_site: str, page: Page) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if "hydrat" in message.text.lower() else None)
    page.goto(next_site)
    expect(page.locator("#waits")).to_be_visible()
    press(page, "Agree")
    expect(page.locator("#allowed")).to_be_visible()

    page.get_by_role("link", name="Pricing").click()
    expect(page.get_by_role("heading", name="pricing")).to_be_visible()
    page.get_by_role("link", name="Cookie settings").click()
    press(page, "Refuse")

    expect(page.locator("#waits")).to_be_visible()
    assert said == []


def test_django_holds_what_a_template_marks(django_site: str, page: Page) -> None:
    page.goto(django_site)
    expect(page.get_by_role("region")).to_be_visible()
    expect(page.locator("#held")).to_have_count(0)

    press(page, "Agree")

    expect(page.locator("#held")).to_be_visible()
