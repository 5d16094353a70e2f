"""house.contracts: the import contracts hold over the code that runs."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import zweck
from zweck.policy.sentences import Sentence
from zweck.promises.values import Clock, CouldNotLook, Figure, Finding, Proof, Reach, Target, once

_LIMIT_SECONDS = 60
_COUNTS = re.compile(r"Contracts: (\d+) kept, (\d+) broken")
_FILES = re.compile(r"Analyzed (\d+) files, (\d+) dependencies")
_BROKEN = re.compile(r"^(.+) BROKEN$", re.MULTILINE)
_LINT = "import sys; from importlinter.cli import lint_imports_command; lint_imports_command()"
# Against the grain of the house: the lowest room reaches for one of the highest.
_VIOLATION = '"""Planted."""\n\nfrom zweck.site import apps\n\n__all__ = ["apps"]\n'


def check(target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """Run the contracts that ship with the code over the code that is installed."""
    tree = _tree(target)
    contracts = tree / "zweck" / "contracts.ini"
    if not contracts.is_file():
        raise CouldNotLook("the contracts are not where they should be, in zweck/contracts.ini")
    output = _lint(tree, contracts)
    counts, files = _COUNTS.search(output), _FILES.search(output)
    if counts is None or files is None:
        raise CouldNotLook("import-linter gave no result")
    kept, broken = int(counts[1]), int(counts[2])
    figures: dict[str, Figure] = {
        "kept": kept,
        "broken": broken,
        "files": int(files[1]),
        "imports": int(files[2]),
    }
    trouble = tuple(f"broken: {name.strip()}" for name in _BROKEN.findall(output))
    return Finding(broken == 0 < kept, "every import of the installed code", figures, trouble)


def _lint(tree: Path, contracts: Path) -> str:
    """In a process of its own: it imports the tree it is pointed at, not the one that runs."""
    environment = {**os.environ, "PYTHONPATH": str(tree), "NO_COLOR": "1", "COLUMNS": "200"}
    command = [sys.executable, "-P", "-c", _LINT, "--config", str(contracts), "--no-cache"]
    try:
        done = subprocess.run(
            command, cwd=tree, env=environment, capture_output=True, text=True, timeout=_LIMIT_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise CouldNotLook(f"import-linter took longer than {_LIMIT_SECONDS} s") from None
    return done.stdout


def _tree(target: Target) -> Path:
    planted = target.place.get("tree")
    return planted if isinstance(planted, Path) else Path(zweck.__file__).parent.parent


@contextmanager
def plant(target: Target, _sentence: Sentence) -> Iterator[Target]:
    """A copy of the code in which the policy room imports the site."""
    with tempfile.TemporaryDirectory(prefix="zweck-tree-") as folder:
        copy = Path(folder) / "zweck"
        shutil.copytree(_tree(target) / "zweck", copy, ignore=shutil.ignore_patterns("__pycache__", "*.html", "*.svg"))
        (copy / "policy" / "planted.py").write_text(_VIOLATION, encoding="utf-8")
        yield replace(target, place={**target.place, "tree": Path(folder)})


PROOF = Proof("house.contracts", check, plant, Reach.PROCESS, needs=("tree",), beyond=once)
