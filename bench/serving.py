"""What the serving benchmarks share: a service of their own, a server that does nothing, and a visitor."""

import http.client
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
REST_SECONDS = 5  # longer than the service waits before it looks for due proofs again


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def environment(data: Path, **more: str) -> dict[str, str]:
    """A service's environment on a free port."""
    policy = os.environ.get("ZWECK_POLICY", str(ROOT / "policies" / "reference.toml"))
    paths = f"{ROOT / 'src'}{os.pathsep}{ROOT}"
    given = {name: value for name, value in os.environ.items() if not name.startswith("ZWECK_")}
    own = {"PYTHONPATH": paths, "ZWECK_DATA": str(data), "ZWECK_PORT": str(free_port()), "ZWECK_POLICY": policy}
    return given | own | more


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    """Until a page answers 200."""
    while process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.005)
    raise RuntimeError(f"the service ended with {process.returncode}")


@contextmanager
def started(command: Sequence[str], env: dict[str, str], url: str) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    """A server, from its start to its stop, and the seconds to its first page."""
    began = time.monotonic()
    process = subprocess.Popen(command, env=env, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(url, process)
        yield process, time.monotonic() - began
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


@contextmanager
def service(data: Path, page: str = "/", **more: str) -> Iterator[tuple[str, subprocess.Popen[bytes], float]]:
    """A running service: its URL, its process, and the seconds to its first page."""
    env = environment(data, **more)
    url = f"http://127.0.0.1:{env['ZWECK_PORT']}"
    with started([sys.executable, "-m", "zweck.serve"], env, url + page) as (process, seconds):
        yield url, process, seconds


@contextmanager
def nothing() -> Iterator[str]:
    """The same server with an application that does nothing: its URL."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--no-ws"]
    command += ["--blocking-threads", "64", "--log-level", "error", "bench.noop:application"]
    url = f"http://127.0.0.1:{port}"
    with started(command, dict(os.environ), url + "/"):
        yield url


def quiet(data: Path, within_seconds: float = 400) -> None:
    """Wait until a new service has proved all it promises once, so that this is not measured along.

    It begins with the quick proofs, and the others follow: two runs, and then rest.
    """
    until, rested = time.monotonic() + within_seconds, 0
    while time.monotonic() < until:
        with closing(sqlite3.connect(f"file:{data / 'zweck.sqlite3'}?mode=ro", uri=True)) as database:
            outcomes = [row[0] for row in database.execute("SELECT outcome FROM proof_run")]
        rested = rested + 1 if len(outcomes) >= 2 and "running" not in outcomes else 0
        if rested >= REST_SECONDS:
            return
        time.sleep(1)
    raise RuntimeError("the first proofs did not come to an end")


class Visitor:
    """One visitor on one connection, who asks for one page after the other."""

    def __init__(self, url: str) -> None:
        self._connection = http.client.HTTPConnection(url.partition("://")[2], timeout=30)

    def __call__(self, path: str) -> float:
        """Milliseconds until the whole page is here."""
        began = time.perf_counter()
        self._connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
        answer = self._connection.getresponse()
        answer.read()
        taken = (time.perf_counter() - began) * 1000
        assert answer.status == 200, (path, answer.status)
        return taken


def p95(values: Sequence[float]) -> float:
    """What 95 of 100 stay below."""
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.95))]


@contextmanager
def folder() -> Iterator[Path]:
    """A data folder that goes at the end."""
    with tempfile.TemporaryDirectory(prefix="zweck-bench-") as name:
        yield Path(name) / "data"
