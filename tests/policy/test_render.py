"""A statement leaves as canonical JSON and as Markdown."""

import json

import pytest

from tests.policy.sites import site
from zweck.policy.render import as_json, as_markdown, from_json
from zweck.policy.sentences import Grid, Section, Sentence, Span, Statement
from zweck.policy.statement import statement

SMALL = Statement(
    "tea",
    "en",
    "Tea",
    (
        Section(
            "mail",
            "Mail_box",
            (
                Sentence(
                    "mail.at-once",
                    "checked",
                    ("R06",),
                    (Span("Write to "), Span("us", "mailto:a@example.org"), Span(".")),
                ),
            ),
            (Grid("Cups", ("Size", "Price"), (("small | thin", "2"), ("large", "10"))),),
        ),
    ),
)


@pytest.mark.parametrize("name", ["reference", "as-written", "clinic", "shop"])
def test_a_statement_survives_its_archive(name: str) -> None:
    said = statement(site(name), site(name).languages[0])

    assert from_json(as_json(said)) == said


def test_the_archived_form_is_canonical() -> None:
    text = as_json(statement(site("clinic"), "de"))

    assert text == json.dumps(json.loads(text), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert as_json(statement(site("clinic"), "de")) == text


def test_the_archived_form_keeps_letters_as_they_are() -> None:
    assert "Datenschutzerklärung" in as_json(statement(site("clinic"), "de"))


def test_markdown_has_headings_sentences_links_and_tables() -> None:
    assert as_markdown(SMALL) == "\n".join(
        [
            "# Tea",
            "",
            "## Mail\\_box",
            "",
            "- Write to [us](mailto:a@example.org).",
            "",
            "**Cups**",
            "",
            "| Size          | Price |",
            "|---------------|-------|",
            "| small \\| thin | 2     |",
            "| large         | 10    |",
            "",
        ]
    )


def test_markdown_holds_every_sentence() -> None:
    said = statement(site("shop"), "en")

    assert as_markdown(said).count("\n- ") == len(said.sentences())


def test_a_text_of_two_lines_begins_no_block_of_its_own_in_markdown() -> None:
    grid = Grid("Sizes", ("size",), (("small\n# not a heading",),))

    assert (
        "\n#" not in as_markdown(Statement("tea", "en", "Tea", (Section("a", "A", (), (grid,)),))).partition("## A")[2]
    )
