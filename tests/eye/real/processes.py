"""Starting other people's servers, and ending them."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

_READY_WITHIN_SECONDS = 30
_END_WITHIN_SECONDS = 15


@contextmanager
def ended(command: Sequence[str], log: Path, **environment: str) -> Iterator[None]:
    """Run a server, and whatever it starts, until the context ends."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, stdout=out, stderr=subprocess.STDOUT, env=os.environ | environment, start_new_session=True
        )
    try:
        yield
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(_END_WITHIN_SECONDS)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # PHP's server leaves its workers behind
        process.wait()


def wait(is_ready: Callable[[], bool], log: Path) -> None:
    """Until it is ready. Raises RuntimeError with its last words when it is not in time."""
    until = time.monotonic() + _READY_WITHIN_SECONDS
    while not is_ready():
        if time.monotonic() > until:
            raise RuntimeError(log.read_text(errors="replace")[-2000:])
        time.sleep(0.05)


def answers(port: int) -> bool:
    """Whether somebody listens."""
    with socket.socket() as caller:
        caller.settimeout(1)
        return caller.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])
