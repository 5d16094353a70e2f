"""What every benchmark leaves behind: figures beside their limits, in `bench/results/NAME.json`."""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"
Details = Mapping[str, Any]  # Any: whatever JSON a benchmark wants to keep


@dataclass(frozen=True, slots=True)
class Figure:
    """One number that was asked for, and what was measured. `beside`: what it is held against, in words."""

    what: str
    value: float
    unit: str
    limit: float
    beside: str = ""
    ratio: float | None = None
    is_floor: bool = False

    @property
    def is_met(self) -> bool:
        """Whether the limit holds."""
        return self.value >= self.limit if self.is_floor else self.value <= self.limit

    @property
    def asked(self) -> str:
        """The limit in words."""
        return f"{'>=' if self.is_floor else '<='} {self.limit:g} {self.unit}"


@dataclass(frozen=True, slots=True)
class Result:
    """One benchmark's figures, when they were taken, and how busy the machine was with other work."""

    name: str
    day: str
    load: float
    figures: tuple[Figure, ...]


def keep(name: str, figures: Sequence[Figure], load: float, **details: object) -> int:
    """Write and print; gives the exit code: 1 when a limit is passed. `load`: from before the benchmark began."""
    found = {
        "day": f"{datetime.now(UTC):%Y-%m-%d}",
        "load": round(load, 2),
        "cpus": os.cpu_count(),
        "python": ".".join(map(str, sys.version_info[:3])),
        "figures": [asdict(figure) for figure in figures],
        "details": details,
    }
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n")
    for figure in figures:
        mark = "ok    " if figure.is_met else "MISSED"
        print(f"{mark} {figure.what:58} {figure.value:>9g} {figure.unit:4} asked {figure.asked}", flush=True)
    return int(not all(figure.is_met for figure in figures))


def load_now() -> float:
    """How many processes wanted to run during the last minute."""
    return os.getloadavg()[0]


def kept() -> tuple[Result, ...]:
    """All results on file."""
    found = []
    for path in sorted(RESULTS.glob("*.json")):
        read = json.loads(path.read_text())
        figures = tuple(Figure(**figure) for figure in read["figures"])
        found.append(Result(path.stem, read["day"], read["load"], figures))
    return tuple(found)
