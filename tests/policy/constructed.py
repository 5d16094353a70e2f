"""A constructed language for tests: English in angle marks, with the three plurals of a Slavic language."""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

from zweck.policy.words import FOLDER, PLURALS

LANGUAGE = "qps"
HEAD = {"language.id": LANGUAGE, "language.name": "‹constructed›", "language.plural": "one-few-many"}


def construct(folder: Path) -> None:
    """Write the language's file."""
    tree = tomllib.loads((FOLDER / "en.toml").read_text(encoding="utf-8"))
    lines = [f"{key} = {json.dumps(HEAD[key]) if key in HEAD else value}" for key, value in _flat(tree, "")]
    (folder / f"{LANGUAGE}.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _flat(tree: dict[str, object], prefix: str) -> Iterator[tuple[str, str]]:
    for name, value in tree.items():
        key = f"{prefix}{name}"
        if isinstance(value, dict) and not value.keys() <= PLURALS:
            yield from _flat(value, f"{key}.")
        else:
            yield key, _spelt(value, marked=not key.startswith("format.list"))


def _spelt(value: object, marked: bool) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_spelt(item, marked=True) for item in value) + "]"
    if isinstance(value, dict):
        forms = {"one": value["one"], "few": f"{value['other']} few", "many": f"{value['other']} many"}
        return "{" + ", ".join(f"{form} = {_spelt(text, marked=True)}" for form, text in forms.items()) + "}"
    return json.dumps(f"‹{value}›" if marked else value, ensure_ascii=False)
