"""The rules by which banners are known: data that a browser must be able to read."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.async_api import Page

from tests.eye.opening import Opener, open_browser
from zweck.eye.browser.sight.knowing import products, script, words

pytestmark = pytest.mark.browser

KINDS = ("detect", "accept", "refuse", "settings", "save", "reopen")
REFUSALS = (
    "Ohne Einwilligung fortfahren · Nur notwendige · Weiter ohne Zustimmung · Ablehnen · Alles ablehnen · "
    "Nein, danke · Continue without accepting · Reject all · Decline · I do not agree · Only essential · Don't allow · "
    "Lieber nicht · I would rather not · "
    "Nur erforderliche Cookies akzeptieren · Accept necessary cookies · Use necessary cookies only · Ich lehne ab"
)
ACCEPTANCES = (
    "Alle akzeptieren · Zustimmen · Einverstanden · Verstanden · OK · Accept · Allow all · Agree · Got it! · "
    "Ich stimme zu · Zustimmen und weiter · Akzeptieren & schließen · Save and accept all · Yes, I consent · "
    "Das ist ok · Alles erlauben"
)
SAVES = "Auswahl speichern · Auswahl erlauben · Allow selection · Save settings · Confirm my choices · Speichern"
SETTINGS = (
    "Einstellungen · Mehr Optionen · Manage · Preferences · Customize · Cookie-Einstellungen · Let me choose · "
    "Einstellungen oder ablehnen · Zwecke anzeigen · Manage or reject"
)
OTHERS = "Ablehnen und abonnieren · Subscribe · Datenschutzerklärung · Privacy policy · Impressum · Cookies · Zurück"


@pytest.fixture(scope="module")
def opener() -> Iterator[Opener]:
    """The browser."""
    opener = open_browser()
    yield opener
    opener.close()


def kinds(opener: Opener, captions: str) -> list[str]:
    """What each caption is taken for, as the page's own script takes it."""
    source = script("dom", "paint", "covering", "banner").removesuffix("}") + "return wish.captions.map(kindOf);\n}"
    wish = {"words": words(), "products": products(), "captions": captions.split(" · ")}
    found: list[Any] = opener.look("empty.html", lambda page: page.evaluate(source, wish))
    return [one["is"] if one else "" for one in found]


@pytest.mark.parametrize(
    ("captions", "kind"), [(REFUSALS, "refuse"), (ACCEPTANCES, "accept"), (SAVES, "save"), (SETTINGS, "settings")]
)
def test_captions_are_taken_for_what_they_say(opener: Opener, captions: str, kind: str) -> None:
    taken = dict(zip(captions.split(" · "), kinds(opener, captions), strict=True))

    assert {caption: found for caption, found in taken.items() if found != kind} == {}


def test_captions_that_choose_nothing_are_left_alone(opener: Opener) -> None:
    assert set(kinds(opener, OTHERS)) <= {"", "pays"}


def test_every_selector_is_one_a_browser_reads(opener: Opener) -> None:
    selectors = [selector for product in products() for kind in KINDS for selector in product[kind]]
    ask = """(selectors) => selectors.filter((one) => {
      try { document.querySelector(one); return false; } catch { return true; }
    })"""

    async def bad(page: Page) -> Any:
        return await page.evaluate(ask, selectors)

    assert opener.look("empty.html", bad) == []


def test_at_least_twenty_five_products_are_known() -> None:
    assert len({product["name"] for product in products()}) >= 25
    assert all(product["detect"] and product["accept"] for product in products())
