"""An existing statement's text: only what it says verbatim. What it means is for people to read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

from zweck.eye.errors import EyeError
from zweck.eye.judging.company import core, words_of
from zweck.eye.judging.known import Catalogue
from zweck.eye.judging.signs import signs

LIMIT_BYTES = 2 * 1024 * 1024  # the longest statements are a tenth of it
_SILENT = frozenset({"script", "style", "template", "noscript", "svg", "head"})
_BLOCKS = frozenset(
    {"p", "div", "li", "br", "tr", "td", "th", "h1", "h2", "h3", "h4", "h5", "h6", "section", "dt", "dd"}
)
_PERIOD = re.compile(
    r"\b(\d{1,4}|eine[mnrs]?|zwei|drei|sechs|zwölf|one|two|three|six|twelve)[ -]"
    r"(sekunden?|minuten?|stunden?|tage?n?|wochen?|monate?n?|jahre?n?"
    r"|seconds?|minutes?|hours?|days?|weeks?|months?|years?)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[\w.*-]+")
_NAME_LIMIT = 100  # characters: what is longer is no cookie's name that anybody would write down
_COMMON = {
    "de": frozenset({"und", "der", "die", "wir", "ihre", "nicht", "werden", "eine", "für"}),
    "en": frozenset({"and", "the", "we", "your", "not", "are", "for", "with", "our"}),
}


class NotProse(EyeError):  # noqa: N818
    """A file holds no text that could be read. The message says why, and what would help."""


@dataclass(frozen=True, slots=True)
class Prose:
    """What a statement's text names, as it stands there. `providers` and `services`: of the catalogue."""

    text: str  # as words: small letters, single spaces
    providers: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    cookies: tuple[str, ...] = ()
    periods: tuple[str, ...] = ()
    mechanisms: tuple[str, ...] = ()  # of transfers to third countries
    languages: tuple[str, ...] = ()

    def names(self, name: str) -> bool:
        """Whether the text holds a name, as a whole word."""
        return bool(name) and _stands_in(words_of(name), self.text)

    def names_company(self, name: str) -> bool:
        """Whether the text holds a company's name, with its legal form or without."""
        return self.names(name) or (bool(name) and self.names(core(name)))

    def names_pattern(self, pattern: str) -> bool:
        """Whether the text holds a name, or one that a pattern such as `_ga_*` fits."""
        if "*" not in pattern:
            return self.names(pattern)
        begin = words_of(pattern.split("*", 1)[0])
        return bool(begin) and re.search(rf"(?<!\w){re.escape(begin)}", self.text) is not None


def read_prose(text: str, catalogue: Catalogue) -> Prose:
    """What a statement names. Names are found where they stand as whole words, companies also without legal form."""
    prose = Prose(words_of(text))
    services = tuple(catalogue.services.values())
    companies = (name for service in services for name in (service.provider, service.in_union))
    return Prose(
        text=prose.text,
        providers=tuple(dict.fromkeys(name for name in companies if prose.names_company(name))),
        services=tuple(dict.fromkeys(service.name for service in services if prose.names(service.name))),
        cookies=tuple(_cookies(text, catalogue)),
        periods=tuple(dict.fromkeys(" ".join(found.group().split()) for found in _PERIOD.finditer(text))),
        mechanisms=signs().words["prose.mechanisms"].all_in(text),
        languages=tuple(_languages(prose.text)),
    )


def text_of(source: bytes, name: str) -> str:
    """The text of a statement's file: HTML, Markdown or plain text. Raises NotProse; `name` is how messages call it."""
    if len(source) > LIMIT_BYTES:
        raise NotProse(f"{name}: is larger than {LIMIT_BYTES // 1024 // 1024} MB; give the statement alone")
    if source.startswith(b"%PDF"):
        raise NotProse(f"{name}: is a PDF; save its text as a .txt file and give that")
    if b"\0" in source:
        raise NotProse(f"{name}: is no text; give an HTML, Markdown or text file")
    text = _decoded(source)
    if re.search(r"<(!doctype|html|body|p|div|h1)\b", text[:5_000], re.IGNORECASE):
        text = _shown(text)
    if not text.strip():
        raise NotProse(f"{name}: holds no text; give the page as people see it, saved as HTML or text")
    return text


def _decoded(source: bytes) -> str:
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError:
        return source.decode("cp1252", errors="replace")


class _Reader(HTMLParser):
    """Collects what a reader sees, a line for each block."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent.append(tag)
        elif self._silent == ["head"] and (tag == "body" or tag in _BLOCKS):  # a head that was never closed ends here
            self._silent.clear()
        if tag in _BLOCKS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._silent:
            del self._silent[self._silent.index(tag) :]
        if tag in _BLOCKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.pieces.append(data)


def _shown(html: str) -> str:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return "".join(reader.pieces)


def _stands_in(words: str, text: str) -> bool:
    if not words or words not in text:  # most are not, and that is quickly said
        return False
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text) is not None


def _cookies(text: str, catalogue: Catalogue) -> Iterator[str]:
    """Words that the catalogue knows as cookies. An everyday word is none, though a cookie may be called so."""
    for word in dict.fromkeys(_WORD.findall(text)):
        name = word.strip(".-*")
        marked = name.isupper() or any(mark in name for mark in "_.-") or any(letter.isdigit() for letter in name)
        if 2 < len(name) <= _NAME_LIMIT and marked and catalogue.stored("cookie", name, "") is not None:
            yield word


def _languages(words: str) -> Iterator[str]:
    told = set(words.split())
    for language, common in _COMMON.items():
        if len(told & common) >= 3:
            yield language
