"""Looks at pages through a real browser, in a process of its own: whatever happens to the browser, we go on."""

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict
from importlib.util import find_spec
from types import TracebackType
from typing import Any, Self

from zweck.eye.errors import CannotLook
from zweck.eye.values import Cookie, Looks, Request, Violation, Visit, Wish

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
_START_SECONDS = 30.0
_STOP_SECONDS = 5.0


def find_browser() -> str:
    """The browser's executable: ZWECK_CHROME, or a Chromium on the PATH. Raises CannotLook."""
    named = os.environ.get("ZWECK_CHROME", "")
    if named and not os.access(named, os.X_OK):
        raise CannotLook(f"ZWECK_CHROME: {named} cannot be run")
    found = named or next((path for name in _NAMES if (path := shutil.which(name))), "")
    if not found:
        raise CannotLook("no browser on this machine: install Chromium, or name one in ZWECK_CHROME")
    if find_spec("playwright") is None:
        raise CannotLook("the browser cannot be driven: install zweck[browser]")
    return found


def is_without_sandbox() -> bool:
    """Whether the browser runs without its sandbox: Chromium refuses to sandbox what root starts."""
    return os.geteuid() == 0


def look(urls: Iterable[str], reach: Iterable[str] | None = None) -> Looks:
    """Open pages with a fresh profile. For one look; several are cheaper through one Eye. Raises CannotLook."""
    with Eye(reach) as eye:
        return eye.look(Wish(tuple(urls)))


class Eye:
    """A browser that stays open for several looks. Each look has a profile of its own.

    `reach`: the only hosts it may find; every other name and address leads nowhere. None = the whole internet.
    """

    def __init__(self, reach: Iterable[str] | None = None) -> None:
        flags = list(_FLAGS)
        if is_without_sandbox():
            flags.append("--no-sandbox")
        if reach is not None:
            rules = ["MAP * ~NOTFOUND", *(f"EXCLUDE {host}" for host in reach)]
            flags.append(f"--host-resolver-rules={', '.join(rules)}")
        command = [sys.executable, "-P", "-m", "zweck.eye.child", find_browser(), *flags]
        self._child = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._browser = str(self._answer(_START_SECONDS)["browser"])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def look(self, wish: Wish) -> Looks:
        """Open the pages in order, as one visitor. Raises CannotLook."""
        limit = len(wish.urls) * (wish.page_limit_ms + wish.settle_ms) / 1000 + _START_SECONDS
        try:
            self._in.write(json.dumps(asdict(wish)).encode() + b"\n")
            self._in.flush()
        except (OSError, ValueError):  # ValueError: the pipe was closed after an earlier trouble
            self.close()
            raise CannotLook("the browser has died") from None
        answer = self._answer(limit)
        return Looks(
            browser=self._browser,
            visits=tuple(_visit(visit) for visit in answer["visits"]),
            cookies=tuple(Cookie(**cookie) for cookie in answer["cookies"]),
        )

    def close(self) -> None:
        """End the browser. What does not end by itself is ended."""
        with suppress(OSError):  # closing flushes, and there may be nobody left to flush to
            self._in.close()
        try:
            self._child.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        if self._child.stdout:
            self._child.stdout.close()

    @property
    def _in(self) -> Any:  # Any: typeshed makes the pipe optional
        return self._child.stdin

    def _answer(self, limit_seconds: float) -> dict[str, Any]:  # Any: what the child says in JSON
        timer = threading.Timer(limit_seconds, self._child.kill)
        timer.start()
        try:
            line = self._child.stdout.readline() if self._child.stdout else b""
        finally:
            timer.cancel()
        if not line:
            self.close()
            raise CannotLook(f"the browser died, or took longer than {limit_seconds:.0f} s")
        answer: dict[str, Any] = json.loads(line)
        if "trouble" in answer:
            self.close()
            raise CannotLook(f"the browser could not be used: {answer['trouble']}")
        return answer


def _visit(said: dict[str, Any]) -> Visit:  # Any: what the child says in JSON
    return Visit(
        url=said["url"],
        status=said["status"],
        headers=said["headers"],
        requests=tuple(Request(**request) for request in said["requests"]),
        violations=tuple(Violation(**violation) for violation in said["violations"]),
        storage=tuple(said["storage"]),
        focus=tuple(tuple(names) for names in said["focus"]),
    )
