"""Hits against a running service: taken, flushed at a stop, not doubled by a kill, and nobody's address anywhere."""

import http.client
import json
import os
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.measure.declared import REFERENCE
from tests.running import Served, serving
from tests.serve.conftest import children_of, eventually, listeners
from zweck.consent.choice import written
from zweck.consent.facts import facts
from zweck.consent.values import Answer, Choice

CANARY = "198.51.100.77"
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0 canary-browser"


def yes() -> str:
    """The cookie of somebody who said yes to being measured."""
    answer = Answer("yes", datetime.now(UTC) + timedelta(days=100))
    return f"zweck-choice={written(Choice(os.urandom(8), {'measurement': answer}), facts(REFERENCE))}"


def hit(served: Served, path: str, **headers: str) -> tuple[int, str]:
    """Send a hit; status, and what the answer says of measuring."""
    body = json.dumps({"u": f"{served.url}{path}"})
    port = int(served.url.rpartition(":")[2])
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    given = {"Origin": served.url, "User-Agent": AGENT, "X-Forwarded-For": CANARY, "Cookie": yes(), **headers}
    with closing(connection):
        connection.request("POST", "/z/hit", body, given)
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.headers.get("Zweck-Measured", "")


def paths(served: Served) -> list[str]:
    """The paths of all events in the database."""
    with closing(sqlite3.connect(f"file:{served.data / 'zweck.sqlite3'}?mode=ro", uri=True)) as database:
        return sorted(path for (path,) in database.execute("SELECT path FROM measure_event"))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service behind a proxy it trusts."""
    folder = tmp_path_factory.mktemp("measured")
    with serving(folder, ZWECK_TRUSTED_PROXIES="127.0.0.0/8") as running:
        yield running


def test_a_hit_is_answered_with_what_became_of_it(site: Served) -> None:
    assert hit(site, "/answered") == (202, "yes")
    assert hit(site, "/asked", Cookie="") == (202, "no, unasked")
    assert hit(site, "/elsewhere", Origin="https://other.example.net") == (403, "")
    eventually(lambda: "/answered" in paths(site))
    assert not {"/asked", "/elsewhere"} & set(paths(site))


def test_todays_figures_follow_within_seconds(site: Served) -> None:
    for number in range(6):
        hit(site, "/", **{"X-Forwarded-For": f"198.51.{number}.1"})

    def total() -> tuple[int, ...]:
        with closing(sqlite3.connect(f"file:{site.data / 'zweck.sqlite3'}?mode=ro", uri=True)) as database:
            found = database.execute("SELECT visitors FROM measure_rollup WHERE dimension = 0").fetchone()
            return tuple(found or ())

    eventually(lambda: total() >= (6,))


def test_an_address_is_nowhere_after_a_hit(site: Served) -> None:
    hit(site, "/canary")
    eventually(lambda: "/canary" in paths(site))

    files = [path for folder in (site.data, site.keys) for path in folder.rglob("*") if path.is_file()]
    texts = [*(path.read_bytes() for path in files), site.log.read_bytes()]
    assert not any(word.encode() in text for text in texts for word in (CANARY, "canary-browser"))
    assert any(b"/canary" in text for text in texts)  # so the search sees what is there


def test_an_orderly_stop_writes_what_was_taken(tmp_path: Path) -> None:
    with serving(tmp_path) as running:
        for number in range(30):
            assert hit(running, f"/{number}") == (202, "yes")

    assert paths(running) == sorted(f"/{number}" for number in range(30))


@pytest.mark.parametrize("mode", ["fast", "durable"])
def test_a_killed_worker_doubles_nothing_and_loses_half_a_second_at_most(tmp_path: Path, mode: str) -> None:
    with serving(tmp_path, ZWECK_HITS=mode) as running:
        port = int(running.url.rpartition(":")[2])
        worker = next(pid for pid in children_of(running.pid) if pid in listeners(port))
        taken = []
        for number in range(40):
            assert hit(running, f"/{number}") == (202, "yes")
            taken.append((time.monotonic(), f"/{number}"))
        killed_at = time.monotonic()
        os.kill(worker, signal.SIGKILL)
        eventually(lambda: hit(running, "/after") == (202, "yes"))

    found = paths(running)
    assert len(found) == len(set(found))
    owed = {path for at, path in taken if mode == "durable" or killed_at - at > 1.5}
    assert owed <= set(found)
