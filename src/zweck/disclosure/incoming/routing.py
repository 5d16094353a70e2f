"""Whom a mail is meant for: the kinds whose handlers are asked, in order."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from zweck.disclosure.incoming import texts
from zweck.disclosure.incoming.values import Mail

LEAVE, ENQUIRY = "leave", "enquiry"
# A subject or a whole message of one of these words is an instruction and needs no person to read it.
_LEAVE = re.compile(r"(?:please )?(?:unsubscribe|abmelden|abbestellen|austragen)(?: me)?[.! ]*", re.IGNORECASE)
# What the header List-Unsubscribe lets a mail program send: a token is too long for an address.
_COMMAND = re.compile(r"leave ([\w.~-]{20,250})")
_PREFIX = re.compile(r"^(?:(?:re|aw|fwd?|wg|antwort)\s*:\s*)+", re.IGNORECASE)


@dataclass(frozen=True, slots=True, repr=False)
class Way:
    """A handler's kind, the address without its tag, and the token."""

    kind: str
    to: str
    token: str


def ways(mail: Mail, envelope: str, kinds: Sequence[str]) -> Iterator[Way]:
    """The handlers to ask, in order: who is named by the address's tag, the instruction to leave, an enquiry.

    `envelope`: the address that the server delivered to; without it the headers have to do.
    """
    to = [address for address in (envelope, *mail.recipients) if address]
    yield from (way for way in tagged(to) if way.kind in kinds)
    command = _COMMAND.fullmatch(mail.subject)
    if command and LEAVE in kinds:
        yield Way(LEAVE, to[0] if to else "", command[1])
    bare = _tagged(to[0]) if to else None
    own = bare.to if bare else to[0] if to else ""
    if LEAVE in kinds and says_leave(mail):
        yield Way(LEAVE, own, "")
    if ENQUIRY in kinds:
        yield Way(ENQUIRY, own, "")


def tagged(addresses: Iterable[str]) -> Iterator[Way]:
    """The tags of addresses that bear one."""
    yield from (way for way in map(_tagged, addresses) if way is not None)


def says_leave(mail: Mail) -> bool:
    """Whether a mail says that its sender wants off the list, and nothing else."""
    if _LEAVE.fullmatch(_PREFIX.sub("", mail.subject).strip()):
        return True
    return len(mail.text) < 20_000 and bool(_LEAVE.fullmatch(texts.said(mail.text)))


def _tagged(address: str) -> Way | None:
    """`local+kind.token@domain`, or `local+kind@domain`."""
    local, _, domain = address.rpartition("@")
    name, plus, tag = local.partition("+")
    if not plus:
        return None
    kind, _, token = tag.partition(".")
    return Way(kind.lower(), f"{name}@{domain}", token)
