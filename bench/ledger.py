"""What an entry costs beside its act: `python -m bench.ledger`, ratios against the bare insert in the same run.

Each cell (database, commit mode) is a process of its own: `python -m bench.ledger sqlite durable`. The bare inserts
that everything is held against are here too: `orm_bare`, `raw_bare`.
"""

import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier, Event
from pathlib import Path
from statistics import median
from typing import Any

from bench.figures import Figure, keep, load_now
from bench.serving import ROOT

from zweck.ledger.entry import Value

CELLS = [(database, mode) for database in ("sqlite", "postgresql") for mode in ("durable", "relaxed")]
OPERATIONS = {"durable": 400, "relaxed": 1500}
WRITERS, SLICES, SLICE_SECONDS = 4, 6, 1.0
COST_LIMIT, THROUGHPUT_LIMIT = 1.6, 0.6
CIPHERTEXT, SUBJECT = b"c" * 217, "a1" * 16
BODY: dict[str, Value] = {"subject": SUBJECT, "purpose": "newsletter", "edition": 7}
NOW = datetime(2026, 11, 22, 9, 41, tzinfo=UTC)

_INSERT = "INSERT INTO bench_row (subject, purpose, ciphertext, at) VALUES (%s, %s, %s, %s)"


def set_up(mode: str) -> None:
    """Start Django on the database of the environment."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "zweck.settings"
    django.setup()
    relax(mode)


def relax(mode: str) -> None:
    """Set this connection's commit mode."""
    from django.db import connection

    statement = {"sqlite": "PRAGMA synchronous=NORMAL", "postgresql": "SET synchronous_commit=off"}
    if mode == "relaxed":
        with connection.cursor() as cursor:
            cursor.execute(statement[connection.vendor])


def operations() -> dict[str, Callable[[], None]]:
    """The bare insert and the insert with its entry, in two layers."""
    from django.db import connection, models

    from zweck.ledger import acts

    class Row(models.Model):  # noqa: DJ008
        subject = models.CharField(max_length=32)
        purpose = models.CharField(max_length=30)
        ciphertext = models.BinaryField()
        at = models.DateTimeField()

        class Meta:
            app_label = "bench"

    def orm() -> None:
        Row._default_manager.create(subject=SUBJECT, purpose="newsletter", ciphertext=CIPHERTEXT, at=NOW)

    def raw() -> None:
        with connection.cursor() as cursor:
            cursor.execute(_INSERT, (SUBJECT, "newsletter", CIPHERTEXT, connection.ops.adapt_datetimefield_value(NOW)))

    def recorded(insert: Callable[[], None]) -> Callable[[], None]:
        def run() -> None:
            insert()
            acts.record("collect", "example", BODY, NOW)

        return run

    if Row._meta.db_table not in connection.introspection.table_names():
        with connection.schema_editor() as editor:
            editor.create_model(Row)
    return {"raw_bare": raw, "raw_recorded": recorded(raw), "orm_bare": orm, "orm_recorded": recorded(orm)}


def costs(count: int) -> dict[str, float]:
    """Median microseconds of each operation, taken in turn so that a busy machine is busy for all."""
    from django.db import transaction

    todo = operations()
    taken: dict[str, list[float]] = {name: [] for name in todo}
    for _ in range(count):
        for name, run in todo.items():
            start = time.perf_counter()
            with transaction.atomic():
                run()
            taken[name].append((time.perf_counter() - start) * 1e6)
    return {name: round(median(each), 1) for name, each in taken.items()}


def write(mode: str, layer: str, together: Barrier, done: Queue) -> None:  # type: ignore[type-arg]
    """One writer: by turns bare and recorded, as many as it can in a slice, one in twenty rolled back."""
    set_up(mode)
    from django.db import transaction

    todo, kept = operations(), {"bare": 0, "recorded": 0}
    for kind in [*kept] * SLICES:
        run, number = todo[f"{layer}_{kind}"], 0
        together.wait()
        end = time.perf_counter() + SLICE_SECONDS
        while time.perf_counter() < end:
            number += 1
            with transaction.atomic():
                run()
                if number % 20 == 0:
                    transaction.set_rollback(True)
            kept[kind] += number % 20 != 0
    done.put((kept["bare"], kept["recorded"]))


def sequence(mode: str, stop: Event) -> None:
    """The sequencer beside the writers; more often than in service, so that it works in the slice it belongs to."""
    set_up(mode)
    from zweck.ledger import acts

    while not stop.wait(0.2):
        acts.sequence(datetime.now(UTC))


