"""Pages beside a busy background job: `python -m bench.beside`. Wanted: p95 at most 1.5 times that of an idle service.

One run, one service: idle and busy slices alternate, and in each of them the same pages are asked of a server that does
nothing. A machine busy with other work is busy for all of them.
"""

import sys
import time
from pathlib import Path
from statistics import median

from bench.figures import Figure, keep, load_now
from bench.serving import Visitor, folder, nothing, p95, quiet, service

SLICES = 9
TURNS = 60  # in a slice, each asks for every page once
PAGES = ("/privacy", "/", "/imprint")


def slice_of(ask: Visitor, noop: Visitor, paths: tuple[str, ...]) -> tuple[list[float], list[float]]:
    """The milliseconds of pages, and of nothing, taken in turn."""
    pages, nothings = [], []
    for _ in range(TURNS):
        for path in paths:
            pages.append(ask(path))
            nothings.append(noop("/"))
    return pages, nothings


def alternate(url: str, noop_url: str, toil: Path) -> dict[str, list[float]]:
    """p95 of each slice: idle and busy by turns."""
    ask, noop = Visitor(url), Visitor(noop_url)
    slice_of(ask, noop, PAGES)
    found: dict[str, list[float]] = {"idle": [], "busy": [], "noop_idle": [], "noop_busy": []}
    for _ in range(SLICES):
        for name in ("idle", "busy"):
            if name == "busy":
                toil.touch()
            time.sleep(0.3)
            pages, nothings = slice_of(ask, noop, PAGES)
            toil.unlink(missing_ok=True)
            found[name].append(p95(pages))
            found[f"noop_{name}"].append(p95(nothings))
    return found


def main() -> int:
    """Measure and keep."""
    load = load_now()
    with folder() as data, nothing() as noop_url, service(data, DJANGO_SETTINGS_MODULE="bench.busy") as (url, _, _):
        quiet(data)
        found = alternate(url, noop_url, data / "toil")
    at = {name: round(median(values), 2) for name, values in found.items()}
    ratio = round(at["busy"] / at["idle"], 2)
    beside = f"idle {at['idle']:g} ms, busy {at['busy']:g} ms; nothing {at['noop_idle']:g} and {at['noop_busy']:g} ms"
    rounded = {name: [round(value, 2) for value in values] for name, values in found.items()}
    return keep(
        "beside",
        [Figure("pages p95 beside a busy background job", ratio, "x", 1.5, beside)],
        load,
        p95_ms=at,
        slices_ms=rounded,
    )


if __name__ == "__main__":
    sys.exit(main())
