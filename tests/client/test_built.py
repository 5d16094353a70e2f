"""What is served is what the modules say, and it is small."""

import os
import shutil
import subprocess
from pathlib import Path

import brotli
import pytest

ROOT = Path(__file__).parents[2]
ASSETS = ROOT / "src" / "zweck" / "site" / "assets"


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The client, built anew; skipped without npm's packages, a failure under CI."""
    if not (shutil.which("node") and (ROOT / "node_modules" / "esbuild").is_dir()):
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no esbuild: run `npm install --ignore-scripts`")
    into = tmp_path_factory.mktemp("built")
    subprocess.run(["node", "client/build.mjs", str(into)], cwd=ROOT, check=True, capture_output=True)
    return into


@pytest.mark.parametrize("name", ["snippet.js", "measure.js", "work.js", "form.js"])
def test_what_is_served_was_built_from_these_modules(rebuilt: Path, name: str) -> None:
    assert (ASSETS / name).read_bytes() == (rebuilt / name).read_bytes(), "run `npm run build` and commit the result"


@pytest.mark.parametrize(
    ("name", "most"), [("snippet.js", 4000), ("measure.js", 800), ("work.js", 500), ("form.js", 2600)]
)
def test_it_is_as_small_as_promised(name: str, most: int) -> None:
    assert len(brotli.compress((ASSETS / name).read_bytes(), quality=11)) <= most


def test_the_server_finds_one_place_for_its_question() -> None:
    assert (ASSETS / "snippet.js").read_text().count("ZWECK") == 1


@pytest.mark.parametrize("name", ["snippet.js", "measure.js", "work.js", "form.js"])
def test_nothing_foreign_is_ever_read_as_markup_or_code(name: str) -> None:
    built = (ASSETS / name).read_text()

    assert [
        w
        for w in ("innerHTML", "outerHTML", "insertAdjacentHTML", "eval(", "Function(", "document.write")
        if w in built
    ] == []
