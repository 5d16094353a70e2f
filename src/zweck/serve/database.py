"""Bringing the database up to date at start, without loading the means when nothing is to be done."""

import os
import subprocess
import sys
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError

from zweck.serve import sql
from zweck.serve.errors import DatabaseTrouble


def written() -> frozenset[tuple[str, str]]:
    """App and name of every migration in the code."""
    return frozenset(
        (app.label, file.stem)
        for app in apps.get_app_configs()
        for file in Path(app.path, "migrations").glob("[0-9]*.py")
    )


def bring_up_to_date() -> bool:
    """Apply what the database has not seen. Returns whether there was anything. Raises DatabaseTrouble.

    Migrations run in a process of their own: what they load would otherwise stay in every process forked later.
    """
    missing, unknown = compare()
    if unknown:
        app, name = min(unknown)
        raise DatabaseTrouble(
            f"{place()}: was written by a newer version (it has {app} {name}, which this one does not know); "
            "run that version or a newer one"
        )
    if missing:
        migrate()
    return bool(missing)


def compare() -> tuple[frozenset[tuple[str, str]], frozenset[tuple[str, str]]]:
    """Migrations the database lacks, and those of our own apps that only the database knows. Raises DatabaseTrouble."""
    try:
        seen = sql.applied()
    except DatabaseError as failure:
        raise DatabaseTrouble(f"{place()}: {reason(failure)}") from None
    ours = {app.label for app in apps.get_app_configs()}
    wanted = written()
    return wanted - seen, frozenset(m for m in seen - wanted if m[0] in ours and "squashed" not in m[1])


def place() -> str:
    """The database in words, without its password."""
    at = sql.about()
    if sql.is_file():
        return at["NAME"]
    return f"database {at['NAME']} at {at['HOST'] or 'the local socket'}"


def reason(failure: DatabaseError) -> str:
    """Why a database refuses, in a line. At start no person's data are in it."""
    first = str(failure).strip().partition("\n")[0]
    if sql.is_file():
        return f"cannot be used ({first}); see that the file and its folder belong to the account that runs the service"
    return f"cannot be used ({first}); see that it runs and that ZWECK_DATABASE_URL names it"


def migrate() -> None:
    """Run `zweck.serve.migrate`, as the owner of the tables where the operator names one.

    Raises DatabaseTrouble with what it said last.
    """
    owner = {"ZWECK_DATABASE_URL": settings.OWNER_URL} if settings.OWNER_URL else {}
    done = subprocess.run(
        [sys.executable, "-P", "-m", "zweck.serve.migrate", *([sql.about()["USER"]] if owner else [])],
        env={**os.environ, **owner},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = done.stderr.strip().rpartition("\n")[2] or f"ended with {done.returncode}"
        raise DatabaseTrouble(f"{place()}: could not be brought up to date: {said}")
