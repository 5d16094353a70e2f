"""Reads what a check needs to know out of a page's markup. Tolerant, as browsers are."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import unquote

_FOCUSABLE = frozenset({"button", "input", "select", "textarea", "summary", "iframe"})
# Attributes by which a page makes a browser fetch something.
_FETCHES = {
    "script": ("src",),
    "img": ("src", "srcset"),
    "source": ("src", "srcset"),
    "iframe": ("src",),
    "frame": ("src",),
    "embed": ("src",),
    "object": ("data",),
    "video": ("src", "poster"),
    "audio": ("src",),
    "track": ("src",),
    "input": ("src",),
    "image": ("href", "xlink:href"),
    "use": ("href", "xlink:href"),
    "body": ("background",),
}
_FETCHING_RELS = frozenset(
    {"stylesheet", "icon", "preload", "prefetch", "preconnect", "dns-prefetch", "modulepreload", "manifest",
     "apple-touch-icon", "mask-icon"}
)  # fmt: skip


@dataclass(slots=True)
class Markup:
    """What one page says about itself."""

    language: str = ""
    title: str = ""
    ids: dict[str, str] = field(default_factory=dict)  # id -> element
    mains: int = 0
    first_focus: tuple[str, dict[str, str]] | None = None
    sources: list[str] = field(default_factory=list)  # addresses the browser would fetch by itself
    styles: list[str] = field(default_factory=list)  # inline CSS
    sheets: list[str] = field(default_factory=list)  # linked style sheets
    links: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Markup()
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        page = self.page
        if tag == "html":
            page.language = has.get("lang", "")
        if "id" in has:
            page.ids.setdefault(has["id"], tag)
        page.mains += tag == "main" or has.get("role") == "main"
        if page.first_focus is None and _takes_focus(tag, has):
            page.first_focus = (tag, has)
        if tag == "a" and "href" in has:
            page.links.append(has["href"])
        if "style" in has:
            page.styles.append(has["style"])
        self._note_sources(tag, has)
        self._inside = tag if tag in ("title", "style") else ""

    def _note_sources(self, tag: str, has: dict[str, str]) -> None:
        for name in _FETCHES.get(tag, ()):
            if name == "srcset":
                self.page.sources.extend(part.split()[0] for part in has.get(name, "").split(",") if part.strip())
            elif has.get(name):
                self.page.sources.append(has[name])
        if tag == "link" and has.get("href"):
            rels = set(has.get("rel", "").lower().split())
            if rels & _FETCHING_RELS:
                self.page.sources.append(has["href"])
            if "stylesheet" in rels:
                self.page.sheets.append(has["href"])

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "title":
            self.page.title = self.page.title or data.strip()
        if self._inside == "style":
            self.page.styles.append(data)


def _takes_focus(tag: str, has: dict[str, str]) -> bool:
    if "disabled" in has or has.get("type") == "hidden" or has.get("tabindex", "").startswith("-"):
        return False
    return tag in _FOCUSABLE or "tabindex" in has or (tag == "a" and "href" in has)


def read(text: str) -> Markup:
    """Read a page."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader.page


class _Teller(HTMLParser):
    _SILENT = frozenset({"script", "style", "template", "title"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in self._SILENT

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in self._SILENT

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)


@dataclass(slots=True)
class Shown:
    """What a page shows as its statement. `marks`: the promise and the state beside each sentence that has one."""

    text: str = ""
    links: list[str] = field(default_factory=list)
    marks: list[tuple[str, str]] = field(default_factory=list)
    is_hidden: bool = False


class _Watcher(HTMLParser):
    """Reads the one part of a page in which the statement stands.

    No part of its text are marks, the labels of working buttons, and the live status of this reader's device.
    """

    _BESIDES = frozenset({"button", "output"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.shown = Shown()
        self._depth = 0
        self._is_in_mark = False
        self._besides = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        classes = has.get("class", "").split()
        if tag == "div" and (self._depth or "text" in classes):
            self._depth += 1
        if not self._depth:
            return
        self._besides += tag in self._BESIDES
        self.shown.is_hidden |= bool(has.keys() & {"hidden", "style"})
        if tag == "a" and classes[:1] == ["m"]:
            self._is_in_mark = True
            self.shown.marks.append((unquote(has.get("href", "").rpartition("/")[2]), " ".join(classes[1:])))
        elif tag == "a":
            self.shown.links.append(has.get("href", ""))

    def handle_endtag(self, tag: str) -> None:
        self._depth -= tag == "div" and self._depth > 0
        self._besides -= tag in self._BESIDES and self._besides > 0
        self._is_in_mark &= tag != "a"

    def handle_data(self, data: str) -> None:
        if self._depth and not self._is_in_mark and not self._besides:
            self.shown.text += data


def shown_in(text: str) -> Shown:
    """The statement as a page shows it."""
    watcher = _Watcher()
    watcher.feed(text)
    watcher.close()
    return watcher.shown


def text_of(text: str) -> str:
    """What a page says to a reader."""
    teller = _Teller()
    teller.feed(text)
    teller.close()
    return "".join(teller.parts)
