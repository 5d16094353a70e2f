"""A mail as bytes, with gaps for what differs from reader to reader.

Rendering a mail costs a hundred times what filling its gaps costs, so a campaign is rendered once for each language.
Gaps lie between soft line breaks of quoted-printable, and their values are encoded alone: so lines stay short and
no value can end where it was not meant to. No line begins with a dot, so nothing needs stuffing, and a signature holds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.quoprimime import body_encode
from hashlib import sha256

from zweck.disclosure.errors import BadLetter
from zweck.disclosure.letters.gaps import GAP
from zweck.disclosure.values import Prepared

Pieces = tuple[bytes | str, ...]
_LINE = 72  # quoted-printable allows 76; a dot at a line's head grows by two
_LONGEST_SUBJECT = 300


@dataclass(frozen=True, slots=True)
class Heads:
    """The headers that are the same for all. `mailbox`: where list commands by mail go; empty: nowhere."""

    name: str
    address: str
    subject: str
    is_list: bool = False
    reply_to: str = ""
    mailbox: str = ""


def pieces(heads: Heads, text: str, html: str) -> Pieces:
    """The whole mail: bytes, and names of gaps between them. Raises BadLetter when a header cannot be written."""
    edge = f"zweck-{sha256((text + html).encode('utf-8', 'replace')).hexdigest()[:24]}"
    found: list[bytes | str] = [b"Date: ", "@date", b"\r\nMessage-ID: <", "@id", b">\r\nTo: ", "@to", b"\r\n"]
    found.append(_fixed(heads))
    if heads.is_list:
        found += [b"List-Unsubscribe: <", "<leave", b">"]
        if heads.mailbox:
            found += [f",\r\n <mailto:{heads.mailbox}?subject=leave%20".encode(), "?leave", b">"]
        found.append(b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n")
    found.append(f'MIME-Version: 1.0\r\nContent-Type: multipart/alternative;\r\n boundary="{edge}"\r\n\r\n'.encode())
    for kind, body in (("plain", text), ("html", html)):
        found.append(
            f"--{edge}\r\nContent-Type: text/{kind}; charset=utf-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n\r\n".encode()
        )
        found += _printable(body)
    found.append(f"--{edge}--\r\n".encode())
    return _joined(found)


def filled(mail: Prepared, to: str, message_id: str, date: str, urls: Mapping[str, str]) -> bytes:
    """One reader's mail. All values are checked before they come here; `date` as a header wants it."""
    values = {"@date": date.encode(), "@id": message_id.encode(), "@to": to.encode()}
    for name in mail.links:
        url = urls[name]
        values[f"={name}"] = _soft(url)
        if name == "leave":
            values["<leave"] = url.encode()
            values["?leave"] = url.rpartition("/")[2].encode()
    return b"".join([piece if isinstance(piece, bytes) else values[piece] for piece in mail.pieces])


def one_line(text: str) -> str:
    """A text as a header may hold it: no line break, no control character, not endless."""
    return "".join(c for c in " ".join(text.split()) if c.isprintable())[:_LONGEST_SUBJECT]


def _fixed(heads: Heads) -> bytes:
    message = EmailMessage(policy=SMTP)
    try:
        message["From"] = Address(one_line(heads.name), addr_spec=heads.address)
        if heads.reply_to:
            message["Reply-To"] = Address(addr_spec=heads.reply_to)
        message["Subject"] = one_line(heads.subject)
        if not heads.is_list:
            # RFC 3834: keeps out-of-office replies from answering a machine.
            message["Auto-Submitted"] = "auto-generated"
        return b"".join(SMTP.fold_binary(name, value) for name, value in message.items())
    except (ValueError, IndexError, UnicodeError):
        raise BadLetter("sender, subject or reply address cannot be written into a header") from None


def _printable(text: str) -> Pieces:
    """A text in quoted-printable, with its gaps. The parts are encoded alone, so that a gap may take any value."""
    parts = GAP.split("\n".join(text.splitlines()) + "\n")
    found: list[bytes | str] = [_encoded(parts[0])]
    for at in range(1, len(parts), 2):
        found += [b"=\r\n", f"={parts[at].replace('-', '_')}", b"=\r\n", _encoded(parts[at + 1])]
    return tuple(found)


def _encoded(text: str) -> bytes:
    raw = text.encode("utf-8", "replace").decode("latin-1")
    lines = body_encode(raw, maxlinelen=_LINE, eol="\r\n").split("\r\n")
    return "\r\n".join(f"=2E{line[1:]}" if line.startswith(".") else line for line in lines).encode("ascii")


def _soft(url: str) -> bytes:
    """A link within quoted-printable: short lines, no equals sign left bare, no dot at a line's head."""
    chunks = [url[at : at + 60] for at in range(0, len(url), 60)]
    coded = (chunk.replace("=", "=3D") for chunk in chunks)
    return "=\r\n".join(f"=2E{line[1:]}" if line.startswith(".") else line for line in coded).encode()


def _joined(found: Sequence[bytes | str]) -> Pieces:
    """The same with neighbouring bytes put together."""
    joined: list[bytes | str] = []
    for piece in found:
        if isinstance(piece, bytes) and joined and isinstance(joined[-1], bytes):
            joined[-1] += piece
        else:
            joined.append(piece)
    return tuple(joined)
