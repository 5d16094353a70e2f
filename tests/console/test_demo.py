"""`make demo` goes the way of real visitors, and whatever it leaves behind says that it was made up."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.running import ROOT

SCRIPT = ROOT / "scripts" / "demo"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def demo(data: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """The demo's own output; it ends after its replay."""
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "ZWECK_DATA": str(data), "ZWECK_KEYS": f"{data}-keys"}
    env |= {"ZWECK_PROOFS": "by-hand", "DJANGO_SETTINGS_MODULE": "zweck.settings", **settings}
    command = [sys.executable, str(SCRIPT), *arguments]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=120, check=False)


def test_a_replay_is_measured_where_visitors_said_yes_and_the_folder_is_marked(tmp_path: Path) -> None:
    data = tmp_path / "demo"

    done = demo(data, "--once", ZWECK_PORT=str(free_port()), ZWECK_DEMO_VISITORS="12")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "no, no: " in done.stdout and "no, robot: 40" in done.stdout and "yes: " in done.stdout
    assert "refused" not in done.stdout
    assert "/staff/password/" in done.stdout
    assert (data / "made-up").exists()


def test_data_that_were_measured_are_never_mixed_with_made_up_ones(tmp_path: Path) -> None:
    (tmp_path / "zweck.sqlite3").touch()

    done = demo(tmp_path, "--once")

    assert done.returncode == 1
    assert "name another folder with ZWECK_DATA" in done.stderr
    assert not (tmp_path / "made-up").exists()


@pytest.mark.parametrize("marked", [True, False])
def test_a_folder_that_was_made_up_is_marked_whoever_serves_it(marked: bool, tmp_path: Path) -> None:
    if marked:
        (tmp_path / "made-up").touch()
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "ZWECK_DATA": str(tmp_path), "ZWECK_DEMO": ""}

    code = "from zweck import settings; print(settings.DEMO)"
    said = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)

    assert said.stdout.strip() == str(marked)
