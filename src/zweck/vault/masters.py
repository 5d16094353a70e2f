"""Which keys are in use: the provider in force, the epoch for new grants, and whether a key is the one it should be.

Each database notes the name and a proof of every key it relies on. So a key that is missing or another one is told,
and never silently replaced by a new one.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from zweck.vault import sql
from zweck.vault.database import sql as database
from zweck.vault.errors import KeyTrouble
from zweck.vault.keys import Environment, Files, KeyProvider
from zweck.vault.moments import micros

FOLDER = "vault"  # within ZWECK_KEYS
ORDINARY, HOLD = "ordinary", "hold"
INDEX, FINGERPRINT, TOKEN = "index-email", "fingerprint", "token"
# A new epoch is used by every process within this time, so the old one may be destroyed after twice as long.
FRESH_SECONDS = 30.0
_PROOF = b"zweck key proof\n"

_ready: dict[tuple[str, str], tuple[float, int]] = {}
_instead: ContextVar[KeyProvider | None] = ContextVar("other keys", default=None)
_in_force: list[KeyProvider] = []
_newest: dict[tuple[int, str], tuple[float, tuple[int, ...]]] = {}
_assured: set[tuple[int, str, str]] = set()


def _provider(which: str, keys: Path) -> KeyProvider:
    if which == "files":
        return Files(keys / FOLDER)
    if which == "environment":
        return Environment()
    return cast(KeyProvider, import_string(which)())


@contextmanager
def under(other: KeyProvider) -> Iterator[None]:
    """Let this thread work with other keys meanwhile: a throw-away vault must not make or use the real ones."""
    token = _instead.set(other)
    try:
        yield
    finally:
        _instead.reset(token)
        # The next one may lie at the same address in memory: what is known of this one must not count for it.
        reread()
        _assured.difference_update([one for one in _assured if one[0] == id(other)])


def provider() -> KeyProvider:
    """The provider in force (`ZWECK_KEY_PROVIDER`); settings are asked once."""
    if (other := _instead.get()) is not None:
        return other
    if not _in_force:
        _in_force.append(_provider(settings.KEY_PROVIDER, settings.KEYS))
    return _in_force[0]


def numbers(family: str) -> tuple[int, ...]:
    """The numbers of a family of keys, as of the last half minute: epochs of a class, versions of an index."""
    held = provider()
    found = _newest.get((id(held), family))
    if found is None or not found[1] or time.monotonic() - found[0] > FRESH_SECONDS:
        ends = (name.removeprefix(f"{family}-") for name in held.names() if name.startswith(f"{family}-"))
        found = (time.monotonic(), tuple(sorted(int(end) for end in ends if end.isdecimal())))
        _newest[id(held), family] = found
    return found[1]


def newest(family: str, now: datetime, using: str) -> int:
    """The number to use for what is new; the first is made here. Raises KeyTrouble."""
    ready = _ready.get((family, using))
    if ready is not None and time.monotonic() < ready[0]:
        return ready[1]
    until = time.monotonic() + FRESH_SECONDS
    found = numbers(family)
    if not found:
        make(f"{family}-1", now, using)
        found = numbers(family)
    number = found[-1]
    assure(f"{family}-{number}", now, using)
    transaction.on_commit(lambda: _ready.__setitem__((family, using), (until, number)), using=using)
    return number


def make(name: str, now: datetime, using: str) -> None:
    """Make a key, unless this database already relies on one of its family: then that one is missing."""
    family = name.rstrip("0123456789")
    if known := [one for one in sql.master_keys(using) if one.rstrip("0123456789") == family]:
        raise KeyTrouble(
            f"{provider().where(known[-1])}: is missing, but data in this database were locked with it; put it back "
            "from your key backup, or name the right folder with ZWECK_KEYS"
        )
    provider().make(name, now)
    _newest.clear()


def assure(name: str, now: datetime, using: str) -> None:
    """See that this is the key this database relies on; a key new to it is noted. Inside a transaction."""
    mark = (id(provider()), database.name_of(using), name)
    if mark in _assured:
        return
    proof = proof_of(name)
    known = sql.master_keys(using).get(name)
    if known is None:
        sql.add_master_key(using, name, proof, micros(now))
    elif known != proof:
        raise KeyTrouble(other(name))
    transaction.on_commit(lambda: _assured.add(mark), using=using)


def single(name: str) -> None:
    """See that a key without a number is there and the right one; it is made at first use. The default database knows.

    Two who make it at once get the same: the first one's stays.
    """
    if (id(provider()), database.name_of("default"), name) in _assured:
        return
    now = datetime.now(UTC)  # when it was made is for people only
    with transaction.atomic():
        if name not in provider().names():
            make(name, now, "default")
        assure(name, now, "default")


def see_all(family: str, using: str) -> None:
    """Know every key of a family that this database relies on, also one that another process made a moment ago."""
    relied_on = {name for name in sql.master_keys(using) if name.startswith(f"{family}-")}
    if relied_on - {f"{family}-{number}" for number in numbers(family)}:
        reread()


def proof_of(name: str) -> bytes:
    """Eight bytes that tell a key from others of its name, and nothing else about it."""
    return provider().mac(name, _PROOF + name.encode())[:8]


def other(name: str) -> str:
    """What to say of a key that is not the one it should be."""
    return (
        f"{provider().where(name)}: is not the key that this database relies on; put back the one from your key "
        "backup, or name the right folder with ZWECK_KEYS"
    )


def reread() -> None:
    """See at once which keys there are: some were made or destroyed."""
    _ready.clear()
    _newest.clear()


def forget() -> None:
    """Forget what this process knows of keys."""
    reread()
    _assured.clear()
    _in_force.clear()
