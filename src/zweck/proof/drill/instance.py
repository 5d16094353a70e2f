"""The drill: the code and the policy of the live service in a temporary folder, for as long as a run needs it.

It inherits nothing by which it could reach live data: no database, no keys, no mail, no webhook. On an installation
with PostgreSQL the drill is SQLite all the same.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from django.conf import settings

from zweck.promises.values import CouldNotLook
from zweck.proof.drill import countries
from zweck.proof.drill.calls import Watch
from zweck.proof.drill.leash import leashed
from zweck.proof.pages import Pages

_START_SECONDS = 60.0
_COMMAND_SECONDS = 120.0  # a busy machine may take a while, and what is not seen in time is unknown
_STOP_SECONDS = 6.0
_LOOK_SECONDS = 0.05
_PREFIX = "zweck-drill-"
_KEPT_NAMES = ("PATH", "LANG", "LC_ALL", "PYTHONPATH", "VIRTUAL_ENV")


class Drill:
    """Starts at the first question, once; ends with the run. A start that failed is not tried again."""

    def __init__(self, policy: bytes) -> None:
        self._policy = policy
        self._folder: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._watch = Watch()
        self._url = ""
        self._blind = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def folder(self) -> Path:
        """Everything the drill writes lies in here: data, keys, logs, temporary files. Raises CouldNotLook."""
        self.start()
        if self._folder is None:
            raise CouldNotLook(self._blind)
        return self._folder

    @property
    def database(self) -> Path:
        """Its SQLite file. Raises CouldNotLook."""
        return self.folder / "data" / "zweck.sqlite3"

    @property
    def databases(self) -> dict[str, Path]:
        """All its SQLite files, by Django's name for each: "default", and one for each further place."""
        data = self.folder / "data"
        places = {file.stem.removeprefix("place-"): file for file in sorted(data.glob("place-*.sqlite3"))}
        return {"default": self.database, **places}

    @property
    def watch(self) -> Watch:
        """Where its processes connect to, as the operating system sees it. Raises CouldNotLook."""
        self.start()
        return self._watch

    @property
    def url(self) -> str:
        """Where it answers, without a trailing slash. Raises CouldNotLook."""
        self.start()
        return self._url

    def start(self) -> None:
        """Start it unless it runs. Raises CouldNotLook, again each time."""
        if self._blind:
            raise CouldNotLook(self._blind)
        if self._url:
            return
        sweep()
        self._folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
        try:
            self._process = self._begin(self._folder)
            self._url = self._ready()
        except (OSError, CouldNotLook) as failed:
            self._blind = f"the scratch instance did not start: {failed}"
            self.close()
            raise CouldNotLook(self._blind) from None

    def close(self) -> None:
        """End it with all its children, and remove its folder."""
        process, self._process = self._process, None
        if process:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(_STOP_SECONDS)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self._watch.close()
        folder, self._folder = self._folder, None
        if folder:
            shutil.rmtree(folder, ignore_errors=True)
        self._url = ""

    def _begin(self, folder: Path) -> subprocess.Popen[bytes]:
        (folder / "tmp").mkdir()
        (folder / "policy.toml").write_bytes(self._policy)
        countries.lay(folder)
        command = leashed([sys.executable, "-P", "-m", "zweck.serve"], self._watch)
        with (folder / "log").open("ab") as log:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=_environment(folder),
                cwd=folder,
                start_new_session=True,
                pass_fds=[self._watch.pass_on],
            )
        self._watch.begin()
        return process

    def _ready(self) -> str:
        """Its address, once it says that it is ready. Raises CouldNotLook."""
        until = time.monotonic() + _START_SECONDS
        while time.monotonic() < until:
            if self._process is None or self._process.poll() is not None:
                raise CouldNotLook(f"it ended at once ({self._last_words()})")
            if (url := self._noted()) and _says_ready(url):
                return url
            time.sleep(_LOOK_SECONDS)
        raise CouldNotLook(f"it was not ready within {_START_SECONDS:.0f} seconds")

    def _noted(self) -> str:
        note = self._folder / "data" / "serve.json" if self._folder else Path()
        try:
            return str(json.loads(note.read_bytes())["url"])
        except (OSError, ValueError, KeyError, TypeError):
            return ""

    def _last_words(self) -> str:
        """The end of its log: a policy error, or the name of an exception. No visitor has been there yet."""
        text = (self._folder / "log").read_text("utf-8", "replace") if self._folder else ""
        return text.strip().rpartition("\n")[2][:200] or "without a word"


def command(folder: Path, *arguments: str, given: str = "") -> str:
    """Run one of our commands on an instance; gives what it printed. `given`: standard input. Raises CouldNotLook."""
    line = [sys.executable, "-P", "-m", "zweck.cli", *arguments]
    done = subprocess.run(
        line,
        cwd=folder,
        env=_environment(folder),
        input=given,
        capture_output=True,
        text=True,
        timeout=_COMMAND_SECONDS,
        check=False,
    )
    if done.returncode:
        raise CouldNotLook(f"the scratch instance did not take `zweck {arguments[0]}` ({done.returncode})")
    return done.stdout


def sweep() -> None:
    """Remove what a killed run left behind: nothing lies there but what was made up."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        pid = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if pid.isdecimal() and not _is_alive(int(pid)):
            shutil.rmtree(folder, ignore_errors=True)  # what is not ours stays: it cannot be removed


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _environment(folder: Path) -> dict[str, str]:
    """What it learns of ours: where programs and words lie, and nothing about data, keys or recipients."""
    kept = {name: os.environ[name] for name in (*_KEPT_NAMES, "ZWECK_WORDS") if name in os.environ}
    if settings.PLACE:
        kept["ZWECK_PLACE"] = settings.PLACE  # so that places share databases as they do here
    return {
        **kept,
        "HOME": str(folder),
        "TMPDIR": str(folder / "tmp"),
        "DJANGO_SETTINGS_MODULE": "zweck.settings",
        "ZWECK_DATA": str(folder / "data"),
        "ZWECK_KEYS": str(folder / "keys"),
        "ZWECK_POLICY": str(folder / "policy.toml"),
        "ZWECK_PORT": "0",
        "ZWECK_STANDINS": "0",  # it asks nobody to set anything up
        "ZWECK_CATCHER": "1",  # every mail stays there, and can be read
        "ZWECK_GEO_FILE": str(folder / countries.FILE),
        "ZWECK_HITS": "durable",  # what was answered can be looked for at once
        "ZWECK_LOG_LEVEL": "debug",  # whatever could be logged is
        "ZWECK_PROOFS": "by-hand",  # a drill proves nothing, or there would be no end to it
        "ZWECK_TRUSTED_PROXIES": "127.0.0.1/32,::1/128",  # so that a visitor can come from any address
    }


def _says_ready(url: str) -> bool:
    try:
        return Pages(url).fetch("/readyz").status == 200
    except CouldNotLook:
        return False
