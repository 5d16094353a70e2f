"""Looks into a drill's SQLite file, beside the running service, and tampers with copies: all raw SQL of the room."""

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.db import connections

from zweck.promises.values import CouldNotLook


@contextmanager
def reading(database: Path) -> Iterator[sqlite3.Connection]:
    """A connection that cannot write. Raises CouldNotLook."""
    try:
        # Not mode=ro: where nobody else has the file open just now, such a connection cannot make what WAL needs.
        with closing(sqlite3.connect(f"file:{database}?mode=rw", uri=True, timeout=5)) as connection:
            connection.execute("PRAGMA query_only = ON")
            yield connection
    except sqlite3.Error as failed:
        raise CouldNotLook(f"the scratch database could not be read ({type(failed).__name__})") from failed


def tables(database: Path) -> tuple[str, ...]:
    """All tables, by name."""
    with reading(database) as connection:
        found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
    return tuple(str(name) for (name,) in found if not str(name).startswith("sqlite_"))


def count(database: Path, table: str) -> int:
    """How many rows a table has. `table` is one of `tables`."""
    with reading(database) as connection:
        (number,) = connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()  # noqa: S608  (our own names)
    return int(number)


def count_where(database: Path, table: str, column: str, value: str) -> int:
    """How many rows have this value. `table` and `column` are names of our own."""
    with reading(database) as connection:
        query = f'SELECT count(*) FROM "{table}" WHERE "{column}" = ?'  # noqa: S608  (our own names)
        (number,) = connection.execute(query, (value,)).fetchone()
    return int(number)


def permitted(database: Path, purpose: str) -> int:
    """How many permissions there were or are for a purpose."""
    with reading(database) as connection:
        query = "SELECT count(*) FROM vault_grant g JOIN vault_purpose p ON p.number = g.purpose WHERE p.name = ?"
        (number,) = connection.execute(query, (purpose,)).fetchone()
    return int(number)


def persons(database: Path) -> int:
    """How many persons are known."""
    with reading(database) as connection:
        (number,) = connection.execute("SELECT count(DISTINCT subject) FROM vault_grant").fetchone()
    return int(number)


def newest(database: Path, table: str, column: str) -> int:
    """A number of the row that was written last. `table` and `column` are names of our own. Raises CouldNotLook."""
    with reading(database) as connection:
        query = f'SELECT "{column}" FROM "{table}" ORDER BY rowid DESC LIMIT 1'  # noqa: S608  (our own names)
        row = connection.execute(query).fetchone()
    if row is None:
        raise CouldNotLook(f"{table} of the scratch instance is empty")
    return int(row[0])


_LEAST = 2**32  # smaller numbers count something, or name a row
_LEAST_BYTES, _LEAST_LETTERS = 8, 16


def keys(database: Path, table: str) -> dict[str | int | bytes, str]:
    """Every value of a table by which two rows could be known as one person's, with its column. Raises CouldNotLook."""
    with reading(database) as connection:
        cursor = connection.execute(f'SELECT * FROM "{table}"')  # noqa: S608  (our own names)
        names = [str(column[0]) for column in cursor.description]
        return {value: name for row in cursor for name, value in zip(names, row, strict=True) if _is_key(value)}


def _is_key(value: object) -> bool:
    if isinstance(value, int):
        return abs(value) >= _LEAST
    if isinstance(value, bytes):
        return len(value) >= _LEAST_BYTES
    return isinstance(value, str) and len(value) >= _LEAST_LETTERS


# Somebody's row with a visitor's number.
JOINED = (
    "INSERT INTO vault_grant (ident, subject, purpose, terms, made, state, epoch)"
    " SELECT randomblob(16), visitor, 0, 0, 0, 1, 1 FROM measure_event ORDER BY id DESC LIMIT 1"
)
# What somebody who owns the database could do to the records of consent, once the triggers are gone.
UNKNOWN_TEXT = "UPDATE consent_record SET text_sha256 = replace(text_sha256, substr(text_sha256, 1, 4), '0000')"
CHANGED_TEXT = 'UPDATE consent_shown SET body = replace(body, \'"text":[\', \'"text":["planted",\')'
CHANGED_RECORD = "UPDATE consent_record SET answers = replace(answers, '\"no\"', '\"yes\"')"


