"""A policy file under way: whatever others call their things, it stays TOML that can be read."""

import re
from collections.abc import Iterable

from zweck.policy.reading.crosscheck import UNSEEN

NAME_LIMIT = 200  # characters of a name; what is longer is declared by its beginning
_SHOWN_LIMIT = 160  # characters of what a comment quotes
_LONE = re.compile("[\ud800-\udfff]")  # halves of a pair, which UTF-8 cannot hold
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def quoted(text: str) -> str:
    """Text as a TOML basic string, sign for sign."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + _CONTROL.sub(lambda c: f"\\u{ord(c[0]):04x}", escaped) + '"'


def string(text: str) -> str:
    """Text of others as a TOML basic string. What a policy may not hold is replaced by U+FFFD."""
    return quoted(_LONE.sub("�", UNSEEN.sub("�", text)))


def pattern(name: str) -> str:
    """A name as a policy can declare it: what it may not hold, and what is too long, becomes `*`."""
    sound = _LONE.sub("*", UNSEEN.sub("*", name))
    return sound if len(sound) <= NAME_LIMIT else f"{sound[:NAME_LIMIT]}*"


def shown(text: str, limit: int = _SHOWN_LIMIT) -> str:
    """Text as a comment may quote it: one line, nothing unseen, not too long."""
    line = "".join(c if c.isprintable() else " " if c.isspace() else "�" for c in text[: limit + 1])
    return f"{line[:limit].rstrip()}…" if len(line) > limit else line


def listed(names: Iterable[str]) -> str:
    """Names as a TOML array."""
    return "[" + ", ".join(string(name) for name in names) + "]"


class Ids:
    """Ids for things that are called whatever they like; each is given once."""

    def __init__(self) -> None:
        self._given: set[str] = set()

    def of(self, name: str, otherwise: str) -> str:
        """An id close to a name: small letters, digits, single hyphens, a letter first, at most 60 characters."""
        words = re.sub(r"[^a-z0-9]+", "-", name[:NAME_LIMIT].lower()).strip("-")
        words = words if words[:1].isalpha() else f"{otherwise}-{words}".strip("-")
        wanted = words[:50].rstrip("-")
        found, number = wanted, 1
        while found in self._given:
            number += 1
            found = f"{wanted}-{number}"
        self._given.add(found)
        return found


class Sheet:
    """The lines of a file under way."""

    def __init__(self) -> None:
        self._lines: list[str] = []

    def __str__(self) -> str:
        return "\n".join(self._lines).strip("\n") + "\n"

    def note(self, text: str) -> None:
        """A comment: what was seen."""
        self._lines.append(f"# {shown(text, 400)}".rstrip())

    def ask(self, text: str) -> None:
        """A question that only the owner can answer."""
        self._lines.append(f"# ? {shown(text, 400)}".rstrip())

    def gap(self) -> None:
        """A blank line, never two."""
        if self._lines and self._lines[-1]:
            self._lines.append("")

    def head(self, title: str) -> None:
        """The beginning of a part."""
        self.gap()
        rest = 113 - len(title)
        self._lines += [f"# ── {title} {'─' * rest}", ""]

    def table(self, *path: str) -> None:
        """The head of a table. Its steps are ids or keys of the policy, never what a page says."""
        self._lines.append(f"[{'.'.join(path)}]")

    def entry(self, name: str) -> None:
        """The head of one more table in a list."""
        self._lines.append(f"[[{name}]]")

    def set(self, key: str, value: str, ask: str = "") -> None:
        """A key with its value as TOML, and what is to be asked about it."""
        self._lines.append(f"{key} = {value}" + (f"  # ? {shown(ask, 300)}" if ask else ""))
