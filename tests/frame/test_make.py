"""`make run` needs nothing beside it."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def _recipe_of_run(policy: str | None) -> str:
    """What `make run` would type, its prerequisites aside; then what the shell makes of the policy's name."""
    environment = {name: value for name, value in os.environ.items() if name != "ZWECK_POLICY"}
    if policy is not None:
        environment["ZWECK_POLICY"] = policy
    typed = subprocess.run(["make", "-n", "run"], cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    line = next(line for line in typed.stdout.splitlines() if line.endswith("zweck serve"))
    shown = line.replace("exec .venv/bin/zweck serve", "sh -c 'printf %s \"$ZWECK_POLICY\"'")
    return subprocess.run(
        ["sh", "-c", shown], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    ).stdout


@pytest.mark.parametrize(("named", "served"), [(None, "policies/reference.toml"), ("mine.toml", "mine.toml")])
def test_make_run_serves_the_reference_site_unless_a_policy_is_named(named: str | None, served: str) -> None:
    assert _recipe_of_run(named) == served
    assert served == "mine.toml" or (ROOT / served).is_file()
