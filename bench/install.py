"""A clean clone to its first page, with uv and with pip, and how large the install is: `python -m bench.install`.

Caches are empty, so the packages are fetched, from whatever place this machine gets its packages; the baseline is the
fetching and unpacking alone. Wanted: uv <= 20 s, pip <= 40 s, <= 34 packages, <= 145 MB.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.figures import Figure, keep, load_now
from bench.serving import ROOT, free_port, wait_for

LIMITS = {"uv": 20.0, "pip": 40.0}
HIDDEN = {"uv": (), "pip": ("uv", "uvx")}


def path_without(folder: Path, names: tuple[str, ...]) -> str:
    """The PATH as it is, in a folder of links that leaves these commands out."""
    folder.mkdir()
    for place in os.environ["PATH"].split(os.pathsep):
        for command in Path(place).iterdir() if Path(place).is_dir() else ():
            if command.name not in names and not (folder / command.name).exists():
                (folder / command.name).symlink_to(command)
    return str(folder)


def environment(folder: Path) -> dict[str, str]:
    """As on a machine that has never seen these packages, and with nothing active of this one."""
    given = {n: v for n, v in os.environ.items() if not n.startswith(("ZWECK_", "VIRTUAL_ENV", "PYTHON"))}
    return given | {"UV_CACHE_DIR": str(folder / "cache"), "PIP_NO_CACHE_DIR": "1"}


def first_page(folder: Path, which: str) -> float:
    """Seconds from the beginning of `git clone` to a page that answers."""
    clone, port = folder / "clone", free_port()
    own = {"ZWECK_PORT": str(port), "ZWECK_DATA": str(folder / "data"), "ZWECK_KEYS": str(folder / "keys")}
    env = environment(folder) | own | {"PATH": path_without(folder / "bin", HIDDEN[which])}
    began = time.monotonic()
    subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
    process = subprocess.Popen(
        ["make", "run"], cwd=clone, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/", process)
        return time.monotonic() - began
    finally:
        process.terminate()
        process.wait(60)


def only_fetching(folder: Path, which: str) -> float:
    """The baseline: the same packages into an empty environment, and nothing else."""
    shutil.rmtree(folder / "cache", ignore_errors=True)
    env, target = environment(folder), folder / "bare"
    commands = {
        "uv": [["uv", "venv", "-q", str(target)], ["uv", "pip", "sync", "-q", "--python", str(target), "LOCK"]],
        "pip": [
            ["python3", "-m", "venv", str(target)],
            [str(target / "bin/python"), "-m", "pip", "install", "-q", "--no-deps", "--no-compile", "-r", "LOCK"],
        ],
    }
    began = time.monotonic()
    for command in commands[which]:
        words = [str(ROOT / "requirements.txt") if word == "LOCK" else word for word in command]
        subprocess.run(words, env=env, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.monotonic() - began


def size(venv: Path) -> tuple[int, float]:
    """Packages and megabytes on the disk with everything compiled."""
    packages = list(venv.glob("lib/python*/site-packages/*.dist-info"))
    blocks = sum(file.lstat().st_blocks for file in venv.rglob("*"))
    return len(packages), blocks * 512 / 1e6


def main() -> int:
    """Measure and keep."""
    load, figures, counted = load_now(), [], (0, 0.0)
    for which, limit in LIMITS.items():
        with tempfile.TemporaryDirectory(prefix="zweck-bench-") as name:
            folder = Path(name)
            seconds = first_page(folder, which)
            if which == "uv":  # its .venv holds the packages and nothing else; the other one holds pip as well
                counted = size(folder / "clone/.venv")
            bare = only_fetching(folder, which)
        beside = f"only fetching and unpacking {bare:.1f} s"
        what = f"clean clone to the first page, {which}"
        figures.append(Figure(what, round(seconds, 1), "s", limit, beside, round(seconds / bare, 1)))
    figures += [
        Figure("packages of a default install", counted[0], "", 34),
        Figure("size of a default install", round(counted[1]), "MB", 145, "the whole .venv on disk, compiled"),
    ]
    return keep("install", figures, load)


if __name__ == "__main__":
    sys.exit(main())
