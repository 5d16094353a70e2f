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


def _judged(part: Part) -> Attachment | LeftOut:
    # Encoded it is never smaller than decoded: what is too large is not even decoded.
    if len(part.body) > MOST_ATTACHMENT_BYTES * 3 // 2:
        return "size"
    content = mime.decoded(part)
    if len(content) > MOST_ATTACHMENT_BYTES:
        return "size"
    kind = _kind(part, content)
    return Attachment(_name(part, kind), kind, content) if kind else "kind"


def _kind(part: Part, content: bytes) -> str:
    for kind, begins in _KINDS:
        if content.startswith(begins):
            return kind
    if part.kind in _PLAIN and content and b"\0" not in content and not content.lstrip().startswith(b"<"):
        return "text/plain"
    return ""


def _name(part: Part, kind: str) -> str:
    """A name that is a name in every system: no folder, no ending but the content's own."""
    given = mime.disposition(part.headers)[1].get("filename") or mime.media(part.headers)[1].get("name") or "file"
    stem = re.split(r"[\\/:]", given)[-1].rpartition(".")[0] or given
    bare = re.sub(r"[^\w.() -]", "_", stem).strip(". ")[:60]
    return (bare or "file") + _ENDINGS[kind]
