"""The snippet on a foreign page: it asks, and nothing happens before the answer."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.client.stand import CSP, Stand

pytestmark = pytest.mark.browser
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}
LOOKS = """pair => pair.map(element => {
  const { fontSize, fontWeight, color, backgroundColor, borderColor, padding } = getComputedStyle(element);
  const { width, height } = element.getBoundingClientRect(), looks = [color, backgroundColor, borderColor];
  return [element.tagName, fontSize, fontWeight, ...looks, padding, width.toFixed(), height].join();
})"""
STORED = "[document.cookie, Object.keys(localStorage).join(), Object.keys(sessionStorage).join()]"


def press(page: Page, name: str) -> None:
    """Press a button by its text, and wait for the server's answer."""
    with page.expect_response(lambda response: "/z/choice" in response.url):
        page.get_by_role("button", name=name, exact=True).click()


def sent(stand: Stand, page: Page, count: int) -> list[dict[str, object]]:
    """The first hits, once that many came."""
    for _ in range(50):
        if len(stand.hits) >= count:
            break
        page.wait_for_timeout(50)
    return stand.hits


def test_it_asks_right_after_the_skip_link_and_leaves_the_page_open(stand: Stand, page: Page) -> None:
    page.goto(stand.url)

    region = page.get_by_role("region", name="Ihre Wahl")
    expect(region).to_be_visible()
    assert region.evaluate("e => e.previousElementSibling.hash") == "#content"
    assert page.evaluate("document.activeElement.tagName") == "BODY"
    for line in stand.site["text"]:
        expect(region).to_contain_text(line)
    assert page.get_by_role("link", name="Impressum").get_attribute("href") == f"{stand.zweck}/impressum"


def test_before_the_answer_nothing_is_stored_sent_or_run(stand: Stand, page: Page) -> None:
    stand.inside = '<script type="text/plain" data-zweck-purpose="measurement">window.early = 1</script>'

    page.goto(stand.url)
    expect(page.get_by_role("region")).to_be_visible()
    page.mouse.wheel(0, 500)
    page.evaluate("history.pushState({}, '', '/next')")

    assert page.evaluate(STORED) == ["", "", ""]
    assert page.evaluate("window.early") is None
    assert (stand.hits, stand.choices, stand.asked) == ([], [], ["/z/zweck.js?lang=de"])


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_refusing_is_as_easy_as_accepting(stand: Stand, page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 640})

    page.goto(stand.url)
    refuse, accept = (page.get_by_role("button", name=name, exact=True) for name in ("Ablehnen", "Zustimmen"))

    expect(refuse).to_be_in_viewport(ratio=1)
    expect(accept).to_be_in_viewport(ratio=1)
    left, right = page.evaluate(LOOKS, [refuse.element_handle(), accept.element_handle()])
    assert left == right


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_either_layer(stand: Stand, page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(stand.url)

    first = Axe().run(page, options=RULES)
    page.get_by_role("button", name="Einzeln einstellen").click()
    second = Axe().run(page, options=RULES)

    assert [v["id"] for v in first.response["violations"] + second.response["violations"]] == []


def test_the_strictest_content_policy_breaks_nothing(stand: Stand, page: Page) -> None:
    stand.csp = CSP
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))

    page.goto(stand.url)
    assert page.get_by_role("region").evaluate("e => getComputedStyle(e).position") == "fixed"
    press(page, "Zustimmen")
    expect(page.get_by_role("region")).to_have_count(0)

    assert said == []
    assert len(sent(stand, page, 1)) == 1


def test_a_refusal_holds_and_is_not_asked_again(stand: Stand, page: Page) -> None:
    page.goto(stand.url)
    press(page, "Ablehnen")
    expect(page.get_by_role("region")).to_have_count(0)

    page.reload()
    page.wait_for_function("window.zweck")

    expect(page.get_by_role("region")).to_have_count(0)
    assert (len(stand.choices), stand.hits) == (1, [])
    assert stand.choices[0] == {"token": "the-token", "action": "refuse"}


