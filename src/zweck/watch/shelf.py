"""The reports of looks, as files in the data folder: `audits/<id>/<name>.html` and `.json`."""

import os
import secrets
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from zweck.watch.values import Looked

_KINDS = ("html", "json")
# A file is written before the row that names it; one that no row names after this never will be.
_STRAY_AFTER = timedelta(days=1)


@contextmanager
def put(watched: int, looked: Looked) -> Iterator[str]:
    """Write a look's report; its name, or "" where there is none. What is raised meanwhile takes the files back."""
    name = secrets.token_hex(16) if looked.html else ""
    is_kept = False
    try:
        if name:
            _write(_path(watched, name, "html"), looked.html)
            _write(_path(watched, name, "json"), looked.json)
        yield name
        is_kept = True
    finally:
        if not is_kept:
            drop(watched, [name])


def read(watched: int, name: str, kind: str) -> str | None:
    """A report as it was written; None where it is not on this machine."""
    try:
        return _path(watched, name, kind).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None


def drop(watched: int, names: Collection[str]) -> None:
    """Remove reports, and the folder once it is empty."""
    for name in filter(None, names):
        for kind in _KINDS:
            _path(watched, name, kind).unlink(missing_ok=True)
    folder = _folder(watched)
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def strays(named: Collection[tuple[int, str]], now: datetime) -> list[tuple[int, str]]:
    """Reports that no row names: what a killed run left behind."""
    old = (now - _STRAY_AFTER).timestamp()
    found = (
        (int(file.parent.name), file.stem)
        for file in (Path(settings.DATA) / "audits").glob("*/*")
        if file.parent.name.isdecimal() and file.stat().st_mtime < old
    )
    return sorted({stray for stray in found if stray not in set(named)})


def _folder(watched: int) -> Path:
    return Path(settings.DATA) / "audits" / str(watched)


def _path(watched: int, name: str, kind: str) -> Path:
    return _folder(watched) / f"{name}.{kind}"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
