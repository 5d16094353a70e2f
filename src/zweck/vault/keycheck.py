"""The check before every start: each key that a place's database relies on is there, and is the right one.

zweck.E010  a key is missing, another one, or open to others
"""

from collections.abc import Iterator

from django.core.checks import CheckMessage, Error
from django.db import DatabaseError

from zweck.vault import masters, sql
from zweck.vault.database import sql as database
from zweck.vault.errors import KeyTrouble


def check(app_configs: object = None, databases: object = None, **_more: object) -> list[CheckMessage]:
    """What is wrong with the keys of the databases asked about; all that can be reached, where none is named."""
    asked = set(databases) if isinstance(databases, list | tuple | set | frozenset) else set()
    wrong = (message for using in database.databases() if using in asked for message in troubles(using))
    return [Error(message, id="zweck.E010") for message in dict.fromkeys(wrong)]


def troubles(using: str) -> Iterator[str]:
    """A line for each key that is not as this database needs it. One that cannot be reached relies on none now."""
    try:
        known = sql.master_keys(using) if sql.has_tables(using) else {}
    except DatabaseError:
        return
    held = masters.provider()
    for name, proof in known.items():
        try:
            if name not in held.names():
                yield (
                    f"{held.where(name)}: is missing, and data in this service's database were locked with it; put it "
                    "back from your key backup, or name the right place with ZWECK_KEYS. Without it they are lost"
                )
            elif masters.proof_of(name) != proof:
                yield masters.other(name)
        except KeyTrouble as trouble:
            yield str(trouble)
