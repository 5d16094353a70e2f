"""Files that come with a mail: which are taken, by what they contain and not by what they say they are."""

import re

from zweck.disclosure.incoming import mime
from zweck.disclosure.incoming.values import MOST_ATTACHMENT_BYTES, MOST_ATTACHMENTS, Part
from zweck.doors import Attachment, LeftOut

# Nothing here can carry a program that a viewer runs unasked, and nothing is ever unpacked.
_KINDS = (
    ("application/pdf", b"%PDF-"),
    ("image/png", b"\x89PNG\r\n\x1a\n"),
    ("image/jpeg", b"\xff\xd8\xff"),
)
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_PLAIN = {"text/plain", "text/csv"}
_ENDINGS = {"application/pdf": ".pdf", "image/png": ".png", "image/jpeg": ".jpg", "text/plain": ".txt"}


def is_file(part: Part) -> bool:
    """Whether a part is a file rather than something the mail says."""
    how, params = mime.disposition(part.headers)
    named = params.get("filename") or mime.media(part.headers)[1].get("name")
    return how == "attachment" or bool(named) or not part.kind.startswith("text/")


def taken(found: list[Part]) -> tuple[tuple[Attachment, ...], tuple[LeftOut, ...]]:
    """The files that are taken, and for each other one the reason."""
    files: list[Attachment] = []
    left: list[LeftOut] = []
    for part in found:
        if len(files) == MOST_ATTACHMENTS:
            left.append("count")
            continue
        one = _judged(part)
        if isinstance(one, Attachment):
            files.append(one)
        else:
            left.append(one)
    return tuple(files), tuple(left)


def judged(given: str, content: bytes, *, is_text: bool) -> Attachment | LeftOut:
    """A file as it is taken, or the reason why it is not. `is_text`: whether it says that it is text."""
    if len(content) > MOST_ATTACHMENT_BYTES:
        return "size"
    kind = _kind(content, is_text=is_text)
    return Attachment(_name(given, kind), kind, content) if kind else "kind"


def _judged(part: Part) -> Attachment | LeftOut:
    # Encoded it is never smaller than decoded: what is too large is not even decoded.
    if len(part.body) > MOST_ATTACHMENT_BYTES * 3 // 2:
        return "size"
    given = mime.disposition(part.headers)[1].get("filename") or mime.media(part.headers)[1].get("name") or ""
    return judged(given, mime.decoded(part), is_text=part.kind in _PLAIN)


def _kind(content: bytes, *, is_text: bool) -> str:
    for kind, begins in _KINDS:
        if content.startswith(begins):
            return kind
    return "text/plain" if is_text and _is_plain(content) else ""


def _is_plain(content: bytes) -> bool:
    """Whether it is text that no program takes for anything else."""
    if not content or _CONTROL.search(content) or content.lstrip().startswith(b"<"):
        return False
    for charset in ("utf-8", "cp1252"):
        try:
            content.decode(charset)
        except UnicodeDecodeError:
            continue
        return True
    return False


def _name(given: str, kind: str) -> str:
    """A name that is a name in every system: no folder, no ending but the content's own."""
    stem = re.split(r"[\\/:]", given)[-1].rpartition(".")[0] or given
    bare = re.sub(r"[^\w.() -]", "_", stem).strip(". ")[:60]
    return (bare or "file") + _ENDINGS[kind]
