"""The near side of the browser's own process: whatever happens to the browser, we go on."""

import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TookTooLong
from contextlib import suppress
from dataclasses import asdict
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from zweck.eye.errors import CannotLook, Crashed
from zweck.eye.telling import choice_of, stored_of, visit_of
from zweck.eye.values import Choice, Cookie, Looks, Profile, Stop, Stored, Visit, Wish

Said = dict[str, Any]  # Any: JSON

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    # Nothing may go round the gate.
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    # As a visitor's own browser.
    "--disable-blink-features=AutomationControlled",
    # A frame of another site shares its page's process, so that one recorder sees both. What that would protect is
    # another site's data in the same profile, and ours is always empty.
    "--disable-site-isolation-trials",
)
_START_SECONDS = 30.0
_STOP_SECONDS = 5.0
_ASK_SECONDS = 60.0


def find_browser() -> str:
    """The browser's executable: ZWECK_CHROME, or a Chromium on the PATH. Raises CannotLook."""
    named = os.environ.get("ZWECK_CHROME", "")
    if named and not os.access(named, os.X_OK):
        raise CannotLook(f"ZWECK_CHROME: {named} cannot be run")
    found = named or next((path for name in _NAMES if (path := shutil.which(name))), "")
    if not found:
        raise CannotLook("no browser on this machine: install Chromium, or name one in ZWECK_CHROME")
    if any(find_spec(name) is None for name in ("playwright", "publicsuffixlist")):
        raise CannotLook("the browser cannot be driven: install zweck[browser]")
    return found


def look(urls: Iterable[str], reach: Iterable[str] | None = None) -> Looks:
    """Open pages with a fresh profile. For one look; several are cheaper through one Eye. Raises CannotLook."""
    with Eye(reach) as eye:
        return eye.look(Wish(tuple(urls)))


