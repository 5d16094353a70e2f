"""The smallest parts of a declaration: slugs, and texts that exist in every language of the site."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]

Email = Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]
# One string for all languages (a proper name), or one per language: {de = "…", en = "…"}.
Text = Annotated[str, StringConstraints(min_length=1)] | dict[str, Annotated[str, StringConstraints(min_length=1)]]


class Table(BaseModel):
    """A table of the policy file: strict types, no unknown keys, immutable."""

    # Deferred: a policy builds the validators of all its tables at once; each by itself costs an eighth of a lint.
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, defer_build=True)


def say(text: str | Mapping[str, str], language: str) -> str:
    """The text in one language; a plain string is the same in all.

    Raises KeyError when the text lacks the language (the loader refuses such a policy beforehand).
    """
    return text if isinstance(text, str) else text[language]


def wordings(text: str | Mapping[str, str] | None) -> tuple[str, ...]:
    """The text in all its languages; empty where there is none."""
    if text is None:
        return ()
    return (text,) if isinstance(text, str) else tuple(text.values())