def stranger(site: str) -> str:
    """Somebody of a place that is not this database's. `site` is an id, so it holds no quote."""
    return _STRANGER.format(site)


_STRANGER = """
INSERT INTO vault_purpose (site, name) VALUES ('{}', 'planted');
INSERT INTO vault_terms (place, basis, edition, text_sha256, key_class)
VALUES ('planted-elsewhere', 'consent', 1, zeroblob(32), 'ordinary');
INSERT INTO vault_grant (ident, subject, purpose, terms, made, state, epoch)
VALUES (randomblob(16), randomblob(16), (SELECT max(number) FROM vault_purpose),
        (SELECT max(number) FROM vault_terms), 0, 1, 1);
"""


def file_of(alias: str) -> Path:
    """Where such a copy lies."""
    return Path(str(connections[alias].settings_dict["NAME"]))


@contextmanager
def copied_with(database: Path, statements: str) -> Iterator[Path]:
    """A copy without triggers on which statements were carried out; it goes with the context."""
    with tempfile.TemporaryDirectory(prefix="zweck-tampered-") as folder:
        copy = Path(folder) / "copy.sqlite3"
        with reading(database) as source, closing(sqlite3.connect(copy)) as there:
            source.backup(there)
            for (name,) in there.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                there.execute(f'DROP TRIGGER "{name}"')
            there.executescript(statements)
            there.commit()
        yield copy


@contextmanager
def tampered(database: Path, statement: str) -> Iterator[str]:
    """The same, as the alias of a database."""
    with copied_with(database, statement) as copy:
        alias = copy.parent.name
        connections.databases[alias] = _file(copy)
        try:
            yield alias
        finally:
            connections[alias].close()
            del connections[alias]
            del connections.databases[alias]


# A value that is put down for another purpose than the one it was given for.
OTHER_PURPOSE = """
INSERT INTO vault_purpose (site, name) SELECT site, 'planted' FROM vault_purpose LIMIT 1;
UPDATE vault_entry SET purpose = (SELECT max(number) FROM vault_purpose)
WHERE entry = (SELECT max(entry) FROM vault_entry);
"""


def values_kept(database: Path) -> frozenset[tuple[str, str, str]]:
    """All values the vault keeps in a file: entry, field and purpose of each, and nothing of what they say."""
    with reading(database) as connection:
        rows = connection.execute(
            "SELECT hex(d.entry), s.fields, p.name FROM vault_entry d JOIN vault_shape s ON s.number = d.shape"
            " JOIN vault_purpose p ON p.number = d.purpose"
        ).fetchall()
    return frozenset((str(entry), name, str(purpose)) for entry, names, purpose in rows for name in names.split(","))


def _file(path: Path) -> dict[str, object]:
    given = {"ENGINE": "django.db.backends.sqlite3", "NAME": path, "OPTIONS": {"transaction_mode": "IMMEDIATE"}}
    return dict(connections.configure_settings({"default": given})["default"])


# An ended permission whose key nobody destroyed.
KEPT_KEY = "UPDATE vault_grant SET wrapped = x'00' WHERE state = 0"
_LOCKED = "SELECT count(*) FROM vault_grant WHERE state = 0 AND wrapped IS NOT NULL"


def locked(alias: str) -> int:
    """How many permissions that have ended still have their key, in a copy."""
    with connections[alias].cursor() as cursor:
        cursor.execute(_LOCKED)
        return int(cursor.fetchone()[0])


def locked_in(database: Path) -> int:
    """The same in a drill's own file."""
    with reading(database) as connection:
        (number,) = connection.execute(_LOCKED).fetchone()
    return int(number)
