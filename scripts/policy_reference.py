"""Writes docs/reference/policy.md from the model: each table's docstring, each key's type, default and comment.

`python scripts/policy_reference.py` writes it; a test holds the committed page against what this prints.
"""

import ast
import inspect
import json
import re
from datetime import date
from pathlib import Path
from types import ModuleType, NoneType
from typing import Any, Literal, get_args, get_origin  # Any: a type annotation is not a type of its own

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from zweck.policy import claims, model, systems
from zweck.policy.reading.shape import is_table, plain
from zweck.policy.texts import Email, Slug, Text

HEAD = """# The policy file, key by key

Written from the model by `scripts/policy_reference.py`; a test keeps the two in step.

A policy is a TOML file in UTF-8 of at most 1 MiB. Types are strict, and a key that is not listed here is refused.
A *text* is either one string for all languages or one per language: `{ de = "…", en = "…" }`. An *id* is made of small
letters, digits and single hyphens. A table *by id* is written `[purposes.my-id]`; a list of tables `[[retention]]`.
"""
PAGE = Path(__file__).parents[1] / "docs/reference/policy.md"
NAMED: dict[object, str] = {
    model.Country: "country code",
    model.Jurisdiction: "country code or `*`",
    model.Url: "web address",
    model.Origin: "origin",
    Email: "e-mail address",
    model.Language: "language code",
    Slug: "id",
    date: "date",
    str: "string",
    int: "whole number",
    bool: "true or false",
}


def page() -> str:
    """The whole page."""
    comments = {name: text for module in (model, systems, claims) for name, text in _comments(module).items()}
    return HEAD + "".join(_section(table, where, comments) for table, where in _tables(model.Policy, ""))


def _tables(table: type[BaseModel], where: str) -> list[tuple[type[BaseModel], str]]:
    """Each table with the header it is written under, depth first; a table that stands in several places each time."""
    found = [(table, where)]
    for name, field in table.model_fields.items():
        shape = plain(field.annotation)
        below = f"{where}.{name}" if where else name
        if get_origin(shape) is dict and shape != Text:
            shape, below = get_args(shape)[1], f"{below}.ID"
        elif get_origin(shape) is list:
            shape, below = get_args(shape)[0], f"[{below}]"
        if is_table(plain(shape)):
            found += _tables(plain(shape), below)
    return found


def _section(table: type[BaseModel], where: str, comments: dict[tuple[str, str], str]) -> str:
    title = f"`[{where}]`" if where else "At the top of the file"
    rows = [_row(table, name, field, comments) for name, field in table.model_fields.items()]
    head = ["", f"## {title}", "", inspect.cleandoc(table.__doc__ or ""), ""]
    return "\n".join([*head, "| key | takes | unless written | meaning |", "|---|---|---|---|", *rows, ""])


def _row(table: type[BaseModel], name: str, field: FieldInfo, comments: dict[tuple[str, str], str]) -> str:
    meaning = comments.get((table.__name__, name), "")
    if not meaning and is_table(plain(_inner(field.annotation))):
        meaning = "described below"
    default = "required" if field.is_required() else _default(field.get_default(call_default_factory=True))
    takes = _of_pattern(field) or _takes(field.annotation)
    return f"| `{name}` | {takes} | {default} | {meaning} |"


def _of_pattern(field: FieldInfo) -> str:
    """The name of a key's own pattern: pydantic keeps it beside the type where the key must be written."""
    patterns = {getattr(get_args(shape)[1], "pattern", ""): name for shape, name in NAMED.items() if get_args(shape)}
    return next((patterns[m.pattern] for m in field.metadata if getattr(m, "pattern", None) in patterns), "")


def _inner(shape: Any) -> Any:  # Any: see the import
    shape = plain(shape)
    return get_args(shape)[-1] if get_origin(shape) in (list, dict) else shape


def _takes(shape: Any) -> str:  # Any: see the import
    if shape in NAMED:
        return NAMED[shape]
    shape = shape if shape == Text else plain(shape)
    if shape == Text:
        return "text"
    if get_origin(shape) is Literal:
        return " \\| ".join(f"`{choice}`" for choice in get_args(shape))
    if get_origin(shape) is list:
        return f"list of {_takes(get_args(shape)[0])}"
    if get_origin(shape) is dict:
        return f"by id: {_takes(get_args(shape)[1])}"
    if is_table(shape):
        return "table"
    alternatives = [part for part in get_args(shape) if part is not NoneType]
    return " or ".join(_takes(part) for part in alternatives) if alternatives else NAMED.get(shape, "string")


def _default(value: object) -> str:
    if value is None or value in ([], {}) or isinstance(value, BaseModel):
        return "–"
    return f"`{json.dumps(value)}`"


def _comments(module: ModuleType) -> dict[tuple[str, str], str]:
    """The comment behind or directly above each field, by class and field."""
    source = inspect.getsource(module)
    rows = source.split("\n")
    found: dict[tuple[str, str], str] = {}
    for cls in (node for node in ast.parse(source).body if isinstance(node, ast.ClassDef)):
        for node in cls.body:
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                behind = re.search(r"  # (.+)$", rows[(node.end_lineno or 1) - 1])
                comment = behind or re.match(r" +# (.+)$", rows[node.lineno - 2])
                if comment and "noqa" not in comment[1]:
                    found[cls.name, node.target.id] = comment[1].replace("|", "\\|")
    return found


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
