"""What a mail says: plain text, HTML turned into it without fetching or running anything, and the new part of a reply.

Every scan below goes forward only, so that no text costs more than its length.
"""

import re
import unicodedata
from html import unescape

from zweck.disclosure.incoming import mime
from zweck.disclosure.incoming.values import MOST_TEXT, Part

_MOST_HTML = 1_000_000
_SILENT = ("script", "style", "head", "title", "template", "noscript", "svg", "math")
_BREAKS = {
    "p", "div", "br", "tr", "li", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "blockquote", "pre",
    "section", "article",
}  # fmt: skip
_NAME = re.compile(r"/?[a-zA-Z][a-zA-Z0-9]*")
# How mail programs introduce what they quote. Anchored at a line's start, and bounded.
_INTRODUCES = re.compile(
    r"(?:On|Am|Le|El|Il|Op|Den|Em) .{4,200}(?:wrote|schrieb|écrit|escribió|scritto|schreef|skrev|escreveu).{0,80}:$"
    r"|.{2,120} (?:schrieb|wrote) (?:am|on) .{4,80}:$"
    r"|-{2,} ?(?:Original Message|Ursprüngliche Nachricht|Originalnachricht|Weitergeleitete Nachricht"
    r"|Forwarded message) ?-{2,}$"
    r"|_{20,}$"
)
_OUTLOOK = re.compile(r"(?:From|Von|De|Da): .{1,300}$")
_OUTLOOK_NEXT = re.compile(r"(?:Sent|Gesendet|Date|Datum|To|An|Cc|Subject|Betreff): .{1,300}$")
_SIGNATURE = "-- "


def text_of(found: list[Part]) -> str:
    """The text of a mail's parts: plain where there is any, else its HTML as text."""
    plain = [mime.text_of(part) for part in found if part.kind == "text/plain"]
    if not any(text.strip() for text in plain):
        plain = [from_html(mime.text_of(part)) for part in found if part.kind == "text/html"]
    text = clean("\n".join(plain)[: 2 * MOST_TEXT])
    return text if len(text) <= MOST_TEXT else text[:MOST_TEXT] + "\n[…]"


def from_html(html: str) -> str:
    """What a reader of HTML would read, without what is silent, hidden in attributes, or a comment."""
    html = html[:_MOST_HTML]
    lowered = html.lower()
    if len(lowered) != len(html):  # İ grows by a letter
        lowered = html
    said: list[str] = []
    at = 0
    while (start := html.find("<", at)) >= 0:
        said.append(_spaced(html[at:start]))
        if lowered.startswith("<!--", start):
            at = _after(lowered, "-->", start)
            continue
        name = _NAME.match(lowered, start + 1)
        if name is None and not lowered.startswith(("<!", "<?"), start):
            said.append("<")
            at = start + 1
            continue
        tag = name[0] if name else ""
        at = _after(lowered, ">", start)
        if tag in _SILENT:
            at = _after(lowered, ">", _start_of(lowered, f"</{tag}", at))
        elif tag.lstrip("/") in _BREAKS:
            said.append("\n")
    said.append(_spaced(html[at:]))
    lines = (" ".join(line.split(" ")).strip() for line in "".join(said).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def said(text: str) -> str:
    """The new part of a reply: without quoted lines, what introduces them, and the signature.

    Falls back to the whole text where nothing else would be left.
    """
    kept: list[str] = []
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if line.rstrip("\n") == _SIGNATURE or _starts_quote(lines, number):
            break
        if not line.lstrip().startswith(">"):
            kept.append(line)
    return "\n".join(kept).strip() or text.strip()


def clean(text: str) -> str:
    """Text that can be stored and shown: lines end in one way, and no control or bidirectional character is left."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ")
    if text.isascii() and text.isprintable():
        return text
    return "".join(c for c in text if c == "\n" or unicodedata.category(c) not in _UNSEEN)


_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn"}


def _starts_quote(lines: list[str], number: int) -> bool:
    line = lines[number].strip()
    if len(line) > 600:
        return False
    if _INTRODUCES.match(line):
        return True
    following = [each.strip() for each in lines[number + 1 : number + 4] if each.strip()]
    # Programs break a long introduction over two lines.
    if following and len(line) + len(following[0]) < 400 and line[:3] in ("On ", "Am ") and following[0].endswith(":"):
        return bool(_INTRODUCES.match(f"{line} {following[0]}"))
    return bool(_OUTLOOK.match(line) and following and _OUTLOOK_NEXT.match(following[0]))


def _spaced(text: str) -> str:
    return re.sub(r"\s+", " ", unescape(text))


def _start_of(text: str, what: str, at: int) -> int:
    found = text.find(what, at)
    return found if found >= 0 else len(text)


def _after(text: str, what: str, at: int) -> int:
    """Behind the next `what`; the end of the text where there is none, so that nothing is searched twice."""
    found = text.find(what, at)
    return found + len(what) if found >= 0 else len(text)
