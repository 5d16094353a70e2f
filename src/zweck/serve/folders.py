"""The folders and files of a running service: data, keys, locks, and the note that says where it can be reached."""

import errno
import fcntl
import hashlib
import json
import os
import secrets
import shutil
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from zweck.serve.errors import AlreadyRunning, FolderTrouble, KeysTrouble

FREE_BYTES = 16 * 1024 * 1024  # below this a start is refused: the database's log alone takes some
PATIENCE_SECONDS = 4.0  # how long a killed service's processes may take to go


@dataclass(frozen=True, slots=True)
class Folders:
    """Where a service writes."""

    data: Path
    keys: Path

    @property
    def note(self) -> Path:
        """`serve.json`: pid, url, port, started_at of the running service."""
        return self.data / "serve.json"

    @property
    def beat(self) -> Path:
        """Touched by the work child every second."""
        return self.data / "work.beat"


def make_folder(folder: Path) -> None:
    """Make a folder that only we can enter, and see that it takes a file. Raises FolderTrouble."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = folder / f".probe-{os.getpid()}"
        write_whole(probe, b"0" * 4096)
        probe.unlink()
        free = shutil.disk_usage(folder).free
    except FileExistsError:
        raise FolderTrouble(f"{folder}: this is a file, a folder would be right") from None
    except OSError as failure:
        raise FolderTrouble(told(folder, failure)) from None
    if free < FREE_BYTES:
        raise FolderTrouble(
            f"{folder}: the disk is almost full ({free // 1024 // 1024} MB free), "
            f"at least {FREE_BYTES // 1024 // 1024} MB would be right"
        )


def told(path: Path, failure: OSError) -> str:
    """What the system refused, and what would be right."""
    remedy = {
        errno.ENOSPC: "free some space, or choose another folder",
        errno.EDQUOT: "free some space, or choose another folder",
        errno.EROFS: "this disk is read-only; choose another folder",
        errno.ENOTDIR: "a part of this path is a file",
    }.get(failure.errno or 0, "let the account that runs the service own it, or choose another folder")
    return f"{path}: cannot be written ({(failure.strerror or 'unknown').lower()}); {remedy}"


def write_whole(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Write a file so that it is either whole on the disk or not there."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def see_to_keys(folders: Folders) -> bool:
    """Make the secret key at the first start, check it at every later one. Returns whether it was made now.

    The data folder notes a fingerprint of its keys, so that data never run on under keys that are not theirs.
    Raises KeysTrouble.
    """
    file, mark = folders.keys / "secret.key", folders.data / "keys.id"
    is_first = not mark.exists()
    if not file.exists():
        if not is_first:
            raise KeysTrouble(
                f"{file}: is missing, but the data in {folders.data} were made with it; put the keys folder back, "
                f"or name it with ZWECK_KEYS. If it is lost for good, remove {mark} to begin with new keys"
            )
        write_whole(file, secrets.token_hex(32).encode())
    for path in (folders.keys, file):
        if path.stat().st_mode & 0o077:
            raise KeysTrouble(f"{path}: is open to other accounts; `chmod go= {path}` would be right")
    key = file.read_bytes().strip()
    if len(key) < 32:
        raise KeysTrouble(f"{file}: is too short for a key; put the right file back")
    print_ = hashlib.sha256(b"zweck keys\n" + key).hexdigest()[:16]
    if is_first:
        write_whole(mark, print_.encode())
    elif mark.read_text().strip() != print_:
        raise KeysTrouble(
            f"{folders.keys}: these are not the keys of the data in {folders.data}; "
            "name the right folder with ZWECK_KEYS"
        )
    return is_first


def hold(file: Path) -> IO[str] | None:
    """The lock on a file, or None when another process has it. Held until the file is closed or we end."""
    lock = file.open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock


def only_one(folders: Folders) -> IO[str]:
    """The lock that lets one service use a data folder. Raises AlreadyRunning.

    The rest of a killed service gets a moment to notice and go.
    """
    until = time.monotonic() + (PATIENCE_SECONDS if is_orphaned(folders) else 0)
    while True:
        if lock := hold(folders.data / "serve.lock"):
            return lock
        if time.monotonic() >= until:
            at = read_note(folders).get("url", "")
            raise AlreadyRunning(
                f"{folders.data}: a service already runs on this folder{f', at {at}' if at else ''}; "
                "stop it first, or set ZWECK_DATA to another folder"
            )
        time.sleep(0.1)


def read_note(folders: Folders) -> dict[str, object]:
    """What `serve.json` says; nothing when there is none."""
    try:
        note = json.loads(folders.note.read_bytes())
    except (OSError, ValueError):
        return {}
    return note if isinstance(note, dict) else {}


def is_orphaned(folders: Folders) -> bool:
    """Whether a killed service left its note behind; its last processes may still be going."""
    pid = read_note(folders).get("pid")
    if not isinstance(pid, int):
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def leave_note(folders: Folders, url: str, port: int, now: datetime) -> None:
    """Say where the running service can be reached."""
    note = {"pid": os.getpid(), "url": url, "port": port, "started_at": now.isoformat(timespec="seconds")}
    write_whole(folders.note, json.dumps(note).encode() + b"\n", 0o644)
