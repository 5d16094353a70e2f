"""Languages are data, and what they print is right in each of them."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.policy.constructed import LANGUAGE, construct
from tests.policy.sites import edited, site
from zweck.policy.statement import statement
from zweck.policy.words import PARAMETER, NoWords, languages, words

UNION = ["AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU"]
UNION += ["LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"]


def test_every_language_has_every_text() -> None:
    keys = {language: set(words(language).texts) for language in languages()}

    assert {language: keys["en"] ^ found for language, found in keys.items() if found != keys["en"]} == {}


def test_every_text_takes_the_same_parameters_in_every_language() -> None:
    def parameters(language: str, key: str) -> set[str]:
        return set(PARAMETER.findall(str(words(language).texts[key])))

    unlike = [key for key in words("en").texts if parameters("de", key) != parameters("en", key)]

    assert unlike == []


def test_no_text_of_the_statement_is_empty_or_has_stray_blanks() -> None:
    for language in languages():
        for key, text in words(language).texts.items():
            if key.startswith("statement."):
                forms = list(text.values()) if isinstance(text, dict) else [str(text)]
                assert [form for form in forms if not form or "  " in form or form != form.strip()] == [], key


def test_a_missing_text_is_named_with_its_language() -> None:
    with pytest.raises(NoWords, match=r"'statement\.nothing'.*'de'"):
        words("de").say("statement.nothing")


def test_a_missing_parameter_is_named_with_its_text() -> None:
    with pytest.raises(NoWords, match=r"statement\.statement\.dated \(en\) needs the parameter \{date\}"):
        words("en").say("statement.statement.dated")


def test_an_unknown_language_says_which_there_are() -> None:
    with pytest.raises(NoWords, match="no texts for language 'tlh'; there are de, en"):
        words("tlh")


def test_a_day_is_written_as_the_language_writes_it() -> None:
    assert words("de").date(date(2026, 11, 22)) == "22. November 2026"
    assert words("en").date(date(2026, 3, 1)) == "1 March 2026"


def test_a_moment_is_told_in_the_sites_time_zone() -> None:
    moment = datetime(2026, 11, 22, 9, 41, tzinfo=UTC)

    assert words("de").day_time(moment, "Europe/Berlin") == "Sonntag, 10:41 Uhr"
    assert words("en").day_time(moment, "America/New_York") == "Sunday, 04:41"


def test_numbers_are_grouped_as_the_language_groups_them() -> None:
    assert words("de").number(1234567) == "1.234.567"
    assert words("en").number(1234) == "1,234"


@pytest.mark.parametrize(
    ("count", "german", "english"),
    [(1, "a", "a"), (2, "a und b", "a and b"), (3, "a, b und c", "a, b, and c"), (0, "", "")],
)
def test_lists_read_as_prose(count: int, german: str, english: str) -> None:
    items = ["a", "b", "c"][:count]

    assert (words("de").list(items), words("en").list(items)) == (german, english)


def test_choices_read_as_prose() -> None:
    assert words("de").choice(["a", "b"]) == "a oder b"
    assert words("en").choice(["a", "b", "c"]) == "a, b, or c"


@pytest.mark.parametrize(
    ("n", "german", "after", "english"),
    [(0, "0 Tage", "0 Tagen", "0 days"), (1, "1 Tag", "1 Tag", "1 day"), (2, "2 Tage", "2 Tagen", "2 days")],
)
def test_lengths_of_time_agree_with_their_number(n: int, german: str, after: str, english: str) -> None:
    assert words("de").duration(n, "days") == german
    assert words("de").span(n, "days") == after
    assert words("en").duration(n, "days") == english


def test_months_and_years_agree_with_their_number() -> None:
    assert words("de").duration(1, "months") == "1 Monat"
    assert words("de").span(6, "months") == "6 Monaten"
    assert words("de").span(8, "years") == "8 Jahren"
    assert words("en").duration(1, "years") == "1 year"


def test_countries_of_the_union_have_names_in_every_language() -> None:
    for language in languages():
        assert all(words(language).country(code) for code in [*UNION, "IS", "LI", "NO", "CH", "GB", "US"])


def test_a_country_takes_its_article() -> None:
    assert words("de").in_country("US") == "in den USA"
    assert words("de").in_country("DE") == "in Deutschland"
    assert words("en").in_country("NL") == "in the Netherlands"


def test_a_folder_of_texts_adds_a_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    construct(tmp_path)
    monkeypatch.setenv("ZWECK_WORDS", str(tmp_path))

    said = statement(edited(site("shop"), languages=[LANGUAGE]), LANGUAGE)

    assert LANGUAGE in languages()
    assert said.title == "‹Privacy statement›"
    assert len(said.sentences()) == len(statement(site("shop"), "en").sentences())


def test_a_language_brings_its_own_plurals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    construct(tmp_path)
    monkeypatch.setenv("ZWECK_WORDS", str(tmp_path))

    said = [words(LANGUAGE).duration(n, "days") for n in (1, 2, 5, 12, 22)]

    assert said == ["‹1 day›", "‹2 days few›", "‹5 days many›", "‹12 days many›", "‹22 days few›"]


def test_a_folder_of_texts_replaces_single_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "en.toml").write_text('[statement]\ntitle = "Privacy at a glance"\n')
    monkeypatch.setenv("ZWECK_WORDS", str(tmp_path))

    assert words("en").say("statement.title") == "Privacy at a glance"
    assert words("en").say("statement.section.mail") == "E-mail"
