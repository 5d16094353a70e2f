"""Takes a mail apart, iteratively and within bounds.

The standard library's parser tests every line against every open boundary and recurses with each level, so a mail made
for it costs minutes; this one sees each byte at most once per level, and levels are few.
"""

import binascii
import codecs
import re
import unicodedata
from collections.abc import Iterator, Mapping
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.parser import HeaderParser
from quopri import decodestring

from zweck.disclosure.errors import BadMail
from zweck.disclosure.incoming.values import MOST_BYTES, MOST_DEPTH, MOST_HEADER_BYTES, MOST_PARTS, Part

_END_OF_HEADERS = re.compile(rb"\r?\n\r?\n")
_MOST_VALUE = 8000  # of one header that is understood; a longer one is cut
_ODD_CODECS = {"punycode", "idna", "undefined", "unicode-escape", "raw-unicode-escape", "unicode_escape", "mbcs", "oem"}
_Headers = Mapping[str, str]


def split(raw: bytes) -> tuple[dict[str, list[str]], bytes]:
    """Headers by their name in small letters, as they were sent, and what follows them. Raises BadMail."""
    if len(raw) > MOST_BYTES:
        raise BadMail(f"larger than {MOST_BYTES // 1024 // 1024} MB")
    head, body = _cut(raw)
    found: dict[str, list[str]] = {}
    for name, value in HeaderParser().parsestr(head.decode("ascii", "surrogateescape")).raw_items():
        found.setdefault(name.lower(), []).append(str(value)[:_MOST_VALUE])
    return found, body


def parts(raw: bytes) -> Iterator[Part]:
    """All parts that hold no others, in order. Raises BadMail where they are too many or too deep."""
    open_: list[tuple[bytes, int, str]] = [(raw, 0, "text/plain")]
    seen = 0
    while open_:
        entity, depth, usual = open_.pop()
        seen += 1
        if depth > MOST_DEPTH or seen > MOST_PARTS:
            raise BadMail("nested too deep, or of too many parts")
        many, body = split(entity)
        headers = {name: values[0] for name, values in many.items()}
        kind, params = media(headers, usual)
        boundary = params.get("boundary", "")
        if not kind.startswith("multipart/") or not boundary:
            yield Part("text/plain" if kind.startswith("multipart/") else kind, headers, body)
            continue
        inner = "message/rfc822" if kind == "multipart/digest" else "text/plain"
        open_.extend((piece, depth + 1, inner) for piece in reversed(_pieces(body, boundary)))


def media(headers: _Headers, usual: str = "text/plain") -> tuple[str, Mapping[str, str]]:
    """The media type and its parameters; the usual one where it cannot be read."""
    return _parameters(headers, "content-type", usual)


def disposition(headers: _Headers) -> tuple[str, Mapping[str, str]]:
    """How a part wants to be shown, with its parameters, such as the name of a file."""
    return _parameters(headers, "content-disposition", "")


def decoded(part: Part) -> bytes:
    """A part's content. What is not well encoded is decoded as far as it goes."""
    how = part.headers.get("content-transfer-encoding", "").strip().lower()
    if how == "base64":
        bare = re.sub(rb"[^A-Za-z0-9+/]", b"", part.body)
        try:
            return binascii.a2b_base64(bare[: len(bare) // 4 * 4] + _last(bare))
        except binascii.Error:
            return b""
    return decodestring(part.body) if how == "quoted-printable" else part.body


def text_of(part: Part) -> str:
    """A text part's characters; an unknown or wrong charset is read as UTF-8, and else as Latin-1."""
    content = decoded(part)
    for charset in (_charset(media(part.headers)[1].get("charset", "")), "utf-8"):
        try:
            return content.decode(charset)
        except UnicodeError:
            continue
    return content.decode("latin-1")


def words(value: str, most: int = 300) -> str:
    """A header's words for people: decoded (RFC 2047), on one line, without control characters, cut."""
    chunks: list[str] = []
    plain = _eight_bit(value[:_MOST_VALUE])
    try:
        for chunk, charset in decode_header(plain):
            chunks.append(chunk if isinstance(chunk, str) else _chars(chunk, charset))
    except (HeaderParseError, ValueError):
        chunks = [plain]
    return _one_line("".join(chunks))[:most]


def _cut(raw: bytes) -> tuple[bytes, bytes]:
    if raw.startswith((b"\n", b"\r\n")):
        return b"", raw[raw.index(b"\n") + 1 :]
    end = _END_OF_HEADERS.search(raw, 0, MOST_HEADER_BYTES)
    if end is None:
        if len(raw) > MOST_HEADER_BYTES:
            raise BadMail("its headers have no end")
        return raw, b""
    return raw[: end.start()] + b"\n", raw[end.end() :]


def _pieces(body: bytes, boundary: str) -> list[bytes]:
    mark = re.escape(boundary.encode("utf-8", "surrogateescape"))
    found: list[bytes] = []
    start = -1
    for line in re.finditer(rb"(?:\r?\n|\A)--" + mark + rb"(--)?[ \t]*(?=\r?\n|\Z)", body):
        if start >= 0:
            found.append(body[start : line.start()])
            if len(found) > MOST_PARTS:
                raise BadMail("of too many parts")
        if line[1]:
            return found
        start = line.end() + (2 if body[line.end() : line.end() + 2] == b"\r\n" else 1)
    return [*found, body[start:]] if start >= 0 else [b"\n" + body]


def _parameters(headers: _Headers, name: str, usual: str) -> tuple[str, Mapping[str, str]]:
    message = Message()
    message[name] = _eight_bit(headers.get(name, usual)[:2000]).replace("\n", " ").replace("\r", " ")
    found: dict[str, str] = {}
    try:
        first, *rest = message.get_params(failobj=[(usual, "")], header=name) or [(usual, "")]
    except (LookupError, ValueError):
        return usual, found
    for key, value in rest:
        found.setdefault(key.lower(), _one_line(_extended(value)))
    kind = first[0].strip().lower()
    return (kind if "/" in kind or name != "content-type" else usual), found


def _extended(value: str | tuple[str | None, str | None, str]) -> str:
    """A parameter's text; an extended one (RFC 2231) comes with its charset."""
    if isinstance(value, str):
        return words(value)
    charset, _language, text = value
    return _chars(text.encode("latin-1", "replace"), charset)


def _chars(content: bytes, charset: str | None) -> str:
    return content.decode(_charset(charset or ""), "replace")


def _charset(name: str) -> str:
    """A charset as Python calls it; UTF-8 for what is none, or is slow beyond reason with long texts."""
    try:
        known = codecs.lookup(name or "utf-8")
    except (LookupError, ValueError):  # ValueError: a NUL in the name
        return "utf-8"
    is_text = getattr(known, "_is_text_encoding", False)  # compressing codecs are none: nothing is unpacked here
    return known.name if is_text and known.name not in _ODD_CODECS else "utf-8"


def _eight_bit(value: str) -> str:
    """Raw bytes in a header, which nobody may send and many do."""
    content = value.encode("utf-8", "surrogateescape")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _one_line(text: str) -> str:
    # Surrogates cannot be stored, format characters (Cf) turn the direction of what stands beside them.
    kept = (" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)
    return " ".join("".join(c for c in kept if unicodedata.category(c) not in ("Cs", "Cf", "Co", "Cn")).split())


def _last(bare: bytes) -> bytes:
    """The last group of base64, with the padding that a mail may have lost."""
    rest = bare[len(bare) // 4 * 4 :]
    return rest + b"=" * (4 - len(rest)) if len(rest) > 1 else b""
