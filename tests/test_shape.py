"""The shape of the code, in numbers: what `CONTRIBUTING.md` promises a reader. Each message names the place."""

import ast
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "zweck"
Function = ast.FunctionDef | ast.AsyncFunctionDef

# The boundaries where whatever failed is turned into an answer. Exact: one more or one less fails.
BLIND = {"front.py": 2, "serve/child.py": 1, "proof/examine.py": 1}


@cache
def _files() -> dict[str, str]:
    return {
        str(path.relative_to(SOURCE)): path.read_text()
        for path in sorted(SOURCE.rglob("*.py"))
        if "migrations" not in path.parts
    }


def _nodes() -> Iterator[tuple[str, ast.AST]]:
    for name, text in _files().items():
        for node in ast.walk(ast.parse(text)):
            yield name, node


def _functions() -> list[tuple[int, str, Function]]:
    return sorted(
        ((node.end_lineno or node.lineno) - node.lineno + 1, f"{name}:{node.lineno} {node.name}", node)
        for name, node in _nodes()
        if isinstance(node, Function)
    )


def _p95(sizes: list[int]) -> int:
    return sorted(sizes)[int(len(sizes) * 0.95)]


def test_functions_are_short() -> None:
    functions = _functions()
    sizes = [size for size, _, _ in functions]
    longest = [f"{place} has {size} lines" for size, place, _ in functions[-12:]]

    assert max(sizes) <= 80, longest
    assert _p95(sizes) <= 39, longest
    assert sum(size > 50 for size in sizes) < 0.02 * len(sizes), longest


def test_files_are_short() -> None:
    lengths = {name: text.count("\n") for name, text in _files().items()}
    longest = [f"{name} has {n} lines" for name, n in Counter(lengths).most_common(8)]

    assert max(lengths.values()) <= 500, longest
    assert _p95(list(lengths.values())) <= 320, longest


def test_rooms_are_small() -> None:
    rooms: Counter[str] = Counter()  # a folder inside a room is a room of its own
    for name, text in _files().items():
        rooms[str(Path(name).parent)] += text.count("\n")

    assert {room: lines for room, lines in rooms.items() if lines > 2500} == {}


def test_every_function_says_what_it_returns() -> None:
    assert [place for _, place, function in _functions() if function.returns is None] == []


def test_no_file_is_named_after_nothing() -> None:
    empty = {"utils", "helpers", "manager", "service", "base", "common", "misc"}

    assert [name for name in _files() if Path(name).stem in empty] == []


def test_blind_excepts_are_the_named_boundaries_and_no_more() -> None:
    blind = Counter(
        name
        for name, node in _nodes()
        if isinstance(node, ast.ExceptHandler) and (node.type is None or _is_blind(ast.unparse(node.type)))
    )

    assert blind == {name: count for name, count in BLIND.items() if name in _files()}


def _is_blind(caught: str) -> bool:
    return not {"Exception", "BaseException"}.isdisjoint(caught.strip("()").split(", "))
