"""Serves wishes: reads them as lines of JSON, answers in lines of JSON, several at once, and ends with its input.

`python -P -m zweck.eye.browser CHROMIUM FLAG…`. A wish is {"id", "do", "with"}; an answer {"id", "told"} or
{"id", "wrong"}. The first line says {"browser", "sandboxed"}, or {"trouble"}.
"""

import asyncio
import json
import os
import shlex
import shutil
import sys
from collections.abc import Callable, Coroutine
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserType, Error, async_playwright

from zweck.eye.browser.gate import Gate
from zweck.eye.browser.visitor import Visitor

Said = dict[str, Any]  # Any: JSON

_NOBODY = 65534
_LINE_BYTES = 1_000_000
_STOP_SECONDS = 2.0
# What we let out goes through each visitor's own gate; what the browser wants for itself leads nowhere.
_NOWHERE = "socks5://127.0.0.1:9"
# What the driver would switch off: without the first, a page that changes its address 100,000 times holds up the
# whole browser; without the second, windows open that no visitor's browser would open.
_OWN_GUARDS = ["--disable-ipc-flooding-protection", "--disable-popup-blocking"]


class Serving:
    """The visitors of one browser, and what they are asked."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._visitors: dict[int, Visitor] = {}
        self._numbers = count(1)
        self._tasks: set[asyncio.Task[Said]] = set()
        self._acts: dict[str, Callable[[Said], Coroutine[Any, Any, Said]]] = {
            "arrive": self._arrive,
            "visit": lambda given: self._of(given).visit(given["stop"]),
            "choose": lambda given: self._of(given).choose(given["wanted"]),
            "kept": lambda given: self._of(given).kept(),
            "jar": lambda given: self._of(given).jar(),
            "leave": self._leave,
        }

    def take(self, line: bytes) -> None:
        """Begin with a wish; its answer is said when it is there."""
        wish = json.loads(line)
        task = asyncio.create_task(self._acts[wish["do"]](wish["with"]))
        self._tasks.add(task)
        task.add_done_callback(lambda done: self._answer(wish["id"], done))

    def _answer(self, number: int, done: "asyncio.Task[Said]") -> None:
        """Say what came of it, a mistake of ours too: whoever asked must not wait for ever."""
        self._tasks.discard(done)
        failure = done.exception()
        if failure:
            say({"id": number, "wrong": first_line(failure)})
        else:
            say({"id": number, "told": done.result()})

    async def _arrive(self, given: Said) -> Said:
        number = next(self._numbers)
        gate = Gate(given["reach"], given["allow_private"])
        self._visitors[number] = await Visitor.arrive(self._browser, gate, given["profile"])
        return {"visitor": number}

    async def _leave(self, given: Said) -> Said:
        await self._visitors.pop(given["visitor"]).leave()
        return {}

    def _of(self, given: Said) -> Visitor:
        return self._visitors[given["visitor"]]


async def serve(chromium: str, flags: list[str]) -> None:
    """Open the browser once, then serve wishes until the input ends."""
    async with async_playwright() as playwright:
        try:
            browser, sandboxed = await launch(playwright.chromium, chromium, flags)
        except Error as failure:
            say({"trouble": first_line(failure)})
            return
        browser.on("disconnected", end)
        say({"browser": f"Chromium {browser.version}", "sandboxed": sandboxed})
        serving = Serving(browser)
        lines = asyncio.StreamReader(limit=_LINE_BYTES)
        protocol = asyncio.StreamReaderProtocol(lines)
        await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
        while line := await lines.readline():
            serving.take(line)
        browser.remove_listener("disconnected", end)
        with suppress(Error, TimeoutError):
            await asyncio.wait_for(browser.close(), _STOP_SECONDS)


def end(_browser: object = None) -> None:
    """End at once. Whoever waits for an answer sees that there will be none."""
    shutil.rmtree(os.environ["TMPDIR"], ignore_errors=True)
    os._exit(0)


async def launch(kind: BrowserType, chromium: str, flags: list[str]) -> tuple[Browser, bool]:
    """Start the browser unprivileged and in its sandbox; without, where the machine does not allow it."""
    ours, nobody = (-1, -1), (_NOBODY, _NOBODY)
    ways = [(nobody, True), (nobody, False), (ours, False)] if os.geteuid() == 0 else [(ours, True), (ours, False)]
    asked: Said = {"args": flags, "proxy": {"server": _NOWHERE}, "ignore_default_args": _OWN_GUARDS}
    for user, sandboxed in ways[:-1]:
        with suppress(Error):
            return await _started(kind, chromium, user, asked | {"chromium_sandbox": sandboxed}), sandboxed
    user, sandboxed = ways[-1]
    return await _started(kind, chromium, user, asked | {"chromium_sandbox": sandboxed}), sandboxed


async def _started(kind: BrowserType, chromium: str, user: tuple[int, int], asked: Said) -> Browser:
    """The browser. Every visitor's profile inherits the settings of one that nobody uses."""
    home, profile = theirs("home", user), theirs("profile", user)
    asked = asked | {"env": environment(home), "executable_path": starter(chromium, user)}
    unused = await kind.launch_persistent_context(str(profile), **asked)
    if unused.browser is None:
        raise Error("the driver does not say whose profile it is")
    return unused.browser


def theirs(name: str, user: tuple[int, int]) -> Path:
    """An empty folder of the browser's user, in one where that user can write nothing: root starts what lies there."""
    ours = Path(os.environ["TMPDIR"])
    ours.chmod(0o711)
    folder = ours / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(0o700)
    os.chown(folder, *user)
    return folder


def environment(home: Path) -> dict[str, str | float | bool]:
    """What the browser learns of ours: next to nothing."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    return {**kept, "HOME": str(home), "TMPDIR": str(home)}


def starter(chromium: str, user: tuple[int, int]) -> str:
    """A command that starts the browser as that user."""
    script = Path(os.environ["TMPDIR"]) / "start"
    ids = [str(number) for number in user]
    words = [sys.executable, "-I", str(Path(__file__).with_name("starting.py")), *ids, chromium]
    script.write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n', encoding="utf-8")
    script.chmod(0o700)
    return str(script)


def say(answer: Said) -> None:
    """One line; whoever reads it may be gone."""
    with suppress(BrokenPipeError):
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def first_line(failure: BaseException) -> str:
    """What went wrong, without the driver's log."""
    return f"{type(failure).__name__}: {failure}".partition("\n")[0][:200]


def main() -> None:
    """Serve, and leave nothing behind, whoever ended us."""
    chromium, *flags = sys.argv[1:]
    asyncio.run(serve(chromium, flags))
    end()


if __name__ == "__main__":
    main()
