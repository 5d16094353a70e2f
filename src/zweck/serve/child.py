"""The work child: one process that does all background work, each piece at its own pace.

Forked by the service at start; begun anew as `python -m zweck.serve.child PARENT` when it died.
"""

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from types import FrameType
from typing import IO

import django
from django.conf import settings
from django.db import DatabaseError
from django.db.backends.base.base import BaseDatabaseWrapper

from zweck import doors
from zweck.serve import sql
from zweck.serve.folders import Folders, hold
from zweck.serve.kin import die_with
from zweck.serve.logs import without_values

log = logging.getLogger("zweck.work")

BEAT_SECONDS = 1.0
GRACE_SECONDS = 3.0  # for the work in hand when the parent is gone
STOP_SECONDS = 5.0  # for the work in hand when asked to stop


class Holder:
    """Whether this child is the one that works: a file's lock on this machine, and a database's among several."""

    def __init__(self, folders: Folders) -> None:
        self._file = folders.data / "work.lock"
        self._lock: IO[str] | None = None
        self._session: BaseDatabaseWrapper | None = None

    def holds(self) -> bool:
        """Take the locks if they are free; False as soon as one is lost."""
        self._lock = self._lock or hold(self._file)
        return self._lock is not None and (sql.is_file() or self._holds_in_database())

    def _holds_in_database(self) -> bool:
        # A session of its own: the lock lives as long as this one connection.
        is_held = self._session is not None
        self._session = self._session or sql.new_session()
        try:
            if sql.has_work_lock(self._session, is_held):
                return True
        except DatabaseError as failure:
            log.warning("lost touch with the database: %s", type(failure).__name__)
        self._session.close()
        self._session = None
        return False


class Pace:
    """Runs one work again and again until told to stop."""

    def __init__(self, work: doors.Work, stop: threading.Event, clock: Callable[[], datetime]) -> None:
        self._work = work
        self._stop = stop
        self._clock = clock
        self._failing = ""

    def __call__(self) -> None:
        """Runs in a thread of its own, so that a long work keeps none of the others waiting."""
        try:
            while not self._stop.is_set():
                self.once()
                self._stop.wait(self._work.every.total_seconds())
        finally:
            sql.close_here()

    def once(self) -> None:
        """One run. A failure is told once, not every second, and its end too."""
        sql.begin_turn()
        try:
            self._work.run(self._clock())
        except Exception as failure:  # noqa: BLE001  (the work child's one boundary: one work's failure stops no other)
            told = without_values(failure)
            if told != self._failing:
                log.error("%s failed and will be tried again: %s", self._work.name, told)
            self._failing = told
            sql.close_here()
            return
        if self._failing:
            log.info("%s works again", self._work.name)
        self._failing = ""


def utc_now() -> datetime:
    """The only clock in background work; everything below is handed the moment."""
    return datetime.now(UTC)


class Child:
    """All works, while this child holds the lock."""

    def __init__(self, folders: Folders) -> None:
        self._folders = folders
        self._asked = threading.Event()
        self._threads: list[threading.Thread] = []
        self._stop = threading.Event()

    def run(self) -> int:
        """Work until asked to stop; the exit code."""
        signal.signal(signal.SIGTERM, self._ask)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's Ctrl-C reaches all; the parent decides
        holder = Holder(self._folders)
        while not self._asked.is_set():
            self._beat()
            if holder.holds():
                if not self._threads:
                    self._begin()
                if not all(thread.is_alive() for thread in self._threads):
                    log.error("a work's thread ended by itself; the work child begins anew")
                    return 3
            elif self._threads:
                log.error("the lock is lost; the work child begins anew")
                return 3
            self._asked.wait(BEAT_SECONDS)
        return self._finish()

    def _ask(self, _signal: int, _frame: FrameType | None) -> None:
        self._asked.set()

    def _beat(self) -> None:
        try:
            self._folders.beat.touch()
        except OSError as failure:
            log.warning("cannot write %s: %s", self._folders.beat, failure.strerror)

    def _begin(self) -> None:
        for work in doors.works.values():
            thread = threading.Thread(target=Pace(work, self._stop, utc_now), name=f"work {work.name}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def _finish(self) -> int:
        """Let the works in hand come to their end; what takes longer is idempotent and is run anew."""
        self._stop.set()
        until = utc_now().timestamp() + STOP_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, until - utc_now().timestamp()))
        return 0


def work(parent: int) -> None:
    """Be the work child of that parent; does not return."""
    die_with(parent, GRACE_SECONDS)
    code = 1
    try:
        code = Child(Folders(settings.DATA, settings.KEYS)).run()
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        os.killpg(0, signal.SIGTERM)  # what the works had started
        os._exit(code)  # threads still at work must not keep the process


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zweck.settings")
    django.setup()
    work(int(sys.argv[1]))
