"""What it costs to tell a country: one look-up, the table on disk, unpacking it, and the memory of two processes.

`python -m bench.geo`. Baseline: a search in sorted arrays of the same length in memory, without our values around it.
Wanted: a look-up <= 2 us of CPU, packed <= 2 MB.
"""

import os
import random
import statistics
import sys
import tempfile
import time
from array import array
from bisect import bisect_right
from pathlib import Path

from bench.figures import Figure, keep, load_now

from zweck.origin import acts as origin
from zweck.origin.table import Table
from zweck.origin.values import Origin

LOOKUPS = 100_000
PASSES = 5


def timed(networks: list[bytes], table: Table) -> tuple[float, float]:
    """Microseconds of CPU per look-up: ours, and the bare search."""
    size = table.runs[0]
    starts, labels = array("I", range(0, size * 19, 19)), array("H", bytes(2 * size))
    origins = [Origin(network) for network in networks]
    numbers = [int.from_bytes(network) for network in networks]
    ours, bare = [], []
    for _ in range(PASSES):
        begun = time.process_time()
        for one in origins:
            origin.whence(one)
        ours.append(time.process_time() - begun)
        begun = time.process_time()
        for number in numbers:
            table.names[labels[bisect_right(starts, number) - 1]]
        bare.append(time.process_time() - begun)
    return statistics.median(ours) / LOOKUPS * 1e6, statistics.median(bare) / LOOKUPS * 1e6


def memory(table: Table, networks: list[bytes]) -> float:
    """MB of PSS that look-ups add to a process and to the child forked from it."""
    before = pss(os.getpid())
    for network in networks:
        table.label(network)
    read_end, write_end = os.pipe()
    if (child := os.fork()) == 0:
        for network in networks:
            table.label(network)
        os.write(write_end, f"{pss(os.getpid())}".encode())
        time.sleep(1)
        os._exit(0)
    other = float(os.read(read_end, 100))
    own = pss(os.getpid())
    os.waitpid(child, 0)
    return own + other - before


def pss(pid: int) -> float:
    """MB by the kernel's share of each page."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def main() -> int:
    """Measure and keep."""
    load = load_now()
    chance = random.Random(42)  # noqa: S311  (addresses to look up)
    v4 = [chance.randbytes(3) for _ in range(LOOKUPS)]
    v6 = [bytes((0x20 | chance.randrange(16),)) + chance.randbytes(5) for _ in range(LOOKUPS)]
    with tempfile.TemporaryDirectory() as name:
        begun = time.process_time()
        origin.opened(origin.BUNDLED, Path(name))
        unpacked = time.process_time() - begun
        begun = time.process_time()
        table = origin.opened(origin.BUNDLED, Path(name))
        mapped = time.process_time() - begun
        assert isinstance(table, Table)
        added = memory(table, v4[:20_000])
        origin.use(table)
        ours, bare = timed(v4, table)
        ours6, _ = timed(v6, table)
        on_disk = sum(file.stat().st_size for file in Path(name).iterdir()) / 1e6
    ratio = round(ours / bare, 2)
    once = f"unpacked once: {unpacked:.2f} s, {on_disk:.0f} MB"
    figures = [
        Figure("country of a cut address, IPv4", round(ours, 2), "us", 2.0, f"bare search {bare:.2f} us", ratio),
        Figure("country of a cut address, IPv6", round(ours6, 2), "us", 2.0),
        Figure("table of countries, packed", round(origin.BUNDLED.stat().st_size / 1e6, 2), "MB", 2.0),
        Figure("table of countries, opened at a start", round(mapped * 1000, 1), "ms", 50, once),
        Figure("table of countries, two processes", round(added, 1), "MB", 20, "PSS, after 20,000 look-ups each"),
    ]
    return keep("geo", figures, load)


if __name__ == "__main__":
    sys.exit(main())
