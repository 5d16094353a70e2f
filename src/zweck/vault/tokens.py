"""Tokens for links: site, place, grant, kind and end, signed. They name nobody and hold no datum."""

import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime

from zweck.vault import masters, places, sql
from zweck.vault.errors import BadToken, NoPlace, TokenExpired
from zweck.vault.moments import micros
from zweck.vault.values import Grant

_MAC_BYTES = 16
_FORM = re.compile(
    r"(?P<site>[a-z0-9-]{1,60})\.(?P<place>[a-z0-9-]{0,60})\.(?P<end>[0-9a-f]{0,12})\.(?P<rest>[\w-]{43})"
)


def token(kind: str, grant: Grant, until: datetime | None) -> str:
    """See `acts.token`."""
    end = "" if until is None else f"{micros(until) // 1_000_000:x}"
    head = f"{grant.subject.site}.{grant.subject.place}.{end}"
    return f"{head}.{_text(grant.id + _mac(kind, head, grant.id))}"


def opened(kind: str, text: str, now: datetime) -> Grant:
    """See `acts.opened`."""
    found = _FORM.fullmatch(text)
    if found is None:
        raise BadToken("this is no link of ours, or not all of it")
    rest = urlsafe_b64decode(found["rest"] + "=")
    ident, mac = rest[:16], rest[16:]
    head = text.rpartition(".")[0]
    # A second spelling of the same bytes would be another link for the same thing.
    if not hmac.compare_digest(mac, _mac(kind, head, ident)) or _text(rest) != found["rest"]:
        raise BadToken("this link was not made here, or for something else")
    if found["end"] and int(found["end"], 16) * 1_000_000 <= micros(now):
        raise TokenExpired("the time of this link is over")
    try:
        row = sql.grant(places.database_of(found["place"]), found["site"], ident)
    except NoPlace:
        row = None
    if row is None:
        raise BadToken("what this link leads to is not there")
    return places.grant_of(row)


def _mac(kind: str, head: str, ident: bytes) -> bytes:
    masters.single(masters.TOKEN)
    return masters.provider().mac(masters.TOKEN, f"{kind}\n{head}\n".encode() + ident)[:_MAC_BYTES]


def _text(value: bytes) -> str:
    return urlsafe_b64encode(value).decode().rstrip("=")
