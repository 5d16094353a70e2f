"""Which database the tests run on (`--database sqlite|postgres`), and a throw-away one for tests that commit.

Wherever there is a database there are those of two places, as the reference has them: Virginia's is the default one,
Ireland's is called "ireland".

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
ALIASES = ("default", "ireland")
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
    for item in items:
        _give_places(item)


def _give_places(item: pytest.Item) -> None:
    """A test that may use a database may use those of all places."""
    marker = item.get_closest_marker("django_db")
    if marker or {"db", "transactional_db"} & set(getattr(item, "fixturenames", ())):
        given = {"databases": ALIASES, **(marker.kwargs if marker else {})}
        item.add_marker(pytest.mark.django_db(**given), append=False)


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
def _pointed(values: dict[str, dict[str, Any]]) -> Iterator[None]:  # Any: Django's settings dictionary
    """Point connections elsewhere, by alias, in this thread and in threads started meanwhile.

    The old connections are kept, not closed: closing the last one to a database in memory is its end.
    """
    old = {alias: (connections.settings[alias], connections[alias]) for alias in values}
    for alias, changed in values.items():
        connections.settings[alias] = {**connections.settings[alias], **changed}
        connections[alias] = connections.create_connection(alias)
    try:
        yield
    finally:
        for alias, (settings, connection) in old.items():
            connections[alias].close()
            connections.settings[alias], connections[alias] = settings, connection


def _postgres_settings(found: Server, user: str, name: str) -> dict[str, Any]:
    engine = {"ENGINE": "django.db.backends.postgresql", "OPTIONS": {}}
    return {**engine, **found.settings(user, name)}


def _in_place(name: str, alias: str) -> str:
    """The name of the database that goes with another one."""
    return name if alias == "default" else f"{name}_{alias}"


def _on_server(found: Server, user: str, name: str) -> dict[str, dict[str, Any]]:
    return {alias: _postgres_settings(found, user, _in_place(name, alias)) for alias in ALIASES}


def _in_files(folder: Path) -> dict[str, dict[str, Any]]:
    return {alias: {"NAME": str(folder / f"{_in_place('scratch', alias)}.sqlite3")} for alias in ALIASES}


def _migrate() -> None:
    for alias in ALIASES:
        call_command("migrate", database=alias, verbosity=0, interactive=False)


def _grant_use() -> None:
    for alias in ALIASES:
        grant_use(WORKER, alias)


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
        with _pointed(_on_server(found, OWNER, "zweck")):
            made = setup_databases(verbosity=0, interactive=False, aliases=dict.fromkeys(ALIASES, True))
            _grant_use()
            with _pointed(_on_server(found, WORKER, "test_zweck")):
                yield
            teardown_databases(made, verbosity=0)


@dataclass(frozen=True, slots=True)
class Scratch:
    """Migrated databases of one test: what is committed here goes with them. `names`: file or database, by alias."""

    vendor: str
    names: dict[str, str]
    owner: dict[str, dict[str, Any]]  # Any: Django's settings dictionary

    @property
    def name(self) -> str:
        """The default one: a file's path, or the name of a database."""
        return self.names["default"]

    @contextmanager
    def as_owner(self, alias: str = "default") -> Iterator[BaseDatabaseWrapper]:
        """Connections under the role that owns the tables (on SQLite there is but one)."""
        with _pointed(self.owner):
            yield connections[alias]


@pytest.fixture(scope="session")
def _scratch_template(
    request: pytest.FixtureRequest,
    on_postgres: bool,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_blocker: DjangoDbBlocker,
    django_db_setup: None,
) -> Iterator[str]:
    """Migrated databases, from which those of each test are copied: a folder of files, or a name."""
    with django_db_blocker.unblock():
        if not on_postgres:
            folder = tmp_path_factory.mktemp("scratch")
            with _pointed(_in_files(folder)):
                _migrate()
            yield str(folder)
            return
        found: Server = request.getfixturevalue("postgres")
        names = [_in_place(TEMPLATE, alias) for alias in ALIASES]
        for name in names:
            found.drop(name)
            found.create(name)
        with _pointed(_on_server(found, OWNER, TEMPLATE)):
            _migrate()
            _grant_use()
        yield TEMPLATE
        for name in names:
            found.drop(name)


def _copied(source: Path, to: Path) -> None:
    with closing(sqlite3.connect(source)) as template, closing(sqlite3.connect(to)) as copy:
        template.backup(copy)


@pytest.fixture
def scratch_database(
    request: pytest.FixtureRequest,
    on_postgres: bool,
    _scratch_template: str,
    tmp_path: Path,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[Scratch]:
    """Throw-away databases behind the connections, for tests that really commit (threads, crashes).

    Not together with `db` or `django_db`. A thread closes its own connection (`connections.close_all()`).
    """
    with django_db_blocker.unblock():
        if not on_postgres:
            here, there = _in_files(tmp_path), _in_files(Path(_scratch_template))
            for alias in ALIASES:
                _copied(Path(there[alias]["NAME"]), Path(here[alias]["NAME"]))
            with _pointed(here):
                yield Scratch("sqlite", {alias: str(at["NAME"]) for alias, at in here.items()}, here)
            return
        found: Server = request.getfixturevalue("postgres")
        number = next(_numbers)
        names = {alias: _in_place(f"zweck_scratch_{number}", alias) for alias in ALIASES}
        for alias, name in names.items():
            found.drop(name)
            found.create(name, template=_in_place(_scratch_template, alias))
        with _pointed(_on_server(found, WORKER, names["default"])):
            yield Scratch("postgresql", names, _on_server(found, OWNER, names["default"]))
        for name in names.values():
            found.drop(name)
