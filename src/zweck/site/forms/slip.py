"""The slip in a form: which text stood beside it, and a number by which a second sending is known. It is signed.

Nothing is written when a form is shown. The number lies nowhere but in the page that was sent out, so what is kept of
it later (`sent.claim`) leads to nobody.
"""

import os
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils.crypto import constant_time_compare, salted_hmac

DAYS = 30
_SALT = "zweck.site.form"
_SLIP = re.compile(
    r"1\.(?P<day>\d{1,6})\.(?P<language>[a-z]{2,3})\.(?P<form>[a-z][a-z0-9-]{0,59})\.(?P<hash>[0-9a-f]{64})"
    r"\.(?P<number>[A-Za-z0-9_-]{22})\.(?P<mac>[A-Za-z0-9_-]{27})"
)
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Slip:
    """A slip of ours that came back. `number`: 16 random bytes."""

    language: str
    form: str
    sha256: str
    number: bytes


def new(site: str, form: str, language: str, sha256: str, now: datetime) -> str:
    """A slip for one page with a form."""
    number = urlsafe_b64encode(os.urandom(16)).decode().rstrip("=")
    signed = f"1.{_day(now)}.{language}.{form}.{sha256}.{number}"
    return f"{signed}.{_mac(site, signed)}"


def read(site: str, text: str, now: datetime) -> Slip | None:
    """What a slip says; None for one that is forged, another site's, or older than 30 days."""
    match = _SLIP.fullmatch(text) if len(text) <= _LONGEST else None
    if match is None or not constant_time_compare(match["mac"], _mac(site, text.rpartition(".")[0])):
        return None
    if not 0 <= _day(now) - int(match["day"]) <= DAYS:
        return None
    number = urlsafe_b64decode(match["number"] + "==")
    return Slip(match["language"], match["form"], match["hash"], number)


def _day(now: datetime) -> int:
    return int(now.astimezone(UTC).timestamp() // 86_400)


def _mac(site: str, signed: str) -> str:
    digest = salted_hmac(_SALT, f"{site}\n{signed}", algorithm="sha256").digest()
    return urlsafe_b64encode(digest[:20]).decode().rstrip("=")
