"""A small Next.js site as `next build` makes it and `next start` serves it, in a folder that goes at the end."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.eye.real import banners
from tests.eye.real.processes import answers, ended, free_port, wait

HERE = Path(__file__).parent


def lacks() -> str:
    """What of it is not installed; "" = nothing."""
    there = (banners.PACKAGES / "next").is_dir() and shutil.which("node")
    return "" if there else "npm install --ignore-scripts, in tests/eye/real"


class Running:
    """A site that answers. One banner at a time."""

    def __init__(self, url: str, banner: Path) -> None:
        self.url = url
        self._banner = banner

    def show(self, banner: str) -> None:
        """Put a banner on every page, in place of the one before."""
        self._banner.write_text(banner)


@contextmanager
def running(folder: Path) -> Iterator[Running]:
    """Build it and serve it on a free port, until the context ends."""
    app, port, banner = folder / "app", free_port(), folder / "banner"
    shutil.copytree(HERE, app, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    (app / "node_modules").symlink_to(banners.PACKAGES)
    banners.put(app / "public" / "consent")
    banner.write_text("")
    silent = {"NEXT_TELEMETRY_DISABLED": "1", "BANNER_FILE": str(banner)}
    command = ["node", str(banners.PACKAGES / "next" / "dist" / "bin" / "next")]
    built = subprocess.run(
        [*command, "build"], cwd=app, env=os.environ | silent, check=False, capture_output=True, text=True
    )
    if built.returncode:
        raise RuntimeError(f"next build: {built.stdout[-2000:]}{built.stderr[-2000:]}")
    start = [*command, "start", str(app), "--hostname", "127.0.0.1", "--port", str(port)]
    with ended(start, folder / "log", **silent):
        wait(lambda: answers(port), folder / "log")
        yield Running(f"http://127.0.0.1:{port}", banner)
