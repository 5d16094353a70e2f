"""What proofs have seen is told in the language of the page."""

import ast
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

import zweck
from zweck.policy.words import PARAMETER, words
from zweck.promises.register import proofs
from zweck.promises.values import ControlResult, Evidence, Figure, Reach, State
from zweck.site.record.evidence import found

ROOT = Path(zweck.__file__).parent
NOW = datetime(2026, 11, 22, 9, 41, tzinfo=UTC)
SHIPPED = ("de", "en")


def _figures_named_in(path: Path) -> Iterator[str]:
    """The keys of every dictionary that ends up as figures: handed to a Finding, or assigned to `figures`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        given: list[ast.expr | None] = []
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Finding":
            given = [*node.args, *(keyword.value for keyword in node.keywords)]
        elif isinstance(node, ast.AnnAssign | ast.AugAssign) and ast.unparse(node.target) == "figures":
            given = [node.value]
        for one in given:
            if isinstance(one, ast.Dict):
                yield from (str(key.value) for key in one.keys if isinstance(key, ast.Constant))


@cache
def _all_figures() -> set[str]:
    # What an audit finds is another thing under the same name.
    ours = (path for path in ROOT.rglob("*.py") if path.relative_to(ROOT).parts[0] != "eye")
    files = [path for path in ours if "Finding(" in path.read_text(encoding="utf-8")]
    return {name for path in files for name in _figures_named_in(path)}


def _evidence(figures: Mapping[str, Figure], seen: str = "the markup") -> Evidence:
    until = NOW + timedelta(hours=24)
    return Evidence("any", State.KEPT, Reach.HOST, NOW, until, ControlResult.BIT, seen, figures)


@pytest.mark.parametrize("language", SHIPPED)
def test_each_figure_of_a_proof_has_a_name_in_each_language(language: str) -> None:
    named = _all_figures()

    assert {"pages", "browser", "entries", "oldest_waits_seconds"} <= named
    assert [name for name in sorted(named) if not words(language).has(f"proof.figure.{name}")] == []


@pytest.mark.parametrize("language", SHIPPED)
def test_what_each_proof_looks_at_is_told_in_each_language_whatever_it_found(language: str) -> None:
    for proof in proofs():
        texts = words(language).texts.get(f"proof.seen.{proof.kind}", [])

        assert isinstance(texts, list), f"{proof.kind} in {language}"
        assert texts, f"{proof.kind} in {language}"
        assert PARAMETER.findall(texts[-1]) == []
        assert {name for text in texts for name in PARAMETER.findall(text)} <= _all_figures()


def test_a_german_page_tells_a_german_story_and_no_figure_twice() -> None:
    looked = _evidence({"pages": 22, "opened": 8, "requests": 24, "foreign": 0, "browser": "Chromium 1"})

    seen, figures = found(words("de"), "page.no-third-party", looked)

    assert "(22)" in seen
    assert "Chromium 1" in seen
    assert figures == [("fremde Quellen", "0")]


def test_a_look_that_ended_before_the_browser_does_not_speak_of_one() -> None:
    looked = _evidence({"pages": 22, "foreign": 1})

    seen, figures = found(words("en"), "page.no-third-party", looked)

    assert not re.search("browser|Chromium|request", seen)
    assert figures == [("foreign sources", "1")]


def test_a_proof_that_could_not_look_has_seen_nothing() -> None:
    assert found(words("de"), "link.alive", _evidence({}, seen="")) == ("", [])


def test_a_broken_number_is_written_as_the_language_writes_it() -> None:
    _, figures = found(words("de"), "ledger.sequenced", _evidence({"oldest_waits_seconds": 1.5}))

    assert figures == [("Sekunden, die der älteste wartet", "1,5")]
