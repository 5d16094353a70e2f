"""The catalogue of promises holds what the source statement and the plan of proofs ask of it."""

import subprocess
import sys
from pathlib import Path

from zweck.policy.kinds import KINDS, SECTIONS, kinds_of

SCRIPT = Path(__file__).parents[2] / "scripts" / "promises"

LENGTHS = {
    "S": 5,
    "C": 9,
    "P": 11,
    "T": 14,
    "R": 16,
    "O": 3,
    "I": 5,
    "L": 7,
    "G": 6,
    "F": 11,
    "A": 15,
    "E": 5,
    "Y": 4,
    "K": 8,
}
ROWS = tuple(f"{letter}{number:02}" for letter, length in LENGTHS.items() for number in range(1, length + 1))

STATED = {"T01", "T05", "T12", "K02", "K04", "K06", "K07", "T03", "T06", "T13", "T14"}
ATTESTED = {"T04", "T07", "T08", "T11", "R15", "L07", "A06", "Y03", "K05", "K08"}
AIMS = {"S03", "O03"}


def test_every_sentence_of_the_source_is_answered() -> None:
    assert len(ROWS) == 119
    assert [row for row in ROWS if not kinds_of(row)] == []


def test_no_kind_answers_a_sentence_that_the_source_lacks() -> None:
    assert {row for kind in KINDS.values() for row in kind.rows} == set(ROWS)


def test_every_row_has_the_nature_the_plan_gives_it() -> None:
    planned = dict.fromkeys(ROWS, "checked")
    planned |= dict.fromkeys(STATED, "stated") | dict.fromkeys(ATTESTED, "attested") | dict.fromkeys(AIMS, "aim")

    assert {row: {kind.nature for kind in kinds_of(row)} for row in ROWS} == {r: {n} for r, n in planned.items()}


def test_rows_that_are_proved_now_wait_for_no_later_slice() -> None:
    proved_now = [kind for row in ("S01", "S02", "S05", "O02") for kind in kinds_of(row)]

    assert [kind.id for kind in proved_now if kind.proved_by.endswith("slice)")] == []


def test_a_kind_is_named_after_what_it_speaks_of_and_lies_in_a_section() -> None:
    assert all("." in kind.id and kind.section in (*SECTIONS, "own") for kind in KINDS.values())


def test_the_page_of_promises_is_in_step_with_the_catalogue() -> None:
    done = subprocess.run([sys.executable, SCRIPT, "--check"], capture_output=True, text=True, check=False)

    assert done.stdout == "docs/reference/promises.md is in step\n"
