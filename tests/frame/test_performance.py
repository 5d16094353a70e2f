"""The page of numbers says what was measured, and counts guard what the numbers rest on."""

import re
from pathlib import Path

import pytest
from bench.figures import Figure, Result, kept
from bench.table import PAGE, table, written

from zweck.site import assets

STYLE_LIMIT_BYTES = 13 * 1024


def test_the_page_of_numbers_shows_the_results_on_file() -> None:
    page = PAGE.read_text()

    assert written(page) == page, "run `python -m bench.table`"


def test_every_result_comes_from_a_benchmark_that_make_runs() -> None:
    scripts = {path.stem for path in Path(PAGE.parents[2], "bench").glob("*.py") if " keep(" in path.read_text()}
    in_make = re.search(r"^BENCHMARKS := (.*)$", Path(PAGE.parents[2], "Makefile").read_text(), re.MULTILINE)

    assert in_make is not None
    assert scripts - {"figures"} == set(in_make[1].split())
    assert {result.name for result in kept()} <= scripts


@pytest.mark.parametrize(
    ("value", "is_floor", "shown"), [(2, False, "**2 s**"), (1, False, "1 s"), (1, True, "**1 s**")]
)
def test_a_missed_limit_is_shown_in_bold(value: float, is_floor: bool, shown: str) -> None:
    figure = Figure("start", value, "s", 1.5, is_floor=is_floor)

    assert f"| {shown} |" in table((Result("start", "2026-11-22", 0.1, (figure,)),))


def test_the_one_style_sheet_stays_small() -> None:
    assert len(assets.read("zweck.css")) <= STYLE_LIMIT_BYTES
