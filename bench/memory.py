"""Proportional memory of one worker, the work child and the main process above them. Wanted: together <= 130 MB."""

import re
import sys
import time
from pathlib import Path

from bench.figures import Figure, keep, load_now
from bench.serving import Visitor, folder, service

SETTLED_SECONDS = 20  # the first quick proofs, in a process that ends, are over
PAGES = ("/", "/privacy", "/datenschutz", "/imprint")


def pss_mb(pid: int) -> float:
    """A process's proportional set size."""
    found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    assert found
    return round(int(found[1]) / 1024, 1)


def main() -> int:
    """Measure and keep."""
    load = load_now()
    with folder() as data, service(data) as (url, process, _):
        ask = Visitor(url)
        for path in PAGES:
            ask(path)
        time.sleep(SETTLED_SECONDS)
        tasks = Path(f"/proc/{process.pid}/task").glob("*/children")
        pids = [process.pid, *(int(pid) for task in tasks for pid in task.read_text().split())]
        each = [pss_mb(pid) for pid in pids]
    beside = "main {} MB, the others {}".format(each[0], " and ".join(f"{one} MB" for one in each[1:]))
    figure = Figure("PSS of the main process, one worker and the work child", round(sum(each), 1), "MB", 130, beside)
    return keep("memory", [figure], load, pss_mb_each=each)


if __name__ == "__main__":
    sys.exit(main())
