"""Choices are made as a visitor would make them, and told as they went."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.async_api import Page

from tests.eye.opening import SECRET, Opener, open_browser
from zweck.eye.browser.sight import find_banner, press

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def opener() -> Iterator[Opener]:
    """The browser."""
    opener = open_browser()
    yield opener
    opener.close()


async def kept(page: Page) -> list[str]:
    return [f"{cookie.get('name')}={cookie.get('value')}" for cookie in await page.context.cookies()]


async def banner(page: Page) -> Any:
    return await find_banner(page, False, SECRET)


def chosen(opener: Opener, name: str, wanted: str) -> Any:
    """What came of it, and the cookies afterwards."""
    return opener.look(f"{name}.html", lambda page: press(page, wanted, SECRET), kept)


@pytest.mark.parametrize(
    ("name", "path", "cookie"),
    [
        ("english", "Reject all", "choice=no"),
        ("shadow-open", "Ohne Einwilligung fortfahren", "consent=no"),
        ("shadow-closed", "Ohne Einwilligung fortfahren", "consent=no"),
        ("framed", "I do not agree", "consent=no"),
        ("link-refusal", "ohne Zustimmung fortfahren", "consent=no"),
        ("plain-divs", "Only essential", "consent=b"),
        ("plain-form", "Ablehnen", "choice=no"),
        ("late", "Ablehnen", "consent=Ablehnen"),
        ("known-product", "Rather not, reject", "consent=no"),
        ("leaving", "Decline", "consent=no"),
    ],
)
def test_a_refusal_takes_the_button_that_refuses(opener: Opener, name: str, path: str, cookie: str) -> None:
    choice, cookies = chosen(opener, name, "refuse")

    assert choice == {"done": True, "path": [path], "why_not": ""}
    assert cookies == [cookie]


def test_a_refusal_is_followed_through_several_layers(opener: Opener) -> None:
    choice, cookies = chosen(opener, "third-layer", "refuse")

    assert choice == {"done": True, "path": ["Optionen", "Partner anzeigen", "Alle ablehnen"], "why_not": ""}
    assert cookies == ["wahl=nein"]


def test_a_refusal_unticks_what_the_second_layer_has_ticked(opener: Opener) -> None:
    choice, cookies = chosen(opener, "second-layer", "refuse")

    assert choice["done"]
    assert choice["path"] == ["Mehr Optionen", "Statistik", "Marketing", "Auswahl speichern"]
    assert cookies == ["consent=false-false"]


@pytest.mark.parametrize(
    ("name", "cookie"), [("english", "choice=yes"), ("second-layer", "consent=all"), ("leaving", "consent=yes")]
)
def test_an_acceptance_takes_one_click(opener: Opener, name: str, cookie: str) -> None:
    choice, cookies = chosen(opener, name, "accept")

    assert (choice["done"], len(choice["path"])) == (True, 1)
    assert cookies == [cookie]


def test_a_notice_has_no_refusal_to_press(opener: Opener) -> None:
    choice, _ = chosen(opener, "notice", "refuse")

    assert choice == {"done": False, "path": [], "why_not": "no refusal found"}


def test_a_refusal_that_does_nothing_is_not_called_done(opener: Opener) -> None:
    choice, _ = chosen(opener, "dead-button", "refuse")

    assert choice == {"done": False, "path": ["Alle ablehnen"], "why_not": "the banner stayed open"}


def test_without_a_banner_there_is_nothing_to_choose(opener: Opener) -> None:
    choice, _ = chosen(opener, "recipe", "accept")

    assert choice == {"done": False, "path": [], "why_not": "no banner found"}


def test_a_withdrawal_follows_the_link_to_a_page_of_its_own(opener: Opener) -> None:
    choice, cookies = chosen(opener, "after", "withdraw")

    assert choice == {"done": True, "path": ["Cookie-Einstellungen", "Einwilligung widerrufen"], "why_not": ""}
    assert cookies == ["choice=no"]


def test_a_withdrawal_finds_a_floating_badge(opener: Opener) -> None:
    choice, cookies = chosen(opener, "badge", "withdraw")

    assert choice["path"] == ["Datenschutz-Einstellungen", "Statistik", "Speichern"]
    assert cookies == ["consent=false"]


@pytest.mark.parametrize(
    ("name", "path", "cookie"),
    [("withdraw-button", "Einwilligung widerrufen", "einw=0"), ("open-choice", "Ablehnen", "wahl=nein")],
)
def test_a_withdrawal_counts_under_whatever_name_it_is_noted(opener: Opener, name: str, path: str, cookie: str) -> None:
    choice, cookies = chosen(opener, name, "withdraw")

    assert choice == {"done": True, "path": [path], "why_not": ""}
    assert cookies == [cookie]


def test_a_withdrawal_unticks_what_its_preferences_have_ticked(opener: Opener) -> None:
    choice, cookies = chosen(opener, "preferences", "withdraw")

    assert choice["path"] == ["Manage preferences", "Statistics", "Save my choice"]
    assert cookies == ["prefs=false"]


def test_a_link_that_only_speaks_of_withdrawing_takes_nothing_back(opener: Opener) -> None:
    choice, _ = chosen(opener, "withdraw-told", "withdraw")

    assert not choice["done"]


def test_a_page_without_a_way_back_says_so(opener: Opener) -> None:
    choice, _ = chosen(opener, "recipe", "withdraw")

    assert choice == {"done": False, "path": [], "why_not": "no control to withdraw found"}


@pytest.mark.parametrize("wanted", ["accept", "refuse", "withdraw"])
def test_a_page_that_is_closed_meanwhile_is_told_not_thrown(opener: Opener, wanted: str) -> None:
    async def closed(page: Page) -> Any:
        await page.close()
        return await press(page, wanted, SECRET)

    choice = opener.look("english.html", closed)

    assert not choice["done"]


def test_after_a_choice_the_banner_is_gone(opener: Opener) -> None:
    _, after = opener.look("plain-form.html", lambda page: press(page, "refuse", SECRET), banner)

    assert after is None
