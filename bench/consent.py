"""What a decision costs beside the bare insert of its row: `python -m bench.consent`, ratios within one run.

Each cell (database, commit mode) is a process of its own: `python -m bench.consent sqlite durable`. A whole decision is
token, question, answers, record with its ledger entry in one transaction, cookies; the bare insert writes the same row
with a driver's cursor in a transaction of its own.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
import timeit
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from bench.figures import Figure, keep, load_now
from bench.ledger import CELLS, set_up
from bench.serving import ROOT

OPERATIONS = {"durable": 600, "relaxed": 3000}
LIMIT, READ_LIMIT_US = 2.0, 15.0
NOW = datetime(2026, 11, 22, 9, 41, tzinfo=UTC)
HOST = "www.example.com"


def operations() -> dict[str, Callable[[], object]]:
    """The bare insert of a record's row, and decisions as visitors send them."""
    from django.db import transaction

    from zweck.consent import acts, sql
    from zweck.consent.models import Record
    from zweck.consent.values import NOBODY, Decision, Sent, Visitor
    from zweck.editions import acts as editions
    from zweck.policy.load import load

    edition = editions.activate(editions.propose(load(ROOT / "policies" / "reference.toml")), NOW, permitted=True)
    token = acts.question(edition, "de", "banner", NOW).token
    sent = Sent(HOST, "a=b; c=d")

    def decide(action: Any, before: Visitor) -> Any:  # Any: one of Action, and what it brings
        return acts.decide(edition, Decision(action, token), before, sent, NOW)

    accepted = Visitor(decide("accept", NOBODY).choice)
    record = Record.objects.get()
    row = tuple(getattr(record, field.attname) for field in Record._meta.fields[1:])
    row = tuple(next(sql.moments(value)) if isinstance(value, datetime) else value for value in row)

    def bare() -> None:
        with transaction.atomic():
            sql.insert_record(row)

    return {"bare": bare, "first": lambda: decide("accept", NOBODY), "withdrawal": lambda: decide("withdraw", accepted)}


def cell(mode: str) -> dict[str, float]:
    """Median microseconds of each operation, taken in turn so that a busy machine is busy for all."""
    set_up(mode)
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    todo = operations()
    taken: dict[str, list[float]] = {name: [] for name in todo}
    for _ in range(OPERATIONS[mode]):
        for name, run in todo.items():
            start = time.perf_counter()
            run()
            taken[name].append((time.perf_counter() - start) * 1e6)
    return {name: round(median(each), 1) for name, each in taken.items()} | {"read": _read()}


def _read() -> float:
    """Microseconds to read what a request says of its visitor's choice."""
    from zweck.consent import acts, choice
    from zweck.consent.facts import facts
    from zweck.consent.values import Answer, Choice
    from zweck.policy.load import load

    policy = load(ROOT / "policies" / "reference.toml").policy
    known = facts(policy)
    chosen = Choice(b"12345678", {"measurement": Answer("yes", choice.until("yes", NOW, known))})
    cookies = f"other=1; zweck-choice={choice.written(chosen, known)}; more=2"
    rounds = timeit.repeat(lambda: acts.visitor_of(policy, cookies, "1", ""), number=2000, repeat=9)
    return round(min(rounds) / 2000 * 1e6, 2)


def run_cell(database: str, mode: str, url: str) -> dict[str, float]:
    """Run a cell in a process and folders of its own."""
    with tempfile.TemporaryDirectory(prefix="zweck-bench-") as folder:
        environment = {"ZWECK_DATA": f"{folder}/data", "ZWECK_KEYS": f"{folder}/keys", "ZWECK_DATABASE_URL": url}
        Path(folder, "data").mkdir()
        command = [sys.executable, "-m", "bench.consent", database, mode]
        env = os.environ | environment | {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
        done = subprocess.run(command, env=env, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return dict(json.loads(done.stdout))


def main() -> int:
    """Run all cells and keep the figures."""
    from tests import postgres

    postgres.FAST = "-c listen_addresses=127.0.0.1"  # durability is what is measured here
    load, found = load_now(), {}
    with postgres.throw_away() as server:
        for database, mode in CELLS:
            name = f"bench_{mode}"
            if database == "postgresql":
                with server.connection(server.admin, "postgres") as connection:
                    connection.execute(f"CREATE DATABASE {name}")
            url = server.url(server.admin, name) if database == "postgresql" else ""
            found[f"{database} {mode}"] = run_cell(database, mode, url)
    # Acts are always durable; where commits cost nothing, one sees what a decision costs the processor. For the reader.
    figures = [figure for name, spent in found.items() if "durable" in name for figure in figures_of(name, spent)]
    read = min(spent["read"] for spent in found.values())
    figures.append(Figure("choice read from a request", read, "us", READ_LIMIT_US))
    return keep("consent", figures, load, microseconds=found)


def figures_of(name: str, spent: dict[str, float]) -> list[Figure]:
    """A first answer and a withdrawal beside the bare insert."""
    return [
        Figure(
            f"{what}, {name}",
            round(spent[key] / spent["bare"], 2),
            "x",
            LIMIT,
            f"bare {spent['bare']:g} us, whole {spent[key]:g} us",
        )
        for what, key in (("consent, first answer", "first"), ("consent, withdrawal", "withdrawal"))
    ]


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(json.dumps(cell(sys.argv[2])))
        sys.exit(0)
    sys.exit(main())
