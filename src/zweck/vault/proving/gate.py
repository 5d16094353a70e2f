"""Looks through the code for ways around the vault: its tables and its inner modules are named in its own room only."""

import ast
from collections.abc import Iterator
from pathlib import Path

_DOORS = frozenset({"acts", "values", "errors"})
_ROOM = "vault"
_TABLES = ("vault_purpose", "vault_terms", "vault_shape", "vault_grant", "vault_entry", "vault_mark")
# Where a table may be named, and why: proofs look into scratch instances, never into this one; mails that left are held
# against their permissions, without a key or a value.
_MAY_NAME = {"proof/": _TABLES, "disclosure/sql.py": ("vault_grant", "vault_purpose")}


def ways_around(tree: Path) -> list[str]:
    """A line for each place in the code that reaches past the door. `tree`: the folder that holds `zweck`."""
    found = []
    for path in sorted((tree / "zweck").rglob("*.py")):
        name = path.relative_to(tree / "zweck").as_posix()
        text = path.read_text("utf-8")
        if name.startswith(f"{_ROOM}/") or _ROOM not in text:
            continue
        found += [f"{name}:{line}: {what}" for line, what in _reaching(ast.parse(text), name)]
    return found


def files_in(tree: Path) -> int:
    """How many files there are to look through."""
    return sum(1 for _ in (tree / "zweck").rglob("*.py"))


def _reaching(module: ast.Module, name: str) -> Iterator[tuple[int, str]]:
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((node.lineno, f"imports {one}") for one in _inner(node))
        elif isinstance(node, ast.Import):
            inner = [alias.name for alias in node.names if _is_inner(alias.name)]
            yield from ((node.lineno, f"imports {one}") for one in inner)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            named = [table for table in _TABLES if table in node.value and not _may_name(name, table)]
            yield from ((node.lineno, f"names {table}") for table in named)
        elif isinstance(node, ast.Call) and _is_look_up(node):
            yield node.lineno, "looks a table of the vault up by name"


def _may_name(name: str, table: str) -> bool:
    return any(name.startswith(path) and table in tables for path, tables in _MAY_NAME.items())


def _inner(node: ast.ImportFrom) -> list[str]:
    """Inner modules of the room that an import names: of the room itself, or from within it."""
    if node.module == f"zweck.{_ROOM}":
        return [f"zweck.{_ROOM}.{alias.name}" for alias in node.names if alias.name not in _DOORS]
    return [node.module] if node.module and _is_inner(node.module) else []


def _is_inner(module: str) -> bool:
    root, _, inside = module.partition(f"zweck.{_ROOM}.")
    return not root and bool(inside) and inside.partition(".")[0] not in _DOORS


def _is_look_up(node: ast.Call) -> bool:
    called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    given = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    return called in ("get_model", "get_app_config") and any(one.partition(".")[0] == _ROOM for one in given)
