"""How long the proofs of a running service take: `python -m bench.prove`, against one bare crawl of the same pages.

Starts a service of its own. Wanted: quick <= 5 s, full <= 60 s.
"""

import json
import statistics
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from bench.figures import Figure, keep, load_now
from bench.serving import environment, folder, quiet, service

LIMITS = {"quick": 5.0, "full": 60.0}
RUNS = {"quick": 5, "full": 2}


def crawl(url: str) -> float:
    """The baseline: every listed page fetched once."""
    began = time.perf_counter()
    with urllib.request.urlopen(f"{url}/z/pages.json") as answer:
        pages = json.load(answer)["pages"]
    for page in pages:
        with urllib.request.urlopen(url + page["path"]) as answer:
            answer.read()
    return time.perf_counter() - began


def prove(which: str, data: Path) -> tuple[float, dict[str, int]]:
    """Seconds of a whole `zweck prove`, its start included, and what it found."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "zweck.cli", "prove", "--json", "-", *(["--quick"] if which == "quick" else [])]
    ended = subprocess.run(command, env=environment(data), capture_output=True, check=False)
    assert ended.returncode in (0, 1), ended.stderr.decode()
    return time.perf_counter() - began, json.loads(ended.stdout)["summary"]


def main() -> int:
    """Measure and keep."""
    load, summary = load_now(), {}
    taken: dict[str, list[float]] = {which: [] for which in LIMITS}
    with folder() as data, service(data) as (url, _, _):
        quiet(data)
        bare = crawl(url)
        for which, runs in RUNS.items():
            for _ in range(runs):
                seconds, summary[which] = prove(which, data)
                taken[which].append(round(seconds, 2))
    figures = [
        Figure(
            f"zweck prove, {which}",
            statistics.median(taken[which]),
            "s",
            limit,
            f"fetching all pages once {bare:.2f} s",
            round(statistics.median(taken[which]) / bare, 1),
        )
        for which, limit in LIMITS.items()
    ]
    return keep("prove", figures, load, seconds=taken, summary=summary)


if __name__ == "__main__":
    sys.exit(main())
