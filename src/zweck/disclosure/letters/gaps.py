"""Gaps for links: in a text written once, the places where each reader's own links go.

A gap looks like an address of a host that cannot exist (RFC 2606, `.invalid`), so that it survives Markdown, HTML and
inlined styles unharmed, and so that one that was forgotten leads nowhere.
"""

import re

from zweck.disclosure.errors import BadLetter

GAP = re.compile(r"https://([a-z][a-z0-9-]*)\.zweck\.invalid/")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_PATH = re.compile(r"/[A-Za-z0-9/._~=?%-]*")


def gap(name: str) -> str:
    """Where the reader's link of this name goes. Raises BadLetter."""
    if not _NAME.fullmatch(name):
        raise BadLetter(f"{name!r} cannot name a link")
    return f"https://{name.replace('_', '-')}.zweck.invalid/"


def gaps_in(text: str) -> frozenset[str]:
    """The names of all links that a text has gaps for."""
    return frozenset(name.replace("-", "_") for name in GAP.findall(text))


def solid(text: str) -> str:
    """A text of somebody's without gaps: a name that looks like one must not be filled with its reader's links."""
    return GAP.sub(r"https://\1.invalid/", text)


def path(link: str) -> str:
    """The path of a link, if it is one on our origin. Raises BadLetter, which does not repeat it: it holds a token."""
    if not _PATH.fullmatch(link) or link.startswith("//"):
        raise BadLetter("a link is an absolute path on our own origin, of letters, digits and /._~=?%-")
    return link
