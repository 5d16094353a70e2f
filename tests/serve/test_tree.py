"""Kill -9 of any process leaves no orphan, brings the service back, and loses no accepted act."""

import os
import signal
import sqlite3
import threading
import time
from contextlib import suppress
from datetime import datetime
from http.client import HTTPException

import pytest

from tests.serve.conftest import Trial, children_of, eventually, is_there, offspring


def counted(trial: Trial) -> int:
    """How often the counting work has run."""
    file = trial.data / "counted"
    return len(file.read_text().splitlines()) if file.exists() else 0


def stored(trial: Trial) -> set[str]:
    """Names the database holds."""
    with sqlite3.connect(trial.data / "zweck.sqlite3") as database:
        return {row[0] for row in database.execute("SELECT name FROM console_staff")}


def test_killing_the_main_process_leaves_no_orphan(trial: Trial) -> None:
    trial.start()
    eventually(lambda: len(offspring(trial.process.pid)) >= 3)  # worker, child, and what a work began
    everyone = offspring(trial.process.pid)

    trial.process.kill()
    trial.process.wait()

    eventually(lambda: not any(is_there(pid) for pid in everyone), trial.why, seconds=5)


def test_after_a_kill_of_the_main_process_the_next_start_succeeds_on_the_same_port(trial: Trial) -> None:
    trial.start()
    trial.environment["ZWECK_PORT"] = str(trial.port)
    trial.process.kill()
    trial.process.wait()

    trial.start()

    assert trial.get("/healthz")[0] == 200


@pytest.mark.parametrize("victim", ["worker", "child"])
def test_a_killed_process_is_replaced(trial: Trial, victim: str) -> None:
    trial.start()
    before = trial.family()

    os.kill(before[victim], signal.SIGKILL)

    eventually(lambda: trial.family()[victim] not in (before[victim], before["main"]), trial.why)
    eventually(lambda: trial.get("/readyz")[0] == 200, trial.why)
    assert trial.process.poll() is None


def test_the_new_work_child_goes_on_working_and_the_old_ones_processes_are_gone(trial: Trial) -> None:
    trial.start()
    old = trial.family()["child"]
    eventually(lambda: bool(children_of(old)))
    left = children_of(old)

    os.kill(old, signal.SIGKILL)

    before = counted(trial)
    eventually(lambda: counted(trial) > before + 2, trial.why)
    eventually(lambda: not any(is_there(pid) for pid in left), seconds=5)


@pytest.mark.parametrize("victim", ["main", "worker", "child"])
def test_no_accepted_act_is_lost(trial: Trial, victim: str) -> None:
    trial.start()
    accepted: set[str] = set()

    def act() -> None:
        with suppress(OSError):
            for n in range(400):
                if trial.get(f"/act?name=n{n}", "POST")[0] == 200:
                    accepted.add(f"n{n}")

    visitor = threading.Thread(target=act)
    visitor.start()
    eventually(lambda: len(accepted) > 20)
    os.kill(trial.family()[victim], signal.SIGKILL)
    visitor.join()

    assert accepted
    assert accepted <= stored(trial)


def test_an_overrunning_work_and_a_failing_one_keep_none_of_the_others_waiting(trial: Trial) -> None:
    trial.start()

    eventually(lambda: counted(trial) >= 8, trial.why, seconds=8)

    assert all(datetime.fromisoformat(line).tzinfo for line in (trial.data / "counted").read_text().split())


def test_a_failing_work_is_told_once_without_what_it_quoted(trial: Trial) -> None:
    trial.start()
    eventually(lambda: counted(trial) >= 8, trial.why)

    assert trial.log.count("fail failed and will be tried again: ValueError at ") == 1
    assert "serve/trial_app.py" in trial.log
    assert "ben@example.org" not in trial.log


def test_a_stop_waits_for_nothing_longer_than_ten_seconds(trial: Trial) -> None:
    trial.start()

    def ask() -> None:
        with suppress(OSError, HTTPException):
            trial.get("/slow?seconds=9")

    visitor = threading.Thread(target=ask)
    visitor.start()
    eventually(lambda: trial.get("/healthz")[0] == 200)
    everyone = offspring(trial.process.pid)
    began = time.monotonic()

    trial.stop()

    assert time.monotonic() - began < 10
    assert not any(is_there(pid) for pid in everyone)
    visitor.join()


def test_a_stop_lets_the_request_in_flight_finish_and_takes_the_note_away(trial: Trial) -> None:
    trial.start()
    answers: list[tuple[int, bytes]] = []
    everyone = offspring(trial.process.pid)

    def ask() -> None:
        status, _, body = trial.get("/slow?seconds=2")
        answers.append((status, body))

    visitor = threading.Thread(target=ask)
    visitor.start()
    eventually(lambda: trial.get("/healthz")[0] == 200)
    code = trial.stop()
    visitor.join()

    assert (code, answers) == (0, [(200, b"slow but sure")])
    assert not (trial.data / "serve.json").exists()
    assert not any(is_there(pid) for pid in everyone)
