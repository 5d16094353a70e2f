"""What the vault costs beside the same work in raw SQL: `python -m bench.vault`, ratios of CPU within one run.

Each cell (database, number of persons) is a process of its own: `python -m bench.vault sqlite 10000`. Both sides use
Django's connection, commit in the same mode (nothing waits for the disk: CPU is what is compared), and take turns. CPU
is that of this process and, on PostgreSQL, of its backend. The vault's side is what rooms call: `acts.collect`,
`acts.amend`, and reads within `acts.reading` of 50, recorded. The raw side is one table with the same three fields in
the clear, as Django would make it.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from bench.figures import Figure, keep, load_now
from bench.ledger import set_up
from bench.serving import ROOT

CELLS = [("sqlite", 10_000), ("sqlite", 100_000), ("postgresql", 10_000)]
LONG = ("postgresql", 100_000)  # takes four minutes alone: `python -m bench.vault long` does it as well
NOW = datetime(2026, 11, 22, 9, 41, tzinfo=UTC)
PURPOSE, FIELDS, TEXT = "newsletter", ("email", "name", "organisation"), "ab" * 32
BATCH, ROUNDS, OPERATIONS = 50, 9, {"sqlite": 600, "postgresql": 300}
READ_LIMIT, POINT_LIMIT, SPACE_LIMIT = 2.5, {"sqlite": 2.5, "postgresql": 3.0}, 2.0
RAW_TABLE = (
    "CREATE TABLE plain (id bigint PRIMARY KEY, subject varchar(32) NOT NULL, purpose varchar(60) NOT NULL,"
    " email varchar(320) NOT NULL, name varchar(200) NOT NULL, organisation varchar(200) NOT NULL)",
    "CREATE UNIQUE INDEX plain_subject ON plain (subject, purpose)",
    "CREATE INDEX plain_email ON plain (email)",
)
RAW_READ = "SELECT email, name, organisation FROM plain WHERE subject = %s AND purpose = %s"
RAW_UPDATE = "UPDATE plain SET organisation = %s WHERE subject = %s AND purpose = %s"
RAW_INSERT = "INSERT INTO plain (subject, purpose, email, name, organisation) VALUES (%s, %s, %s, %s, %s)"

Run = Callable[[list[int]], None]  # does its operation once for each of these persons


def person(number: int) -> dict[str, str]:
    """What somebody gives: realistic lengths, and nobody."""
    return {
        "email": f"person{number}@example.org",
        "name": f"Erika Beispiel {number}",
        "organisation": "Example GmbH & Co.",
    }


class Cpu:
    """CPU seconds of this process and of its backend on the server."""

    def __init__(self) -> None:
        from django.db import connection

        self.pid = 0
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                self.pid = int(cursor.fetchone()[0])

    def __call__(self) -> float:
        """All of it until now."""
        server = 0
        if self.pid:
            server = int(Path(f"/proc/{self.pid}/schedstat").read_text().split()[0])
        return time.process_time() + server / 1e9


def filled(persons: int) -> tuple[list[str], list[Any], list[float]]:
    """Both sides with the same persons; gives the raw subjects, the vault's, and the bytes of each side."""
    from django.db import connection, transaction
    from tests.vault import world

    from zweck.vault import acts
    from zweck.vault.values import Collecting

    world.activate(Path(os.environ["ZWECK_DATA"]), NOW)
    empty = size()
    as_owner(*RAW_TABLE)
    with connection.cursor() as cursor:
        raw = [f"{random.getrandbits(128):032x}" for _ in range(persons)]
        with transaction.atomic():
            cursor.executemany(RAW_INSERT, [(raw[n], PURPOSE, *person(n).values()) for n in range(persons)])
    with_raw = size()
    vault: list[Any] = []
    for start in range(0, persons, 1000):
        with transaction.atomic():
            for n in range(start, start + 1000):
                wanted = Collecting("club", "", PURPOSE, "consent", 1, TEXT, person(n))
                vault.append(acts.collect(wanted, NOW).subject)
    as_owner("ANALYZE")
    return raw, vault, [with_raw - empty, size() - with_raw]


def as_owner(*statements: str) -> None:
    """Send statements as the role that owns the tables; the service's own may use what they made."""
    from django.db import connection

    if connection.vendor == "postgresql":
        import psycopg

        user = connection.settings_dict["USER"]
        statements = (*statements, f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {user}")
        statements = (*statements, f"GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {user}")
        with psycopg.connect(os.environ["BENCH_OWNER_URL"], autocommit=True) as owner:
            for statement in statements:
                owner.execute(statement.replace("id bigint", "id bigserial"))
        return
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement.replace("id bigint PRIMARY KEY", "id integer PRIMARY KEY AUTOINCREMENT"))


