"""Raw SQL of what is kept once: purposes, terms, and shapes of entries."""

from collections.abc import Sequence
from typing import Any

from zweck.vault.database.sql import Value, fetch, plain

_TABLES = {
    "purpose": ("vault_purpose", "site, name"),
    "terms": ("vault_terms", "place, basis, edition, text_sha256, key_class"),
    "shape": ("vault_shape", "fields"),
}


def all_of(using: str, kind: str) -> list[tuple[int, tuple[Any, ...]]]:  # Any: its columns
    """Number and columns of all rows of a kind."""
    table, columns = _TABLES[kind]
    found = fetch(using, f"SELECT number, {columns} FROM {table} ORDER BY number", ())
    return [(int(number), tuple(map(plain, rest))) for number, *rest in found]


def put(using: str, kind: str, values: Sequence[Value]) -> int:
    """The number of a row with these columns, which is made where there is none."""
    table, columns = _TABLES[kind]
    names = columns.split(", ")
    wanted = " AND ".join(f"{name} = %s" for name in names)
    ask = f"SELECT number FROM {table} WHERE {wanted}"
    if not (found := fetch(using, ask, values)):
        # Of two who make it at once the second waits for the first, and then finds its row.
        insert = f"INSERT INTO {table} ({columns}) VALUES ({', '.join(['%s'] * len(names))}) ON CONFLICT DO NOTHING"
        found = fetch(using, f"{insert} RETURNING number", values) or fetch(using, ask, values)
    return int(found[0][0])
