"""A campaign's text: Markdown becomes the HTML and the plain text of a mail.

Nothing of what is written is taken as HTML. Links lead to `https`, `http` or `mailto`, or to a path of the own site.
Pictures are refused: one that lies elsewhere tells its server who opened the mail.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import urljoin, urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

from zweck.mailing.errors import BadText

MOST_CHARACTERS = 100_000
SCHEMES = frozenset({"http", "https", "mailto"})
_RULE = "-" * 30
_HOST = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*(:[0-9]{1,5})?")


@dataclass(frozen=True, slots=True)
class Text:
    """A text in both forms of a mail. `html` is a fragment without head or frame."""

    html: str
    plain: str


def render(source: str, origin: str) -> Text:
    """Both forms of a Markdown text; a link to a path leads to `origin`. Raises BadText."""
    if len(source) > MOST_CHARACTERS:
        raise BadText("long", f"the text has more than {MOST_CHARACTERS:,} characters")
    if "\0" in source:
        raise BadText("characters", "the text holds a character that no mail can carry")
    tokens = _reader().parse(source.replace("\r\n", "\n"))
    if not tokens:
        raise BadText("empty", "there is no text yet")
    for line, token in _inline(tokens):
        _settle(token, origin, line)
    html: str = _reader().renderer.render(tokens, _reader().options, {})
    text = Text(html, _plain(tokens))
    # The name stands for a reader's own links while a mail is prepared; see `disclosure.acts.gap`. Looked for here and
    # not in the source, where an escape can hide it.
    if any("zweck.invalid" in one.casefold() for one in (text.html, text.plain)):
        raise BadText("link", "no link leads to zweck.invalid")
    return text


@cache
def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False, "linkify": False, "typographer": False})
    # Which links are allowed is decided in `_settle`, where a wrong one can be named; here it would become mere text.
    reader.validateLink = lambda url: True  # type: ignore[method-assign]
    return reader


def _inline(tokens: Sequence[Token]) -> Iterator[tuple[int, Token]]:
    """Each link and picture with the line its paragraph begins in."""
    for token in tokens:
        line = token.map[0] + 1 if token.map else 0
        yield from ((line, child) for child in token.children or () if child.type in ("link_open", "image"))


def _settle(token: Token, origin: str, line: int) -> None:
    """Hold a link against what a mail may carry, and make it whole."""
    if token.type == "image":
        raise BadText("picture", "a picture that lies elsewhere would tell who opened the mail; leave it out", line)
    href = str(token.attrGet("href") or "")
    try:
        whole = urljoin(f"{origin}/", href) if href[:1] == "/" != href[1:2] else href
        parts = urlsplit(whole)
        # A name before the host ("https://bank@elsewhere") only ever deceives.
        reaches = bool(_HOST.fullmatch(parts.netloc)) if parts.scheme != "mailto" else "@" in parts.path.strip("@")
    except ValueError:
        reaches = False
    if not reaches or parts.scheme not in SCHEMES:
        raise BadText("link", "a link leads to https://…, to mailto:…, or to a path of this site such as /news", line)
    token.attrSet("href", whole)


def _plain(tokens: Sequence[Token]) -> str:
    """The plain text: paragraphs, lists, quotations and code as they would be typed."""
    writer = _Writer()
    for token in tokens:
        writer.take(token)
    return "\n".join(line.rstrip() for line in "\n".join(writer.lines).strip("\n").split("\n")) + "\n"


class _Writer:
    """Writes tokens down as plain text, each block behind the marks of the lists and quotations around it."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._around: list[str] = []  # what stands before a line: of quotations and list items
        self._numbers: list[int | None] = []  # of the lists around; None: with dashes
        self._mark = ""  # of a list item that has just begun
        self._heading = ""

    def take(self, token: Token) -> None:
        """One token of the flat stream."""
        kind = token.type
        if kind in ("bullet_list_open", "ordered_list_open"):
            self._numbers.append(int(token.attrGet("start") or 1) if kind.startswith("ordered") else None)
        elif kind in ("bullet_list_close", "ordered_list_close"):
            self._numbers.pop()
            if not self._numbers:
                self._gap()
        elif kind == "list_item_open":
            self._begin_item()
        elif kind == "list_item_close":
            self._around.pop()
        elif kind == "blockquote_close":
            self._around.pop()
            self._gap()
        elif kind == "blockquote_open":
            self._around.append("> ")
        elif kind == "heading_open":
            self._heading = "=" if token.tag == "h1" else "-"
        else:
            self._leaf(token)

    def _begin_item(self) -> None:
        number = self._numbers[-1]
        self._mark = "- " if number is None else f"{number}. "
        if number is not None:
            self._numbers[-1] = number + 1
        self._around.append(" " * len(self._mark))

    def _leaf(self, token: Token) -> None:
        if token.type == "inline":
            text = _spoken(token.children or ())
            self._write(text)
            if self._heading:
                self._write(self._heading * min(60, max(map(len, text.split("\n")))))
                self._heading = ""
        elif token.type in ("fence", "code_block"):
            self._write("\n".join(f"    {line}" for line in token.content.rstrip("\n").split("\n")))
            self._gap()
        elif token.type == "hr":
            self._write(_RULE)
            self._gap()
        elif token.type == "heading_close" or (token.type == "paragraph_close" and not token.hidden):
            self._gap()

    def _write(self, text: str) -> None:
        for line in text.split("\n"):
            around = "".join(self._around)
            if self._mark:
                around = around[: -len(self._mark)] + self._mark
                self._mark = ""
            self.lines.append(around + line)

    def _gap(self) -> None:
        """An empty line, one at most, behind the marks of the quotations it lies in."""
        if self.lines and not self.lines[-1].strip("> "):
            self.lines.pop()
        self.lines.append("".join(mark for mark in self._around if mark == "> "))


def _spoken(children: Sequence[Token]) -> str:
    """A line of text: emphasis as words, links as "words (address)"."""
    said: list[str] = []
    begun: list[tuple[int, str]] = []
    for child in children:
        if child.type == "link_open":
            begun.append((len(said), str(child.attrGet("href") or "")))
        elif child.type == "link_close":
            start, href = begun.pop()
            bare = href.removeprefix("mailto:")
            if "".join(said[start:]) not in (href, bare):
                said.append(f" ({bare})")
        elif child.type in ("text", "code_inline", "text_special"):
            said.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            said.append("\n")
    return "".join(said)
