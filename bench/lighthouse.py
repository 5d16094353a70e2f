"""Lighthouse over the public pages of a service of its own: `python -m bench.lighthouse`. Wanted: 100 in all four.

Needs Node and Chromium; fetches Lighthouse itself at the first time, by its lock.
"""

import json
import os
import shutil
import subprocess
import sys
import urllib.request

from bench.figures import Figure, keep, load_now
from bench.serving import ROOT, folder, quiet, service

HERE = ROOT / "bench"
TEMPLATES = ("home", "statement", "evidence", "checks", "imprint")


def addresses(url: str) -> list[str]:
    """The first page of each template; the statement in each language."""
    with urllib.request.urlopen(f"{url}/z/pages.json", timeout=10) as answer:
        pages = json.load(answer)["pages"]
    first = {(page["template"], page["language"]): page["path"] for page in reversed(pages)}
    language = pages[0]["language"]
    wanted = [key for key in first if key[0] == "statement" or (key[0] in TEMPLATES and key[1] == language)]
    return [url + first[key] for key in sorted(wanted)]


def install() -> None:
    """Fetch Lighthouse, once."""
    if not (HERE / "node_modules" / "lighthouse").is_dir():
        command = ["npm", "install", "--no-save", "--ignore-scripts", "--no-progress", "--silent"]
        subprocess.run(command, cwd=HERE, check=True)


def main() -> int:
    """Measure and keep."""
    install()
    load, figures, losses = load_now(), [], {}
    chrome = os.environ.get("ZWECK_CHROME") or shutil.which("chromium") or shutil.which("google-chrome") or ""
    with folder() as data, service(data) as (url, _, _):
        quiet(data)
        command = ["node", str(HERE / "lighthouse.mjs"), *addresses(url)]
        ended = subprocess.run(
            command, env=os.environ | {"CHROME_PATH": chrome}, stdout=subprocess.PIPE, text=True, check=True
        )
    for line in ended.stdout.splitlines():
        found = json.loads(line)
        path = found["page"].removeprefix(url)
        losses[path] = found["losses"]
        beside = ", ".join(f"{name} {score}" for name, score in found["scores"].items())
        figures.append(Figure(f"Lighthouse, {path}", min(found["scores"].values()), "", 100, beside, is_floor=True))
    return keep("lighthouse", figures, load, losses=losses)


if __name__ == "__main__":
    sys.exit(main())
