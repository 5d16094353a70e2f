"""Knows a second sending of the same form: a double click, a reload, a replay. They are one entry."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import blake2b

from zweck.site.forms.slip import DAYS
from zweck.site.models import Sent
from zweck.vault import acts as vault

KEPT = timedelta(days=DAYS + 1)  # as long as a slip counts


def key_of(number: bytes, data: Mapping[str, str]) -> bytes:
    """What a sending is known by: the same number and the same content.

    Whoever goes back and writes something else has sent something else. The number is the key of the hash and is
    kept nowhere, so nobody can guess their way from the hash to the content.
    """
    content = json.dumps(data, ensure_ascii=False, sort_keys=True).encode()
    return blake2b(content, key=number, digest_size=16).digest()


def claim(key: bytes, now: datetime, using: str) -> bool:
    """Whether this is its first sending. In the caller's transaction: what is undone was not sent."""
    _row, is_first = Sent.objects.using(using).get_or_create(key=key, defaults={"at": now})
    return is_first


def forget_all(now: datetime) -> int:
    """Drop what no slip can bring again, in every place."""
    return sum(_forget(now, using) for using in vault.databases())


def _forget(now: datetime, using: str) -> int:
    count, _by_model = Sent.objects.using(using).filter(at__lt=now - KEPT).delete()
    return count
