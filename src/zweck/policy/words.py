"""Languages as data: every text a person reads comes from one file per language.

A language is `words/<language>.toml`. Files in the folder named by `ZWECK_WORDS` add languages, or replace single texts
of a language that ships; nothing in the code knows which languages there are.
"""

import os
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date as Day  # noqa: N812  (`date` is a method below)
from datetime import datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal
from zoneinfo import ZoneInfo

FOLDER = Path(__file__).with_name("words")
PARAMETER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
CITED = re.compile(r"(§§?|\b(?:Art|Abs|lit|Nr)\.|\b[Ss]ections?) (?=\d|[a-z]\b)")
PLURALS = frozenset({"zero", "one", "two", "few", "many", "other"})  # the CLDR categories
RULES: Mapping[str, Callable[[int], str]] = MappingProxyType(
    {
        "one-other": lambda n: "one" if n == 1 else "other",
        "other": lambda n: "other",
        "one-few-many": lambda n: (
            "one" if n == 1 else "few" if n % 10 in (2, 3, 4) and n % 100 not in (12, 13, 14) else "many"
        ),
    }
)

# A template cut at its parameters: (text, parameter, text, parameter, …, text).
Template = tuple[str, ...]
Unit = Literal["days", "months", "years"]
Text = str | Mapping[str, str] | Sequence[str]


class NoWords(KeyError):  # noqa: N818  (read as a sentence: "raise NoWords")
    """A text or a language is missing. The message names the key and the language."""

    def __str__(self) -> str:
        return str(self.args[0])


class Words:
    """The texts of one language."""

    def __init__(self, language: str, tree: Mapping[str, Any]) -> None:  # Any: what tomllib reads
        """Flatten the tree once, so that a look-up is one dictionary access."""
        self.language = language
        self.texts: Mapping[str, Text] = MappingProxyType(dict(_flat(tree, "")))
        self._plural = RULES[self._text("language.plural")]
        self._templates: dict[tuple[str, str], Template] = {}

    def has(self, key: str) -> bool:
        """Whether there is a text under this key."""
        return key in self.texts

    def template(self, key: str, n: int | None = None) -> Template:
        """The text under a key, cut at its parameters; `n` chooses the plural form. Raises NoWords."""
        form = "" if n is None else self._plural(n)
        known = self._templates.get((key, form))
        if known is None:
            known = self._templates[key, form] = tuple(PARAMETER.split(bound(self._text(key, form))))
        return known

    def say(self, key: str, **params: object) -> str:
        """The text under a dotted key with its parameters filled; `n` chooses among plural forms.

        Whole numbers are written as the language writes them. Raises NoWords for a missing text or parameter.
        """
        n = params.get("n")
        parts = self.template(key, n if isinstance(n, int) else None)
        if len(parts) == 1:
            return parts[0]
        return "".join(part if i % 2 == 0 else self._param(key, part, params) for i, part in enumerate(parts))

    def fitting(self, key: str, params: Mapping[str, object]) -> tuple[str, frozenset[str]]:
        """The first of several texts under a key for which every parameter is there, filled, and which these were."""
        for text in self._names(key):
            parts = tuple(PARAMETER.split(text))
            if params.keys() >= {*parts[1::2]}:
                filled = (part if i % 2 == 0 else self._param(key, part, params) for i, part in enumerate(parts))
                return "".join(filled), frozenset(parts[1::2])
        raise NoWords(f"no text {key!r} in language {self.language!r} does without parameters")

    def date(self, day: Day) -> str:
        """A day, e.g. "22. November 2026"."""
        month = self._names("format.months")[day.month - 1]
        return self.say("format.date", day=str(day.day), month=month, year=str(day.year))

    def day_time(self, moment: datetime, time_zone: str) -> str:
        """Weekday and time in a time zone, e.g. "Sonntag, 10:41 Uhr"."""
        there = moment.astimezone(ZoneInfo(time_zone))
        weekday = self._names("format.weekdays")[there.weekday()]
        return self.say("format.day_time", weekday=weekday, time=f"{there:%H:%M}")

    def number(self, n: int) -> str:
        """A whole number with the language's grouping."""
        return f"{n:,}".replace(",", self._text("format.group"))

    def decimal(self, n: float) -> str:
        """A number with one digit after the point, or comma."""
        return self._text("format.decimal").join(f"{n:.1f}".split("."))

    def list(self, items: Iterable[str]) -> str:
        """Items as prose: "a", "a und b", "a, b und c"."""
        return self._joined(items, "list")

    def choice(self, items: Iterable[str]) -> str:
        """Items to choose from, as prose: "a", "a oder b", "a, b oder c"."""
        return self._joined(items, "choice")

    def duration(self, n: int, unit: Unit) -> str:
        """A length of time: "1 Tag", "2 Tage", "1 Jahr"."""
        return self.say(f"format.duration.{unit}", n=n)

    def span(self, n: int, unit: Unit) -> str:
        """A length of time after a preposition, in the case the language wants there: "nach 2 Tagen"."""
        return self.say(f"format.after.{unit}", n=n)

    def country(self, code: str) -> str:
        """A country's name; its code where the language has no name for it."""
        key = f"country.{code}"
        return self._text(key) if key in self.texts else code

    def in_country(self, code: str) -> str:
        """A country after "in", with its article where the language wants one: "in den USA"."""
        key = f"in_country.{code}"
        return self._text(key) if key in self.texts else self.say("format.in_country", country=self.country(code))

    def _joined(self, items: Iterable[str], how: str) -> str:
        *head, last = tuple(items) or ("",)
        if not head:
            return last
        joint = "two" if len(head) == 1 else "last"
        return self._text(f"format.{how}.comma").join(head) + self._text(f"format.{how}.{joint}") + last

    def _param(self, key: str, name: str, params: Mapping[str, object]) -> str:
        if name not in params:
            raise NoWords(f"{key} ({self.language}) needs the parameter {{{name}}}")
        value = params[name]
        return self.number(value) if isinstance(value, int) else str(value)

    def _text(self, key: str, form: str = "") -> str:
        found = self.texts.get(key)
        if isinstance(found, str):
            return found
        if isinstance(found, Mapping) and form in found:
            return found[form]
        want = f"{key}.{form}" if form else key
        raise NoWords(f"no text {want!r} in language {self.language!r}; it belongs into words/{self.language}.toml")

    def _names(self, key: str) -> Sequence[str]:
        found = self.texts.get(key)
        if isinstance(found, list):
            return tuple(found)
        raise NoWords(f"no list {key!r} in language {self.language!r}; it belongs into words/{self.language}.toml")


