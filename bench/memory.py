"""Proportional memory of the main process, one worker and the work child. Wanted: together <= 130 MB."""

import re
import time
from pathlib import Path

from serving import folder, note, service


def pss_mb(pid: int) -> float:
    """A process's proportional set size."""
    found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    assert found
    return round(int(found[1]) / 1024, 1)


with folder() as data, service(data) as (_, process, _):
    time.sleep(15)
    tasks = Path(f"/proc/{process.pid}/task").glob("*/children")
    pids = [process.pid, *(int(pid) for task in tasks for pid in task.read_text().split())]
    each = [pss_mb(pid) for pid in pids]
note("memory", {"pss_mb_each": each, "pss_mb": round(sum(each), 1)})
