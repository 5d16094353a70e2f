"""Seconds from `zweck serve` to its first page: cold (an empty data folder) and warm. Wanted: warm <= 1.5 s."""

import statistics
import subprocess
import sys
import time

from serving import environment, folder, note, service

with folder() as data:
    with service(data) as (_, _, cold):
        pass
    warm = []
    for _ in range(5):
        with service(data) as (_, _, seconds):
            warm.append(round(seconds, 3))
    began = time.monotonic()
    subprocess.run(
        [sys.executable, "-c", "import django, granian; django.setup()"],
        env=environment(data) | {"DJANGO_SETTINGS_MODULE": "zweck.settings"},
        check=True,
    )
    baseline = time.monotonic() - began
note(
    "start",
    {
        "cold_s": round(cold, 3),
        "warm_s": warm,
        "warm_median_s": statistics.median(warm),
        "only_imports_s": round(baseline, 3),
    },
)