def size() -> float:
    """Bytes of the database without its ledger, which keeps acts and no data."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT coalesce(sum(pg_total_relation_size(oid)), 0) FROM pg_class WHERE relkind = 'r'"
                " AND (relname LIKE 'vault%' OR relname = 'plain')"
            )
        else:
            cursor.execute(
                "SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'vault%' OR name LIKE '%vault_%' OR name LIKE '%plain%'"
            )
        return float(cursor.fetchone()[0] or 0)


@dataclass
class Raw:
    """The same work in raw SQL on Django's cursor, and a plain ORM get."""

    subjects: list[str]
    turn: Iterator[int]

    def read(self, persons: list[int]) -> None:
        """Three fields each."""
        from django.db import connection

        for n in persons:
            with connection.cursor() as cursor:
                cursor.execute(RAW_READ, (self.subjects[n], PURPOSE))
                cursor.fetchone()

    def update(self, persons: list[int]) -> None:
        """Another organisation, committed."""
        from django.db import connection, transaction

        for n in persons:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(RAW_UPDATE, (f"Example {next(self.turn)}", self.subjects[n], PURPOSE))

    def insert(self, persons: list[int]) -> None:
        """A new person, committed."""
        from django.db import connection, transaction

        for _ in persons:
            with transaction.atomic(), connection.cursor() as cursor:
                values = (f"{random.getrandbits(128):032x}", PURPOSE, *person(next(self.turn)).values())
                cursor.execute(RAW_INSERT, values)

    def orm(self, table: Any, persons: list[int]) -> None:  # Any: a model made at run time
        """A plain `.get()` each."""
        for n in persons:
            table._default_manager.get(subject=self.subjects[n], purpose=PURPOSE)


@dataclass
class Vaulted:
    """As rooms do it."""

    subjects: list[Any]
    turn: Iterator[int]

    def read(self, persons: list[int], batch: int = BATCH) -> None:
        """Three fields each, recorded in batches."""
        from zweck.vault import acts

        for start in range(0, len(persons), batch):
            with acts.reading("staff:1", "a benchmark", NOW) as reader:
                for n in persons[start : start + batch]:
                    reader.read(self.subjects[n], PURPOSE, FIELDS)

    def update(self, persons: list[int]) -> None:
        """Another organisation, with its entry."""
        from zweck.vault import acts

        for n in persons:
            acts.amend(self.subjects[n], PURPOSE, {"organisation": f"Example {next(self.turn)}"}, "staff:1", NOW)

    def insert(self, persons: list[int]) -> None:
        """A new person: looked for, permission, data, index, entry."""
        from zweck.vault import acts
        from zweck.vault.values import Collecting

        for _ in persons:
            acts.collect(Collecting("club", "", PURPOSE, "consent", 1, TEXT, person(next(self.turn))), NOW)


def plain() -> Any:  # Any: a model made at run time
    """The raw table as a model."""
    from django.db import models

    class Plain(models.Model):  # noqa: DJ008
        subject = models.CharField(max_length=32)
        purpose = models.CharField(max_length=60)
        email = models.CharField(max_length=320)
        name = models.CharField(max_length=200)
        organisation = models.CharField(max_length=200)

        class Meta:
            app_label = "bench"
            db_table = "plain"

    return Plain


def sides(raw: list[str], vault: list[Any]) -> dict[str, Run]:
    """Each operation on both sides."""
    turn = iter(range(10**9, 2 * 10**9))
    one, other, table = Raw(raw, turn), Vaulted(vault, turn), plain()
    return {
        "raw read": one.read, "orm read": partial(one.orm, table), "vault read": other.read,
        "vault single": partial(other.read, batch=1), "raw update": one.update, "vault update": other.update,
        "raw insert": one.insert, "vault insert": other.insert,
    }  # fmt: skip


