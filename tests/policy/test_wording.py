"""Words and kinds fit each other, and every policy that can be declared reads well."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.policy.sites import site
from tests.policy.variations import neighbours
from zweck.policy.kinds import KINDS
from zweck.policy.sentences import Statement
from zweck.policy.statement import statement
from zweck.policy.words import Template, Words, languages, words

# What statements are made of besides sentences.
PARTS = ("section", "grid", "system", "role", "right", "record", "company_use", "dropped", "counted_from")
ROUGH = re.compile(r"[{}]|  | [.,;:)]|„“|“”|\.\.|: \.|,\.")


def templates(language: str) -> set[str]:
    """Keys of all sentences in a language."""
    helpers = tuple(f"statement.{part}." for part in (*PARTS, "technology_kind"))
    keys = {key for key in words(language).texts if key.startswith("statement.")}
    return {key for key in keys if not key.startswith(helpers) and key != "statement.title"}


def kind_of(key: str) -> str | None:
    """The kind a template belongs to: its key without the variant."""
    name = key.removeprefix("statement.")
    return next((kind for kind in (name, name.rpartition(".")[0]) if kind in KINDS), None)


@dataclass(frozen=True)
class World:
    """Statements of the four sites and of all their neighbours, and the templates they were written with."""

    statements: tuple[Statement, ...]
    used: frozenset[str]


@pytest.fixture(scope="module")
def world() -> World:
    """Everything that can be said, said once."""
    used: set[str] = set()
    template = Words.template

    def noted(self: Words, key: str, n: int | None = None) -> Template:
        used.add(key)
        return template(self, key, n)

    sites = [site(name) for name in ("reference", "as-written", "clinic", "shop")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Words, "template", noted)
        declared = (*sites, *(other for policy in sites for other in neighbours(policy)))
        statements = tuple(statement(policy, policy.languages[-1]) for policy in declared)
    return World(statements, frozenset(used))


@pytest.mark.parametrize("language", languages())
def test_every_kind_has_its_words_and_no_words_are_without_a_kind(language: str) -> None:
    found = {kind_of(key) for key in templates(language)}

    assert found == {kind for kind in KINDS if not kind.startswith("own.")}


def test_every_wording_is_said_by_some_policy(world: World) -> None:
    assert templates("de") - world.used == set()


def test_every_policy_reads_well(world: World) -> None:
    rough = {
        (sentence.promise, sentence.text)
        for said in world.statements
        for sentence in said.sentences()
        if ROUGH.search(sentence.text) or not sentence.text.endswith((".", "!", "?"))
    }

    assert rough == set()


def test_no_cell_of_any_table_is_empty_but_where_no_purpose_follows_a_rule(world: World) -> None:
    empty = {caption for said in world.statements for caption in _captions(said)}

    assert empty <= {"Fristen", "Periods"}


def _captions(said: Statement) -> Iterator[str]:
    """Captions of tables with an empty cell."""
    for section in said.sections:
        yield from (grid.caption for grid in section.grids if any("" in row for row in grid.rows))
