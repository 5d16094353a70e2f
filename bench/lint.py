"""How long `zweck lint` takes as a whole process, beside a Python that only starts and one that only imports pydantic.

    python bench/lint.py [POLICY]

Prints medians of seven runs in milliseconds and the ratio to the bare start; ends with 1 above the limit of 600 ms.
"""

import statistics
import subprocess
import sys
import time

RUNS = 7
LIMIT_MS = 600


def median_ms(*words: str) -> float:
    """The median duration of a process."""
    took = []
    for _ in range(RUNS):
        start = time.perf_counter()
        ended = subprocess.run([sys.executable, *words], stdout=subprocess.DEVNULL, check=False)
        took.append((time.perf_counter() - start) * 1000)
        assert ended.returncode in (0, 1), f"{words} could not run"
    return statistics.median(took)


def main() -> int:
    policy = sys.argv[1] if len(sys.argv) > 1 else "policies/reference.toml"
    bare = median_ms("-c", "pass")
    library = median_ms("-c", "import pydantic; pydantic.BaseModel")
    lint = median_ms("-m", "zweck.cli", "lint", policy)
    for name, took in (("python", bare), ("python + pydantic", library), (f"zweck lint {policy}", lint)):
        print(f"{name:45} {took:7.0f} ms {took / bare:6.1f} x")
    return int(lint > LIMIT_MS)


if __name__ == "__main__":
    sys.exit(main())
