"""What lay in the tables of before is opened and sealed anew; nothing is lost, and nothing happens without the keys."""

import os
from datetime import datetime

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from pytest_django import Settings

from tests.databases import Scratch
from tests.postgres import WORKER
from tests.vault.world import collect
from zweck.serve.sql import grant_use
from zweck.vault import acts, marks, masters
from zweck.vault.moments import micros
from zweck.vault.terms import known
from zweck.vault.values import Reading, Subject

BEFORE, AFTER = ("vault", "0003_lean_tables"), ("vault", "0004_one_sealed_entry")
BEN, CORA = bytes(range(16)), bytes(range(1, 17))
ALIAS = bytes(range(2, 18))


def run(statement: str, *values: str | int | bytes) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute(statement, values)


def grant(subject: bytes, purpose: str, state: str, now: datetime, data: dict[bytes, dict[str, str]]) -> int:
    """A grant as the version before kept it: each value sealed by itself."""
    bound, key = subject + b"club\n" + purpose.encode() + b"\n", os.urandom(32)
    wrapped = masters.provider().wrap("ordinary-1", key, b"ordinary-1\n" + bound)
    since = None if state == "pending" else micros(now)
    ended = micros(now) if state == "ended" else None
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO vault_grant (ident, site, subject, purpose, alias, basis, edition, text_sha256, made, since,"
            " until, ended, state, key_class, epoch, wrapped) VALUES (%s, 'club', %s, %s, %s, 'consent', 1, %s, %s, %s,"
            " NULL, %s, %s, 'ordinary', 1, %s) RETURNING number",
            (os.urandom(16), subject, purpose, ALIAS, bytes(32), micros(now), since, ended, state,
             None if ended else wrapped),
        )  # fmt: skip
        (number,) = cursor.fetchone()
    for entry, values in data.items():
        for field, text in values.items():
            nonce = os.urandom(12)
            sealed = nonce + AESGCM(key).encrypt(nonce, text.encode(), bound + field.encode() + b"\n" + entry)
            run("INSERT INTO vault_datum (grant_id, entry, field, purpose, sealed) VALUES (%s, %s, %s, %s, %s)",
                number, entry, field, purpose, sealed)  # fmt: skip
    return int(number)


def fill(now: datetime) -> None:
    """Ben has two purposes, one of them with two entries, and one that ended; Cora's newsletter waits."""
    for subject in (BEN, CORA):
        run("INSERT INTO vault_subject (ident, site, place, salt) VALUES (%s, 'club', '', %s)", subject, bytes(16))
    letter = grant(BEN, "newsletter", "active", now, {b"a" * 16: {"email": "ben@example.org", "name": "Bén, B."}})
    grant(BEN, "enquiry", "restricted", now, {b"b" * 16: {"email": "b@example.org"}, b"c" * 16: {"message": "Hello"}})
    grant(BEN, "accounting", "ended", now, {})
    grant(CORA, "newsletter", "pending", now, {b"d" * 16: {"email": "cora@example.org"}})
    for mark, version in marks.for_new("club", "ben@example.org", now, "default"):
        run("INSERT INTO vault_mark (mark, grant_id, kind, version) VALUES (%s, %s, 'email', %s)",
            mark, letter, version)  # fmt: skip


@pytest.fixture
def old(lasting_club: Scratch, now: datetime) -> Scratch:
    """A database of before, with people in it."""
    with lasting_club.as_owner() as connection:
        MigrationExecutor(connection).migrate([BEFORE])
        masters.provider().make("ordinary-1", now)
        if connection.vendor == "postgresql":
            run("ALTER TABLE vault_datum NO FORCE ROW LEVEL SECURITY")
        fill(now)
        if connection.vendor == "postgresql":
            run("ALTER TABLE vault_datum FORCE ROW LEVEL SECURITY")
    known.forget()
    return lasting_club


def forward(scratch: Scratch) -> None:
    with scratch.as_owner() as connection:
        MigrationExecutor(connection).migrate([AFTER])
        if connection.vendor == "postgresql":
            grant_use(WORKER, "default")
    known.forget()


def test_everything_is_there_afterwards_as_it_was(old: Scratch, now: datetime) -> None:
    forward(old)

    ben, cora = Subject("club", "", BEN), Subject("club", "", CORA)
    wanted = Reading(ben, "newsletter", ("email", "name"), "staff:1", "a test")
    assert acts.read(wanted, now) == {"email": "ben@example.org", "name": "Bén, B."}
    assert {one.purpose: one.state for one in acts.grants_of(ben)} == {
        "newsletter": "active", "enquiry": "restricted", "accounting": "ended",
    }  # fmt: skip
    assert [one.since for one in acts.grants_of(cora)] == [None]
    acts.lift_restriction(ben, "enquiry", "a test", now)
    both = Reading(ben, "enquiry", ("email", "message"), "staff:1", "a test")
    assert acts.read(both, now) == {"email": "b@example.org", "message": "Hello"}
    assert acts.entries(ben, "enquiry", now) == (b"b" * 16, b"c" * 16)
    (found,) = acts.find("club", "email", "ben@example.org")
    assert found.subject == ben
    assert acts.lying("club", "default") == {"": 2}


def test_without_the_key_nothing_is_changed_and_the_words_say_what_to_do(old: Scratch, settings: Settings) -> None:
    key = settings.KEYS / "vault" / "ordinary-1.key"
    kept = key.read_bytes()
    key.unlink()
    masters.forget()

    with pytest.raises(Exception, match=r"ordinary-1\.key: is missing; put it back .*Nothing was changed"):
        forward(old)

    with old.as_owner() as connection:
        assert "vault_datum" in connection.introspection.table_names()
    key.write_bytes(kept)
    key.chmod(0o600)
    masters.forget()
    forward(old)
    assert acts.lying("club", "default") == {"": 2}


def test_there_is_a_way_back_while_nothing_is_kept_and_none_afterwards(lasting_club: Scratch, now: datetime) -> None:
    with lasting_club.as_owner() as connection:
        MigrationExecutor(connection).migrate([BEFORE])
        MigrationExecutor(connection).migrate([AFTER])
    forward(lasting_club)
    collect(now)

    with lasting_club.as_owner() as connection, pytest.raises(Exception, match="cannot be taken back: 1 permissions"):
        MigrationExecutor(connection).migrate([BEFORE])
    assert len(acts.find("club", "email", "ben@example.org")) == 1
