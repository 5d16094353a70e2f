"""Mixes after GDPRbench, own implementation, on the vault and in raw SQL: `python -m bench.gdprbench`.

The three mixes are those of GDPRbench's repository (controller, customer, processor; 10,000 records, 1,000
operations), on both databases; those named "paper" are its paper's as they are remembered, unverified, without what
the vault answers to nobody (looking for encrypted metadata) or has no counterpart in raw SQL (the regulator's log),
and with deletions by user only. Published figures do not compare: see `bench.gdpr` for the records and what differs.

Both sides use Django's connection and commit alike (nothing waits for the disk), operation by operation in turn; CPU
of this process, and on PostgreSQL of its backend, is compared. The raw side is one flat indexed table in the clear,
without any record of who read. The vault's side is what rooms can call: records of a purpose are `reader.read_page` by
500 and `acts.amend_purpose`, those of a user `acts.find` with `reader.read_grants` and `acts.amend_grants`. Each
operation is a request of its own, so each read is recorded and committed alone. Ledger entries wait to be sequenced.
Between two operations the dict is searched, so both sides find the processor's caches cold: a raw read takes several
times what it takes in `bench.vault`, where a hundred follow each other, and single operations compare more kindly here.

Each answer is held against a dict of what must be there, and so is the whole end: wrong answers, reads for another
purpose, of what is over and of what was erased are counted, and must be none.
"""

import json
import os
import random
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bench.figures import Figure, keep, load_now
from bench.gdpr import (
    DATA,
    META,
    PURPOSES,
    START,
    Change,
    Model,
    Raw,
    Vaulted,
    Zipf,
    club,
    content,
    record,
)
from bench.ledger import set_up
from bench.vault import Cpu, as_owner, in_process, size

RECORDS, OPERATIONS, STEP, SWEEP, PROBES = 10_000, 1_000, timedelta(milliseconds=100), 100, 20
LIMIT, SPACE_LIMIT = 2.0, 2.0
MIXES: dict[str, dict[str, int]] = {
    "controller": {"insert": 25, "delete": 25, "update by purpose": 25, "update by user": 25},
    "customer": {
        "delete": 20, "update by purpose": 10, "update by user": 10, "read": 20, "read by purpose": 10,
        "read by user": 10, "update": 20,
    },
    "processor": {"read": 20, "read by purpose": 40, "read by user": 40},
    "controller, paper": {
        "insert": 25, "delete by user": 25, "update": 16, "update by purpose": 17, "update by user": 17,
    },
    "customer, paper": {"read by user": 20, "read": 20, "update": 20, "update meta": 20, "delete": 20},
    "processor, paper": {"read": 80, "read by purpose": 20},
}  # fmt: skip


CELLS = [(mix, database) for database in ("sqlite", "postgresql") for mix in MIXES]


@dataclass
class Tally:
    """CPU by side and operation, and what went wrong."""

    spent: dict[str, dict[str, float]] = field(default_factory=lambda: {"raw": {}, "vault": {}})
    count: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    wrong: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("answers", "purpose", "expiry", "erasure", "checked"), 0)
    )

    def see(self, kind: str, *, is_right: bool) -> None:
        """One comparison."""
        self.wrong["checked"] += 1
        self.wrong[kind] += not is_right


