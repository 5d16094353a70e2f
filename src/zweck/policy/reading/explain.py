"""What the types refuse, said in our words: what is wrong, what would be right.

pydantic speaks of strings, dictionaries and models; whoever writes a policy knows text in quotes, tables and lists.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date as day
from datetime import datetime, time
from difflib import get_close_matches
from typing import Any  # a value from a file may be anything

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from zweck.policy.reading.complaint import Complaint
from zweck.policy.reading.lines import Path, Step
from zweck.policy.reading.shape import keys_at

SLUG = "write lower-case letters, digits and single hyphens, starting with a letter, such as `free-trial`"
# Pattern -> what it asks for. A test holds this against every pattern of the model.
PATTERNS: Mapping[str, tuple[str, str]] = {
    "^[a-z][a-z0-9]*(-[a-z0-9]+)*$": ("is not an id", SLUG),
    "^[A-Z]{2}$": ("is not a country code", 'write two capital letters (ISO 3166-1), such as "DE" or "US"'),
    r"^([A-Z]{2}|\*)$": (
        "is not a jurisdiction",
        'write a country code in capital letters (ISO 3166-1) such as "DE", or "*" for everywhere',
    ),
    r"^[a-z0-9-]+(\.[a-z0-9-]+)+$": ("is not a domain", 'write it without scheme and port, such as "example.com"'),
    r"^(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+$": (
        "is not the name of a server",
        'write it without scheme and port, such as "api.example.com", or "*.example.com" for all below a domain',
    ),
    "^[a-z]{2,3}$": ("is not a language code", 'write two or three small letters (ISO 639), such as "de" or "en"'),
    "^[A-Z]{3}$": ("is not a currency code", 'write three capital letters (ISO 4217), such as "EUR"'),
    "^([A-Z]{2}|US-[A-Z]{2}|[a-z]+)$": (
        "is not a region",
        'write a country code such as "DE", a state of the USA such as "US-CA", or a group such as "euro"',
    ),
    "^https?://[^\\s]+$": ("is not a web address", 'write it in full, such as "https://www.example.com/terms"'),
    "^https?://[a-z0-9.-]+(:[0-9]+)?$": (
        "is not an origin",
        'write scheme and host name in small letters and nothing after them, such as "https://www.example.com"',
    ),
    "^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$": ("is not an e-mail address", 'write one such as "privacy@example.com"'),
    "^#[0-9a-f]{6}$": ("is not a colour", 'write it as six hexadecimal digits in small letters, such as "#1f4e79"'),
    "^[0-9a-f]{64}$": ("is not a SHA-256", "write its 64 hexadecimal digits in small letters"),
}
TEXT = 'write text in quotes, the same for every language, or one per language: { de = "…", en = "…" }'


def complaints(refused: ValidationError, data: Mapping[str, object]) -> tuple[Complaint, ...]:
    """Everything the types refuse, one complaint per place."""
    found: dict[Path, Complaint] = {}
    for detail in refused.errors(include_url=False):
        spot = _spot(detail, data)
        if spot.chosen:
            found.setdefault(spot.path, _complaint(detail, spot))
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a detail points to. pydantic's `loc` also holds steps that are no keys of the file: `[key]` when a key
    itself is wrong, and the name of a form when a value may take several forms.
    """

    path: Path
    is_key: bool
    is_text: bool
    chosen: bool  # False for a complaint about the form of a text that the writer did not choose


def _spot(detail: ErrorDetails, data: Mapping[str, object]) -> _Spot:
    here: Any = data  # a value from a file
    path: list[Step] = []
    form = ""
    chosen = True
    for step in detail["loc"]:
        if _holds(here, step):
            here = here[step]
            path.append(step)
        elif detail["type"] == "missing":
            path.append(step)
        elif step != "[key]":
            form = str(step)
            chosen = form.startswith("dict") == isinstance(here, Mapping)
    last = detail["loc"][-1]
    return _Spot(tuple(path), last == "[key]", last == form, chosen)


def _holds(here: object, step: Step) -> bool:
    if isinstance(here, list):
        return isinstance(step, int) and step < len(here)
    return isinstance(here, Mapping) and step in here


