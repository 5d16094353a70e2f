"""On PostgreSQL the database itself binds data to their purpose."""

from datetime import datetime

import pytest
from django.db import DatabaseError, connection, transaction

from tests.vault.world import collect
from zweck.vault import acts
from zweck.vault.values import Reading

pytestmark = [pytest.mark.usefixtures("club"), pytest.mark.postgres]


def seen() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM vault_entry")
        return int(cursor.fetchone()[0])


def name_purpose(purpose: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('zweck.purpose', coalesce((SELECT number FROM vault_purpose WHERE name = %s)::text, ''),"
            " true)",
            (purpose,),
        )


def test_without_a_purpose_no_row_is_there_and_with_one_only_its_own(now: datetime) -> None:
    collect(now)
    collect(now, "enquiry", data={"email": "ben@example.org", "message": "Hello"})

    name_purpose("")
    assert seen() == 0
    name_purpose("enquiry")
    assert seen() == 1
    name_purpose("newsletter")
    assert seen() == 1


def test_a_forgotten_filter_can_neither_change_nor_delete_nor_smuggle_in(now: datetime) -> None:
    collect(now)
    name_purpose("enquiry")

    with connection.cursor() as cursor:
        cursor.execute("UPDATE vault_entry SET sealed = ''")
        assert cursor.rowcount == 0
        cursor.execute("DELETE FROM vault_entry")
        assert cursor.rowcount == 0
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            cursor.execute(
                "INSERT INTO vault_entry (grant_id, entry, purpose, shape, sealed)"
                " SELECT 1, '', number, 1, '' FROM vault_purpose WHERE name = 'newsletter'"
            )


def test_after_a_read_the_purpose_is_taken_back(now: datetime) -> None:
    given = collect(now)
    name_purpose("")

    assert len(acts.read(Reading(given.subject, "newsletter", ("email", "name"), "staff:1", "a test"), now)) == 2

    assert seen() == 0


def test_it_holds_for_the_role_that_runs_the_service() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE relname = 'vault_entry'")
        assert cursor.fetchone() == (True, True)
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False,)
