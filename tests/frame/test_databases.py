"""The promises the shared fixtures make to every other test."""

from datetime import datetime

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, connections, transaction
from tests.databases import Scratch
from tests.postgres import WORKER

from zweck.console.models import Staff
from zweck.ledger import acts as ledger
from zweck.ledger import sql


@pytest.mark.django_db
def test_a_test_writes_and_leaves_nothing(now: datetime) -> None:
    Staff.objects.create(name="anna", added_at=now)

    assert Staff.objects.count() == 1


@pytest.mark.django_db
def test_the_next_test_finds_nothing() -> None:
    assert Staff.objects.count() == 0


@pytest.mark.django_db
def test_a_test_may_write_in_either_place_and_each_keeps_its_own(now: datetime) -> None:
    with transaction.atomic(using="ireland"):
        ledger.record("probe", "probe", {}, now, "ireland")

    assert [sql.count(alias)[0] for alias in ("default", "ireland")] == [0, 1]
    assert "console_staff" not in connections["ireland"].introspection.table_names()


@pytest.mark.postgres
@pytest.mark.django_db
def test_the_tests_run_under_a_role_that_owns_and_bypasses_nothing() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname, rolsuper, rolbypassrls, rolcreatedb FROM pg_roles WHERE rolname = current_user")
        role = cursor.fetchone()
        cursor.execute("SELECT count(*) FROM pg_tables WHERE tableowner = current_user")
        owned = cursor.fetchone()

    assert role == (WORKER, False, False, False)
    assert owned == (0,)


@pytest.mark.postgres
@pytest.mark.django_db
def test_the_working_role_cannot_empty_a_table() -> None:
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE console_staff")


@pytest.mark.parametrize("attempt", [1, 2])
def test_a_scratch_database_takes_a_commit_and_goes_with_it(
    attempt: int, scratch_database: Scratch, now: datetime
) -> None:
    before = Staff.objects.count()
    Staff.objects.create(name=f"anna {attempt}", added_at=now)
    connection.close()

    assert before == 0
    assert Staff.objects.count() == 1
    with scratch_database.as_owner() as owner:
        assert owner.vendor == scratch_database.vendor


def test_a_scratch_database_has_the_other_place_beside_it(scratch_database: Scratch, now: datetime) -> None:
    with transaction.atomic(using="ireland"):
        ledger.record("probe", "probe", {}, now, "ireland")
    connections["ireland"].close()

    assert sql.count("ireland")[0] == 1
    assert len(set(scratch_database.names.values())) == 2


@pytest.mark.django_db
def test_after_a_scratch_database_the_usual_one_is_back() -> None:
    assert "scratch" not in str(connection.settings_dict["NAME"])


def test_no_test_writes_into_the_working_tree() -> None:
    assert "zweck-test-" in str(settings.DATA)
    assert "zweck-test-" in str(settings.KEYS)
