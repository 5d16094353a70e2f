"""Places as databases of their own: each is brought up, keeps what it had, and holds up no other when it is away."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.serve.conftest import Trial, eventually
from zweck.settings import declared_places, place_variable

REFERENCE = Path(Trial.usual_policy)


@pytest.fixture
def trial(trial: Trial) -> Trial:
    """A service whose default database is Virginia's, without awkward works: it stops at once."""
    trial.environment |= {
        "ZWECK_PLACE": "virginia",
        "ZWECK_PROOFS": "by-hand",
        "DJANGO_SETTINGS_MODULE": "zweck.settings",
    }
    return trial


def tables(file: Path) -> set[str]:
    """The tables of a SQLite file."""
    with sqlite3.connect(file) as database:
        return {str(name) for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def ordered(trial: Trial, file: str = "zweck.sqlite3") -> int:
    """How many acts have their position."""
    with sqlite3.connect(trial.data / file) as database:
        return int(database.execute("SELECT count(*) FROM ledger_position").fetchone()[0])


def backup(file: Path) -> bytes:
    """The file with what still lies in its log."""
    with sqlite3.connect(file) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return file.read_bytes()


def act(trial: Trial, file: str) -> None:
    """An act from outside, as the service would write it; only its place in the log is of interest."""
    with sqlite3.connect(trial.data / file) as database:
        database.execute("INSERT INTO ledger_act (site, leaf, body) VALUES ('probe', randomblob(32), '{}')")


def refused(trial: Trial) -> tuple[int, str]:
    """Start in vain: exit code, and what it said."""
    before = len(trial.log) if (trial.folder / "log").exists() else 0
    return trial.begin().process.wait(30), trial.log[before:]


def test_a_place_gets_a_database_with_the_tables_of_every_place_and_no_others(trial: Trial) -> None:
    trial.start()

    there, default = tables(trial.data / "place-ireland.sqlite3"), tables(trial.data / "zweck.sqlite3")

    assert {"ledger_act", "disclosure_outgoing"} <= there < default
    assert not {name for name in there if name.startswith(("console_", "editions_", "consent_", "measure_", "auth_"))}
    assert (trial.data / "places").read_text() == "ireland ireland\nvirginia default\n"
    assert trial.get("/readyz")[2] == b"ready\n"


def test_each_places_log_is_sequenced(trial: Trial) -> None:
    trial.start()

    act(trial, "place-ireland.sqlite3")

    eventually(lambda: ordered(trial, "place-ireland.sqlite3") == 1, trial.why)


@pytest.mark.parametrize("harm", ["missing", "corrupt"])
def test_a_place_that_is_lost_in_the_run_holds_up_no_other(trial: Trial, harm: str) -> None:
    trial.start()
    file = trial.data / "place-ireland.sqlite3"
    whole = backup(file)
    eventually(lambda: ordered(trial) > 0, trial.why)
    before = ordered(trial)

    if harm == "missing":
        file.unlink()
    else:
        file.write_bytes(b"no database" * 1000)
    eventually(lambda: trial.get("/readyz")[2].startswith(b"ready\nplace ireland: its database"), trial.why)
    act(trial, "zweck.sqlite3")
    eventually(lambda: ordered(trial) > before, trial.why)
    file.write_bytes(whole)

    eventually(lambda: trial.get("/readyz")[2] == b"ready\n", trial.why)
    assert trial.process.poll() is None
    assert trial.log.count("ledger.sequence.ireland failed") <= 2


def test_a_place_that_is_locked_holds_up_no_other(trial: Trial) -> None:
    trial.start()
    eventually(lambda: ordered(trial) > 0, trial.why)
    before = ordered(trial)
    act(trial, "place-ireland.sqlite3")

    with sqlite3.connect(trial.data / "place-ireland.sqlite3", isolation_level=None) as lock:
        lock.execute("BEGIN EXCLUSIVE")
        act(trial, "zweck.sqlite3")
        eventually(lambda: ordered(trial) > before, trial.why, seconds=5)
        lock.execute("ROLLBACK")

    eventually(lambda: ordered(trial, "place-ireland.sqlite3") == 1, trial.why)


@pytest.mark.parametrize("harm", ["missing", "empty", "corrupt"])
def test_a_place_that_is_lost_before_a_start_is_told_and_never_begun_anew(trial: Trial, harm: str) -> None:
    trial.start().stop()
    file = trial.data / "place-ireland.sqlite3"
    whole = backup(file)
    file.unlink()
    if harm != "missing":
        file.write_bytes(b"" if harm == "empty" else b"no database" * 1000)

    trial.start()
    told, ready = trial.log, trial.get("/readyz")
    trial.stop()
    file.write_bytes(whole)
    trial.start()

    assert f"place ireland: {file}:" in told
    assert "The service starts without this place" in told
    assert ready[0] == 200
    assert ready[2].startswith(b"ready\nplace ireland: its database")
    assert trial.get("/readyz")[2] == b"ready\n"


def test_a_place_that_would_be_looked_for_elsewhere_is_refused(trial: Trial) -> None:
    trial.start().stop()

    trial.environment["ZWECK_PLACE"] = "ireland"
    moved = refused(trial)
    trial.environment["ZWECK_PLACE"] = ""
    unnamed = refused(trial)

    assert (moved[0], unnamed[0]) == (2, 2)
    assert "place ireland: its data lie in a database of its own" in moved[1]
    assert "place virginia: its data lie in the default database" in unnamed[1]


def test_a_place_that_no_policy_names_any_more_stays_open(tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_text("")
    (tmp_path / "places").write_text("ireland ireland\nvirginia default\n../x ../x\n")
    env = {"PYTHONPATH": str(REFERENCE.parents[1] / "src"), "ZWECK_DATA": str(tmp_path), "ZWECK_PLACE": "virginia"}
    show = "from zweck import settings; print(settings.PLACES, list(settings.DATABASES))"

    done = subprocess.run(
        [sys.executable, "-c", show], env=env, cwd=tmp_path, capture_output=True, text=True, check=True
    )

    assert done.stdout == "{'': 'default', 'virginia': 'default', 'ireland': 'ireland'} ['default', 'ireland']\n"


def test_two_places_in_one_database_are_refused(trial: Trial) -> None:
    url = "postgres://zweck@127.0.0.1:9/one"
    trial.environment |= {"ZWECK_DATABASE_URL": url, "ZWECK_PLACE_IRELAND_URL": url}

    code, said = refused(trial)

    assert code == 2
    assert "ZWECK_PLACE_IRELAND_URL: names another place's database" in said


@pytest.mark.parametrize("text", ["site = [", "places = 3", "places = { '../x' = {} }", "\0", "[" * 5000])
def test_a_policy_that_cannot_be_read_names_no_place(tmp_path: Path, text: str) -> None:
    (tmp_path / "policy.toml").write_text(text)

    assert declared_places(tmp_path / "policy.toml", tmp_path / "active") == ()


def test_places_come_from_what_is_in_force_and_from_what_is_to_be_taken_up(tmp_path: Path) -> None:
    (tmp_path / "active").mkdir()
    (tmp_path / "active" / "one.toml").write_text("[places.oregon]")
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "reference.toml").write_bytes(REFERENCE.read_bytes())

    assert set(declared_places(tmp_path / "site", tmp_path / "active")) == {"oregon", "virginia", "ireland"}
    assert place_variable("us-east-1") == "ZWECK_PLACE_US_EAST_1_URL"