def cell(database: str, persons: int) -> dict[str, object]:
    """Microseconds of CPU for each operation, its median over all rounds."""
    set_up("relaxed")
    from django.core.management import call_command

    call_command("migrate", verbosity=0) if database == "sqlite" else None
    raw, vault, sizes = filled(persons)
    todo, cpu, chance = sides(raw, vault), Cpu(), random.Random(1)  # noqa: S311  (whom to choose)
    spent: dict[str, list[float]] = {name: [] for name in todo}
    share = {"read": 5, "update": 3, "insert": 2, "single": 1}
    for _ in range(ROUNDS):
        for name, run in todo.items():
            count = OPERATIONS[database] * share[name.split()[1]] // 10
            chosen = [min(int(chance.paretovariate(0.6)) - 1, persons - 1) for _ in range(count)]
            start = cpu()
            run(chosen)
            spent[name].append((cpu() - start) / count * 1e6)
    return {"us": {name: round(median(each), 1) for name, each in spent.items()}, "bytes": sizes}


def run_cell(database: str, persons: int, urls: tuple[str, str]) -> dict[str, Any]:  # Any: JSON
    """Run a cell in a process and folders of its own."""
    return in_process(("bench.vault", database, str(persons)), urls)


def in_process(module: Sequence[str], urls: tuple[str, str]) -> dict[str, Any]:  # Any: JSON
    """What a module prints in a process and folders of its own; on PostgreSQL as the role that owns nothing."""
    with tempfile.TemporaryDirectory(prefix="zweck-bench-") as folder:
        owner, worker = urls
        Path(folder, "data").mkdir()
        env = os.environ | {
            "ZWECK_DATA": f"{folder}/data",
            "ZWECK_KEYS": f"{folder}/keys",
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
            "DJANGO_SETTINGS_MODULE": "zweck.settings",
        }
        if owner:
            migrate = [sys.executable, "-m", "zweck.serve.migrate", f"default={worker.split('//')[1].split(':')[0]}"]
            subprocess.run(migrate, env=env | {"ZWECK_DATABASE_URL": owner}, cwd=ROOT, check=True)
        env |= {"ZWECK_DATABASE_URL": worker, "BENCH_OWNER_URL": owner}
        command = [sys.executable, "-m", *module]
        done = subprocess.run(command, env=env, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return dict(json.loads(done.stdout))


def figures_of(database: str, persons: int, found: dict[str, Any]) -> Iterator[Figure]:  # Any: JSON
    """A cell's ratios beside what they are made of."""
    us, name = found["us"], f"{database}, {persons:,} persons"
    told = f"raw {us['raw read']:g} us, vault {us['vault read']:g} us; recorded alone {us['vault single']:g} us"
    yield Figure(f"read of three fields, {name}", _ratio(us, "vault read", "raw read"), "x", READ_LIMIT, told)
    told = f"ORM {us['orm read']:g} us"
    yield Figure(f"the same to a plain ORM get, {name}", _ratio(us, "vault read", "orm read"), "x", 1.0, told)
    mixes = {side: sum(us[f"{side} {op}"] * part for op, part in _MIX.items()) for side in ("raw", "vault")}
    told = "; ".join(f"{op} {us[f'raw {op}']:g} and {us[f'vault {op}']:g} us" for op in _MIX)
    yield Figure(
        f"point mix 50/30/20, {name}", round(mixes["vault"] / mixes["raw"], 2), "x", POINT_LIMIT[database], told
    )
    raw, vault = (each / persons for each in found["bytes"])
    told = f"raw {raw:.0f}, vault {vault:.0f} bytes a person with all indexes"
    yield Figure(f"space, {name}", round(vault / raw, 2), "x", SPACE_LIMIT, told)


_MIX = {"read": 0.5, "update": 0.3, "insert": 0.2}


def _ratio(us: dict[str, float], one: str, other: str) -> float:
    return round(us[one] / us[other], 2)


def main() -> int:
    """Run all cells and keep the figures."""
    from tests import postgres

    load = load_now()
    found: dict[str, Any] = {}  # Any: JSON
    figures: list[Figure] = []
    with postgres.throw_away() as server:
        server.create_roles()
        for database, persons in [*CELLS, LONG] if "long" in sys.argv else CELLS:
            name, urls = f"bench_{persons}", ("", "")
            if database == "postgresql":
                server.create(name)
                urls = (server.url(postgres.OWNER, name), server.url(postgres.WORKER, name))
            found[f"{database} {persons}"] = one = run_cell(database, persons, urls)
            figures += figures_of(database, persons, one)
    return keep("vault", figures, load, **found)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(json.dumps(cell(sys.argv[1], int(sys.argv[2]))))
        sys.exit(0)
    sys.exit(main())
