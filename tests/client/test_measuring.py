"""What is sent of a visit, and when nothing is. The measurement part alone, and Google's as a declared alternative."""

import pytest
from playwright.sync_api import Page, expect

from tests.client.stand import Stand
from tests.client.test_snippet import press, sent

pytestmark = pytest.mark.browser
YES = "document.cookie = 'zweck-choice=1.AAAAAAAAAAA.meayzz1.mapnzz1'"
CONSENTS = "dataLayer.map(one => [...one]).filter(([what]) => what === 'consent').map(([, how, what]) => [how, what])"


def test_a_view_says_where_and_how_wide_and_leaves_the_fragment_out(stand: Stand, page: Page) -> None:
    page.goto(f"{stand.url}/page?utm_source=a#part")
    press(page, "Zustimmen")

    assert sent(stand, page, 1) == [{"u": f"{stand.url}/page?utm_source=a", "r": "", "w": 1280, "b": 1}]


def test_moves_within_one_document_are_views_with_their_referrer(stand: Stand, page: Page) -> None:
    page.goto(stand.url)
    page.evaluate(YES)
    page.reload()
    page.wait_for_function("window.zweck")
    page.evaluate("history.pushState({}, '', '/second'); history.pushState({}, '', '/second#part')")
    page.go_back()
    page.go_back()

    seen = [(hit["u"], hit["r"]) for hit in sent(stand, page, 3) if "e" not in hit]

    first, second = f"{stand.url}/", f"{stand.url}/second"
    assert seen == [(first, ""), (second, first), (first, second)]


def test_leaving_tells_the_seconds_it_was_seen(stand: Stand, page: Page) -> None:
    page.goto(stand.url)
    press(page, "Zustimmen")
    page.wait_for_timeout(1100)

    page.goto("about:blank")

    left = sent(stand, page, 2)[1]
    assert (left["e"], left["u"], left["s"]) == ("leave", f"{stand.url}/", 1)


def test_events_are_told_by_call_and_by_click(stand: Stand, page: Page) -> None:
    stand.inside = '<button data-zweck-event="download"><span>Laden</span></button>'
    page.goto(stand.url)
    press(page, "Zustimmen")

    page.get_by_text("Laden").click()
    page.evaluate("zweck.measure('sign-up')")

    assert [hit.get("e") for hit in sent(stand, page, 3)] == [None, "download", "sign-up"]


def test_after_a_withdrawal_nothing_more_is_sent(stand: Stand, page: Page) -> None:
    page.goto(stand.url)
    press(page, "Zustimmen")
    sent(stand, page, 1)
    page.get_by_role("button", name="Cookie-Einstellungen ändern").click()
    press(page, "Ablehnen")

    page.evaluate("zweck.measure('sign-up'); history.pushState({}, '', '/next')")
    page.goto("about:blank")
    page.wait_for_timeout(200)

    assert len(stand.hits) == 1


@pytest.mark.parametrize(
    ("cookie", "count"),
    [
        ("", 1),
        ("zweck-choice=1.AAAAAAAAAAA.meaozz1", 0),
        ("zweck-choice=1.AAAAAAAAAAA.meao001", 0),
        ("zweck-choice=1.AAAAAAAAAAA.meay001", 1),
    ],
)
def test_where_measuring_needs_no_yes_an_opt_out_holds_even_after_its_end(
    cookie: str, count: int, stand: Stand, page: Page
) -> None:
    stand.site["purposes"] = [stand.site["purposes"][0] | {"mode": "opt-out"}]
    page.goto(f"{stand.zweck}/empty")
    page.evaluate("cookie => (document.cookie = cookie)", cookie)

    page.goto(stand.url)
    page.wait_for_function("window.zweck")
    sent(stand, page, count)

    expect(page.get_by_role("region")).to_have_count(0)
    assert len(stand.hits) == count


def test_the_layer_offers_the_way_out_of_what_is_not_asked(stand: Stand, page: Page) -> None:
    stand.site["purposes"] = [stand.site["purposes"][0] | {"mode": "opt-out"}]
    page.goto(stand.url)
    page.get_by_role("button", name="Cookie-Einstellungen ändern").click()

    expect(page.get_by_role("radio")).to_have_count(0)
    press(page, "Nicht messen")

    assert page.evaluate("zweck.status().measurement") == {"allows": False, "said": "o"}


def google(stand: Stand) -> None:
    """Declare Google's measurement in place of our own, its script on loopback."""
    stand.site["measures"] = ""
    stand.site["tag"] = {"id": "G-EXAMPLE", "src": f"{stand.zweck}/gtag/js", "purpose": "measurement"}


def test_google_is_neither_loaded_nor_called_before_a_yes_nor_after_a_no(stand: Stand, page: Page) -> None:
    google(stand)

    page.goto(stand.url)
    expect(page.get_by_role("region")).to_be_visible()
    press(page, "Ablehnen")
    page.reload()
    page.wait_for_function("window.zweck")

    assert page.evaluate("[window.dataLayer ?? null, window.gtag ?? null]") == [None, None]
    assert not [path for path in stand.asked if "gtag" in path]


def test_google_starts_denied_and_gets_only_what_was_allowed(stand: Stand, page: Page) -> None:
    google(stand)
    page.goto(stand.url)

    press(page, "Zustimmen")
    page.wait_for_function("window.dataLayer?.length === 4")

    ads = ("ad_storage", "ad_user_data", "ad_personalization", "analytics_storage")
    assert page.evaluate(CONSENTS) == [
        ["default", dict.fromkeys(ads, "denied")],
        ["update", {"analytics_storage": "granted"}],
    ]
    assert page.evaluate("[...dataLayer[3]]") == ["config", "G-EXAMPLE"]
    assert [path for path in stand.asked if "gtag" in path] == ["/gtag/js?id=G-EXAMPLE"]
    assert stand.hits == []


def test_google_is_stopped_by_a_withdrawal_and_its_cookies_go(stand: Stand, page: Page) -> None:
    google(stand)
    page.goto(stand.url)
    press(page, "Zustimmen")
    page.evaluate("document.cookie = '_ga=1'; document.cookie = '_ga_EXAMPLE=1'")
    page.get_by_role("button", name="Cookie-Einstellungen ändern").click()

    press(page, "Ablehnen")

    assert page.evaluate(CONSENTS)[-1] == ["update", {"analytics_storage": "denied"}]
    assert page.evaluate("window['ga-disable-G-EXAMPLE']") is True
    assert "_ga" not in page.evaluate("document.cookie")
