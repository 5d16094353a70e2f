"""The policy in force also lies as a file in the data folder: settings need the places before any database is open."""

import os
from pathlib import Path

from django.conf import settings


def active_path(site: str) -> Path:
    """Where the policy in force of a site lies."""
    return Path(settings.DATA) / "active" / f"{site}.toml"


def write_active(site: str, source: bytes) -> None:
    """Write the policy in force, whole or not at all."""
    path = active_path(site)
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(f".{os.getpid()}.new")
    with half.open("wb") as file:
        file.write(source)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)