def _complaint(detail: ErrorDetails, spot: _Spot) -> Complaint:
    kind, last = detail["type"], str(spot.path[-1]) if spot.path else ""
    if kind == "missing":
        return Complaint(spot.path, "is missing", f"add `{last} = …`")
    if kind == "extra_forbidden":
        return _unknown_key(spot.path, last)
    if spot.is_text and kind == "string_type" and not isinstance(detail["input"], Mapping):
        return Complaint(spot.path, f"is {_said(detail['input'])}", TEXT)
    explain = EXPLANATIONS.get(kind)
    if explain is None:
        return Complaint(spot.path, "cannot be taken as it is", f"see the reference of `{last}`")
    wrong, right = explain(detail)
    return Complaint(spot.path, f"the key {wrong}" if spot.is_key else wrong, right)


def _unknown_key(path: Path, last: str) -> Complaint:
    known = keys_at(path[:-1])
    near = get_close_matches(last, known, n=1, cutoff=0.6)
    if near:
        return Complaint(path, "is not a known key", f"did you mean `{near[0]}`?")
    return Complaint(path, "is not a known key", "known here: " + ", ".join(known))


def _said(value: object) -> str:
    """A value as TOML people call it, for "is …"."""
    for kind, words in NAMES.items():
        if isinstance(value, kind):
            return words if not isinstance(value, str | bool | int | float) else f"{words} ({_short(value)})"
    return "something else"


def _short(value: object) -> str:
    text = f'"{value}"' if isinstance(value, str) else str(value).lower()
    return text if len(text) <= 60 else text[:58] + '…"'


def _wants(right: str) -> Callable[[ErrorDetails], tuple[str, str]]:
    return lambda detail: (f"is {_said(detail['input'])}", right)


def _pattern(detail: ErrorDetails) -> tuple[str, str]:
    wrong, right = PATTERNS[detail["ctx"]["pattern"]]
    return f"{_short(detail['input'])} {wrong}", right


def _choice(detail: ErrorDetails) -> tuple[str, str]:
    choices = re.findall(r"'([^']*)'", detail["ctx"]["expected"])
    near = get_close_matches(str(detail["input"]), choices, n=1, cutoff=0.6)
    hint = f'did you mean "{near[0]}"? ' if near else ""
    return f"{_short(detail['input'])} is not a choice", hint + "choose from " + ", ".join(f'"{c}"' for c in choices)


def _least(detail: ErrorDetails) -> tuple[str, str]:
    return f"{_short(detail['input'])} is too small", f"write {detail['ctx']['ge']} or more"


def _most(detail: ErrorDetails) -> tuple[str, str]:
    return f"{_short(detail['input'])} is too large", f"write {detail['ctx']['le']} or less"


def _long(detail: ErrorDetails) -> tuple[str, str]:
    return f"{_short(detail['input'])} is too long", f"write at most {detail['ctx']['max_length']} characters"


# Order matters: a truth is an int to Python, and a point in time is a day.
NAMES: Mapping[type, str] = {
    str: "text",
    bool: "a truth value",
    int: "a whole number",
    float: "a number with a fraction",
    list: "a list",
    Mapping: "a table",
    datetime: "a point in time",
    day: "a date",
    time: "a time of day",
}
# pydantic's error type -> our explanation. A test holds this against every type that the model can raise.
EXPLANATIONS: Mapping[str, Callable[[ErrorDetails], tuple[str, str]]] = {
    "string_type": _wants("write text in quotes"),
    "int_type": _wants("write a whole number without quotes"),
    "bool_type": _wants("write true or false without quotes"),
    "list_type": _wants("write a list in square brackets, such as [ … ]"),
    "dict_type": _wants("write a table: a header in square brackets, or { … }"),
    "model_type": _wants("write a table: a header in square brackets, or { … }"),
    "date_type": _wants("write a day without quotes and without a time, such as 2026-01-31"),
    "string_pattern_mismatch": _pattern,
    "string_too_short": lambda _: ("is empty", "write the text, or leave the key out"),
    "string_too_long": _long,
    "too_short": lambda _: ("is an empty list", "name at least one"),
    "literal_error": _choice,
    "greater_than_equal": _least,
    "less_than_equal": _most,
}
