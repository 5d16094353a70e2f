"""One place's database is away while forms are sent: the visitor is told, nothing is lost, and nothing comes twice."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from tests.postgres import OWNER, WORKER, Server
from tests.serve.conftest import Trial, eventually
from zweck.policy.load import loads
from zweck.proof.drill.person import Person
from zweck.proof.drill.sending import canary, send_form
from zweck.proof.drill.through import through
from zweck.proof.pages import Fetched

POLICY = loads(Path(Trial.usual_policy).read_bytes(), "reference").policy
QUIET = {"ZWECK_PLACE": "virginia", "ZWECK_PROOFS": "by-hand", "DJANGO_SETTINGS_MODULE": "zweck.settings"}
NAME = "zweck_away"
IRELAND = f"{NAME}_ireland"
Harm = Callable[[], None]


def ask(trial: Trial, place: str, email: str = "") -> Fetched:
    """Order a trial in a place."""
    with through(f"http://127.0.0.1:{trial.port}") as url:
        return send_form(Person(url), POLICY, "trial", {"email": email or canary(), "place": place})


def told_and_made_good(trial: Trial, harm: Harm, mend: Harm, persons: Callable[[str], int]) -> None:
    """Send while Ireland is away and again after it; count who is known where."""
    email = canary()

    harm()
    eventually(lambda: b"place ireland" in trial.get("/readyz")[2], trial.why)
    away, others = (
        ask(trial, "ireland", email),
        [ask(trial, "virginia") for _ in range(3)],
    )  # by each of Django's threads
    during = persons("virginia")
    mend()
    eventually(lambda: trial.get("/readyz")[2] == b"ready\n", trial.why)
    after = ask(trial, "ireland", email)

    assert away.status == 503
    assert "nichts" in away.text or "Nothing is lost" in away.text
    assert email in away.text
    assert [one.status for one in others] == [200] * 3
    assert after.status == 200
    assert (during, persons("virginia"), persons("ireland")) == (3, 3, 1)
    assert trial.process.poll() is None


@contextmanager
def database(file: Path) -> Iterator[sqlite3.Connection]:
    """A SQLite file, closed afterwards."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        yield connection


@pytest.mark.parametrize("harm", ["missing", "corrupt"])
def test_a_place_whose_file_is_lost(trial: Trial, harm: str) -> None:
    trial.environment |= QUIET
    trial.start()
    files = {"virginia": trial.data / "zweck.sqlite3", "ireland": trial.data / "place-ireland.sqlite3"}
    with database(files["ireland"]) as ireland:
        ireland.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    whole = files["ireland"].read_bytes()

    def lose() -> None:
        files["ireland"].unlink()
        if harm == "corrupt":
            files["ireland"].write_bytes(b"no database" * 1000)

    def bring_back() -> None:
        for rest in ("-wal", "-shm"):
            files["ireland"].with_name(files["ireland"].name + rest).unlink(missing_ok=True)
        files["ireland"].write_bytes(whole)

    def persons(place: str) -> int:
        with database(files[place]) as there:
            return int(there.execute("SELECT count(DISTINCT subject) FROM vault_grant").fetchone()[0])

    told_and_made_good(trial, lose, bring_back, persons)


def test_a_place_that_is_locked_is_told_and_takes_the_form_afterwards(trial: Trial) -> None:
    trial.environment |= QUIET
    trial.start()
    with database(trial.data / "place-ireland.sqlite3") as ireland:
        ireland.execute("BEGIN EXCLUSIVE")
        away, other = ask(trial, "ireland"), ask(trial, "virginia")
        ireland.execute("ROLLBACK")
        after = ask(trial, "ireland")
        known = ireland.execute("SELECT count(DISTINCT subject) FROM vault_grant").fetchone()

    assert (away.status, other.status, after.status) == (503, 200, 200)
    assert known == (1,)


@pytest.mark.postgres
def test_a_place_whose_server_takes_no_connection(postgres: Server, trial: Trial) -> None:
    for name in (NAME, IRELAND):
        postgres.drop(name)
        postgres.create(name)
    trial.environment |= QUIET | {
        "ZWECK_DATABASE_URL": postgres.url(WORKER, NAME),
        "ZWECK_OWNER_URL": postgres.url(OWNER, NAME),
        "ZWECK_PLACE_IRELAND_URL": postgres.url(WORKER, IRELAND),
        "ZWECK_PLACE_IRELAND_OWNER_URL": postgres.url(OWNER, IRELAND),
    }
    trial.start()

    def allow(yes: bool) -> None:
        with postgres.connection(postgres.admin, "postgres") as admin:
            word = sql.SQL("true" if yes else "false")
            admin.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}").format(sql.Identifier(IRELAND), word))
            admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (IRELAND,))

    def persons(place: str) -> int:
        with psycopg.connect(postgres.url(OWNER, IRELAND if place == "ireland" else NAME)) as there:
            found = there.execute("SELECT count(DISTINCT subject) FROM vault_grant").fetchone()
            return int(found[0]) if found else -1

    told_and_made_good(trial, lambda: allow(False), lambda: allow(True), persons)
