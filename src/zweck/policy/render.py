"""A statement as canonical JSON (the archive's form, hashed byte for byte) and as Markdown."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from zweck.policy.sentences import Grid, Section, Sentence, Span, Statement


def as_json(statement: Statement) -> str:
    """The statement as canonical JSON: sorted keys, no spaces, no escapes but those JSON needs."""
    return json.dumps(asdict(statement), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> Statement:
    """The statement that `as_json` wrote. Raises ValueError, KeyError or TypeError for anything else."""
    read = json.loads(text)
    sections = tuple(_section(section) for section in read["sections"])
    return Statement(read["site"], read["language"], read["title"], sections)


def as_markdown(statement: Statement) -> str:
    """The statement for reading and for other systems: headings, one sentence per line, tables."""
    blocks = [f"# {_escaped(statement.title)}"]
    for section in statement.sections:
        blocks.append(f"## {_escaped(section.title)}")
        if section.sentences:
            blocks.append("\n".join(_line(sentence) for sentence in section.sentences))
        blocks += [_table(grid) for grid in section.grids]
    return "\n\n".join(blocks) + "\n"


def _section(read: dict[str, Any]) -> Section:  # Any: what json reads
    sentences = tuple(_sentence(sentence) for sentence in read["sentences"])
    grids = tuple(
        Grid(grid["caption"], tuple(grid["head"]), tuple(tuple(row) for row in grid["rows"])) for grid in read["grids"]
    )
    return Section(read["id"], read["title"], sentences, grids)


def _sentence(read: dict[str, Any]) -> Sentence:  # Any: what json reads
    spans = tuple(Span(span["text"], span["href"]) for span in read["spans"])
    return Sentence(read["promise"], read["nature"], tuple(read["rows"]), spans, read["until"])


def _line(sentence: Sentence) -> str:
    return "- " + "".join(
        f"[{_escaped(span.text)}]({span.href})" if span.href else _escaped(span.text) for span in sentence.spans
    )


def _table(grid: Grid) -> str:
    rows = [[_cell(cell) for cell in row] for row in (grid.head, *grid.rows)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(grid.head))]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    head, *body = (_padded(row, widths) for row in rows)
    return "\n".join([f"**{_escaped(grid.caption)}**", "", head, rule, *body])


def _padded(row: Iterable[str], widths: list[int]) -> str:
    return "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"


def _cell(text: str) -> str:
    return _escaped(text).replace("|", "\\|")


def _escaped(text: str) -> str:
    for sign in "\\`*_[]<>":
        text = text.replace(sign, f"\\{sign}")
    return " ".join(text.splitlines())  # a line of its own could begin a heading or end a table
