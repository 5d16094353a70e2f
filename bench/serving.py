"""What the serving benchmarks share: a service of their own, and where results go."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]


def environment(data: Path) -> dict[str, str]:
    """A service's environment on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    policy = os.environ.get("ZWECK_POLICY", str(ROOT / "policies" / "reference.toml"))
    paths = f"{ROOT / 'src'}{os.pathsep}{ROOT}"
    return dict(os.environ, PYTHONPATH=paths, ZWECK_DATA=str(data), ZWECK_PORT=str(port), ZWECK_POLICY=policy)


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
def service(data: Path, page: str = "/") -> Iterator[tuple[str, subprocess.Popen[bytes], float]]:
    """A running service: its URL, its process, and the seconds to its first page."""
    env = environment(data)
    url = f"http://127.0.0.1:{env['ZWECK_PORT']}"
    began = time.monotonic()
    process = subprocess.Popen([sys.executable, "-m", "zweck.serve"], env=env, stderr=subprocess.DEVNULL)
    try:
        wait_for(url + page, process)
        yield url, process, time.monotonic() - began
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


@contextmanager
def folder() -> Iterator[Path]:
    """A data folder that goes at the end."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name) / "data"


def note(name: str, result: dict[str, object]) -> None:
    """Keep and show a result."""
    target = ROOT / "bench" / "results" / f"{name}.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(result | {"load": os.getloadavg()[0]}, indent=1) + "\n")
    print(target.read_text())
