"""Seconds from `zweck serve` to its first page: cold (an empty data folder) and warm. Wanted: warm <= 1.5 s."""

import resource
import statistics
import subprocess
import sys
import time

from bench.figures import Figure, keep, load_now
from bench.serving import environment, folder, service

RUNS = 7


def imports(env: dict[str, str]) -> tuple[float, float]:
    """Seconds and CPU seconds of a Python that only loads what the service is made of."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    command = [sys.executable, "-c", "import django, granian.server.mp; django.setup(); import zweck.urls"]
    subprocess.run(command, env=env | {"DJANGO_SETTINGS_MODULE": "zweck.settings"}, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.monotonic() - began, cpu


def main() -> int:
    """Measure and keep; warm starts and bare imports alternate."""
    load, warm, bare = load_now(), [], []
    with folder() as data:
        with service(data) as (_, _, cold):
            pass
        for _ in range(RUNS):
            with service(data) as (_, _, seconds):
                warm.append(round(seconds, 3))
            bare.append(imports(environment(data)))
    least = statistics.median(seconds for seconds, _ in bare)
    median = statistics.median(warm)
    figure = Figure(
        "warm start to the first page",
        round(median, 2),
        "s",
        1.5,
        f"only loading the same code {least:.2f} s, of it CPU {statistics.median(cpu for _, cpu in bare):.2f} s",
        round(median / least, 2),
    )
    return keep("start", [figure], load, warm_s=warm, cold_s=round(cold, 2))


if __name__ == "__main__":
    sys.exit(main())
