"""The process tree: the server's main process, its workers, and the work child; who begins, watches and ends whom."""

import logging
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import IO, cast

from django.conf import settings
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.mp import MPServer

from zweck import doors, urls  # noqa: F401  (urls: loaded once, before there are several processes)
from zweck.editions import acts as editions
from zweck.front import App, Behind, Front
from zweck.serve import child, sql
from zweck.serve.folders import Folders
from zweck.serve.kin import die_with, fork_cleanly
from zweck.serve.logs import without_values
from zweck.serve.ready import Readiness, database_trouble, place_notes, work_trouble
from zweck.wsgi import application

log = logging.getLogger("zweck.serve")

THREADS = 64  # cheap: they wait. Django runs on two
WORKER_GRACE_SECONDS = 3.0  # for a request in flight when the main process is gone
STOP_SECONDS = 6  # for requests in flight at a stop; containers are killed after 10
RESTART_SECONDS = 1.0
NAMES_KEPT = 256
LOOK_SECONDS = 0.2


def front(folders: Folders) -> Front:
    """The front with what stands behind it."""
    return Front(
        Behind(
            django=cast("App", application),  # its stubs name the response, not the parts it iterates over
            serves=Hosts(),
            troubles=Readiness((database_trouble, partial(work_trouble, folders.beat))),
            describe=without_values,
            let_go=sql.close_servers,
            close_here=sql.close_here,
            exact_paths=doors.exact_paths,
            fast_paths=doors.fast_paths,
            cookie_keepers=doors.cookie_keepers,
            trusted=settings.TRUSTED_PROXIES,
            notes=place_notes,
        )
    )


class Hosts:
    """Whether a host name is one of ours, asked of the database once a second at most for each name."""

    def __init__(self) -> None:
        self._known: dict[str, bool] = {}
        self._until = 0.0

    def __call__(self, host: str) -> bool:
        """The name without its port."""
        now = time.monotonic()
        if now > self._until or len(self._known) >= NAMES_KEPT:
            self._known, self._until = {}, now + 1
        known = self._known
        if host not in known:
            known[host] = editions.site_for(host) is not None
        return known[host]


class WorkChild:
    """Begins the work child and begins it anew when it died."""

    def __init__(self, inherited: IO[str]) -> None:
        self._inherited = inherited
        self._pid = 0
        self._is_stopping = False
        self._begun_at = self._gone_by = 0.0
        self._process: subprocess.Popen[bytes] | None = None

    def fork(self) -> None:
        """The first one shares our memory. Only while this process has a single thread."""
        parent = os.getpid()
        self._begun_at = time.monotonic()
        self._pid = os.fork()
        if self._pid == 0:
            self._inherited.close()
            child.work(parent)

    def watch(self) -> None:
        """In a thread, to the end: wait for the child to die. Never forks: this process has threads by now."""
        while True:
            self._wait()
            if self._is_stopping:
                return
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._pid, signal.SIGKILL)  # what it had begun and left behind
            log.error("the work child ended; it begins anew")
            time.sleep(RESTART_SECONDS if time.monotonic() - self._begun_at > 10 else 5 * RESTART_SECONDS)
            if self._is_stopping:
                return
            self._begun_at = time.monotonic()
            self._process = subprocess.Popen([sys.executable, "-P", "-m", "zweck.serve.child", str(os.getpid())])
            self._pid = self._process.pid

    def _wait(self) -> None:
        if self._process:
            self._process.wait()
        else:
            with suppress(ChildProcessError):
                os.waitpid(self._pid, 0)

    def ask(self) -> None:
        """Ask it to finish what it has in hand."""
        if not self._is_stopping:
            self._is_stopping = True
            self._gone_by = time.monotonic() + child.STOP_SECONDS + 2
            with suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGTERM)

    def stop(self, watcher: threading.Thread) -> None:
        """Ask it to finish, and see that it does."""
        self.ask()
        watcher.join(max(0.1, self._gone_by - time.monotonic()))
        if watcher.is_alive():
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._pid, signal.SIGKILL)


def knock_at(listens_at: str) -> str:
    """The address by which this machine reaches one that it listens at: every address means its own."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(listens_at, listens_at)  # noqa: S104


class Tree:
    """Everything that runs, from the first fork to the last wait."""

    def __init__(self, folders: Folders, lock: IO[str], port: int, when_ready: Callable[[], None]) -> None:
        self._folders = folders
        self._lock = lock
        self._port = port
        self._when_ready = when_ready
        self._child = WorkChild(lock)
        self._watcher = threading.Thread(target=self._child.watch, name="watch", daemon=True)
        self._main = os.getpid()

    def run(self) -> None:
        """Serve until asked to stop. Raises SystemExit with a code when a worker could not be kept alive."""
        multiprocessing.set_start_method("fork", force=True)  # from Python 3.14 on, no longer the default
        fork_cleanly()
        self._child.fork()
        server = MPServer(
            "zweck.front",
            address=settings.ADDRESS,
            port=self._port,
            interface=Interfaces.WSGI,
            workers=settings.WORKERS,
            blocking_threads=THREADS,
            websockets=False,
            respawn_failed_workers=True,
            workers_kill_timeout=STOP_SECONDS,
            log_level=LogLevels.error,
            log_dictconfig=SERVER_LOG,
        )
        self._watcher.start()
        threading.Thread(target=self._attend, args=(server,), name="attend", daemon=True).start()
        try:
            server.serve(target_loader=self._in_worker, wrap_loader=False)
        finally:
            self._child.stop(self._watcher)

    def _in_worker(self) -> Front:
        """Runs first in every worker."""
        self._lock.close()
        die_with(self._main, WORKER_GRACE_SECONDS)
        return front(self._folders)

    def _attend(self, server: MPServer) -> None:
        """In a thread: tell when the service is ready, and when it is to stop tell the work child as well."""
        self._wait_until_it_listens()
        self._when_ready()
        while not server.interrupt_signal:
            time.sleep(LOOK_SECONDS)
        self._child.ask()
        # The server clears its wake-up call after it has looked at the flag: a stop in between would be slept through.
        server.main_loop_interrupt.set()

    def _wait_until_it_listens(self) -> None:
        """The server has no hook for that moment, so we knock at our own door."""
        host = knock_at(settings.ADDRESS)
        while True:
            with suppress(OSError), socket.create_connection((host, self._port), timeout=1):
                return
            time.sleep(0.01)


SERVER_LOG = {
    "formatters": {"plain": {"()": "zweck.serve.logs.Plain"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "loggers": {"_granian": {"handlers": ["stderr"], "level": "ERROR", "propagate": False}},
}
