"""The statement as HTML: plain strings, joined once.

A template tag per sentence made this page six times dearer, so the only template here is the frame around it.
"""

from collections.abc import Callable, Iterator, Mapping
from html import escape
from types import MappingProxyType

from zweck.policy.sentences import Grid, Section, Sentence, Span, Statement
from zweck.promises.values import State
from zweck.proof.values import Mark
from zweck.site.marks import SHOWN, Moment, as_html, icon, says, state_of

# Promise id -> address of its evidence.
Evidence = Callable[[str], str]
# Promise id -> what stands below its sentence: the control that it names, finished.
Below = Mapping[str, str]
NOTHING: Below = MappingProxyType({})


def contents(statement: Statement) -> str:
    """Links to the sections."""
    return "".join(f'<li><a href="#{escape(s.id)}">{escape(s.title)}</a></li>' for s in statement.sections)


def plain(statement: Statement, below: Below = NOTHING) -> str:
    """The sections as prose without marks: each section one run of sentences, one to a line."""

    def line(sentence: Sentence) -> str:
        return f'<p class="s"{_anchor(sentence)}>{spans(sentence)}</p>{below.get(sentence.promise, "")}'

    return "".join(_section(section, line) for section in statement.sections)


def marked(
    statement: Statement, marks: Mapping[str, Mark], moment: Moment, evidence: Evidence, below: Below = NOTHING
) -> str:
    """The sections with a mark beside each sentence."""
    seen: set[str] = set()

    def line(sentence: Sentence) -> str:
        anchor = "" if sentence.promise in seen else _anchor(sentence)
        seen.add(sentence.promise)
        mark = mark_of(sentence, marks.get(sentence.promise), moment, evidence)
        return _line(sentence, anchor, mark, marks) + (below.get(sentence.promise, "") if anchor else "")

    return "".join(_section(section, line) for section in statement.sections)


def mark_of(sentence: Sentence, mark: Mark | None, moment: Moment, evidence: Evidence) -> str:
    """The mark of one sentence: a link to its evidence."""
    state = state_of(sentence, {} if mark is None else {sentence.promise: mark})
    drawn = icon(state, being_checked=mark is not None and mark.being_checked)
    text = as_html(says(sentence, mark, moment))
    return f'<a class="m {state}" href="{escape(evidence(sentence.promise))}">{drawn}<span>{text}</span></a>'


def strip(tally: Mapping[State, int]) -> str:
    """The tally as a bar. SVG, since the content security policy forbids inline styles."""
    total = sum(tally.values()) or 1
    return (
        '<svg class="strip" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        + "".join(_bars(tally, total))
        + "</svg>"
    )


def tally_items(tally: Mapping[State, int], moment: Moment, broken_at: str = "") -> str:
    """The tally in words, as list items; the broken ones link to the first of them."""
    return "".join(_item(state, tally[state], moment, broken_at) for state in SHOWN if tally.get(state))


def spans(sentence: Sentence) -> str:
    """A sentence's text, its links as links."""
    return "".join(map(_span, sentence.spans))


def _item(state: State, n: int, moment: Moment, broken_at: str) -> str:
    text = f"<b>{moment.words.number(n)}</b> {escape(moment.words.say(f'page.tally.{state}', n=n))}"
    if state is State.BROKEN and broken_at:
        text = f'<a href="{escape(broken_at)}">{text}</a>'
    return f'<li class="{state}">{icon(state)}<span>{text}</span></li>'


def _bars(tally: Mapping[State, int], total: int) -> Iterator[str]:
    start = 0.0
    for state in SHOWN:
        width = 1000 * tally.get(state, 0) / total
        if width:
            yield f'<rect class="{state}" x="{start:.1f}" width="{max(width - 3, 1):.1f}" height="10"/>'
        start += width


def _line(sentence: Sentence, anchor: str, mark: str, marks: Mapping[str, Mark]) -> str:
    hurt = " hurt" if state_of(sentence, marks).is_bad else ""
    return f'<p class="s{hurt}"{anchor}><span>{spans(sentence)}</span> {mark}</p>'


def _section(section: Section, line: Callable[[Sentence], str]) -> str:
    name = escape(section.id)
    return (
        f'<section><h2 id="{name}">{escape(section.title)}</h2>'
        + "".join(map(line, section.sentences))
        + "".join(map(table, section.grids))
        + "</section>"
    )


def table(grid: Grid) -> str:
    """A table that scrolls by itself where it is too wide for the page; the keyboard can reach it."""
    caption = escape(grid.caption)
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in grid.head)
    rows = "".join(_row(row) for row in grid.rows)
    return (
        f'<div class="grid" role="region" aria-label="{caption}" tabindex="0"><table><caption>{caption}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _row(row: tuple[str, ...]) -> str:
    first, *rest = row
    return f'<tr><th scope="row">{escape(first)}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in rest)}</tr>'


def _anchor(sentence: Sentence) -> str:
    return f' id="{escape(sentence.promise)}"'


def _span(span: Span) -> str:
    text = escape(span.text, quote=False)
    return f'<a href="{escape(span.href)}">{text}</a>' if span.href else text