class Run:
    """One mix on both sides, with the model beside."""

    def __init__(self, mix: str) -> None:
        self.mix, self.model, self.raw, self.vault = MIXES[mix], Model(), Raw(), Vaulted()
        self.chance, self.tally, self.cpu = random.Random(mix), Tally(), Cpu()  # noqa: S311  (whom to choose)
        self.zipf = Zipf(RECORDS, self.chance) if mix.startswith("customer") else None
        self.sides: dict[str, Raw | Vaulted] = {"raw": self.raw, "vault": self.vault}

    def fill(self) -> dict[str, float]:
        """The same records on both sides; gives the bytes of each, and of the data alone."""
        sizes, before = {}, size()
        rows = [record(n, START) for n in range(RECORDS)]
        for name, side in self.sides.items():
            side.fill(rows)
            sizes[name], before = size() - before, size()
        for row in rows:
            self.model.insert(row)
        return {**sizes, "data": float(sum(len(text) for row in rows for text in row.values))}

    def key(self) -> int:
        """A record that is there, uniformly or the few often."""
        while True:
            found = self.zipf.next() if self.zipf else self.chance.randrange(self.model.next)
            if found in self.model.rows:
                return found

    def change(self, turn: int, operation: str) -> Change:
        """A field and bytes it never had."""
        if operation == "update":
            return Change(DATA, content(1_000_000 + turn))
        return Change(self.chance.choice(META), f"changed{turn}")

    def step(self, turn: int, operation: str, now: datetime) -> None:
        """One operation on either side and in the model, timed and compared."""
        told: tuple[object, ...]
        if operation == "insert":
            told = (record(self.model.next, now),)
        else:
            row = self.model.rows[self.key()]
            by = operation.partition(" by ")[2]
            told = ({"purpose": row.purpose, "user": row.user}.get(by, row),)
        if operation.startswith("update"):
            told = (*told, self.change(turn, operation))
        name = operation.replace("update meta", "update").replace(" ", "_")
        wanted = getattr(self.model, name)(*told)
        for side in self.chance.sample(list(self.sides), 2):
            run: Callable[..., Any] = getattr(self.sides[side], name)  # Any: rows or their number
            start = self.cpu()
            got = run(*told, now)
            taken = self.cpu() - start
            self.tally.spent[side][operation] = self.tally.spent[side].get(operation, 0.0) + taken
            self.tally.see("answers", is_right=self.sides[side].plain(got) == wanted)
        self.tally.count[operation] += 1

    def sweep(self, now: datetime) -> None:
        """End what is over, as the service does in the background; not part of the mix, and told apart."""
        over = self.model.expire(now)
        for name, side in self.sides.items():
            start = self.cpu()
            got = side.expire(now)
            self.tally.spent[name]["expire"] = self.tally.spent[name].get("expire", 0.0) + self.cpu() - start
            self.tally.see("expiry", is_right=got == over)
        self.tally.count["expire"] += over

    def probe(self, now: datetime) -> None:
        """Ask for what must not be given: another purpose, what is over, what was erased."""
        rows = self.model.rows
        for row in self.chance.sample(list(rows.values()), PROBES):
            other = PURPOSES[(PURPOSES.index(row.purpose) + 7) % len(PURPOSES)]
            self.tally.see("purpose", is_right=self.vault.is_refused(row, other, now))
            after = now.replace(year=now.year + 1)
            self.tally.see("expiry", is_right=self.vault.is_refused(row, row.purpose, after))
        for kind, gone in (("erasure", self.model.erased), ("expiry", self.model.expired)):
            for row in self.chance.sample(gone, min(PROBES, len(gone))):
                self.tally.see(kind, is_right=self.vault.is_refused(row, row.purpose, now))
                self.tally.see(kind, is_right=self.raw.read(row, now) == [])

    def end(self, now: datetime) -> None:
        """Everything there is must be what the model has, and nothing else; all that was erased is asked for."""
        for purpose in PURPOSES:
            wanted = self.model.read_by_purpose(purpose)
            for side in self.sides.values():
                self.tally.see("answers", is_right=side.plain(side.read_by_purpose(purpose, now)) == wanted)
        for kind, gone in (("erasure", self.model.erased), ("expiry", self.model.expired)):
            for row in gone:
                self.tally.see(kind, is_right=self.vault.is_refused(row, row.purpose, now))

    def go(self, operations: int) -> dict[str, object]:
        """The whole mix in a chance order."""
        sizes = self.fill()
        as_owner("ANALYZE")
        todo = [one for one, share in self.mix.items() for _ in range(share * operations // 100)]
        self.chance.shuffle(todo)
        now = START
        for turn, operation in enumerate(todo):
            now = START + turn * STEP
            if turn % SWEEP == 0:
                self.probe(now)
            self.model.at(now)
            self.step(turn, operation, now)
            if turn % SWEEP == SWEEP - 1:
                self.sweep(now)
        self.end(now)
        count = self.tally.count
        us = {s: {k: round(v / max(count[k], 1) * 1e6, 1) for k, v in kinds.items()}
              for s, kinds in self.tally.spent.items()}  # fmt: skip
        return {"us": us, "count": dict(count), "wrong": self.tally.wrong, "bytes": sizes}


def cell(mix: str, operations: int) -> dict[str, object]:
    """One mix in this process."""
    set_up("relaxed")
    from django.core.management import call_command
    from django.db import connection

    if connection.vendor == "sqlite":
        call_command("migrate", verbosity=0)
    club(Path(os.environ["ZWECK_DATA"]))
    return Run(mix).go(operations)


def run_cell(mix: str, urls: tuple[str, str] = ("", "")) -> dict[str, Any]:  # Any: JSON
    """Run a mix in a process and folders of its own."""
    return in_process(("bench.gdprbench", mix, str(OPERATIONS)), urls)


def figures_of(mix: str, database: str, found: dict[str, Any]) -> Iterator[Figure]:  # Any: JSON
    """What a mix costs on the vault to what it costs in raw SQL, and what was wrong."""
    us, count, name = found["us"], found["count"], f"GDPRbench's {mix}, {database}"
    whole = {side: sum(us[side][kind] * count[kind] for kind in MIXES[mix]) for side in us}
    told = f"{sum(count[kind] for kind in MIXES[mix]):,} operations: "
    told += f"raw {whole['raw'] / 1e6:.2f} s, vault {whole['vault'] / 1e6:.2f} s; "
    told += "; ".join(f"{kind} {us['raw'][kind]:.0f} and {us['vault'][kind]:.0f} us" for kind in MIXES[mix])
    yield Figure(name, round(whole["vault"] / whole["raw"], 2), "x", LIMIT, told)
    wrong = found["wrong"]
    told = f"{wrong['checked']:,} compared with a dict: answers, purpose, expiry, erasure"
    yield Figure(f"{name}, wrong", float(sum(wrong.values()) - wrong["checked"]), "", 0.0, told)
    if mix == "customer":
        raw, vault, data = (found["bytes"][side] for side in ("raw", "vault", "data"))
        told = f"of the data alone: raw {raw / data:.2f}, vault {vault / data:.2f} times"
        yield Figure(f"GDPRbench's records, space, {database}", round(vault / raw, 2), "x", SPACE_LIMIT, told)


def main() -> int:
    """Run all mixes on both databases and keep the figures."""
    from tests import postgres

    load, found, figures = load_now(), {}, list[Figure]()
    with postgres.throw_away() as server:
        server.create_roles()
        for number, (mix, database) in enumerate(CELLS):
            name, urls = f"bench_{number}", ("", "")
            if database == "postgresql":
                server.create(name)
                urls = (server.url(postgres.OWNER, name), server.url(postgres.WORKER, name))
            found[f"{mix}, {database}"] = one = run_cell(mix, urls)
            figures += figures_of(mix, database, one)
            print(mix, database, "done", flush=True)
    return keep("gdprbench", figures, load, **found)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(json.dumps(cell(sys.argv[1], int(sys.argv[2]))))
        sys.exit(0)
    sys.exit(main())