def throughput(mode: str, layer: str) -> tuple[int, int]:
    """How many acts a second four writers commit, bare and recorded."""
    spawn = multiprocessing.get_context("spawn")
    together, done, stop = spawn.Barrier(WRITERS), spawn.Queue(), spawn.Event()
    writers = [spawn.Process(target=write, args=(mode, layer, together, done)) for _ in range(WRITERS)]
    sequencer = spawn.Process(target=sequence, args=(mode, stop))
    for process in [sequencer, *writers]:
        process.start()
    counts = [done.get(timeout=240) for _ in writers]
    for process in writers:
        process.join()
    stop.set()
    sequencer.join()
    seconds = SLICES * SLICE_SECONDS
    return round(sum(bare for bare, _ in counts) / seconds), round(sum(recorded for _, recorded in counts) / seconds)


def large_log(entries: int) -> dict[str, float]:
    """Seconds for what grows with the log: sequencing, proofs, recount, export and its verification."""
    from django.db import transaction

    from zweck.ledger import acts, verify

    with transaction.atomic():
        receipts = [acts.record("collect", "example", BODY, NOW) for _ in range(entries)]
    out = Path(os.environ["ZWECK_DATA"]) / "log.jsonl"
    size = acts.size() + entries
    steps: dict[str, Callable[[], object]] = {
        "sequence": lambda: acts.sequence(datetime.now(UTC)),
        "inclusion": lambda: acts.inclusion(receipts[entries // 2]),
        "consistency": lambda: acts.consistency(size // 3, size),
        "recount": acts.recounted,
        "export": lambda: acts.export(out),
        "verify": lambda: verify.verify(out),
    }
    taken: dict[str, float] = {"entries": size}
    for name, step in steps.items():
        start = time.perf_counter()
        step()
        taken[name] = round(time.perf_counter() - start, 2)
    return taken


def cell(database: str, mode: str) -> dict[str, object]:
    """All figures of one database in one commit mode."""
    set_up(mode)
    from django.core.management import call_command

    from zweck.ledger import acts

    call_command("migrate", verbosity=0)
    acts.verifier()
    found: dict[str, object] = {"microseconds": (spent := costs(OPERATIONS[mode]))}
    found |= {
        f"{layer}_cost": round(spent[f"{layer}_recorded"] / spent[f"{layer}_bare"], 2) for layer in ("raw", "orm")
    }
    for layer in ("raw", "orm"):
        bare, recorded = throughput(mode, layer)
        found[f"{layer}_per_second"] = [bare, recorded]
        found[f"{layer}_throughput"] = round(recorded / bare, 2)
    acts.sequence(datetime.now(UTC))
    recount = acts.recounted()
    found |= {"entries": recount.entries, "gapless": not recount.trouble, "trouble": list(recount.trouble)}
    if mode == "relaxed":
        found["large"] = large_log(100_000)
    return found


def run_cell(database: str, mode: str, url: str) -> dict[str, object]:
    """Run a cell in a process and folders of its own."""
    with tempfile.TemporaryDirectory(prefix="zweck-bench-") as folder:
        environment = {"ZWECK_DATA": f"{folder}/data", "ZWECK_KEYS": f"{folder}/keys", "ZWECK_DATABASE_URL": url}
        Path(folder, "data").mkdir()
        command = [sys.executable, "-m", "bench.ledger", database, mode]
        env = os.environ | environment | {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
        done = subprocess.run(command, env=env, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return dict(json.loads(done.stdout))


def main() -> int:
    """Run all cells and keep the figures."""
    from tests import postgres

    postgres.FAST = "-c listen_addresses=127.0.0.1"  # durability is what is measured here
    load = load_now()
    found: dict[str, dict[str, object]] = {}
    with postgres.throw_away() as server:
        for database, mode in CELLS:
            name = f"bench_{mode}"
            if database == "postgresql":
                with server.connection(server.admin, "postgres") as connection:
                    connection.execute(f"CREATE DATABASE {name}")
            url = server.url(server.admin, name) if database == "postgresql" else ""
            found[f"{database} {mode}"] = run_cell(database, mode, url)
    figures = [figure for name, cell_found in found.items() for figure in figures_of(name, cell_found)]
    assert all(each["gapless"] for each in found.values())
    return keep("ledger", figures, load, **found)


def figures_of(name: str, found: dict[str, Any]) -> list[Figure]:  # Any: JSON
    """A cell's four ratios beside what they are made of."""
    spent, figures = found["microseconds"], []
    for layer in ("raw", "orm"):
        beside = f"bare {spent[f'{layer}_bare']:g} us, with its entry {spent[f'{layer}_recorded']:g} us"
        figures.append(Figure(f"act + entry, {layer}, {name}", found[f"{layer}_cost"], "x", COST_LIMIT, beside))
    for layer in ("raw", "orm"):
        bare, recorded = found[f"{layer}_per_second"]
        beside = f"bare {bare} a second, with entries {recorded}"
        what = f"four writers, {layer}, {name}"
        figures.append(Figure(what, found[f"{layer}_throughput"], "x", THROUGHPUT_LIMIT, beside, is_floor=True))
    return figures


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(json.dumps(cell(sys.argv[1], sys.argv[2])))
        sys.exit(0)
    sys.exit(main())
