"""How fast a campaign leaves, vault, suppression list and records included: `python -m bench.mail [sqlite|postgresql]`.

Held against a bare loop of `smtplib` over the same bytes, to the same sink, in the same run. A mail counts by the
CPU it costs the sender; the sink is a process of its own. Where the mail server takes 30 ms for each, the clock counts.
"""

import json
import os
import resource
import smtplib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bench.figures import Figure, keep, load_now
from bench.serving import ROOT

READERS = 4_000
MAILS = 200_000  # for memory; with ZWECK_BENCH_MAILS=1000000 the whole million
NOW = datetime(2026, 11, 22, 9, 41, tzinfo=UTC)
LATENCY_SECONDS = 0.03
LINKS = {name: f"/z/{name}/{'Zm9v' * 30}" for name in ("leave", "mine")}
PER_SECOND, PER_SECOND_SLOW, MEGABYTES = 2_500, 800, 150


@contextmanager
def sink(delay: float) -> Iterator[int]:
    """A sink on a port of its own."""
    process = subprocess.Popen([sys.executable, "-m", "bench.sink", str(delay)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()


def set_up(folder: Path) -> None:
    """A policy in force, and readers who said yes."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import transaction
    from tests.disclosure.world import SOURCE
    from tests.vault.world import activate, collect

    from zweck.ledger import acts as ledger

    call_command("migrate", verbosity=0)
    ledger.verifier()
    activate(folder, NOW, SOURCE)
    for start in range(0, READERS, 500):
        with transaction.atomic():
            for number in range(start, start + 500):
                collect(NOW, data={"email": f"reader-{number}@d{number % 50}.example.org"})


def campaign(key: str, limit: int = READERS) -> Iterator[object]:
    """A campaign's batches, read from the vault as they go."""
    from zweck.disclosure import acts
    from zweck.disclosure.values import Batch, Item
    from zweck.vault import acts as vault

    body = "<p>" + "Größere Räume für kleinere Boote, und umgekehrt. " * 60 + "</p>"
    mail = acts.prepare("club", "Frühling am Fluss", body, "Größere Räume. " * 100, "de", "newsletter")
    after, count = b"", 0
    while count < limit and (found := vault.holders("club", "", "newsletter", after, acts.at_once())):
        yield Batch("club", "", "newsletter", key, tuple(Item(grant, mail, LINKS) for grant in found))
        after, count = found[-1].id, count + len(found)


def deliver(key: str, limit: int = READERS) -> dict[str, float]:
    """Deliver one campaign; CPU and wall seconds, and how many left."""
    from zweck.disclosure import acts

    cpu, wall, sent = time.process_time(), time.monotonic(), 0
    for done in acts.deliver_each(campaign(key, limit), NOW):  # type: ignore[arg-type]
        sent += sum(result.state == "sent" for result in done.results)
    return {"sent": sent, "cpu": time.process_time() - cpu, "wall": time.monotonic() - wall}


def bare(port: int, count: int) -> float:
    """CPU seconds for each mail of a loop of `smtplib` over bytes that are ready."""
    from zweck.disclosure.bulk import delivering
    from zweck.disclosure.letters import wire

    batch = next(iter(campaign("bare")))
    item = batch.items[0]  # type: ignore[attr-defined]
    urls = {name: item.prepared.origin + path for name, path in item.links.items()}
    data = wire.filled(item.prepared, "ben@example.org", "k@example.org", "Sun, 22 Nov 2026 09:41:00 +0000", urls)
    delivering.forget()
    with smtplib.SMTP("127.0.0.1", port) as connection:
        start = time.process_time()
        for _ in range(count):
            connection.sendmail("club@example.org", ["ben@example.org"], data)
        return (time.process_time() - start) / count


def point(port: int) -> None:
    """Send to this port from now on."""
    from django.conf import settings

    from zweck.disclosure.bulk import delivering

    delivering.forget()
    settings.SMTP_URL = f"smtp://127.0.0.1:{port}"


def cell(folder: Path) -> dict[str, float]:
    """All figures of one database."""
    set_up(folder)
    found: dict[str, float] = {}
    with sink(0) as port:
        point(port)
        deliver("warm", 1000)
        runs = [(deliver(f"c{number}"), bare(port, 1500)) for number in range(3)]
        costs = sorted(run["cpu"] / run["sent"] for run, _ in runs)
        found["us"] = costs[1] * 1e6
        found["per_second"] = 1 / costs[1]
        found["wall_per_second"] = max(run["sent"] / run["wall"] for run, _ in runs)
        found["bare_us"] = sorted(cost for _, cost in runs)[1] * 1e6
        found["sent"] = sum(run["sent"] for run, _ in runs)
    with sink(LATENCY_SECONDS) as port:
        point(port)
        deliver("slow-warm", 800)
        slow = deliver("slow")
        found["slow_per_second"] = slow["sent"] / slow["wall"]
    os.nice(10)  # memory is all that is looked at from here on, and it takes minutes
    with sink(0) as port:
        point(port)
        mails, sent = int(os.environ.get("ZWECK_BENCH_MAILS", MAILS)), 0.0
        while "sqlite" in sys.argv and sent < mails:
            sent += deliver(f"m{sent}")["sent"]
            found.setdefault("megabytes_before", peak())
        found["megabytes"], found["memory_mails"] = peak(), sent
    return {name: round(value, 1) for name, value in found.items()}


def peak() -> float:
    """The most memory this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run_cell(database: str, url: str) -> dict[str, float]:
    """Run a cell in a process and folders of its own."""
    with tempfile.TemporaryDirectory(prefix="zweck-bench-") as folder:
        for name in ("data", "keys"):
            Path(folder, name).mkdir(mode=0o700)
        environment = {
            "ZWECK_DATA": f"{folder}/data",
            "ZWECK_KEYS": f"{folder}/keys",
            "ZWECK_DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "zweck.settings",
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        }
        command = [sys.executable, "-m", "bench.mail", database, folder]
        done = subprocess.run(command, env=os.environ | environment, cwd=ROOT, check=True, stdout=-1, text=True)
    return dict(json.loads(done.stdout))


def figures_of(database: str, found: dict[str, float]) -> list[Figure]:
    """A database's figures beside what they are held against."""
    beside = f"{found['us']:g} us a mail; a bare loop of smtplib {found['bare_us']:g} us"
    ratio = round(found["us"] / found["bare_us"], 2)
    return [
        Figure(f"mails a second and core, {database}", found["per_second"], "", PER_SECOND, beside, ratio, True),
        Figure(
            f"mails a second at 30 ms each, {database}",
            found["slow_per_second"],
            "",
            PER_SECOND_SLOW,
            "by the clock, up to 48 connections",
            None,
            True,
        ),
    ]


def main() -> int:
    """Run both cells and keep the figures."""
    from tests import postgres

    load = load_now()
    found = {"sqlite": run_cell("sqlite", "")}
    with postgres.throw_away() as server:
        with server.connection(server.admin, "postgres") as connection:
            connection.execute("CREATE DATABASE bench_mail")
        found["postgresql"] = run_cell("postgresql", server.url(server.admin, "bench_mail"))
    figures = [figure for database, each in found.items() for figure in figures_of(database, each)]
    memory = found["sqlite"]
    if not memory["memory_mails"]:  # ZWECK_BENCH_MAILS=0: the speed alone, beside the memory of the run before
        kept = json.loads((ROOT / "bench" / "results" / "mail.json").read_bytes())["details"]["sqlite"]
        memory |= {name: kept[name] for name in ("megabytes", "megabytes_before", "memory_mails")}
    beside = f"after {memory['memory_mails']:g} mails; {memory['megabytes_before']:g} MB after the first campaign"
    figures.append(Figure("memory of the sender", memory["megabytes"], "MB", MEGABYTES, beside))
    return keep("mail", figures, load, **found)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(json.dumps(cell(Path(sys.argv[2]))))
        sys.exit(0)
    sys.exit(main())