def test_a_choice_that_the_server_refuses_is_no_choice(stand: Stand, page: Page) -> None:
    stand.status = 400

    page.goto(stand.url)
    press(page, "Zustimmen")
    expect(page.get_by_role("region")).to_have_count(0)
    page.get_by_role("button", name="Cookie-Einstellungen ändern").click()

    expect(page.get_by_role("status")).to_have_text("Die Wahl kam nicht an.")
    assert page.evaluate("zweck.status().measurement.allows") is False
    assert stand.hits == []


def test_where_cookies_are_blocked_it_says_so_and_invents_no_consent(stand: Stand, page: Page) -> None:
    stand.sets_cookies = False
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))

    page.goto(stand.url)
    press(page, "Zustimmen")
    expect(page.get_by_role("region")).to_have_count(0)
    page.get_by_role("button", name="Cookie-Einstellungen ändern").click()

    expect(page.get_by_role("status")).to_have_text("Ihr Browser behält keine Wahl.")
    assert "zweck: Ihr Browser behält keine Wahl." in said
    assert (page.evaluate("zweck.status().measurement.allows"), stand.hits) == (False, [])


def test_away_from_its_own_domain_it_asks_nothing(stand: Stand, page: Page) -> None:
    stand.site["domain"] = "example.com"

    page.goto(stand.url)
    page.get_by_role("button", name="Cookie-Einstellungen ändern").click()

    expect(page.get_by_role("status")).to_have_text("Hier kann keine Wahl gelten.")
    expect(page.get_by_role("button", name="Zustimmen")).to_have_count(0)


def test_the_privacy_signal_is_a_refusal_that_needs_no_banner(stand: Stand, page: Page) -> None:
    page.add_init_script("Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => true })")

    page.goto(stand.url)
    page.get_by_role("button", name="Cookie-Einstellungen ändern").click()
    expect(page.get_by_role("status")).to_have_text("Ihr Browser lehnt ab.")
    expect(page.get_by_role("region")).to_have_count(0)
    assert stand.hits == []
    press(page, "Zustimmen")

    page.wait_for_function("zweck.status().measurement.allows")


def test_the_layer_ticks_nothing_and_what_stays_open_is_a_no(stand: Stand, page: Page) -> None:
    page.goto(stand.url)
    page.get_by_role("button", name="Einzeln einstellen").click()

    assert page.locator("input:checked").count() == 0
    page.get_by_role("group", name="Karten").get_by_label("Ja").check()
    press(page, "Auswahl speichern")

    assert stand.choices[0]["purpose-measurement"] == "no"
    assert stand.choices[0]["purpose-maps"] == "yes"


def test_the_layer_closes_by_keyboard_and_gives_the_focus_back(stand: Stand, page: Page) -> None:
    stand.inside = '<a href="/elsewhere" data-zweck-choices>Wahl ändern</a>'
    page.goto(stand.url)

    page.get_by_role("link", name="Wahl ändern").press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("region", name="Ihre Wahl")).to_be_visible()
    assert page.evaluate("document.activeElement.textContent") == "Wahl ändern"


def test_text_of_the_server_is_never_markup(stand: Stand, page: Page) -> None:
    stand.site["text"] = ["<img src=x onerror=window.hurt=1>"]

    page.goto(stand.url)

    expect(page.get_by_role("region")).to_contain_text("<img src=x")
    assert page.evaluate("window.hurt") is None


def test_a_new_purpose_is_asked_about_alone(stand: Stand, page: Page) -> None:
    page.goto(stand.url)
    page.evaluate("document.cookie = 'zweck-choice=1.AAAAAAAAAAA.meayzz1'")
    page.reload()

    expect(page.get_by_role("region")).to_contain_text("Nur noch dies.")
    assert page.evaluate("zweck.status()") == {
        "measurement": {"allows": True, "said": "y"},
        "maps": {"allows": False, "said": ""},
    }
    press(page, "Ablehnen")

    assert "/z/question?lang=de&purposes=maps" in stand.asked
    assert stand.choices == [{"token": "of-the-rest", "action": "refuse"}]


def test_it_stays_where_a_framework_draws_the_page_anew(stand: Stand, page: Page) -> None:
    page.goto(stand.url)
    expect(page.get_by_role("region")).to_be_visible()

    page.evaluate("document.body.replaceChildren(document.createElement('main'))")

    expect(page.get_by_role("region", name="Ihre Wahl")).to_be_visible()
