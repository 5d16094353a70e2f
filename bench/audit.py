"""`zweck audit` on a site of twenty pages: `python -m bench.audit`. Wanted: 3 minutes, a first finding in 30 s, 2 MB.

It opens the twenty pages in four states, and the entry page on a phone, under Global Privacy Control and as a robot.
The baseline, in the same run, is the same twenty pages opened once by the same browser, one after the other.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.audited import PAGES
from bench.figures import Figure, keep, load_now
from bench.serving import ROOT, free_port, started
from playwright.sync_api import sync_playwright

from zweck.eye.acts import find_browser

MINUTES_3, SECONDS_30, MB_2 = 180.0, 30.0, 2.0
_TICK = os.sysconf("SC_CLK_TCK")
_LOOK_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Taken:
    """What one audit took."""

    seconds: float
    first_seconds: float
    processor_seconds: float
    report_bytes: int
    pages: int


@contextmanager
def site() -> Iterator[str]:
    """The site, in a process of its own."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with started([sys.executable, "-m", "bench.audited", str(port)], dict(os.environ), url + "/"):
        yield url


def audited(url: str) -> Taken:
    """Run the command as a person would, and watch what it prints and uses."""
    with TemporaryDirectory(prefix="zweck-bench-") as folder:
        report = Path(folder) / "report.html"
        command = [sys.executable, "-m", "zweck.cli", "audit", url, "--allow-private", "--html", str(report)]
        env = os.environ | {"PYTHONPATH": str(ROOT / "src"), "PYTHONUNBUFFERED": "1"}
        began = time.monotonic()
        process = subprocess.Popen(
            command, env=env, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        meter = _Meter(process.pid)
        first, lines = 0.0, 0
        for line in process.stdout or ():
            lines += 1
            if not first and "_ga" in line:
                first = time.monotonic() - began
        process.wait()
        seconds = time.monotonic() - began
        if process.returncode != 1 or not first:
            raise RuntimeError(f"the audit ended with {process.returncode} and said {lines} lines")
        return Taken(seconds, first, meter.stop(), report.stat().st_size, PAGES)


def plainly(url: str) -> tuple[float, float]:
    """The same pages, opened once with nothing to look for: seconds, and of a processor."""
    paths = ["/", "/imprint", "/privacy", *(f"/page/{number}" for number in range(1, PAGES - 2))]
    meter, began = _Meter(os.getpid()), time.monotonic()
    with sync_playwright() as playwright:
        flags = ["--disable-gpu", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
        browser = playwright.chromium.launch(executable_path=find_browser(), args=flags)
        page = browser.new_context().new_page()
        for path in paths:
            page.goto(url + path, wait_until="load")
        seconds = time.monotonic() - began
        used = meter.stop()
        browser.close()
    return seconds, used


class _Meter:
    """Seconds of a processor that a process and all below it use. What lives shorter than a look is not seen."""

    def __init__(self, pid: int) -> None:
        self._pid, self._used, self._over = pid, dict[int, float](), threading.Event()
        self._before = sum(_used(pid).values())
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> float:
        self._over.set()
        self._thread.join()
        return sum(self._used.values()) - self._before

    def _watch(self) -> None:
        while True:
            self._used |= _used(self._pid)
            if self._over.wait(_LOOK_SECONDS):
                return


def _used(root: int) -> dict[int, float]:
    """Seconds of a processor by process, of one and of all below it."""
    above, used = {}, {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            rest = entry.read_text().rpartition(") ")[2].split()
        except OSError:
            continue
        pid = int(entry.parent.name)
        above[pid], used[pid] = int(rest[1]), (int(rest[11]) + int(rest[12])) / _TICK
    return {pid: seconds for pid, seconds in used.items() if _is_below(pid, root, above)}


def _is_below(pid: int, root: int, above: dict[int, int]) -> bool:
    while pid > 1 and pid != root:
        pid = above.get(pid, 0)
    return pid == root


def main() -> int:
    """Measure and keep."""
    load = load_now()
    with site() as url:
        before, _ = plainly(url)
        taken = audited(url)
        after, used = plainly(url)
    plain = min(before, after)
    visits = 4 * PAGES + 3
    beside = f"the {PAGES} pages opened once: {plain:.1f} s"
    figures = [
        Figure("audit, 20 pages in 4 states", round(taken.seconds, 1), "s", MINUTES_3, beside,
               round(taken.seconds / visits / (plain / PAGES), 1)),
        Figure("audit, until the first finding", round(taken.first_seconds, 1), "s", SECONDS_30),
        Figure("audit, report", round(taken.report_bytes / 1e6, 2), "MB", MB_2),
        Figure("audit, of two processors", round(taken.processor_seconds / taken.seconds * 50), "%", 100,
               f"{taken.processor_seconds:.0f} s of a processor; opened once: {used:.0f} s"),
    ]  # fmt: skip
    return keep("audit", figures, load, visits=visits, plain_seconds=[round(before, 2), round(after, 2)])


if __name__ == "__main__":
    sys.exit(main())
