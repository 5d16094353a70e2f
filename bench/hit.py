"""What a hit costs: `python -m bench.hit`, beside the front's own no-op, in one process tree and one run.

A hit in full form: consent read from its cookie, address cut, robot looked for, visitor hashed, row committed. 5,000
visitors behind a trusted proxy, 200 browsers, 2,000 pages, so that no memory helps more than it does in service. CPU is
what the worker used (`/proc/PID/stat`), commits included, so that neither our own work nor that of others counts; a
no-op gets the same request through the same front and reads it, by its own exact path, by turns with the hits. What the
work child takes to make the day's figures of all these hits, every ten seconds at most and one part in twenty of the
time, is kept beside.
"""

import os
import random
import socket
import sqlite3
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.figures import Figure, keep, load_now
from bench.serving import ROOT, Visitor, folder, p95, quiet, service
from tests.serve.conftest import listeners

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zweck.settings")

from zweck.consent.choice import written
from zweck.consent.facts import facts
from zweck.consent.values import Answer, Choice
from zweck.policy.load import load

TURNS, EACH, CONNECTIONS = 6, 3000, 4
SLOW_VISITORS, BESIDE = 4, 400
CPU_LIMIT_US, RATIO_LIMIT, P95_LIMIT_MS = 60.0, 2.0, 20.0
TICK_US = 1e6 / os.sysconf("SC_CLK_TCK")
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:{0}.0) Gecko/20100101 Firefox/{0}.0"


def cookie() -> str:
    """Somebody's yes to being measured."""
    answer = Answer("yes", datetime.now(UTC) + timedelta(days=100))
    policy = load(ROOT / "policies" / "reference.toml").policy
    return f"zweck-choice={written(Choice(os.urandom(8), {'measurement': answer}), facts(policy))}"


def requests(path: str, port: int, count: int, seed: int) -> list[bytes]:
    """Ready requests of many visitors, each to be sent as it is."""
    chance = random.Random(seed)  # noqa: S311  (no secret: the same visitors in each run)
    yes, found = cookie(), []
    for _ in range(count):
        page = f"http://127.0.0.1:{port}/page/{chance.randrange(2000)}?utm_source=letter"
        body = f'{{"u":"{page}","r":"https://www.example.org/{chance.randrange(500)}","w":1280}}'
        visitor = f"198.51.{chance.randrange(100)}.{chance.randrange(50)}"
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
            f"User-Agent: {AGENT.format(100 + chance.randrange(200))}\r\nX-Forwarded-For: {visitor}\r\n"
            f"Cookie: {yes}\r\nContent-Type: text/plain;charset=UTF-8\r\nAccept: */*\r\n"
            "Accept-Language: de,en;q=0.5\r\n"
            f"Accept-Encoding: gzip, deflate, br\r\nSec-Fetch-Site: same-origin\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        found.append((head + body).encode())
    return found


def send(port: int, wanted: list[bytes], says: bytes, taken: list[float]) -> None:
    """One connection: each request once, and the milliseconds to its answer."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        for request in wanted:
            began = time.perf_counter()
            connection.sendall(request)
            answer = connection.recv(65536)
            while b"\r\n\r\n" not in answer:
                answer += connection.recv(65536)
            taken.append((time.perf_counter() - began) * 1000)
            assert says in answer, answer


def send_all(port: int, path: str, says: bytes, count: int, seed: int) -> list[float]:
    """So many requests over all connections; the milliseconds of each."""
    taken: list[float] = []
    given = requests(path, port, count, seed)
    threads = [
        threading.Thread(target=send, args=(port, given[start::CONNECTIONS], says, taken))
        for start in range(CONNECTIONS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == count
    return taken


def cpu_us(pid: int) -> float:
    """CPU time of a process, by the system's own account."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * TICK_US


def workers(pid: int, port: int) -> tuple[int, int]:
    """The worker, which listens, and the work child, which does not."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    children = [int(child) for task in tasks for child in task.read_text().split()]
    worker = next(child for child in children if child in listeners(port))
    return worker, next(child for child in children if child != worker)


def costs(worker: int, port: int) -> dict[str, float]:
    """Microseconds of CPU for each, by turns: hits and the no-op. What the worker uses at rest is taken off both."""
    ways = {"hit": ("/z/hit", b"zweck-measured: yes"), "nothing": ("/z/nothing", b"no, nothing")}
    spent = dict.fromkeys(ways, 0.0)
    send_all(port, "/z/hit", b"zweck-measured: yes", EACH, 99)  # warm
    for turn in range(TURNS):
        for name, (path, says) in ways.items():
            time.sleep(1)
            before, began = cpu_us(worker), time.monotonic()
            send_all(port, path, says, EACH, turn)
            time.sleep(1)  # the last batch is committed meanwhile
            spent[name] += cpu_us(worker) - before - resting(worker) * (time.monotonic() - began)
    return {name: value / (TURNS * EACH) for name, value in spent.items()}


_resting: list[float] = []


def resting(pid: int) -> float:
    """Microseconds of CPU a second that the worker uses while nobody comes; measured once."""
    if not _resting:
        before = cpu_us(pid)
        time.sleep(5)
        _resting.append((cpu_us(pid) - before) / 5)
    return _resting[0]


@contextmanager
def slow_pages(url: str) -> Iterator[None]:
    """Four visitors who ask for slow pages all the time."""
    stop = threading.Event()

    def ask() -> None:
        visitor = Visitor(url)
        while not stop.is_set():
            visitor("/slow")

    threads = [threading.Thread(target=ask) for _ in range(SLOW_VISITORS)]
    for thread in threads:
        thread.start()
    try:
        time.sleep(0.5)
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def count_events(data: Path) -> int:
    """How many were written."""
    with closing(sqlite3.connect(f"file:{data / 'zweck.sqlite3'}?mode=ro", uri=True)) as database:
        return int(database.execute("SELECT count(*) FROM measure_event").fetchone()[0])


def main() -> int:
    """Measure and keep."""
    load = load_now()
    more = {"DJANGO_SETTINGS_MODULE": "bench.idle", "ZWECK_TRUSTED_PROXIES": "127.0.0.0/8"}
    with folder() as data, service(data, **more) as (url, process, _):
        if sys.argv[1:] != ["now"]:  # a first look may do without
            quiet(data)
        port = int(url.rpartition(":")[2])
        worker, child = workers(process.pid, port)
        resting(worker)
        before = cpu_us(child)
        spent = costs(worker, port)
        with slow_pages(url):
            beside = send_all(port, "/z/hit", b"zweck-measured: yes", BESIDE, 1000)
        time.sleep(12)
        figures_seconds = (cpu_us(child) - before) / 1e6
        written_rows = count_events(data)
    ratio = spent["hit"] / spent["nothing"]
    machine = f"{os.cpu_count()} shared cores; the front's no-op {spent['nothing']:.0f} us"
    figures = [
        Figure("hit in full form, CPU", round(spent["hit"], 1), "us", CPU_LIMIT_US, machine, round(ratio, 2)),
        Figure("hit / the front's no-op, CPU", round(ratio, 2), "x", RATIO_LIMIT, "same process, by turns"),
        Figure("hit beside four slow pages, p95", round(p95(beside), 1), "ms", P95_LIMIT_MS, f"{CONNECTIONS} at once"),
    ]
    return keep(
        "hit",
        figures,
        load,
        us={k: round(v, 1) for k, v in spent.items()},
        rows=written_rows,
        work_child_seconds=round(figures_seconds, 2),
    )


if __name__ == "__main__":
    sys.exit(main())
