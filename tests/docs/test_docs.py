"""What the documentation points at exists, and the first tutorial says what the program says."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from zweck.cli import main

ROOT = Path(__file__).parents[2]
PAGES = sorted(path for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
_FENCED = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
_COMMAND = re.compile(r"(?:`|\$ |^    )zweck ([a-z]+)\b", re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_a_file_and_every_command_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")

    links = _LINK.findall(re.sub(r"`[^`\n]*`", "", _FENCED.sub("", text)))
    commands = set(_COMMAND.findall(text))

    assert [link for link in links if not (page.parent / link).exists()] == []
    assert commands <= main.commands.keys()


def test_the_first_tutorial_prints_what_the_program_prints(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "tutorial" / "first-statement.md").read_text(encoding="utf-8")
    answers, purpose = re.findall(r"^```toml\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    begin, linted, _serve, _copy, changed, *_ = re.findall(r"^```console\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    policy = tmp_path / "policy.toml"

    assert _typed(begin, tmp_path) == begin
    policy.write_text(_answer(policy.read_text(encoding="utf-8"), answers), encoding="utf-8")
    assert _typed(linted, tmp_path) == linted
    (tmp_path / "next.toml").write_text(policy.read_text(encoding="utf-8") + "\n" + purpose, encoding="utf-8")
    assert _typed(changed, tmp_path) == changed


def _typed(console: str, folder: Path) -> str:
    """A console as it looks when its commands are typed again."""
    shown = ""
    for line in re.findall(r"^\$ zweck (.*)$", console, re.MULTILINE):
        words = re.findall(r'"([^"]*)"|(\S+)', line)
        command = [sys.executable, "-m", "zweck.cli", *(quoted or bare for quoted, bare in words)]
        done = subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
            capture_output=True,
            text=True,
            check=False,
        )
        shown += f"$ zweck {line}\n{done.stdout.rstrip()}\n"
    return shown


def _answer(source: str, answers: str) -> str:
    """The starter with each answer in the place of its question, in the same table."""
    lines, table = source.splitlines(), ""
    for row in filter(None, answers.splitlines()):
        table = row if row.startswith("[") else table
        lines[_place(lines, table, row)] = row
    return "\n".join(lines) + "\n"


def _place(lines: list[str], table: str, row: str) -> int:
    here = ""
    for number, line in enumerate(lines):
        bare = line.removeprefix("# ? ").split("#")[0].strip()
        here = bare if re.fullmatch(r"\[[\w.-]+\]", bare) else here
        if here == table and bare.split("=")[0].strip() == row.split("=")[0].strip():
            return number
    raise AssertionError(f"the starter has no place for {row!r} in {table or 'its head'}")
