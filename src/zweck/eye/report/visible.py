"""Text of strangers, fit to be shown: nothing in it can move the cursor, turn the direction of reading, or hide."""

import re
import unicodedata

_MOST = 240
# Controls, formats (among them everything that turns the direction of reading or is invisible), halves of pairs.
_TELLING = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_BLANKS = re.compile(r"\s+")


def visible(text: str, most: int = _MOST) -> str:
    """The text on one line; what cannot be seen is named by its number, as ⟨U+202E⟩; at most `most` characters."""
    short = text if len(text) <= most else f"{text[: most - 1]}…"
    return short if short.isprintable() else "".join(_shown(char) for char in short)


def flowing(text: str, most: int = _MOST) -> str:
    """As `visible`, for text that ran over several lines: each stretch of blanks becomes one."""
    return visible(_BLANKS.sub(" ", text).strip(), most)


def _shown(char: str) -> str:
    point = ord(char)
    is_telling = unicodedata.category(char) in _TELLING or point & 0xFFFE == 0xFFFE  # the latter are no characters
    return f"⟨U+{point:04X}⟩" if is_telling and point != 0xAD else "" if point == 0xAD else char
