"""`zweck geo`: which table tells countries here, and putting a newer one in its place."""

import argparse
import hashlib
import json
import os
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from zweck.origin.errors import NotATable
from zweck.origin.foreign import Foreign, packable
from zweck.origin.shelf import BUNDLED, chosen, own
from zweck.origin.table import PACKED, description, packed, unpack
from zweck.origin.values import About

OLD_DAYS = 45  # makers publish each month
MOST_LOST = 0.5  # a new table that tells of fewer than half the networks is refused


def main(words: Sequence[str], today: date) -> int:
    """Run one command; the exit code."""
    parser = argparse.ArgumentParser(prog="zweck geo", description="The table that tells a visitor's country.")
    commands = parser.add_subparsers(dest="command", required=True)
    status = commands.add_parser("status", help="Tell which table is in use, of when it is, and under which licence.")
    status.add_argument("--json", metavar="FILE|-", help="Write it as JSON; `-` prints that instead.")
    refresh = commands.add_parser("refresh", help="Pack a file you downloaded, for the next start to use.")
    refresh.add_argument("file", type=Path, metavar="FILE", help="A .mmdb file of DB-IP or another maker.")
    refresh.add_argument("--force", action="store_true", help="Take it even if it is older or much smaller.")
    for one in (status, refresh):
        one.add_argument("--data", type=Path, default=Path(os.environ.get("ZWECK_DATA") or "zweck-data"))
    chose = parser.parse_args(words)
    try:
        if chose.command == "status":
            return _status(chose.data, today, chose.json)
        return _refresh(chose.file, chose.data, chose.force)
    except (NotATable, OSError) as wrong:
        sys.stderr.write(f"zweck geo: {wrong}\n")
        return 2


def _status(data: Path, today: date, json_target: str | None) -> int:
    setting = os.environ.get("ZWECK_GEO") or "database"
    file = chosen(setting, os.environ.get("ZWECK_GEO_FILE", ""), data)
    if file is None:
        _say(f"No table: ZWECK_GEO is {setting}.")
        return 0
    about, networks = _about(file)
    told = {
        "file": str(file),
        "source": about.source,
        "built": about.built.isoformat(),
        "days_old": about.days_old(today),
        "licence": about.licence or "not known to us",
        "credit": f"{about.credit} ({about.url})" if about.credit else "none",
        "sha256_of_source": about.sha256,
        "bytes": file.stat().st_size,
        "networks": networks,
    }
    if json_target:
        text = json.dumps(told, ensure_ascii=False, indent=2) + "\n"
        if json_target == "-":
            sys.stdout.write(text)
            return 0
        Path(json_target).write_text(text, encoding="utf-8")
    for name, value in told.items():
        _say(
            f"{name.replace('_', ' '):17} {value:,}"
            if isinstance(value, int)
            else f"{name.replace('_', ' '):17} {value}"
        )
    if about.days_old(today) > OLD_DAYS:
        _say(f"It is older than {OLD_DAYS} days. Its maker has a newer one: download it, then zweck geo refresh FILE")
    return 0


def _about(file: Path) -> tuple[About, int | None]:
    with file.open("rb") as begun:
        is_packed = begun.read(len(PACKED)) == PACKED
    if not is_packed:
        return Foreign(file).about, None
    shape = description(file)
    return shape.about, shape.v4 + shape.v6


def _refresh(file: Path, data: Path, is_forced: bool) -> int:
    content = file.read_bytes()
    if content.startswith(PACKED):
        table = content
        unpack(table)
    else:
        _say("Reading it whole: a few minutes for a file of 100 MB …")
        table = packed(*packable(content, hashlib.sha256(content).hexdigest()))
    target = own(data)
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        part.write_bytes(table)
        if not is_forced:
            _see_that_it_is_better(part, target if target.exists() else BUNDLED)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    about = description(target).about
    _say(f"{target}: {about.source} of {about.built}, {len(table):,} bytes; the next start uses it.")
    return 0


def _see_that_it_is_better(new: Path, old: Path) -> None:
    """Raises NotATable for a table that would take something away."""
    ours, theirs = description(old), description(new)
    if theirs.about.built < ours.about.built:
        raise NotATable(f"that file is of {theirs.about.built}, the one in use of {ours.about.built}; --force takes it")
    if theirs.v4 + theirs.v6 < MOST_LOST * (ours.v4 + ours.v6):
        raise NotATable(
            f"that file tells {theirs.v4 + theirs.v6:,} networks apart, the one in use {ours.v4 + ours.v6:,}; "
            "--force takes it"
        )


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def today() -> date:
    """The day in UTC."""
    return datetime.now(UTC).date()
