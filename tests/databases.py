"""Which database the tests run on (`--database sqlite|postgres`), and a throw-away one for tests that commit.

On PostgreSQL the test database is created and migrated by the owner; the tests themselves run as a role that owns
nothing. `django_db(transaction=True)` is of no use here: its flush is refused by the ledger's own triggers.
"""

import itertools
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test.utils import setup_databases, teardown_databases
from pytest_django.plugin import DjangoDbBlocker

from tests.postgres import OWNER, WORKER, NoPostgres, Server, server
from zweck.serve.sql import grant_use

DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup", "scratch_database", "postgres"}
TEMPLATE = "zweck_scratch_template"
_numbers = itertools.count(1)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--database`."""
    parser.addoption("--database", choices=("sqlite", "postgres"), default="sqlite", help="what the tests run on")


def _on_postgres(config: pytest.Config) -> bool:
    return bool(config.getoption("--database") == "postgres")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL take only what needs a database; on SQLite leave out what needs PostgreSQL."""
    on_postgres = _on_postgres(config)

    def belongs(item: pytest.Item) -> bool:
        if item.get_closest_marker("postgres"):
            return on_postgres
        uses = set(getattr(item, "fixturenames", ())) & DATABASE_FIXTURES
        return not on_postgres or bool(uses or item.get_closest_marker("django_db"))

    others = [item for item in items if not belongs(item)]
    if others:
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if belongs(item)]


@pytest.fixture(scope="session")
def on_postgres(request: pytest.FixtureRequest) -> bool:
    """Whether this run is on PostgreSQL."""
    return _on_postgres(request.config)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """The PostgreSQL server of this run."""
    try:
        with server() as found:
            yield found
    except NoPostgres as missing:
        refuse = pytest.fail if os.environ.get("CI") else pytest.skip
        refuse(str(missing))


@contextmanager
def _default(values: dict[str, Any]) -> Iterator[BaseDatabaseWrapper]:  # Any: Django's settings dictionary
    """Point the default connection elsewhere, in this thread and in threads started meanwhile.

    The old connection is kept, not closed: closing the last one to a database in memory is its end.
    """
    old_settings, old = connections.settings["default"], connections["default"]
    connections.settings["default"] = {**old_settings, **values}
    connections["default"] = connections.create_connection("default")
    try:
        yield connections["default"]
    finally:
        connections["default"].close()
        connections.settings["default"], connections["default"] = old_settings, old


def _postgres_settings(found: Server, user: str, name: str) -> dict[str, Any]:
    engine = {"ENGINE": "django.db.backends.postgresql", "OPTIONS": {}}
    return {**engine, **found.settings(user, name)}


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker, on_postgres: bool
) -> Iterator[None]:
    """Create and migrate the test database; on PostgreSQL as owner, and then step down."""
    with django_db_blocker.unblock():
        if not on_postgres:
            made = setup_databases(verbosity=0, interactive=False)
            yield
            teardown_databases(made, verbosity=0)
            return
        found: Server = request.getfixturevalue("postgres")
        with _default(_postgres_settings(found, OWNER, "zweck")):
            made = setup_databases(verbosity=0, interactive=False, aliases={"default": True})
            grant_use(WORKER)
            with _default(_postgres_settings(found, WORKER, "test_zweck")):
                yield
            teardown_databases(made, verbosity=0)


@dataclass(frozen=True, slots=True)
class Scratch:
    """A migrated database of one test: what is committed here goes with it. `name`: a file's path, or a database."""

    vendor: str
    name: str
    owner: dict[str, Any]  # Any: Django's settings dictionary

    @contextmanager
    def as_owner(self) -> Iterator[BaseDatabaseWrapper]:
        """The default connection under the role that owns the tables (on SQLite there is but one)."""
        with _default(self.owner) as connection:
            yield connection


@pytest.fixture(scope="session")
def _scratch_template(
    request: pytest.FixtureRequest,
    on_postgres: bool,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_blocker: DjangoDbBlocker,
    django_db_setup: None,
) -> Iterator[str]:
    """One migrated database, from which each scratch database is copied."""
    with django_db_blocker.unblock():
        if not on_postgres:
            path = tmp_path_factory.mktemp("scratch") / "template.sqlite3"
            with _default({"NAME": str(path)}):
                call_command("migrate", verbosity=0, interactive=False)
            yield str(path)
            return
        found: Server = request.getfixturevalue("postgres")
        found.drop(TEMPLATE)
        found.create(TEMPLATE)
        with _default(_postgres_settings(found, OWNER, TEMPLATE)):
            call_command("migrate", verbosity=0, interactive=False)
            grant_use(WORKER)
        yield TEMPLATE
        found.drop(TEMPLATE)


@pytest.fixture
def scratch_database(
    request: pytest.FixtureRequest,
    on_postgres: bool,
    _scratch_template: str,
    tmp_path: Path,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[Scratch]:
    """A throw-away database behind the default connection, for tests that really commit (threads, crashes).

    Not together with `db` or `django_db`. A thread closes its own connection (`connections.close_all()`).
    """
    with django_db_blocker.unblock():
        if not on_postgres:
            path = str(tmp_path / "scratch.sqlite3")
            with closing(sqlite3.connect(_scratch_template)) as template, closing(sqlite3.connect(path)) as copy:
                template.backup(copy)
            with _default({"NAME": path}):
                yield Scratch("sqlite", path, {"NAME": path})
            return
        found: Server = request.getfixturevalue("postgres")
        name = f"zweck_scratch_{next(_numbers)}"
        found.drop(name)
        found.create(name, template=_scratch_template)
        with _default(_postgres_settings(found, WORKER, name)):
            yield Scratch("postgresql", name, _postgres_settings(found, OWNER, name))
        found.drop(name)
