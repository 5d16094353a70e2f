"""Server and browser read the same choice out of the same cookies, whatever state these are in."""

import json
import os
import shutil
import subprocess
from datetime import UTC, datetime

import pytest

from tests.running import ROOT
from zweck.consent.choice import found
from zweck.consent.facts import facts
from zweck.policy.load import load
from zweck.policy.reading.choices import code

POLICY = load(ROOT / "policies" / "reference.toml").policy
CODE = code(POLICY.site, "measurement")
ID, OTHER = "AAAAAAAAAAA", "BBBBBBBBBB8"
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
READ = """import { answers } from "./client/choice.js";
const jars = JSON.parse(process.argv[1]);
console.log(JSON.stringify(jars.map((jar) => Object.fromEntries(answers(jar)))));"""
JARS = [
    "",
    "zweck-choice=",
    f"zweck-choice=1.{ID}",
    f"zweck-choice=1.{ID}.{CODE}y0e2",
    f"a=b; zweck-choice=1.{ID}.{CODE}n0e2; c=d",
    f"zweck-choice=1.{ID}.{CODE}ozzz",
    f"zweck-choice=1.{ID}.{CODE}x0e2",
    f"zweck-choice=1.{ID}.{CODE}y0e",
    f"zweck-choice=1.{ID}.{CODE}y0E2",
    f"zweck-choice=1.{ID}.{CODE}y0e2rubbish",
    f"zweck-choice=1.{ID}.???y0e2.{CODE}y0e2",
    f"zweck-choice=1.{ID[:-1]}.{CODE}y0e2",
    f"zweck-choice=2.{ID}.{CODE}y0e2",
    f'zweck-choice="1.{ID}.{CODE}y0e2"',
    f"not-zweck-choice=1.{ID}.{CODE}y0e2",
    f"zweck-choice=1.{ID}.{CODE}y0e2; zweck-choice=1.{OTHER}.{CODE}n0e3",
    f"zweck-choice=1.{ID}.{CODE}y0e2.{CODE}n0e3",
]


@pytest.fixture(scope="module")
def browser_says() -> list[dict[str, dict[str, object]]]:
    """What the client's reader makes of each jar."""
    if not shutil.which("node"):
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no node")
    command = ["node", "--input-type=module", "-e", READ, json.dumps(JARS)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    read: list[dict[str, dict[str, object]]] = json.loads(done.stdout)
    return read


@pytest.mark.parametrize("number", range(len(JARS)), ids=lambda number: JARS[number] or "nothing")
def test_both_read_the_same(number: int, browser_says: list[dict[str, dict[str, object]]]) -> None:
    choices = found(JARS[number], facts(POLICY))

    last = choices[-1].answers.get("measurement") if choices else None
    until = last and (last.until - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1000
    expected = {CODE: {"said": last.said[0], "until": until}} if last else {}
    assert browser_says[number] == expected
