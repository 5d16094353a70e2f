"""The words and names of `signs.toml`, ready to be searched with."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_LIMIT = 2_000  # characters of a text that are searched: what a page says has no end


@dataclass(frozen=True, slots=True)
class Words:
    """A group of expressions, searched as one."""

    pattern: re.Pattern[str]

    def __call__(self, text: str) -> bool:
        """Whether the text holds one of them."""
        return self.pattern.search(text[:_LIMIT].casefold()) is not None

    def all_in(self, text: str) -> tuple[str, ...]:
        """Those that a text of any length holds, each once, in its order."""
        return tuple(dict.fromkeys(found.group() for found in self.pattern.finditer(text.casefold())))


@dataclass(frozen=True, slots=True)
class Family:
    """Personal data of one sort, as fields and policies name them."""

    name: str
    kinds: frozenset[str]
    autocomplete: frozenset[str]
    words: Words


@dataclass(frozen=True, slots=True)
class Signs:
    """All of them."""

    words: Mapping[str, Words]  # by "table.key"
    listed: Mapping[str, frozenset[str]]  # the same keys, as plain names
    families: tuple[Family, ...]


@cache
def signs() -> Signs:
    """The signs that ship, read once."""
    data = tomllib.loads(Path(__file__).with_name("signs.toml").read_text("utf-8"))
    families = data.pop("families")
    flat = {f"{table}.{key}": rows for table, keys in data.items() for key, rows in keys.items()}
    return Signs(
        {key: _words(rows) for key, rows in flat.items()},
        {key: frozenset(rows) for key, rows in flat.items()},
        tuple(_family(name, row) for name, row in families.items()),
    )


def says(key: str, text: str) -> bool:
    """Whether a text holds one of the words of a group, e.g. "links.imprint"."""
    return signs().words[key](text)


def named_like(key: str, name: str) -> bool:
    """Whether the name of a cookie or entry is of a sort, e.g. "names.session"."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name[:_LIMIT])
    return signs().words[key](f"_{re.sub(r'[^a-zA-Z0-9]+', '_', apart)}_")


def plain(text: str) -> str:
    """A label or a field's name as words: separators become spaces."""
    apart = re.sub(r"(?<=[a-zäöü0-9])(?=[A-ZÄÖÜ])", " ", text[:_LIMIT])
    return re.sub(r"[\s_\-.:\[\]()*/]+", " ", apart).strip().casefold()


def _words(rows: Iterable[str]) -> Words:
    return Words(re.compile("|".join(f"(?:{row})" for row in rows)))


def _family(name: str, row: Mapping[str, list[str]]) -> Family:
    kinds, autocomplete = frozenset(row.get("kinds", ())), frozenset(row.get("autocomplete", ()))
    return Family(name, kinds, autocomplete, _words(row["words"]))
