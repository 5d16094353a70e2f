"""A real `zweck serve` and a real browser, for tests that look from outside."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
START_WITHIN_SECONDS = 40
STOP_WITHIN_SECONDS = 20
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


@dataclass(frozen=True, slots=True)
class Served:
    """A running service. `url` has no trailing slash; `log` is what it wrote to its outputs."""

    url: str
    data: Path
    keys: Path
    pid: int
    log: Path


def find_chromium() -> str | None:
    """The Chromium of this machine: ZWECK_CHROME, or the first known name on PATH."""
    named = os.environ.get("ZWECK_CHROME")
    names = [named] if named else ["chromium", "chromium-browser", "google-chrome"]
    return next((path for name in names if (path := shutil.which(name))), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever starts Chromium is a browser test, whether it says so or not."""
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Chromium; without one the test is skipped, and fails under CI."""
    return find_chromium() or pytest.skip(
        "no Chromium; set ZWECK_CHROME or install it (Debian: apt-get install chromium)"
    )


@pytest.fixture(scope="session")
def browser_type_launch_args(chromium: str) -> dict[str, Any]:  # Any: as the plugin declares it
    """How pytest-playwright starts the machine's own Chromium instead of one it downloaded."""
    return {"executable_path": chromium, "args": CHROMIUM_FLAGS}


def _wait_until_ready(process: subprocess.Popen[bytes], served: Served) -> None:
    deadline = time.monotonic() + START_WITHIN_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{served.url}/readyz", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    process.kill()
    last = served.log.read_text(errors="replace")[-4000:]
    pytest.fail(f"zweck serve was not ready (exit {process.poll()}); its last words:\n{last}", pytrace=False)


@contextmanager
def serving(folder: Path, **environment: str) -> Iterator[Served]:
    """Run `zweck serve` on a free port with its data in `folder`; further environment by keyword.

    It proves nothing by itself unless told to: its proofs would compete with the tests for the machine.
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    served_data, keys, log = folder / "data", folder / "keys", folder / "serve.log"
    given = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("ZWECK_", "DJANGO_"))},
        "PYTHONPATH": str(ROOT / "src"),
        "ZWECK_PORT": str(port),
        "ZWECK_DATA": str(served_data),
        "ZWECK_KEYS": str(keys),
        "ZWECK_POLICY": str(ROOT / "policies" / "reference.toml"),
        "ZWECK_PROOFS": "by-hand",
        **environment,
    }
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "zweck.cli", "serve"], env=given, cwd=folder, stdout=out, stderr=subprocess.STDOUT
        )
    served = Served(f"http://127.0.0.1:{port}", served_data, keys, process.pid, log)
    try:
        _wait_until_ready(process, served)
        yield served
    finally:
        process.terminate()
        try:
            process.wait(STOP_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The reference site, served as `make run` serves it, once for the whole run; its quick proofs have run."""
    with serving(tmp_path_factory.mktemp("served")) as running:
        given = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
        given |= {"ZWECK_DATA": str(running.data), "ZWECK_KEYS": str(running.keys)}
        command = [sys.executable, "-m", "zweck.cli", "prove", "--quick"]
        subprocess.run(command, env=given, stdout=subprocess.DEVNULL, timeout=120, check=False)
        yield running
