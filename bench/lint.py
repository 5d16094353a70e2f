"""How long `zweck lint` takes as a whole process, beside a Python that only starts and one that only imports pydantic.

`python -m bench.lint [POLICY]`. Wanted: <= 0.6 s.
"""

import resource
import statistics
import subprocess
import sys
import time

from bench.figures import Figure, keep, load_now
from bench.serving import ROOT

RUNS = 9
COMMANDS = {
    "python": ("-c", "pass"),
    "pydantic": ("-c", "import pydantic; pydantic.BaseModel"),
    "lint": ("-m", "zweck.cli", "lint"),
}


def run(*words: str) -> tuple[float, float]:
    """Seconds and CPU seconds of a process."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    ended = subprocess.run([sys.executable, *words], stdout=subprocess.DEVNULL, check=False)
    seconds, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    assert ended.returncode in (0, 1), f"{words} could not run"
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> int:
    """Measure and keep; the three alternate."""
    load = load_now()
    policy = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "policies" / "reference.toml")
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in COMMANDS}
    for _ in range(RUNS):
        for name, words in COMMANDS.items():
            taken[name].append(run(*words, *([policy] if name == "lint" else [])))
    wall = {name: statistics.median(seconds for seconds, _ in each) for name, each in taken.items()}
    cpu = statistics.median(seconds for _, seconds in taken["lint"])
    beside = f"CPU {cpu:.2f} s; Python alone {wall['python']:.2f} s, with pydantic {wall['pydantic']:.2f} s"
    ratio = round(wall["lint"] / wall["pydantic"], 1)
    figure = Figure("zweck lint of the reference policy", round(wall["lint"], 2), "s", 0.6, beside, ratio)
    return keep("lint", [figure], load, seconds={name: round(value, 3) for name, value in wall.items()})


if __name__ == "__main__":
    sys.exit(main())
