"""How long the proofs of a running service take: `python bench/prove.py`, against one bare crawl of the same pages.

Reads `ZWECK_DATA` to find the service. Limits: quick 5 s, full 60 s.
"""

import json
import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

LIMITS = {"--quick": 5.0, "": 60.0}


def crawl(url: str) -> float:
    """The baseline: every listed page fetched once."""
    began = time.perf_counter()
    with urllib.request.urlopen(f"{url}/z/pages.json") as answer:
        pages = json.load(answer)["pages"]
    for page in pages:
        with urllib.request.urlopen(url + page["path"]) as answer:
            answer.read()
    return time.perf_counter() - began


def prove(which: str) -> float:
    """Seconds of a whole `zweck prove`, its start included."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "zweck.cli", "prove", *filter(None, [which])]
    ended = subprocess.run(command, capture_output=True, check=False)
    assert ended.returncode in (0, 1), ended.stderr.decode()
    return time.perf_counter() - began


def main() -> int:
    """Measure, print, and end with 1 when a limit is passed."""
    url = json.loads(Path(os.environ["ZWECK_DATA"], "serve.json").read_text())["url"]
    bare = crawl(url)
    took = {which: prove(which) for which in LIMITS}
    result = {"crawl_s": round(bare, 2), "quick_s": round(took["--quick"], 2), "full_s": round(took[""], 2)}
    print(json.dumps(result))
    return int(any(took[which] > limit for which, limit in LIMITS.items()))


if __name__ == "__main__":
    sys.exit(main())
