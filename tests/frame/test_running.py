"""The shared browser fixture starts the machine's Chromium, and CI lets nothing be skipped in silence."""

import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page

ROOT = Path(__file__).parents[2]


def test_the_machines_own_chromium_shows_a_page(page: Page) -> None:
    page.set_content("<h1>Zweck</h1>")

    assert page.get_by_role("heading").inner_text() == "Zweck"


@pytest.mark.parametrize(("ci", "outcome"), [("", "1 skipped"), ("true", "1 error")])
def test_without_chromium_a_browser_test_is_skipped_but_fails_under_ci(
    ci: str, outcome: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZWECK_CHROME", "no-such-browser")
    monkeypatch.setenv("CI", ci)
    one = "tests/frame/test_running.py::test_the_machines_own_chromium_shows_a_page"

    run = subprocess.run(
        [sys.executable, "-m", "pytest", one, "-p", "no:cacheprovider"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert outcome in run.stdout, run.stdout + run.stderr
