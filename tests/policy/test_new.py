"""A starter policy loads at once, asks what it cannot know, and never overwrites."""

import re
from datetime import date
from pathlib import Path

import pytest

from tests.policy.declared import answered
from zweck.policy.errors import NewRefused, PolicyErrors
from zweck.policy.lint import lint
from zweck.policy.load import loads
from zweck.policy.statement import statement
from zweck.policy.writing.new import new, write_new

DAY = date(2026, 11, 22)


@pytest.mark.parametrize("languages", [["en"], ["de"], ["de", "en"], ["fr", "de"]])
def test_a_starter_loads_in_every_choice_of_languages(languages: list[str]) -> None:
    policy = loads(new("shop", "The Shop", languages).encode(), "starter").policy

    assert (policy.site, policy.name, policy.languages) == ("shop", "The Shop", languages)


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_starter_makes_a_statement(language: str) -> None:
    policy = loads(new("shop", "The Shop", ["de", "en"]).encode(), "starter").policy

    assert len(statement(policy, language).sentences()) > 5


def test_a_starter_is_linted_for_what_it_asks_and_nothing_else() -> None:
    source = new("shop", "The Shop", ["en"])

    found = lint(loads(source.encode(), "starter"), DAY)

    asked = {"GDPR13-DATE", "GDPR13-ADDRESS", "GDPR13-DPO", "GDPR13-AUTHORITY", "IMPRINT"}
    assert {one.code for one in found if one.severity == "defect"} == asked


def test_the_questions_of_a_starter_are_lines_that_load_when_answered() -> None:
    policy = loads(answered().encode(), "starter").policy

    assert policy.controller.address is not None
    assert policy.recourse.authority is not None
    assert policy.recipients["host"].contract_on is not None


def test_an_answered_starter_has_no_defect() -> None:
    found = lint(loads(answered().encode(), "starter"), DAY)

    assert [one for one in found if one.severity == "defect"] == []


def test_a_language_that_the_starter_does_not_speak_is_marked() -> None:
    source = new("shop", "The Shop", ["fr"])

    assert "# ? translate: fr" in source
    assert "translate" not in new("shop", "The Shop", ["de", "en"])


def test_a_name_with_quotes_and_line_ends_stays_one_name() -> None:
    name = 'The "Old" \\ Shop\nsite = "x"'

    assert loads(new("shop", name, ["en"]).encode(), "starter").policy.name == name


def test_a_site_id_that_cannot_be_is_refused() -> None:
    with pytest.raises(PolicyErrors, match='"The Shop" is not an id'):
        new("The Shop", "The Shop", ["en"])


def test_a_file_that_exists_is_never_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text("mine")

    with pytest.raises(NewRefused, match="exists already, and is left as it is"):
        write_new(file, "other")

    assert file.read_text() == "mine"


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(NewRefused, match="cannot be written"):
        write_new(tmp_path / "none" / "policy.toml", "x")


@pytest.mark.parametrize("language", ["de", "en"])
def test_what_a_starter_fills_in_fits_the_sentences_it_goes_into(language: str) -> None:
    policy = loads(new("shop", "The Shop", [language]).encode(), "starter").policy

    said = [sentence.text for sentence in statement(policy, language).sentences()]

    # A clause that begins a sentence of its own in the middle of another, or ends one twice.
    assert [text for text in said if re.search(r"(?i:ohne sie.*ohne sie|without it.*without it)|\.\.", text)] == []
    # What the device sends by itself, nobody enters.
    assert [text for text in said if re.search("(Angaben|enter).*(Server|servers)", text)] == []
