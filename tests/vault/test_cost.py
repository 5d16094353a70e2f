"""What acts cost, as counts of statements and bytes: what a change must not make worse unseen."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.databases import Scratch
from tests.vault.world import BEN, collect
from zweck.vault import acts
from zweck.vault.values import Collected

pytestmark = pytest.mark.usefixtures("lasting_club")
FIELDS = ("email", "name", "organisation")
# PostgreSQL has the purpose named for a SELECT of many, and taken back.
NAMING = {"sqlite": 0, "postgresql": 2}


@contextmanager
def counted() -> Iterator[list[str]]:
    """Statements on tables, without those that begin and end transactions."""
    found: list[str] = []
    with CaptureQueriesContext(connection) as asked:
        yield found
    begins = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
    found += [one["sql"] for one in asked.captured_queries if not one["sql"].startswith(begins)]


def of(words: str, statements: list[str]) -> int:
    return sum(words in statement for statement in statements)


@pytest.fixture
def given(now: datetime) -> list[Collected]:
    """A hundred readers; everything that is looked up once was looked up."""
    made = [collect(now, data={**BEN, "email": f"p{number}@example.org"}) for number in range(100)]
    with acts.reading("staff:1", "a test", now) as reader:
        reader.read(made[0].subject, "newsletter", FIELDS)
    acts.amend(made[0].subject, "newsletter", {"name": "P."}, "staff:1", now)
    return made


def test_a_read_is_one_select_and_many_are_recorded_by_one_insert(given: list[Collected], now: datetime) -> None:
    with counted() as statements, acts.reading("staff:1", "a test", now) as reader:
        for one in given[:3]:
            reader.read(one.subject, "newsletter", FIELDS)

    assert of("vault_", statements) == 3
    assert of("ledger_act", statements) == 1
    assert len(statements) == 4


def test_a_hundred_are_read_by_one_select(given: list[Collected], now: datetime) -> None:
    with counted() as statements, acts.reading("staff:1", "a test", now) as reader:
        assert len(reader.read_page("club", "", "newsletter", FIELDS)) == 100

    assert of("vault_entry", statements) == 1
    assert len(statements) == 2 + NAMING[connection.vendor]


def test_a_hundred_are_amended_by_one_select_and_recorded_by_one_insert(given: list[Collected], now: datetime) -> None:
    with counted() as statements:
        assert acts.amend_purpose("club", "", "newsletter", {"organisation": "Club"}, "staff:1", now) == 100

    assert of("SELECT g.number", statements) == 1
    assert of("ledger_act", statements) == 1


def test_an_amendment_is_three_statements(given: list[Collected], now: datetime) -> None:
    with counted() as statements:
        acts.amend(given[1].subject, "newsletter", {"name": "P."}, "staff:1", now)

    assert len(statements) == 3, statements


def test_a_new_person_takes_five_statements_and_three_on_a_server(given: list[Collected], now: datetime) -> None:
    with counted() as statements:
        collect(now, data={**BEN, "email": "new@example.org"})

    assert len(statements) == {"sqlite": 5, "postgresql": 3}[connection.vendor], statements


def test_a_withdrawal_takes_no_look_through_a_table(given: list[Collected], now: datetime) -> None:
    with counted() as statements:
        acts.withdraw(given[1].subject, "newsletter", "unsubscribed", now)

    assert len(statements) <= 9, statements
    if connection.vendor == "sqlite":
        for statement in statements:
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN QUERY PLAN {statement}")
                plan = [row[3] for row in cursor.fetchall()]
            assert not [line for line in plan if "SCAN vault_" in line and "masterkey" not in line], statement


def test_a_person_takes_at_most_four_times_the_bytes_of_what_they_gave(lasting_club: Scratch, now: datetime) -> None:
    if lasting_club.vendor != "sqlite":
        pytest.skip("a server counts whole pages; bench.vault tells its bytes")
    for number in range(400):
        collect(now, data={**BEN, "email": f"p{number}@example.org"})

    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(pgsize) FROM dbstat WHERE name IN ('vault_grant', 'vault_entry', 'vault_mark')")
        (rows,) = cursor.fetchone()
        cursor.execute("SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'vault_grant_%'")
        (indexes,) = cursor.fetchone()
    # Keys, marks and pseudonyms are what it takes; measured 330 and 80.
    assert rows / 400 < 400
    assert indexes / 400 < 120
