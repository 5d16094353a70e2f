"""The real service proves itself, and a change to its own templates turns its promise red on its own page."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.running import ROOT, Served, serving

PROVED_QUICKLY = (
    "page.languages",
    "page.security-headers",
    "words.complete",
    "statement.changes-published",
    "statement.as-archived",
    "house.contracts",
)
FONT = '<link rel="stylesheet" href="https://fonts.example.net/css"></head>'


def prove(served: Served, *arguments: str, tree: Path = ROOT / "src") -> tuple[int, dict[str, Any]]:  # Any: JSON
    """The exit code of `zweck prove`, and what it said of each promise."""
    environment = {
        **os.environ,
        "ZWECK_DATA": str(served.data),
        "ZWECK_KEYS": str(served.keys),
        "PYTHONPATH": str(tree),
    }
    command = [sys.executable, "-m", "zweck.cli", "prove", "--json", "-", *arguments]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=150, check=False)
    assert ended.stdout, ended.stderr
    return ended.returncode, {promise["id"]: promise for promise in json.loads(ended.stdout)["promises"]}


def mark_on_page(served: Served, promise: str) -> str:
    """The state that the statement page shows beside a promise."""
    with urllib.request.urlopen(f"{served.url}/privacy") as answer:
        page = answer.read().decode()
    found = re.search(rf'id="{re.escape(promise)}".*?class="m ([a-z]+)"', page)
    assert found is not None
    return found[1]


def shows(served: Served, promise: str, state: str, within_seconds: float = 5) -> bool:
    """Whether the page comes to show a state: finished pages look for changes once a second."""
    deadline = time.monotonic() + within_seconds
    while mark_on_page(served, promise) != state:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.2)
    return True


@pytest.fixture(scope="module")
def mutated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Path]]:
    """A service whose page frame names a font of somebody else."""
    folder = tmp_path_factory.mktemp("mutated")
    tree = folder / "src"
    shutil.copytree(ROOT / "src", tree, ignore=shutil.ignore_patterns("__pycache__"))
    framed = [path for path in tree.rglob("site/templates/**/*.html") if "</head>" in path.read_text(encoding="utf-8")]
    for path in framed:
        path.write_text(path.read_text(encoding="utf-8").replace("</head>", FONT), encoding="utf-8")
    assert framed
    with serving(folder, PYTHONPATH=str(tree)) as served:
        yield served, tree


def test_the_running_service_keeps_what_it_promises(served: Served) -> None:
    code, promises = prove(served, "--quick")

    states = {promise: (promises[promise]["state"], promises[promise]["control"]) for promise in PROVED_QUICKLY}
    assert code == 0
    assert states == dict.fromkeys(PROVED_QUICKLY, ("kept", "bit"))
    assert shows(served, "page.security-headers", "kept")


def test_the_service_begins_to_prove_by_itself(tmp_path: Path) -> None:
    with serving(tmp_path, ZWECK_PROOFS="scheduled", ZWECK_CHROME="/nonexistent") as served:
        assert shows(served, "page.languages", "kept", within_seconds=60)


def test_a_third_partys_font_in_a_template_turns_its_promise_red(mutated: tuple[Served, Path]) -> None:
    served, tree = mutated

    code, promises = prove(served, "page.no-third-party", tree=tree)

    red = promises["page.no-third-party"]
    assert (code, red["state"], red["control"]) == (1, "broken", "bit")
    assert any(told.endswith(": names fonts.example.net") for told in red["trouble"])
    assert shows(served, "page.no-third-party", "broken")


@pytest.mark.browser
def test_a_real_browser_finds_nothing_foreign_on_any_page(chromium: str, served: Served) -> None:
    kinds = ("page.skip-link", "page.no-third-party", "page.strict-csp", "page.cookie-free")

    _, promises = prove(served, *kinds, "security.measures")

    assert {kind: promises[kind]["state"] for kind in kinds} == dict.fromkeys(kinds, "kept")
    assert promises["page.strict-csp"]["figures"]["breaches"] == 0
    assert promises["security.measures"]["state"] == "kept"
