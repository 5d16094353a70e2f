"""Keys to figures beside the log-in: tokens of the API, and shared links. Each is shown once and stored as its hash.

A key is worth what its maker may read at the moment of its use: an account that is closed, or that no longer lists the
purpose, takes its keys with it.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction

from zweck.console.errors import BadKey
from zweck.console.figures.ranges import SHARED
from zweck.console.models import Share, Staff, Token
from zweck.ledger import acts as ledger

LONGEST_NAME = 60
MOST_KEYS = 50
SHARED_DAYS = (7, 30, 90, 365)


@dataclass(frozen=True, slots=True)
class Made:
    """A new key, and its text, which is told this once."""

    id: int
    text: str


def make_token(account: Staff, site: str, name: str, now: datetime) -> Made:
    """A token of the API. Raises BadKey."""
    _check_name(name)
    _check_count(Token.objects.filter(account=account, revoked_at=None).count())
    text = f"zweck_{secrets.token_urlsafe(32)}"
    with transaction.atomic():
        row = Token.objects.create(digest=_digest(text), name=name, site=site, account=account, added_at=now)
        ledger.record("figures.token-made", site, {"token": row.pk}, now)
    return Made(row.pk, text)


def make_share(account: Staff, site: str, name: str, wish: tuple[Sequence[str], int], now: datetime) -> Made:
    """A link to these ranges for so many days; `wish`: ranges, days. Raises BadKey."""
    ranges, days = wish
    _check_name(name)
    _check_count(Share.objects.filter(account=account, revoked_at=None, ends_at__gt=now).count())
    if not ranges or not set(ranges) <= {*SHARED}:
        raise BadKey(f"choose at least one range of {', '.join(SHARED)}")
    if days not in SHARED_DAYS:
        raise BadKey(f"a link holds for {', '.join(map(str, SHARED_DAYS))} days")
    text = secrets.token_urlsafe(32)
    ends = now + timedelta(days=days)
    with transaction.atomic():
        row = Share.objects.create(
            digest=_digest(text),
            name=name,
            site=site,
            ranges=[each for each in SHARED if each in ranges],
            account=account,
            added_at=now,
            ends_at=ends,
        )
        ledger.record("figures.shared", site, {"share": row.pk, "ranges": list(row.ranges), "days": days}, now)
    return Made(row.pk, text)


def revoke(kind: type[Token] | type[Share], number: int, account: Staff, now: datetime) -> bool:
    """Take a key back, at once and for good; False where the account has no such key."""
    with transaction.atomic():
        row = kind.objects.filter(pk=number, account=account, revoked_at=None).first()
        if row is None:
            return False
        kind.objects.filter(pk=number).update(revoked_at=now)
        ledger.record("figures.key-revoked", row.site, {"key": row.pk, "kind": kind.__name__.lower()}, now)
    return True


def tokens_of(account: Staff, site: str) -> list[Token]:
    """Those that open something, newest first."""
    return list(Token.objects.filter(account=account, site=site, revoked_at=None).order_by("-pk"))


def shares_of(account: Staff, site: str, now: datetime) -> list[Share]:
    """Those that open something, newest first."""
    return list(Share.objects.filter(account=account, site=site, revoked_at=None, ends_at__gt=now).order_by("-pk"))


def token(text: str, site: str) -> Token | None:
    """The token of this text for this site, with its account; None where it opens nothing."""
    found = Token.objects.select_related("account").filter(digest=_digest(text), site=site, revoked_at=None)
    return found.filter(account__is_active=True).first()


def share(text: str, site: str, now: datetime) -> Share | None:
    """The shared link of this text, with its account; None where it opens nothing."""
    found = Share.objects.select_related("account").filter(digest=_digest(text), site=site, revoked_at=None)
    return found.filter(account__is_active=True, ends_at__gt=now).first()


def _digest(text: str) -> str:
    # A plain hash does for 256 random bits; nobody can try them all.
    return sha256(text.encode("utf-8", "replace")).hexdigest()


def _check_name(name: str) -> None:
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise BadKey(f"give it a name of 1 to {LONGEST_NAME} characters, so that you know it again")


def _check_count(count: int) -> None:
    if count >= MOST_KEYS:
        raise BadKey(f"this account has {MOST_KEYS} of them; take one back that nobody uses")
