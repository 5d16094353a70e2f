"""The words of a draft, in the languages of its site."""

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from zweck.policy.writing.sheet import string

SPOKEN = ("de", "en")


def phrase(kind: str, key: str, languages: Sequence[str]) -> str:
    """A phrase as a TOML value: one string for one language, else one for each."""
    texts = _phrases()[kind][key]
    if len(languages) == 1:
        return string(texts[languages[0]])
    return "{ " + ", ".join(f"{language} = {string(texts[language])}" for language in languages) + " }"


@cache
def _phrases() -> dict[str, dict[str, dict[str, str]]]:
    return tomllib.loads(Path(__file__).with_name("phrases.toml").read_text("utf-8"))
