"""Addresses are words: a language brings its own, and none hides another."""

from pathlib import Path

import pytest

from zweck.policy import words as wording
from zweck.site.pages import NAMES, Found, address, find
from zweck.site.tongues import preferred


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("page", NAMES)
def test_each_address_leads_back_to_its_page(page: str, language: str) -> None:
    path = address(("de", "en"), page, language)

    assert find(("de", "en"), path[1:]) == Found(page, language)


def test_a_third_language_brings_its_own_addresses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    english = wording.FOLDER.joinpath("en.toml").read_text()
    (tmp_path / "nl.toml").write_text(
        english.replace('"privacy/', '"privacyverklaring/').replace('= "privacy"', '= "privacyverklaring"')
    )
    monkeypatch.setenv("ZWECK_WORDS", str(tmp_path))

    assert address(("en", "nl"), "statement", "nl") == "/privacyverklaring"
    assert find(("en", "nl"), "privacyverklaring/editions/2") == Found("editions", "nl", rest="2")


def test_a_word_that_two_languages_want_stands_under_each_ones_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ie.toml").write_text(wording.FOLDER.joinpath("en.toml").read_text())
    monkeypatch.setenv("ZWECK_WORDS", str(tmp_path))

    assert address(("en", "ie"), "imprint", "ie") == "/ie/imprint"
    assert find(("en", "ie"), "en/imprint") == Found("imprint", "en")
    assert find(("en", "ie"), "imprint") is None


def test_a_site_of_one_language_answers_in_no_other() -> None:
    assert find(("de",), "privacy") is None


def test_a_promise_in_an_address_is_quoted_and_found() -> None:
    assert address(("en",), "evidence", "en", "form.says-why:news") == "/privacy/evidence/form.says-why:news"
    assert find(("en",), "privacy/evidence/form.says-why:news") == Found("evidence", "en", rest="form.says-why:news")


@pytest.mark.parametrize(
    ("wish", "language"),
    [("EN-us", "en"), ("*", "de"), ("de;q=0.1, en;q=0.2", "en"), ("x" * 9000, "de"), (";;,,", "de")],
)
def test_any_wish_leads_to_a_language_there_is(wish: str, language: str) -> None:
    assert preferred(wish, ("de", "en")) == language
