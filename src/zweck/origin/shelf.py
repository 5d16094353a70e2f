"""Where tables lie: the one that ships with us, the operator's own, and their unpacked twins in the data folder."""

import hashlib
import os
from contextlib import suppress
from pathlib import Path

from zweck.origin.errors import NotATable
from zweck.origin.finding import Tells
from zweck.origin.foreign import Foreign
from zweck.origin.table import PACKED, Table, mapped, unpack

BUNDLED = Path(__file__).parent / "data" / "dbip-city-lite.places"
PREFIX = "places-"


def own(data: Path) -> Path:
    """What `zweck geo refresh` leaves in the data folder."""
    return data / "own.places"


def chosen(setting: str, file: str, data: Path) -> Path | None:
    """The file to tell countries by; None where the setting asks for none."""
    if setting != "database":
        return None
    if file:
        return Path(file)
    return own(data) if own(data).exists() else BUNDLED


def opened(file: Path, folder: Path) -> Tells:
    """The table of a file: packed ones are unpacked into the folder once, others are read as they are.

    Raises NotATable, whose message names the file and what would be right.
    """
    try:
        with file.open("rb") as begun:
            is_packed = begun.read(len(PACKED)) == PACKED
        if not is_packed:
            return Foreign(file)
        return _unpacked(file, folder)
    except OSError as failure:
        raise NotATable(f"{file}: cannot be read ({(failure.strerror or 'unknown').lower()})") from None


def _unpacked(file: Path, folder: Path) -> Table:
    content = file.read_bytes()
    twin = folder / f"{PREFIX}{hashlib.sha256(content).hexdigest()[:16]}.table"
    with suppress(OSError, NotATable):  # missing, or left half by a full disk: it is made anew
        return mapped(twin)
    try:
        whole = unpack(content)
    except NotATable as wrong:
        raise NotATable(f"{file}: {wrong}; zweck geo refresh makes a new one") from None
    part = twin.with_name(f".{twin.name}.{os.getpid()}")
    try:
        part.write_bytes(whole)
        part.replace(twin)
    finally:
        part.unlink(missing_ok=True)
    for old in folder.glob(f"{PREFIX}*.table"):
        if old != twin:
            old.unlink(missing_ok=True)  # whoever still maps it keeps its pages
    return mapped(twin)
