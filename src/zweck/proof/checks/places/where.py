"""place.where and place.only: each store has a place, each place a database, and each person lies in theirs.

Where a machine stands no program can see. What is held against the policy is what this process knows: connection
strings, files, rows. The region itself is for the operator to vouch.
"""

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError

from zweck.places.values import PLACE_DATABASE, store_of
from zweck.policy.model import Policy
from zweck.policy.sentences import Sentence
from zweck.promises.values import Clock, CouldNotLook, Figure, Finding, Proof, Reach, Target
from zweck.proof.checks.places.installation import (
    NOT_SAID,
    Installation,
    copied,
    installation_of,
    with_installation,
    written_files,
)
from zweck.proof.drill import sql
from zweck.vault import acts as vault

_ENOUGH = 6
# As Amazon, and others after it, name a region within the name of a server: db.us-east-1.rds.example.com.
_REGION = re.compile(r"(?:^|\.)([a-z]{2}(?:-[a-z]+)+-\d)(?:\.|$)")
_NOT_SEEN = "in which region the machines stand, and where backups are put, no program can see"


def check_where(target: Target, sentence: Sentence, _clock: Clock) -> Finding:
    """The place has a database, it does not name another region, and what lies in it is what the policy puts there."""
    place, one = sentence.parameter, installation_of(target)
    if not one.databases.get(one.home) and place not in one.databases.values():
        raise CouldNotLook(NOT_SAID)
    mine = [alias for alias, its in one.databases.items() if its == place]
    with _readable():
        trouble = tuple(islice(_where(target.policy, one, place, mine), _ENOUGH))
    figures: dict[str, Figure] = {
        "place": place,
        "databases": [one.hosts.get(alias, "") or "a file in the data folder" for alias in mine],
        "persons": _persons(target.policy.site, mine),
    }
    seen = f"the place's database, its connection string and its rows; {_NOT_SEEN}"
    return Finding(not trouble, seen, figures, trouble)


