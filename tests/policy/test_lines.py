"""Every key of a policy file is found on its line."""

import string
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any  # what tomllib reads may be anything

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zweck.policy.reading.lines import Path, index, spell, steps

SOURCE = '''# a comment = "no key"
a = 1 # b = 2
[b] # [not.a.header]
"x.y" = """
[not]
a = "no key" \\\\""" # after
l = [
  1, # "
  { q = 2, "r s".t = [[1], ["]"]] },
]
c.d = 2026-01-01 10:00:00
[[e.f]]
g = \'\'\'ends in a quote\'\'\'\'
[e.f.h]
i = "}"
[[e.f]]
g = ""
[[e.f.k]]
z = 'a # b'
[[e.f.k]]
z = 2
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("a", 2),
        ("b", 3),
        ('b."x.y"', 4),
        ("b.l", 7),
        ("b.l[0]", 8),
        ("b.l[1].q", 9),
        ('b.l[1]."r s".t[1][0]', 9),
        ("b.c.d", 11),
        ("e.f[0]", 12),
        ("e.f[0].g", 13),
        ("e.f[0].h.i", 15),
        ("e.f[1].g", 17),
        ("e.f[1].k[1].z", 21),
    ],
)
def test_a_key_is_found_on_its_line(path: str, line: int) -> None:
    assert index(SOURCE).of(path) == line


def test_a_key_that_is_not_written_is_found_at_its_nearest_parent() -> None:
    lines = index(SOURCE)

    assert lines.of("e.f[0].missing.deeper") == 12
    assert lines.of("nowhere") == 1


def test_windows_line_ends_count_once() -> None:
    assert index("a = 1\r\n\r\n[b]\r\nc = 2\r\n").of("b.c") == 4


KEYS = st.text(string.ascii_lowercase + '-_."\\ äß[]0', min_size=0, max_size=5)
LEAVES = st.one_of(
    st.integers(-9, 9),
    st.booleans(),
    st.dates().map(lambda day: day),
    st.text("ab\"'\\#=[]{},\n é", max_size=8),
    st.lists(st.text('ab,]#"', max_size=3), max_size=3),
)
TREES = st.dictionaries(
    KEYS,
    st.recursive(
        LEAVES,
        lambda below: st.dictionaries(KEYS, below, max_size=3) | st.lists(st.dictionaries(KEYS, below), max_size=3),
    ),
    max_size=4,
)


@settings(max_examples=150, deadline=None)
@given(tree=TREES, data=st.data())
def test_every_leaf_of_any_document_is_found_where_it_is_written(tree: dict[str, Any], data: st.DataObject) -> None:
    source = "".join(_table(tree, (), data))

    lines = index(source)

    rows = source.split("\n")
    for path in _leaves(tomllib.loads(source), ()):
        assert path in lines.at
        assert steps(spell(path)) == path
        named = next((step for step in reversed(path) if isinstance(step, str)), "")
        assert _key(named) in rows[lines.at[path] - 1] or isinstance(path[-1], int)


def _leaves(value: object, path: Path) -> Iterator[Path]:
    if isinstance(value, Mapping):
        for key, below in value.items():
            yield from _leaves(below, (*path, key))
    elif isinstance(value, list):
        for place, below in enumerate(value):
            yield from _leaves(below, (*path, place))
    else:
        yield path


def _table(tree: Mapping[str, Any], path: tuple[str, ...], data: st.DataObject) -> Iterator[str]:
    """The tree as TOML, each table in one of the ways TOML knows."""
    later: list[tuple[str, Any]] = []
    for key, value in tree.items():
        is_table = isinstance(value, Mapping) or (isinstance(value, list) and value and isinstance(value[0], Mapping))
        if is_table and data.draw(st.booleans()):
            later.append((key, value))
        else:
            yield f"{_key(key)} = {_value(value)}{data.draw(st.sampled_from(['', ' # x = 1', '  ']))}\n"
    for key, value in later:
        below = (*path, key)
        name = ".".join(_key(step) for step in below)
        for one in [value] if isinstance(value, Mapping) else value:
            yield f"\n[{name}]\n" if isinstance(value, Mapping) else f"[[ {name} ]] # [no]\n"
            yield from _table(one, below, data)


def _key(key: str) -> str:
    return key if key and set(key) <= set(string.ascii_letters + "-_0") else _basic(key)


def _basic(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        if "\n" in value and '"' not in value and "\\" not in value:
            return f'"""\n{value}"""'
        plain = "'" not in value and "\n" not in value and len(value) % 2
        return f"'{value}'" if plain else _basic(value)
    if isinstance(value, list):
        return "[ # ]\n  " + ",\n  ".join(_value(one) for one in value) + (",\n]" if value else "]")
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {_value(below)}" for key, below in value.items()) + " }"
    return str(value)
