"""Whether a mail keeps still: that opening it asks nobody for anything, and that it tells no one apart.

Used on every mail before it is filled, and by proofs on the bytes that arrived.
"""

import re
from email import message_from_bytes
from email.policy import default
from html.parser import HTMLParser

_LOADS = re.compile(r"url\s*\(|@import|expression\s*\(", re.IGNORECASE)
_ELEMENTS = re.compile(
    "applet|audio|base|bgsound|embed|form|frame|frameset|iframe|ima?ge?|input|link|object|picture|script|source|svg"
    "|track|video"
)
_ATTRIBUTES = re.compile("action|background|cite|data|dynsrc|formaction|lowsrc|manifest|ping|poster|src|srcset")
_SCHEMES = ("https://", "http://", "mailto:")


def faults(html: str) -> tuple[str, ...]:
    """What a mail's HTML holds that would load, run or send something; empty when it keeps still."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return tuple(sorted(reader.found))


def faults_of(data: bytes) -> tuple[str, ...]:
    """The same for a whole mail as it arrived, with what else it may not hold: attachments, unlike parts."""
    message = message_from_bytes(data, policy=default)
    found: set[str] = set()
    kinds = [part.get_content_type() for part in message.walk()]
    if kinds != ["multipart/alternative", "text/plain", "text/html"]:
        found.add(f"parts of the kinds {', '.join(kinds)}")
    for part in message.walk():
        if part.get_content_type() == "text/html":
            found.update(faults(str(part.get_content())))
    return tuple(sorted(found))


def links_of(data: bytes) -> tuple[str, ...]:
    """Where a mail's HTML leads, in order."""
    message = message_from_bytes(data, policy=default)
    reader = _Reader()
    for part in message.walk():
        if part.get_content_type() == "text/html":
            reader.feed(str(part.get_content()))
    reader.close()
    return tuple(reader.links)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.links: list[str] = []
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at an element and what it says of itself."""
        self._in_style = tag == "style"
        if _ELEMENTS.fullmatch(tag):
            self.found.add(f"<{tag}>")
        for name, value in attrs:
            self._attribute(tag, name, (value or "").strip())

    def handle_endtag(self, tag: str) -> None:
        """Leave a style."""
        self._in_style = False

    def handle_data(self, data: str) -> None:
        """Look at the rules of a style."""
        if self._in_style and _LOADS.search(data):
            self.found.add("a style that loads something")

    def _attribute(self, tag: str, name: str, value: str) -> None:
        if _ATTRIBUTES.fullmatch(name):
            self.found.add(f"the attribute {name}")
        elif name.startswith("on"):
            self.found.add("a handler of events")
        elif name == "style" and _LOADS.search(value):
            self.found.add("a style that loads something")
        elif name == "http-equiv":
            self.found.add("an instruction to the reader's program")
        elif name == "href" and tag == "a":
            self.links.append(value)
            if not value.lower().startswith(_SCHEMES):
                self.found.add("a link that is neither http, https nor mailto")
        elif name in ("href", "xlink:href"):
            self.found.add(f"the attribute {name}")
