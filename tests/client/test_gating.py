"""What waits for a yes: scripts, templates and frames; and what a withdrawal takes back."""

import pytest
from playwright.sync_api import Page, expect

from tests.client.stand import Stand
from tests.client.test_snippet import press

pytestmark = pytest.mark.browser
HELD = """
<script type="text/plain" data-zweck-purpose="measurement" data-src="{zweck}/one.js"></script>
<script type="text/plain" data-zweck-purpose="measurement">ran.push("two")</script>
<template data-zweck-purpose="measurement"><p id="unfolded">Da</p><script src="{zweck}/three.js"></script>
<script>ran.push("four")</script></template>
<script type="text/plain" data-zweck-purpose="operation">(window.free ||= []).push(1)</script>
<script type="text/plain" data-zweck-purpose="unheard-of">window.never = 1</script>
"""
FRAME = '<iframe title="Anfahrt" data-zweck-purpose="maps" data-src="{zweck}/map"></iframe>'
LATER = """document.body.insertAdjacentHTML('beforeend',
  '<script type="text/plain" data-zweck-purpose="measurement">ran.push("later")</' + 'script>')"""


def test_held_scripts_run_in_their_order_after_a_yes_and_once(stand: Stand, page: Page) -> None:
    stand.inside = HELD
    page.goto(stand.url)

    press(page, "Zustimmen")
    page.wait_for_function("window.ran?.length === 4")
    page.evaluate(LATER)
    page.wait_for_function("window.ran.length === 5")
    page.evaluate("document.body.append(document.createElement('p'))")
    page.wait_for_timeout(100)

    assert page.evaluate("ran") == ["/one.js", "two", "/three.js", "four", "later"]
    expect(page.locator("#unfolded")).to_be_visible()


def test_what_needs_no_permission_runs_at_once_and_the_undeclared_never(stand: Stand, page: Page) -> None:
    stand.inside = HELD

    page.goto(stand.url)
    page.wait_for_function("window.free")
    press(page, "Zustimmen")
    page.wait_for_function("window.ran?.length === 4")

    assert page.evaluate("[free.length, window.never ?? null]") == [1, None]


def test_a_script_that_fails_does_not_hold_up_the_next(stand: Stand, page: Page) -> None:
    stand.inside = HELD.replace("{zweck}/one.js", "http://127.0.0.1:9/gone.js").replace(
        "ran.push", "(window.ran ||= []).push"
    )
    page.goto(stand.url)

    press(page, "Zustimmen")

    page.wait_for_function("window.ran?.length === 3")


def test_a_frame_says_who_is_behind_it_and_loads_once(stand: Stand, page: Page) -> None:
    stand.inside = FRAME
    page.goto(stand.url)
    page.get_by_role("button", name="Ablehnen").click()

    expect(page.locator(".zweck-held")).to_contain_text(f"Anfahrt Hier würde geladen von {stand.zweck[7:]}")
    assert "/map" not in stand.asked
    page.get_by_role("button", name="Einmal laden").click()
    expect(page.locator("iframe")).to_be_visible()
    page.evaluate("document.body.append(document.createElement('p'))")
    page.wait_for_timeout(100)

    expect(page.locator("iframe")).to_have_attribute("src", f"{stand.zweck}/map")
    assert page.evaluate("zweck.status().maps.said") == "n"


def test_always_is_a_yes_to_that_purpose_alone(stand: Stand, page: Page) -> None:
    stand.inside = FRAME
    page.goto(stand.url)
    press(page, "Ablehnen")

    press(page, "Immer laden")

    expect(page.locator("iframe")).to_be_visible()
    assert stand.choices[1] == {
        "token": "the-token", "action": "save", "purpose-maps": "yes", "purpose-measurement": "no",
    }  # fmt: skip


def test_a_withdrawal_empties_the_device_and_tells_the_page(stand: Stand, page: Page) -> None:
    stand.inside = FRAME + "<script>document.addEventListener('zweck:choice', e => (window.told = e.detail))</script>"
    page.goto(stand.url)
    press(page, "Zustimmen")
    page.evaluate("""() => { document.cookie = '_ga=1'; document.cookie = '_ga_ABC=1'; document.cookie = 'own=1';
      localStorage.seen = 1; localStorage.own = 1; sessionStorage['tab-1'] = 1; indexedDB.open('tiles') }""")
    page.get_by_role("button", name="Cookie-Einstellungen ändern").click()

    press(page, "Ablehnen")

    page.wait_for_function("indexedDB.databases().then(found => !found.length)")
    assert page.evaluate("Object.keys(localStorage)") == ["own"]
    assert page.evaluate("document.cookie.replace(/=[^;]*/g, '')") == "own; zweck-choice"
    assert page.evaluate("[sessionStorage.length, told.measurement.allows]") == [0, False]
    expect(page.locator("iframe")).to_be_hidden()
    assert page.locator("iframe").get_attribute("src") is None


def test_before_any_answer_the_snippet_touches_no_storage(stand: Stand, page: Page) -> None:
    page.goto(stand.url)
    page.evaluate("localStorage.seen = 1")

    page.reload()
    expect(page.get_by_role("region")).to_be_visible()

    assert page.evaluate("localStorage.seen") == "1"


def test_the_status_tells_what_the_server_says_and_offers_the_way_out(stand: Stand, page: Page) -> None:
    stand.inside = '<div data-zweck-status><a href="/status">Status</a></div>'

    page.goto(stand.url)
    expect(page.get_by_role("status")).to_have_text("Gemessen: nein.")
    press(page, "Nicht messen")

    assert stand.choices[0] == {"token": "the-token-of-the-way-out", "action": "opt-out"}
    assert any(path.startswith("/z/status?path=%2F&") for path in stand.asked)
