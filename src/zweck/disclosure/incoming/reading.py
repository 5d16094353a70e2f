"""From the bytes of a mail to its values."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from email.utils import getaddresses

from zweck.disclosure.errors import BadMail
from zweck.disclosure.incoming import files, mime, reports, texts
from zweck.disclosure.incoming.values import Mail, Part

_ADDRESS = re.compile(r"[^\s<>@;:,\"()\\\[\]]{1,64}@[^\s<>@;:,\"()\\\[\]]{3,255}")
_MOST_HOPS = 30
_MOST_COMMENTS = 10
_BULK = {"bulk", "junk", "list", "auto_reply"}
_Headers = Mapping[str, list[str]]


def read(raw: bytes) -> Mail:
    """Read a mail. Raises BadMail where it exceeds a bound, or names nobody who sent it."""
    headers, body = mime.split(raw)
    found = list(mime.parts(raw))
    sender, name = _sender(headers)
    kind, params = mime.media({key: values[0] for key, values in headers.items()})
    subject = mime.words(_first(headers, "subject"))
    text = texts.text_of([part for part in found if not files.is_file(part)])
    told = reports.of(kind, params.get("report-type", "").lower(), found)
    is_robot = reports.is_robot(sender, _first(headers, "return-path"))
    if not told and is_robot:
        told = reports.in_words(subject, _first(headers, "x-failed-recipients"), text)
    if not sender and not is_robot:
        raise BadMail("it names nobody who sent it")
    recipients = _recipients(headers)
    attachments, left_out = files.taken([part for part in found if files.is_file(part) and not _is_shell(part)])
    return Mail(
        sender=sender,
        name=name,
        subject=subject,
        text=text,
        recipients=recipients,
        message_id=mime.words(_first(headers, "message-id")).strip("<> "),
        digest=hashlib.sha256(body).digest(),
        is_automatic=is_robot or _is_automatic(headers),
        attachments=attachments,
        left_out=left_out,
        reports=told,
        is_report=bool(told) or kind == "multipart/report",
        refs=reports.refs(recipients, text, found),
    )


def _first(headers: _Headers, name: str) -> str:
    return headers.get(name, [""])[0]


def _sender(headers: _Headers) -> tuple[str, str]:
    """Address and name of the first author. An address that is none counts as none."""
    for name, address in _addresses(headers.get("from", [])[:1]):
        if _ADDRESS.fullmatch(address):
            return address, mime.words(name, 120)
    return "", ""


def _recipients(headers: _Headers) -> tuple[str, ...]:
    """Whom the mail was for: what the last server noted first, then what the sender wrote."""
    order = ("x-original-to", "delivered-to", "envelope-to", "x-envelope-to", "to", "cc")
    found = [address for name in order for _, address in _addresses(headers.get(name, [])[:20])[:50]]
    return tuple(dict.fromkeys(address for address in found if _ADDRESS.fullmatch(address)))


def _addresses(values: Sequence[str]) -> list[tuple[str, str]]:
    # The library recurses with every comment within a comment.
    return getaddresses([value for value in values if value.count("(") <= _MOST_COMMENTS])


def _is_automatic(headers: _Headers) -> bool:
    """RFC 3834, and what came before it; also a mail that goes in circles."""
    submitted = _first(headers, "auto-submitted").partition(";")[0].strip().lower()
    return (
        submitted not in ("", "no")
        or _first(headers, "precedence").strip().lower() in _BULK
        or any(name in headers for name in ("list-id", "list-unsubscribe", "x-autoreply", "x-autorespond", "x-loop"))
        or len(headers.get("received", [])) > _MOST_HOPS
    )


def _is_shell(part: Part) -> bool:
    """Parts that only wrap or sign what is said, and that nobody would miss."""
    return part.kind in ("message/delivery-status", "application/pgp-signature", "application/pkcs7-signature")