def bound(text: str) -> str:
    """The text with its citations held together on one line: "Art. 6", "§ 147", "section 147"."""
    return CITED.sub("\\1\N{NO-BREAK SPACE}", text)


def words(language: str) -> Words:
    """The texts of a language, read once. Raises NoWords for a language without a file."""
    return _read(language, os.environ.get("ZWECK_WORDS", ""))


def languages() -> tuple[str, ...]:
    """All languages there are texts for."""
    return tuple(sorted({path.stem for folder in _folders(_extra()) for path in folder.glob("*.toml")}))


def _extra() -> str:
    return os.environ.get("ZWECK_WORDS", "")


def _folders(extra: str) -> tuple[Path, ...]:
    return (FOLDER, Path(extra)) if extra else (FOLDER,)


@cache
def _read(language: str, extra: str) -> Words:
    files = [path for folder in _folders(extra) if (path := folder / f"{language}.toml").is_file()]
    if not files:
        raise NoWords(f"no texts for language {language!r}; there are {', '.join(languages())}")
    tree: dict[str, Any] = {}  # Any: what tomllib reads
    for path in files:
        _lay_over(tree, tomllib.loads(path.read_text(encoding="utf-8")))
    return Words(language, tree)


def _lay_over(tree: dict[str, Any], more: Mapping[str, Any]) -> None:  # Any: what tomllib reads
    for key, value in more.items():
        if isinstance(value, dict) and isinstance(tree.get(key), dict):
            _lay_over(tree[key], value)
        else:
            tree[key] = value


def _flat(
    tree: Mapping[str, Any],
    prefix: str,  # Any: what tomllib reads
) -> Iterable[tuple[str, Text]]:
    for name, value in tree.items():
        key = f"{prefix}{name}"
        if not isinstance(value, dict) or (value and value.keys() <= PLURALS):
            yield key, value
        else:
            yield from _flat(value, f"{key}.")
