"""The service on PostgreSQL, under a role that owns nothing: starts, works, is killed, shares the work with another."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.postgres import OWNER, WORKER, Server
from tests.serve.conftest import Trial, children_of, end, eventually, is_there, listeners
from tests.serve.test_tree import counted

pytestmark = pytest.mark.postgres
NAME = "zweck_served"
IRELAND = f"{NAME}_ireland"
LEDGER = ("log", "act", "position", "checkpoint", "testimony")


@pytest.fixture
def database(postgres: Server) -> Iterator[Server]:
    """An empty database for each of two places."""
    for name in (NAME, IRELAND):
        postgres.drop(name)
        postgres.create(name)
    yield postgres
    for name in (NAME, IRELAND):
        postgres.drop(name)


@pytest.fixture
def begin(database: Server, tmp_path: Path) -> Iterator[Callable[[str], Trial]]:
    """Makes services that share the database and the keys, each with a data folder of its own."""
    made: list[Trial] = []

    def make(name: str) -> Trial:
        (tmp_path / name).mkdir()
        environment = {
            "ZWECK_DATABASE_URL": database.url(WORKER, NAME),
            "ZWECK_OWNER_URL": database.url(OWNER, NAME),
            "ZWECK_PLACE": "virginia",
            "ZWECK_PLACE_IRELAND_URL": database.url(WORKER, IRELAND),
            "ZWECK_PLACE_IRELAND_OWNER_URL": database.url(OWNER, IRELAND),
            "ZWECK_KEYS": str(tmp_path / "keys"),
            "ZWECK_WORKERS": "2",
        }
        made.append(Trial(tmp_path / name, environment).start())
        return made[-1]

    yield make
    for one in made:
        end(one)


def asked(database: Server, question: str, name: str = NAME) -> list[tuple[object, ...]]:
    """What a database answers its owner."""
    with database.connection(OWNER, name) as connection:
        return connection.execute(question).fetchall()


def workers(trial: Trial) -> set[int]:
    """Pids of those who answer requests."""
    return listeners(trial.port) & set(children_of(trial.process.pid))


@pytest.mark.parametrize("name", [NAME, IRELAND])
def test_the_role_of_the_service_may_add_to_each_ledger_and_never_change_it(
    database: Server, begin: Callable[[str], Trial], name: str
) -> None:
    begin("one")

    rights = {
        table: {
            right
            for right in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")
            if asked(database, f"SELECT has_table_privilege('{WORKER}', 'ledger_{table}', '{right}')", name)
            == [(True,)]
        }
        for table in LEDGER
    }

    assert rights == {table: {"SELECT", "INSERT"} for table in LEDGER}
    assert asked(database, f"SELECT count(*) FROM pg_class WHERE relowner = '{WORKER}'::regrole", name) == [(0,)]


def test_a_place_without_a_database_is_refused_before_anything_is_made(database: Server, trial: Trial) -> None:
    trial.environment |= {"ZWECK_DATABASE_URL": database.url(WORKER, NAME), "ZWECK_PLACE": "virginia"}

    code = trial.begin().process.wait(30)

    assert code == 2
    assert trial.log == (
        "zweck serve: place ireland: has no database; set ZWECK_PLACE_IRELAND_URL, or ZWECK_PLACE=ireland if the "
        "default database rests there\n"
    )
    assert asked(database, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]


def test_a_place_whose_server_is_stopped_is_told_and_the_other_serves(database: Server, trial: Trial) -> None:
    trial.environment |= {
        "ZWECK_DATABASE_URL": database.url(WORKER, NAME),
        "ZWECK_OWNER_URL": database.url(OWNER, NAME),
        "ZWECK_PLACE": "virginia",
        "ZWECK_PLACE_IRELAND_URL": "postgres://zweck:geheim@127.0.0.1:9/ireland",
    }

    trial.start()

    assert "place ireland: database ireland at 127.0.0.1: cannot be used" in trial.log
    assert "geheim" not in trial.log
    assert trial.get("/readyz")[2].startswith(b"ready\nplace ireland: its database cannot be reached")
    eventually(lambda: asked(database, "SELECT count(*) FROM ledger_position") != [(0,)], trial.why)


def test_it_takes_up_its_policy_sequences_the_ledger_and_starts_again(
    database: Server, begin: Callable[[str], Trial]
) -> None:
    trial = begin("one")
    eventually(lambda: asked(database, "SELECT count(*) FROM ledger_position") != [(0,)], trial.why)
    assert len(workers(trial)) == 2

    code = trial.stop()
    trial.start()

    assert code == 0
    assert asked(database, "SELECT count(*) FROM editions_edition") == [(1,)]
    assert trial.get("/readyz")[0] == 200


def test_a_role_that_was_given_nothing_yet_is_given_it_at_the_next_start(
    database: Server, begin: Callable[[str], Trial]
) -> None:
    trial = begin("one")
    trial.stop()
    with database.connection(OWNER, NAME) as connection:
        connection.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {WORKER}")

    trial.start()

    assert trial.get("/readyz")[0] == 200


@pytest.mark.parametrize("victim", ["main", "worker", "child"])
def test_no_accepted_act_is_lost(database: Server, begin: Callable[[str], Trial], victim: str) -> None:
    trial = begin("one")
    accepted: set[str] = set()

    def act() -> None:
        with suppress(OSError):
            for n in range(400):
                if trial.get(f"/act?name=n{n}", "POST")[0] == 200:
                    accepted.add(f"n{n}")

    visitor = threading.Thread(target=act)
    visitor.start()
    eventually(lambda: len(accepted) > 20)
    pids = {"main": {trial.process.pid}, "worker": workers(trial)}
    pids["child"] = set(children_of(trial.process.pid)) - pids["worker"]
    os.kill(pids[victim].pop(), signal.SIGKILL)
    visitor.join()

    assert accepted
    assert accepted <= {str(row[0]) for row in asked(database, "SELECT name FROM console_staff")}


def test_of_two_services_one_works_and_the_other_takes_over_when_it_is_killed(begin: Callable[[str], Trial]) -> None:
    first = begin("one")
    eventually(lambda: counted(first) > 3, first.why)
    second = begin("two")
    before = counted(first)
    eventually(lambda: counted(first) > before + 3, first.why)
    assert counted(second) == 0

    everyone = [first.process.pid, *children_of(first.process.pid)]
    first.process.kill()
    first.process.wait()

    eventually(lambda: counted(second) > 3, second.why, seconds=15)
    assert not any(is_there(pid) for pid in everyone)
