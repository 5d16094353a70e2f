"""Bringing the databases up to date at start, without loading the means when nothing is to be done."""

import os
import subprocess
import sys
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError

from zweck.serve import opened, sql
from zweck.serve.errors import DatabaseAway, DatabaseTrouble

Named = tuple[str, str]  # app and name of a migration


def written() -> frozenset[Named]:
    """App and name of every migration in the code."""
    return frozenset(
        (app.label, file.stem)
        for app in apps.get_app_configs()
        for file in Path(app.path, "migrations").glob("[0-9]*.py")
    )


def bring_up_to_date() -> dict[str, str]:
    """Apply what each database has not seen; returns those that cannot be used now, with what is wrong.

    Without the default database there is no service; without a place's, the others go on. Migrations run in a process
    of their own: what they load would otherwise stay in every process forked later. Raises DatabaseTrouble.
    """
    wanted, behind, away = written(), [], {}
    for using in settings.DATABASES:
        try:
            opened.see(using)
            if missing(using, wanted):
                behind.append(using)
        except DatabaseAway as trouble:
            if using == DEFAULT_DB_ALIAS:
                raise
            away[using] = str(trouble)
        finally:
            sql.close_here()
    if behind:
        migrate(behind)
    return away


def missing(using: str, wanted: frozenset[Named]) -> frozenset[Named]:
    """Migrations a database lacks. Raises DatabaseAway, and DatabaseTrouble when it knows more than we do."""
    try:
        seen = sql.applied(using)
    except DatabaseError as failure:
        raise DatabaseAway(f"{opened.name_of(using)}: {reason(using, failure)}") from None
    ours = {app.label for app in apps.get_app_configs()}
    if unknown := [m for m in seen - wanted if m[0] in ours and "squashed" not in m[1]]:
        app, name = min(unknown)
        raise DatabaseTrouble(
            f"{opened.name_of(using)}: was written by a newer version (it has {app} {name}, which this one does not "
            "know); run that version or a newer one"
        )
    return wanted - seen


def reason(using: str, failure: DatabaseError) -> str:
    """Why a database refuses, in a line. At start no person's data are in it."""
    first = str(failure).strip().partition("\n")[0]
    if sql.is_file(using):
        return f"cannot be used ({first}); see that the file and its folder belong to the account that runs the service"
    return f"cannot be used ({first}); see that it runs and that {opened.variable(using)} names it"


def migrate(behind: list[str]) -> None:
    """Run `zweck.serve.migrate` on these databases, as the owner of the tables where the operator names one.

    Raises DatabaseTrouble with what it said last.
    """
    owners = {using: url for using in behind if (url := settings.OWNER_URLS.get(using))}
    done = subprocess.run(
        [
            *(sys.executable, "-P", "-m", "zweck.serve.migrate"),
            *(f"{using}={sql.about(using)['USER']}" if using in owners else using for using in behind),
        ],
        env={**os.environ, **{opened.variable(using): url for using, url in owners.items()}},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = done.stderr.strip().rpartition("\n")[2] or f"ended with {done.returncode}"
        names = " and ".join(map(opened.name_of, behind))
        raise DatabaseTrouble(f"{names}: could not be brought up to date: {said}")