class Eye:
    """A browser that stays open for several visitors, who may be used from several threads at once.

    `reach`: the only hosts it may find; every other name and address leads nowhere. None = the whole internet.
    `allow_private`: whether it may go to addresses of this machine and its network.
    `sandboxed`: whether Chromium runs in its sandbox. `pictures`: WebP, by the keys that visits carry.
    """

    def __init__(self, reach: Iterable[str] | None = None, allow_private: bool = True) -> None:
        self._reach = None if reach is None else tuple(reach)
        self._allow_private = allow_private
        chromium = find_browser()
        self._home = tempfile.mkdtemp(prefix="zweck-eye-")
        self._waiting: dict[int, Future[Said]] = {}
        self._numbers = count(1)
        self._lock = threading.Lock()
        self._first: Future[Said] = Future()
        self._child = self._start(chromium)
        self._ear = threading.Thread(target=self._listen, daemon=True)
        self._ear.start()
        self.pictures: dict[str, bytes] = {}
        self.browser, self.sandboxed = self._began()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def look(self, wish: Wish) -> Looks:
        """Open the pages in order, as one visitor with a fresh profile. Raises CannotLook."""
        with self.visitor(Profile()) as visitor:
            stops = [Stop(url, wish.settle_ms, wish.page_limit_ms, keys=wish.keys) for url in wish.urls]
            visits = tuple(visitor.visit(stop) for stop in stops)
            return Looks(self.browser, visits, visitor.cookies())

    def visitor(self, profile: Profile) -> "Visitor":
        """Someone with a fresh profile. Raises Crashed."""
        given = {"profile": asdict(profile), "reach": self._reach, "allow_private": self._allow_private}
        return Visitor(self, int(self.ask("arrive", given)["visitor"]))

    def ask(self, act: str, given: Mapping[str, Any], limit_seconds: float = _ASK_SECONDS) -> Said:  # Any: JSON
        """Ask the browser's process for something. Raises Crashed."""
        number, answer = next(self._numbers), Future[Said]()
        with self._lock:
            if self._child.poll() is not None:
                raise Crashed("the browser has died")
            self._waiting[number] = answer
            line = json.dumps({"id": number, "do": act, "with": given}).encode() + b"\n"
            try:
                self._in.write(line)
                self._in.flush()
            except (OSError, ValueError):  # ValueError: the pipe is closed
                raise Crashed("the browser has died") from None
        try:
            told = answer.result(limit_seconds)
        except TookTooLong:
            self._child.kill()
            raise Crashed(f"the browser took longer than {limit_seconds:.0f} s") from None
        for key, picture in told.pop("pictures", {}).items():
            self.pictures[key] = base64.b64decode(picture)
        return told

    def close(self) -> None:
        """End the browser. What does not end by itself is ended."""
        with self._lock, suppress(OSError):  # closing flushes, and there may be nobody left to flush to
            self._in.close()
        try:
            self._child.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        self._ear.join(_STOP_SECONDS)
        if self._child.stdout:
            self._child.stdout.close()
        shutil.rmtree(self._home, ignore_errors=True)

    @property
    def _in(self) -> Any:  # Any: typeshed makes the pipe optional
        return self._child.stdin

    def _start(self, chromium: str) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-P", "-m", "zweck.eye.browser", chromium, *_FLAGS]
        ours = str(Path(__file__).parents[2])
        paths = [ours, *filter(None, [os.environ.get("PYTHONPATH", "")])]
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
        given = {**kept, "HOME": self._home, "TMPDIR": self._home, "PYTHONPATH": os.pathsep.join(paths)}
        pipe = subprocess.PIPE
        return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=given, cwd="/")

    def _began(self) -> tuple[str, bool]:
        try:
            first = self._first.result(_START_SECONDS)
        except TookTooLong:
            self._child.kill()
            self.close()
            raise Crashed(f"the browser did not start within {_START_SECONDS:.0f} s") from None
        except Crashed:
            self.close()
            raise
        if "trouble" in first:
            self.close()
            raise CannotLook(f"the browser could not be used: {first['trouble']}")
        return str(first["browser"]), bool(first["sandboxed"])

    def _listen(self) -> None:
        """Hand each answer to whoever waits for it; when there will be no more, tell all who wait."""
        with suppress(OSError, ValueError):  # the pipe broke, or was cut off in mid-line
            for line in self._child.stdout or ():
                self._hand_over(json.loads(line))
        with self._lock:
            left = [self._first, *self._waiting.values()]
            self._child.wait()
        for waiting in left:
            if not waiting.done():
                waiting.set_exception(Crashed("the browser has died"))

    def _hand_over(self, answer: Said) -> None:
        if "id" not in answer:
            self._first.set_result(answer)
            return
        waiting = self._waiting.pop(answer["id"])
        if "wrong" in answer:
            waiting.set_exception(Crashed(f"the browser failed: {answer['wrong']}"))
        else:
            waiting.set_result(answer["told"])


class Visitor:
    """Opens pages one after the other with a profile of its own."""

    def __init__(self, eye: Eye, number: int) -> None:
        self._eye, self._number = eye, number

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def visit(self, stop: Stop) -> Visit:
        """Open a page; what is wrong with it is told. Raises Crashed."""
        limit_seconds = (stop.page_limit_ms * 2 + stop.settle_ms * 6) / 1000 + _ASK_SECONDS * 2
        return visit_of(self._ask("visit", limit_seconds, stop=asdict(stop)))

    def choose(self, wanted: Literal["refuse", "accept", "withdraw"]) -> Choice:
        """Press what makes that choice on the page that is open. Raises Crashed."""
        return choice_of(self._ask("choose", wanted=wanted))

    def kept(self) -> tuple[Stored, ...]:
        """Everything on the device now: cookies, and the storages of the origins that were open. Raises Crashed."""
        return tuple(stored_of(one) for one in self._ask("kept")["kept"])

    def cookies(self) -> tuple[Cookie, ...]:
        """The jar. Raises Crashed."""
        return tuple(Cookie(**one) for one in self._ask("jar")["cookies"])

    def close(self) -> None:
        """Nothing of the profile stays."""
        with suppress(Crashed):  # then it is gone anyway
            self._ask("leave")

    def _ask(self, act: str, limit_seconds: float = _ASK_SECONDS, **given: Any) -> Said:  # Any: JSON
        return self._eye.ask(act, {"visitor": self._number, **given}, limit_seconds)
