"""A real service in processes of its own, with awkward pages and works, that a test may kill."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@dataclass
class Trial:
    """A `zweck serve` under trial. `environment` is set over the usual one."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[str] = field(init=False)

    usual_policy = str(ROOT / "policies" / "reference.toml")

    @property
    def data(self) -> Path:
        """Where it writes."""
        return self.folder / "data"

    @property
    def log(self) -> str:
        """What it said."""
        return (self.folder / "log").read_text()

    @property
    def note(self) -> dict[str, str | int]:
        """Its serve.json."""
        found = json.loads((self.data / "serve.json").read_text())
        assert isinstance(found, dict)
        return found

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.note["port"])

    def begin(self) -> "Trial":
        """Start the process, and do not wait."""
        given = {name: value for name, value in os.environ.items() if not name.startswith("ZWECK_")}
        given |= {
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
            "DJANGO_SETTINGS_MODULE": "tests.serve.trial_settings",
            "ZWECK_DATA": str(self.data),
            "ZWECK_PORT": "0",
            "ZWECK_POLICY": self.usual_policy,
            "ZWECK_PROOFS": "by-hand",  # proofs would compete with the trial for the machine
            **self.environment,
        }
        with (self.folder / "log").open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "zweck.serve"], env=given, cwd=self.folder, stdout=log, stderr=log, text=True
            )
        return self

    def start(self) -> "Trial":
        """Start it and wait until it is ready."""
        self.begin()
        eventually(lambda: (self.data / "serve.json").exists() and self.note["pid"] == self.process.pid, self.why)
        eventually(lambda: self.get("/readyz")[0] == 200, self.why)
        return self

    def why(self) -> str:
        """For the message of a test that waited in vain."""
        return f"exit {self.process.poll()}\n{self.log}"

    def get(
        self, path: str, method: str = "GET", body: bytes = b"", **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """One request: status, headers in small letters, body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path, body or None, {name.replace("_", "-"): v for name, v in headers.items()})
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def family(self) -> dict[str, int]:
        """Pids of the main process, a worker and the work child, by what they are."""
        listening = listeners(self.port)
        children = children_of(self.process.pid)
        worker = next(pid for pid in children if pid in listening)
        return {"main": self.process.pid, "worker": worker, "child": next(pid for pid in children if pid != worker)}

    def stop(self) -> int:
        """Ask it to stop; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


def eventually(true: Callable[[], bool], why: Callable[[], str] = lambda: "", seconds: float = 40) -> None:
    """Wait until something is true."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            if true():
                return
        except (OSError, http.client.HTTPException, StopIteration):
            pass
        time.sleep(0.05)
    raise AssertionError(f"waited {seconds} s in vain: {why()}")


def children_of(pid: int) -> list[int]:
    """Pids of a process's children."""
    threads = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for thread in threads for child in thread.read_text().split()]


def offspring(pid: int) -> list[int]:
    """Pids of a process's children and theirs."""
    return [one for child in children_of(pid) for one in (child, *offspring(child))]


def is_there(pid: int) -> bool:
    """Whether a process lives; a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def listeners(port: int) -> set[int]:
    """Pids that hold a listening socket on a port."""
    table = Path("/proc/net/tcp").read_text().splitlines()[1:]
    rows = [row.split() for row in table]
    inodes = {f"socket:[{row[9]}]" for row in rows if row[3] == "0A" and int(row[1].split(":")[1], 16) == port}
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if any(str(fd.readlink()) in inodes for fd in (process / "fd").iterdir()):
                found.add(int(process.name))
        except OSError:
            continue
    return found


def end(trial: Trial) -> None:
    """Leave nothing running behind a test. Not gently: a stop waits for the works, and some here take a minute."""
    everyone = [trial.process.pid, *offspring(trial.process.pid)] if trial.process.poll() is None else []
    for pid in everyone:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    trial.process.wait()


@pytest.fixture
def trial(tmp_path: Path) -> Iterator[Trial]:
    """A service that has not begun."""
    one = Trial(tmp_path)
    yield one
    if hasattr(one, "process"):
        end(one)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    """A service that a module's tests share, and none of them harms."""
    one = Trial(tmp_path_factory.mktemp("running"), {"ZWECK_TRUSTED_PROXIES": "192.0.2.0/24"}).start()
    yield one
    end(one)
