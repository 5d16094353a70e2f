"""What a company is called when its legal form is left out."""

import re

from zweck.eye.judging.signs import signs

_MARKS = re.compile(r"[.,()&+'’\"]+")


def words_of(text: str) -> str:
    """A text as words: small letters, single spaces, no marks inside a name."""
    return " ".join(_MARKS.sub(" ", text.casefold()).split())


def core(name: str) -> str:
    """A company's name without its legal form and seat: "Google Ireland Limited" is "google"."""
    words = words_of(name).split()
    forms = signs().listed["prose.legal_forms"]
    while len(words) > 1 and words[-1] in forms:
        words.pop()
    return " ".join(words)
