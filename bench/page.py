"""What a visitor waits for each public page: `python -m bench.page`, beside a server that does nothing, in one run.

No limit was asked for these; the 100 of Lighthouse's performance rests on them. `beside.py` asks the same beside work.
"""

import json
import sys
import urllib.request
from statistics import median

from bench.figures import Figure, keep, load_now
from bench.serving import Visitor, folder, nothing, p95, quiet, service

TURNS = 150
LIMIT_MS = 50.0  # a tenth of a second is what people call at once; half of it is left to their network


def listed(url: str) -> dict[str, str]:
    """The first page of each template."""
    with urllib.request.urlopen(f"{url}/z/pages.json", timeout=10) as answer:
        pages = json.load(answer)["pages"]
    return {page["template"]: page["path"] for page in reversed(pages)}


def main() -> int:
    """Measure and keep."""
    load = load_now()
    with folder() as data, nothing() as noop_url, service(data) as (url, _, _):
        quiet(data)
        ask, noop, pages = Visitor(url), Visitor(noop_url), listed(url)
        taken: dict[str, list[float]] = {template: [] for template in pages}
        nothings = []
        for _ in range(TURNS):
            for template, path in pages.items():
                taken[template].append(ask(path))
                nothings.append(noop("/"))
    least = median(nothings)
    figures = [
        Figure(
            f"page {template}, p95",
            round(p95(values), 2),
            "ms",
            LIMIT_MS,
            f"median {median(values):.2f} ms; nothing {least:.2f} ms",
            round(median(values) / least, 1),
        )
        for template, values in taken.items()
    ]
    return keep("page", figures, load, noop_median_ms=round(least, 3))


if __name__ == "__main__":
    sys.exit(main())