def check_only(target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """Every store has a place that is declared: databases, files, open files of the processes, logs and caches."""
    one = installation_of(target)
    home, declared = one.place, _declared(target.policy)
    with _readable():
        trouble = tuple(islice(_only(target.policy, one, declared), _ENOUGH))
    stores = {(store.name, _place_of(path, home)) for path in _files(one.data) if (store := store_of(path))}
    stores |= {("keys", home), ("mail and work that wait", "as their database"), ("logs", "this process's output")}
    figures: dict[str, Figure] = {
        "stores": sorted(f"{name}: {place}" for name, place in stores),
        "databases": sorted(one.databases.values()),
        "persons": _persons(target.policy.site, list(one.databases)),
        "processes": len(one.pids),
    }
    seen = f"all databases, the files of this installation and those its processes write to; {_NOT_SEEN}"
    return Finding(not trouble, seen, figures, trouble)


def _where(policy: Policy, one: Installation, place: str, mine: list[str]) -> Iterator[str]:
    if not mine:
        yield f"no database backs the place {place}"
    declared = policy.places.get(place)
    for alias in mine:
        told = _REGION.search(one.hosts.get(alias, ""))
        if told and declared and declared.region and told[1] != declared.region:
            yield f"the database of {place} is a server of the region {told[1]}, and {declared.region} is declared"
        others = vault.purposes(policy.site, alias) - set(declared.holds if declared else ())
        if declared and declared.holds and others:
            yield f"in {place} lie data for {', '.join(sorted(others))}, which the policy does not put there"
        yield from _strangers(policy.site, alias, place)


def _only(policy: Policy, one: Installation, declared: set[str]) -> Iterator[str]:
    for alias, place in one.databases.items():
        if place not in declared:
            yield f"a database lies in {place}, which is not declared" if place else "a database has no place"
        yield from _strangers(policy.site, alias, place)
    for path in _files(one.data):
        if store_of(path) is None:
            yield f"{path.parts[0]}: lies in the data folder, and belongs to no store that has a place"
        elif _place_of(path, one.place) not in declared:
            yield f"{path}: a database of a place that is not declared"
    folders = (one.data.resolve(), one.keys.resolve())
    for path in sorted(written_files(one.pids)):
        if not any(path.is_relative_to(folder) for folder in folders):
            yield f"a process writes to a file outside data and keys folder ({path.parent})"
    yield from (f"{name}: leads out of this process's memory and output" for name in one.elsewhere)


def _strangers(site: str, alias: str, place: str) -> Iterator[str]:
    for named, number in vault.lying(site, alias).items():
        if named != place:
            yield f"{number} persons of {named or 'no place'} lie in the database of {place or 'no place'}"


def _files(data: Path) -> list[Path]:
    return sorted(path.relative_to(data) for path in data.rglob("*") if path.is_file())


def _place_of(path: Path, home: str) -> str:
    """The place of a file: its own where it is a place's database, otherwise that of the folder."""
    return path.name.partition(".")[0].removeprefix("place-") if PLACE_DATABASE.has(path) else home


def _declared(policy: Policy) -> set[str]:
    """The places that the claim names; where it names none, all of the policy."""
    claims = (claim for claim in policy.claims if claim.says == "stored-only-in")
    return {place for claim in claims for place in claim.places} or set(policy.places)


def _persons(site: str, aliases: list[str]) -> int:
    return sum(sum(vault.lying(site, alias).values()) for alias in aliases)


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except DatabaseError as failed:
        raise CouldNotLook(f"a place's database could not be read ({type(failed).__name__})") from failed


@contextmanager
def plain(target: Target, _sentence: Sentence) -> Iterator[Target]:
    """The scratch instance as it is."""
    with copied(target) as one:
        yield replace(target, place=with_installation(target, one))


@contextmanager
def plant_unbacked(target: Target, sentence: Sentence) -> Iterator[Target]:
    """An installation without a database for the place."""
    with copied(target) as one:
        left = {alias: place for alias, place in one.databases.items() if place != sentence.parameter}
        left |= {one.home: left.get(one.home) or "planted-elsewhere"}
        yield replace(target, place=with_installation(target, replace(one, databases=left)))


@contextmanager
def plant_region(target: Target, sentence: Sentence) -> Iterator[Target]:
    """A server that names another region."""
    place = target.policy.places.get(sentence.parameter)
    declared = place.region if place and place.region else ""
    if not _REGION.fullmatch(declared):
        with plant_unbacked(target, sentence) as planted:  # nothing is declared that could be named otherwise
            yield planted
        return
    with copied(target) as one:
        hosts = dict.fromkeys(one.databases, "db.xx-north-9.rds.example.com")
        yield replace(target, place=with_installation(target, replace(one, hosts=hosts)))


@contextmanager
def plant_stranger(target: Target, sentence: Sentence) -> Iterator[Target]:
    """A person of another place in the database of the sentence's place, or in the default one."""
    place = sentence.parameter
    using = DEFAULT_DB_ALIAS if place in ("", settings.PLACE) else place
    with copied(target, sql.stranger(target.policy.site), using) as one:
        yield replace(target, place=with_installation(target, one))


@contextmanager
def plant_undeclared(target: Target, _sentence: Sentence) -> Iterator[Target]:
    """One more database, in a place that nobody declared."""
    with copied(target) as one, copied(target) as other:
        databases = {**one.databases, other.home: "planted-elsewhere"}
        yield replace(target, place=with_installation(target, replace(one, databases=databases)))


@contextmanager
def plant_without_place(target: Target, _sentence: Sentence) -> Iterator[Target]:
    """One more database, of which nobody says where it lies."""
    with copied(target) as one, copied(target) as other:
        databases = {**one.databases, other.home: ""}
        yield replace(target, place=with_installation(target, replace(one, databases=databases)))


@contextmanager
def plant_file(target: Target, _sentence: Sentence) -> Iterator[Target]:
    """A file in the data folder that belongs to no store."""
    with copied(target) as one:
        stray = one.data / "planted.csv"
        stray.write_text("planted")
        try:
            yield replace(target, place=with_installation(target, one))
        finally:
            stray.unlink()


@contextmanager
def plant_outside(target: Target, _sentence: Sentence) -> Iterator[Target]:
    """A process that writes to a file elsewhere."""
    with copied(target) as one, tempfile.TemporaryDirectory(prefix="zweck-elsewhere-") as folder:
        command = [sys.executable, "-c", _WRITER, str(Path(folder) / "planted")]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            if process.stdout:
                process.stdout.read(1)
            yield replace(target, place=with_installation(target, replace(one, pids=(*one.pids, process.pid))))
            process.terminate()


@contextmanager
def plant_log(target: Target, _sentence: Sentence) -> Iterator[Target]:
    """A log that is sent to another machine."""
    with copied(target) as one:
        elsewhere = ("logging.handlers.SysLogHandler",)
        yield replace(target, place=with_installation(target, replace(one, elsewhere=elsewhere)))


_WRITER = "import sys; file = open(sys.argv[1], 'w'); print('x', flush=True); sys.stdin.read()"

WHERE = Proof(
    "place.where",
    check_where,
    plant_unbacked,
    Reach.PROCESS,
    quick=False,
    needs=("tables", "drill", "policy"),
    more_plants=(plant_region, plant_stranger),
    stage=plain,
)
ONLY = Proof(
    "place.only",
    check_only,
    plant_undeclared,
    Reach.PROCESS,
    quick=False,
    needs=("tables", "drill", "policy"),
    more_plants=(plant_without_place, plant_file, plant_outside, plant_log, plant_stranger),
    stage=plain,
)
