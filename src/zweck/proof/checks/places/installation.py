"""An installation as the proofs of places see it: its folders, its databases with their places, its processes."""

import json
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections

from zweck.promises.values import CouldNotLook, Target
from zweck.proof.drill import sql
from zweck.proof.drill.stage import stage_of

NOT_SAID = "the installation does not say where its database rests; set ZWECK_PLACE to a place's id"
_INSTALLATION = "installation"  # by which a plant hands one to the check
_SCRATCH = ("scratch-", "zweck-")  # what other proofs plant in belongs to no installation
_WRITES = os.O_WRONLY | os.O_RDWR
# Handlers that write to this process's own output, which whoever starts it leads somewhere.
_OUTPUT = frozenset({"logging.StreamHandler", "logging.NullHandler"})
_MEMORY = frozenset({"django.core.cache.backends.locmem.LocMemCache", "django.core.cache.backends.dummy.DummyCache"})


@dataclass(frozen=True, slots=True)
class Installation:
    """`databases`: alias -> place, empty where it has none; `home`: the default one's alias; `hosts`: alias -> server.

    `pids`: its processes, none where they cannot be seen. `elsewhere`: logs and caches beyond memory and output.
    """

    data: Path
    keys: Path
    databases: Mapping[str, str]
    home: str = DEFAULT_DB_ALIAS
    hosts: Mapping[str, str] = field(default_factory=dict)
    pids: tuple[int, ...] = ()
    elsewhere: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """Where its folders lie: with the default database. Raises CouldNotLook when nobody says where that is."""
        found = self.databases.get(self.home, "")
        if not found:
            raise CouldNotLook(
                "the installation does not say where its database rests; set ZWECK_PLACE to a place's id"
            )
        return found


def installation_of(target: Target) -> Installation:
    """The one a plant handed over, otherwise this one."""
    found = target.place.get(_INSTALLATION)
    return found if isinstance(found, Installation) else _live()


def with_installation(target: Target, one: Installation) -> dict[str, object]:
    """The target's `place` with another installation to look at."""
    return {**target.place, _INSTALLATION: one}


def _live() -> Installation:
    named = {alias: place for place, alias in settings.PLACES.items() if place}
    aliases = [alias for alias in settings.DATABASES if not alias.startswith(_SCRATCH)]
    return Installation(
        Path(settings.DATA),
        Path(settings.KEYS),
        {alias: named.get(alias, "") for alias in aliases},
        DEFAULT_DB_ALIAS,
        {alias: str(connections.settings[alias].get("HOST", "")) for alias in aliases},
        processes(Path(settings.DATA)),
        _elsewhere(),
    )


def _elsewhere() -> tuple[str, ...]:
    logging: Mapping[str, Any] = settings.LOGGING  # Any: Django's settings dictionary
    handlers = {str(one.get("class", "")) for one in logging.get("handlers", {}).values()}
    caches = {str(one["BACKEND"]) for one in settings.CACHES.values()}
    return (*sorted(handlers - _OUTPUT), *sorted(caches - _MEMORY))


@contextmanager
def copied(target: Target, statement: str = "SELECT 1", using: str = DEFAULT_DB_ALIAS) -> Iterator[Installation]:
    """The drill as an installation; its databases are copies, in one of which a statement was carried out."""
    stage = stage_of(target)
    data = stage.folder / "data"
    with ExitStack() as copies:
        aliases = {
            alias: copies.enter_context(sql.tampered(file, statement if alias == using else "SELECT 1"))
            for alias, file in stage.databases.items()
        }
        # The drill was told the default one's place, and every other is called by its own.
        places = {copy: settings.PLACE if alias == DEFAULT_DB_ALIAS else alias for alias, copy in aliases.items()}
        yield Installation(data, stage.folder / "keys", places, aliases[DEFAULT_DB_ALIAS], pids=processes(data))


def processes(data: Path) -> tuple[int, ...]:
    """The main process of the service on a data folder, its workers and its work child, as this system shows them.

    What these start for a while, such as proofs and audits, works in temporary folders that go with it.
    """
    try:
        main = int(json.loads((data / "serve.json").read_bytes())["pid"])
        threads = list(Path(f"/proc/{main}/task").glob("*/children"))
        return (main, *(int(child) for thread in threads for child in thread.read_text().split()))
    except (OSError, ValueError, KeyError, TypeError):
        return ()


def written_files(pids: tuple[int, ...]) -> frozenset[Path]:
    """The files that these processes hold open to write to, seen by the operating system."""
    return frozenset(path for pid in pids for path in _written(Path(f"/proc/{pid}")))


def _written(process: Path) -> Iterator[Path]:
    with suppress(OSError):  # it ended, or is another account's
        for descriptor in (process / "fd").iterdir():
            with suppress(OSError):
                flags = (process / "fdinfo" / descriptor.name).read_text().partition("flags:")[2].split()[0]
                # Its outputs lead where whoever started it wants them.
                if int(flags, 8) & _WRITES and int(descriptor.name) > 2 and stat.S_ISREG(descriptor.stat().st_mode):
                    yield descriptor.readlink()
