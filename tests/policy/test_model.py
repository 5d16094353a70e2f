"""The model: every key has its meaning, and the page about it is in step."""

import re

import pytest
from scripts.policy_reference import PAGE, page

from tests.policy.declared import policy
from zweck.policy.reading.shape import keys_at, texts_in
from zweck.policy.texts import say


def test_the_page_about_the_policy_file_is_what_the_model_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `python scripts/policy_reference.py`"


def test_every_key_has_a_meaning() -> None:
    rows = re.findall(r"^\| `(\w+)` \|.*\| (.*) \|$", page(), re.MULTILINE)

    assert len(rows) > 200
    assert [key for key, meaning in rows if not meaning.strip()] == []


def test_every_table_says_what_it_is() -> None:
    headed = page().split("\n## ")[1:]

    assert all(re.match(r"[^\n]+\n\n[A-Z][^|]+\.", section) for section in headed)


def test_the_keys_of_a_table_are_known_at_its_path() -> None:
    assert keys_at(("controller", "address")) == ("street", "postcode", "city", "country")
    assert "says" in keys_at(("claims", 0))
    assert keys_at(("purposes",)) == ()
    assert keys_at(("nowhere", "x")) == ()


def test_texts_are_found_wherever_they_stand() -> None:
    text = {"de": "x"}
    data = {"purposes": {"a": {"name": text, "basis": {"de": 1}}}, "controller": {"dpo": {"name": text}}, "name": text}

    assert [path for path, _ in texts_in(data)] == [("purposes", "a", "name"), ("controller", "dpo", "name")]


def test_a_text_is_said_in_one_language_or_the_same_in_all() -> None:
    assert say("Zweck", "de") == "Zweck"
    assert say({"de": "Zweck", "en": "Purpose"}, "en") == "Purpose"
    with pytest.raises(KeyError):
        say({"de": "Zweck"}, "en")


def test_only_what_a_technology_asks_for_needs_consent() -> None:
    asked = policy(
        more='[technologies.a]\nname = "a"\nkind = "cookie"\npurpose = "answer"\nessential = true\n'
        '[technologies.b]\nname = "b"\nkind = "cookie"\npurpose = "news"\n'
    )

    assert asked.needing_consent() == ("news",)
