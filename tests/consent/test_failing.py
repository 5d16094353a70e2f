"""A database that is locked, full or read-only invents no consent, and sets no cookie."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest
from django.db import connection, connections, transaction

from tests.consent.declared import ID, visitor
from tests.databases import Scratch
from zweck.consent import acts
from zweck.consent.errors import NotRecorded
from zweck.consent.models import Record, Shown
from zweck.consent.values import Decided, Decision, Sent
from zweck.editions.values import Edition
from zweck.ledger.models import Act

SOON = {"sqlite": "PRAGMA busy_timeout=50", "postgresql": "SET lock_timeout='50ms'"}
FULL = {"sqlite": "PRAGMA max_page_count=1", "postgresql": "SET default_transaction_read_only=on"}


def withdraw(edition: Edition, now: datetime) -> Decided:
    token = acts.question(edition, "de", "choices", now).token
    before = visitor(now, films="yes")
    return acts.decide(edition, Decision("withdraw", token), before, Sent("www.example.org"), now)


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@contextmanager
def another_writer() -> Iterator[None]:
    """Somebody who holds the table all the while."""
    holds, done = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic():  # SQLite's BEGIN IMMEDIATE is the lock
                if connection.vendor == "postgresql":
                    run("LOCK TABLE consent_record IN SHARE ROW EXCLUSIVE MODE")
                holds.set()
                done.wait(20)
        finally:
            connections.close_all()

    thread = threading.Thread(target=hold)
    thread.start()
    assert holds.wait(10)
    try:
        yield
    finally:
        done.set()
        thread.join()


def test_a_locked_database_takes_no_decision(scratch_database: Scratch, edition: Edition, now: datetime) -> None:
    run(SOON[scratch_database.vendor])

    with another_writer(), pytest.raises(NotRecorded):
        withdraw(edition, now)

    assert (Record.objects.count(), Act.objects.count(), Shown.objects.count()) == (0, 0, 0)
    assert not acts.is_withdrawn(ID, now)


def test_a_full_database_takes_no_decision(scratch_database: Scratch, edition: Edition, now: datetime) -> None:
    run(FULL[scratch_database.vendor])

    with pytest.raises(NotRecorded):
        for _ in range(500):  # SQLite has some room left in its last page
            withdraw(edition, now)

    assert Record.objects.count() == Act.objects.count()


def test_after_the_trouble_the_same_token_is_taken(scratch_database: Scratch, edition: Edition, now: datetime) -> None:
    run(SOON[scratch_database.vendor])
    with another_writer(), pytest.raises(NotRecorded):
        withdraw(edition, now)

    decided = withdraw(edition, now)

    assert Record.objects.get().number == decided.number
    assert acts.recounted("shop").trouble == ()
