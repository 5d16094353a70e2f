"""What this program keeps in files, each with the place it lies in: the register of stores that are no database."""

from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import PurePath


@dataclass(frozen=True, slots=True)
class Store:
    """Files of one sort in the data folder. `files`: their paths in it, as a pattern; `*` also stands for folders."""

    name: str
    files: str

    def has(self, path: PurePath) -> bool:
        """Whether a file, by its path in the data folder, is one of these."""
        return fnmatch(path.as_posix(), self.files)


PLACE_DATABASE = Store("a place's database", "place-*.sqlite3*")
# A file that is none of these is a store of which nobody says where it lies: `place.only` is broken by it.
STORES = (
    Store("default database", "zweck.sqlite3*"),
    PLACE_DATABASE,
    Store("policies in force", "active/*"),
    Store("published checkpoints", "checkpoints/*"),
    Store("reports of audits", "audits/*"),
    Store("kept events", "segments/*"),
    Store("table of networks and countries", "places-*.table*"),
    Store("notes of the service", "serve.json"),
    Store("notes of the service", "serve.lock"),
    Store("notes of the service", "catcher.json"),
    Store("notes of the service", "work.*"),
    Store("notes of the service", "proof.lock"),
    Store("notes of the service", "keys.id"),
    Store("notes of the service", "places"),
    Store("notes of the service", "made-up"),
    Store("files while they are written", ".*"),
)


def store_of(path: PurePath) -> Store | None:
    """The store a file of the data folder belongs to, by its path there."""
    return next((store for store in STORES if store.has(path)), None)
